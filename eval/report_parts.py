"""The pieces that the sections of the report are made of: plots side by side, a case with its lines, a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def figure_row(figures: Iterable[tuple[str, str, str]]) -> str:
    """Plots with a title and a hint each, side by side where there is room; those without rows are left out."""

    def figure(title: str, hint: str, plot: str) -> str:
        small = f"<small>{escape(hint)}</small>" if hint else ""
        return f"<figure><figcaption>{escape(title)}{small}</figcaption>{plot}</figure>"

    inside = "".join(figure(title, hint, plot) for title, hint, plot in figures if plot)
    return inside and f'<div class="figures">{inside}</div>'


def case_item(name: str, question: str, lines: Iterable[str]) -> str:
    """A question with its id and lines that are markup already."""
    inside = "".join(f"<li>{line}</li>" for line in lines)
    return f"<li>{escape(question)}<code>{escape(name)}</code><ul>{inside}</ul></li>"


def table_of(head: Sequence[str], rows: Iterable[Sequence[str]], total: Sequence[str] | None = None) -> str:
    """Cells of text; `total` is the last row."""

    def cells(row: Sequence[str], kind: str) -> str:
        return "".join(f"<{kind}>{escape(cell).replace('@', '<wbr>@')}</{kind}>" for cell in row)

    lines = [f"<tr>{cells(row, 'td')}</tr>" for row in rows]
    if total:
        lines.append(f'<tr class="sum">{cells(total, "td")}</tr>')
    body = "".join(lines)
    return f'<div class="scroll"><table><thead><tr>{cells(head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'
