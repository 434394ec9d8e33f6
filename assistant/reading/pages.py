"""What the reader and the document page show: a provision in its surroundings, a document with its outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.reading.links import Link, Related, incoming, outgoing, related, relating
from assistant.reading.originals import plain_name
from assistant.reading.outline import OutlineEntry, outline
from assistant.reading.timeline import TimelineEvent, timeline
from kb import lookup, succession, validity
from kb.address import article_of, join, label, split
from kb.crossreferences import brought_along
from kb.knowledge import KnowledgeBase
from kb.model import (
    Conflict,
    CrossReference,
    Document,
    Force,
    Frozen,
    Kind,
    Provision,
    Repair,
    Rung,
    Source,
    State,
)
from kb.registry import Reading, Registry

NEIGHBOURS = 2
EXPECTED = ("number", "issuer", "issued_on", "published_on", "effective_on")
"""Fields a reader of a regulation expects; those the text does not state are listed as missing, never hidden."""


class Near(Frozen):
    address: str
    label: str
    text: str


class VersionRow(Frozen):
    """One held version of an instrument; `address` is where the provision shown stands in it, None where that is not
    sure or a whole document is shown."""

    id: str
    version: str
    effective_on: date | None
    repealed_on: date | None
    force: Force
    reason: str
    address: str | None = None


class ProvisionPage(Frozen):
    """The JSON of `/api/provisions/{address}`. `text` is what citation offsets count in; `path` are its headings."""

    address: str
    document_id: str
    title: str
    label: str
    article: str | None
    path: tuple[str, ...]
    trail: tuple[str, ...]
    text: str
    kind: Kind
    force: Force
    reason: str
    notice: str | None
    replaced_by: str | None
    effective_on: date | None
    repealed_on: date | None
    number: str | None
    issuer: str | None
    source: Source
    page: int | None
    start: int
    end: int
    previous: Near | None
    next: Near | None
    before: tuple[Near, ...]
    after: tuple[Near, ...]
    cites: tuple[Link, ...]
    cited_by: tuple[Link, ...]
    cross_references: tuple[CrossReference, ...]
    versions: tuple[VersionRow, ...]


class DocumentPage(Document):
    """The JSON of `/api/documents/{id}`. `original` is the name of the kept file it was read from; `reason` says what
    the force rests on, `timeline` is the story of the instrument."""

    provisions: tuple[OutlineEntry, ...]
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    versions: tuple[VersionRow, ...]
    relations: tuple[Related, ...]
    incoming: tuple[Related, ...]
    original: str | None
    reason: str
    timeline: tuple[TimelineEvent, ...]


def provision_page(knowledge: KnowledgeBase, address: str, as_of: date) -> ProvisionPage:
    """A provision with its neighbours, links and versions. Raises NotFound."""
    registry = knowledge.registry
    document, provision = lookup.locate(registry, address, as_of)
    reading = registry.reading(document.id)
    start, end = lookup.words(reading, provision)
    near = _readable(reading)
    article = _readable_of(near, provision)
    at = near.index(article)
    before = [_near(document, reading, p) for p in near[max(0, at - NEIGHBOURS) : at]]
    after = [_near(document, reading, p) for p in near[at + 1 : at + 1 + NEIGHBOURS]]
    shown = lookup.passage(registry, document, provision, as_of, score=0.0, found_by=())
    return ProvisionPage(
        address=join(document.id, provision.path), document_id=document.id, title=document.title,
        label=label(document.title, provision.path), article=article_of(provision.path), path=provision.trail,
        trail=provision.trail, text=reading.text[start:end], kind=document.kind,
        force=shown.force, reason=validity.reason(document, as_of, provision.path),
        notice=shown.notice, replaced_by=shown.replaced_by,
        effective_on=document.effective_on, repealed_on=document.repealed_on,
        number=document.number, issuer=document.issuer, source=document.source, page=provision.page, start=start,
        end=end, previous=before[-1] if before else None, next=after[0] if after else None, before=tuple(before),
        after=tuple(after),
        cites=tuple(dict.fromkeys(outgoing(registry, document, provision, as_of))),
        cited_by=tuple(dict.fromkeys(incoming(registry, document, provision))),
        cross_references=tuple(brought_along(registry, [shown], as_of)),
        versions=version_rows(registry, document, as_of, provision.path),
    )  # fmt: skip


def document_page(knowledge: KnowledgeBase, document: Document, as_of: date) -> DocumentPage:
    registry = knowledge.registry
    reading = registry.reading(document.id)
    repairs, notes = registry.curation(document.id)
    original = registry.original(document.id)
    dated = dated_document(document, as_of)
    conflicts = [c.model_copy(update={"kept_from": validity.plainly(c.kept_from)}) for c in dated.conflicts]
    evidence = {field: validity.plainly(words) for field, words in dated.evidence.items()}
    dated = dated.model_copy(update={"conflicts": (*conflicts, *_of_force(dated, as_of)), "evidence": evidence})
    return DocumentPage(
        **{name: getattr(dated, name) for name in Document.model_fields},
        provisions=outline(document, reading), repairs=tuple(repairs), notes=tuple(notes),
        missing=tuple(name for name in EXPECTED if getattr(document, name) is None),
        versions=version_rows(registry, document, as_of),
        relations=tuple(related(registry, document, as_of)), incoming=tuple(relating(registry, document)),
        original=plain_name(original[0]) if original else None, reason=validity.reason(document, as_of),
        timeline=timeline(registry, document, as_of),
    )  # fmt: skip


def _of_force(dated: Document, as_of: date) -> Iterator[Conflict]:
    """A record may call a text 现行有效 that has not begun: shown on a day when it does not fit. What a record calls in
    force may have been amended in single places."""
    _, _, said = dated.evidence.get("force", "").rpartition("：")
    in_part = dated.force is Force.AMENDED and said == Force.IN_FORCE
    if said and said != dated.force and dated.force is not Force.UNKNOWN and not in_part:
        yield Conflict(
            field="force", kept=dated.force, kept_from=validity.reason(dated, as_of), other=said,
            other_from=dated.evidence["force"],
        )  # fmt: skip


def dated_document(document: Document, as_of: date) -> Document:
    return document.model_copy(update={"force": validity.force(document, as_of)})


def version_rows(
    registry: Registry, document: Document, as_of: date, path: tuple[str, ...] = ()
) -> tuple[VersionRow, ...]:
    """Every published version of the instrument; with a path, where the provision at it stands in each."""

    def address(other: Document) -> str | None:
        if not path or other.id == document.id:
            return join(document.id, path) if path else None
        return succession.place_in(registry, document, other, path)

    def row(other: Document) -> VersionRow:
        there = address(other)
        place = split(there)[1] or None if there else None  # without a sure place the whole version is judged
        return VersionRow(
            id=other.id, version=other.version, effective_on=other.effective_on,
            repealed_on=other.repealed_on or other.superseded_on, force=validity.force(other, as_of, place),
            reason=validity.reason(other, as_of, place), address=there,
        )  # fmt: skip

    return tuple(map(row, registry.versions(document.instrument)))


def _readable(reading: Reading) -> list[Provision]:
    """The provisions a reader walks through: articles where there are any, else the outermost entries with text."""
    articles = [p for p in reading.provisions.values() if p.rung is Rung.ARTICLE]
    return articles or [p for p in reading.provisions.values() if len(p.path) == 1] or list(reading.provisions.values())


def _readable_of(near: Sequence[Provision], provision: Provision) -> Provision:
    """The one of `near` that holds a provision, or the closest one before it."""
    holding = [p for p in near if p.start <= provision.start and provision.end <= p.end]
    before = [p for p in near if p.start <= provision.start]
    return (holding or before[-1:] or list(near[:1]))[0]


def _near(document: Document, reading: Reading, provision: Provision) -> Near:
    return Near(
        address=join(document.id, provision.path), label=label(document.title, provision.path),
        text=lookup.quotable(reading, provision)[:600],
    )  # fmt: skip


def listed(
    registry: Registry, as_of: date, *, words: str = "", kind: Kind | None = None, force: Force | None = None,
    state: State = State.PUBLISHED,
) -> list[Document]:  # fmt: skip
    """Documents for the list: by state, words in title, number or issuer, kind and force; by level, then title."""
    found = [dated_document(h.document, as_of) for h in registry.held().values() if h.document.state is state]
    if words:
        found = [d for d in found if words in f"{d.title} {d.number or ''} {d.issuer or ''}"]
    found = [d for d in found if kind in (None, d.kind) and force in (None, d.force)]
    return sorted(found, key=lambda d: (list(Kind).index(d.kind), d.title, d.version))
