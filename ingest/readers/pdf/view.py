"""A PDF page as it is looked at: turned so that its words are level, measured from the top left corner."""

from __future__ import annotations

import math
from typing import Any

import pypdfium2.raw as pdfium

from ingest.readers.pdf.objects import Box
from ingest.readers.pdf.tables import Rule

SAMPLE = 12  # characters asked which way they run


class View:
    """A page as it is looked at: turned as the file or its words say, y counted from the top."""

    def __init__(self, page: Any, text_page: Any) -> None:
        left, bottom, right, top = page.get_cropbox()
        self._box = Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))
        self._turn = turn = _turn(page, text_page)
        size = self._box.right - self._box.left, self._box.top - self._box.bottom
        self.width, self.height = size if turn % 2 == 0 else size[::-1]

    def of(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """`x0, top, x1, bottom` as seen."""
        page = self._box
        if self._turn == 0:
            return left - page.left, page.top - top, right - page.left, page.top - bottom
        if self._turn == 3:
            return bottom - page.bottom, left - page.left, top - page.bottom, right - page.left
        if self._turn == 2:
            return page.right - right, bottom - page.bottom, page.right - left, top - page.bottom
        return page.top - top, page.right - right, page.top - bottom, page.right - left

    def rule(self, box: Box) -> Rule:
        x0, top, x1, bottom = self.of(*box)
        upright = bottom - top > x1 - x0
        return Rule(True, (x0 + x1) / 2, top, bottom) if upright else Rule(False, (top + bottom) / 2, x0, x1)

    def clipped(self, box: Box) -> Box:
        page = self._box
        return Box(
            max(box.left, page.left), max(box.bottom, page.bottom), min(box.right, page.right), min(box.top, page.top)
        )

    def shows(self, x0: float, top: float, x1: float, bottom: float) -> bool:
        return 0 <= (x0 + x1) / 2 <= self.width and 0 <= (top + bottom) / 2 <= self.height


def _turn(page: Any, text_page: Any) -> int:
    """Quarter turns by which the page must be looked at for its words to be level."""
    count = text_page.count_chars()
    sample = range(0, count, max(1, count // SAMPLE))
    angles = [pdfium.FPDFText_GetCharAngle(text_page, at) for at in sample]
    quarters = [round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0]
    return max(set(quarters), key=quarters.count) if quarters else int(page.get_rotation()) // 90 % 4
