"""A whole document as HTML: its outline, and its text with an anchor at each place the outline points to."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kb.address import article_of, split
from ui import theme
from ui.contract import OutlineEntry


def outline(entries: Sequence[OutlineEntry]) -> str:
    """The headings of a document as links into its text; articles are listed only where nothing stands above them."""
    return f'<ul class="outline">{"".join(_outline_entry(entry) for entry in entries)}</ul>'


def _outline_entry(entry: OutlineEntry) -> str:
    below = "".join(_outline_entry(child) for child in entry["children"] if child["heading"])
    name = f"{entry['label']}　{entry['heading'] or ''}".strip("　 ")
    return f'<li><a href="#{anchor(entry)}">{escape(name)}</a>{f"<ul>{below}</ul>" if below else ""}</li>'


def full_text(entries: Sequence[OutlineEntry]) -> str:
    """The whole text: headings centred, articles with their number in bold, each with an anchor."""
    parts = []
    for entry in entries:
        if entry["heading"]:
            title = f"{number(entry)}　{entry['heading']}".strip("　")
            parts.append(f'<h3 class="law-heading" id="{anchor(entry)}">{escape(title)}</h3>')
            parts.append(theme.law(entry["text"]))
            parts.append(full_text(entry["children"]))
        else:
            parts.append(f'<div id="{anchor(entry)}">{theme.law(words(entry), None, number(entry) or None)}</div>')
    return "".join(parts)


def words(entry: OutlineEntry) -> str:
    """An article with its 款, 项 and 目 put back in order, each with the number it was printed with."""
    return "\n".join([entry["text"], *(number(child) + words(child) for child in entry["children"])]).strip("\n")


def number(entry: OutlineEntry) -> str:
    """The printed number, or nothing where the label is only the path of an unnumbered place."""
    _, path = split(entry["address"])
    printed = not path or (entry["label"] != "／".join(path) or article_of(path[-1:]) is not None)
    return entry["label"] if printed else ""


def anchor(entry: OutlineEntry) -> str:
    """A name for the place that survives in HTML."""
    return escape("at-" + "".join(sign if sign.isalnum() else "-" for sign in entry["address"]))
