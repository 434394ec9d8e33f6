"""Citations cut out of the stored text: the only place where a quote is made."""

from __future__ import annotations

from datetime import date

from assistant.extracts.sentences import sentences
from kb import lookup, succession, validity
from kb.address import article_of, instrument_name, join, label
from kb.knowledge import KnowledgeBase
from kb.model import Citation, Document
from kb.registry import Registry


class StoredQuoter:
    """Implements `assistant.guidance.quoting.Quoter` over the knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def locate(self, title: str, path: tuple[str, ...], words: str | None, as_of: date) -> Citation | None:
        registry = self._knowledge.registry
        document = lookup.version_on(registry, instrument_name(title), as_of)
        if document is None:
            return None
        reading = registry.reading(document.id)
        provision = lookup.find(reading, path) if path else next(iter(reading.provisions.values()), None)
        if provision is None:
            return None
        start, end = lookup.words(reading, provision)
        spans = sentences(reading.text[start:end])
        chosen = next((s for s in spans if words is None or words in reading.text[start + s[0] : start + s[1]]), None)
        return cite(registry, document, start + chosen[0], start + chosen[1], as_of) if chosen else None


def cite(registry: Registry, document: Document, start: int, end: int, as_of: date, key: str = "1") -> Citation:
    """The words `[start, end)` of a document's text as a citation of the finest provision that holds them all."""
    reading = registry.reading(document.id)
    provision = lookup.finest(reading, start, end)
    begun, _ = lookup.words(reading, provision)
    notice, replaced_by = succession.notice(registry, document, as_of, provision.path)
    return Citation(
        key=key,
        address=join(document.id, provision.path),
        document_id=document.id,
        title=document.title,
        label=label(document.title, provision.path),
        article=article_of(provision.path),
        quote=reading.text[start:end],
        start=start - begun,
        end=end - begun,
        force=validity.force(document, as_of, provision.path),
        effective_on=document.effective_on,
        source=document.source,
        notice=notice,
        replaced_by=replaced_by,
    )
