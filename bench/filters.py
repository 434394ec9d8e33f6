"""What a filter costs: the same questions with and without one, in the store alone and through the whole search.

Through the whole search the day is always asked for, except where single documents are chosen; the plain search as of
a day is what the others are compared with there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from bench.goals import Goal
from bench.timing import Ask, Rounds, interleaved, ratio, summary
from kb import validity
from kb.knowledge import KnowledgeBase
from kb.lexical import query_terms
from kb.model import Kind, Sector, State
from kb.search import CANDIDATES, Filters, search
from kb.store import EVERYTHING, Where

TOP = 10
SOME_DOCUMENTS = 5
GOAL_RATIO = 1.5
NAMES = {"as_of": "日期", "kind": "文种", "sector": "领域", "region": "地区", "document": "文件"}
PLAIN = "unfiltered"


def measure(knowledge: KnowledgeBase, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """Milliseconds with each filter and without, and their ratios, at both levels."""
    chosen = chosen_filters(knowledge)
    store = interleaved(_in_store(knowledge, chosen, questions, as_of), questions, rounds)
    whole = interleaved(_end_to_end(knowledge, chosen, as_of), questions, rounds)
    in_store, end_to_end = _ratios(store), _ratios(whole)
    rows = [("索引内", in_store), ("全程", end_to_end)]
    return {
        "store": {name: summary(times) for name, times in store.items()} | {"ratios": in_store},
        "end_to_end": {name: summary(times) for name, times in whole.items()} | {"ratios": end_to_end},
        "goals": [
            Goal.at_most(f"筛选对不筛选，{level}，{NAMES[name]}", found["median"], GOAL_RATIO)
            for level, ratios in rows
            for name, found in ratios.items()
        ],
    }


def chosen_filters(knowledge: KnowledgeBase) -> dict[str, Filters]:
    """One filter of each sort, of values that the home holds: the kind and region with most documents, some of the
    documents themselves."""
    held = [h.document for h in knowledge.registry.held().values() if h.document.state is State.PUBLISHED]
    kinds, regions = Counter(d.kind for d in held), Counter(d.region for d in held if d.region)
    chosen = {
        "kind": Filters(kinds=(max(kinds, key=lambda kind: (kinds[kind], kind)),) if kinds else (Kind.LAW,)),
        "sector": Filters(sectors=(Sector.DRUG,)),
        "document": Filters(documents=tuple(sorted(d.id for d in held)[:SOME_DOCUMENTS])),
    }
    if regions:
        chosen["region"] = Filters(region=(max(regions, key=lambda region: (regions[region], region)),))
    return chosen


def _in_store(
    knowledge: KnowledgeBase, chosen: dict[str, Filters], questions: Sequence[str], as_of: date
) -> dict[str, Ask]:
    day = validity.day_number(as_of)
    wheres = {PLAIN: EVERYTHING, "as_of": Where(day=day)} | {
        name: Where(
            day=None if f.documents else day, kinds=tuple(map(str, f.kinds)), sectors=tuple(map(str, f.sectors)),
            region=f.region, documents=f.documents,
        )
        for name, f in chosen.items()
    }  # fmt: skip
    ready = {q: (knowledge.encoder.queries([q])[0].tolist(), query_terms(q)) for q in questions}

    def asked(where: Where) -> Ask:
        return lambda question: knowledge.store.both(*ready[question], where, CANDIDATES)

    return {name: asked(where) for name, where in wheres.items()}


def _end_to_end(knowledge: KnowledgeBase, chosen: dict[str, Filters], as_of: date) -> dict[str, Ask]:
    def asked(filters: Filters) -> Ask:
        return lambda question: search(knowledge, question, as_of=as_of, limit=TOP, filters=filters)

    return {name: asked(filters) for name, filters in ({PLAIN: Filters()} | chosen).items()}


def _ratios(taken: dict[str, Rounds]) -> dict[str, dict[str, Any]]:
    return {name: ratio(times, taken[PLAIN]) for name, times in taken.items() if name != PLAIN}
