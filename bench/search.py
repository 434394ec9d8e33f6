"""Everything about the speed of search in one run, each figure beside the goal it was to reach.

Ratios are taken between things that take turns in the same run: they hold on a busy machine, milliseconds do not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from bench import clients, encoders, filters, growth, sides
from bench.baseline import TOP, FreshQueries, plain_retriever
from bench.goals import Goal
from bench.timing import Ask, interleaved, ratio, summary
from eval.cases import Case
from kb.knowledge import KnowledgeBase
from kb.search import search
from kb.settings import Settings

GOAL_RATIO = 0.33
GOAL_P50_MS = 40.0


def measure(
    settings: Settings, cases: Sequence[Case], every_case: Sequence[Case], as_of: date, rounds: int,
    sizes: Sequence[int], limit_s: float,
) -> dict[str, Any]:  # fmt: skip
    """All the parts, and their goals as rows of a table. `every_case` holds as many questions as there are, for the
    clients, who must not repeat one; `cases` are those of the other parts."""
    questions = [case.question for case in cases]
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "ranking": lambda: measure_ranking(settings, questions, as_of, rounds),
        "clients": lambda: clients.measure(settings, [case.question for case in every_case], as_of, rounds),
        "encoders": lambda: encoders.measure(settings, cases, rounds),
        "growth": lambda: growth.measure(settings, questions, as_of, rounds, sizes, limit_s),
    }
    figures: dict[str, Any] = {}
    for name, part in parts.items():
        print(f" {name} …", file=sys.stderr, flush=True)
        figures[name] = part()
    return figures


def measure_ranking(settings: Settings, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """Search beside the plain retriever, with each filter, and by its sides: all in this process."""
    with _opened(settings) as knowledge:
        filtered = filters.measure(knowledge, questions, as_of, rounds)
        by_side = sides.measure(knowledge, questions, as_of, rounds)
        against = _against_llama_index(settings, knowledge, questions, as_of, rounds)
    return {"llama_index": against, "filters": filtered, "sides": by_side}


def _against_llama_index(
    settings: Settings, knowledge: KnowledgeBase, questions: Sequence[str], as_of: date, rounds: int
) -> dict[str, Any]:
    """Milliseconds of our search, of the plain retriever and of encoding alone, and our ratio to the retriever."""
    encoder = FreshQueries(settings, knowledge.encoder)
    fresh = KnowledgeBase(
        knowledge.registry, knowledge.store, encoder, settings.originals, lexicon=knowledge.lexicon,
        reranker=knowledge.reranker,
    )  # fmt: skip
    retriever, nodes = plain_retriever(fresh)
    rivals: dict[str, Ask] = {
        "regkb": lambda question: search(fresh, question, as_of=as_of, limit=TOP),
        "llama_index": retriever.retrieve,
        "encode_only": lambda question: sides.encode(encoder, [question]),
    }
    taken = interleaved(rivals, questions, rounds)
    against, ours = ratio(taken["regkb"], taken["llama_index"]), summary(taken["regkb"])
    return {
        "chunks": nodes,
        "questions": len(questions),
        **{name: summary(times) for name, times in taken.items()},
        "ratio": against,
        "goals": [
            Goal.at_most("检索全程对 llama-index 默认检索器，p50", against["median"], GOAL_RATIO),
            Goal.at_most("检索全程 p50", ours["p50_ms"], GOAL_P50_MS, " ms"),
        ],
    }


@contextmanager
def _opened(settings: Settings) -> Iterator[KnowledgeBase]:
    knowledge = KnowledgeBase.open(settings)
    try:
        yield knowledge
    finally:
        knowledge.close()
