"""Notes beside an answer: which of several texts goes first, and why. A wrong order is worse than none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import document, provision

from assistant.extracts.hierarchy import NOTES_MOST, figures_of, notes
from kb.model import Citation, Document, Force, Kind, Level
from kb.registry import Registry, open_registry
from kb.settings import Settings

THIRTY = "登记应当在三十日内办结。"
TEN = "登记应当在十日内办结。"
SAME = "登记应当在30天内办结。"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    yield made
    made.close()


def held(registry: Registry, name: str, text: str, kind: Kind, level: Level, **fields: Any) -> Document:
    whole = f"第一条 {text}"
    made = document(name, kind=kind, level=level, **fields)
    registry.write(
        made, whole, name, 1, provisions=[provision("第一条", text=whole)], chunks=[], relations=[], repairs=[],
        notes=[], original=None,
    )  # fmt: skip
    return made


def cited(registry: Registry, *documents: Document, **fields: Any) -> list[Citation]:
    found = []
    for number, one in enumerate(documents, start=1):
        words = registry.reading(one.id).text[4:]
        given: dict[str, Any] = {
            "key": str(number), "address": f"{one.id}/第一条", "document_id": one.id, "title": one.title,
            "label": f"《{one.title}》第一条", "article": "第一条", "quote": words, "start": 0, "end": len(words),
            "force": Force.IN_FORCE, "effective_on": one.effective_on, "source": one.source,
        }  # fmt: skip
        found.append(Citation.model_validate(given | fields))
    return found


LAW = (Kind.LAW, Level.LAW)
REGULATION = (Kind.ADMINISTRATIVE_REGULATION, Level.ADMINISTRATIVE_REGULATION)
RULE = (Kind.DEPARTMENT_RULE, Level.DEPARTMENT_RULE)
LOCAL = (Kind.LOCAL_REGULATION, Level.LOCAL_REGULATION)
LOCAL_RULE = (Kind.LOCAL_RULE, Level.LOCAL_RULE)
NOTICE = (Kind.NOTICE, Level.NORMATIVE_DOCUMENT)
HAINAN: dict[str, Any] = {"region": "海南省"}
SHANGHAI: dict[str, Any] = {"region": "上海市"}


@pytest.mark.parametrize(
    ("first", "second", "words", "why"),
    [
        ((LAW, THIRTY, {}), (RULE, TEN, {}), "法律的效力高于部门规章，以《样例甲》[1]为准", "a law before a rule"),
        ((RULE, TEN, {}), (REGULATION, THIRTY, {}), "以《样例乙》[2]为准", "the order of quoting is not the rank"),
        ((NOTICE, TEN, {}), (RULE, THIRTY, {}), "部门规章的效力高于规范性文件", "what stands below the rules"),
        ((LOCAL, TEN, HAINAN), (LOCAL_RULE, THIRTY, HAINAN), "以《样例甲》[1]为准", "two texts of one province"),
        ((RULE, TEN, {}), (LOCAL, THIRTY, HAINAN), "由国务院提出意见", "no order between these two"),
        ((RULE, TEN, {}), (LOCAL_RULE, THIRTY, HAINAN), "由国务院裁决", "equal, each within its powers"),
        (
            (RULE, TEN, {"version": "2015-01-01"}), (RULE, THIRTY, {"version": "2020-01-01"}),
            "《样例乙》[2]较新，2020-01-01起施行", "one rank: the newer and the special one",
        ),
        (
            (RULE, TEN, {"issuer": "样例甲部"}), (RULE, THIRTY, {"issuer": "样例乙部"}),
            "不同部门的规章效力相等", "neither ministry overrules the other by being newer",
        ),
        ((LAW, TEN, {}), (LAW, THIRTY, {}), "由全国人民代表大会常务委员会裁决", "new against special"),
        ((LOCAL, TEN, HAINAN), (LOCAL, THIRTY, SHANGHAI), "只在海南省适用", "two provinces do not compete"),
        ((LAW, THIRTY, {}), (LOCAL, SAME, HAINAN), "只在海南省适用", "local on the same matter, without a clash"),
    ],
)  # fmt: skip
def test_the_order_of_two_texts(registry: Registry, first: Any, second: Any, words: str, why: str) -> None:
    one = held(registry, "样例甲", first[1], *first[0], **first[2])
    other = held(registry, "样例乙", second[1], *second[0], **second[2])
    (note,) = notes(registry, cited(registry, one, other))
    assert words in note, why
    assert "《样例甲》[1]" in note
    assert "《样例乙》[2]" in note, "both sides stay named"


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ((LAW, THIRTY), (RULE, SAME), "三十日 and 30天 are one figure"),
        ((LAW, THIRTY), (RULE, "罚款十万元。"), "different things are counted"),
        ((LAW, "应当登记。"), (RULE, TEN), "one of them states no figure"),
        ((LAW, THIRTY), (RULE, "机关收到材料后十日内转送复议机关审查。"), "another matter with a term of its own"),
        ((LAW, THIRTY), ((Kind.JUDICIAL_INTERPRETATION, Level.LAW), TEN), "courts apply the law, they do not outrank"),
    ],
)
def test_texts_that_agree_need_no_note(registry: Registry, first: Any, second: Any, why: str) -> None:
    one = held(registry, "样例甲", first[1], *first[0])
    other = held(registry, "样例乙", second[1], *second[0])
    assert notes(registry, cited(registry, one, other)) == (), why


def test_a_zone_may_deviate_where_it_is_authorised(registry: Registry) -> None:
    law = held(registry, "样例法", THIRTY, *LAW)
    zone = held(registry, "样例经济特区条例", TEN, *LOCAL, region="深圳市")
    (note,) = notes(registry, cited(registry, law, zone))
    assert "变通" in note


def test_a_guide_is_never_the_sole_ground(registry: Registry) -> None:
    guide = held(registry, "样例指南", TEN, Kind.GUIDE, Level.REFERENCE)
    (alone,) = notes(registry, cited(registry, guide, force=Force.UNKNOWN))
    assert "不能单独作为依据" in alone
    law = held(registry, "样例法", THIRTY, *LAW)
    (beside,) = notes(registry, cited(registry, law, guide))
    assert "以《样例法》[1]为准" in beside


def test_what_is_not_in_force_is_said_once_for_each_text(registry: Registry) -> None:
    old = held(registry, "样例旧法", THIRTY, *LAW)
    notice = "这是旧文字，已于2024年废止。"
    assert notes(registry, cited(registry, old, old, force=Force.REPEALED, notice=notice)) == (
        f"《样例旧法》[1][2]：{notice}",
    )
    (bare,) = notes(registry, cited(registry, old, force=Force.UNKNOWN))
    assert "不明" in bare


def test_notes_stay_few(registry: Registry) -> None:
    many = [held(registry, f"样例{n}", f"应当在{n}日内办结。", *RULE) for n in range(2, 8)]
    assert len(notes(registry, cited(registry, *many))) == NOTES_MOST


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("处五十万元以上二百万元以下的罚款", {"元": {500_000, 2_000_000}}),
        ("1.5万元，一万五千元", {"元": {15_000}}),
        ("百分之三十以上三倍以下，30％", {"%": {30}, "倍": {3}}),
        ("自2019年6月1日起三十日内", {"日": {30}}),  # a day of the calendar is no term
        ("第三年提交，有效期5年", {"年": {5}}),  # the third year is none either
        ("二〇一九年，10个工作日，六个月", {"工作日": {10}, "月": {6}}),
        ("依照第三十二条办理", {}),
        ("上一年度营业额百分之五以下，前三年", {"%": {5}, "年": {3}}),  # last year is no term
        ("千元万元", {"元": {1000}}),  # no number at all before 万
    ],
)
def test_figures_are_read_as_a_law_writes_them(words: str, figures: dict[str, set[float]]) -> None:
    assert figures_of(words) == figures


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["1", "三十", "万", "1.", "百分之", "第三年"])
def test_a_long_line_is_read_in_one_pass(piece: str) -> None:
    """Quotes come from strangers' files: a line of numerals must not hang an answer."""
    figures_of(piece * 500_000)
