"""Force on the pages: a chip with its reason on every row of law, a notice with a way out, and one date for all pages.

A text that has lost its force, read as the law of the day, is the worst this product could do to a reader.
"""

from __future__ import annotations

import re
from datetime import date

import contract_server as contract
import pytest
from drawn_page import html, labels, page, press
from streamlit.testing.v1 import AppTest

from assistant.answer_model import Answer
from kb.model import Citation, Passage
from ui import law, theme
from ui.answered import as_text, untold
from ui.client import Client
from ui.views import match, rows

FORCES = ("现行有效", "尚未施行", "已被修改", "已废止", "不明")


def law_rows(test: AppTest) -> list[str]:
    """Labels of the buttons that name a place of the law."""
    return [one for one in labels(test) if "》第" in one]


@pytest.mark.parametrize(
    ("view", "params"),
    [
        ("ask", {"q": "可以委托生产吗"}),  # citations of an answer
        ("ask", {"q": "明天天气"}),  # what is nearest to a refused question
        ("search", {"q": "委托生产"}),  # hits
        ("navigate", {"need": "示例预审"}),  # the ground of an item
        ("match", {"firm_region": "示例地区"}),  # the ground of a measure
        ("search", {"q": "委托生产", "read": contract.ADDRESS}),  # what the reader brings along
    ],
)
def test_every_row_of_law_carries_its_force_and_the_reason(site: Client, view: str, params: dict[str, str]) -> None:
    test = page(view, site, **params)
    assert not test.exception
    found = [one for one in test.button if "》第" in one.label and not str(one.key).startswith("cite")]
    assert found
    for button in found:
        assert any(force in button.label for force in FORCES), button.label
        assert button.help, "the reason is reached by hovering and by the keyboard"


@pytest.mark.parametrize(
    ("force", "effective_on", "notice", "expected"),
    [
        ("现行有效", "2020-01-01", None, "自2020年1月1日起施行，在所问的日期有效。"),
        ("现行有效", None, None, "没有记载它的施行日期"),  # never "in force since None"
        ("尚未施行", "2027-01-01", None, "2027年1月1日起才施行"),
        ("尚未施行", None, None, "原文未载明"),
        ("已废止", "2001-01-01", None, "失去效力"),
        ("已被修改", "2001-01-01", None, "已被后来的文件修改"),
        ("不明", None, None, "没有记载"),
        ("已废止", "2001-01-01", "被某令废止。", "被某令废止。"),  # the service's own sentence goes first
    ],
)
def test_the_reason_says_what_is_known_and_no_more(
    force: str, effective_on: str | None, notice: str | None, expected: str
) -> None:
    changed = {"force": force, "effective_on": effective_on, "notice": notice}
    assert expected in rows.why(Passage.model_validate(contract.passage() | changed))


def test_a_repealed_hit_says_so_and_leads_to_what_replaced_it(site: Client) -> None:
    """The notice stands in plain view, not in a tooltip; one press opens the text that took its place."""
    test = page("search", site, q="委托生产")
    assert "已于2025年1月1日被新的示例品条例取代" in html(test)
    assert any("~~" in label and "已废止" in label for label in labels(test)), "struck through in lists"
    assert not any("~~" in label for label in labels(test) if "现行有效" in label)
    test = press(test, "看现在的条文")
    assert test.query_params["read"] == contract.NEWER


def test_the_reader_shows_notice_reason_and_versions(site: Client) -> None:
    test = page("search", site, read=f"{contract.DOCUMENT}/第八条")
    words = html(test)
    assert words.index("被新的示例品条例取代") < words.index("施行日期"), "before the facts, and far before the words"
    assert "依据：自2020年1月1日起施行" in words
    assert "<del>" not in words, "law is never struck through where it is read"
    assert press(test, "看现在的条文").query_params["read"] == contract.NEWER


def test_versions_in_the_reader_lead_to_the_same_provision_there(site: Client) -> None:
    """From a version to its counterpart, renumbered or not; where there is none it says so instead of a dead link."""
    test = page("search", site, read=contract.ADDRESS)
    rows_shown = re.findall(r'<div class="version-row">(.*?)</div>', html(test))
    assert [("正在看" in row, "没有对应的条文" in row) for row in rows_shown] == [(True, False), (False, True)]
    assert press(test, "2025年1月1日起施行").query_params["read"] == contract.NEWER


def test_a_counterpart_unknown_to_the_service_is_no_link(site: Client, world: contract.World) -> None:
    """A service without addresses of versions still gives a list of versions."""
    before = world.reply

    def older(method: str, path: str, *rest: object) -> contract.Reply:
        status, reply = before(method, path, *rest)  # type: ignore[arg-type]  # passed on as it came
        if path.startswith("/api/provisions/"):
            bare = [{k: v for k, v in row.items() if k not in ("address", "reason")} for row in reply["versions"]]
            reply = {k: v for k, v in reply.items() if k not in ("reason", "notice", "replaced_by", "cross_references")}
            reply["versions"] = bare
        return status, reply

    world.reply = older  # type: ignore[method-assign]  # an older service
    test = page("search", site, read=contract.ADDRESS)
    assert not test.exception
    assert "2025年1月1日起施行" in html(test)
    assert not [label for label in labels(test) if "起施行" in label]


def test_a_successor_known_only_as_a_document_is_read_as_one(site: Client) -> None:
    """A regulation that repeals another seldom says article by article where things went."""
    test = page("search", site, read=contract.DOCUMENT, as_of="2026-11-20")
    words = html(test)
    assert "没有这一条" not in words
    assert "《示例品条例" in words
    assert "委托前应当核对受托方的条件" in words
    link = re.search(r'href="(library[^"]+)"', words)
    assert link
    assert "as_of=2026-11-20" in link[1]


def test_the_way_out_names_what_it_opens(site: Client, world: contract.World) -> None:
    before = world.reply

    def by_document(*asked: object) -> contract.Reply:
        status, reply = before(*asked)  # type: ignore[arg-type]  # passed on as it came
        for one in reply.get("passages", []):
            one["replaced_by"] = contract.DOCUMENT if one["replaced_by"] else None
        return status, reply

    world.reply = by_document  # type: ignore[method-assign]  # a service that knows no counterpart
    test = page("search", site, q="甲")
    assert "看现在的条文" not in labels(test)
    assert press(test, "看替代它的文件").query_params["read"] == contract.DOCUMENT


@pytest.mark.parametrize(
    ("force", "shown"), [("已废止", True), ("尚未施行", True), ("已被修改", True), ("不明", False)]
)
def test_an_unknown_force_is_told_by_its_chip_alone(
    site: Client, world: contract.World, force: str, shown: bool
) -> None:
    """Half of a list can be of unknown force; the same sentence ten times over would hide the one on a repeal."""
    refusal = contract.REFUSAL | {"nearest": [contract.passage(force=force) | {"notice": "此处说明。"}]}
    world.events = lambda body: [("done", refusal)]  # type: ignore[method-assign]  # one answer is enough
    test = page("ask", site, q="甲")
    row = next(one for one in test.button if "》第" in one.label)
    assert row.help == "此处说明。"
    assert ("此处说明。" in html(test)) is shown


def test_a_range_is_named_once(site: Client, world: contract.World) -> None:
    """第一项至第五项 brings five places along under one and the same words."""
    ranged = contract.answer(cross_references=[contract.cross_reference()] * 3)
    world.events = lambda body: [("done", ranged)]  # type: ignore[method-assign]  # one answer is enough
    test = page("ask", site, q="甲")
    assert html(test).count("原文：“") == 1
    assert len([one for one in labels(test) if "》第一条" in one]) == 3


@pytest.mark.parametrize(
    ("view", "params"),
    [("search", {"q": "委托生产"}), ("ask", {"q": "可以委托生产吗"}), ("search", {"read": contract.ADDRESS})],
)
def test_what_the_words_refer_to_comes_along_with_the_words(site: Client, view: str, params: dict[str, str]) -> None:
    """Labelled with the very words that name it, so that nobody takes it for an answer of its own."""
    test = page(view, site, **params)
    assert "原文：“依照本条例第一条" in html(test)
    assert press(test, "》第一条").query_params["read"] == f"{contract.DOCUMENT}/第一条"


def test_in_lists_it_is_folded_away_and_in_the_reader_it_is_not(site: Client) -> None:
    assert [one.label for one in page("search", site, q="委托生产").expander] == ["所引条文 1 处"] * 2
    assert not page("library", site, read=contract.ADDRESS).expander


def test_remarks_on_an_answer_are_shown_and_taken_along(site: Client) -> None:
    test = page("ask", site, q="可以委托生产吗")
    assert '<aside class="notes">' in html(test)
    assert "行政法规高于部门规章" in html(test)
    changed = {"force": "已废止", "notice": contract.NOTICE}
    answer = Answer.model_validate(contract.answer(citations=[contract.citation() | changed]))
    taken = as_text("问", answer)
    assert "行政法规高于部门规章" in taken
    assert contract.NOTICE in taken


def test_a_remark_that_a_row_has_made_is_not_made_again() -> None:
    gone = contract.citation() | {"force": "已废止", "notice": "已废止，见某令。"}
    notes = ["《示例品条例》[1]：已废止，见某令。", "法律高于规章。"]
    assert untold(Answer.model_validate(contract.answer(citations=[gone], notes=notes))) == ["法律高于规章。"]


def test_a_quote_out_of_force_is_marked_where_it_is_quoted() -> None:
    """The chip stands in the quotation itself; one in force stays free of it, its row below says so."""
    gone = Citation.model_validate(contract.citation() | {"force": "已废止"})
    assert "已废止" in law.quoted(gone)
    assert "force" not in law.quoted(Citation.model_validate(contract.citation()))


def test_conditions_of_a_measure_carry_the_force_of_their_words(site: Client) -> None:
    words = html(page("match", site, firm_region="示例地区"))
    lists = re.findall(r'<ul class="conditions">.*?</ul>', words)
    assert lists
    assert all('<details class="force-why"><summary' in one for one in lists)
    assert match.conditions([]) == ""


def test_a_chip_with_a_reason_opens_by_touch_and_key() -> None:
    """`details` needs no script, and opens with a finger and the space bar; words from outside stay words."""
    made = theme.chip("已废止", contract.HOSTILE)
    assert made.startswith("<details")
    assert "<script" not in made
    assert theme.chip("已废止") == '<span class="force force-gone">已废止</span>'


@pytest.mark.parametrize(
    ("view", "params", "path"),
    [
        ("search", {"q": "委托生产"}, "/api/search"),
        ("ask", {"q": "可以吗"}, contract.TURNS),
        ("navigate", {"need": "示例预审"}, "/api/navigate"),
        ("match", {"firm_region": "示例地区"}, "/api/match"),
    ],
)
def test_one_date_control_on_every_page_that_answers(
    site: Client, world: contract.World, view: str, params: dict[str, str], path: str
) -> None:
    """Choose a date: it is asked by it, it stands in the address and beside the result; one press brings today back."""
    test = page(view, site, **params)
    assert "as_of" not in test.query_params
    assert "回到今天" not in labels(test), "today needs no way back to today"
    test.date_input[0].set_value(date(2019, 6, 1))
    test = press(test, "按这一天")
    assert not test.exception
    assert test.query_params["as_of"] == "2019-06-01"
    assert asked(world, path)[-1].get("as_of") == "2019-06-01"
    if view != "ask":  # the answer of the contract server is always of the same day
        assert "按2019年6月1日的有效文本" in html(test)
    test = press(test, "回到今天")
    assert "as_of" not in test.query_params
    assert "as_of" not in asked(world, path)[-1]
    assert test.date_input[0].value == date(2026, 11, 21)


def test_another_date_changes_the_chips(site: Client) -> None:
    assert any("尚未施行" in one for one in law_rows(page("search", site, q="甲", as_of="2019-01-01")))
    assert not any("尚未施行" in one for one in law_rows(page("search", site, q="甲")))


@pytest.mark.parametrize(
    ("words", "asked_for"),
    [
        ("2050-01-01", date(2050, 1, 1)),  # beyond what the calendar offers: typed into an address it still counts
        ("1921-07-01", date(1921, 7, 1)),
        ("明天", None),  # no date: today
        ("2026-11-31", None),
    ],
)
def test_any_date_in_the_address_draws_a_page(site: Client, words: str, asked_for: date | None) -> None:
    test = page("search", site, q="甲", as_of=words)
    assert not test.exception
    assert test.date_input[0].value == (asked_for or date(2026, 11, 21))


@pytest.mark.parametrize("name", ["q", "find"])
def test_a_query_in_the_address_is_searched(site: Client, world: contract.World, name: str) -> None:
    """`q` is what people and the API write; links from before it was read hold `find`."""
    test = page("search", site, **{name: "委托生产"})
    assert test.text_input[0].value == "委托生产"
    assert asked(world, "/api/search")[-1]["q"] == "委托生产"
    assert law_rows(test)


def asked(world: contract.World, path: str) -> list[dict[str, str]]:
    """What was sent to a path, oldest first."""
    return [sent for _, to, sent in world.sent if to == path]
