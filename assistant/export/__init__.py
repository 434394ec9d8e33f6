"""Answers as files: Word, Markdown and PDF, each with the label, a citations appendix and its metadata inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from assistant.answer_model import Answer
from assistant.export.document import Exchange, Facts, FactsOf, WrittenDocument, nothing_known, written
from assistant.export.markdown import markdown
from assistant.export.pdf import pdf
from assistant.export.word import word
from kb.errors import BadInput

Format = Literal["docx", "md", "pdf"]


class FileKind(NamedTuple):
    """How a format is made, and what it is called over HTTP."""

    made: Callable[[WrittenDocument], bytes]
    media_type: str


KINDS: Mapping[Format, FileKind] = {
    "docx": FileKind(word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "md": FileKind(markdown, "text/markdown; charset=utf-8"),
    "pdf": FileKind(pdf, "application/pdf"),
}


def exported(title: str, exchanges: Sequence[Exchange], form: Format, facts_of: FactsOf = nothing_known) -> bytes:
    """Questions with their answers as a file. `facts_of` gives number and issuer of a document id, where they are
    known. Raises BadInput where there is no answer among them."""
    if not exchanges:
        raise BadInput("没有可以导出的回答：请先提问，等回答完成后再导出。")
    return KINDS[form].made(written(title, exchanges, facts_of))


def save_answer(
    answer: Answer, question: str, path: Path, *, asked_at: datetime, facts_of: FactsOf = nothing_known
) -> None:
    """Write one answer to a file, in the format that the end of its name says. Raises BadInput for another end."""
    form = next((one for one in get_args(Format) if path.suffix.lower() == f".{one}"), None)
    if form is None:
        ends = "、".join(f".{one}" for one in get_args(Format))
        raise BadInput(f"文件名 {path.name} 的结尾应是 {ends} 之一。")
    path.write_bytes(exported(question, [Exchange(question, asked_at, answer)], form, facts_of))


__all__ = ["KINDS", "Exchange", "Facts", "FactsOf", "FileKind", "Format", "exported", "save_answer"]
