"""A whole document as HTML: its outline, and its text with an anchor at each place the outline points to."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui import law
from ui.contract import OutlineEntry

UNNUMBERED = ("序言", "目录", "落款")


def outline(entries: Sequence[OutlineEntry]) -> str:
    """The headings of a document as links into its text; articles are listed only where nothing stands above them."""
    return f'<ul class="outline">{"".join(_outline_entry(entry) for entry in entries)}</ul>'


def _outline_entry(entry: OutlineEntry) -> str:
    below = "".join(_outline_entry(child) for child in entry["children"] if child["heading"])
    name = f"{entry['label']}　{entry['heading'] or ''}".strip("　 ")
    return f'<li><a href="#{anchor(entry)}">{escape(name)}</a>{f"<ul>{below}</ul>" if below else ""}</li>'


def full_text(entries: Sequence[OutlineEntry]) -> str:
    """The whole text: headings on lines of their own, articles with their number in bold, each with an anchor."""
    return "".join(_heading(entry) if has_own_line(entry) else _passage(entry) for entry in entries)


def _heading(entry: OutlineEntry) -> str:
    """A chapter, or an outline entry whose heading stands alone: the heading, its own words, then what is below."""
    title = f"{number(entry)}　{entry['heading']}".strip("　")
    own = entry["text"].removeprefix(entry["heading"] or "")
    kind = "law-heading" if entry["label"].startswith("第") else "law-heading law-heading-left"
    below = law.law(own) if own.strip() else ""
    return f'<h3 class="{kind}" id="{anchor(entry)}">{escape(title)}</h3>{below}{full_text(entry["children"])}'


def _passage(entry: OutlineEntry) -> str:
    return f'<div id="{anchor(entry)}">{law.law(words(entry), None, number(entry) or None)}</div>'


def has_own_line(entry: OutlineEntry) -> bool:
    """Whether the heading is a line of its own: one that runs on into its sentence (1.统筹规划。坚持…) is text."""
    heading, text = entry["heading"], entry["text"]
    return heading is not None and (not text.startswith(heading) or text[len(heading) :][:1] in ("", "\n"))


def words(entry: OutlineEntry) -> str:
    """An article with its 款, 项 and 目 put back in order, each with the number it was printed with."""
    return "\n".join([entry["text"], *(number(child) + words(child) for child in entry["children"])]).strip("\n")


def number(entry: OutlineEntry) -> str:
    """The printed number, or nothing where the label only names an unnumbered place (第二条／第一款, 序言)."""
    return "" if "／" in entry["label"] or entry["label"] in UNNUMBERED else entry["label"]


def anchor(entry: OutlineEntry) -> str:
    """A name for the place that survives in HTML."""
    return escape("at-" + "".join(sign if sign.isalnum() else "-" for sign in entry["address"]))
