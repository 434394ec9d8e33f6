"""One passage or citation as a row: where it stands, its force chip with the reason, and, where it is not in force,
what to read instead. Every list of the law on any page is made of these rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import streamlit as st

from kb.address import split
from kb.model import Citation, CrossReference, Force, Passage
from ui import law, state, theme
from ui.contract import DocumentPage, ProvisionPage
from ui.words import say


def open_at(address: str, start: int | None = None, end: int | None = None) -> None:
    """Open a provision in the reader, with the quoted characters of its stored text."""
    state.put_reading(st.query_params, state.Reading(address, start, end))


def open_citation(citation: Citation, walk: tuple[Citation, ...]) -> None:
    """Open a citation, with the list that n and p step through."""
    st.session_state["walk"] = walk
    open_at(citation.address, citation.start, citation.end)


def citation_row(citation: Citation, key: str, walk: Sequence[Citation] = ()) -> None:
    """One citation as a quiet button that opens the reader; `walk` is the list it belongs to."""
    st.button(
        f"[{theme.plain(citation.key)}] {_name(citation)}",
        key=key,
        type="tertiary",
        help=theme.plain(why(citation)),
        on_click=open_citation,
        args=(citation, tuple(walk)),
    )
    _notice(citation, key)


def passage_row(passage: Passage, key: str) -> None:
    """One passage as a quiet button that opens the reader."""
    st.button(
        _name(passage, strong=True),
        key=key,
        type="tertiary",
        help=theme.plain(why(passage)),
        on_click=open_at,
        args=(passage.address,),
    )
    _notice(passage, key)


def instead(replaced_by: str | None, key: str) -> None:
    """The way to what took the place of a text: the provision that stands there now, or the whole later document."""
    if replaced_by:
        words = say("force.open" if split(replaced_by)[1] else "force.open.document")
        st.button(words, key=key, type="tertiary", on_click=open_at, args=(replaced_by,))


def along(references: Sequence[CrossReference], key: str) -> None:
    """The provisions that the words of others refer to, under the words that name them: a range names several."""
    for words, named in groupby(enumerate(references), key=lambda one: one[1].words):
        with st.container(gap=None):
            st.html(f'<p class="quiet-text along">{escape(say("reader.along.words", words=words))}</p>')
            for at, one in named:
                passage_row(one.passage, f"{key}-{at}")
                st.html(law.snippet(one.passage.text, ""))


def folded_along(references: Sequence[CrossReference], key: str, title: str) -> None:
    """The same, folded away under one line: they help to read the text, but nobody asked for them."""
    if references:
        with st.expander(title, key=f"along-{key}"):
            along(references, key)


def particulars(page: ProvisionPage | DocumentPage) -> list[tuple[str, str | None]]:
    """Number, issuer and date of effect, which are told of every text."""
    return [
        (say("reader.number"), page["number"]),
        (say("reader.issuer"), page["issuer"]),
        (say("reader.effective"), page["effective_on"]),
    ]


def why(one: Passage | Citation) -> str:
    """The reason of a force chip in one sentence: what the service says, or what the dates of the version say."""
    if one.notice:
        return one.notice
    day = theme.in_words(one.effective_on)
    match one.force:
        case Force.REPEALED:
            return say("force.gone")
        case Force.AMENDED:
            return say("force.amended")
        case Force.NOT_YET:
            return say("force.later", day=day or say("not_stated"))
        case Force.IN_FORCE if day:
            return say("force.since", day=day)
        case _:
            return say("force.undated")


def _notice(one: Passage | Citation, key: str) -> None:
    """In plain view: that a text is not in force, and what to read instead. Of a text whose force is not known the chip
    says so, and the reason opens with it: half a page of the same sentence would hide those that matter."""
    if one.force == Force.UNKNOWN or not (one.notice or one.replaced_by):
        return
    with st.container(gap=None, key=f"out-of-force-{key}"):
        st.html(f'<p class="force-notice">{escape(why(one))}</p>')
        instead(one.replaced_by, f"instead-{key}")


def _name(one: Passage | Citation, *, strong: bool = False) -> str:
    """Label and chip; a repealed text is struck through in lists, and its chip says so in words."""
    label = theme.plain(one.label)
    label = f"**{label}**" if strong else label
    return f"{f'~~{label}~~' if one.force == Force.REPEALED else label} {theme.badge(one.force)}"
