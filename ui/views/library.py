"""文件库: what the knowledge base holds, document by document, with force, versions and whole text; the staff's door.

The list and its filters, and the open document, stand in the address. What staff do is in `ui.views.workbench`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from kb.errors import RegkbError
from kb.model import Force, Kind
from ui import state, theme
from ui.client import Client
from ui.contract import DocumentPage, DocumentRow
from ui.views import intake, reader, workbench
from ui.views.fulltext import full_text, outline
from ui.words import FIELD_LABEL, RELATION_LABEL, STATE_LABEL, say

PAGE_SIZE = 20


def render(client: Client, today: date) -> None:
    """The page: one document when the address names one, else the list."""
    day = state.as_of(st.query_params)
    identity = st.query_params.get("doc")
    staff = workbench.staff_client()
    with reader.beside(client, day):
        try:
            if identity:
                _document(client, staff, identity, day)
            else:
                _list(client, staff)
        except RegkbError as error:
            st.html(theme.notice(say("failed"), str(error), "stop"))
        workbench.door(client)


def open_document(identity: str) -> None:
    """Open a document in place of the list."""
    state.put(st.query_params, doc=identity, read=None)


def close_document() -> None:
    state.put(st.query_params, doc=None, read=None)


def _list(client: Client, staff: Client | None) -> None:
    st.html(theme.heading(say("library.title"), say("library.purpose")))
    if staff:
        intake.intake(staff, open_document)
    query, kind, force, wanted = _filters(staff is not None)
    offset = PAGE_SIZE * (int(st.session_state.get("library_page", 1)) - 1)
    found = (staff or client).documents(
        query=query, kind=kind, force=force, state=wanted, limit=PAGE_SIZE, offset=offset
    )
    if not found["total"]:
        st.html(theme.notice(say("library.none"), ""))
        return
    st.html(f'<p class="quiet-text">{escape(say("library.total", count=found["total"]))}</p>')
    for row in found["documents"]:
        _row(row, staff is not None)
    pages = -(-found["total"] // PAGE_SIZE)
    if pages > 1:
        st.pagination(pages, key="library_page")


def _filters(staff: bool) -> tuple[str | None, str | None, str | None, str | None]:
    columns = st.columns([2, 1, 1, 1] if staff else [2, 1, 1], gap="small")
    query = columns[0].text_input(
        say("library.box"), key="title", on_change=_first_page, bind="query-params", placeholder=say("library.box")
    )
    kind = _filter(columns[1], "kind", [str(one) for one in Kind])
    force = _filter(columns[2], "force", [str(one) for one in Force])
    wanted = _filter(columns[3], "state", list(STATE_LABEL), STATE_LABEL["published"]) if staff else None
    return (query or "").strip() or None, kind, force, wanted


def _filter(
    column: st.delta_generator.DeltaGenerator, name: str, options: Sequence[str], unset: str | None = None
) -> str | None:
    return column.selectbox(
        say(f"library.{name}"),
        list(options),
        index=None,
        placeholder=unset or say("library.any"),
        key=f"library_{name}",
        on_change=_first_page,
        bind="query-params",
        format_func=lambda value: STATE_LABEL.get(value, value),
    )


def _first_page() -> None:
    st.session_state["library_page"] = 1


def _row(row: DocumentRow, staff: bool) -> None:
    """One document in the list; a repealed one is struck through here, and only here."""
    title = theme.plain(row["title"])
    effective = theme.in_words(row["effective_on"])
    articles = row["counts"].get("条")
    facts = [
        row["kind"],
        row["number"],
        row["issuer"],
        say("library.effective", day=effective) if effective else say("library.not_effective"),
        say("library.articles", count=articles) if articles else None,
        STATE_LABEL.get(row["state"], row["state"]) if staff else None,
    ]
    with st.container(gap=None):
        st.button(
            f"{f'~~{title}~~' if row['force'] == '已废止' else title} {theme.badge(row['force'])}",
            key=f"doc-{row['id']}",
            type="tertiary",
            on_click=open_document,
            args=(row["id"],),
        )
        st.html(f'<p class="quiet-text">{escape(" · ".join(one for one in facts if one))}</p><hr class="rule">')


def _document(client: Client, staff: Client | None, identity: str, day: date | None) -> None:
    """One document: what it is, its outline, its text; for staff also what was read from it."""
    page = (staff or client).document(identity, day)
    st.button(say("library.back"), type="tertiary", on_click=close_document)
    stands = f' <span class="state">{escape(STATE_LABEL.get(page["state"], page["state"]))}</span>' if staff else ""
    st.html(f'<header class="page-head"><h1>{escape(page["title"])}</h1></header>{theme.chip(page["force"])}{stands}')
    if staff:
        workbench.review(staff, page)
    st.html(
        theme.facts(
            [
                (say("reader.number"), page["number"]),
                (say("reader.issuer"), page["issuer"]),
                (say("reader.effective"), page["effective_on"]),
                *((FIELD_LABEL[name], str(page[name])) for name in ("expires_on", "repealed_on") if page[name]),
                *((FIELD_LABEL[name], "、".join(page[name])) for name in ("sectors", "stages", "topics") if page[name]),
            ]
        )
    )
    _history(page)
    left, right = st.columns([1, 3], gap="medium")
    with left, st.expander(say("library.outline"), expanded=not staff and state.reading(st.query_params) is None):
        st.html(outline(page["provisions"]))
    with right:
        st.html(f'<div class="law">{full_text(page["provisions"])}</div>')


def _history(page: DocumentPage) -> None:
    if len(page["versions"]) > 1:
        st.html(f"<h2>{escape(say('library.versions'))}</h2>")
        with st.container(horizontal=True):
            for version in page["versions"]:
                st.button(
                    f"{theme.plain(version['effective_on'] or version['version'])} {theme.badge(version['force'])}",
                    key=f"version-{version['id']}",
                    disabled=version["id"] == page["id"],
                    on_click=open_document,
                    args=(version["id"],),
                )
    rows = [
        f"{RELATION_LABEL.get(one['kind'], one['kind'])}：《{one['title']}》{one.get('article') or ''}"
        for one in page["relations"]
        if one["kind"] != "cites"
    ]
    if rows:
        st.html(f"<h2>{escape(say('library.relations'))}</h2>{theme.listing(rows)}")
