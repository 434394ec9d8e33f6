"""Search end to end, as of a date, beside the plain llama-index retriever: same chunks, vectors, encoder, questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bench.baseline import TOP, FreshQueries, plain_retriever
from bench.timing import interleaved, ratio, summary
from kb.knowledge import KnowledgeBase
from kb.registry import open_registry
from kb.search import search
from kb.settings import Settings
from kb.store import open_store

GOAL_RATIO = 0.5
GOAL_P50_MS = 40.0


def measure(settings: Settings, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """Milliseconds of our search, of the plain retriever and of encoding alone, and our ratio to the retriever."""
    encoder = FreshQueries(settings)
    knowledge = KnowledgeBase(open_registry(settings), open_store(settings), encoder, settings.originals)
    try:
        retriever, nodes = plain_retriever(knowledge)
        rivals = {
            "regkb": lambda question: search(knowledge, question, as_of=as_of, limit=TOP),
            "llama_index": retriever.retrieve,
            "encode_only": lambda question: encoder.queries([question]),
        }
        taken = interleaved(rivals, questions, rounds)
    finally:
        knowledge.close()
    against = ratio(taken["regkb"], taken["llama_index"])
    ours = summary(taken["regkb"])
    return {
        "chunks": nodes,
        "questions": len(questions),
        **{name: summary(times) for name, times in taken.items()},
        "ratio": against,
        "goals": {
            f"ratio ≤ {GOAL_RATIO}": against["median"] <= GOAL_RATIO,
            f"p50 ≤ {GOAL_P50_MS:g} ms": ours["p50_ms"] <= GOAL_P50_MS,
        },
    }
