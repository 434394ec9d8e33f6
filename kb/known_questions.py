"""Questions whose answer is known: how near a question comes to one that a provision is known to answer.

An encoder sees how near a question is to a provision; how near it is to a question that the provision answers it sees
far better, because both are put in the same plain words. The questions are those of `data/train`, kept as vectors of
the bundled encoder alone, as the adapter turns them (`learning/known.py`): two questions that one provision answers
are then nearer to each other than two that only share their subject. A provision is known by its words, not by its
number: when a new edition changes them, what was known of the old ones is no longer said of it, unless both editions
were held when the questions were kept and it was sure which provision became which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.embed import Encoder, Vectors
from kb.rows import SEPARATOR

FILE = Path(__file__).with_name("known_questions.npz")
NEAR, SAME = 0.5, 0.9
"""Cosines of two questions that have nothing to do with each other, and that ask the same."""
TOGETHER = 0.06
"""Over this several questions of one provision speak for it together: the largest cosine counts, others close to it add
a little (the logarithm of the sum of exponentials)."""
NEAREST = 40
"""Questions that are looked at for where they are answered: those written article by article lead nowhere."""
ITSELF = 0.9995
"""The cosine from which two questions are the same words, kept vectors being rounded."""


class KnownPlace(NamedTuple):
    """Where a provision stood when it was known to answer, with the mark of its words."""

    instrument: str
    path: tuple[str, ...]
    mark: int


class KnownQuestions(NamedTuple):
    """`vectors` has shape (questions, size), each of unit length; `answered` names, by the mark of its words, which of
    them a provision answers; `unanswerable` are the vectors of questions that no law answers; `places` says of a
    question, by its number, where the provisions that answer it stand."""

    vectors: Vectors
    answered: Mapping[int, NDArray[np.int32]]
    unanswerable: Vectors
    places: Mapping[int, Sequence[KnownPlace]] = MappingProxyType({})

    def near(self, vector: Vectors) -> Nearness:
        return Nearness(self, vector)


class Nearness:
    """One question beside all that are known."""

    def __init__(self, known: KnownQuestions, vector: Vectors) -> None:
        self._known, self._vector = known, vector

    def __call__(self, text: str) -> float:
        """How near the question comes to one that these words answer: 0 for not near or none known, 1 for the same."""
        rows = self._known.answered.get(mark(text))
        if rows is None:
            return 0.0
        cosines = self._cosines[rows]
        best = float(cosines.max())
        together = TOGETHER * float(np.log(np.exp((cosines - best) / TOGETHER).sum()))
        near = best - NEAR + min(together, best - NEAR)  # many questions of other things do not make one of this
        return min(1.0, max(0.0, near / (SAME - NEAR)))

    def but_for_itself(self) -> Nearness:
        """The same without the question itself, where it is a known one: for learning."""
        vectors, others = (
            np.where((known @ self._vector >= ITSELF)[:, None], np.float32(0), known)
            for known in (self._known.vectors, self._known.unanswerable)
        )
        return Nearness(self._known._replace(vectors=vectors, unanswerable=others), self._vector)

    def places(self) -> list[KnownPlace]:
        """Where the nearest questions are answered, nearest first: of those that have to do with this one at all, in
        every version of an instrument."""
        cosines = self._cosines
        found: dict[KnownPlace, None] = {}
        near = np.flatnonzero(cosines > NEAR)  # few: sorting them all would take longer than comparing them
        for number in near[np.argsort(-cosines[near], kind="stable")][:NEAREST]:
            found |= dict.fromkeys(self._known.places.get(int(number), ()))
        return list(found)

    @cached_property
    def _cosines(self) -> Vectors:
        made: Vectors = self._known.vectors @ self._vector
        return made

    @cached_property
    def answerable(self) -> float:
        """The cosine to the nearest question that has an answer."""
        return float(self._cosines.max(initial=0.0))

    @cached_property
    def unanswerable(self) -> float:
        """The cosine to the nearest question that has none."""
        return float((self._known.unanswerable @ self._vector).max(initial=0.0))


def beside_known(encoder: Encoder, question: str) -> Nearness | None:
    """None where the encoder is not the one that knows them."""
    known = known_questions_for(encoder.name) if encoder.taught else None
    return known.near(encoder.turned([question])[0]) if known else None


@lru_cache(maxsize=8192)
def mark(text: str) -> int:
    """By which a provision's words are known; blanks do not count."""
    return int.from_bytes(blake2b("".join(text.split()).encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=4)
def known_questions_for(encoder: str, file: Path = FILE) -> KnownQuestions | None:
    """The questions as the encoder of this name sees them; None for any other encoder."""
    with np.load(file, allow_pickle=False) as held:
        if str(held["encoder"]) != encoder:
            return None
        marks, questions = held["marks"], held["questions"]
        order = np.argsort(marks, kind="stable")
        groups, starts = np.unique(marks[order], return_index=True)
        rows = np.split(questions[order].astype(np.int32), starts[1:])
        # once each: two provisions of one question may say the same words
        answered = {int(one): np.unique(numbers) for one, numbers in zip(groups, rows, strict=True)}
        return KnownQuestions(_whole(held, "vectors"), answered, _whole(held, "unanswerable"), _places(held))


def _places(held: Mapping[str, NDArray[Any]]) -> dict[int, list[KnownPlace]]:
    names = [place.split(SEPARATOR) for place in held["places"].tolist()]
    places: dict[int, list[KnownPlace]] = {}
    for one, number, at in zip(*(held[row].tolist() for row in ("marks", "questions", "stands")), strict=True):
        instrument, *path = names[at]
        places.setdefault(number, []).append(KnownPlace(instrument, tuple(path), one))
    return {number: _highest(found) for number, found in places.items()}


def _highest(places: Sequence[KnownPlace]) -> list[KnownPlace]:
    """Without the entries of an outline below one that is there as well: they would crowd out other questions."""
    there = {(place.instrument, place.path) for place in places}
    return [p for p in places if not any((p.instrument, p.path[:cut]) in there for cut in range(1, len(p.path)))]


def _whole(held: Mapping[str, NDArray[Any]], name: str) -> Vectors:
    return np.asarray(held[name] * held[f"{name}_scale"][:, None], np.float32)
