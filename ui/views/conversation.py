"""The conversation that the address names, as the service keeps it: fetched by pages, held until something changes.

The address holds its id (`c`), the leaf of another branch (`turn`) and the turn whose actions are open (`at`), so a
reload and a way back show the same. Older turns are kept as finished HTML: drawing them again costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from kb.errors import NotFound
from kb.model import Citation
from ui import state
from ui.answering import Answerings
from ui.client import Client
from ui.contract_desk import StoredTurn

TURNS_SHOWN = 30


@dataclass(frozen=True)
class Held:
    """The path to a leaf, as far as it has been fetched: `earlier` counts the turns before the first one."""

    identity: str
    leaf: str | None
    earlier: int
    turns: tuple[StoredTurn, ...]
    drawn: dict[str, str] = field(default_factory=dict)
    """Finished HTML of turns, by their id."""

    def upto(self, parent: str | None) -> tuple[StoredTurn, ...]:
        """The turns up to and with `parent`: what stands above another branch."""
        ends = [at for at, turn in enumerate(self.turns) if turn.id == parent]
        return self.turns[: ends[0] + 1] if ends else ()


@st.cache_resource
def answerings() -> Answerings:
    """The answers that are coming, of all visitors: a reload is a new session and must find its own again."""
    return Answerings()


def named() -> str | None:
    """The id of the conversation in the address."""
    return st.query_params.get("c") or None


def at(client: Client, key: str) -> Held | None:
    """The conversation of the address, or None where it names none. Raises NotFound for one that is not this
    person's, and Unavailable."""
    identity, leaf = named(), st.query_params.get("turn") or None
    if identity is None:
        return None
    held = st.session_state.get("held")
    if isinstance(held, Held) and (held.identity, held.leaf) == (identity, leaf):
        return held
    try:
        page = client.conversation(identity, leaf=leaf, limit=TURNS_SHOWN, visitor=key)
    except NotFound:
        if leaf is None:
            raise
        state.put(st.query_params, turn=None)  # a branch that is no longer there: the newest one is
        return at(client, key)
    made = Held(identity, leaf, page.earlier, page.turns)
    st.session_state["held"] = made
    return made


def earlier(client: Client, key: str) -> None:
    """Fetch the page of turns before those held."""
    held = st.session_state.get("held")
    if isinstance(held, Held) and held.turns:
        page = client.conversation(
            held.identity, leaf=held.leaf or held.turns[-1].id, before=held.turns[0].id, limit=TURNS_SHOWN, visitor=key
        )
        st.session_state["held"] = replace(held, earlier=page.earlier, turns=(*page.turns, *held.turns))


def forget() -> None:
    """Something has changed: fetch it again when it is drawn next."""
    st.session_state.pop("held", None)


def rated(turn: StoredTurn, useful: bool, reason: str | None) -> None:
    """Note a rating in what is held, so that it need not be fetched again."""
    held = st.session_state.get("held")
    if isinstance(held, Held):
        told: Any = {"useful": useful, "reason": reason}
        turns = tuple(replace(one, rating=told) if one.id == turn.id else one for one in held.turns)
        st.session_state["held"] = replace(held, turns=turns)


def walk(turns: Sequence[StoredTurn], place: state.Reading | None) -> tuple[Citation, ...]:
    """The citations that n and p step through: those of the newest answer that holds the open place."""
    if place is None:
        return ()
    for turn in reversed(turns):
        cited = turn.answer.citations if turn.answer else ()
        if any((one.address, one.start) == (place.address, place.start) for one in cited):
            return cited
    return ()
