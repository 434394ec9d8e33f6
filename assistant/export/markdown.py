"""An exported document as Markdown: front matter with the metadata, every text escaped so that it means only itself."""

from __future__ import annotations

import re

import yaml

from assistant.export.document import Block, Fact, Grid, Heading, Link, Paragraph, Quote, WrittenDocument

SPECIAL = re.compile(r"\[\d{1,4}\](?![(:])|[\\`*_<>|~&$\[\]]")
"""A key of ours stays as it is: alone, with no address behind it, it means nothing in Markdown."""
AT_LINE_START = re.compile(r"^(\d{0,9})([#+\-=>.)])")
"""What would begin a heading, a list, a quotation or a rule."""


def markdown(document: WrittenDocument) -> bytes:
    """UTF-8 text of CommonMark with tables."""
    front = yaml.safe_dump(_front(document), allow_unicode=True, sort_keys=False, width=10_000)
    parts = [f"# {escaped(document.title)}", f"**{document.label}**", *map(_block, document.blocks)]
    body = "\n\n".join([*parts, "---", f"*{document.label}*　{escaped(document.provider)}"])
    return f"---\n{front}---\n\n{body}\n".encode()


def escaped(text: str) -> str:
    """Words that a reader of Markdown shows as they are."""
    one = SPECIAL.sub(lambda m: m.group() if len(m.group()) > 1 else f"\\{m.group()}", text)
    lines = (line.lstrip(" \t") for line in one.split("\n"))
    return "\n".join(AT_LINE_START.sub(r"\1\\\2", line) for line in lines)


def _front(document: WrittenDocument) -> dict[str, str]:
    return {
        "title": document.title, "label": document.label, "provider": document.provider,
        "content_number": document.content_number, "asked_at": document.asked_at.isoformat(timespec="minutes"),
        "AIGC": document.aigc,
    }  # fmt: skip


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * (level + 1)} {escaped(_one_line(text))}"
        case Paragraph(text):
            return escaped(text).replace("\n", "  \n")
        case Fact(text):
            return f"<small>{escaped(_one_line(text))}</small>"
        case Quote(text):
            return "\n".join(f"> {line}  " for line in escaped(text).split("\n"))
        case Link(name, url):
            return f"来源：[{escaped(_one_line(name))}](<{url}>)"
        case Grid(columns, rows):
            return "\n".join([_row(columns), _row(("---",) * len(columns), raw=True), *map(_row, rows)])


def _row(cells: tuple[str, ...], raw: bool = False) -> str:
    return "| " + " | ".join(cell if raw else escaped(cell).replace("\n", "<br>") for cell in cells) + " |"


def _one_line(text: str) -> str:
    return " ".join(text.split())
