"""Provisions that a question names by title and number: 药品管理法第三十二条, 公司法47条."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from kb import lookup
from kb.address import instrument_name
from kb.editions import named_version
from kb.knowledge import KnowledgeBase
from kb.model import Document, Provision
from kb.references import Reference, loose_places, references
from kb.registry import Registry


class Place(NamedTuple):
    document: Document
    provision: Provision


def named_places(knowledge: KnowledgeBase, question: str, as_of: date, documents: tuple[str, ...] = ()) -> list[Place]:
    """Provisions the question names by title and number, in its order; of the edition it names, where it names one.
    `documents` are the ids that are chosen, all where there are none."""
    registry = knowledge.registry
    known = knowledge.lexicon.names(lookup.known_titles(registry))
    titled = [reference for reference in references(question, known) if reference.title and reference.path]
    places = [named_place(knowledge, reference, as_of, documents) for reference in titled]
    if not titled:
        loose = loose_places(question, known)
        places = [_place(registry, instrument, None, path, as_of, documents) for instrument, path in loose]
    found: dict[tuple[str, tuple[str, ...]], Place] = {}
    for held in places:
        if held:
            found.setdefault((held.document.id, held.provision.path), held)
    return list(found.values())


def named_place(
    knowledge: KnowledgeBase, reference: Reference, as_of: date, documents: tuple[str, ...] = ()
) -> Place | None:
    """The stored provision a reference names by title, edition and number; None when any of them is not held, or not
    among the documents that are chosen."""
    registry = knowledge.registry
    known = knowledge.lexicon.names(lookup.known_titles(registry))
    instrument = known.get(instrument_name(reference.title or "")) or known.get(reference.title or "")
    return _place(registry, instrument, reference.version, reference.path, as_of, documents) if instrument else None


def _place(
    registry: Registry, instrument: str, version: str | None, path: tuple[str, ...], as_of: date,
    documents: tuple[str, ...],
) -> Place | None:  # fmt: skip
    document = named_version(registry, instrument, version, as_of, documents)
    provision = lookup.find(registry.reading(document.id), path) if document else None
    return Place(document, provision) if document and provision else None
