"""引用核对: paste a text and have every citation in it checked: whether it exists, is in force and is quoted rightly.

The text lives in this visit's session alone: it is in no address, no log and no database of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import streamlit as st

from kb.errors import RegkbError
from ui import cited, state, theme
from ui.client import Client
from ui.contract import CitedPlace
from ui.views import as_of, reader, rows
from ui.words import say

LONGEST = 100_000
"""Characters checked at once on the page; a browser is slow with more. The command line takes whole files."""
LISTED = 60
"""Citations listed with their reasons; behind each stand several elements of the page."""


@dataclass(frozen=True)
class Checked:
    """A text with the verdicts on its citations as of a day."""

    text: str
    day: date | None
    places: tuple[CitedPlace, ...]


def render(client: Client, today: date) -> None:
    """The page: the box, then counts, the marked text and the reasons."""
    with reader.beside(client, state.as_of(st.query_params)):
        st.html(theme.heading(say("cite.title"), say("cite.purpose")))
        day = as_of.control(today, say("asof.cite"))
        kept: Checked | None = st.session_state.get("cite_checked")
        text, pressed = _box(kept)
        if pressed or (kept and kept.day != day):
            found = _checked(client, text if pressed or not kept else kept.text, day)
            if found:
                st.session_state["cite_checked"] = found
                st.rerun()
            return
        if kept:
            _result(kept, today)


def _box(kept: Checked | None) -> tuple[str, bool]:
    """The text as it stands in the box, and whether it is to be checked now."""
    with st.form("cite_form", border=False):
        text = st.text_area(
            say("cite.box"),
            value=kept.text if kept else "",
            placeholder=say("cite.hint"),
            height=140 if kept else 240,
            key="cite_text",
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            pressed = st.form_submit_button(say("cite.go"), type="primary")
            if kept:
                st.form_submit_button(say("cite.clear"), type="tertiary", on_click=_clear)
    st.html(f'<p class="quiet-text">{escape(say("cite.kept"))}</p>')
    return text or "", pressed


def _clear() -> None:
    st.session_state["cite_text"] = ""
    st.session_state.pop("cite_checked", None)
    reader.close()


def _checked(client: Client, text: str, day: date | None) -> Checked | None:
    """The verdicts on a text, or None with a sentence on the page that says why there are none."""
    if not text.strip():
        st.html(theme.notice(say("cite.empty"), ""))
        return None
    if len(text) > LONGEST:
        st.html(theme.notice(say("cite.long", count=len(text), limit=LONGEST), "", "warn"))
        return None
    slot = st.empty()
    slot.html(theme.skeleton(say("cite.wait")))
    try:
        report = client.cite(text, day)
    except RegkbError as error:
        slot.html(theme.notice(say("failed"), str(error), "stop"))
        return None
    slot.empty()
    return Checked(text, day, tuple(report["citations"]))


def _result(checked: Checked, today: date) -> None:
    places = checked.places
    if not places:
        st.html(theme.notice(say("cite.none"), say("cite.none.help")))
        return
    wrong = sum(place["verdict"] != "valid" for place in places)
    summary = say("cite.some_bad" if wrong else "cite.all_good", count=len(places), wrong=wrong)
    note = as_of.result_note(checked.day, today)
    st.html(f'<h2 role="status">{escape(summary)}</h2><p class="quiet-text">{escape(note)}</p>')
    counts = cited.counts(places)
    verdict = st.pills(
        say("cite.filter"),
        list(counts),
        format_func=lambda one: f"{cited.verdict_words(one)} {counts[one]}",
        key="cite_verdict",
        label_visibility="collapsed",
    )
    listed = cited.worst_first(places, verdict if verdict in counts else None)
    narrow = state.reading(st.query_params) is not None
    left, right = (st.container(), st.container()) if narrow else st.columns(2, gap="large")
    with left:
        st.html(f"<h2>{escape(say('cite.text'))}</h2>" + cited.marked(checked.text, places, set(listed[:LISTED])))
    with right:
        _reasons(places, listed)


def _reasons(places: Sequence[CitedPlace], listed: Sequence[int]) -> None:
    """Each citation with its verdict and reason, and the way to the text it speaks of."""
    st.html(f"<h2>{escape(say('cite.reasons'))}</h2>")
    for at in listed[:LISTED]:
        place = places[at]
        with st.container(gap=None, key=f"cited-{at}"):
            st.html(cited.reason(place, at))
            with st.container(horizontal=True, gap="medium"):
                address = place["address"]
                if address:
                    st.button(
                        say("cite.open"), key=f"place-{at}", type="tertiary", on_click=rows.open_at, args=(address,)
                    )
                rows.instead(place.get("replaced_by"), f"now-{at}")
    if len(listed) > LISTED:
        st.html(f'<p class="quiet-text">{escape(say("cite.more", limit=LISTED))}</p>')
    st.html(theme.copy(say("cite.copy"), cited.as_text(places)))
