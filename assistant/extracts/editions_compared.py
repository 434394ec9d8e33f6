"""Two editions of one provision side by side: 药品管理法第三十二条新旧版有什么不同; of two whole editions only
where to read the comparison, which no answer can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assistant.answer_model import Cell, Table, TableRow
from assistant.extracts.stored_quotes import cite
from assistant.question.asking import ASKS_COMPARISON
from kb import lookup, validity
from kb.address import article_of, split
from kb.compare import Path, changes
from kb.model import Citation, Document
from kb.references import title_spans
from kb.registry import Registry
from kb.validity import chinese_day

ASKS_EDITIONS = re.compile(
    "新旧|旧版.{0,12}新版|新版.{0,12}旧版|修[订改正]前后?.{0,12}修?[订改正]?后|(?:19|20)\\d{2}年?版?.{0,12}(?:19|20)\\d{2}年?版|前后两版|两个版本"
    "|(?:19|20)\\d{2}年?版.{0,8}[新现旧]行?版|[新现旧]行?版.{0,8}(?:19|20)\\d{2}年?版"
)
NO_OTHER = "知识库没有依据"
_ASKS_CHANGES = re.compile("变化|变动|改了|修改了|改动")
_NO_MATTER = re.compile(
    "(?:19|20)\\d{2}年?|中华人民共和国|版本?|[新旧现]行?|修[订正改]|[以之]?前后?|[以之]?后|有|什么|啥|哪些|哪里|哪儿|主要|整体|总体|到底|都|的|和|与|跟|同|及|比|相比"
    "|区别|不同|不一样|差别|差异|变化|变动|对比|比较|异同|改动?|了|吗|呢|请问?|一下|帮我|看看|说说|[两各]个?|之间|在|是|地方|方面|之?处|内容|条文|规定"
    "|做|作|怎么|如何|[《》（）()、，,。？?！!\\s]"
)
"""What a question holds that names a text and its editions and no matter."""


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


def whole_editions(question: str, known: Mapping[str, str]) -> list[str]:
    """The instrument of which a question compares whole editions; [] where it names a matter, or asks something else.
    `known` are the spoken titles."""
    if not ASKS_EDITIONS.search(question) or not (ASKS_COMPARISON.search(question) or _ASKS_CHANGES.search(question)):
        return []
    spans = title_spans(question, known)
    rest = list(question)
    for start, end, _ in spans:
        rest[start:end] = " " * (end - start)
    named = list(dict.fromkeys(instrument for *_, instrument in spans))
    return named if len(named) == 1 and not _NO_MATTER.sub("", "".join(rest)) else []


def where_compared(registry: Registry, instrument: str) -> str:
    """Where to read the editions of an instrument article by article."""
    held = registry.versions(instrument)
    if len(held) < 2:
        return "本库只存有其中一版，不能逐条对照。"
    old, new = held[-2:]
    return (
        f"两版逐条的改动，请看“版本比较”页（在法规库打开{validity.cited(new.title)}，选“与另一版本比较”），"
        f"或运行 regkb compare {old.id} {new.id}；要问某一事项的变化，请写明是哪一条或哪一事项。"
    )


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
