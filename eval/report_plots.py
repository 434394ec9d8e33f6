"""The plots of the report, drawn by altair and turned into SVG on this machine: pictures of words and shapes that need
no script and nothing from outside.

Every plot is as wide as a phone's page and stands beside others on a wide one, so that its words can be read on both.
Where things stand is worked out here and not left to the fonts that happen to be installed: the same figures give the
same file on any machine. Colours and the typeface are those of the page, dark or light.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import StringIO
from math import ceil, floor, log10
from typing import Literal, NamedTuple, TypeAlias
from unicodedata import east_asian_width

import altair

from eval.record import Difference, Summary

WIDTH = 440
"""Of a whole plot, in its own pixels, like all that follows."""
ROW, SIZE, SMALL = 26, 14, 12
GAP = 14
AXIS = 20
"""Pixels under the rows for the numbers of the axis."""
WORDS = 170
"""As wide as a name may be."""
TONES = {"better": "var(--good)", "worse": "var(--bad)", "open": "var(--mark)"}
SHAPES = ("circle", "square", "triangle-up", "diamond")

Row: TypeAlias = Mapping[str, str | float]


class Bar(NamedTuple):
    name: str
    cases: int


class Moved(NamedTuple):
    name: str
    losses: int
    gains: int


class Marks(NamedTuple):
    """The means of several ways in one row, in the order of the key beside the plot."""

    name: str
    means: tuple[float, ...]


def intervals(words: str, rows: Iterable[tuple[str, Summary]]) -> str:
    """Means as dots on their 95 % intervals, on one axis from 0 to 1."""
    drawn: list[Row] = [
        {
            "name": name, "low": row.low, "at": row.mean, "high": row.high,
            "figure": f"{row.mean:.3f}", "beside": f"{row.low:.3f}–{row.high:.3f}", "tone": TONES["open"],
            "ink": "var(--ink)",
        }
        for name, row in rows
    ]  # fmt: skip
    return _dots(words, drawn, (0, 1), (56, 88))


def paired(words: str, rows: Iterable[tuple[str, Difference]]) -> str:
    """Differences as dots on their paired intervals, zero in the middle; coloured where the interval leaves it out."""
    drawn: list[Row] = [
        {
            "name": name, "low": row.low, "at": row.difference, "high": row.high, "figure": _signed(row.difference),
            "beside": f"{_signed(row.low)} 至 {_signed(row.high)}", "tone": TONES[row.verdict],
            "ink": "var(--ink)" if row.verdict == "open" else TONES[row.verdict],
        }
        for name, row in rows
    ]  # fmt: skip
    most = max((abs(float(row[bound])) for row in drawn for bound in ("low", "high")), default=0.0) or 1.0
    return _dots(words, drawn, (-most, most), (62, 116))


def side_by_side(words: str, rows: Sequence[Marks]) -> str:
    """Several means in a row, told apart by `SHAPES`, of which there are enough for as many ways; the first is the
    product's, filled and with its figure."""
    left, right = _widest(row.name for row in rows), 52
    own: list[Row] = [
        {
            "name": row.name, "row": at, "at": row.means[0], "figure": f"{row.means[0]:.3f}",
            "beside": "、".join(f"{value:.3f}" for value in row.means[1:]),
        }
        for at, row in enumerate(rows)
    ]  # fmt: skip
    others: list[Row] = [
        {"row": at, "at": value, "shape": shape}
        for at, row in enumerate(rows)
        for value, shape in zip(row.means[1:], SHAPES[1:], strict=False)
    ]
    hollow = _chart(others).mark_point(size=70, strokeWidth=1.5, stroke="var(--quiet)", fill="var(--paper)", opacity=1)
    full = _chart(own).mark_point(size=90, filled=True, color=TONES["open"], opacity=1)
    layers = [
        _lines(own, WIDTH - left - right),
        hollow.encode(x=_x("at", (0, 1)), y=_y(), shape=altair.Shape("shape:N", scale=None)),
        full.encode(x=_x("at", (0, 1)), y=_y()),
        _text(own, "figure", WIDTH - left, "right"),
    ]
    return _svg(words, own, layers, (left, right), AXIS)


def bars(words: str, rows: Sequence[Bar]) -> str:
    """Counts as bars, the longest as long as there is room, each with its share of the whole."""
    most, whole = max((row.cases for row in rows), default=0) or 1, sum(row.cases for row in rows) or 1
    left, right = _widest(row.name for row in rows), 92
    drawn: list[Row] = [
        {
            "name": row.name, "row": at, "at": row.cases, "figure": str(row.cases),
            "beside": f"{row.cases / whole:.0%}",
        }
        for at, row in enumerate(rows)
    ]  # fmt: skip
    layers = [
        _chart(drawn).mark_bar(color="var(--range)", height=16).encode(x=_x("at", (0, most), numbers=False), y=_y()),
        _text(drawn, "figure", WIDTH - left - 44, "right"),
        _text(drawn, "beside", WIDTH - left, "right", small=True),
    ]
    return _svg(words, drawn, layers, (left, right), 0)


def moves(words: str, rows: Sequence[Moved]) -> str:
    """Cases that fell to the left of the middle, cases that rose to the right."""
    most = max((max(row.losses, row.gains) for row in rows), default=0) or 1
    left, right = _widest(row.name for row in rows), 112
    drawn: list[Row] = [
        {
            "name": row.name, "row": at, "zero": 0, "fell": -row.losses, "rose": row.gains,
            "figure": f"降 {row.losses}", "beside": f"升 {row.gains}",
        }
        for at, row in enumerate(rows)
    ]  # fmt: skip

    def from_the_middle(to: str, tone: str) -> altair.Chart:
        bar = _chart(drawn).mark_bar(color=tone, height=16)
        placed: altair.Chart = bar.encode(x=_x("zero", (-most, most), numbers=False), x2=f"{to}:Q", y=_y())
        return placed

    layers = [
        from_the_middle("fell", TONES["worse"]),
        from_the_middle("rose", TONES["better"]),
        _chart([{"zero": 0}]).mark_rule(stroke="var(--quiet)").encode(x=_x("zero", (-most, most), numbers=False)),
        _text(drawn, "figure", WIDTH - left - 52, "right"),
        _text(drawn, "beside", WIDTH - left, "right"),
    ]
    return _svg(words, drawn, layers, (left, right), 0)


def _dots(words: str, rows: Sequence[Row], axis: tuple[float, float], columns: tuple[int, int]) -> str:
    """Dots on intervals; `columns` are the pixels for the figure and for its bounds."""
    left, right = _widest(str(row["name"]) for row in rows), sum(columns)
    placed: list[Row] = [{**row, "row": at} for at, row in enumerate(rows)]
    spread = _chart(placed).mark_rule(strokeWidth=7, stroke="var(--range)")
    dot = _chart(placed).mark_point(size=80, filled=True, opacity=1)
    layers = [
        _lines(placed, WIDTH - left - right),
        spread.encode(x=_x("low", axis), x2="high:Q", y=_y()),
        dot.encode(x=_x("at", axis), y=_y(), color=altair.Color("tone:N", scale=None)),
        _text(placed, "figure", WIDTH - left - columns[1], "right").encode(color=altair.Color("ink:N", scale=None)),
        _text(placed, "beside", WIDTH - left, "right", small=True),
    ]
    return _svg(words, placed, layers, (left, right), AXIS)


def _chart(rows: Sequence[Row]) -> altair.Chart:
    return altair.Chart(altair.InlineData(values=[dict(row) for row in rows]))


def _lines(rows: Sequence[Row], span: int) -> altair.Chart:
    """A thin line along every row, so that the eye finds from the name to the dot."""
    line = _chart(rows).mark_rule(stroke="var(--line)")
    placed: altair.Chart = line.encode(x=altair.value(0), x2=altair.value(span), y=_y())
    return placed


def _text(
    rows: Sequence[Row], field: str, at: int, align: Literal["left", "right"], *, small: bool = False
) -> altair.Chart:
    size, colour = (SMALL, "var(--quiet)") if small else (SIZE, "var(--ink)")
    text = _chart(rows).mark_text(align=align, baseline="middle", fontSize=size, color=colour)
    placed: altair.Chart = text.encode(x=altair.value(at), y=_y(), text=f"{field}:N")
    return placed


def _x(field: str, ends: tuple[float, float], *, numbers: bool = True) -> altair.X:
    axis = altair.Axis(
        values=_ticks(*ends), format="~g", title=None, grid=True, gridColor="var(--line)", domain=False, ticks=False,
        labelPadding=5, labelColor="var(--quiet)", labelFontSize=SMALL, labelFlush=False, labelOverlap=False,
        labelBound=False,
    )  # fmt: skip
    scale = altair.Scale(domain=list(ends), nice=False, zero=False)
    return altair.X(f"{field}:Q", scale=scale, axis=axis if numbers else None)


def _ticks(low: float, high: float) -> list[float]:
    """Three, which is as many as stand apart on a narrow axis: for one around zero a round number on either side."""
    if low == 0:
        return [low, high / 2, high]
    power = 10.0 ** floor(log10(high))
    # Three times 0.1 is a little more than 0.3: it must not fall off the axis.
    most = min(high, power * max(digit for digit in (1, 2, 3, 5, 7) if digit * power <= high * (1 + 1e-9)))
    return [-most, 0, most]


def _y() -> altair.Y:
    return altair.Y("row:O", axis=None, scale=altair.Scale(paddingInner=0, paddingOuter=0))


def _svg(words: str, rows: Sequence[Row], layers: Sequence[altair.Chart], sides: tuple[int, int], under: int) -> str:
    """The picture, the names of its rows on the left, and all of it in words for those who cannot see it."""
    if not rows:
        return ""
    left, right = sides
    high = ROW * len(rows)
    names = _text([{**row, "name": _short(str(row["name"]), left - GAP)} for row in rows], "name", -left, "left")
    chart = altair.layer(*layers, names).properties(
        width=WIDTH - left - right, height=high, autosize="none", background="transparent",
        padding={"left": left, "right": right, "top": 0, "bottom": under},
    )  # fmt: skip
    file = StringIO()
    chart.configure(aria=False, font="inherit").configure_view(stroke=None).save(file, format="svg")
    # Inside HTML an SVG needs no namespaces, and without a size of its own it takes the page's.
    _, _, inside = file.getvalue().partition(">")
    said = "；".join(" ".join(str(row[part]) for part in ("name", "figure", "beside") if part in row) for row in rows)
    return f'<svg viewBox="0 0 {WIDTH} {high + under}" role="img" aria-label="{escape(f"{words}：{said}")}">{inside}'


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _widest(names: Iterable[str]) -> int:
    """Pixels to keep free for the names and the gap behind them."""
    return min(ceil(max(map(_width, names), default=0)), WORDS) + GAP


def _short(name: str, room: int) -> str:
    if _width(name) <= room:
        return name
    while name and _width(name + "…") > room:
        name = name[:-1]
    return name + "…"


def _width(words: str) -> float:
    """Pixels, roughly and rather too many: a Chinese character is as wide as it is high, and so may "…" and "↓" be."""
    return sum(SIZE if east_asian_width(letter) in "WFA" else 0.6 * SIZE for letter in words)
