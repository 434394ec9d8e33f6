"""What staff do in the file library: sign in with the token, check what was read, correct, publish or withdraw.

The token stays in the browsing session and is checked by the service on each action, never here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from kb.errors import BadInput, RegkbError
from kb.model import Kind, Sector, Stage
from ui import theme
from ui.client import Client
from ui.contract import DocumentPage
from ui.views import intake, repairs
from ui.views.fulltext import outline
from ui.words import FIELD_LABEL, say

FIELDS = (
    ("title", "kind"), ("number", "issuer"), ("issued_on", "published_on"), ("effective_on", "expires_on"),
    ("repealed_on", "region"), ("sectors", "stages"), ("topics",),
)  # fmt: skip
"""What staff may correct, in the rows of the form."""
DATE_FIELDS = ("issued_on", "published_on", "effective_on", "expires_on", "repealed_on")
CHOICES: dict[str, tuple[str, ...]] = {
    "sectors": tuple(map(str, Sector)),
    "stages": tuple(map(str, Stage)),
    "topics": (),
}
"""Fields of several values, each with the values there are; topics are free words."""


def staff_client() -> Client | None:
    """The client that carries this visitor's staff token, or None for the public."""
    client: Client | None = st.session_state.get("staff")
    return client


def door(client: Client) -> None:
    """Where staff enter their token, kept out of the public's way."""
    if staff_client():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(f'<p class="quiet-text">{escape(say("staff.signed_in"))}</p>', width="content")
            st.button(say("staff.leave"), type="tertiary", on_click=_leave)
        return
    with st.popover(say("staff.enter"), type="tertiary"):
        st.text_input(
            say("staff.token"),
            type="password",
            key="token_typed",
            help=say("staff.token.help"),
            on_change=_enter,
            args=(client.url,),
        )


def _enter(url: str) -> None:
    token = st.session_state["token_typed"].strip()
    if token:
        st.session_state["staff"] = Client(url, token)


def _leave() -> None:
    st.session_state.pop("staff").close()
    intake.forget()


def review(staff: Client, page: DocumentPage) -> None:
    """What was read from the file, beside what can be corrected; then the decision."""
    if page["missing"]:
        missing = "、".join(FIELD_LABEL.get(field, field) for field in page["missing"])
        st.html(theme.notice(say("staff.missing", fields=missing), "", "warn"))
    _report()
    if page["notes"]:
        st.html(f"<h2>{escape(say('staff.notes'))}</h2>{theme.listing(page['notes'])}")
    repairs.beside(staff, page)
    left, right = st.columns(2, gap="large")
    with left:
        st.html(f"<h2>{escape(say('staff.outline'))}</h2>{outline(page['provisions'])}")
    with right:
        st.html(f"<h2>{escape(say('staff.repairs'))}</h2>{repairs.repairs(page['repairs'])}")
    _metadata(staff, page)
    _decision(staff, page)


def _metadata(staff: Client, page: DocumentPage) -> None:
    """The fields with the words of the text they rest on; only what was changed is sent."""
    held: dict[str, Any] = dict(page)
    with st.form(f"metadata-{page['id']}", border=False):
        st.html(f"<h2>{escape(say('staff.metadata'))}</h2>")
        typed: dict[str, Any] = {}
        for row in FIELDS:
            for column, field in zip(st.columns(2, gap="large"), row, strict=False):
                with column:
                    typed[field] = _asked(field, held[field])
                    _evidence(page, field)
        if st.form_submit_button(say("staff.save")):
            try:
                changes = corrections(held, typed)
                if changes:
                    staff.correct(page["id"], changes)
                _tell(say("staff.saved") if changes else say("staff.nothing"))
            except RegkbError as error:
                _tell(str(error))
            st.rerun()


def _asked(field: str, value: Any) -> Any:
    """One field of the form with what is held in it; what is typed comes back."""
    label, silent = FIELD_LABEL[field], say("not_stated")
    if field == "kind":
        kinds = [str(one) for one in Kind]
        return st.selectbox(label, kinds, index=kinds.index(value))
    if field in CHOICES:
        options = list(dict.fromkeys((*CHOICES[field], *value)))
        return st.multiselect(label, options, value, placeholder=silent, accept_new_options=not CHOICES[field])
    return st.text_input(label, value or "", placeholder=silent) or ""


def _evidence(page: DocumentPage, field: str) -> None:
    """The words a value rests on. Without a value there is nothing to rest, and nothing is said."""
    words = page["evidence"].get(field)
    held: object = dict(page).get(field)
    note = say("staff.evidence", words=words) if words else say("staff.no_evidence") if held else ""
    if note:
        st.html(f'<p class="quiet-text">{escape(note)}</p>')


def corrections(held: Mapping[str, Any], typed: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """The fields whose typed value differs from the held one; emptied means unknown. BadInput for a bad date."""
    changes: dict[str, Any] = {}
    for field, given in typed.items():
        value = given if isinstance(given, list) else given.strip() or None
        if value and field in DATE_FIELDS:
            try:
                value = date.fromisoformat(str(value)).isoformat()
            except ValueError as error:
                raise BadInput(say("staff.bad_date", field=FIELD_LABEL[field])) from error
        if value != held[field]:
            changes[field] = value
    return changes


def _decision(staff: Client, page: DocumentPage) -> None:
    with st.container(horizontal=True):
        if page["state"] != "published" and st.button(say("staff.publish"), type="primary"):
            _decide(lambda: staff.correct(page["id"], {"state": "published"}), "staff.published")
        if page["state"] != "withdrawn" and st.button(say("staff.withdraw")):
            _decide(lambda: staff.withdraw(page["id"]), "staff.withdrawn")


def _decide(act: Callable[[], object], told: str) -> None:
    try:
        act()
        _tell(say(told))
    except RegkbError as error:
        _tell(str(error))
    st.rerun()


def _tell(words: str) -> None:
    """Keep a sentence for after the redraw, which would otherwise wipe it."""
    st.session_state["told"] = words


def _report() -> None:
    words = st.session_state.pop("told", None)
    if words:
        st.html(theme.notice(words, ""))
