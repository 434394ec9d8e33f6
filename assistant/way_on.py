"""The way on from an answer: what to do next, which service items help, what else the evidence invites to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.evidence import ENOUGH_TERMS, Evidence
from assistant.model import EnterpriseProfile, NavigationItem, RegulatoryPath, Search, ServiceItem
from assistant.navigate import navigate
from assistant.needs import asks_how
from assistant.quoting import Quoter
from kb import lookup
from kb.address import label, split
from kb.knowledge import KnowledgeBase
from kb.model import NOT_STATED, Citation, Kind


class Offers(NamedTuple):
    """What navigation needs: the items and routes of the content, the search and the quoter of the service."""

    items: Sequence[ServiceItem]
    paths: Sequence[RegulatoryPath]
    search: Search
    quoter: Quoter


class WayOn(NamedTuple):
    next_steps: tuple[str, ...] = ()
    items: tuple[NavigationItem, ...] = ()
    suggestions: tuple[str, ...] = ()


def way_on(
    knowledge: KnowledgeBase, evidence: Evidence, citations: Sequence[Citation], *,
    profile: EnterpriseProfile | None, offers: Offers | None, as_of: date,
) -> WayOn:  # fmt: skip
    """For an answer that cites at least one provision; the steps only where the question asks how to do something."""
    items = _items(evidence.question, profile, offers, as_of) if offers and asks_how(evidence.question) else ()
    steps = tuple(
        f"第{place}步　{item.name}（{item.channel or NOT_STATED}）" for place, item in enumerate(items, start=1)
    )
    return WayOn((*steps, *_guides(evidence)), items, _neighbours(knowledge, citations[0]))


def _items(question: str, profile: EnterpriseProfile | None, offers: Offers, as_of: date) -> tuple[NavigationItem, ...]:
    return navigate(question, profile, **offers._asdict(), as_of=as_of).items


def _neighbours(knowledge: KnowledgeBase, first: Citation) -> tuple[str, ...]:
    """The articles next to the best one, as questions that name them."""
    document_id, path = split(first.address)
    reading = knowledge.registry.reading(document_id)
    places: list[tuple[str, ...]] = [
        p.path for p in reading.provisions.values() if p.rung in ("条", "层") and len(p.path) == 1
    ]
    title = first.title
    if path[:1] not in places:
        return ()
    at = places.index(path[:1])
    return tuple(f"{label(title, near)}是怎么规定的" for near in places[at + 1 : at + 3] if lookup.find(reading, near))


def _guides(evidence: Evidence) -> tuple[str, ...]:
    """Our guides, items and templates on the same matter: what to do after reading the law."""
    titles = [
        f"{f.passage.kind}：《{f.passage.title}》"
        for f in evidence.findings
        if f.passage.kind in (Kind.GUIDE, Kind.SERVICE_ITEM) and f.share >= ENOUGH_TERMS
    ]
    return tuple(dict.fromkeys(titles))[:3]
