"""文件库: what the knowledge base holds, document by document, with force, versions and whole text; the staff's door.

The list and its filters, the date, the open document and a comparison stand in the address. What staff do is in
`ui.views.workbench`.
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
from ui.views import as_of, compare, intake, reader, relations, timeline, workbench
from ui.views.fulltext import full_text, outline
from ui.views.rows import open_at, particulars
from ui.words import FIELD_LABEL, STATE_LABEL, say

PAGE_SIZE = 20


def render(client: Client, today: date) -> None:
    """The page: a comparison, the staff's list of relations, or one document where the address asks for it; else the
    list of documents."""
    day = state.as_of(st.query_params)
    identity = st.query_params.get("doc")
    staff = workbench.staff_client()
    with reader.beside(client, day):
        try:
            if compare.asked():
                compare.render(staff or client, day)
            elif staff and st.query_params.get("work") == "relations":
                relations.waiting(staff)
            elif identity:
                _document(client, staff, identity, today)
            else:
                _list(client, staff, today)
        except RegkbError as error:
            st.html(theme.notice(say("failed"), str(error), "stop"))
        workbench.door(client)


def open_document(identity: str) -> None:
    """Open a document in place of the list."""
    state.put(st.query_params, doc=identity, read=None)


def close_document() -> None:
    state.put(st.query_params, doc=None, read=None)


def find_by_title(title: str) -> None:
    """The list, narrowed to a title: for a text of which only the name is known."""
    close_document()
    st.session_state["title"] = title
    _first_page()


def _list(client: Client, staff: Client | None, today: date) -> None:
    st.html(theme.heading(say("library.title"), say("library.purpose")))
    if staff:
        intake.intake(staff, open_document)
        st.button(say("relations.title"), type="tertiary", on_click=relations.open_waiting)
    day = as_of.control(today, say("library.as_of"), _first_page)
    query, kind, force, wanted = _filters(staff is not None)
    offset = PAGE_SIZE * (int(st.session_state.get("library_page", 1)) - 1)
    found = (staff or client).documents(
        query=query, kind=kind, force=force, state=wanted, as_of=day, limit=PAGE_SIZE, offset=offset
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
        timeline.version_name(row["version"]) if timeline.version_day(row["version"]) else None,
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


def _document(client: Client, staff: Client | None, identity: str, today: date) -> None:
    """One document: what it is and why it has the force it has, its history, its text; for staff also what was read."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button(say("library.back"), type="tertiary", on_click=close_document)
        with st.container(width="content"):
            day = as_of.control(today, say("library.as_of.document"))
    page = (staff or client).document(identity, day)
    _identity(page, staff is not None)
    timeline.conflicts(page.get("conflicts", []))
    timeline.amendments(page["id"], page.get("amendments", []), open_at, open_document)
    if staff:
        workbench.review(staff, page)
    _facts(page)
    timeline.timeline(page, today, day or today, open_document)
    pair = compare.neighbour(page["versions"], page["id"])
    if pair:
        st.button(say("library.compare"), key="compare", on_click=compare.open_comparison, args=pair)
    relations.related(page, open_document, find_by_title)
    left, right = st.columns([1, 3], gap="medium")
    with left, st.expander(say("library.outline"), expanded=not staff and state.reading(st.query_params) is None):
        st.html(outline(page["provisions"]))
    with right:
        st.html(f'<div class="law">{full_text(page["provisions"])}</div>')


def _identity(page: DocumentPage, staff: bool) -> None:
    """The title, the force on the day asked and the sentence that says what it rests on."""
    stands = f' <span class="state">{escape(STATE_LABEL.get(page["state"], page["state"]))}</span>' if staff else ""
    reason = f'<p class="quiet-text">{escape(page.get("reason", ""))}</p>' if page.get("reason") else ""
    st.html(
        f'<header class="page-head"><h1>{escape(page["title"])}</h1></header>'
        f'<div class="stands">{theme.chip(page["force"])}{stands}{reason}</div>'
    )


def _facts(page: DocumentPage) -> None:
    dates = ((FIELD_LABEL[name], str(page[name])) for name in ("expires_on", "repealed_on") if page[name])
    lists = ((FIELD_LABEL[name], "、".join(page[name])) for name in ("sectors", "stages", "topics") if page[name])
    st.html(theme.facts([*particulars(page), *dates, *lists]))
