"""The words of the law as HTML: provisions, answers with their marks, and the two lines of a search hit.

Like the builders of `ui.theme`, these escape all the text they are given. Nothing here changes a word: only what is
set as law, marked or left unmarked is decided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from kb.model import Citation, Force
from ui import state, theme

KEY = re.compile(r"\[([A-Za-z0-9]{1,12})\]")
ITEM_LINE = re.compile(r"\s*（[一二三四五六七八九十百]+）")
BULLET = re.compile(r"\s*[-•*]\s+")


def answer(text: str, citations: Sequence[Citation]) -> str:
    """The text of an answer. A quote that begins a line is set as law; each `[key]` opens its citation."""
    blocks: list[str] = []
    rest = text
    for citation in citations:
        before, found, after = rest.partition(f"“{citation.quote}”[{citation.key}]")
        if found and (not before or before.endswith("\n")):
            blocks += [prose(before, citations), quoted(citation)]
            rest = after.removeprefix(f"（{citation.label}）")  # both stand below the quote already
            rest = rest.removeprefix(f"（{citation.label}，效力状态：{citation.force}）")
    return f'<div class="answer">{"".join(blocks)}{prose(rest, citations)}</div>'


def grounded(text: str, citations: Sequence[Citation]) -> str:
    """The text without marks whose key has no citation: nothing may look cited that is not."""
    keys = {citation.key for citation in citations}
    return KEY.sub(lambda found: found[0] if found[1] in keys else "", text)


def quoted(citation: Citation) -> str:
    """The words of the law, set as law, with where they stand."""
    return (
        f'<blockquote class="quoted">{law(citation.quote)}'
        f"<p>{escape(citation.label)}{_not_in_force(citation)}{cite(citation)}</p></blockquote>"
    )


def _not_in_force(citation: Citation) -> str:
    """The chip of a quote that is anything but in force: nobody may read it as the law of the day."""
    return "" if citation.force == Force.IN_FORCE else f" {theme.chip(citation.force)}"


def marks(line: str, citations: Sequence[Citation]) -> str:
    """One line of an answer; each key that has a citation opens it, and one without is left out: nothing may look
    cited that is not."""
    by_key = {citation.key: citation for citation in citations}
    pieces, at = list[str](), 0
    for found in KEY.finditer(line):
        known = by_key.get(found[1])
        pieces += [escape(line[at : found.start()]), cite(known) if known else ""]
        at = found.end()
    return "".join(pieces) + escape(line[at:])


def prose(text: str, citations: Sequence[Citation]) -> str:
    """Paragraphs and lists of an answer with their marks."""
    blocks: list[str] = []
    bullets: list[str] = []
    for line in [*text.split("\n"), ""]:
        bullet = BULLET.match(line)
        if bullet:
            bullets.append(f"<li>{marks(line[bullet.end() :], citations)}</li>")
            continue
        if bullets:
            blocks.append(f'<ul class="list">{"".join(bullets)}</ul>')
            bullets = []
        if line.strip():
            blocks.append(f"<p>{marks(line.strip(), citations)}</p>")
    return "".join(blocks)


def cite(citation: Citation) -> str:
    """One superscript mark; a press opens the quoted words in the reader."""
    key, told = escape(citation.key), escape(f"{citation.label}（{citation.force}）")
    attributes = f'{opens(citation)} title="{told}" aria-label="依据{key}：{told}"'
    return f'<button type="button" class="cite" {attributes}>{key}</button>'


def opens(citation: Citation) -> str:
    """The attributes by which the script of the page opens a citation: it writes the place into the address, so that
    a long conversation needs no widget for each of its marks."""
    return goes("read", state.written(state.Reading(citation.address, citation.start, citation.end)))


def goes(name: str, value: str) -> str:
    """The attributes of a button that sets one value of the address; an empty value takes it out."""
    return f'data-param="{escape(name)}" data-value="{escape(value)}"'


def law(text: str, span: tuple[int, int] | None = None, number: str | None = None) -> str:
    """The words of a provision, paragraph by paragraph, with `[start, end)` of `text` marked and its number bold.

    The number is printed once: before the first paragraph, unless the text already begins with it.
    """
    paragraphs: list[str] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            kind = "item" if ITEM_LINE.match(line) else "paragraph"
            lead = len(line) - len(line.lstrip())
            bare = line.strip()
            if number and not paragraphs:
                kind, body = "article", bold_number(bare, start + lead, span, number)
            else:
                body = marked(bare, start + lead, span)
            paragraphs.append(f'<p class="{kind}">{body}</p>')
        start += len(line) + 1
    return f'<div class="law">{"".join(paragraphs)}</div>'


def bold_number(line: str, start: int, span: tuple[int, int] | None, number: str) -> str:
    """The first paragraph with its number in bold, whether the stored text holds the number or not."""
    rest = line.removeprefix(number)
    bare = rest.lstrip("　 ")
    body = marked(bare, start + len(line) - len(bare), span)
    return f"<b>{escape(number)}</b>　{body}"


def marked(line: str, start: int, span: tuple[int, int] | None) -> str:
    """A line beginning at character `start` of its text, with what lies in `span` marked."""
    low, high = (max(span[0] - start, 0), min(span[1] - start, len(line))) if span else (0, 0)
    if low >= high:
        return escape(line)
    return f"{escape(line[:low])}<mark>{escape(line[low:high])}</mark>{escape(line[high:])}"


def snippet(text: str, query: str, width: int = 110) -> str:
    """About two lines of a passage around the words of the query, with those words marked."""
    flat = " ".join(text.split())
    places = hits(flat, query)
    begin = 0
    if places and len(flat) > width:
        begin = max(0, min(places[0][0] - width // 4, len(flat) - width))
    cut = flat[begin : begin + width]
    out, at = [], 0
    for low, high in ((max(low - begin, 0), min(high - begin, len(cut))) for low, high in places):
        if low < high and low >= at:
            out.append(f"{escape(cut[at:low])}<mark>{escape(cut[low:high])}</mark>")
            at = high
    body = "".join(out) + escape(cut[at:])
    return f'<p class="snippet">{"…" if begin else ""}{body}{"…" if begin + width < len(flat) else ""}</p>'


EMPTY_PAIRS = frozenset(
    ("可以", "什么", "多少", "是否", "如何", "怎么", "哪些", "需要", "应当", "规定", "有关", "以及", "或者", "进行")
)


def hits(text: str, query: str) -> list[tuple[int, int]]:
    """Where pairs of neighbouring characters of the query stand in the text, joined; pairs that say nothing left out.

    Pairs, not words: the page must not need a word list, and Chinese terms are almost never a single character.
    """
    pairs = {
        run[at : at + 2] for run in re.findall(r"[一-鿿]{2,}|[A-Za-z0-9]{2,}", query) for at in range(len(run) - 1)
    } - EMPTY_PAIRS
    places: list[tuple[int, int]] = []
    for at in range(len(text) - 1):
        if text[at : at + 2] in pairs:
            if places and places[-1][1] >= at:
                places[-1] = (places[-1][0], at + 2)
            else:
                places.append((at, at + 2))
    return places
