"""The JSON of the HTTP contract about time: amendments, conflicts, relations, timelines, comparisons.

Read by key like `ui.contract`, whose document page holds some of these; dates are ISO text, null means not stated.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class AmendmentRow(TypedDict):
    """Places of a text, each a path, that a later text changed from the day `on` while the words held are the old;
    `ended` says that they were repealed."""

    on: str
    places: list[list[str]]
    by: str
    source: str
    evidence: str
    ended: NotRequired[bool]


class ConflictRow(TypedDict):
    """Two sources that disagree about a field: `kept` stands, `other` does not."""

    field: str
    kept: str
    kept_from: str
    other: str
    other_from: str


class RelationRow(TypedDict):
    """A relation read from a text, at `address`, to `title`; `doubt` says why staff must look first. `document_id` is
    the other text where it is held."""

    kind: str
    address: str
    title: str
    article: str | None
    number: str | None
    evidence: str
    doubt: str | None
    target: NotRequired[list[str]]
    document_id: NotRequired[str | None]


class TimelineEntry(TypedDict):
    """One thing that happened to an instrument; `on` is null where no text says when. `document_id` and `title` name
    the text it happened by; `current` marks what concerns the version on the page."""

    on: str | None
    kind: str
    words: str
    document_id: str | None
    title: str | None
    evidence: str | None
    current: bool


class ComparedVersion(TypedDict):
    id: str
    title: str
    version: str
    effective_on: str | None
    force: str


class ComparedText(TypedDict):
    address: str
    label: str
    text: str


class Mark(TypedDict):
    """A run of characters: `op` is same, removed or added."""

    op: str
    text: str


class ChangeRow(TypedDict):
    """What became of one provision: `how` is same, renumbered, changed, added or removed."""

    how: str
    likeness: float
    old: ComparedText | None
    new: ComparedText | None
    marks: list[Mark]


class Comparison(TypedDict):
    """Two versions, article by article, in the order of the new one."""

    old: ComparedVersion
    new: ComparedVersion
    counts: dict[str, int]
    changes: list[ChangeRow]


class WaitingRelation(TypedDict):
    """A relation with the document it was read from; a doubtful one has no effect until staff accept it."""

    document_id: str
    document_title: str
    kind: str
    address: str
    title: str
    article: str | None
    number: str | None
    evidence: str
    doubt: str | None
