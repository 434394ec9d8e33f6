"""Texts in articles: 编/章/节 as containers, 条, and within an article 款, 项 and 目.

An article runs until the next article or heading. Its paragraphs are its 款 (counted, never numbered in print); a list
of 项 belongs to the paragraph that leads it in.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.structure.circled import split_circled
from ingest.structure.marks import RANK, Line, Mark, next_marks
from ingest.structure.tables import add_table
from ingest.structure.tree import Node
from kb.address import to_chinese
from kb.model import Rung

GAP = 5  # an article number without a space after it must nearly follow the last one
MOST = 9999  # paragraphs that can be numbered; words after them stay with the last
JUMP = 60  # articles deleted in a row; more than this is a quotation of another law
ITEM_STYLES = ("一、", "（一）", "1.", "1）", "（1）", "①")
RUNGS = {"编": Rung.PART, "分编": Rung.PART, "部分": Rung.PART, "章": Rung.CHAPTER, "节": Rung.SECTION}


def has_articles(lines: Sequence[Line]) -> bool:
    marks = [line.mark for line in lines if line.mark and line.mark.style == "条"]
    return any(mark.value == 1 for mark in marks) or sum(mark.spaced for mark in marks) >= 2


def build_articles(parent: Node, lines: Sequence[Line]) -> None:
    """Put the articles of one part under `parent`."""
    containers: list[Node] = [parent]
    last, position = 0, 0
    following = next_marks(lines, ITEM_STYLES)
    while position < len(lines):
        line = lines[position]
        mark = line.mark
        if mark and mark.style in RANK:
            open_division(containers, line, mark, lines[position + 1 : position + 2])
            position += 1
        elif mark and mark.style == "条" and follows(mark, last):
            end = position + 1
            while end < len(lines) and not _opens(lines[end].mark, mark.value):
                end += 1
            containers[-1].add(_article(lines[position:end], following[position:end]))
            last, position = mark.value, end
        elif len(containers) > 1:
            position += 1  # words under a chapter heading before its first article belong to the heading
        else:
            end = position + 1
            while end < len(lines) and not _opens(lines[end].mark, last):
                end += 1
            name = f"段{parent.held[Rung.TEXT]}" if parent.children else "序言"
            parent.add(Node(Rung.TEXT, name, line.start, line.start))
            position = end


def follows(mark: Mark, last: int) -> bool:
    """Whether an article mark is the next article rather than a reference or a quotation at the start of a line."""
    if mark.value == 1 and not mark.extra:
        return True
    if mark.extra and mark.value <= last:
        return mark.value == last
    step = mark.value - last
    return 0 < step <= (JUMP if mark.spaced else GAP)


def open_division(containers: list[Node], line: Line, mark: Mark, following: Sequence[Line]) -> Node:
    """A chapter, put under the open ones of higher rank. A title printed on the next line is taken with it."""
    while len(containers) > 1 and RANK[containers[-1].style] >= RANK[mark.style]:
        containers.pop()
    title = line.text[mark.body :].strip()
    if mark.value == 0:
        title = mark.segment
    elif not title and following and following[0].mark is None and len(following[0].text) <= 20:
        title = following[0].text
    number = mark.segment if mark.value else None
    node = Node(
        RUNGS[mark.style], mark.segment, line.start, line.start + mark.body, number=number, heading=title or None,
        printed=f"{number or ''} {title}".strip(), style=mark.style, value=mark.value, in_path=False,
        above=tuple(node.segment for node in containers[1:]),
    )  # fmt: skip
    containers[-1].add(node)
    containers.append(node)
    return node


def _opens(mark: Mark | None, last: int) -> bool:
    return mark is not None and (mark.style in RANK or (mark.style == "条" and follows(mark, last)))


def _article(lines: Sequence[Line], following: Sequence[Mark | None]) -> Node:
    head = lines[0]
    mark = head.mark
    assert mark is not None
    number = head.text[: mark.body].strip()
    article = Node(Rung.ARTICLE, mark.segment, head.start, head.start + mark.body, number=number, style="条")
    paragraphs = _paragraphs(article.body, lines, following)
    if len(paragraphs) == 1:
        article.children = paragraphs[0].children
    else:
        article.children = paragraphs
    return article


def _paragraphs(body: int, lines: Sequence[Line], following: Sequence[Mark | None]) -> list[Node]:
    """The 款 of an article, each with its 项. Plain lines that finish an item are not paragraphs of their own."""
    paragraphs = [Node(Rung.PARAGRAPH, "第一款", body, body)]
    split_circled(paragraphs[0], lines[0], Rung.SUBITEM)
    open_items: list[Node] = []
    position = 1
    while position < len(lines):
        line = lines[position]
        mark = line.mark
        if mark and mark.style in ("表", "表题"):
            position = add_table(open_items[-1] if open_items else paragraphs[-1], lines, position)
            continue
        if mark and mark.style in ITEM_STYLES:
            _open_item(paragraphs[-1], open_items, line, mark)
        elif (open_items and _goes_on(open_items[-1], following[position])) or len(paragraphs) == MOST:
            if open_items:
                open_items[-1].last = line.text
        else:
            open_items = []
            name = f"第{to_chinese(len(paragraphs) + 1)}款"
            paragraphs.append(Node(Rung.PARAGRAPH, name, line.start, line.start))
            split_circled(paragraphs[-1], line, Rung.SUBITEM)
        position += 1
    return paragraphs


def _open_item(paragraph: Node, open_items: list[Node], line: Line, mark: Mark) -> None:
    """An item: beside the open item of its style, or below the innermost one. The list itself shows the order."""
    depth = next((depth for depth, item in enumerate(open_items) if item.style == mark.style), len(open_items))
    del open_items[depth:]
    holder = open_items[-1] if open_items else paragraph
    node = holder.add(_item(line, mark, below=bool(open_items)))
    open_items.append(node)
    if mark.style != "①":
        split_circled(node, line, Rung.SUBITEM)


def _item(line: Line, mark: Mark, *, below: bool) -> Node:
    if mark.style in ("一、", "（一）"):
        rung, segment = Rung.SUBITEM if below else Rung.ITEM, f"第（{to_chinese(mark.value)}）项"
    elif mark.style == "1.":
        rung, segment = Rung.SUBITEM, f"第{mark.value}目"
    else:
        rung, segment = Rung.SUBITEM, mark.segment
    return Node(
        rung, segment, line.start, line.start + mark.body, number=line.text[: mark.body].strip(), style=mark.style,
        value=mark.value, last=line.text,
    )  # fmt: skip


def _goes_on(item: Node, following: Mark | None) -> bool:
    """Whether plain words after an item are still its words: it was a bare heading, or its list goes on after them."""
    if not item.last.endswith("。"):
        return True
    return following is not None and following.style == item.style and following.value == item.value + 1
