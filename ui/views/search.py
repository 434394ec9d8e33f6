"""检索: one box over everything; groups by kind with counts, facets at the left, and why each passage was found.

The whole state of the page stands in its address, through widgets bound to query parameters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from html import escape

import streamlit as st

from kb.errors import RegkbError
from kb.model import CrossReference, Force, Kind, Passage, Sector
from ui import law, state, theme
from ui.client import Client
from ui.contract import SearchResult
from ui.views import as_of, reader, rows
from ui.words import FOUND_BY, SEARCH_EXAMPLES, say

HITS_ASKED = 50
HITS_SHOWN = 20


def render(client: Client, today: date) -> None:
    """The page: the box, then facets and hits, or examples while nothing is asked."""
    with reader.beside(client, state.as_of(st.query_params)):
        st.html(theme.heading(say("search.title"), say("search.purpose")))
        query = st.text_input(
            say("search.box"),
            value=_old_address(),
            placeholder=say("search.box"),
            key="q",
            label_visibility="collapsed",
            bind="query-params",
            on_change=_correcting,
        )
        day = as_of.control(today, say("asof.search"))
        if not (query or "").strip():
            _idle()
            return
        _results(client, str(query).strip(), day, today)


def _old_address() -> str:
    """The query of an address from when it was not yet called `q` as everywhere else; a new query ends it."""
    if "q" in st.query_params:
        st.query_params.pop("find", None)
    return st.query_params.get("find", "")


def _idle() -> None:
    st.html(f"<h2>{escape(say('search.idle'))}</h2>")
    with st.container(horizontal=True):
        for example in SEARCH_EXAMPLES:
            st.button(example, key=f"try-{example}", on_click=_search_for, args=(example,))


def _search_for(query: str) -> None:
    st.session_state["q"] = query
    _correcting()


def _correcting() -> None:
    """A new query is corrected again, whatever was chosen for the one before."""
    state.put(st.query_params, exact_words=None)


def _as_typed() -> None:
    state.put(st.query_params, exact_words="true")


def _results(client: Client, query: str, day: date | None, today: date) -> None:
    narrow = state.reading(st.query_params) is not None
    left, right = (st.container(), st.container()) if narrow else st.columns([1, 3], gap="medium")
    with left, st.container(key="sidebar"):
        # Seen on a phone only, where the style sheet keeps the facets hidden until it is on.
        st.toggle(say("search.facets"), key="show_facets")
        groups = st.container(key="groups")
        with st.container(key="facets", horizontal=narrow):
            sector, region = _facets()
    typed = st.query_params.get("exact_words") == "true"
    ask = partial(client.search, query, k=HITS_ASKED, as_of=day, sector=sector, region=region, exact_words=typed)
    try:
        found = ask()
        with groups:
            kind, force = _groups(found["passages"])
        if kind:
            # A narrowed search is asked anew: the passages of one kind are not only those in the first fifty of all.
            found = ask(kind=kind)
    except RegkbError as error:
        st.html(theme.notice(say("failed"), str(error), "stop"))
        return
    with right:
        _understood(found, typed)
        hits = [one for one in found["passages"] if force is None or one.force == force]
        _hits(hits, query, as_of.result_note(found["as_of"], today), brought_by(found["cross_references"]))


def _facets() -> tuple[str | None, str | None]:
    sector = st.selectbox(
        say("search.sector"),
        [str(one) for one in Sector],
        index=None,
        placeholder=say("search.all"),
        key="sector",
        bind="query-params",
    )
    region = st.text_input(
        say("search.region"), placeholder=say("search.region.hint"), key="region", bind="query-params"
    )
    return sector, (region or "").strip() or None


def _groups(passages: Sequence[Passage]) -> tuple[str | None, str | None]:
    """The kinds and forces among the hits, with counts, to choose one of each."""
    kinds = Counter(str(one.kind) for one in passages)
    forces = Counter(str(one.force) for one in passages)
    kind = _choice(say("search.groups"), "kind", [str(one) for one in Kind], kinds)
    force = _choice(say("search.force"), "force", [str(one) for one in Force], forces)
    return kind, force


def _choice(label: str, key: str, values: Sequence[str], counts: Counter[str]) -> str | None:
    """One of the values, kept in the address by its bare name; the counts beside the names change with each search."""
    chosen = st.query_params.get(key)
    options = [value for value in values if counts[value] or value == chosen]
    st.pills(
        label,
        options,
        default=chosen if chosen in options else None,
        format_func=lambda value: f"{value} {counts[value]}",
        key=f"choose_{key}",
        on_change=_choose,
        args=(key,),
    )
    return chosen if chosen in options else None


def _choose(key: str) -> None:
    state.put(st.query_params, **{key: st.session_state[f"choose_{key}"]})


def brought_by(references: Sequence[CrossReference]) -> dict[str, list[CrossReference]]:
    """The provisions brought along, by the address of the passage whose words name them."""
    found: dict[str, list[CrossReference]] = {}
    for one in references:
        found.setdefault(one.by, []).append(one)
    return found


def _understood(found: SearchResult, typed: bool) -> None:
    """What was made of the query: corrections, with the way back to the words as typed, and notes."""
    understood, notes = found.get("understood"), found.get("notes") or []
    read_as = understood["corrections"] if understood else []
    mended = [c for c in read_as if c["why"] != "traditional"]
    said, meant = ("、".join(c[side] for c in mended) for side in ("said", "meant"))
    if mended or typed:
        words = say("search.corrected", meant=meant) if mended else say("search.as_typed")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="corrected"):
            st.html(f'<p class="quiet-text" role="status">{escape(words)}</p>', width="content")
            button = say("search.exact", said=theme.plain(said)) if mended else say("search.correct")
            st.button(button, key="as_typed", type="tertiary", on_click=_as_typed if mended else _correcting)
    told = [note for note in notes if not any(f"“{c['said']}”" in note for c in read_as)]
    if told:
        st.html(theme.notes(say("ask.notes"), told))


def _hits(
    passages: Sequence[Passage], query: str, day_words: str, brought: Mapping[str, Sequence[CrossReference]]
) -> None:
    if not passages:
        st.html(theme.notice(say("ask.refused"), say("search.none", query=query)))
        return
    counted = f"{say('search.count', count=len(passages))} · {day_words}"
    st.html(f'<p class="quiet-text">{escape(counted)}</p>')
    for at, passage in enumerate(passages[:HITS_SHOWN]):
        _hit(passage, query, at, brought.get(passage.address, ()))


def _hit(passage: Passage, query: str, at: int, brought: Sequence[CrossReference]) -> None:
    """One passage: what it is, two lines of it, and why it was found."""
    with st.container(gap=None):
        rows.passage_row(passage, f"hit-{at}")
        ways = " · ".join(FOUND_BY[way] for way in passage.found_by)
        effective = theme.in_words(passage.effective_on)
        facts = [
            str(passage.kind),
            say("library.effective", day=effective) if effective else say("library.not_effective"),
            say("search.found", ways=ways),
        ]
        st.html(law.snippet(passage.text, query) + f'<p class="quiet-text">{escape(" · ".join(facts))}</p>')
        rows.folded_along(brought, f"hit-{at}", say("search.along", count=len(brought)))
        st.html('<hr class="rule">')
