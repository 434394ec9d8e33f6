"""An answer as plain text for readers that show nothing else: the text, its sources line by line, the label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answer_model import LABEL, Answer, Table
from kb.model import NOT_STATED, Citation

CITED = "引用："
UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters: XML 1.0 has no place for them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks of direction: they make a text read otherwise than it is
    "\ufffe\uffff\ufeff\ud800-\udfff]"  # no characters at all
)
LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")


def clean(text: str) -> str:
    """A text without what no file can hold, its lines ended by a line feed."""
    return UNWRITABLE.sub("", LINE_ENDS.sub("\n", text))


def with_sources(answer: Answer) -> str:
    """The whole answer as text: `[k]` in it points at the lines of sources at its end."""
    return answer.text + sources(answer)


def sources(answer: Answer) -> str:
    """What comes after the text of an answer: what could not be told in it, the sources, the label."""
    parts = []
    if table := answer.table:
        parts.append("\n".join([_row(["", *table.columns]), _row(["---"] * (len(table.columns) + 1)), *_rows(table)]))
    for reckoning in answer.reckonings:
        parts.append("\n".join([f"期限计算：{reckoning.rule}", *(f"· {step}" for step in reckoning.steps)]))
    if answer.remarks:
        parts.append("\n".join(f"· {remark}" for remark in answer.remarks))
    if answer.clarify and answer.clarify.options:
        parts.append("可以这样回答：" + "、".join(answer.clarify.options))
    if answer.citations:
        parts.append("\n".join([CITED, *map(source_line, answer.citations)]))
    parts.append(answer.label)
    return "\n\n" + "\n\n".join(parts)


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        yield _row([row.name, *(cell.text + "".join(f"[{key}]" for key in cell.keys) for cell in row.cells)])


def _row(cells: Sequence[str]) -> str:
    """A row as most chat programs draw a table of."""
    return "| " + " | ".join(" ".join(cell.replace("|", "｜").split()) for cell in cells) + " |"


def without_sources(text: str) -> str:
    """The text of an answer that came back as it was sent: what was put at its end is no part of a conversation."""
    if not text.rstrip().endswith(LABEL):
        return text
    told, _, _ = text.rpartition(LABEL)
    answered, found, _ = told.rpartition(f"\n\n{CITED}\n")
    return (answered if found else told).rstrip()


def source_line(citation: Citation) -> str:
    since = f"{citation.effective_on} 起施行" if citation.effective_on else f"施行日期{NOT_STATED}"
    link = f" {citation.source.url}" if citation.source.url else ""
    return f"[{citation.key}] {citation.label}（{citation.force}，{since}）：“{citation.quote}”{link}"
