"""Definitions are read from the forms that laws use, each with its whole words, and found by the question for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import document
from processor_time import processor_seconds

from ingest.structure.text import structure
from kb.defined_terms import asked_terms, defined, defining, used
from kb.definitions import definitions
from kb.model import Level
from kb.registry import Registry, open_registry
from kb.settings import Settings

DAY = date(2026, 11, 21)
CRANES = """样例鹤类管理条例
第一条 为了保护鹤类，制定本条例。
第二条 本条例所称鹤类，是指鹤科动物。
前款所称养殖，包括驯养。
第三条 有下列情形之一的，为假鹤：
（一）以鹭充鹤的；
（二）染色的。
有下列情形之一的，为劣鹤：
（一）断羽的。
第四条 本条例下列用语的含义：
（一）鹤园，是指饲养鹤类的场所。
（二）鹤证：准许饲养的凭证。
第五条 本条例自2020年7月1日起施行。
"""
HERONS = "样例鹭类规定\n第一条 本规定所称鹤类，是指像鹤的鹭。\n第二条 鹤园，是指鹭园。\n"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    put(made, "样例鹤类管理条例", CRANES, level=Level.ADMINISTRATIVE_REGULATION)
    put(made, "样例鹭类规定", HERONS)
    yield made
    made.close()


def put(registry: Registry, title: str, text: str, version: str = "2020-07-01", **fields: Any) -> None:
    made = document(title, version=version, **fields)
    registry.write(
        made, text, f"{title}{version}{len(text)}", 1, provisions=structure(text), chunks=[], relations=[], repairs=[],
        notes=[], original=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        ("本法所称鹤类，是指鹤科动物。", [("鹤类", "text")], "the plain form"),
        ("本法所称的鹤类是指鹤科动物。", [("鹤类", "text")], "without its comma"),
        ("第二条　本解释所称“鹤类”，是指鹤科动物。", [("鹤类", "text")], "in quotation marks, behind the number"),
        ("本章所称鹤类，包括鹤科动物。", [("鹤类", "chapter")], "of a chapter alone"),
        ("本节所称鹤类，包括鹤科动物。", [("鹤类", "section")], "of a section alone"),
        ("本条例所称鹤类，是指鹤科动物。", [("鹤类", "text")], "本条例 is not 本条"),
        ("本条所称鹤类，是指鹤科动物。", [("鹤类", "article")], "本条 is"),
        ("前款所称鹤类，包括鹤科动物。", [("鹤类", "article")], "of an article alone"),
        ("前款所称养鹤行为，包括驯养。", [("养鹤行为", "article")], "为 within the term is no verb"),
        ("鹤类，是指鹤科动物。", [("鹤类", "text")], "at the head of a sentence"),
        ("国家保护鹤类，鹤类是指鹤科动物。", [], "within a sentence it may be anything"),
        ("养鹤（以下简称养殖），是指饲养鹤类。", [("养鹤", "text"), ("养殖", "text")], "with the short name"),
        ("养鹤人或者售鹤人，是指…", [("养鹤人或者售鹤人", "text"), ("养鹤人", "text"), ("售鹤人", "text")], "together"),
        ("前者是指鹤科动物。", [], "a pronoun is no term"),
        ("有下列情形之一的，为假鹤：\n（一）染色的。", [("假鹤", "text")], "by its cases"),
        ("养鹤的，指定专人看护。", [], "指定 is another word"),
        ("下列用语的含义：\n（一）鹤园：场所。\n鹤证，是指凭证。\n", [("鹤园", "text"), ("鹤证", "text")], "a list"),
        ("下列用语的含义：\n第九条 鹤园：场所。\n鹤证：凭证。\n", [], "the list ends with its article"),
        ("鹤园：场所。\n鹤证：凭证。\n", [], "a colon alone defines nothing"),
    ],
)  # fmt: skip
def test_the_forms_of_a_definition(text: str, found: list[tuple[str, str]], why: str) -> None:
    assert sorted((one.term, one.reach) for one in definitions(text)) == sorted(found), why


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("鹤类", "本条例所称鹤类，是指鹤科动物。"),
        ("假鹤", "有下列情形之一的，为假鹤：\n（一）以鹭充鹤的；\n（二）染色的。"),
        ("劣鹤", "有下列情形之一的，为劣鹤：\n（一）断羽的。"),
        ("鹤证", "（二）鹤证：准许饲养的凭证。"),
    ],
)
def test_a_definition_is_whole_with_its_list(term: str, words: str) -> None:
    """Half a list of cases would define something else."""
    one = next(one for one in definitions(CRANES) if one.term == term)
    assert CRANES[one.start : one.end].endswith(words)


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("什么是假鹤", "假鹤"),
        ("什么样的算假鹤？", "假鹤"),
        ("哪些情形属于假鹤", "假鹤"),
        ("鹤类是什么意思", "鹤类"),
        ("请问“鹤园”的含义是什么", "鹤园"),
        ("鹤园指什么？", "鹤园"),
        ("样例鹤类管理条例里的鹤证是指什么", "鹤证"),
        ("《样例鹤类管理条例》所称鹤类是什么", "鹤类"),
        ("怎么理解鹤园", "鹤园"),
        ("养鹤要什么证", None),
        ("鹤证有效期多久", None),
        ("什么时候办鹤证", None),
    ],
)
def test_the_term_a_question_asks_for(registry: Registry, question: str, term: str | None) -> None:
    assert asked_terms(registry, question) == ((term,) if term else ())


def test_a_term_is_defined_by_the_highest_text_or_by_the_one_that_is_named(registry: Registry) -> None:
    both = [(one.document.instrument, "".join(one.provision.path)) for one in defined(registry, "鹤类", DAY)]
    assert both == [("样例鹤类管理条例", "第二条第一款"), ("样例鹭类规定", "第一条")]
    named = defining(registry, "样例鹭类规定里的鹤类是什么意思", DAY)
    assert [one.document.instrument for one in named] == ["样例鹭类规定"]
    assert defining(registry, "鹤类怎么养", DAY) == []


def test_only_the_version_of_the_day_defines(registry: Registry) -> None:
    assert defined(registry, "鹤类", date(2019, 1, 1)) == []
    newer = CRANES.replace("鹤科动物", "鹤科的鸟")
    put(registry, "样例鹤类管理条例", newer, "2024-01-01", level=Level.ADMINISTRATIVE_REGULATION)
    found = defined(registry, "鹤类", DAY)[0]
    text = registry.reading(found.document.id).text
    assert "鹤科的鸟" in text[found.definition.start : found.definition.end]


def test_a_text_that_is_replaced_is_read_again(registry: Registry) -> None:
    """Definitions are kept by generation: the words of before must not answer for those of now."""
    assert defined(registry, "鹤塔", DAY) == []
    put(registry, "样例鹭类规定", HERONS + "第三条 鹤塔，是指看鹤的塔。\n")
    assert [one.document.instrument for one in defined(registry, "鹤塔", DAY)] == ["样例鹭类规定"]


def test_the_longest_term_of_a_text_counts() -> None:
    known = definitions("鹤，是指鸟。鹤园，是指场所。鹤园主人，是指场所的人。")
    assert [one.term for one in used(known, "鹤园主人应当登记。")] == ["鹤园主人"]
    assert [one.term for one in used(known, "鹤园主人和鹤园。", beside=["鹤园是什么"])] == ["鹤园", "鹤园主人"]


@pytest.mark.parametrize(
    "piece", ["所称", "以下用语：\n鹤，\n", "有下列情形之一的，为", "鹤。", "\n（一）", "鹤，是指"]
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    """A file of one endless line must not stall the service."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        return processor_seconds(lambda: definitions(text))

    small = max(seconds(200_000), 0.02)
    assert seconds(800_000) < 10 * small
