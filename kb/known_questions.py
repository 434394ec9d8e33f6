"""Questions whose answer is known: how near a question comes to one that a provision is known to answer.

An encoder sees how near a question is to a provision; how near it is to a question that the provision answers it sees
far better, because both are put in the same plain words. The questions are those of `data/train`, kept as vectors of
the bundled encoder alone (`learning/known.py`). A provision is known by its words, not by its number: when a new
edition changes them, what was known of the old ones is no longer said of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.embed import Vectors

FILE = Path(__file__).with_name("known_questions.npz")
NEAR, SAME = 0.9, 0.97
"""Cosines of two questions that have nothing to do with each other, or only the subject; and that ask the same."""
STEEP = 2
"""Nearly the same question tells where the answer stands, one on the same subject little: by the power less is lost
where the right provision is not known yet, and what is gained where it is stays."""
ITSELF = 0.9995
"""The cosine from which two questions are the same words, kept vectors being rounded."""


class KnownQuestions:
    """`vectors` has shape (questions, size), each of unit length; `answered` names, by the mark of its words, which of
    them a provision answers; `unanswerable` are the vectors of questions that no law answers."""

    def __init__(self, vectors: Vectors, answered: Mapping[int, NDArray[np.int32]], unanswerable: Vectors) -> None:
        self._vectors, self._answered, self._unanswerable = vectors, answered, unanswerable

    def near(self, vector: Vectors) -> Nearness:
        return Nearness(self._vectors, self._answered, self._unanswerable, vector)


class Nearness:
    """One question beside all that are known."""

    def __init__(
        self, vectors: Vectors, answered: Mapping[int, NDArray[np.int32]], unanswerable: Vectors, vector: Vectors
    ) -> None:
        self._vectors, self._answered, self._unanswerable, self._vector = vectors, answered, unanswerable, vector

    def __call__(self, text: str) -> float:
        """How near the question comes to one that these words answer: 0 for not near or none known, 1 for the same."""
        rows = self._answered.get(mark(text))
        if rows is None:
            return 0.0
        cosine = float((self._vectors[rows] @ self._vector).max())  # of these alone: a search asks for few
        near = min(1.0, max(0.0, (cosine - NEAR) / (SAME - NEAR)))
        return near**STEEP

    def but_for_itself(self) -> Nearness:
        """The same without the question itself, where it is a known one: for learning."""
        vectors, others = (
            np.where((known @ self._vector >= ITSELF)[:, None], np.float32(0), known)
            for known in (self._vectors, self._unanswerable)
        )
        return Nearness(vectors, self._answered, others, self._vector)

    @cached_property
    def answerable(self) -> float:
        """The cosine to the nearest question that has an answer."""
        return float((self._vectors @ self._vector).max(initial=0.0))

    @cached_property
    def unanswerable(self) -> float:
        """The cosine to the nearest question that has none."""
        return float((self._unanswerable @ self._vector).max(initial=0.0))


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
        answered = {int(one): numbers for one, numbers in zip(groups, rows, strict=True)}
        return KnownQuestions(_whole(held, "vectors"), answered, _whole(held, "unanswerable"))


def _whole(held: Mapping[str, NDArray[Any]], name: str) -> Vectors:
    return np.asarray(held[name] * held[f"{name}_scale"][:, None], np.float32)
