"""A sentence as a model writes it, held against one stored provision."""

from __future__ import annotations

from datetime import date

from assistant.generation.citation_stream import CitationStream
from assistant.generation.ground import Ground
from assistant.generation.grounding import Grounder
from assistant.generation.material import Given
from assistant.service import Service
from kb import lookup, validity
from kb.address import label

TODAY = date(2026, 11, 21)
KEY = "b2x7"


def let_out(service: Service, address: str, sentence: str) -> bool:
    """Whether every claim of the sentence rests on the provision at the address, so that a reader would see it."""
    document, provision = lookup.locate(service.knowledge.registry, address, TODAY)
    reading = service.knowledge.registry.reading(document.id)
    start, end = lookup.words(reading, provision)
    force = validity.force(document, TODAY, provision.path)
    heading = label(document.title, provision.path)
    ground = Ground(Given(KEY, document, reading, provision, reading.text[start:end], start, force, heading))
    cutting = CitationStream([KEY])
    sentences = [*cutting.feed(f"{sentence}[{KEY}]。"), *cutting.finish()]
    grounder = Grounder(service.knowledge, {KEY: ground})
    assert sentences
    assert all(one.keys for one in sentences)
    return all(grounder.supports(one) is not None for one in sentences)
