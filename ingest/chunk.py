"""Provisions to chunks: one for each article or outline entry, long ones split by 款 and 项 with their lead sentence.

Every chunk is a verbatim slice of the text; what is added for the index (title, headings above, lead sentence, table
header) stands only in `index_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, Document, NodeRelationship, TextNode

from kb.model import Chunk, Provision, Rung

LIMIT = 420
"""Characters of a chunk: what the default encoder reads with title and trail in its 512 tokens."""
SHORT = 40
LEAD = 160
CONTAINERS = (Rung.PART, Rung.CHAPTER, Rung.SECTION, Rung.ATTACHMENT)
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]+|[^。；！？\n]+")


@dataclass
class _Branch:
    provision: Provision
    children: list[_Branch] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    """A slice to index, with the words that lead it in."""

    path: tuple[str, ...]
    start: int
    end: int
    trail: tuple[str, ...]
    lead: str = ""


class ProvisionParser(NodeParser):
    """A llama-index node parser over the provisions of one document: its nodes are the chunks, offsets kept."""

    title: str
    provisions: tuple[Provision, ...]

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [node for source in nodes for node in self._chunk(source)]

    def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]) -> list[BaseNode]:
        return nodes  # the default searches each text again in the document and finds the first of equal ones

    def _chunk(self, source: BaseNode) -> Iterator[BaseNode]:
        text = source.get_content()
        origin = source.as_related_node_info()  # once: it hashes the whole text
        parts: dict[tuple[str, ...], int] = {}
        for piece in _pieces(text, _tree(self.provisions)):
            part = parts.get(piece.path, 0)
            parts[piece.path] = part + 1
            words = text[piece.start : piece.end]
            above = [self.title, *piece.trail, *([piece.lead] if piece.lead and piece.lead not in words else [])]
            yield TextNode(
                text=words, start_char_idx=piece.start, end_char_idx=piece.end,
                metadata={"path": list(piece.path), "part": part, "index_text": "\n".join((*above, words))},
                relationships={NodeRelationship.SOURCE: origin},
            )  # fmt: skip


def chunks(title: str, text: str, provisions: Sequence[Provision]) -> tuple[Chunk, ...]:
    """The chunks of a text in its order. `path` is the article or outline entry a chunk lies in."""
    parser = ProvisionParser(title=title, provisions=tuple(provisions))
    nodes = parser.get_nodes_from_documents([Document(text=text)])
    return tuple(
        Chunk(
            path=tuple(node.metadata["path"]), part=node.metadata["part"], start=node.start_char_idx or 0,
            end=node.end_char_idx or 0, index_text=node.metadata["index_text"],
        )
        for node in nodes
        if isinstance(node, TextNode)
    )  # fmt: skip


def _tree(provisions: Sequence[Provision]) -> list[_Branch]:
    """Provisions come in order with nested spans: the parent is the last one that still covers the start."""
    roots: list[_Branch] = []
    open_branches: list[_Branch] = []
    for provision in provisions:
        branch = _Branch(provision)
        while open_branches and not _holds(open_branches[-1].provision, provision):
            open_branches.pop()
        (open_branches[-1].children if open_branches else roots).append(branch)
        open_branches.append(branch)
    return roots


def _holds(outer: Provision, inner: Provision) -> bool:
    return outer.body <= inner.start and inner.end <= outer.end and outer.body < outer.end


def _pieces(text: str, branches: Sequence[_Branch]) -> Iterator[_Piece]:
    """Siblings in order; short ones next to each other go together under their parent's path."""
    waiting: list[_Branch] = []
    for branch in branches:
        if _is_short(branch) and _size(waiting) < LIMIT:
            waiting.append(branch)
            continue
        yield from _together(text, waiting)
        waiting = []
        yield from _piece(text, branch)
    yield from _together(text, waiting)


def _is_short(branch: _Branch) -> bool:
    provision = branch.provision
    leaf = provision.rung in (Rung.HEADING, Rung.TEXT) and not branch.children
    return leaf and provision.end - provision.start < SHORT


def _size(branches: Sequence[_Branch]) -> int:
    return branches[-1].provision.end - branches[0].provision.start if branches else 0


def _together(text: str, branches: Sequence[_Branch]) -> Iterator[_Piece]:
    if not branches:
        return
    first, last = branches[0].provision, branches[-1].provision
    if len(branches) == 1 or len(first.path) > 1:
        path = first.path if len(branches) == 1 else first.path[:-1]
        yield from _slice(text, path, first.start, last.end, first.trail)
        return
    for branch in branches:  # no place of the document stands for all of them
        alone = branch.provision
        yield from _slice(text, alone.path, alone.start, alone.end, alone.trail)


def _piece(text: str, branch: _Branch) -> Iterator[_Piece]:
    provision = branch.provision
    if provision.rung is Rung.TABLE:
        yield from _table(text, branch)
    elif provision.rung in CONTAINERS:
        yield from _container(text, branch)
    elif not branch.children or (provision.end - provision.start <= LIMIT and not _has_entries(branch)):
        yield from _slice(text, provision.path, provision.start, provision.end, provision.trail)
    elif provision.rung is Rung.HEADING:
        yield from _container(text, branch)
    else:
        yield from _article(text, branch)


def _has_entries(branch: _Branch) -> bool:
    """Whether the entries below an outline entry are long enough to be found by themselves."""
    provision = branch.provision
    return provision.rung is Rung.HEADING and provision.end - provision.start >= SHORT * 2 * len(branch.children)


def _container(text: str, branch: _Branch) -> Iterator[_Piece]:
    """A heading: its own words first, then what is below it. A bare heading is indexed as the trail of its children."""
    provision = branch.provision
    first = branch.children[0].provision.start if branch.children else provision.end
    own = text[provision.body : first].strip()
    printed = text[provision.start : first].strip()
    heading_only = own == (provision.heading or "") or (len(own) < SHORT and "\n" not in own)
    if not branch.children or not heading_only:
        yield from _slice(text, provision.path, provision.start, first, provision.trail)
    covered = "".join(branch.children[0].provision.trail[-1:]) if branch.children else ""
    pieces = _pieces(text, branch.children)
    sentence = own.removeprefix(provision.heading or "").strip()
    lead = sentence if sentence.endswith(("：", ":")) and len(sentence) <= LEAD else ""
    for number, piece in enumerate(pieces):
        start = piece.start
        if number == 0 and branch.children and heading_only and _bare(printed) not in _bare(covered):
            start = provision.start  # a heading that the trail does not show goes with its first child
        yield _Piece(piece.path, _skip(text, start, piece.end), piece.end, piece.trail, piece.lead or lead)


def _article(text: str, branch: _Branch) -> Iterator[_Piece]:
    """A long article: its 款 and 项 packed up to the limit, each pack led by the sentence that introduces its list."""
    article = branch.provision
    start, lead, shown = article.start, "", ""
    for leaf, sentence in _leaves(text, branch, ""):
        if leaf.end - start > LIMIT and leaf.start > start:
            yield from _slice(text, article.path, start, leaf.start, article.trail, _led(article, lead))
            start, lead = leaf.start, sentence
        shown = sentence
    yield from _slice(text, article.path, start, article.end, article.trail, _led(article, lead or shown))


def _led(article: Provision, lead: str) -> str:
    return f"{article.number or ''} {lead}".strip()


def _leaves(text: str, branch: _Branch, lead: str) -> Iterator[tuple[Provision, str]]:
    """The lowest provisions in order, with the lead sentence of the list each stands in."""
    for child in branch.children:
        if child.children:
            own = text[child.provision.body : child.children[0].provision.start].strip()[:LEAD]
            yield from _leaves(text, child, own)
        else:
            own = lead or text[branch.provision.body : branch.children[0].provision.start].strip()[:LEAD]
            yield child.provision, own


def _table(text: str, branch: _Branch) -> Iterator[_Piece]:
    """Rows in groups up to the limit; every group is led by the header."""
    table = branch.provision
    rows = [child.provision for child in branch.children]
    header = text[table.body : rows[0].start if rows else table.end].strip()
    start = table.start
    for row in rows:
        if row.end - start > LIMIT and row.start > start:
            yield from _slice(text, table.path, start, row.start, table.trail, header[:LEAD])
            start = row.start
    yield from _slice(text, table.path, start, table.end, table.trail, header[:LEAD])


def _slice(
    text: str, path: tuple[str, ...], start: int, end: int, trail: tuple[str, ...], lead: str = ""
) -> Iterator[_Piece]:
    """One piece, or several cut at sentence ends when it is over the limit. Blank edges are left out."""
    cut = start
    reach = start
    for match in SENTENCE.finditer(text, start, end):
        for stop in range(match.start() + LIMIT, match.end() + LIMIT, LIMIT):  # a sentence may itself be too long
            stop = min(stop, match.end())
            if stop - cut > LIMIT and reach > cut:
                yield from _clean(text, path, cut, reach, trail, lead)
                cut = reach
            reach = stop
    yield from _clean(text, path, cut, end, trail, lead)


def _clean(
    text: str, path: tuple[str, ...], start: int, end: int, trail: tuple[str, ...], lead: str
) -> Iterator[_Piece]:
    start = _skip(text, start, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield _Piece(path, start, end, trail, lead)


def _skip(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _bare(words: str) -> str:
    return re.sub(r"\s", "", words)
