"""What a reader needs beside a found passage to understand it: the article it stands in, the lead sentence of its list,
its neighbours, the definitions of its terms and the provisions it refers to; each as a verbatim piece of a stored text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from assistant.extracts.sentences import sentences
from kb import lookup, validity
from kb.address import article_of, join, label, split
from kb.crossreferences import referred_to
from kb.defined_terms import printed, used
from kb.definitions import Definition
from kb.model import Document, Force, Passage, Provision
from kb.registry import Reading, Registry

Role = Literal["found", "parent", "neighbour", "definition", "referred"]

WHOLE_ARTICLE = 600
"""Characters up to which an article is shown whole where only a part of it was found."""
LEAD_MOST = 300
COMPANION_MOST = 500
"""Characters of a neighbour or of a provision that is referred to."""
VERY_SHORT = 25
"""A passage below this says little without what stands around it."""
DEFINITIONS_MOST = 2
REFERRED_MOST = 3
POINTS_BACK = re.compile(r"[前上](?:[一两二三]?|述)条|前两条")
POINTS_ON = re.compile(r"[下后]一?条|以下[一两二三]?条")


class Piece(NamedTuple):
    """`[start, end)` of a document's stored text, which lies in the provision; `role` is what it is there for."""

    document: Document
    provision: Provision
    start: int
    end: int
    text: str
    role: Role
    force: Force

    @property
    def address(self) -> str:
        return join(self.document.id, self.provision.path)

    @property
    def label(self) -> str:
        return label(self.document.title, self.provision.path)


def found(registry: Registry, passage: Passage, as_of: date, *, most: int, question: str) -> list[Piece]:
    """A passage as at most `most` characters, grown to its article where that is short, else behind the words its list
    or its article opens with; nothing when its text has been replaced since it was found."""
    document_id, path = split(passage.address)
    reading = registry.reading(document_id)
    provision = reading.provisions.get(path)
    if provision is None:
        return []
    document = registry.document(document_id)
    short = [p for p in _ancestors(reading, path) if _length(reading, p) <= min(WHOLE_ARTICLE, most)]
    shown = short[0] if short else provision
    first, last = lookup.words(reading, shown) if short else _words(reading, shown, passage.text)
    begun, ended = cut(reading.text[first:last], most, question)
    own = _piece(document, reading, shown, first + begun, first + ended, "found", as_of)
    leads = [_lead(document, reading, parent, own, as_of) for parent in _ancestors(reading, shown.path)]
    return [*(piece for piece in leads if piece), own]


def companions(registry: Registry, piece: Piece, as_of: date, *, question: str) -> Iterator[Piece]:
    """What helps to read a found piece, the most needed first: what it points at by 前条 or stands by, what it refers
    to, the definitions of the terms it uses."""
    yield from _neighbours(registry, piece, as_of)
    yield from _referred(registry, piece, as_of)
    yield from _definitions(registry, piece, as_of, question)


def cut(text: str, most: int, question: str) -> tuple[int, int]:
    """The span of whole sentences of at most `most` characters around the one that shares most with the question; a
    sentence that is longer ends at its last comma before that."""
    if len(text) <= most:
        return 0, len(text)
    spans = sentences(text)
    if not spans:
        return 0, most
    pairs = {question[at : at + 2] for at in range(len(question) - 1)}
    worth = [sum(pair in text[start:end] for pair in pairs) for start, end in spans]
    low = high = max(range(len(spans)), key=lambda at: (worth[at], -at))
    while high + 1 < len(spans) and spans[high + 1][1] - spans[low][0] <= most:
        high += 1
    while low and spans[high][1] - spans[low - 1][0] <= most:
        low -= 1
    start, end = spans[low][0], spans[high][1]
    if end - start > most:
        ends = [text.rfind(mark, start + most // 2, start + most) + 1 for mark in "，；、"]
        end = max(ends) or start + most
    return start, end


def _words(reading: Reading, provision: Provision, text: str) -> tuple[int, int]:
    """Where the words of a passage stand: of a provision that is too long it shows a part."""
    first, last = lookup.words(reading, provision)
    begun = reading.text.find(text, first, last)
    return (begun, begun + len(text)) if begun >= 0 else (first, last)


def _piece(
    document: Document, reading: Reading, provision: Provision, start: int, end: int, role: Role, as_of: date
) -> Piece:
    force = validity.force(document, as_of, provision.path)
    return Piece(document, provision, start, end, reading.text[start:end], role, force)


def _ancestors(reading: Reading, path: tuple[str, ...]) -> list[Provision]:
    """What a place below an article or entry stands in, from the article down; nothing of what is above articles."""
    whole = article_of(path)
    least = path.index(whole) + 1 if whole in path else 1
    return [p for size in range(least, len(path)) if (p := reading.provisions.get(path[:size]))]


def _length(reading: Reading, provision: Provision) -> int:
    first, last = lookup.words(reading, provision)
    return last - first


def _lead(document: Document, reading: Reading, parent: Provision, own: Piece, as_of: date) -> Piece | None:
    """The words a parent opens with before its first child, else its first sentence; None where that is too long, a
    mere heading, or what was found."""
    first, last = lookup.words(reading, parent)
    inside = (p for p in reading.provisions.values() if parent.path == p.path[: len(parent.path)] and p != parent)
    end = min((p.start for p in inside if p.start > first), default=last)
    opening = sentences(reading.text[first : min(end, own.start)])
    if not opening:
        return None
    start, stop = first + opening[0][0], first + opening[-1][1]
    if stop - start > LEAD_MOST:
        stop = first + opening[0][1]
    heading = not reading.text[start:stop].endswith(("：", ":", "。", "；", "，"))
    if heading or stop - start > LEAD_MOST:
        return None
    return _piece(document, reading, parent, start, stop, "parent", as_of)


def _neighbours(registry: Registry, piece: Piece, as_of: date) -> Iterator[Piece]:
    short = len(piece.text) < VERY_SHORT
    back, on = (short or bool(points.search(piece.text)) for points in (POINTS_BACK, POINTS_ON))
    if not (back or on):
        return
    reading, path = registry.reading(piece.document.id), piece.provision.path
    whole = article_of(path)
    here = path[: path.index(whole) + 1] if whole in path else path
    beside = [
        p for p in reading.provisions.values()
        if len(p.path) == len(here) and p.path[:-1] == here[:-1]
        and p.rung is reading.provisions[here].rung and p.trail == reading.provisions[here].trail
    ]  # fmt: skip
    at = next(at for at, p in enumerate(beside) if p.path == here)
    if at and back:
        yield _opening(piece.document, reading, beside[at - 1], "neighbour", as_of)
    if at + 1 < len(beside) and on:
        yield _opening(piece.document, reading, beside[at + 1], "neighbour", as_of)


def _referred(registry: Registry, piece: Piece, as_of: date) -> Iterator[Piece]:
    for one in referred_to(registry, [(piece.address, piece.text)], as_of, limit=REFERRED_MOST):
        document_id, path = split(one.passage.address)
        reading = registry.reading(document_id)
        yield _opening(registry.document(document_id), reading, reading.provisions[path], "referred", as_of)


def _opening(document: Document, reading: Reading, provision: Provision, role: Role, as_of: date) -> Piece:
    """A provision whole, or the sentences it begins with where it is long."""
    first, last = lookup.words(reading, provision)
    start, end = cut(reading.text[first:last], COMPANION_MOST, "")
    return _piece(document, reading, provision, first + start, first + end, role, as_of)


def _definitions(registry: Registry, piece: Piece, as_of: date, question: str) -> Iterator[Piece]:
    """Definitions of the text's own terms. The subject of the whole text (药品 in 药品管理法) needs none, unless the
    question speaks of nothing else that is defined."""
    document, reading = piece.document, registry.reading(piece.document.id)
    known = [
        one for one in registry.defined_terms.of(document.id)
        if not piece.start <= one.start < piece.end and _reaches(reading, one, piece)
    ]  # fmt: skip
    wanted = [one for one in used(known, piece.text, beside=[question]) if one.term not in document.title]
    for one in wanted[:DEFINITIONS_MOST]:
        start, end = printed(registry, document.id, one)
        yield _piece(document, reading, lookup.finest(reading, start, end), start, end, "definition", as_of)


def _reaches(reading: Reading, one: Definition, piece: Piece) -> bool:
    """Whether a definition holds at a piece: those of 前款 or 本章 do so only there."""
    if one.reach == "text":
        return True
    standing = [
        p for p in reading.provisions.values() if p.start <= one.start < p.end and p.path[-1] == article_of(p.path)
    ]
    if one.reach == "article":
        return any(p.start <= piece.start < p.end for p in standing)
    mark = "章" if one.reach == "chapter" else "节"
    return any(_above(p.trail, mark) == _above(piece.provision.trail, mark) for p in standing)


def _above(trail: tuple[str, ...], mark: str) -> tuple[str, ...]:
    """The headings down to the chapter (章) or section (节)."""
    at = next((at for at, heading in enumerate(trail) if re.match(f"第[^{mark}]{{1,9}}{mark}", heading)), len(trail))
    return trail[: at + 1]
