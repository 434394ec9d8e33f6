"""From text to provisions: 编/章/节/条/款/项/目 of laws, 一、（一）1.（1）① of notices and guides, tables, attachments.

The text alone decides; nothing is lost: the top-level spans put together give back the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.structure_articles import build_articles, has_articles
from ingest.structure_marks import CONTENTS, DATE_LINE, Line, read_lines
from ingest.structure_outline import build_outline
from ingest.structure_tree import Node, flatten
from kb.model import Provision, Rung

LEADER = re.compile(r"[.…·\s\d]+$")
LONGEST_CONTENTS = 400  # lines
SIGNATURE = 30  # characters of a signature line


def structure(text: str, pages: Sequence[int] = ()) -> tuple[Provision, ...]:
    """The provisions of a repaired text in document order, parents before children."""
    root = Node(Rung.TEXT, "", 0, 0)
    for lines in _parts(read_lines(text)):
        head = lines[0].mark
        opens = head is not None and head.style == "附件" and bool(root.children)
        _build(_attachment(root, lines[0]) if opens else root, lines[1:] if opens else lines)
    if [node.segment for node in root.children] == ["序言"]:
        root.children[0].segment = "正文"
    return flatten(root.children, text, pages)


def _build(parent: Node, lines: Sequence[Line]) -> None:
    """One part: its contents list and signature set apart, the rest in articles or in outline entries."""
    before, contents, after = _contents(lines)
    body, signature = _signature([*before, *after])
    if has_articles(body):
        build_articles(parent, body)
    else:
        build_outline(parent, body)
    for name, block in (("目录", contents), ("落款", signature)):
        if block:
            parent.add(Node(Rung.TEXT, name, block[0].start, block[0].start))
    parent.children.sort(key=lambda node: node.first)


def _parts(lines: Sequence[Line]) -> list[list[Line]]:
    """The main text and each attachment. An attachment mark above the title is an orphan, not a part."""
    parts: list[list[Line]] = []
    for position, line in enumerate(lines):
        if not parts or (line.mark and line.mark.style == "附件" and position >= 3):
            parts.append([])
        parts[-1].append(line)
    return parts


def _attachment(root: Node, line: Line) -> Node:
    assert line.mark is not None
    title = line.text[line.mark.body :].strip()
    return root.add(
        Node(
            Rung.ATTACHMENT, line.mark.segment, line.start, line.start + line.mark.body, number=line.mark.segment,
            heading=title or None, printed=f"{line.mark.segment} {title}".strip(),
        )
    )  # fmt: skip


def _contents(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line], Sequence[Line]]:
    """A list of contents: from 目录, or a first run of chapter lines, to where its first entry comes again."""
    for start, line in enumerate(lines[:40]):
        titled = CONTENTS.fullmatch(line.text) is not None
        first = start + 1 if titled else start
        if first >= len(lines) or not (titled or (line.mark and line.mark.style in ("编", "章"))):
            continue
        entry = _entry(lines[first].text)
        for again in range(first + 1, min(first + LONGEST_CONTENTS, len(lines))):
            mark = lines[again].mark
            if mark and mark.style == "条":
                break
            if entry and _entry(lines[again].text) == entry:
                return lines[:start], lines[start:again], lines[again:]
        if not titled:
            break
    return lines, (), ()


def _entry(text: str) -> str:
    """A line of contents without dot leaders, page number and spaces, to be compared with its heading."""
    return re.sub(r"\s", "", LEADER.sub("", text))


def _signature(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """Split off the closing lines: a date alone, with the short lines of issuers above it."""
    if len(lines) < 4 or not DATE_LINE.fullmatch(re.sub(r"\s", "", lines[-1].text)):
        return lines, ()
    first = len(lines) - 1
    while first > len(lines) - 4 and _may_sign(lines[first - 1]):
        first -= 1
    return lines[:first], lines[first:]


def _may_sign(line: Line) -> bool:
    return line.mark is None and len(line.text) <= SIGNATURE and not line.text.endswith(("。", "；", "：", ":"))
