"""Keep the training questions as known ones: `python -m learning.known --home HOME --write`.

Each of our questions is encoded and filed under the words of the provisions that answer it, in every version held.
With `--adapter FILE --fold FOLD` in place of `--write` it says how much that would give: of the questions of `--lay` in
the fold, none of which is kept, how many have a right provision first at each weight of `kb.rerank.WEIGHTS["known"]`,
everything else as it is, with an adapter that never saw the fold.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from kb import bundled_model, known_questions, lookup, rerank, search
from kb.adapter import fingerprint
from kb.address import split
from kb.compare import counterpart
from kb.embed import Vectors
from kb.knowledge import KnowledgeBase
from kb.known_questions import FILE, KnownPlace, KnownQuestions, mark
from kb.model import Document, Rung
from kb.registry import Registry
from kb.registry_reader import Reading
from kb.rerank import WEIGHTS
from kb.rows import SEPARATOR
from kb.settings import Settings
from learning.adapter import opened, parser_on_a_fold
from learning.questions import OURS, Asked, covers, questions, texts
from learning.ranking import replaced

NOT_LEADING = ("articles",)
"""Sources whose questions only show what can be answered: written article by article, each has an answer in its own,
and often a better one in another law, to which it must not be led past."""
WEIGHED = (0.0, 0.3, 0.5, 0.7, 0.9)


def main() -> None:
    options = _options()
    day = date.today()
    with opened(Settings(home=options.home), None if options.write else options.adapter) as knowledge:
        asked = questions(texts(knowledge, day), options.lay)
        known = kept(knowledge, asked, day)
        if options.write:
            write(known, knowledge.encoder.name, FILE)
            return
        lay = [one for one in asked if one.source == "lay" and one.fold == options.fold]
        for weight in WEIGHED:
            rows = [_first(knowledge, one, known, weight, day) for one in lay]
            print(f"权重 {weight:.2f}：lay {len(rows)} 题 Hit@1 {np.mean(rows) if rows else 0:.3f}")


def kept(knowledge: KnowledgeBase, asked: Sequence[Asked], day: date) -> KnownQuestions:
    """Our questions as known ones, as the encoder at hand turns them."""
    ours = [one for one in asked if one.source != "lay"]
    lines = (OURS / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines()
    answered: dict[int, list[int]] = {}
    places: dict[int, list[KnownPlace]] = {}
    for number, one in enumerate(ours):
        for place in _places(knowledge, one, day) if one.source not in NOT_LEADING else ():
            answered.setdefault(place.mark, []).append(number)
            places.setdefault(number, []).append(place)
    turned = knowledge.encoder.turned
    return KnownQuestions(
        turned([one.question for one in ours]), {m: np.array(numbers, np.int32) for m, numbers in answered.items()},
        turned([json.loads(line)["question"] for line in lines]), places,
    )  # fmt: skip


def write(known: KnownQuestions, encoder: str, file: Path) -> None:
    """Vectors as eight-bit numbers with one scale each."""
    (small, scale), (none, none_scale) = _small(known.vectors), _small(known.unanswerable)
    pairs = [(number, place) for number, places in known.places.items() for place in places]
    names = {name: at for at, name in enumerate(sorted({_name(place) for _, place in pairs}))}
    np.savez_compressed(
        file, vectors=small, vectors_scale=scale, unanswerable=none, unanswerable_scale=none_scale,
        questions=np.array([number for number, _ in pairs], np.int32),
        marks=np.array([place.mark for _, place in pairs], np.uint64),
        places=np.array(list(names)), stands=np.array([names[_name(place)] for _, place in pairs], np.int32),
        encoder=np.array(encoder), adapter=np.array(fingerprint(bundled_model.ADAPTER)),
    )  # fmt: skip
    print(f"已写入 {file.name}（{math.ceil(file.stat().st_size / 1024)} KB），{len(small)} 个问题，编码器 {encoder}")


def _small(vectors: Vectors) -> tuple[np.ndarray, Vectors]:
    scale = (np.abs(vectors).max(axis=1) / 127).astype(np.float32)
    return np.round(vectors / scale[:, None]).astype(np.int8), scale


def _name(place: KnownPlace) -> str:
    return SEPARATOR.join((place.instrument, *place.path))


def _places(knowledge: KnowledgeBase, one: Asked, day: date) -> dict[KnownPlace, None]:
    """Each provision that answers, and the entries of an outline below it, in every version that is held."""
    registry = knowledge.registry
    places: dict[KnownPlace, None] = {}
    for instrument, path in one.gold:
        document = lookup.version_on(registry, instrument, day)
        if document is None:
            continue
        for found in registry.reading(document.id).provisions.values():
            if found.path == path or (found.path[: len(path)] == path and found.rung is Rung.HEADING):
                places |= dict.fromkeys(_in_all_versions(registry, document, found.path))
    return places


def _in_all_versions(registry: Registry, document: Document, path: tuple[str, ...]) -> Iterator[KnownPlace]:
    """The provision, then what it surely was or became in the other versions that are held: asked about another day,
    the question is answered there."""
    reading = registry.reading(document.id)
    yield _place(document, reading, path)
    for version in registry.versions(document.instrument):
        if version.id != document.id:
            other = registry.reading(version.id)
            if there := counterpart(reading, other, path):
                yield _place(version, other, there)


def _place(document: Document, reading: Reading, path: tuple[str, ...]) -> KnownPlace:
    return KnownPlace(document.instrument, path, mark(lookup.quotable(reading, reading.provisions[path])))


def _first(knowledge: KnowledgeBase, one: Asked, known: KnownQuestions, weight: float, day: date) -> bool:
    """Whether the first finding is a right one."""
    with (
        replaced(known_questions, "known_questions_for", lambda _name: known),
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
    options = parser_on_a_fold("把训练题存为已知的问题", required=False)
    options.add_argument("--write", action="store_true", help="写入随附的一份，不报告")
    given = options.parse_args()
    if not given.write and (given.adapter is None or given.fold is None):
        options.error("不写入时要给 --adapter 与 --fold，还有 --lay")
    return given


if __name__ == "__main__":
    main()
