"""What a provision refers to is brought along: the right place of the right version, or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import SOURCE, document

from ingest.structure.text import structure
from kb import lookup
from kb.crossreferences import brought_along
from kb.model import CrossReference, Document, Kind, Level, Passage
from kb.registry import Registry, open_registry
from kb.settings import Settings

DAY = date(2026, 11, 21)
CRANES = """样例鹤类管理条例
第一章 总则
第一条 根据《样例动物法》，制定本条例。
第二条 本条例所称鹤类，见本条例第二章。
第二章 饲养
第三条 饲养鹤类应当登记。
登记的有效期为三年。
前款规定的期限届满前应当申请延续。
第四条 符合本条例第三条规定条件的，发给证书；不符合的，说明理由，参见第五条。
第五条 申请人对结果不服的，可以依照《样例动物法》第八条申请复核。
第三章 责任
第六条 违反本条例第三条、第四条、第五条、第七条规定的，依照本条例第九条处罚。
第七条 违反第三条第二款规定，未申请延续的，给予警告。
第八条 有前条规定情形，情节严重的，依照第三条至第九条处理。
第九条 处一万元以上三万元以下的罚款。
第十条 军队的办法，依照《样例没有的法》第三条另行制定。
"""
ANIMALS = "样例动物法\n第七条 动物受保护。\n第八条 {}可以申请复核。\n"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    yield made
    made.close()


def put(registry: Registry, title: str, text: str, version: str = "2020-07-01", **fields: Any) -> Document:
    made = document(title, version=version, **fields)
    registry.write(
        made, text, f"{title}{version}", 1, provisions=structure(text), chunks=[], relations=[], repairs=[], notes=[],
        original=None,
    )  # fmt: skip
    return made


def shown(registry: Registry, *addresses: str, day: date = DAY) -> list[Passage]:
    places = [lookup.locate(registry, address, day) for address in addresses]
    return [lookup.passage(registry, d, p, day, score=1.0, found_by=("lexical",)) for d, p in places]


def brought(registry: Registry, *addresses: str, day: date = DAY, limit: int = 5) -> list[tuple[str, str]]:
    """`(words, label)` of what these places bring along."""
    found = brought_along(registry, shown(registry, *addresses, day=day), day, limit=limit)
    return [(one.words, one.passage.label.removeprefix("《样例鹤类管理条例》")) for one in found]


@pytest.mark.parametrize(
    ("places", "expected", "why"),
    [
        (["第五条"], [], "what is not held is not brought"),
        (["第二条"], [], "a chapter is a subject, not a rule"),
        (["第三条"], [], "前款 of an article shown whole stands there"),
        (["第三条/第三款"], ["第三条第二款"], "前款 of a paragraph shown alone does not"),
        (["第七条"], ["第三条第二款"], "第三条 without a title is the text's own"),
        (["第八条"], ["第七条", "第三条", "第四条", "第五条"], "前条, and the first three of a range"),
        (["第六条"], ["第三条", "第四条", "第五条", "第九条"], "of a list the first three, and the penalty"),
        (["第六条", "第三条", "第九条"], ["第四条", "第五条"], "what is shown already is left out"),
        (["第四条"], ["第三条", "第五条"], "the condition before what is only mentioned"),
        (["第七条", "第三条/第三款"], ["第三条第二款"], "each once"),
        (["第十条"], [], "a law that is not held"),
    ],
)
def test_what_a_place_brings_along(registry: Registry, places: list[str], expected: list[str], why: str) -> None:
    put(registry, "样例鹤类管理条例", CRANES)
    assert [label for _, label in brought(registry, *(f"样例鹤类管理条例/{p}" for p in places))] == expected, why


def test_what_a_rule_leans_on_comes_before_what_a_better_one_mentions(registry: Registry) -> None:
    put(registry, "样例鹤类管理条例", CRANES)
    found = brought(registry, "样例鹤类管理条例/第四条", "样例鹤类管理条例/第七条")
    assert [label for _, label in found] == ["第三条", "第五条"], "第三条第二款 stands within 第三条"
    assert brought(registry, "样例鹤类管理条例/第四条", limit=1) == [("本条例第三条", "第三条")]
    assert brought(registry, "样例鹤类管理条例/第四条", limit=0) == []


LISTS = """样例雁类条例
第一条 养雁场应当做到：
（一）登记；
（二）防疫；
（三）留存记录；
（四）定期报告；
（五）接受检查。
第二条 违反第一条第（一）项、第（二）项规定的，给予警告。
第三条 第一条第（二）项至第（五）项规定的事项由县级办理。
第四条 第一条第（五）项规定的事项，以及第一条第（一）项、第（二）项、第（三）项、第（四）项规定的事项，可以合并办理。
"""


@pytest.mark.parametrize(
    ("place", "expected", "why"),
    [
        ("第二条", ["第一条第（一）项", "第一条第（二）项"], "two items are brought as they are"),
        ("第三条", ["第一条"], "of four the article that holds them, lest one be missing unseen"),
        ("第四条", ["第一条"], "an item is not brought beside its article"),
    ],
)
def test_a_long_list_of_items_brings_what_holds_them_all(
    registry: Registry, place: str, expected: list[str], why: str
) -> None:
    put(registry, "样例雁类条例", LISTS)
    found = brought_along(registry, shown(registry, f"样例雁类条例/{place}"), DAY)
    assert [one.passage.label.removeprefix("《样例雁类条例》") for one in found] == expected, why


def test_words_and_source_are_told(registry: Registry) -> None:
    put(registry, "样例鹤类管理条例", CRANES)
    (found,) = brought_along(registry, shown(registry, "样例鹤类管理条例/第七条"), DAY)
    assert isinstance(found, CrossReference)
    assert (found.by, found.words) == ("样例鹤类管理条例@2020-07-01/第七条", "第三条第二款")
    assert found.passage.text == "登记的有效期为三年。"
    assert found.passage.address == "样例鹤类管理条例@2020-07-01/第三条/第二款"


def test_another_law_is_brought_in_the_version_of_the_date(registry: Registry) -> None:
    put(registry, "样例鹤类管理条例", CRANES, version="2022-01-01")
    old = put(registry, "样例动物法", ANIMALS.format("旧法"), version="2015-01-01")
    put(registry, "样例动物法", ANIMALS.format("新法"), version="2027-01-01")
    registry.save(old.model_copy(update={"superseded_on": date(2027, 1, 1)}))
    (found,) = brought_along(registry, shown(registry, "样例鹤类管理条例/第五条"), DAY)
    assert (found.words, found.passage.text) == ("《样例动物法》第八条", "旧法可以申请复核。")


@pytest.mark.parametrize(
    ("version", "fields", "why"),
    [
        ("2024-01-01", {}, "made after the text that names it: its article 8 may be another one"),
        ("2015-01-01", {"repealed_on": date(2020, 1, 1)}, "no longer in force"),
        ("2027-01-01", {}, "not yet in force"),
    ],
)
def test_an_article_that_may_be_another_one_is_not_brought(
    registry: Registry, version: str, fields: dict[str, Any], why: str
) -> None:
    put(registry, "样例鹤类管理条例", CRANES)
    put(registry, "样例动物法", ANIMALS.format(""), version=version, **fields)
    assert brought(registry, "样例鹤类管理条例/第五条") == [], why


def test_an_old_text_stays_with_its_own_version(registry: Registry) -> None:
    """A repealed version that is read refers to itself, not to the one in force."""
    old = put(registry, "样例鹤类管理条例", CRANES, version="2010-01-01")
    registry.save(old.model_copy(update={"superseded_on": date(2020, 7, 1)}))
    put(registry, "样例鹤类管理条例", CRANES.replace("三年", "五年"))
    (found,) = brought_along(registry, shown(registry, "样例鹤类管理条例@2010-01-01/第七条"), DAY)
    assert found.passage.text == "登记的有效期为三年。"


def test_our_guides_speak_of_the_law_in_force(registry: Registry) -> None:
    put(registry, "样例动物法", ANIMALS.format(""), version="2024-01-01")
    guide = "样例指南\n第一条 复核见《样例动物法》第八条。\n"
    put(registry, "样例指南", guide, version="2020-01-01", kind=Kind.GUIDE, level=Level.REFERENCE)
    assert [label for _, label in brought(registry, "样例指南/第一条")] == ["《样例动物法》第八条"]


def test_a_short_title_that_the_text_declares_is_followed(registry: Registry) -> None:
    put(registry, "样例动物法", ANIMALS.format(""), version="2015-01-01")
    rule = (
        "样例细则\n第一条 根据《样例动物法》（以下简称《动法》），制定本细则。\n第二条 复核依照《动法》第八条办理。\n"
    )
    put(registry, "样例细则", rule)
    assert [label for _, label in brought(registry, "样例细则/第二条")] == ["《样例动物法》第八条"]


def test_a_part_of_a_passage_brings_only_what_it_shows(registry: Registry) -> None:
    """An answer quotes sentences: what the rest of the article refers to is not asked for."""
    put(registry, "样例鹤类管理条例", CRANES)
    (whole,) = shown(registry, "样例鹤类管理条例/第四条")
    part = whole.model_copy(update={"text": whole.text[: whole.text.index("；")]})
    assert [one.passage.article for one in brought_along(registry, [part], DAY)] == ["第三条"]


def test_ten_passages_take_a_few_milliseconds(registry: Registry) -> None:
    put(registry, "样例鹤类管理条例", CRANES)
    for number in range(40):
        put(registry, f"样例第{number}办法", f"样例第{number}办法\n第一条 应当登记。\n", source=SOURCE)
    passages = shown(registry, *(f"样例鹤类管理条例/第{n}条" for n in "一二三四五六七八九十"))
    brought_along(registry, passages, DAY)
    begun = time.process_time()
    for _ in range(20):
        brought_along(registry, passages, DAY)
    assert (time.process_time() - begun) / 20 < 0.05, "ten times what it takes here"
