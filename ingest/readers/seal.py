"""Red seals over scanned text: taken off the picture that is recognised, so that what they cover can be read.

A seal is nearly as wide as high and of a size of its own; red titles, frames and pictures stay. Its ink is bright in
the red channel, where black characters below it stay dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

GRID = 120  # the long side of a page is looked at in so many squares
RED = 60  # by how much red exceeds green and blue in ink
INKED = 0.04  # share of a square that is red
SMALLEST, LARGEST = 7, 36  # squares: about 1.7 and 9 cm on a sheet of A4
LONGEST = 1.5  # width to height, or height to width
MOST_INK = 0.5  # share of its frame; a filled red field is no seal
DARKEST = 10  # percentile of the ink
CONTRAST = 2.0

Pixels = np.ndarray[Any, Any]


class Seal(NamedTuple):
    """Its frame in pixels, ends not included."""

    left: int
    top: int
    right: int
    bottom: int


def without_seals(image: Image.Image) -> tuple[Image.Image, int]:
    """The picture without its seals, and how many there were. `image` is RGB."""
    pixels = np.asarray(image).astype(np.int16)
    redness = pixels[:, :, 0] - pixels[:, :, 1:].max(axis=2)
    seals = list(_seals(redness))
    if not seals:
        return image, 0
    for seal in seals:
        inside = np.s_[seal.top : seal.bottom, seal.left : seal.right]
        channel = pixels[inside][:, :, 0]
        # ink on bare paper becomes white, at its blurred edges too, and ink on a character as dark as the character
        ink = max(float(np.percentile(channel[redness[inside] > RED], DARKEST)), 1.0)
        shade = 255 - CONTRAST * (255 - channel * (255 / ink))
        pixels[inside] = shade.clip(0, 255).astype(np.int16)[:, :, None]
    return Image.fromarray(pixels.astype(np.uint8)), len(seals)


def _seals(redness: Pixels) -> Iterator[Seal]:
    height, width = redness.shape
    side = max(1, -(-max(height, width) // GRID))
    rows, columns = -(-height // side), -(-width // side)
    red = np.zeros((rows * side, columns * side), dtype=bool)
    red[:height, :width] = redness > RED
    inked = red.reshape(rows, side, columns, side).mean(axis=(1, 3)) > INKED
    for top, left, bottom, right in _patches(inked):
        sides = sorted((right - left, bottom - top))
        if sides[0] < SMALLEST or sides[1] > LARGEST or sides[1] > LONGEST * sides[0]:
            continue
        seal = Seal(left * side, top * side, min(right * side, width), min(bottom * side, height))
        if red[seal.top : seal.bottom, seal.left : seal.right].mean() <= MOST_INK:
            yield seal


def _patches(inked: Pixels) -> Iterator[tuple[int, int, int, int]]:
    """Frames (top, left, bottom, right) of the squares that touch one another."""
    left = {(int(row), int(column)) for row, column in np.argwhere(inked)}
    while left:
        pending = [left.pop()]
        rows, columns = [], []
        while pending:
            row, column = pending.pop()
            rows.append(row)
            columns.append(column)
            near = {(row + down, column + across) for down in (-1, 0, 1) for across in (-1, 0, 1)} & left
            left -= near
            pending += near
        yield min(rows), min(columns), max(rows) + 1, max(columns) + 1
