"""A named edition means one held version, for questions as for citations: by its year, its stored title, its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import document

from ingest.structure.text import structure
from kb.editions import named_version
from kb.lookup import find
from kb.registry import Reading, Registry, open_registry
from kb.settings import Settings

DAY = date(2026, 11, 21)
NAME = "样例鹤类规范"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    for title, version, effective in (
        (NAME, "2014-12-29", date(2015, 3, 1)),
        (f"{NAME}（2025年版）", "2026-01-04", date(2026, 11, 1)),
    ):
        text = f"{title}\n第一条 {version}。\n"
        held = document(title, version=version, instrument=NAME, effective_on=effective, valid_from=effective)
        made.write(
            held, text, version, 1, provisions=structure(text), chunks=[], relations=[], repairs=[], notes=[],
            original=None,
        )  # fmt: skip
    yield made
    made.close()


@pytest.mark.parametrize(
    ("version", "among", "held", "why"),
    [
        ("2014年版", (), "2014-12-29", "the year it was made in"),
        ("2015年", (), "2014-12-29", "the year it took effect"),
        ("2025年版", (), "2026-01-04", "the edition of its stored title, though made a year later"),
        ("2026年版", (), None, "a title that names its edition is of no other year"),
        ("2019年修订", (), None, "not held"),
        (None, (), "2026-01-04", "no edition: the version of the day"),
        (None, (f"{NAME}@2014-12-29",), "2014-12-29", "among the chosen ones"),
        ("2025年版", (f"{NAME}@2014-12-29",), None, "the edition is not among the chosen ones"),
    ],
)
def test_an_edition_names_one_version(
    registry: Registry, version: str | None, among: tuple[str, ...], held: str | None, why: str
) -> None:
    found = named_version(registry, NAME, version, DAY, among)
    assert (found.version if found else None) == held, why


@pytest.mark.parametrize(
    ("text", "cited", "held", "why"),
    [
        ("样例通知\n一、甲。\n二、乙。\n（一）丙。\n", ("第二条",), ("二",), "a text without articles"),
        ("样例通知\n一、甲。\n二、乙。\n（一）丙。\n", ("第二条", "第（一）项"), ("二", "（一）"), "and its item"),
        ("样例通知\n一、甲。\n二、乙。\n", ("第三条",), None, "no such entry"),
        ("样例规定\n第一条 甲。\n第二条 一、乙。\n二、丙。\n", ("第三条",), None, "a text with articles"),
    ],
)
def test_an_entry_is_found_as_the_article_it_is_cited_as(
    text: str, cited: tuple[str, ...], held: tuple[str, ...] | None, why: str
) -> None:
    """People cite 第二条 of a notice that counts 一、二、; a question that names it must lead there."""
    found = find(Reading(text, {p.path: p for p in structure(text)}), cited)
    assert (found.path if found else None) == held, why
