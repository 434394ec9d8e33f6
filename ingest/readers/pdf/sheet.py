"""Pages, from a text layer or from recognition, put together into one text with its page starts and its records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from ingest.readers.pdf import cut_tables
from ingest.readers.pdf.furniture import Edge, Furniture, furniture
from ingest.readers.pdf.lines import Line, Placed, edges, in_reading_order
from ingest.readers.pdf.paragraphs import Joined, paragraphs
from ingest.readers.raw import RawText
from kb.model import Repair

DOUBTFUL = 0.80  # a line read with less certainty is marked in the text
UNSURE = 0.90  # a page read with less certainty on the whole is named to the curator
FULL_PAGE = 10  # lines from which a page shows the edges of its text


class Sheet(NamedTuple):
    """One page. `confidence` is None for a page with text of its own; `hidden` is text of the file that nobody sees,
    `illegible` are words that recognition could not make out, `seals` counts the red seals taken off before it."""

    width: float
    height: float
    lines: tuple[Line, ...]
    confidence: float | None = None
    hidden: tuple[str, ...] = ()
    illegible: tuple[str, ...] = ()
    seals: int = 0


def assembled(sheets: Sequence[Sheet], kind: str, notes: Sequence[str] = ()) -> RawText:
    """The text of all pages. `kind` is the format, `notes` what is already known of the file."""
    aside = furniture([sheet.lines for sheet in sheets], [sheet.height for sheet in sheets])
    bodies = [
        [line for line in sheet.lines if all(line is not other for other, _ in out.lines)]
        for sheet, out in zip(sheets, aside, strict=True)
    ]
    pages = _ordered(bodies, sheets)
    repeated = cut_tables.joined(pages)
    joined = paragraphs(pages)
    left_out: list[Repair] = []
    doubts: list[Repair] = []
    for number, sheet in enumerate(sheets):
        start, offsets = joined.pages[number], joined.offsets[number]
        end = offsets[-1] + len(pages[number][-1].line.text) if offsets else start
        left_out += _furniture(aside[number], "top", start)
        if number in repeated:
            left_out.append(Repair(step="重复表头", before=repeated[number], after="", at=start))
        left_out += [Repair(step="隐藏文字", before=t, after="", at=start, certain=False) for t in sheet.hidden]
        left_out += [Repair(step="无法辨认", before=t, after="", at=end, certain=False) for t in sheet.illegible]
        left_out += _furniture(aside[number], "bottom", end)
        doubts += _doubts(pages[number], joined, number)
    confidence = tuple(sheet.confidence for sheet in sheets)
    told = (*notes, *_sealed(sheets), *_unsure(sheets))
    return RawText(
        joined.text, kind, pages=joined.pages, notes=told, left_out=tuple(left_out),
        doubts=tuple(doubts), confidence=confidence if any(share is not None for share in confidence) else (),
    )  # fmt: skip


def page_list(numbers: Iterable[int]) -> str:
    """1, 2, 3, 7 → 1—3、7; page numbers as people write them."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    spans = [[number for _, number in run] for _, run in runs]
    return "、".join(str(span[0]) if len(span) == 1 else f"{span[0]}—{span[-1]}" for span in spans)


def _ordered(bodies: Sequence[Sequence[Line]], sheets: Sequence[Sheet]) -> list[list[Placed]]:
    """Reading order, with the edges of full pages lent to the short ones of the same width."""
    margins: dict[int, tuple[float, float]] = {}
    for body, sheet in zip(bodies, sheets, strict=True):
        if len(body) >= FULL_PAGE:
            left, right = edges(body)
            known = margins.get(round(sheet.width), (left, right))
            margins[round(sheet.width)] = min(left, known[0]), max(right, known[1])
    return [
        in_reading_order(body, margins.get(round(sheet.width)) if len(body) < FULL_PAGE else None)
        for body, sheet in zip(bodies, sheets, strict=True)
    ]


def _furniture(aside: Furniture, edge: Edge, at: int) -> list[Repair]:
    return [
        Repair(step=aside.step(line), before=line.text, after="", at=at) for line, place in aside.lines if place == edge
    ]


def _doubts(page: Sequence[Placed], joined: Joined, number: int) -> list[Repair]:
    return [
        Repair(step="识别可信度低", before=words, after=words, at=at, certain=False)
        for placed, at in zip(page, joined.offsets[number], strict=True)
        if (share := placed.line.confidence) is not None and share < DOUBTFUL and (words := placed.line.text)
    ]


def _sealed(sheets: Sequence[Sheet]) -> list[str]:
    sealed = [number for number, sheet in enumerate(sheets, 1) if sheet.seals]
    return [f"第 {page_list(sealed)} 页有红色印章，章上的字未收入正文，章下的字请对照原件核对"] if sealed else []


def _unsure(sheets: Sequence[Sheet]) -> list[str]:
    low = {n: s.confidence for n, s in enumerate(sheets, 1) if s.confidence is not None and s.confidence < UNSURE}
    # a page on which nothing was recognised is named as blank, not as badly read
    low = {number: share for number, share in low.items() if sheets[number - 1].lines}
    return [f"第 {page_list(low)} 页识别可信度低（最低 {min(low.values()):.0%}），请对照原件核对"] if low else []
