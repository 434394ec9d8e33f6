"""Plain text and Markdown: markers become plain lines, tables become `| a | b |` lines."""

from __future__ import annotations

import re
from html import unescape

from ingest.incoming import Incoming
from ingest.readers.encoding import decode
from ingest.readers.raw import RawText, table_line, tidy
from ingest.readers.superscript import superscript
from ingest.readers.web.page import read_page
from kb.errors import UnreadableFile
from kb.model import Repair

FIELDS = ("actual_title", "source_url")
HEADING = re.compile(r"^\s{0,3}#{1,6}\s*")
QUOTED = re.compile(r"^\s{0,3}(?:>[ \t]{0,3}){1,9}")
UNDERLINE = re.compile(r"\s{0,3}=[=\s]{2,}")
FENCE = re.compile(r"\s{0,3}(?:`{3,}[\w+-]{0,20}|~{3,}[\w+-]{0,20})\s{0,9}")
FIELD = re.compile(r"[A-Za-z_][\w-]{0,30}\s{0,3}:(?:\s|$)|[-\s]|#")
LONGEST_FIELDS = 60  # lines of the fields above a text
RULE_MARKS = re.compile(r"[\s|:-]+")
STARS = re.compile(r"\s*\*\s?\*\s?\*\s*")
# every repeat is bounded or cannot run past the next opening bracket: a line may be megabytes long
IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
LINK = re.compile(r"\[([^\[\]\n]*)\]\((?:<[^<>\n]{0,2000}>|[^()\s]{0,2000})(?:[^\S\n]{1,4}\"[^\"\n]{0,300}\")?\)")
BREAK = re.compile(r"<br\s*/?>", re.I)
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
BOLD = re.compile(r"\*{2,}")
MASKED = re.compile(r"(?<=[\u3400-\u9fff“”])\*\*(?=[\u3400-\u9fff])")
CLAUSE = re.compile("[，。；：、？！]")
RAISED = re.compile(r"<(sup|sub)>([^<>\n]{1,40})</\1>", re.I)
TABLE = re.compile(r"<table[\s>]", re.I)
TABLE_END = re.compile(r"</table\s{0,9}>", re.I)
_MARKS = re.compile(r"[\\*#~<>\[\]`]")
"""Signs of Markdown, which in the words of a table are only signs."""
ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|lt|gt|amp|quot|times|deg|middot|ldquo|rdquo|mdash|ge|le|plusmn|#\d{2,6});")


def read_text(file: Incoming) -> RawText:
    found = decode(file.data, file.name)
    return RawText(found.text, "txt", found.encoding, notes=found.notes)


def read_markdown(file: Incoming) -> RawText:
    text, encoding, remarks = decode(file.data, file.name)
    body, comments = _comments(text)
    fields = {}
    for comment in comments:
        key, _, value = comment.strip().partition(":")
        if key in FIELDS and value.strip():
            fields[key] = value.strip()
    above, rest = _front_matter(_html_tables(body, file.name).splitlines())
    lines = _tables([QUOTED.sub("", line) for line in rest])
    title = fields.get("actual_title") or next((_plain(line) for line in lines if line.startswith("# ")), None)
    left_out = tuple(Repair(step="文件头信息", before=line, after="", at=0) for line in above if line.strip())
    notes = (*remarks, f"来源网址：{fields['source_url']}") if "source_url" in fields else remarks
    return RawText(tidy("\n".join(map(_plain, lines))), "md", encoding, title=title, notes=notes, left_out=left_out)


def _html_tables(text: str, name: str) -> str:
    """Tables written in HTML, as recognisers of scans write them, with merged cells filled; an open one is text."""
    parts, at = [], 0
    while (start := TABLE.search(text, at)) and (end := TABLE_END.search(text, start.end())):
        try:
            rows = read_page(f"<html><body>{text[start.start() : end.end()]}</body></html>", name).text
        except UnreadableFile:  # no words in it
            rows = ""
        parts += [text[at : start.start()], "\n", _MARKS.sub(r"\\\g<0>", rows), "\n"]
        at = end.end()
    return "".join([*parts, text[at:]])


def _front_matter(lines: list[str]) -> tuple[list[str], list[str]]:
    """The fields between two --- at the very top, and the rest; a rule above ordinary text opens none."""
    if not lines or lines[0].strip() != "---":
        return [], lines
    for end, line in enumerate(lines[1:LONGEST_FIELDS], 1):
        if line.strip() == "---":
            return lines[1:end], lines[end + 1 :]
        if line.strip() and not FIELD.match(line):
            break
    return [], lines


def _comments(text: str) -> tuple[str, list[str]]:
    """The text without its comments, and what they say; one that is never closed is text."""
    parts, comments, at = [], [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[at:start])
        comments.append(text[start + 4 : end])
        at = end + 3
    return "".join([*parts, text[at:]]), comments


def _plain(line: str) -> str:
    line = HEADING.sub("", line)
    line = _without_bold(LINK.sub(r"\1", IMAGE.sub("[image: ]", line)))
    line = RAISED.sub(_raised, BREAK.sub(" ", line))
    return ENTITY.sub(lambda match: unescape(match[0]), ESCAPE.sub(r"\1", line)).strip()


def _raised(match: re.Match[str]) -> str:
    return superscript(match[2]) if match[1].lower() == "sup" else match[2]


def _without_bold(line: str) -> str:
    """The line without the stars of bold words. A ** inside a sentence that has no partner, or only one beyond a comma,
    hides a word: it stays for the curator."""
    stars = list(BOLD.finditer(line))
    kept, position, out = set(), 0, []
    while position < len(stars):
        one, other = stars[position], stars[position + 1] if position + 1 < len(stars) else None
        masks = MASKED.match(line, one.start()) is not None
        alone = other is None or (
            masks and MASKED.match(line, other.start()) and CLAUSE.search(line, one.end(), other.start())
        )
        if masks and alone:
            kept.add(position)
        position += 1 if alone else 2
    at = 0
    for position, one in enumerate(stars):
        if position not in kept:
            out.append(line[at : one.start()])
            at = one.end()
    return "".join([*out, line[at:]])


def _tables(lines: list[str]) -> list[str]:
    """Markdown tables as `| a | b |` lines, header first, their rules dropped."""
    out: list[str] = []
    inside = False
    for line in lines:
        if UNDERLINE.fullmatch(line) or FENCE.fullmatch(line):
            continue
        if (RULE_MARKS.fullmatch(line) and "---" in line) or STARS.fullmatch(line):
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
