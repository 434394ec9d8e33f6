"""历史: this person's conversations, newest first, to search, open, rename and delete. A sheet over the page, drawn by
itself, so that a letter typed into its box does not draw the whole conversation again."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from kb.errors import RegkbError
from ui import state, theme, visitor
from ui.client import Client
from ui.contract_desk import ConversationHead
from ui.words import say

PAGE = 20


def button(client: Client) -> None:
    """The way into the history."""
    if st.button(say("history.open"), type="tertiary", key="history_open", width="content"):
        _forget_edits()
        st.dialog(say("history.title"), position="left")(_sheet)(client)


def _sheet(client: Client) -> None:
    with st.container(key="history", gap="small"):
        query = st.text_input(
            say("history.box"), placeholder=say("history.hint"), key="history_query", label_visibility="collapsed",
            max_chars=100,
        ).strip()  # fmt: skip
        try:
            total, heads = _pages(client, query)
        except RegkbError as error:
            st.html(theme.notice(say("failed"), str(error), "stop"))
            return
        if not heads:
            words = say("history.none_found", query=query) if query else say("history.none")
            st.html(f'<p class="quiet-text">{escape(words)}</p>')
        for head in heads:
            _row(client, head)
        left = total - len(heads)
        if left > 0:
            st.button(say("history.more", count=min(left, PAGE)), key="history_more", on_click=_more)
        st.html(f'<p class="quiet-text">{escape(say("history.kept"))}</p>')


def _pages(client: Client, query: str) -> tuple[int, list[ConversationHead]]:
    """How many conversations there are, and those of the pages opened so far."""
    total, heads = 0, list[ConversationHead]()
    for at in range(st.session_state.setdefault("history_pages", 1)):
        found = client.conversations(query or None, limit=PAGE, offset=PAGE * at, visitor=visitor.key())
        total = found["total"]
        heads += found["conversations"]
    return total, heads


def _row(client: Client, head: ConversationHead) -> None:
    identity, title = head["id"], head["title"] or say("history.untitled")
    if st.session_state.get("history_edit") == ("rename", identity):
        _rename(client, identity, head["title"])
    elif st.session_state.get("history_edit") == ("delete", identity):
        _delete(client, identity, title)
    else:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"past-{identity}"):
            if st.button(theme.plain(title), key=f"past-open-{identity}", type="tertiary", width="stretch"):
                show(identity)
                st.rerun()
            day = say("history.turns", day=head["updated_at"][:10], count=head["turns"])
            st.html(f'<span class="quiet-text">{escape(day)}</span>', width="content")
            for act in ("rename", "delete"):
                st.button(
                    say(f"history.{act}"), key=f"past-{act}-{identity}", type="tertiary", on_click=_edit,
                    args=(act, identity), width="content",
                )  # fmt: skip


def _rename(client: Client, identity: str, title: str) -> None:
    with st.form(f"past-form-{identity}", border=False):
        typed = st.text_input(say("history.rename.box"), value=title, max_chars=60, key=f"past-title-{identity}")
        with st.container(horizontal=True, gap="small"):
            saved = st.form_submit_button(say("history.save"))
            left = st.form_submit_button(say("history.cancel"), type="tertiary")
    if saved and typed.strip():
        _done(lambda: client.rename(identity, typed.strip(), visitor.key()))
    elif saved or left:
        _done()


def _delete(client: Client, identity: str, title: str) -> None:
    with st.container(key=f"past-sure-{identity}", gap="small"):
        st.html(f'<p role="alert">{escape(say("history.delete.sure", title=title))}</p>')
        with st.container(horizontal=True, gap="small"):
            sure = st.button(say("history.delete.go"), key=f"past-sure-go-{identity}")
            left = st.button(say("history.cancel"), key=f"past-sure-cancel-{identity}", type="tertiary")
    if sure:
        _done(lambda: client.delete(identity, visitor.key()), leaves=st.query_params.get("c") == identity)
    elif left:
        _done()


def _done(act: Callable[[], None] | None = None, *, leaves: bool = False) -> None:
    """Do what was asked for and draw the sheet anew, or, when that `leaves` the open conversation, the page; a failure
    is said in the row's place."""
    try:
        if act:
            act()
    except RegkbError as error:
        st.html(theme.notice(say("failed"), str(error), "stop"))
        return
    _forget_edits()
    if leaves:
        leave()
        st.rerun()
    st.rerun(scope="fragment")


def show(identity: str) -> None:
    """Open a conversation: everything of another one leaves the address."""
    state.put(st.query_params, c=identity, turn=None, at=None, read=None, q=None)


def leave() -> None:
    """An empty page again; the date stays as it was chosen."""
    state.put(st.query_params, c=None, turn=None, at=None, read=None, q=None)
    for name in ("waiting", "failed", "held"):
        st.session_state.pop(name, None)


def _edit(act: str, identity: str) -> None:
    st.session_state["history_edit"] = (act, identity)


def _forget_edits() -> None:
    st.session_state.pop("history_edit", None)


def _more() -> None:
    st.session_state["history_pages"] += 1
