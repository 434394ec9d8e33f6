"""The text layer of one PDF page: characters with their boxes put together into lines and table cells.

Characters nobody sees on the page (without ink, white on white, tiny, off the page) are kept apart: they are shown to
the curator and never searched.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from ingest.readers.pdf.lines import Line, in_reading_order, in_rows
from ingest.readers.pdf.objects import Drawn, drawn_on
from ingest.readers.pdf.paragraphs import HYPHEN, paragraphs
from ingest.readers.pdf.tables import Cell, grids, table_on_page
from ingest.readers.pdf.view import View
from ingest.readers.superscript import superscript

ABOVE = 0.88  # share of a character that stands above the line it is set on
TINY = 2.0  # points; smaller characters cannot be read
WIDE_GAP = 1.6  # characters between two words that stand apart on one line, in columns or cells
NEAR = 0.6  # characters; pieces of a line that are nearer are one
SPREAD = 0.7  # share of gaps with a space, from which a line is only set wide
CLOSE = 0.4  # of the size; a space the layer made up beside a Chinese character nearer than this is only their setting
FIGURES, SMALL, RAISED = "0123456789+-−", 0.8, 0.15  # a power: its size and rise, in the size of the line
MEANING = {**dict.fromkeys((*range(9), *range(14, 32)), "\ufffd"), 0x02: HYPHEN, 0xFFFE: HYPHEN}


class Char(NamedTuple):
    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Layer(NamedTuple):
    """Lines (tables among them) in no order yet, sizes in points from the top left corner. `unseen` is the text
    without ink, `hidden` all the other text that nobody sees; `unreadable` counts characters without a meaning."""

    width: float
    height: float
    lines: tuple[Line, ...]
    unseen: tuple[Line, ...]
    hidden: tuple[Line, ...]
    pictures: float
    paths: int
    unreadable: int


class Characters(NamedTuple):
    """Those of a page that are shown, without ink, hidden otherwise, set across it; how many have no meaning."""

    shown: list[Char]
    unseen: list[Char]
    hidden: list[Char]
    slanting: str
    unreadable: int


def layer_of(page: Any) -> Layer:
    """`page` is a pypdfium2 page. Raises PdfiumError when it cannot be read."""
    drawn = drawn_on(page)
    text_page = page.get_textpage()
    try:
        view = View(page, text_page)
        shown, unseen, hidden, slanting, unreadable = _characters(text_page, view, drawn)
    finally:
        text_page.close()
    tables = grids([view.rule(box) for box in drawn.rules])
    loose: list[Char] = []
    inside: dict[tuple[int, int], list[Char]] = {}
    for char in shown:
        x, y = (char.x0 + char.x1) / 2, (char.top + char.bottom) / 2
        for number, grid in enumerate(tables):
            if (cell := grid.cell_at(x, y)) is not None:
                inside.setdefault((number, cell), []).append(char)
                break
        else:
            loose.append(char)
    # a mark that the layer holds apart from its line is put back, columns and cells stay apart
    lines = in_rows(_lines(loose), within=NEAR)
    for number, grid in enumerate(tables):
        cells = {at: words for (table, at), chars in inside.items() if table == number and (words := _cell(chars))}
        if table_line := table_on_page(grid, cells):
            lines.append(table_line)
    area = view.width * view.height
    pictures = sum(view.clipped(box).area for box in drawn.images) / area if area else 0.0
    watermark = (Line(slanting, 0.0, 0.0, view.width, view.height),) if slanting else ()
    return Layer(
        view.width, view.height, tuple(lines), tuple(_lines(unseen)), (*_lines(hidden), *watermark),
        min(pictures, 1.0), drawn.paths, unreadable,
    )  # fmt: skip


def _characters(text_page: Any, view: View, drawn: Drawn) -> Characters:
    shown: list[Char] = []
    unseen: list[Char] = []
    hidden: list[Char] = []
    unreadable = 0
    raw, rect = text_page.raw, pdfium.FS_RECTF()
    pointer, origin = ctypes.byref(rect), (ctypes.c_double(), ctypes.c_double())
    across, up = map(ctypes.byref, origin)
    box_of, origin_of, seen = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharOrigin, view.of
    unlike = bool(drawn.invisible or drawn.white or drawn.slanting)
    slanting: list[str] = []
    size = base = above = below = 0.0
    for at, text in enumerate(_texts(text_page)):
        blank = not text.strip()
        if text in "\r\n" or not box_of(raw, at, pointer):
            x0 = top = x1 = bottom = size = 0.0
        else:
            x0, top, x1, bottom = seen(rect.left, rect.bottom, rect.right, rect.top)
        if blank:
            for kind in (shown, unseen, hidden):
                # a space or line break belongs to the text it follows
                if kind:
                    kind.append(Char(text, x0, top, x1, bottom))
            continue
        # the box of a flat character such as 一 is flat: all stand on the line with their full height
        if not size or x1 - x0 < TINY > bottom - top or not above <= (top + bottom) / 2 <= below:
            size = _size(raw, at) or bottom - top
            base = bottom
            if origin_of(raw, at, across, up):
                base = seen(origin[0].value, origin[1].value, origin[0].value, origin[1].value)[1]
            above, below = base - ABOVE * size, base + (1 - ABOVE) * size
        elif text in FIGURES and base - bottom >= RAISED * size and _size(raw, at) <= SMALL * size:
            text = text if shown and shown[-1].text in "[［" else superscript(text)
        top, bottom = above, below
        char = Char(text, x0, top, x1, bottom)
        unreadable += text == "\ufffd"
        handle = _object_of(raw, at) if unlike else 0
        if unlike and handle in drawn.invisible:
            unseen.append(char)
        elif unlike and handle in drawn.slanting:
            slanting.append(text)
        elif (unlike and handle in drawn.white) or size < TINY or not view.shows(x0, top, x1, bottom):
            hidden.append(char)
        else:
            shown.append(char)
    return Characters(shown, unseen, hidden, "".join(slanting), unreadable)


def _size(raw: Any, at: int) -> float:
    """Height of a character in points, its font's size as the page scales it."""
    matrix = pdfium.FS_MATRIX()
    size = float(pdfium.FPDFText_GetFontSize(raw, at))
    return size * math.hypot(matrix.c, matrix.d) if pdfium.FPDFText_GetMatrix(raw, at, matrix) else size


def _texts(text_page: Any) -> str:
    """The characters of the layer, one for each of its places."""
    count = text_page.count_chars()
    text = str(text_page.get_text_range())
    if len(text) != count:
        # characters without a meaning are left out there, and rare ones take two places
        codes = (pdfium.FPDFText_GetUnicode(text_page, at) for at in range(count))
        text = "".join(chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd" for code in codes)
    return text.translate(MEANING)


def _object_of(raw: Any, at: int) -> int:
    item = pdfium.FPDFText_GetTextObject(raw, at)
    return (ctypes.cast(item, ctypes.c_void_p).value or 0) if item else 0


def _lines(chars: Sequence[Char]) -> Iterator[Line]:
    """Characters, in the order of the layer, as lines: cut where the next one is not beside the last."""
    run: list[Char] = []
    space: Char | None = None
    broken, end = False, 0.0
    for char in chars:
        if char.text in "\r\n":
            broken = True
        elif not char.text.strip():
            # a space that has a width of its own is part of the line, however many stand together
            space = char
            beside = run and char.x1 - char.x0 > 0.1 and char.x0 - end < NEAR * (run[-1].bottom - run[-1].top)
            end = max(end, char.x1) if beside else end
        else:
            if run and (broken or _apart(run[-1], char, end)):
                yield _line(run)
                run = []
            if run and space is not None and not _only_setting(run[-1], char, space):
                run.append(space if space.text == "\u3000" else space._replace(text=" "))
            run.append(char)
            space, broken, end = None, False, char.x1
    if run:
        yield _line(run)


def _apart(before: Char, char: Char, end: float) -> bool:
    """Whether a character is not on the line of the one before it; `end` is where the spaces after that one end."""
    height = char.bottom - char.top
    if char.top == before.top and -0.5 * height < char.x0 - before.x1 < height:
        return False  # by far the most
    other = before.bottom - before.top
    off = abs((before.top + before.bottom) - (char.top + char.bottom)) / 2
    gap = char.x0 - end if char.x0 >= before.x1 else char.x0 - before.x1
    size = max(height, other)
    return off > 0.7 * max(min(height, other), size / 2) or gap > WIDE_GAP * size or gap < -2.5 * size


def _only_setting(before: Char, char: Char, space: Char) -> bool:
    """A space that the layer made up beside a Chinese character, where the two nearly touch."""
    chinese = not before.text.isascii() or not char.text.isascii()
    return chinese and space.x1 - space.x0 < 0.1 and char.x0 - before.x1 < CLOSE * (char.bottom - char.top)


def _line(run: Sequence[Char]) -> Line:
    marks = [char for char in run if char.text.strip()]
    if marks[-1].x0 < marks[0].x0:
        # a page set upside down may have its characters stored from the far end
        run = sorted(run, key=lambda char: char.x0)
        marks = marks[::-1]
    # 第 一 章: a line set wide has a space after nearly every character, and none of them parts words
    spread = len(marks) > 2 and len(run) - len(marks) >= SPREAD * (len(marks) - 1)
    spread = spread and all(not char.text.isascii() for char in marks)
    return Line(
        "".join([char.text for char in (marks if spread else run)]),
        marks[0].x0, min(marks[0].top, marks[-1].top), marks[-1].x1, max(marks[0].bottom, marks[-1].bottom),
    )  # fmt: skip


def _cell(chars: Sequence[Char]) -> Cell | None:
    placed = in_reading_order(list(_lines(chars)))
    if not placed:
        return None
    # a cell is narrow: all its lines are one text, set apart only where a new number opens
    right = max(line.line.x1 for line in placed)
    words = " ".join(paragraphs([[line._replace(right=right) for line in placed]]).text.split("\n"))
    return Cell(words, placed[-1].line.x1, placed[-1].line.character)
