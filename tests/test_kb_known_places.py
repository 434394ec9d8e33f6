"""A known question brings its provision among the candidates when no side of the index found it, and never past a
filter, the day or a change of its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from factories import HashEncoder
from small_library import empty_library, put

from kb import search
from kb.address import split
from kb.candidates import Candidate
from kb.knowledge import KnowledgeBase
from kb.known_places import PLACES_MOST, led_to
from kb.known_questions import KnownPlace, KnownQuestions, mark
from kb.model import Kind
from kb.search import Filters
from learning.known import kept
from learning.questions import Asked
from learning.ranking import replaced

DAY = date(2026, 11, 21)
QUESTION = "东西放哪儿要跟谁说"
ANSWER = "车间应当备案。"


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """Ten articles that are all nearer to any question than the one that answers it."""
    made = empty_library(tmp_path, HashEncoder())
    put(made, "样例管理办法", "第一条 仓库应当登记。\n第二条 车间应当备案。")
    put(made, "东西办法", "\n".join(f"第{n}条 东西放哪儿要跟谁说。其{n}。" for n in "一二三四五六七八九十"))
    yield made
    made.close()


def known(knowledge: KnowledgeBase, words: str = ANSWER, path: str = "第二条") -> KnownQuestions:
    vector = knowledge.encoder.queries([QUESTION])
    place = KnownPlace("样例管理办法", (path,), mark(words))
    return KnownQuestions(vector, {place.mark: np.array([0], np.int32)}, vector[:0], {0: [place]})


def found(
    knowledge: KnowledgeBase, of: KnownQuestions | None, day: date = DAY, **filters: tuple[str, ...]
) -> list[str]:
    """Articles of the rule among the findings, where only the three best candidates are read."""
    near = of and of.near(knowledge.encoder.queries([QUESTION])[0])
    with replaced(search, "beside_known", lambda *_: near), replaced(search, "RERANKED", 3):
        chosen = Filters(**filters)  # type: ignore[arg-type]
        passages = search.search(knowledge, QUESTION, as_of=day, limit=20, filters=chosen)
    return ["/".join(split(one.address)[1]) for one in passages if one.title == "样例管理办法"]


def test_what_the_sides_left_behind_is_read_too(knowledge: KnowledgeBase) -> None:
    assert found(knowledge, None) == []
    assert found(knowledge, known(knowledge)) == ["第二条"]


@pytest.mark.parametrize(
    ("words", "path", "filters", "why"),
    [
        ("车间应当登记。", "第二条", {}, "条文改了，从前知道的不再说它"),
        (ANSWER, "第九条", {}, "没有这一条了"),
        (ANSWER, "第二条", {"kinds": (Kind.CASE,)}, "读者只要案例"),
        (ANSWER, "第二条", {"documents": ("东西办法",)}, "读者只在另一部里找"),
    ],
)
def test_nothing_gets_past_a_change_or_a_filter(
    words: str, path: str, filters: dict[str, tuple[str, ...]], why: str, knowledge: KnowledgeBase
) -> None:
    if "documents" in filters:
        filters = {"documents": tuple(name for name in knowledge.registry.held() if name.startswith("东西"))}
    assert found(knowledge, known(knowledge, words, path), **filters) == [], why


def test_nothing_gets_past_the_day(knowledge: KnowledgeBase) -> None:
    """The version nearest to the day may not be in force on it: the index decides, as for every candidate."""
    (held,) = [h.document for h in knowledge.registry.held().values() if h.document.title == "样例管理办法"]
    begun = held.effective_on
    assert begun
    assert found(knowledge, known(knowledge), begun) == ["第二条"]
    assert found(knowledge, known(knowledge), begun - timedelta(days=1)) == []


def test_a_document_is_searched_only_where_no_side_found_the_place(knowledge: KnowledgeBase) -> None:
    """Within is dear: a candidate that is known already, first or far down, is taken as it is."""
    registry = knowledge.registry
    (held,) = [h.document for h in registry.held().values() if h.document.title == "样例管理办法"]
    one = Candidate(held, ("第二条",), 0.1, 0.5, 0.0, (0, 1), ("dense",))
    near = known(knowledge).near(knowledge.encoder.queries([QUESTION])[0])

    def never(_document: object) -> dict[search.Side, list[search.Hit]]:
        raise AssertionError("又找了一遍")

    assert led_to(registry, near, [one], 1, DAY, never) == []
    assert led_to(registry, near, [one], 0, DAY, never) == [one]


def test_places_that_no_longer_stand_do_not_crowd_out_one_that_does(knowledge: KnowledgeBase) -> None:
    """Of the nearest questions those count that are answered by what is held: a library without the laws they are
    about, or with a later edition, is still led to what it has; and to no more than a few places."""
    gone = [KnownPlace("样例管理办法", (f"第{n}条",), mark(f"{n}")) for n in "三四五六七"]
    there = known(knowledge)
    crowded = there._replace(places={0: [*gone, *there.places[0]]})
    assert found(knowledge, crowded) == ["第二条"]
    registry = knowledge.registry
    words = [f"东西放哪儿要跟谁说。其{n}。" for n in "一二三四五"]
    many = [KnownPlace("东西办法", (f"第{text[-2]}条",), mark(text)) for text in words]
    (held,) = [h.document for h in registry.held().values() if h.document.title == "东西办法"]
    ranked = [Candidate(held, place.path, 0.1, 0.5, 0.0, (0, 1), ("dense",)) for place in many]
    near = there._replace(places={0: many}).near(there.vectors[0])
    assert len(led_to(registry, near, ranked, 0, DAY, lambda _document: {})) == PLACES_MOST


OLD, NEW = "2019-07-01", "2024-01-01"
STORE = "第一条 仓库应当登记并且保存登记的记录。"
BEFORE = "第二条 车间应当在十日内备案并且保存备案的记录。"
AFTER = "第三条 车间应当在三日内备案并且保存备案的记录。"


@pytest.fixture
def editions(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """A rule and its revision, in which an article has moved and says something else."""
    made = empty_library(tmp_path, HashEncoder())
    put(made, "样例管理办法", f"{STORE}\n{BEFORE}", version=OLD)
    put(made, "样例管理办法", f"{STORE}\n第二条 门卫应当值班。\n{AFTER}", version=NEW)
    yield made
    made.close()


@pytest.mark.parametrize(("day", "version", "path"), [(DAY, NEW, "第三条"), (date(2023, 12, 31), OLD, "第二条")])
def test_a_question_of_one_edition_leads_to_the_other_on_its_days(
    day: date, version: str, path: str, editions: KnowledgeBase
) -> None:
    """What is asked of an article today was asked of the one before it; the edition that does not apply is no place."""
    asked = Asked(QUESTION, frozenset({("样例管理办法", ("第三条",))}), "questions", 0, 0)
    known = kept(editions, [asked], DAY)
    near = known.near(known.vectors[0])
    assert [near(article.split()[1]) for article in (AFTER, BEFORE, STORE)] == [1, 1, 0]
    held = {one.document.version: one.document for one in editions.registry.held().values()}
    ranked = [
        Candidate(held[version], (path,), 0.1, 0.5, 0.0, (0, 1), ("dense",))
        for version, path in ((OLD, "第二条"), (NEW, "第三条"))
    ]
    found = led_to(editions.registry, near, ranked, 0, day, lambda _document: {})
    assert [(one.document.version, one.path) for one in found] == [(version, (path,))]
