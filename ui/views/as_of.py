"""The date control: on which day's law a page answers. One control for all pages, and the date stands in the address.

No date in the address means today, also tomorrow; the row of pages carries a chosen date from one page to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape

import streamlit as st

from ui import state, theme
from ui.words import say

OPEN = "as_of_open"
EARLIEST = date(1950, 1, 1)
YEARS_AHEAD = 5
"""Texts are published at most a few years before they take effect."""


def control(today: date, after: str, changed: Callable[[], None] | None = None) -> date | None:
    """Draw the control and return the date asked for, None for today. `after` is what follows the date in its
    sentence; `changed` is called when another date has been chosen, before the page is drawn with it."""
    day = state.as_of(st.query_params)
    shown = day or today
    picker = f"as_of_{shown}"  # a new name with each date: the box must show what the address says after "back"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="as_of_bar"):
        st.html(f'<p class="quiet-text">{escape(say("as_of.before"))}</p>', width="content")
        # A form: a date typed part by part must not be asked before it is whole. The button stands beside the box,
        # because the calendar drops down over whatever is below it.
        with (
            st.popover(theme.in_words(day) or say("as_of.today"), key=OPEN, on_change="rerun"),
            st.form("as_of_form", border=False),
        ):
            st.html(f'<p class="quiet-text">{escape(say("as_of.help"))}</p>')
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                st.date_input(
                    say("as_of.pick"),
                    value=shown,
                    min_value=min(EARLIEST, shown),
                    max_value=max(date(today.year + YEARS_AHEAD, 12, 31), shown),
                    format="YYYY-MM-DD",
                    key=picker,
                    width=180,
                )
                st.form_submit_button(say("asof.choose"), on_click=_chosen, args=(picker, today, changed))
        st.html(f'<p class="quiet-text">{escape(after)}</p>', width="content")
        if day and day != today:
            st.button(
                say("as_of.back"), type="tertiary", key="as_of_back", on_click=_go_by, args=(today, today, changed)
            )
    return day


def result_note(day: date | str | None, today: date) -> str:
    """The words that state, beside a result, on which day's law it rests."""
    return say("asof.result", day=theme.in_words(day or today))


def _chosen(picker: str, today: date, changed: Callable[[], None] | None) -> None:
    st.session_state[OPEN] = False
    chosen = st.session_state.get(picker)
    if isinstance(chosen, date):
        _go_by(chosen, today, changed)


def _go_by(day: date, today: date, changed: Callable[[], None] | None) -> None:
    state.put_as_of(st.query_params, day, today)
    if changed:
        changed()
