"""The JSON of the HTTP contract that has no class of its own below the UI: envelopes, provisions, documents, coverage.

Passages, answers, navigation results and matches are read into the classes of `kb.model` and `assistant`; what is
listed here is read by key, so that a field the service adds later does not break a page. Dates are ISO text,
and null means that the source text does not say.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from kb.model import CrossReference, Passage
from ui.contract_history import AmendmentRow, ConflictRow, RelationRow, TimelineEntry


class CorrectedWord(TypedDict):
    """A word of a question that was taken for another one."""

    said: str
    meant: str
    why: str


class UnderstoodQuestion(TypedDict):
    question: str
    corrections: list[CorrectedWord]


class SearchResult(TypedDict):
    """`as_of` is the day searched by, which the question may have named; `notes` say so, and what else to know."""

    query: str
    as_of: str
    index_version: str
    passages: list[Passage]
    cross_references: list[CrossReference]
    understood: NotRequired[UnderstoodQuestion]
    notes: NotRequired[list[str]]


class Neighbour(TypedDict):
    address: str
    label: str


class NeighbourText(Neighbour):
    text: str


class Link(TypedDict):
    """A reference read from a text; `address` is null when what it points at is not loaded."""

    label: str
    address: str | None
    title: str


class VersionRow(TypedDict):
    """A version of an instrument. `repealed_on` is its end, whatever ended it; `address`, on the page of a provision,
    is where that provision stands in this version."""

    id: str
    version: str
    effective_on: str | None
    repealed_on: str | None
    force: str
    reason: NotRequired[str]
    address: NotRequired[str | None]


class ProvisionPage(TypedDict):
    """One provision in its surroundings; `text` is the stored text that citation offsets count in, and stands at
    `[start, end)` of the whole document. `reason` says what its force rests on; `notice` and `replaced_by` are set
    where it is anything but in force; `cross_references` are the provisions its words refer to."""

    address: str
    document_id: str
    title: str
    label: str
    article: str | None
    path: list[str]
    text: str
    kind: str
    force: str
    effective_on: str | None
    repealed_on: str | None
    number: str | None
    issuer: str | None
    source: dict[str, Any]
    start: int
    end: int
    previous: Neighbour | None
    next: Neighbour | None
    before: list[NeighbourText]
    after: list[NeighbourText]
    trail: list[str]
    cites: list[Link]
    cited_by: list[Link]
    versions: list[VersionRow]
    reason: NotRequired[str]
    notice: NotRequired[str | None]
    replaced_by: NotRequired[str | None]
    cross_references: NotRequired[list[dict[str, Any]]]


class OutlineEntry(TypedDict):
    """A place of a document. `label` is its printed number, or its path where none is printed; `text` ends where the
    first child begins."""

    address: str
    label: str
    heading: str | None
    text: str
    page: int | None
    children: list[OutlineEntry]


class DocumentRow(TypedDict):
    id: str
    version: str
    title: str
    kind: str
    level: str
    number: str | None
    issuer: str | None
    region: str | None
    sectors: list[str]
    topics: list[str]
    stages: list[str]
    issued_on: str | None
    published_on: str | None
    effective_on: str | None
    expires_on: str | None
    repealed_on: str | None
    force: str
    state: str
    source: dict[str, Any]
    counts: dict[str, int]
    evidence: dict[str, str]
    amendments: NotRequired[list[AmendmentRow]]
    conflicts: NotRequired[list[ConflictRow]]


class DocumentPage(DocumentRow):
    """A document with its text. `repairs`, `notes` and `missing` are what a curator checks before publishing;
    `original` is the name of the kept file it was read from. `reason` says what the force rests on; `relations` are
    read from this text, `incoming` from others about it."""

    provisions: list[OutlineEntry]
    repairs: list[dict[str, Any]]
    notes: list[str]
    missing: list[str]
    versions: list[VersionRow]
    relations: list[RelationRow]
    original: str | None
    reason: NotRequired[str]
    timeline: NotRequired[list[TimelineEntry]]
    incoming: NotRequired[list[RelationRow]]


class FileReport(TypedDict):
    """What became of one file that was handed in, or of one file inside it; `reason` says why it failed."""

    path: str
    outcome: str
    document_id: str | None
    title: str | None
    kind: str | None
    counts: dict[str, int]
    repairs: int
    warnings: list[str]
    reason: str | None


class TakenIn(DocumentPage):
    """The first document of a file that was handed in, and the report of every file in it."""

    reports: list[FileReport]


class DocumentList(TypedDict):
    total: int
    documents: list[DocumentRow]


class Coverage(TypedDict):
    documents: int
    provisions: int
    as_of: str
    newest_text: str | None
    index_version: str
    by_kind: dict[str, int]
    not_loaded: list[str]
    catalogue: dict[str, int]


class TemplateRow(TypedDict):
    id: str
    title: str
    sectors: list[str]
    stage: str | None


class ComparedQuote(TypedDict):
    """Quoted words as they were compared with the provision; `nearest` is what stands there instead."""

    words: str
    start: int
    end: int
    nearest: str | None


class CitedPlace(TypedDict):
    """One citation found in somebody's text, with its verdict; `span` counts characters of that text."""

    raw: str
    span: list[int]
    address: str | None
    label: str | None
    verdict: str
    detail: str
    force: NotRequired[str | None]
    replaced_by: NotRequired[str | None]
    quote: NotRequired[ComparedQuote | None]


class CiteReport(TypedDict):
    citations: list[CitedPlace]
