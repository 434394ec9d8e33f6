"""What was done to a text (staff): repairs by their step, doubtful ones first, and the original beside the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from unicodedata import category

import streamlit as st

from kb.errors import RegkbError
from ui import theme
from ui.client import Client
from ui.contract import DocumentPage
from ui.words import say

SHOWN = 40
"""Different repairs of one step written out: the rest is in the comparison, where they stand in their text."""
LONGEST = 200
"""Characters of one repair that are written out."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def repairs(made: Sequence[Mapping[str, Any]]) -> str:
    """Steps as folds, each with how often and the words before and after; those to be checked stand open and first."""
    if not made:
        return f'<p class="quiet-text">{escape(say("staff.repairs.none"))}</p>'
    steps: dict[str, list[Mapping[str, Any]]] = {}
    for one in made:
        steps.setdefault(str(one["step"]), []).append(one)
    ordered = sorted(steps.items(), key=lambda step: all(one["certain"] for one in step[1]))
    return "".join(_step(name, found) for name, found in ordered)


def _step(name: str, found: Sequence[Mapping[str, Any]]) -> str:
    doubtful = sum(not one["certain"] for one in found)
    count = say("staff.repairs.count", count=len(found))
    check = f' <b class="doubt">{escape(say("staff.repairs.check", count=doubtful))}</b>' if doubtful else ""
    rows = Counter((str(one["before"]), str(one["after"]), bool(one["certain"])) for one in found)
    first = sorted(rows.items(), key=lambda row: (row[0][2], -row[1]))[:SHOWN]
    more = len(rows) - len(first)
    rest = f'<p class="quiet-text">{escape(say("staff.repairs.more", count=more))}</p>' if more else ""
    written = "".join(_row(*row, times) for row, times in first)
    head = f"<summary>{escape(name)}　{escape(count)}{check}</summary>"
    return f'<details class="repairs"{" open" if doubtful else ""}>{head}{written}{rest}</details>'


def _row(before: str, after: str, certain: bool, times: int) -> str:
    """A repair; words left out have no "after", words only doubted are the same before and after."""
    notes = [] if certain else [say("staff.uncertain")]
    notes += [say("staff.repairs.times", count=times)] if times > 1 else []
    note = f'<span class="step">{escape(" · ".join(notes))}</span>' if notes else ""
    if before == after:
        return f'<div class="repair">{note}<mark>{_visible(before)}</mark></div>'
    gone = f"<del>{_visible(before)}</del>" if before else f"<span>{escape(say('staff.repairs.added'))}</span>"
    come = f"<ins>{_visible(after)}</ins>" if after else f"<span>{escape(say('staff.repairs.out'))}</span>"
    return f'<div class="repair">{note}{gone}{come}</div>'


def _visible(words: str) -> str:
    """Words as they are, cut where they are a page long; what nobody can see is named."""
    if not words.strip():
        return escape(say("staff.repairs.blank", count=len(words)))
    cut = words if len(words) <= LONGEST else words[:LONGEST] + "…"
    return escape("".join(f"‹U+{ord(sign):04X}›" if category(sign) == "Cf" else sign for sign in cut))


def beside(staff: Client, page: DocumentPage) -> None:
    """The two ways to the original: beside the repaired text on this page, or as the file that came."""
    if page["original"] is None:
        st.html(f'<p class="quiet-text">{escape(say("staff.original.none"))}</p>')
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = st.toggle(say("staff.compare"), key=f"compare-{page['id']}")
        st.download_button(
            say("staff.original"), data=lambda: staff.original(page["id"]), file_name=page["original"],
            mime="application/octet-stream", type="tertiary", key=f"original-{page['id']}", on_click="ignore",
        )  # fmt: skip
    if shown:
        _comparison(staff, page)
    else:
        st.session_state.pop("comparison", None)


def _comparison(staff: Client, page: DocumentPage) -> None:
    """Made once for as long as it is open: a scan is recognised anew for it, which takes minutes."""
    made: tuple[str, str] | None = st.session_state.get("comparison")
    if made is None or made[0] != page["id"]:
        slot = st.empty()
        slot.html(theme.skeleton(say("wait.compare")))
        try:
            made = (page["id"], staff.comparison(page["id"]))
        except RegkbError as error:
            slot.html(theme.notice(say("failed"), str(error), "warn"))
            return
        slot.empty()
        st.session_state["comparison"] = made
    with st.container(key="comparison"):
        st.iframe(framed(made[1]), height=720)


def framed(page: str) -> str:
    """A page made of a stranger's file with a policy before anything else in it: it runs no script, loads nothing and
    sends nothing. (A sandboxed frame within Streamlit's frame takes the clicks meant for the page around it.)"""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return f"<!doctype html>{policy}{page}"
