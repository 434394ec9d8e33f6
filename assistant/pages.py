"""What the reader and the document page show: a provision in its surroundings, a document with its outline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from assistant.originals import plain_name
from kb import lookup, validity
from kb.address import article_of, instrument_name, join, label
from kb.knowledge import KnowledgeBase
from kb.model import Document, Force, Frozen, Kind, Provision, Relation, Repair, Rung, Source, State
from kb.registry import Reading, Registry

NEIGHBOURS = 2
EXPECTED = ("number", "issuer", "issued_on", "published_on", "effective_on")
"""Fields a reader of a regulation expects; those the text does not state are listed as missing, never hidden."""


class Link(Frozen):
    """A reference read from a text; `address` is None when what it points at is not loaded."""

    label: str
    title: str
    address: str | None


class Near(Frozen):
    address: str
    label: str
    text: str


class VersionRow(Frozen):
    id: str
    version: str
    effective_on: date | None
    repealed_on: date | None
    force: Force


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
    versions: tuple[VersionRow, ...]


class OutlineEntry(Frozen):
    address: str
    label: str
    heading: str | None
    text: str
    page: int | None
    children: tuple[OutlineEntry, ...] = ()


class DocumentPage(Document):
    """The JSON of `/api/documents/{id}`. `original` is the name of the kept file it was read from."""

    provisions: tuple[OutlineEntry, ...]
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    versions: tuple[VersionRow, ...]
    relations: tuple[dict[str, Any], ...]
    original: str | None


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
    return ProvisionPage(
        address=join(document.id, provision.path), document_id=document.id, title=document.title,
        label=label(document.title, provision.path), article=article_of(provision.path), path=provision.trail,
        trail=provision.trail, text=reading.text[start:end], kind=document.kind,
        force=validity.force(document, as_of), effective_on=document.effective_on, repealed_on=document.repealed_on,
        number=document.number, issuer=document.issuer, source=document.source, page=provision.page, start=start,
        end=end, previous=before[-1] if before else None, next=after[0] if after else None, before=tuple(before),
        after=tuple(after),
        cites=tuple(_outgoing(registry, document, provision, as_of)),
        cited_by=tuple(_incoming(registry, document, provision)), versions=version_rows(registry, document, as_of),
    )  # fmt: skip


def document_page(knowledge: KnowledgeBase, document: Document, as_of: date) -> DocumentPage:
    registry = knowledge.registry
    reading = registry.reading(document.id)
    repairs, notes = registry.curation(document.id)
    original = registry.original(document.id)
    dated = dated_document(document, as_of)
    return DocumentPage(
        **{name: getattr(dated, name) for name in Document.model_fields},
        provisions=_outline(document, reading), repairs=tuple(repairs), notes=tuple(notes),
        missing=tuple(name for name in EXPECTED if getattr(document, name) is None),
        versions=version_rows(registry, document, as_of),
        relations=tuple(_relation(document, r) for r in registry.relations_from(document.id)),
        original=plain_name(original[0]) if original else None,
    )  # fmt: skip


def dated_document(document: Document, as_of: date) -> Document:
    return document.model_copy(update={"force": validity.force(document, as_of)})


def version_rows(registry: Registry, document: Document, as_of: date) -> tuple[VersionRow, ...]:
    return tuple(
        VersionRow(
            id=v.id, version=v.version, effective_on=v.effective_on, repealed_on=v.repealed_on or v.superseded_on,
            force=validity.force(v, as_of),
        )
        for v in registry.versions(document.instrument)
    )  # fmt: skip


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


def _outgoing(registry: Registry, document: Document, provision: Provision, as_of: date) -> Iterable[Link]:
    for relation in registry.relations_from(document.id):
        if (
            relation.path[: len(provision.path)] == provision.path
            or provision.path[: len(relation.path)] == relation.path
        ):
            target = lookup.version_on(registry, instrument_name(relation.title), as_of)
            place = (relation.article,) if relation.article else ()
            yield Link(
                label=label(relation.title, place), title=relation.title,
                address=join(target.id, place) if target and place else target.id if target else None,
            )  # fmt: skip


def _incoming(registry: Registry, document: Document, provision: Provision) -> Iterable[Link]:
    article = article_of(provision.path)
    for document_id, relation in registry.relations_to(document.instrument):
        if relation.article and relation.article == article:
            other = registry.document(document_id)
            yield Link(
                label=label(other.title, relation.path), title=other.title, address=join(other.id, relation.path)
            )


def _outline(document: Document, reading: Reading) -> tuple[OutlineEntry, ...]:
    """The provisions as a tree by their spans."""
    ordered = list(reading.provisions.values())

    def entries(at: int, end: int) -> tuple[tuple[OutlineEntry, ...], int]:
        found = []
        while at < len(ordered) and ordered[at].start < end:
            provision = ordered[at]
            children, after = entries(at + 1, provision.end)
            stop = ordered[at + 1].start if children else provision.end
            found.append(
                OutlineEntry(
                    address=join(document.id, provision.path), label=provision.number or "／".join(provision.path),
                    heading=provision.heading, text=reading.text[provision.body : max(provision.body, stop)].strip(),
                    page=provision.page, children=children,
                )
            )  # fmt: skip
            at = after
        return tuple(found), at

    return entries(0, len(reading.text) + 1)[0]


def _relation(document: Document, relation: Relation) -> dict[str, Any]:
    return relation.model_dump(exclude={"path"}) | {"address": join(document.id, relation.path)}


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
