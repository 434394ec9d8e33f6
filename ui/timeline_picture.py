"""The timeline of an instrument as a drawing: versions as bars on an axis of years, today, the day asked, marks.

Pure: dates in, SVG out. The drawing holds no script and loads nothing; its words stand in `title` and `desc`, too.
The only version in force is a filled bar, one that has not begun is hatched, and the word stands beside each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import NamedTuple

from ui.words import say

MARGIN, ROW, BAR, HEAD, FOOT = 10, 52, 14, 22, 30
"""Pixels: at the sides, of a version's row, of a bar, of one line above the rows, of the axis below them."""
INK, SECOND, LINE, BLUE = "#1B2430", "#5B6776", "#E3E8EF", "#1457B3"
PAINT = {
    "现行有效": ("#1B7F4B", "#1B7F4B"),
    "尚未施行": ("url(#later)", "#8A5A00"),
    "已被修改": ("#F0EBFB", "#5B3FA6"),
    "已废止": ("#FCE9E7", "#B3261E"),
}
"""Force to the fill and the outline of its bar, in the colours of the chips."""
UNPAINTED = ("#F0F2F5", "#5B6776")
MARK_COLOUR = {"amended": "#5B3FA6", "repealed": "#B3261E", "expires": "#B3261E"}
STEPS = (1, 2, 5, 10, 20, 50)
TICK = 46
"""Least pixels between two years on the axis."""
ROOMY = 600
"""Pixels of width from which the days stand beside each bar; below that the axis and the list say them."""
BOLDER = 1.12
"""How much wider bold words are."""
FAMILY = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"


class Bar(NamedTuple):
    """One version: from the day it takes effect to the day something else takes over; None where that is unknown.
    `sure` is False where `start` is only the day of its version, because no text says when it took effect."""

    name: str
    start: date | None
    end: date | None
    force: str
    here: bool = False
    sure: bool = True


class Mark(NamedTuple):
    """Something that happened to the version of bar number `bar`; `number` is what the list beside it calls it."""

    on: date
    number: int
    kind: str
    bar: int


class Box(NamedTuple):
    """Where a bar and its words lie, in hundredths of the drawing's width and height."""

    left: float
    top: float
    width: float
    height: float


class Drawing(NamedTuple):
    svg: str
    boxes: tuple[Box, ...]


class _Axis(NamedTuple):
    first: date
    days: int
    width: int

    def at(self, day: date) -> float:
        """Pixels from the left edge; a day outside of the axis lies on its end."""
        part = min(max((day - self.first).days / self.days, 0), 1)
        return round(MARGIN + part * (self.width - 2 * MARGIN), 1)


def drawing(title: str, bars: Sequence[Bar], marks: Sequence[Mark], today: date, asked: date, width: int) -> Drawing:
    """Draw the versions, the first on top. `width` is in pixels: words keep their size, so a phone gets its own."""
    axis = _axis(bars, marks, today, asked, width)
    head = HEAD * (1 if asked == today else 2)
    bottom = head + ROW * len(bars)
    pieces = [_years(axis, head, bottom)]
    pieces += [_bar(bar, axis, head + ROW * at) for at, bar in enumerate(bars)]
    pieces.append(_day(axis, today, say("timeline.today", day=today), 0, bottom, INK, dashed=False))
    if asked != today:
        pieces.append(_day(axis, asked, say("timeline.asked", day=asked), HEAD, bottom, BLUE, dashed=True))
    pieces += [_words(bar, axis, head + ROW * at) for at, bar in enumerate(bars)]  # above the lines of days
    pieces += _marks(marks, axis, head)
    height = bottom + FOOT
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="name words" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" font-family="{FAMILY}" font-size="13">'
        f'<title id="name">{_written(title)}</title><desc id="words">{_written(described(bars))}</desc>'
        '<defs><pattern id="later" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="7" height="7" fill="#FFF4DB"/><rect width="2.5" height="7" fill="#C99A3C"/></pattern></defs>'
        f"{''.join(pieces)}</svg>"
    )
    return Drawing(svg, tuple(_box(head + ROW * at, height) for at in range(len(bars))))


def described(bars: Sequence[Bar]) -> str:
    """The drawing in words."""
    return "；".join(f"{bar.name}，{span(bar)}，{bar.force}" for bar in bars)


def span(bar: Bar) -> str:
    """From when to when a version holds, in words."""
    if bar.start is None or not bar.sure:
        return say("timeline.no_start") if bar.end is None else say("timeline.until", end=bar.end)
    return (
        say("timeline.from_to", start=bar.start, end=bar.end) if bar.end else say("timeline.from_on", start=bar.start)
    )


def _axis(bars: Sequence[Bar], marks: Sequence[Mark], today: date, asked: date, width: int) -> _Axis:
    days = [today, asked, *(mark.on for mark in marks)]
    days += [day for bar in bars for day in (bar.start, bar.end) if day]
    first, last = min(days), max(days)
    room = timedelta(days=max((last - first).days // 14, 45))
    return _Axis(first - room / 2, (last - first + room * 1.5).days, width)


def _years(axis: _Axis, top: int, bottom: int) -> str:
    """Years as thin lines with their number below, as many as there is room for."""
    last = axis.first + timedelta(days=axis.days)
    per_year = (axis.width - 2 * MARGIN) / axis.days * 365.25
    step = next((step for step in STEPS if step * per_year >= TICK), STEPS[-1])
    room = range(MARGIN + 10, axis.width - MARGIN - 10)  # half a year's number on either side
    years = [year for year in range(axis.first.year + 1, last.year + 1) if year % step == 0]
    years = [year for year in years if int(axis.at(date(year, 1, 1))) in room]
    ticks = "".join(
        f'<path d="M{axis.at(date(year, 1, 1))} {top}V{bottom}" stroke="{LINE}"/>'
        f'<text x="{axis.at(date(year, 1, 1))}" y="{bottom + 18}" text-anchor="middle" font-size="12" '
        f'fill="{SECOND}">{year}</text>'
        for year in years
    )
    return f'{ticks}<path d="M{MARGIN} {bottom}H{axis.width - MARGIN}" stroke="#B8C2CE"/>'


def _bar(bar: Bar, axis: _Axis, top: int) -> str:
    left = _left(bar, axis)
    right = max(axis.at(bar.end) if bar.end else float(axis.width - MARGIN), left + 4)
    fill, outline = PAINT.get(bar.force, UNPAINTED)
    y = top + 26
    dashes = "" if bar.start and bar.sure else ' stroke-dasharray="4 3"'
    shape = f"M{left} {y}H{right - (0 if bar.end else 7)}"
    # A version whose end nobody has set runs out of the drawing as an arrow.
    shape += f"V{y + BAR}H{left}Z" if bar.end else f"L{right} {y + BAR / 2}L{right - 7} {y + BAR}H{left}Z"
    return f'<path d="{shape}" fill="{fill}" stroke="{outline}"{dashes}/>'


def _words(bar: Bar, axis: _Axis, top: int) -> str:
    told = [bar.name, span(bar) if axis.width >= ROOMY else "", bar.force, say("timeline.here") if bar.here else ""]
    words = " · ".join(part for part in told if part)
    x = max(float(MARGIN), min(_left(bar, axis), axis.width - MARGIN - extent(words) * (BOLDER if bar.here else 1)))
    weight = ' font-weight="650"' if bar.here else ""
    return (
        f'<text x="{x}" y="{top + 19}" fill="{INK}"{weight} stroke="#fff" stroke-width="5" paint-order="stroke">'
        f"{_written(words)}</text>"
    )


def _left(bar: Bar, axis: _Axis) -> float:
    return axis.at(bar.start) if bar.start else float(MARGIN)


def _day(axis: _Axis, day: date, words: str, top: int, bottom: int, colour: str, *, dashed: bool) -> str:
    x, half = axis.at(day), extent(words) / 2
    middle = min(max(x, MARGIN + half), axis.width - MARGIN - half)
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<path d="M{x} {top + 18}V{bottom}" stroke="{colour}"{dashes}/>'
        f'<text x="{round(middle, 1)}" y="{top + 14}" text-anchor="middle" font-size="12" fill="{colour}" '
        f'stroke="#fff" stroke-width="3" paint-order="stroke">{_written(words)}</text>'
    )


def _marks(marks: Sequence[Mark], axis: _Axis, head: int) -> list[str]:
    """Numbers in circles on their bar; two of one week stand side by side."""
    drawn: list[str] = []
    before: dict[int, float] = {}
    for mark in sorted(marks):
        x = max(axis.at(mark.on), before.get(mark.bar, -99.0) + 19)
        before[mark.bar] = x
        y = head + ROW * mark.bar + 26 + BAR / 2
        colour = MARK_COLOUR.get(mark.kind, SECOND)
        drawn.append(
            f'<circle cx="{x}" cy="{y}" r="8.5" fill="#fff" stroke="{colour}" stroke-width="1.5"/>'
            f'<text x="{x}" y="{y + 4}" text-anchor="middle" font-size="11" fill="{colour}">{mark.number}</text>'
        )
    return drawn


def _box(top: int, height: int) -> Box:
    return Box(0, round(100 * top / height, 2), 100, round(100 * ROW / height, 2))


def _written(words: str) -> str:
    """Words as they may stand in a drawing: signs nobody can see would make it no drawing at all."""
    return escape("".join(sign if sign.isprintable() else " " for sign in words))


def extent(words: str) -> float:
    """About how many pixels words take at 13 px in a wide face: a Chinese character is as wide as high."""
    return sum(13.0 if ord(sign) > 0x2E7F else 4.7 if sign in " ·-" else 8.3 for sign in words)
