"""A stretch of text as HTML with its changes marked; nothing of a file reaches the page unescaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from ingest.offsets import Change
from ingest.repair.furniture import INVISIBLE, MISSING
from kb.model import Repair

UNSEEN = re.compile(INVISIBLE.pattern.removesuffix("+") + r"|[\ud800-\udfff]")


def shown(text: str) -> str:
    """Escaped, with what the eye cannot see or a page cannot hold named instead: ‹U+200B›."""
    return escape(UNSEEN.sub(lambda one: f"‹U+{ord(one[0]):04X}›", text))


def was(text: str, start: int, end: int, changes: Sequence[tuple[int, Change]], left_out: Sequence[tuple[int, Repair]],
        texts: tuple[str, str], first: set[str]) -> str:  # fmt: skip
    """`[start, end)` of the original: what goes struck out, what a reader set aside as a block at its place. `first`
    collects the anchors that are given out, each to the first piece of its change."""
    out, at = [], start
    asides = [(fix.at, f'<del class="aside" id="o{number}" title="{shown(fix.step)}">{shown(fix.before)}</del>')
              for number, fix in left_out]  # fmt: skip
    for index, change in changes:
        left, right = max(change.start, start), min(change.end, end)
        while asides and asides[0][0] <= left:
            place, block = asides.pop(0)
            place = min(max(place, at), left)
            out += [shown(text[at:place]), block]
            at = place
        out.append(shown(text[at:left]))
        if left < right:
            tag = "mark" if _kept(change, texts) else "del"
            out.append(_marked(tag, index, change, text[left:right], first))
        at = max(at, right, left)
    for place, block in asides:
        place = min(max(place, at), end)
        out += [shown(text[at:place]), block]
        at = place
    return "".join([*out, shown(text[at:end])])


def now(text: str, start: int, end: int, changes: Sequence[tuple[int, Change]], texts: tuple[str, str],
        first: set[str]) -> str:  # fmt: skip
    """`[start, end)` of the repaired text, what is new underlined."""
    out, at = [], start
    for index, change in changes:
        left, right = max(change.new_start, start), min(change.new_end, end)
        if left < right:
            tag = "mark" if _kept(change, texts) else "ins"
            out += [shown(text[at:left]), _marked(tag, index, change, text[left:right], first)]
            at = right
    return "".join([*out, shown(text[at:end])])


def _kept(change: Change, texts: tuple[str, str]) -> bool:
    return texts[0][change.start : change.end] == texts[1][change.new_start : change.new_end]


def _marked(tag: str, index: int, change: Change, words: str, first: set[str]) -> str:
    anchor = f"c{index}"
    identity = "" if anchor in first else f' id="{anchor}"'
    first.add(anchor)
    looks = (
        "q" if not change.certain else "", "gap" if not change.certain and words == MISSING else "",
        "r" if tag == "del" and change.new_start < change.new_end else "",
    )  # fmt: skip
    look = f' class="{" ".join(filter(None, looks))}"' if any(looks) else ""
    steps = "、".join(change.steps) + ("" if change.certain else "（需核对）")
    return f'<{tag}{identity}{look} title="{shown(steps)}">{shown(words)}</{tag}>'
