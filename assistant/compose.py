"""The words of an extractive answer: a lead of ours, then verbatim quotes, each under its mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.answer_model import Reckoning, Table
from assistant.extract import Part, Quoted
from assistant.versions import chinese_day
from kb.knowledge import KnowledgeBase
from kb.model import Citation, Document, Force
from kb.search import WITHOUT_FORCE

PARTS: dict[Part, str] = {"main": "", "named": "其中所引条文：", "related": "相关规定："}


class Composed(NamedTuple):
    """`text` carries the keys of `citations`."""

    text: str
    citations: tuple[Citation, ...]
    table: Table | None = None
    reckonings: tuple[Reckoning, ...] = ()
    notes: tuple[str, ...] = ()


def composed(
    knowledge: KnowledgeBase, question: str, quoted: Sequence[Quoted], *, as_of: date, today: date
) -> Composed:
    """The answer to `question`, which stands alone, from at least one quote."""
    first = quoted[0].citation
    lines = [_lead(first, knowledge.registry.document(first.document_id), as_of)]
    for part, heading in PARTS.items():
        found = [q.citation for q in quoted if q.part == part]
        lines += [*([heading] if found and heading else []), *(_line(c) for c in found)]
    return Composed("\n\n".join(lines), tuple(q.citation for q in quoted))


def _lead(citation: Citation, document: Document, as_of: date) -> str:
    place = f"《{citation.title.removeprefix('中华人民共和国')}》{citation.article or ''}"
    day = f"按{chinese_day(as_of)}"
    if document.kind in WITHOUT_FORCE:
        later = document.version[:4].isdigit() and document.version > as_of.isoformat()
        made = f"，{document.version} 编写，说的不是所问日期的法规" if later else ""
        return (
            f"{day}有效的法规原文中没有找到直接条款；本库自编的{place}（{document.kind}，非官方文本{made}）这样说明："
        )
    if citation.force is Force.IN_FORCE:
        return f"{day}现行文本，直接依据是{place}："
    return f"{day}，最相关的是{place}（效力状态：{citation.force}，请留意）："


def _line(citation: Citation) -> str:
    force = "" if citation.force is Force.IN_FORCE else f"，效力状态：{citation.force}"
    return f"“{citation.quote}”[{citation.key}]（{citation.label}{force}）"
