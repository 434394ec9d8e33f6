"""What a question takes for granted and is not so: said first, politely, with what is right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.asked_day import Asked
from kb.catalogue import CatalogueEntry
from kb.knowledge import KnowledgeBase


def premises(
    knowledge: KnowledgeBase, asked: Asked, *, today: date, catalogue: Sequence[CatalogueEntry]
) -> tuple[str, ...]:
    """Sentences that correct the premises of a question, the gravest first; () where nothing is wrong."""
    return ()
