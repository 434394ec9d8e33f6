"""Keep the training questions as known ones: `python -m learning.known --home HOME [--write]`.

Each of our questions is encoded and filed under the words of the provisions that answer it. Without `--write` it says
how much that would give: of the questions of `--lay`, none of which is kept, how many have a right provision first
among ten at each weight of `kb.rerank.WEIGHTS["known"]`, everything else as it is.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from kb import lookup, rerank, search
from kb.address import split
from kb.embed import Vectors
from kb.knowledge import KnowledgeBase
from kb.known_questions import FILE, KnownQuestions, mark
from kb.model import Rung
from kb.rerank import WEIGHTS
from kb.settings import Settings
from learning.adapter import cross_fitted
from learning.questions import OURS, Asked, covers, parser, questions, texts
from learning.ranking import replaced

WEIGHED = (0.0, 0.2, 0.4, 0.6)


def main() -> None:
    options = _options()
    day = date.today()
    knowledge = KnowledgeBase.open(Settings(home=options.home), date.today)
    try:
        held = texts(knowledge, day)
        asked = questions(held, options.lay)
        vectors = knowledge.encoder.queries([one.question for one in asked])
        ours = [at for at, one in enumerate(asked) if one.source != "lay"]
        pairs = [(mark(words), n) for n, at in enumerate(ours) for words in _words(knowledge, asked[at], day)]
        if options.write:
            lines = (OURS / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines()
            others = knowledge.encoder.queries([json.loads(line)["question"] for line in lines])
            write(vectors[ours], pairs, others, knowledge.encoder.name, FILE)
            return
        known = KnownQuestions(vectors[ours], _grouped(pairs), vectors[:0])
        adapters = cross_fitted(vectors, held, asked)
        for weight in WEIGHED:
            rows = [
                _first(knowledge, one, known, weight, adapters[one.fold], day) for one in asked if one.source == "lay"
            ]
            print(f"权重 {weight:.2f}：lay {len(rows)} 题 Hit@1 {np.mean(rows) if rows else 0:.3f}")
    finally:
        knowledge.close()


def write(vectors: Vectors, pairs: list[tuple[int, int]], others: Vectors, encoder: str, file: Path) -> None:
    """Vectors as eight-bit numbers with one scale each; `pairs` are the mark of a provision's words and the number of a
    question it answers, `others` the questions that have no answer."""
    (small, scale), (none, none_scale) = _small(vectors), _small(others)
    np.savez_compressed(
        file, vectors=small, vectors_scale=scale, unanswerable=none, unanswerable_scale=none_scale,
        marks=np.array([m for m, _ in pairs], np.uint64), questions=np.array([n for _, n in pairs], np.int32),
        encoder=np.array(encoder),
    )  # fmt: skip
    print(f"已写入 {file.name}（{math.ceil(file.stat().st_size / 1024)} KB），{len(small)} 个问题，编码器 {encoder}")


def _small(vectors: Vectors) -> tuple[np.ndarray, Vectors]:
    scale = (np.abs(vectors).max(axis=1) / 127).astype(np.float32)
    return np.round(vectors / scale[:, None]).astype(np.int8), scale


def _grouped(pairs: list[tuple[int, int]]) -> dict[int, np.ndarray]:
    grouped: dict[int, list[int]] = {}
    for one, number in pairs:
        grouped.setdefault(one, []).append(number)
    return {one: np.array(numbers, np.int32) for one, numbers in grouped.items()}


def _words(knowledge: KnowledgeBase, one: Asked, day: date) -> Iterator[str]:
    """The words of each provision that answers, and of the entries of an outline below it."""
    registry = knowledge.registry
    for instrument, path in one.gold:
        document = lookup.version_on(registry, instrument, day)
        if document is None:
            continue
        reading = registry.reading(document.id)
        below = [p for p in reading.provisions.values() if p.path[: len(path)] == path]
        yield from (lookup.quotable(reading, p) for p in below if p.path == path or p.rung is Rung.HEADING)


def _first(
    knowledge: KnowledgeBase, one: Asked, known: KnownQuestions, weight: float, adapter: object, day: date
) -> bool:
    """Whether the first finding is a right one, with an adapter that never saw its provision."""
    with (
        replaced(search, "known_questions_for", lambda _name: known),
        replaced(search, "adapter_for", lambda _name: adapter),
        replaced(rerank, "WEIGHTS", {**WEIGHTS, "known": weight}),
    ):
        found = search.findings(knowledge, one.question, as_of=day, limit=1)
    places = [split(finding.passage.address) for finding in found]
    return any(
        gold[0] == knowledge.registry.document(document).instrument and covers(gold[1], path)
        for document, path in places
        for gold in one.gold
    )


def _options() -> argparse.Namespace:
    options = parser("把训练题存为已知的问题")
    options.add_argument("--write", action="store_true", help="写入随附的一份")
    return options.parse_args()


if __name__ == "__main__":
    main()
