"""What each side of the search costs once the question is encoded: hybrid beside plain BM25, and the second look.

All the rankings run through the same search, over the same chunks, filters and day; `store_*` is the engine's part
alone, `plain_bm25` an index outside of it (`bench.bm25`) that returns places and scores and reads no text.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from typing import Any
from unittest.mock import patch

import numpy as np

from bench.bm25 import PlainBm25
from bench.goals import Goal
from bench.timing import Ask, interleaved, ratio, summary
from kb import search, validity
from kb.candidates import Candidate
from kb.embed import Encoder
from kb.knowledge import KnowledgeBase
from kb.lexical import SparseTerms, passage_terms, query_terms
from kb.model import State
from kb.registry import Registry
from kb.rerank import Asked
from kb.search import CANDIDATES, RERANKED, How, found
from kb.second_look import Looked
from kb.store import Where

TOP = 10
GOAL_HYBRID = 3.0
GOAL_RERANKED, GOAL_RERANK_MS = 50, 30.0


def measure(knowledge: KnowledgeBase, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """Milliseconds of every ranking and of the store's part, hybrid's ratio to BM25, the second look."""
    encode(knowledge.encoder, questions)  # remembered from here on: encoding is no part of these figures
    taken = interleaved(
        _rankings(knowledge, as_of) | _store_alone(knowledge, questions, as_of), questions, rounds
    )  # fmt: skip
    whole, engine = ratio(taken["full"], taken["lexical"]), ratio(taken["store_both"], taken["store_sparse"])
    second_look = second_look_ms(knowledge, questions, as_of, rounds)
    return {
        **{name: summary(times) for name, times in taken.items()},
        "full_to_lexical": whole,
        "fusion_to_lexical": ratio(taken["fusion"], taken["lexical"]),
        "store_both_to_sparse": engine,
        "full_to_plain_bm25": ratio(taken["full"], taken["plain_bm25"]),
        "store_both_to_plain_bm25": ratio(taken["store_both"], taken["plain_bm25"]),
        "second_look": {"candidates": RERANKED, **second_look},
        "goals": [
            Goal.at_most("混合对纯 BM25，全程，不含问题编码", whole["median"], GOAL_HYBRID),
            Goal.at_most("混合对纯 BM25，索引内", engine["median"], GOAL_HYBRID),
            Goal.at_most(f"重排 {GOAL_RERANKED} 段，p50", second_look["p50_ms"], GOAL_RERANK_MS, " ms"),
            Goal.at_most(f"重排 {GOAL_RERANKED} 段，p95", second_look["p95_ms"], GOAL_RERANK_MS, " ms"),
        ],
    }


def encode(encoder: Encoder, questions: Sequence[str]) -> None:
    """Every question as a search encodes it."""
    encoder.queries(questions)
    if encoder.taught:
        encoder.turned(questions)


def second_look_ms(knowledge: KnowledgeBase, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, float]:
    """Milliseconds of reading the candidates alone, as it would be for GOAL_RERANKED of them; one that asks several
    things is read once for each of them."""
    taken: list[float] = []
    read = search.second_look

    def timed(registry: Registry, candidates: Sequence[Candidate], asked: Asked, day: date) -> list[Looked]:
        begun = time.perf_counter()
        looked = read(registry, candidates, asked, day)
        taken.append((time.perf_counter() - begun) * 1000 * GOAL_RERANKED / max(1, len(candidates)))
        return looked

    with patch.object(search, "second_look", timed):
        for _round in range(rounds):
            for question in questions:
                found(knowledge, question, as_of=as_of, limit=TOP)
    return {"p50_ms": round(float(np.percentile(taken, 50)), 2), "p95_ms": round(float(np.percentile(taken, 95)), 2)}


def _rankings(knowledge: KnowledgeBase, as_of: date) -> dict[str, Ask]:
    hows = {
        "full": How(), "fusion": How("fusion"), "dense": How("dense"), "lexical": How("lexical"),
    }  # fmt: skip

    def asked(how: How) -> Ask:
        return lambda question: found(knowledge, question, as_of=as_of, limit=TOP, how=how)

    return {name: asked(how) for name, how in hows.items()}


def _store_alone(knowledge: KnowledgeBase, questions: Sequence[str], as_of: date) -> dict[str, Ask]:
    where, store = Where(day=validity.day_number(as_of)), knowledge.store
    plain = PlainBm25(_passages(knowledge))
    vectors = {question: knowledge.encoder.queries([question])[0].tolist() for question in questions}
    return {
        "store_both": lambda q: store.both(vectors[q], query_terms(q), where, CANDIDATES),
        "store_sparse": lambda q: store.sparse(query_terms(q), where, CANDIDATES),
        "plain_bm25": lambda q: plain.best(query_terms(q), CANDIDATES),
    }


def _passages(knowledge: KnowledgeBase) -> list[SparseTerms]:
    held = [h.document for h in knowledge.registry.held().values() if h.document.state is State.PUBLISHED]
    return [
        passage_terms(chunk.index_text, document.title)
        for document in held
        for chunk in knowledge.registry.chunks(document.id)
    ]
