"""From text to provisions: 编/章/节/条/款/项/目 of laws, 一、（一）1.（1）① of notices and guides, tables, attachments.

The text alone decides; nothing is lost: the top-level spans put together give back the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.structure.articles import build_articles, has_articles
from ingest.structure.marks import Line, read_lines
from ingest.structure.outline import build_outline
from ingest.structure.parts import (
    add_footnotes,
    is_footnotes,
    open_attachment,
    parts,
    split_closing,
    split_contents,
)
from ingest.structure.tables import mark_titles
from ingest.structure.tree import Node, flatten
from kb.model import Provision, Rung


def structure(text: str, pages: Sequence[int] = ()) -> tuple[Provision, ...]:
    """The provisions of a repaired text in document order, parents before children. `pages` as in RawText."""
    root = Node(Rung.TEXT, "", 0, 0)
    for lines in parts(mark_titles(read_lines(text))):
        if is_footnotes(lines):
            add_footnotes(root, lines)
            continue
        head = lines[0].mark
        if head is not None and head.style == "附件" and root.children:
            node, within = open_attachment(root, lines)
            _build(node, within)
        else:
            _build(root, lines)
    if [node.segment for node in root.children] == ["序言"]:
        root.children[0].segment = "正文"
    return flatten(root.children, text, pages)


def _build(parent: Node, lines: Sequence[Line]) -> None:
    """One part: contents, attachment list and signature set apart, the rest in articles or in outline entries."""
    before, contents, after = split_contents(lines)
    body, listed, signature = split_closing([*before, *after])
    if has_articles(body):
        build_articles(parent, body)
    else:
        build_outline(parent, body)
    for name, block in (("目录", contents), ("附件清单", listed), ("落款", signature)):
        if block:
            parent.add(Node(Rung.TEXT, name, block[0].start, block[0].start))
    parent.children.sort(key=lambda node: node.first)
