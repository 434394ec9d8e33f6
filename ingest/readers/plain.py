"""Plain text and Markdown: markers become plain lines, tables become `| a | b |` lines."""

from __future__ import annotations

import re

from ingest.readers.encoding import decode
from ingest.readers.raw import RawText, table_line, tidy

COMMENT = re.compile(r"<!--(.*?)-->", re.S)
COMMENT_FIELD = re.compile(r"\s*(actual_title|source_url):\s*(.+?)\s*", re.S)
HEADING = re.compile(r"^\s{0,3}#{1,6}\s*")
RULE = re.compile(r"^[\s|:-]*-{3,}[\s|:-]*$|^\s*\*\s?\*\s?\*\s*$")
IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
LINK = re.compile(r"\[([^\]\n]*)\]\((?:<[^>\n]*>|[^)\s]*)(?:\s+\"[^\"\n]*\")?\)")
BREAK = re.compile(r"<br\s*/?>", re.I)
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
BOLD = re.compile(r"\*{2,}")


def read_text(name: str, data: bytes) -> RawText:
    text, encoding = decode(data, name)
    return RawText(tidy(text), "txt", encoding)


def read_markdown(name: str, data: bytes) -> RawText:
    text, encoding = decode(data, name)
    fields = {}
    for comment in COMMENT.findall(text):
        if field := COMMENT_FIELD.fullmatch(comment):
            fields[field[1]] = field[2]
    lines = _tables(COMMENT.sub("", text).splitlines())
    title = fields.get("actual_title") or next((_plain(line) for line in lines if line.startswith("# ")), None)
    notes = (f"来源网址：{fields['source_url']}",) if "source_url" in fields else ()
    return RawText(tidy("\n".join(map(_plain, lines))), "md", encoding, title=title, notes=notes)


def _plain(line: str) -> str:
    line = HEADING.sub("", line)
    line = BOLD.sub("", LINK.sub(r"\1", IMAGE.sub("[image: ]", line)))
    return ESCAPE.sub(r"\1", BREAK.sub(" ", line)).strip()


def _tables(lines: list[str]) -> list[str]:
    """Markdown tables as `| a | b |` lines, header first, their rules dropped."""
    out: list[str] = []
    inside = False
    for line in lines:
        if RULE.match(line):
            inside = "|" in line and bool(out) and "|" in out[-1]
            if inside:
                out[-1] = _row(out[-1])
            continue
        inside = inside and "|" in line
        out.append(_row(line) if inside else line)
    return out


def _row(line: str) -> str:
    line = re.sub(r"^\s*\||\|\s*$", "", line) if line.lstrip().startswith("|") else line
    return table_line(re.split(r"(?<!\\)\|", line))
