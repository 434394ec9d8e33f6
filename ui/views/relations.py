"""What a document has to do with others: the relations read from texts, and the doubtful ones that wait for staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st

from kb.address import instrument_name
from kb.errors import RegkbError
from ui import state, theme
from ui.client import Client
from ui.contract import DocumentPage
from ui.contract_history import RelationRow, WaitingRelation
from ui.views.rows import open_at
from ui.words import say

KINDS = ("repeals", "amends", "implements", "cites")
SHOWN = 12
"""Texts listed in one group: a basic law is cited by hundreds."""
WAITING_SHOWN = 20


def related(page: DocumentPage, open_document: Callable[[str], None], find: Callable[[str], None]) -> None:
    """Relations in groups, outgoing before incoming, folded; each other text once, as a link where it is held. What a
    text says of its own articles is left out."""
    own = instrument_name(page["title"])
    others = [one for one in page["relations"] if one["kind"] != "cites" or instrument_name(one["title"]) != own]
    groups = [
        (say(f"relations.{way}.{kind}"), _texts(one for one in rows if one["kind"] == kind), f"{way}-{kind}")
        for kind in KINDS
        for way, rows in (("out", others), ("in", page.get("incoming", [])))
    ]
    count = sum(len(texts) for _, texts, _ in groups)
    if not count:
        return
    with st.expander(say("relations.count", count=count)):
        for name, texts, key in groups:
            if texts:
                _group(name, texts, key, open_document, find)


class _Text:
    """Another text and what ties it to this one."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.document_id: str | None = None
        self.unheld = False
        self.rows: list[RelationRow] = []


def _texts(rows: Iterable[RelationRow]) -> list[_Text]:
    """The relations of one kind by the text at their other end, in their order."""
    texts: dict[str, _Text] = {}
    for row in rows:
        text = texts.setdefault(row["title"], _Text(row["title"]))
        # Several versions of it may say the same: the newest is opened, its day stands at the end of its id.
        text.document_id = max(filter(None, (text.document_id, row.get("document_id"))), default=None)
        text.unheld = "document_id" in row and not text.document_id
        text.rows.append(row)
    return list(texts.values())


def _group(
    name: str, texts: Sequence[_Text], key: str, open_document: Callable[[str], None], find: Callable[[str], None]
) -> None:
    st.html(f"<h2>{escape(name)}</h2>")
    with st.container(gap=None):
        for at, text in enumerate(texts[:SHOWN]):
            label = f"《{text.title}》{_places(text.rows, inward=key.startswith('in-'))}"
            if text.unheld:
                st.html(f'<p class="quiet-text">{escape(label)}（{escape(say("relations.not_held"))}）</p>')
            else:
                st.button(
                    theme.plain(label), key=f"related-{key}-{at}", type="tertiary",
                    on_click=open_document if text.document_id else find, args=(text.document_id or text.title,),
                )  # fmt: skip
            grounds = _grounds(text.rows)
            after = _grounds(texts[at + 1].rows) if at + 1 < len(texts) else ""
            if grounds != after and not key.endswith("cites"):  # five laws named in one sentence: it is printed once
                st.html(grounds)
        if len(texts) > SHOWN:
            st.html(f'<p class="quiet-text">{escape(say("relations.more", count=len(texts) - SHOWN))}</p>')


def _places(rows: Sequence[RelationRow], *, inward: bool) -> str:
    """The articles named: those of the other text or, where it speaks of this one, those of this."""
    articles = list(dict.fromkeys(row["article"] for row in rows if row["article"]))
    if not articles:
        return ""
    places = articles[0] if len(articles) == 1 else say("relations.places", count=len(articles))
    return say("relations.touches", places=places) if inward else places


def _grounds(rows: Sequence[RelationRow]) -> str:
    """The words a relation was read from; a doubtful one says that it waits."""
    words = dict.fromkeys(
        f"“{row['evidence']}”" + (f"（{say('relations.waits')}：{row['doubt']}）" if row.get("doubt") else "")
        for row in rows
    )
    return "".join(f'<p class="quiet-text ground">{escape(one)}</p>' for one in words)


def open_waiting() -> None:
    state.put(st.query_params, work="relations", doc=None, read=None)


def _close_waiting() -> None:
    state.put(st.query_params, work=None, read=None)


def waiting(staff: Client) -> None:
    """The work list: what each relation says, why it is in doubt, what accepting it would do, and the decision."""
    st.button(say("relations.back"), type="tertiary", on_click=_close_waiting)
    st.html(theme.heading(say("relations.title"), say("relations.purpose")))
    told = st.session_state.pop("relations_told", None)
    if told:
        st.html(theme.notice(told, ""))
    try:
        rows = staff.waiting_relations()
    except RegkbError as error:
        st.html(theme.notice(say("failed"), str(error), "stop"))
        return
    if not rows:
        st.html(theme.notice(say("relations.none"), ""))
        return
    st.html(f'<p class="quiet-text">{escape(say("relations.total", count=len(rows)))}</p>')
    pages = -(-len(rows) // WAITING_SHOWN)
    at = min(int(st.session_state.get("relations_page", 1)), pages) - 1
    for number, row in enumerate(rows[at * WAITING_SHOWN : (at + 1) * WAITING_SHOWN]):
        _waiting_row(staff, row, number)
    if pages > 1:
        st.pagination(pages, key="relations_page")


def _waiting_row(staff: Client, row: WaitingRelation, number: int) -> None:
    target = f"《{row['title']}》{row['article'] or ''}"
    known = {"source": row["document_title"], "target": target}
    says, then = (say(f"relations.{part}.{row['kind']}", **known) for part in ("says", "then"))
    with st.container(key=f"waiting-{number}", gap=None):
        st.html(
            f"<h3>{escape(says)}</h3>"
            f'<blockquote class="quoted">{escape(row["evidence"])}</blockquote>'
            f'<p class="doubt">{escape(say("relations.doubt", words=row["doubt"] or say("not_stated")))}</p>'
            f'<p class="quiet-text">{escape(then)}</p>'
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            for accepted, name in ((True, "accept"), (False, "refuse")):
                st.button(
                    say(f"relations.{name}"), key=f"{name}-{number}", on_click=_decide, args=(staff, row, accepted)
                )
            st.button(
                say("relations.read"), key=f"place-{number}", type="tertiary", on_click=open_at,
                args=(row["address"],),
            )  # fmt: skip


def _decide(staff: Client, row: WaitingRelation, accepted: bool) -> None:
    try:
        staff.review(row, accepted=accepted)
        told = say("relations.accepted" if accepted else "relations.refused")
    except RegkbError as error:
        told = str(error)
    st.session_state["relations_told"] = told
