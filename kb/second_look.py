"""The second look: each candidate is read against the question, and a cross-encoder is heard where one is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from kb import validity
from kb.address import article_of, join, label
from kb.candidates import Candidate
from kb.lookup import LONGEST_PASSAGE, quotable
from kb.model import Force, Provision
from kb.registry import Registry
from kb.rerank import SPREAD, Asked, Read, features, finest, operative, standing
from kb.reranker import Reranker

CROSS = 0.7
"""Weight of a cross-encoder's opinion, from 0 for its worst candidate to 1 for its best, beside the features: as much
as the encoder's own, `meaning`."""


class Looked(NamedTuple):
    """A candidate as it was read: the provision it comes down to with its words, its score, the weighted share in
    [0, 1] of the question's terms that title, headings and text hold, and every feature (`kb.rerank.features`)."""

    candidate: Candidate
    provision: Provision
    text: str
    score: float
    share: float
    features: Mapping[str, float]

    @property
    def address(self) -> str:
        return join(self.candidate.document.id, self.provision.path)


def second_look(registry: Registry, candidates: Sequence[Candidate], asked: Asked, day: date) -> list[Looked]:
    """The candidates with their standing, best first, equal scores by address. One that was replaced between the search
    and the reading is left out: the next search has it."""
    fused = max((c.fused for c in candidates), default=0.0) or 1.0
    cosine = max((c.cosine for c in candidates), default=0.0)
    looked = []
    for candidate in candidates:
        document, reading = candidate.document, registry.reading(candidate.document.id)
        if candidate.path not in reading.provisions:
            continue
        provision = finest(reading, reading.provisions[candidate.path], document.title, asked)
        text = quotable(reading, provision)
        if len(text) > LONGEST_PASSAGE:
            text = reading.text[slice(*candidate.part)].strip()
        headings = f"{document.title} {' '.join(provision.trail)}"
        read = Read(
            document=document, path=provision.path, headings=headings, text=text,
            fused=candidate.fused / fused, meaning=nearness(candidate.cosine, cosine),
            operative=operative(provision.path, article=article_of(provision.path) is not None),
            current=validity.force(document, day, provision.path) not in (Force.AMENDED, Force.REPEALED),
        )  # fmt: skip
        found = features(read, asked)
        looked.append(Looked(candidate, provision, text, round(standing(found), 6), found["covered"], found))
    best: dict[str, Looked] = {}
    for one in in_order(looked):
        best.setdefault(one.address, one)  # two candidates may come down to one entry
    return list(best.values())


def judged(reranker: Reranker, question: str, looked: Sequence[Looked]) -> list[Looked]:
    """With a cross-encoder's opinion added to each score, in the new order. Raises Unavailable when it cannot tell."""
    if not looked:
        return []
    words = [f"{label(one.candidate.document.title, one.provision.path)}\n{one.text}" for one in looked]
    scores = reranker.scores(question, words)
    low, width = min(scores), (max(scores) - min(scores)) or 1.0
    told = [one.score + CROSS * (score - low) / width for one, score in zip(looked, scores, strict=True)]
    return in_order([one._replace(score=round(score, 6)) for one, score in zip(looked, told, strict=True)])


def in_order(looked: Sequence[Looked]) -> list[Looked]:
    return sorted(looked, key=lambda one: (-one.score, one.address))


def nearness(cosine: float, best: float) -> float:
    """From 1 for the best cosine down to 0 at SPREAD below it; 0 for what was not found by it."""
    return max(0.0, 1 - (best - cosine) / SPREAD) if cosine else 0.0
