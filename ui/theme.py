"""How things look: the style sheet, and builders of the few pieces of HTML that the pages need.

Every builder escapes all the text it is given; nothing else in `ui` writes tags. Texts of the API go either through
these builders or, in labels of buttons, through `plain`, which takes Markdown's meaning out of its signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path

import streamlit as st

from ui.words import say

HERE = Path(__file__).parent

FORCE_COLOUR = {
    "现行有效": ("force-now", "green"),
    "尚未施行": ("force-later", "orange"),
    "已被修改": ("force-amended", "violet"),
    "已废止": ("force-gone", "red"),
}
UNKNOWN_COLOUR = ("force-unknown", "gray")

MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-!|<>~$:&])")


def load() -> None:
    """Put the style sheet and the keyboard script on the page; both are files of ours without any outside text."""
    st.html(HERE / "style.css")
    script = (HERE / "keys.js").read_text(encoding="utf-8")
    with st.container(key="keys"):
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def wordmark(name: str) -> str:
    """The product's name as a drawing, for the place in the head of the page that takes only pictures."""
    width = 18 * len(name) + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="28" viewBox="0 0 {width} 28">'
        f'<text x="0" y="20" font-size="17" font-weight="650" fill="#1B2430" font-family="system-ui, \'PingFang SC\','
        f" 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif\">{escape(name)}</text></svg>"
    )


def plain(text: str) -> str:
    """Text for a place that reads Markdown (a button label, a stream), with every sign standing for itself."""
    return MARKDOWN_SIGNS.sub(r"\\\1", text)


def badge(force: str) -> str:
    """A force chip for a place that reads Markdown."""
    colour = FORCE_COLOUR.get(force, UNKNOWN_COLOUR)[1]
    return f":{colour}-badge[{plain(force)}]"


def chip(force: str, why: str | None = None) -> str:
    """A force chip: the word in its colour. With `why` it opens on a click, a touch or a key and says the reason."""
    shown = f'class="force {FORCE_COLOUR.get(force, UNKNOWN_COLOUR)[0]}"'
    if not why:
        return f"<span {shown}>{escape(force)}</span>"
    return f'<details class="force-why"><summary {shown}>{escape(force)}</summary><span>{escape(why)}</span></details>'


def heading(title: str, purpose: str) -> str:
    """The head of a page: its title and its purpose in one line."""
    return f'<header class="page-head"><h1>{escape(title)}</h1><p>{escape(purpose)}</p></header>'


def notice(title: str, text: str, tone: str = "help") -> str:
    """A calm message: what is so, and what to do. `tone` is help, warn or stop."""
    body = f"<p>{escape(text)}</p>" if text else ""
    return f'<div class="notice notice-{escape(tone)}" role="status"><strong>{escape(title)}</strong>{body}</div>'


def notes(title: str, lines: Sequence[str]) -> str:
    """Quiet remarks on a result: read by who wants to know, in nobody's way."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<aside class="notes"><h2>{escape(title)}</h2><ul class="list">{items}</ul></aside>'


def skeleton(words: str, lines: int = 3) -> str:
    """Grey lines in the place of text that is coming, with the words of what is going on."""
    bars = "".join(f'<span class="bar" style="width:{width}%"></span>' for width in (92, 100, 64)[:lines])
    return f'<div class="skeleton" role="status"><p>{escape(words)}</p>{bars}</div>'


def facts(rows: Sequence[tuple[str, str | None]]) -> str:
    """Names and values side by side; an unknown value is printed as 原文未载明."""
    cells = "".join(
        f"<dt>{escape(name)}</dt>"
        + (f"<dd>{escape(value)}</dd>" if value else f'<dd class="unknown">{escape(say("not_stated"))}</dd>')
        for name, value in rows
    )
    return f'<dl class="facts">{cells}</dl>'


def stops(names: Sequence[str]) -> str:
    """Things done one after another, as a line of stops."""
    return f'<ol class="stops">{"".join(f"<li>{escape(name)}</li>" for name in names)}</ol>'


def listing(lines: Sequence[str], *, ordered: bool = False) -> str:
    """A plain list."""
    tag = "ol" if ordered else "ul"
    return f'<{tag} class="list">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</{tag}>'


def copy(label: str, text: str) -> str:
    """A button that puts `text` on the clipboard."""
    done = escape(say("copied"))
    return f'<button type="button" class="quiet" data-copy="{escape(text)}" data-done="{done}">{escape(label)}</button>'


def in_words(day: str | date | None) -> str | None:
    """A date inside a sentence: 2026年11月21日. None stays None; what is not a date is left as it stands."""
    if day is None:
        return None
    try:
        value = day if isinstance(day, date) else date.fromisoformat(day)
    except ValueError:
        return str(day)
    return f"{value.year}年{value.month}月{value.day}日"
