"""What is drawn on a PDF page besides its characters: ruling lines, pictures, and text that nobody sees.

Walks the page objects once, into forms as well. Coordinates are the page's own (points, from the bottom left).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

MOST = 50_000  # objects looked at; a page with more is a drawing
DEEPEST = 6  # forms in forms
THIN = 2.0  # points; a filled box no thicker is a ruling line
SHORTEST = 4.0  # points; a shorter stroke is no ruling line
BACKGROUNDS = 200  # the largest filled shapes, on which white text is seen
PALE = 250  # of 255; text at least so light in all three colours is white
SLANT = 0.1  # half the sine of twice the angle: 6 degrees off the level or the upright
INVISIBLE = 3  # text rendering mode


class Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.top - self.bottom)

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class Drawn(NamedTuple):
    """`rules` are thin boxes, `images` the places of pictures, `paths` the number of drawn shapes; `invisible`,
    `white` and `slanting` are handles of text objects without ink, with white ink on nothing dark, and set across the
    page as a watermark is."""

    rules: tuple[Box, ...]
    images: tuple[Box, ...]
    paths: int
    invisible: frozenset[int]
    white: frozenset[int]
    slanting: frozenset[int]


class _Matrix(NamedTuple):
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, other: _Matrix) -> _Matrix:
        return _Matrix(
            self.a * other.a + self.b * other.c, self.a * other.b + self.b * other.d,
            self.c * other.a + self.d * other.c, self.c * other.b + self.d * other.d,
            self.e * other.a + self.f * other.c + other.e, self.e * other.b + self.f * other.d + other.f,
        )  # fmt: skip

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, box: Box) -> Box:
        corners = [self.point(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
        return _around(corners)


def drawn_on(page: Any) -> Drawn:
    """`page` is a pypdfium2 page."""
    rules: list[Box] = []
    images: list[Box] = []
    filled: list[Box] = []
    invisible: set[int] = set()
    pale: dict[int, Box] = {}
    slanting: set[int] = set()
    texts = 0
    paths, colours = 0, _Colours()
    for item, matrix in _objects(page.raw):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts += 1
            if _slants(_matrix(item).then(matrix)):
                slanting.add(_handle(item))
            if pdfium.FPDFTextObj_GetTextRenderMode(item) == INVISIBLE:
                invisible.add(_handle(item))
            elif (colour := colours.fill(item)) and (colour[3] == 0 or min(colour[:3]) >= PALE):
                pale[_handle(item)] = matrix.box(_bounds(item))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            images.append(matrix.box(_bounds(item)))
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            filled.append(matrix.box(_bounds(item)))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
            box = matrix.box(_bounds(item))
            fills, strokes = _draw_mode(item)
            if min(box.right - box.left, box.top - box.bottom) <= THIN:
                rules += [box] if fills or strokes else []
                continue
            if fills and (colour := colours.fill(item)) and colour[3] and min(colour[:3]) < PALE:
                filled.append(box)
            if strokes:
                rules += _strokes(item, matrix)
    dark = sorted([*filled, *images], key=lambda box: box.area)[-BACKGROUNDS:]
    white = {handle for handle, box in pale.items() if not _on_any(box, dark)}
    long = (box for box in rules if max(box.right - box.left, box.top - box.bottom) >= SHORTEST)
    # a page that slants as a whole is a page
    marks = slanting if 2 * len(slanting) < texts else ()
    return Drawn(tuple(long), tuple(images), paths, frozenset(invisible), frozenset(white), frozenset(marks))


def _objects(page: Any) -> Iterator[tuple[Any, _Matrix]]:
    """Every object with the matrix of the form it stands in."""
    left = MOST
    stack: list[tuple[Any, Any, int, int, _Matrix, int]] = [
        (pdfium.FPDFPage_GetObject, page, 0, pdfium.FPDFPage_CountObjects(page), _Matrix(), 0)
    ]
    while stack and left:
        get, owner, at, count, matrix, depth = stack.pop()
        while at < count and left:
            item = get(owner, at)
            at, left = at + 1, left - 1
            if not item:
                continue
            if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
                stack.append((get, owner, at, count, matrix, depth))
                inner = _matrix(item).then(matrix)
                inside = pdfium.FPDFFormObj_CountObjects(item)
                stack.append((pdfium.FPDFFormObj_GetObject, item, 0, inside, inner, depth + 1))
                break
            yield item, matrix


def _slants(matrix: _Matrix) -> bool:
    return abs(matrix.a * matrix.b) > SLANT * (matrix.a**2 + matrix.b**2)


def _strokes(item: Any, matrix: _Matrix) -> list[Box]:
    """The level and upright strokes of a path, such as the four sides of a frame."""
    count = pdfium.FPDFPath_CountSegments(item)
    if not 0 < count <= 1000:
        return []
    own = _matrix(item).then(matrix)
    strokes: list[Box] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    first = last = (0.0, 0.0)
    for number in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, number)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = own.point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            strokes.append(_around([last, point]))
        if pdfium.FPDFPathSegment_GetClose(segment):
            strokes.append(_around([point, first]))
        last = point
    return [box for box in strokes if min(box.right - box.left, box.top - box.bottom) <= THIN / 2]


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _bounds(item: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return Box(left.value, bottom.value, right.value, top.value)


def _matrix(item: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return _Matrix()
    return _Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


class _Colours:
    """Reads fill colours into the same four numbers: a page asks for thousands."""

    def __init__(self) -> None:
        self._parts = tuple(ctypes.c_uint() for _ in range(4))
        self._pointers = tuple(map(ctypes.byref, self._parts))

    def fill(self, item: Any) -> tuple[int, ...] | None:
        """Red, green, blue and opacity, 0 to 255 each."""
        known = pdfium.FPDFPageObj_GetFillColor(item, *self._pointers)
        return tuple(part.value for part in self._parts) if known else None


def _draw_mode(item: Any) -> tuple[bool, bool]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    return fill.value != 0, stroke.value != 0


def _handle(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _on_any(box: Box, dark: list[Box]) -> bool:
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    return any(other.holds(x, y) for other in dark)
