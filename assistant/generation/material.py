"""What a language model is given to read for one question: blocks of stored provisions, each under a key of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.answer import WorkedOut
from assistant.generation.prompts import Shown, new_keys
from assistant.reading.context import Block, assemble
from kb import lookup
from kb.address import split
from kb.knowledge import KnowledgeBase
from kb.model import Document, Force, Passage, Provision
from kb.registry import Reading
from kb.search import WITHOUT_FORCE

BUDGET = 6000
"""Characters of provisions: what a model of 7 billion weights still reads with care."""


class Given(NamedTuple):
    """A block as it was given: `text` is `[start, start + len(text))` of the document's stored text and lies in the
    provision."""

    key: str
    document: Document
    reading: Reading
    provision: Provision
    text: str
    start: int
    force: Force
    label: str

    @property
    def shown(self) -> Shown:
        return Shown(self.key, f"{self.label}（{_standing(self.document, self.force)}）", self.text)


def given(knowledge: KnowledgeBase, worked: WorkedOut) -> list[Given]:
    """The provisions that the extractive answer quotes, then what else was found and what they need to be understood.
    No key stands in any of the texts or in the question."""
    registry, as_of = knowledge.registry, worked.asked.day
    passages = list(_passages(knowledge, worked))
    blocks = assemble(registry, passages, as_of, budget=BUDGET, question=worked.asked.question).blocks
    taken = "\n".join([worked.asked.question, *(block.text for block in blocks)])
    placed = [one for block in blocks if (one := _placed(knowledge, block)) is not None]
    return [one._replace(key=key) for one, key in zip(placed, new_keys(len(placed), taken), strict=True)]


def _passages(knowledge: KnowledgeBase, worked: WorkedOut) -> Iterator[Passage]:
    """Those that are quoted first, each place once."""
    registry, as_of = knowledge.registry, worked.asked.day
    seen: set[str] = set()
    for citation in worked.begun.citations:
        document_id, path = split(citation.address)
        provision = registry.reading(document_id).provisions.get(path)
        if citation.address not in seen and provision is not None:
            seen.add(citation.address)
            document = registry.document(document_id)
            yield lookup.passage(registry, document, provision, as_of, score=1.0, found_by=())
    found: Iterable[Passage] = (f.passage for f in worked.evidence.findings) if worked.evidence else ()
    yield from (passage for passage in found if passage.address not in seen)


def _placed(knowledge: KnowledgeBase, block: Block) -> Given | None:
    document_id, path = split(block.address)
    reading = knowledge.registry.reading(document_id)
    provision = reading.provisions.get(path)
    start = -1
    if provision is not None:
        first, last = lookup.words(reading, provision)
        start = reading.text.find(block.text, first, last)
    if provision is None or start < 0 or not block.text.strip():
        return None  # replaced since it was found
    document = knowledge.registry.document(document_id)
    return Given("", document, reading, provision, block.text, start, block.force, block.label)


def _standing(document: Document, force: Force) -> str:
    return f"{document.kind}，非官方文本" if document.kind in WITHOUT_FORCE else str(force)
