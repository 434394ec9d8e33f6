"""What staff do in the file library: sign in with the token, hand files in, check what was read, publish or withdraw.

The token stays in the browsing session and is checked by the service on each action, never here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from kb.errors import BadInput, RegkbError
from kb.model import Kind
from ui import theme
from ui.client import Client
from ui.contract import DocumentPage
from ui.views.fulltext import outline
from ui.words import FIELD_LABEL, say

TEXT_FIELDS = ("title", "number", "issuer", "region")
DATE_FIELDS = ("issued_on", "published_on", "effective_on", "repealed_on")
FILE_TYPES = ("docx", "pdf", "html", "htm", "md", "txt")


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


def intake(staff: Client, opened: Callable[[str], None]) -> None:
    """Take a file in; when it was read it opens as a draft."""
    with st.expander(say("staff.upload")):
        file = st.file_uploader(say("staff.upload"), type=list(FILE_TYPES), label_visibility="collapsed")
        st.html(f'<p class="quiet-text">{escape(say("staff.upload.hint"))}</p>')
        if file is None or not st.button(say("staff.upload.go"), type="primary"):
            return
        slot = st.empty()
        slot.html(theme.skeleton(say("wait.upload")))
        try:
            page = staff.upload(file.name, file.getvalue())
        except RegkbError as error:
            slot.html(theme.notice(file.name, str(error), "stop"))
            return
        opened(page["id"])
        st.rerun()


def review(staff: Client, page: DocumentPage) -> None:
    """What was read from the file, beside what can be corrected; then the decision."""
    if page["missing"]:
        missing = "、".join(FIELD_LABEL.get(field, field) for field in page["missing"])
        st.html(theme.notice(say("staff.missing", fields=missing), "", "warn"))
    _report()
    left, right = st.columns(2, gap="large")
    with left:
        st.html(f"<h2>{escape(say('staff.outline'))}</h2>{outline(page['provisions'])}")
    with right:
        st.html(f"<h2>{escape(say('staff.repairs'))}</h2>{repairs(page['repairs'])}")
    _metadata(staff, page)
    _decision(staff, page)


def repairs(made: Sequence[Mapping[str, Any]]) -> str:
    """Each repair with the words before and after it; the uncertain ones say so."""
    if not made:
        return f'<p class="quiet-text">{escape(say("staff.repairs.none"))}</p>'
    rows = []
    for one in made:
        doubt = "" if one["certain"] else f" · {say('staff.uncertain')}"
        rows.append(
            f'<div class="repair"><span class="step">{escape(str(one["step"]) + doubt)}</span>'
            f"<del>{escape(str(one['before']))}</del><ins>{escape(str(one['after']))}</ins></div>"
        )
    return "".join(rows)


def _metadata(staff: Client, page: DocumentPage) -> None:
    """The fields with the words of the text they rest on; only what was changed is sent."""
    held: dict[str, Any] = dict(page)
    with st.form(f"metadata-{page['id']}", border=False):
        st.html(f"<h2>{escape(say('staff.metadata'))}</h2>")
        typed: dict[str, str] = {}
        for field in (*TEXT_FIELDS, *DATE_FIELDS):
            typed[field] = st.text_input(FIELD_LABEL[field], held[field] or "", placeholder=say("not_stated")) or ""
            words = page["evidence"].get(field)
            note = say("staff.evidence", words=words) if words else say("staff.no_evidence")
            st.html(f'<p class="quiet-text">{escape(note)}</p>')
        kinds = [str(one) for one in Kind]
        typed["kind"] = str(st.selectbox(FIELD_LABEL["kind"], kinds, index=kinds.index(page["kind"])))
        if st.form_submit_button(say("staff.save")):
            try:
                changes = corrections(held, typed)
                if changes:
                    staff.correct(page["id"], changes)
                _tell(say("staff.saved") if changes else say("staff.nothing"))
            except RegkbError as error:
                _tell(str(error))
            st.rerun()


def corrections(held: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, str | None]:
    """The fields whose typed value differs from the held one; emptied means unknown. BadInput for a bad date."""
    changes: dict[str, str | None] = {}
    for field, text in typed.items():
        value = text.strip() or None
        if value and field in DATE_FIELDS:
            try:
                value = date.fromisoformat(value).isoformat()
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
