"""Two versions of an instrument side by side, as HTML: each changed article with its words struck out and put in.

Like the builders of `ui.theme`, these escape all the text they are given. What was removed is struck through on the
old side, what was added is underlined on the new side: never told by colour alone, and each side reads as its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import chain

from ui import law
from ui.contract_history import ChangeRow, ComparedText, Comparison, Mark
from ui.words import say

ORDER = ("changed", "added", "removed", "renumbered", "same")
TEXTUAL = ("changed", "added", "removed")
"""Changes of words; the other two ways only move or keep them."""

HEADED = re.compile(r"(.{1,100}?)（([^（）]*(?:（[^（）]*）[^（）]*)*)）")

Link = Callable[[str], str]
"""The address of the page with a provision open in the reader."""


def counted(counts: dict[str, int]) -> str:
    """How many provisions changed in which way, as one line."""
    parts = [f"<li>{escape(say(f'compare.total.{how}', count=counts.get(how, 0)))}</li>" for how in ORDER]
    return f'<ul class="totals">{"".join(parts)}</ul>'


def compared(comparison: Comparison, link: Link, *, everything: bool) -> str:
    """The changed provisions in the order of the new text; with `everything` also those that kept their words."""
    names = (comparison["old"]["version"], comparison["new"]["version"])
    changes = comparison["changes"]
    if everything:
        return "".join(_change(one, names, link) for one in changes)
    textual = "".join(_change(one, names, link) for one in changes if one["how"] in TEXTUAL)
    return textual + _renumbered([one for one in changes if one["how"] == "renumbered"], link)


def _change(change: ChangeRow, names: tuple[str, str], link: Link) -> str:
    old, new, how = change["old"], change["new"], change["how"]
    told = say(f"compare.{how}")
    head = f'<h3><span class="how how-{escape(how)}">{escape(told)}</span> {_name(change)}</h3>'
    if how in ("same", "renumbered"):
        text = new or old
        return f'<section class="compared">{head}{_kept(text, link) if text else ""}</section>'
    marks = change["marks"]
    left = _side("old", names[0], old, of_side(marks, "removed") if old and marks else None, link)
    right = _side("new", names[1], new, of_side(marks, "added") if new and marks else None, link)
    return f'<section class="compared">{head}<div class="sides">{left}{right}</div></section>'


def _name(change: ChangeRow) -> str:
    """The number of the provision, or both of them where it has moved; its chapter, or both where that has changed."""
    sides = [place(side["label"]) for side in (change["old"], change["new"]) if side]
    numbers, headings = (list(dict.fromkeys(part)) for part in zip(*sides, strict=True))
    where = say("compare.arrow").join(one for one in headings if one)
    return escape(say("compare.arrow").join(numbers)) + (
        f' <span class="where">{escape(where)}</span>' if where else ""
    )


def place(label: str) -> tuple[str, str]:
    """The number and the headings above it: 《药品管理法》第三十条（第三章 药品生产） → 第三十条, 第三章 药品生产."""
    bare = label.rpartition("》")[2] or label
    found = HEADED.fullmatch(bare)
    return (found[1], found[2]) if found else (bare, "")


def _side(side: str, version: str, text: ComparedText | None, marks: Sequence[Mark] | None, link: Link) -> str:
    """One side: its version, the provision as a link into the reader, its words with their marks."""
    name = escape(say("timeline.version", version=version))
    if text is None:
        missing = escape(say(f"compare.no_counterpart.{side}"))
        return f'<div class="side side-none"><p class="side-name">{name}　{missing}</p></div>'
    words = marked(marks or [Mark(op="same", text=text["text"])])
    return f'<div class="side"><p class="side-name">{name} {_linked(text, link)}</p>{words}</div>'


def _linked(text: ComparedText, link: Link) -> str:
    return f'<a href="{escape(link(text["address"]))}">{escape(place(text["label"])[0])}</a>'


def _kept(text: ComparedText, link: Link) -> str:
    return f'<p class="side-name">{_linked(text, link)}</p>{law.law(text["text"])}'


def of_side(marks: Sequence[Mark], own: str) -> list[Mark]:
    """The runs that one side holds: what both have, and what only it has."""
    return [mark for mark in marks if mark["op"] in ("same", own)]


def marked(marks: Sequence[Mark]) -> str:
    """The words of one side, line by line as law, with what only this side has between tags that say so."""
    lines: list[list[Mark]] = [[]]
    for mark in marks:
        first, *further = mark["text"].split("\n")
        lines[-1].append(Mark(op=mark["op"], text=first))
        lines += [[Mark(op=mark["op"], text=one)] for one in further]
    return f'<div class="law">{"".join(map(_line, lines))}</div>'


def _line(marks: Sequence[Mark]) -> str:
    words = "".join(mark["text"] for mark in marks)
    if not words.strip():
        return ""
    kind = "item" if law.ITEM_LINE.match(words) else "paragraph"
    return f'<p class="{kind}">{"".join(map(_run, marks))}</p>'


def _run(mark: Mark) -> str:
    tag = {"removed": "del", "added": "ins"}.get(mark["op"])
    words = escape(mark["text"])
    return f"<{tag}>{words}</{tag}>" if tag and words else words


def _renumbered(changes: Sequence[ChangeRow], link: Link) -> str:
    """Those that only moved, folded away: their words are the same, and there may be a hundred of them."""
    if not changes:
        return ""
    rows = "".join(
        f"<li>{' → '.join(_linked(side, link) for side in chain((one['old'], one['new'])) if side)}</li>"
        for one in changes
    )
    head = escape(say("compare.renumbered_list", count=len(changes)))
    return f'<details class="renumbered"><summary>{head}</summary><ul>{rows}</ul></details>'
