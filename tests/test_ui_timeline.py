"""The history of a document on its page: the picture says what the list says, and nothing is told by colour alone."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import date
from html import escape
from typing import Any
from xml.etree import ElementTree

import contract_server as contract
import pytest
from drawn_page import html, labels, page, press
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ui.client import Client
from ui.contract_history import ConflictRow, TimelineEntry
from ui.timeline_picture import BAR, MARGIN, Bar, Drawing, Mark, drawing, extent
from ui.views.timeline import disagreement, in_order, marks_of, opener

TODAY = date(2026, 11, 21)
SVG = "{http://www.w3.org/2000/svg}"
OLD = Bar("2010-01-01 版", date(2010, 1, 1), date(2020, 1, 1), "已废止")
NOW = Bar("2020-01-01 版", date(2020, 1, 1), None, "现行有效", here=True)
LATER = Bar("2027-01-01 版", date(2027, 1, 1), None, "尚未施行")
UNDATED = Bar("未注明日期的版本", None, None, "不明")


def drawn(*bars: Bar, marks: tuple[Mark, ...] = (), asked: date = TODAY, width: int = 920) -> Drawing:
    return drawing("示例品条例", bars, marks, TODAY, asked, width)


def texts(made: Drawing) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(made.svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("bar", "said", "painted"),
    [
        (OLD, "2010-01-01 版 · 2010-01-01 至 2020-01-01 · 已废止", 'fill="#FCE9E7"'),
        # the open end is an arrow: a line from the upper edge to a point, not a side
        (NOW, "2020-01-01 版 · 2020-01-01 起 · 现行有效 · 本页", 'fill="#1B7F4B"'),
        (LATER, "2027-01-01 版 · 2027-01-01 起 · 尚未施行", 'fill="url(#later)"'),
        # no day is made up for a version without one
        (UNDATED, "未注明日期的版本 · 施行日期未载明 · 不明", 'stroke-dasharray="4 3"'),
        (OLD._replace(start=None), "2010-01-01 版 · 至 2020-01-01 · 已废止", 'stroke-dasharray="4 3"'),
        # the day of its version places the bar, but is not passed off as the day of effect
        (NOW._replace(sure=False), "2020-01-01 版 · 施行日期未载明 · 现行有效 · 本页", 'stroke-dasharray="4 3"'),
    ],
)
def test_a_bar_says_its_version_span_and_force(bar: Bar, said: str, painted: str) -> None:
    made = drawn(bar)
    assert said in texts(made)
    assert painted in made.svg


@pytest.mark.parametrize("width", [920, 358])
@pytest.mark.parametrize("bar", [OLD, NOW, LATER, UNDATED, LATER._replace(start=date(2031, 12, 31))])
def test_words_stay_inside_the_drawing(bar: Bar, width: int) -> None:
    """A label that begins at a late bar would run out at the right; on a phone it is nearly as wide as the drawing."""
    made = ElementTree.fromstring(drawn(bar, NOW, asked=date(2015, 1, 1), width=width).svg)
    for element in made.iter(f"{SVG}text"):
        long, x = extent(element.text or ""), float(element.attrib["x"])
        left = x - long / 2 if element.get("text-anchor") == "middle" else x
        assert left >= MARGIN - 8
        assert left + long <= width, element.text
        # the words on a bar are never cut: bold ones are wider
        assert element.get("font-weight") is None or left + 1.12 * long <= width


def test_the_day_asked_has_a_line_of_its_own_only_where_it_is_not_today() -> None:
    assert "今天 2026-11-21" in texts(drawn(NOW))
    assert not any("所问日期" in words for words in texts(drawn(NOW)))
    assert {"今天 2026-11-21", "所问日期 2015-01-01"} <= set(texts(drawn(OLD, NOW, asked=date(2015, 1, 1))))


def test_two_marks_of_one_day_do_not_hide_each_other() -> None:
    """Two changes of one order bear the same date; their circles of 17 pixels must both be read."""
    marks = (Mark(date(2024, 5, 1), 1, "amended", 0), Mark(date(2024, 5, 1), 2, "amended", 0))
    circles = list(ElementTree.fromstring(drawn(NOW, marks=marks).svg).iter(f"{SVG}circle"))
    assert abs(float(circles[0].attrib["cx"]) - float(circles[1].attrib["cx"])) >= 17


def test_a_place_over_each_bar_covers_it() -> None:
    """The places that open a version are laid over the picture in hundredths of its height."""
    made = drawn(OLD, NOW, LATER)
    height = float(ElementTree.fromstring(made.svg).attrib["height"])
    tops = [float(y) for y in re.findall(r'<path d="M[\d.]+ ([\d.]+)H[\d.]+[VL][\d. ]+[LH]', made.svg)]
    assert len(tops) == 3
    for top, box in zip(tops, made.boxes, strict=True):
        assert box.top / 100 * height <= top
        assert top + BAR <= (box.top + box.height) / 100 * height


DAYS = st.dates(date(1950, 1, 1), date(2035, 1, 1))


@given(
    st.lists(st.tuples(st.text(), st.none() | DAYS, st.none() | DAYS), max_size=4), DAYS, st.sampled_from([358, 920])
)
def test_any_history_is_a_whole_drawing(
    rows: list[tuple[str, date | None, date | None]], asked: date, width: int
) -> None:
    """Names come from files and dates are sometimes wrong way round: it stays one well-formed picture."""
    bars = [Bar(name, start, end, "不明") for name, start, end in rows]
    made = drawn(*bars, asked=asked, width=width)
    ElementTree.fromstring(made.svg)
    assert len(made.boxes) == len(bars)
    assert all(0 <= float(x) <= width for x in re.findall(r' (?:x|cx)="([^"]*)"', made.svg))


def event(kind: str, on: str | None, **more: Any) -> TimelineEntry:
    """An event as the service sends it."""
    given: dict[str, Any] = {"words": kind, "document_id": None, "title": None, "evidence": None, "current": False}
    return TimelineEntry(on=on, kind=kind, **(given | more))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("amended", "2024-05-01")], [(1, "amended", 1)]),
        # on the day the new version begins, the repeal is of the old one
        ([event("repealed", "2020-01-01")], [(1, "repealed", 0)]),
        ([event("amended", "2012-01-01"), event("amended", "2024-05-01")], [(1, "amended", 0), (2, "amended", 1)]),
        # two changes of one day are two, and each line of the list bears the number of its own circle
        ([event("amended", "2024-05-01"), event("amended", "2024-05-01")], [(1, "amended", 1), (2, "amended", 1)]),
        ([event("amended", None)], []),  # no day, no place on the axis
        ([event("amended", "1999-01-01")], []),  # before any version held
        ([event("version", "2020-01-01"), event("issued", "2019-12-01")], []),  # told by the bars and the list
    ],
)
def test_marks_stand_on_the_version_they_happened_to(
    events: list[TimelineEntry], expected: list[tuple[int, str, int]]
) -> None:
    marks = marks_of(events, [OLD, NOW])
    assert [(mark.number, mark.kind, mark.bar) for mark in marks.values()] == expected


def test_each_line_bears_the_number_of_its_own_circle(site: Client, monkeypatch: Any) -> None:
    """Two versions changed by one order have two circles; the list must not call both of them 2."""
    twice = [
        event("amended", "2024-05-01", words=words) for words in ("《示例品条例》（2020-01-01 版）的第一条被修改", "乙")
    ]
    monkeypatch.setitem(contract.HISTORY, "timeline", [event("amended", "1999-01-01"), *twice])
    words = html(opened(site))
    assert re.findall(r'<span class="event-number">(\d)</span>([^<]+)', words) == [
        ("1", "2020-01-01 版的第一条被修改"), ("2", "乙"),
    ]  # fmt: skip


def test_what_a_record_says_stands_without_quotation_marks(site: Client, monkeypatch: Any) -> None:
    """Quotation marks are for words that stand in a text; a record of a source or of the catalogue is none."""
    told = event("published", "2019-11-05", document_id=contract.DOCUMENT, evidence="来源记录：2019-11-05")
    monkeypatch.setitem(contract.HISTORY, "timeline", [told])
    assert ">来源记录：2019-11-05<" in html(opened(site))


def test_versions_stand_by_date_and_undated_ones_last() -> None:
    rows: list[Any] = [
        {"version": "undated", "effective_on": None},
        {"version": "2020-01-01", "effective_on": "2020-03-01"},
        {"version": "2016-02-06", "effective_on": None},
    ]
    assert [row["version"] for row in in_order(rows)] == ["2016-02-06", "2020-01-01", "undated"]


def opened(site: Client, **params: str) -> AppTest:
    return page("library", site, doc=contract.DOCUMENT, **params)


def test_the_page_says_why_a_text_has_its_force(site: Client) -> None:
    words = html(opened(site))
    assert "自2020年1月1日起施行&lt;script&gt;" in words
    assert "施行日期：本库记为“2020-01-01”，依据：原文：自2020年1月1日起施行。未采用“2019-11-05”" in words
    assert "自2024年5月1日起，下列条款已被《修改决定" in words


def test_a_bar_presses_the_button_of_its_version(site: Client) -> None:
    """The picture carries no links: each place over a bar names a button that must be there."""
    test = opened(site)
    names = set(re.findall(r'data-open="([^"]+)"', html(test)))
    keys = {button.key for button in test.button}
    assert opener(contract.OLDER) in names & keys
    assert opener(contract.DOCUMENT) not in names, "the version on the page opens nothing"
    test = next(button for button in test.button if button.key == opener(contract.OLDER)).click().run()
    assert test.query_params["doc"] == contract.OLDER


def test_the_picture_has_its_words_for_those_who_do_not_see_it(site: Client) -> None:
    found = re.findall(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"', html(opened(site)))
    assert len(found) == 2, "one drawing for a desk, one for a phone"
    for alt, source in found:
        assert "2020-01-01 版，2020-01-01 起，现行有效" in alt
        svg = b64decode(source).decode()
        assert "<script" not in svg
        assert alt.partition("：")[2] in svg


def test_one_version_without_end_needs_no_picture(site: Client, monkeypatch: Any) -> None:
    """Most notices have a single version: a bar from one date to today would say nothing."""
    monkeypatch.setitem(contract.HISTORY, "timeline", [])
    monkeypatch.setitem(contract.PAGE, "versions", contract.PAGE["versions"][:1])
    for name in ("conflicts", "amendments", "relations", "incoming"):
        monkeypatch.setitem(contract.HISTORY, name, [])
    test = opened(site)
    assert not test.exception
    assert not test.expander or "关联文件" not in test.expander[0].label
    assert "data:image/svg" not in html(test)


def test_places_that_were_repealed_are_not_called_changed(site: Client, monkeypatch: Any) -> None:
    row, *others = contract.HISTORY["amendments"]
    by = escape(row["by"])
    assert f"下列条款已被{by}修改" in html(opened(site))
    monkeypatch.setitem(contract.HISTORY, "amendments", [row | {"ended": True}, *others])
    assert f"下列条款已被{by}废止" in html(opened(site))


def test_changed_places_open_in_the_reader(site: Client) -> None:
    test = press(opened(site), "第二条第二款")
    assert test.query_params["read"] == f"{contract.DOCUMENT}/第二条/第二款"


def test_relations_stand_in_groups_with_their_grounds(site: Client) -> None:
    """Both ways, each other text once, doubtful ones named so, and no link to what is not held."""
    test = opened(site)
    words = html(test)
    order = [words.index(f"<h2>{name}</h2>") for name in ("本文件废止", "制定依据", "引用本文件的")]
    assert order == sorted(order)
    assert "“旧办法同时废止" in words
    assert "待确认：两份文件同名" in words
    assert "（本库未收录）" in words
    assert "本文件引用" not in words, "an article that names another one of its own text is no relation of two texts"
    assert "关联文件（22）" in [block.label for block in test.expander]
    assert labels(test).count("《示例细则3》（涉及本文件：2 处）") == 1, (
        "the articles named are ours, not the other text's"
    )
    assert "另有 8 部" in words
    test = press(test, "旧办法")
    assert test.query_params["doc"] == "旧办法@2001"


def test_of_another_text_in_several_versions_the_newest_is_opened(site: Client, monkeypatch: Any) -> None:
    """Each version held says what it was made for; a link into the one of 2011 would lead to a dead text."""
    row = contract.HISTORY["incoming"][0]
    versions = [row | {"title": "配套办法", "document_id": f"配套办法@{day}"} for day in ("2011-01-08", "2022-03-29")]
    monkeypatch.setitem(contract.HISTORY, "incoming", [*versions, versions[0]])
    test = press(opened(site), "配套办法")
    assert test.query_params["doc"] == "配套办法@2022-03-29"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            ConflictRow(
                field="effective_on", kept="2026-11-01", kept_from="原文", other="2025-11-05", other_from="记录"
            ),
            "施行日期：本库记为“2026-11-01”，依据：原文。未采用“2025-11-05”（记录）。",
        ),
        (
            ConflictRow(field="version", kept="甲", kept_from="乙。", other="丙", other_from="丁"),
            "版本：本库记为“甲”，依据：乙。未",
        ),
        # a field without a word of ours is named as it is
        (ConflictRow(field="x", kept="甲", kept_from="乙", other="丙", other_from="丁"), "x：本库记为“甲”，依据：乙。"),
    ],
)
def test_sources_that_disagree_are_both_shown(row: ConflictRow, expected: str) -> None:
    assert expected in disagreement(row)


def test_the_list_goes_by_the_date_in_the_address(site: Client, world: contract.World) -> None:
    """A force chip under a wrong date is worse than none: the date asked travels with the request."""
    page("library", site, as_of="2015-01-01", library_force="现行有效")
    sent = [query for _, path, query in world.sent if path == "/api/documents"][-1]
    assert (sent["as_of"], sent["force"]) == ("2015-01-01", "现行有效")
    page("library", site, doc=contract.DOCUMENT, as_of="2015-01-01")
    assert [query for _, path, query in world.sent if path.endswith(contract.DOCUMENT)][-1] == {"as_of": "2015-01-01"}


def test_staff_decide_on_waiting_relations(site: Client, staff: Client, world: contract.World) -> None:
    """What it says, why it is in doubt, what accepting would do; the decision is sent with what names the relation."""
    test = page("library", site)
    assert "待确认的关系" not in labels(test), "the public has no work list"
    test.session_state["staff"] = staff
    test = press(test.run(), "待确认的关系")
    words = html(test)
    for expected in ("废止《旧办法0", "存疑：有两份同名文件", "标为已废止", "不影响效力", "共 4 条待确认"):
        assert expected in words
    assert "<script" not in words
    test = press(test, "确认")
    sent = next(body for method, path, body in world.sent if method == "POST" and path == "/api/relations/review")
    assert sent == {
        "document_id": contract.DOCUMENT, "kind": "repeals", "address": contract.ADDRESS,
        "title": contract.WAITING[0]["title"], "accepted": True,
    }  # fmt: skip
    assert "已确认" in html(test)
    assert "共 3 条待确认" in html(test)
    for _ in range(3):
        test = press(test, "不是")
    assert "没有待确认的关系。" in html(test)
    assert [body["accepted"] for method, _, body in world.sent if method == "POST"] == [True, False, False, False]


def test_a_decision_that_fails_is_told(site: Client) -> None:
    test = page("library", site, work="relations")
    assert "待确认的关系" not in html(test), "the address alone opens no work list"
    test.session_state["staff"] = stranger = Client(site.url, "00", timeout=5)
    test = test.run()
    stranger.close()
    assert "工作人员令牌不对" in html(test)
