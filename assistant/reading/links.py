"""Where a provision points and what points at it, as links between pages: read from the stored relations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb import lookup
from kb.address import instrument_name, join, label
from kb.model import Document, Frozen, Provision, Relation, RelationKind
from kb.registry import Registry


class Link(Frozen):
    """A reference read from a text; `address` is None when what it points at is not loaded."""

    label: str
    title: str
    address: str | None


def outgoing(registry: Registry, document: Document, provision: Provision, as_of: date) -> Iterator[Link]:
    """What the words at a provision refer to: other texts as of the date, this text in its own version."""
    for relation in registry.relations_from(document.id):
        if _shared(relation.path, provision.path):
            own = instrument_name(relation.title) == document.instrument
            target = document if own else lookup.version_on(registry, instrument_name(relation.title), as_of)
            place = _place(relation)
            found = lookup.find(registry.reading(target.id), place) if target and place else None
            yield Link(
                label=label(relation.title, place), title=relation.title,
                address=join(target.id, found.path) if target and found else target.id if target else None,
            )  # fmt: skip


def incoming(registry: Registry, document: Document, provision: Provision) -> Iterator[Link]:
    """The provisions whose words refer to this one, or to a place in it or around it."""
    for document_id, relation in registry.relations_to(document.instrument):
        place = _place(relation)
        other = registry.document(document_id)
        # another version speaks of itself when it says 本法第十条
        of_another_version = other.instrument == document.instrument and other.id != document.id
        if place and _shared(place, provision.path) and not of_another_version:
            yield Link(
                label=label(other.title, relation.path), title=other.title, address=join(other.id, relation.path)
            )


class Related(Frozen):
    """A relation as the page of a document shows it: `title` and `document_id` name the text at the other end, the id
    being None where it is not held; `address` is where the words stand."""

    kind: RelationKind
    title: str
    document_id: str | None
    article: str | None
    target: tuple[str, ...]
    number: str | None
    evidence: str
    doubt: str | None
    address: str


def related(registry: Registry, document: Document, as_of: date) -> Iterator[Related]:
    """What a document says of other texts and of itself, in its order."""
    ids = {}
    for relation in registry.relations_from(document.id):
        instrument = instrument_name(relation.title)
        if instrument not in ids:
            other = document if instrument == document.instrument else lookup.version_on(registry, instrument, as_of)
            ids[instrument] = other.id if other else None
        yield _row(relation, relation.title, ids[instrument], document.id)


def relating(registry: Registry, document: Document) -> Iterator[Related]:
    """What other instruments say of a document's instrument."""
    for document_id, relation in registry.relations_to(document.instrument):
        other = registry.document(document_id)
        if other.instrument != document.instrument:
            yield _row(relation, other.title, other.id, other.id)


def _row(relation: Relation, title: str, other: str | None, standing_in: str) -> Related:
    return Related(
        kind=relation.kind, title=title, document_id=other, article=relation.article, target=relation.target,
        number=relation.number, evidence=relation.evidence, doubt=relation.doubt,
        address=join(standing_in, relation.path),
    )  # fmt: skip


def _place(relation: Relation) -> tuple[str, ...]:
    """The place of the other text that a relation names, () for the text as a whole."""
    return relation.target or ((relation.article,) if relation.article else ())


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one place is the other or lies in it."""
    least = min(len(one), len(other))
    return one[:least] == other[:least]
