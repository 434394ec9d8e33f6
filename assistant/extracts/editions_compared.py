"""Two editions of one provision side by side: 药品管理法第三十二条新旧版有什么不同."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.answer_model import Cell, Table, TableRow
from assistant.extracts.stored_quotes import cite
from assistant.question.asking import ASKS_COMPARISON
from kb import lookup, validity
from kb.address import article_of, split
from kb.compare import Path, changes
from kb.model import Citation, Document
from kb.registry import Registry
from kb.validity import chinese_day

ASKS_EDITIONS = re.compile(
    "新旧|旧版.{0,12}新版|新版.{0,12}旧版|修[订改正]前后?.{0,12}修?[订改正]?后|(?:19|20)\\d{2}年?版?.{0,12}(?:19|20)\\d{2}年?版|前后两版|两个版本"
)
NO_OTHER = "知识库没有依据"


class Editions(NamedTuple):
    """`further` are the quotes of the table that the answer did not have, numbered on."""

    table: Table
    further: tuple[Citation, ...]


def editions_compared(registry: Registry, question: str, citations: Sequence[Citation], as_of: date) -> Editions | None:
    """The first provision quoted as this and the edition before (or, of the first one held, after) have it; None where
    the question does not set editions side by side, or only one is held."""
    if not citations or not (ASKS_EDITIONS.search(question) and ASKS_COMPARISON.search(question)):
        return None
    document_id, path = split(citations[0].address)
    held = registry.document(document_id)
    versions = registry.versions(held.instrument)
    at = next(at for at, version in enumerate(versions) if version.id == held.id)
    if len(versions) < 2:
        return None
    old, new = (versions[at - 1], held) if at else (held, versions[1])
    article = path[:1] if path[:1] == (article_of(path),) else path
    pair = _pair(registry, old, new, held, article)
    further: list[Citation] = []
    rows = []
    for document, place in zip((old, new), pair, strict=True):
        rows.append(
            TableRow(name=_name(document), cells=(_cell(registry, document, place, citations, further, as_of),))
        )
    return Editions(Table(columns=("规定",), rows=tuple(rows)), tuple(further))


def _pair(
    registry: Registry, old: Document, new: Document, held: Document, place: Path
) -> tuple[Path | None, Path | None]:
    for change in changes(registry.reading(old.id), registry.reading(new.id)):
        if place == (change.new if held.id == new.id else change.old):
            return change.old, change.new
    return (None, place) if held.id == new.id else (place, None)


def _cell(
    registry: Registry, document: Document, place: Path | None, citations: Sequence[Citation],
    further: list[Citation], as_of: date,
) -> Cell:  # fmt: skip
    """The provision of one edition: as it is quoted already where it is whole, else quoted anew."""
    if place is None:
        return Cell(text=NO_OTHER)
    reading = registry.reading(document.id)
    start, end = lookup.words(reading, reading.provisions[place])
    words = reading.text[start:end]
    own = next((c for c in citations if c.document_id == document.id and c.quote == words), None)
    if own is None:
        own = cite(registry, document, start, end, as_of, str(len(citations) + len(further) + 1))
        further.append(own)
    return Cell(text=own.quote, keys=(own.key,))


def _name(document: Document) -> str:
    begun = validity.start(document)
    return f"{document.version} 版" + (f"（{chinese_day(begun)}起）" if begun else "")
