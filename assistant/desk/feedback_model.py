"""The JSON of ratings and of the questions that people are to look at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from kb.model import Frozen

Reason = Literal["答非所问", "引用不对", "不完整", "已过时", "看不懂", "其他"]
Wish = Literal["refused", "human"]
QueueState = Literal["open", "taken", "closed"]


class GivenRating(Frozen):
    useful: bool
    reason: Reason | None


class Rating(Frozen):
    """What somebody thought of an answer; who it was is not told."""

    answer_id: str
    useful: bool
    reason: Reason | None
    words: str | None
    rated_at: datetime


class Ratings(Frozen):
    """`useful` of `total` were found useful, `reasons` counts why the others were not."""

    total: int
    useful: int
    reasons: dict[str, int]
    ratings: tuple[Rating, ...]


class Nearest(Frozen):
    """A provision that came close, with its score in the search: the higher the nearer."""

    address: str
    label: str
    score: float


class Search(Frozen):
    """What was looked for when a question was handed over: by the law of `day`, among so many `documents`, with these
    `terms`. `trouble` says why nothing could be looked for."""

    day: date
    documents: int | None
    terms: tuple[str, ...]
    nearest: tuple[Nearest, ...]
    index_version: str | None
    trouble: str | None = None


class Unanswered(Frozen):
    """A question that its asker agreed to hand to a person. `reason`: it was refused, or a person was asked for."""

    id: str
    question: str
    as_of: date | None
    answer_id: str | None
    reason: Wish
    contact: str | None
    asked_at: datetime
    state: QueueState
    note: str | None
    searched: Search


class UnansweredList(Frozen):
    total: int
    unanswered: tuple[Unanswered, ...]
