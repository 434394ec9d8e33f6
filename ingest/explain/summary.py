"""The head of the comparison page: how much was repaired, what needs a look, each with links; and the outline."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.explain.paint import shown
from ingest.explain.rows import Row
from kb.model import Provision, Repair, Rung

LISTED = 1000  # links to places of one step; the marks in the text show the rest
OPEN = 12  # so many are shown with their words; more are folded under a few examples
EXAMPLES = 6
LINE = 48  # characters of examples
AROUND = 6  # characters on either side of a place that needs a look
LONGEST = 14  # of the words of a link
LINED_UP = frozenset(
    (Rung.PART, Rung.CHAPTER, Rung.SECTION, Rung.ARTICLE, Rung.HEADING, Rung.ATTACHMENT, Rung.TABLE)
)  # fmt: skip
WORDS = 22  # of an entry of the outline


class Place(NamedTuple):
    """One repair, the anchor it stands at, its offset in the repaired text, and whether a reader had set it aside."""

    fix: Repair
    anchor: str
    at: int
    aside: bool = False


def summary(places: Sequence[Place], repaired: str) -> str:
    """Steps with their counts and links, those that need a look first."""
    doubtful = [place for place in places if not place.fix.certain]
    aside = [place for place in places if place.fix.certain and place.aside]
    sure = [place for place in places if place.fix.certain and not place.aside]
    parts = []
    if doubtful:
        labels = [_around(place, repaired) for place in doubtful]
        parts.append(f"<h2>需要核对的 {len(doubtful):,} 处</h2>{_steps(doubtful, labels)}")
    if sure:
        labels = [_change(place.fix) for place in sure]
        parts.append(f"<h2>已修复的 {len(sure):,} 处</h2>{_steps(sure, labels)}")
    if aside:
        labels = [_change(place.fix) for place in aside]
        parts.append(f"<h2>没有收入正文的 {len(aside):,} 处</h2>{_steps(aside, labels)}")
    return "".join(parts) or '<h2>没有需要修复之处</h2><p class="quiet">全文照原样收入。</p>'


def _around(place: Place, repaired: str) -> str:
    start, end = max(0, place.at - AROUND), place.at + min(len(place.fix.after), LONGEST) + AROUND
    return " ".join(repaired[start:end].split())


def _change(fix: Repair) -> str:
    before, after = " ".join(fix.before.split()), " ".join(fix.after.split())
    if not after:
        return _short(before) or "空白"
    return f"{_short(before)} → {_short(after)}"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def _steps(places: Sequence[Place], labels: Sequence[str]) -> str:
    by_step: dict[str, list[tuple[Place, str]]] = {}
    for place, label in zip(places, labels, strict=True):
        by_step.setdefault(place.fix.step, []).append((place, label))
    return '<ul class="steps">' + "".join(_step(step, found) for step, found in by_step.items()) + "</ul>"


def _step(step: str, found: Sequence[tuple[Place, str]]) -> str:
    if len(found) <= OPEN or not found[0][0].fix.certain:
        links = "".join(f'<a href="#{place.anchor}">{shown(label)}</a>' for place, label in found[:LISTED])
        places = f'<span class="places">{links}{_more(found)}</span>'
    else:
        kinds = list(dict.fromkeys(label for _, label in found))
        few = max(1, min(EXAMPLES, LINE // max(map(len, kinds[:EXAMPLES]))))
        examples = "、".join(map(shown, kinds[:few])) + (" 等" if len(kinds) > few else "")
        links = "".join(
            f'<a href="#{place.anchor}" title="{shown(label)}">{number}</a>'
            for number, (place, label) in enumerate(found[:LISTED], 1)
        )
        places = f'<details><summary>{examples}</summary><span class="places">{links}{_more(found)}</span></details>'
    return f'<li><span>{shown(step)}</span><span class="count">{len(found):,} 处</span>{places}</li>'


def _more(found: Sequence[object]) -> str:
    return f"<span>另有 {len(found) - LISTED:,} 处，见正文标记</span>" if len(found) > LISTED else ""


def outline(provisions: Iterable[Provision], repaired: str, rows: Sequence[Row]) -> str:
    """Headings and articles, each a link to its paragraph; empty for a text without any."""
    starts = [row.new_start for row in rows]
    entries = []
    for provision in provisions:
        if provision.rung in LINED_UP:
            row = max(0, bisect_right(starts, provision.body) - 1)
            depth = min(len(provision.trail), 3)
            words, top = shown(_entry(provision, repaired)), "" if depth else " top"
            entries.append(f'<li class="d{depth}{top}"><a href="#p{row}">{words}</a></li>')
    if not entries:
        return '<p class="quiet">这份文件没有分条或分级标题。</p>'
    return f"<ol>{''.join(entries)}</ol>"


def _entry(provision: Provision, repaired: str) -> str:
    words = provision.heading or repaired[provision.body : min(provision.end, provision.body + WORDS)].split("\n")[0]
    number = provision.number or ""
    return " ".join(part for part in (number, words.strip()[:WORDS]) if part) or provision.rung.value
