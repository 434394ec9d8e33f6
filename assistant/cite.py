"""Checks the citations in anybody's text against the stored provisions: exact title, number, force, quoted words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from assistant.answer_model import CitedPlace, CiteReport
from kb import lookup, validity
from kb.address import Reference, article_of, instrument_name, join, label, references
from kb.knowledge import KnowledgeBase
from kb.model import Document, Force, Verdict
from kb.registry import Reading

QUOTE_AFTER = re.compile(r"^[^《。；\n]{0,12}?[：:，,]?\s*[“「『\"]([^”」』\"]{4,600})[”」』\"]")
"""A quotation that follows its citation within a few words belongs to it."""


def verify(knowledge: KnowledgeBase, text: str, *, as_of: date) -> CiteReport:
    """A verdict for each place named in `text`. 该法第…条 refers to the last title named before it."""
    known = lookup.known_titles(knowledge.registry)
    report, last = [], None
    for reference in references(text, known):
        title = last = reference.title or last
        report.append(_judge(knowledge, known, reference, title, text[reference.end :], as_of))
    return CiteReport(citations=tuple(report))


def _judge(
    knowledge: KnowledgeBase, known: Mapping[str, str], reference: Reference, title: str | None, rest: str, as_of: date
) -> CitedPlace:
    def verdict(word: Verdict, detail: str, document: Document | None = None) -> CitedPlace:
        address = join(document.id, reference.path) if document else None
        named = label(document.title, reference.path) if document else None
        return CitedPlace(
            raw=reference.raw, span=(reference.start, reference.end), address=address, label=named, verdict=word,
            detail=detail,
        )  # fmt: skip

    if title is None:
        return verdict("ambiguous", "没有写明是哪部文件的条款。")
    instrument = known.get(instrument_name(title))
    document = lookup.version_on(knowledge.registry, instrument, as_of) if instrument else None
    if document is None:
        return verdict("unknown_document", f"本库没有收录《{title}》，无法核对。")
    reading = knowledge.registry.reading(document.id)
    provision = lookup.find(reading, reference.path) if reference.path else None
    if reference.path and provision is None:
        return verdict("not_found", _what_is_there(reading, document, reference), None)
    force = validity.force(document, as_of)
    if force in (Force.REPEALED, Force.NOT_YET, Force.AMENDED):
        return verdict("not_in_force", f"《{document.title}》在 {as_of} 的效力状态为{force}。", document)
    quote = QUOTE_AFTER.match(rest)
    if quote and provision and quote[1] not in lookup.quotable(reading, provision):
        return verdict(
            "quote_mismatch", f"引号中的文字与{label(document.title, reference.path)}的原文不一致。", document
        )
    return verdict("valid", f"与本库所存《{document.title}》{document.version} 版一致，{force}。", document)


def _what_is_there(reading: Reading, document: Document, reference: Reference) -> str:
    article = article_of(reference.path)
    if article and lookup.find(reading, (article,)):
        return f"《{document.title}》有{article}，但没有{''.join(reference.path[1:])}。"
    articles = [p for p in reading.provisions if article_of(p) == p[-1]]
    return f"《{document.title}》没有{''.join(reference.path)}，所存文本共 {len(articles)} 条。"
