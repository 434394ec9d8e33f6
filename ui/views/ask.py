"""问答, the home page: a question in, an answer of quoted law out, with the provision a click away.

The conversation is the service's; the address names it, so a reload, a link on the same device and the way back show it
again. The turns that stand are drawn first, then the box, and last the answer that is coming, which may take its time.
"""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from kb.errors import NotFound, RegkbError
from ui import state, theme, visitor
from ui.answering import Answering, Asking
from ui.client import Client
from ui.contract_desk import StoredTurn
from ui.views import as_of, conversation, firm, history, reader, replying, turn
from ui.views.conversation import Held
from ui.words import LANES, say

QUESTIONS_IN_ADDRESS = 4


def render(client: Client, today: date) -> None:
    """The page: welcome or conversation, then the box that asks, then what is being answered."""
    key = visitor.key()
    day = state.as_of(st.query_params)
    with st.container(key="visitor"):
        st.html(visitor.keep() or "<i></i>")
    _take_from_address(day)
    held, trouble = _held(client, key)
    coming = conversation.answerings().of(key, conversation.named())
    turns = _shown(held, coming)
    st.session_state["walk"] = conversation.walk(turns, state.reading(st.query_params))
    busy = replying.busy(coming, turns)
    page = reader.beside(client, day)
    with page:
        if trouble:
            st.html(theme.notice(say("ask.lost"), trouble, "warn"))
        if turns or busy or replying.failed():
            with st.container(key="thread"):
                _settled(client, key, held, turns, busy=busy)
                place = st.container(key="coming")
        else:
            _welcome()
            place = st.container()
    with st.bottom:
        _above_the_box(client, today, coming, turns)
        question = st.chat_input(say("ask.box"), max_chars=2000, key="ask_box")
    if question:
        ask(question)
        st.rerun()
    with place:
        replying.go_on(client, key, held, turns, coming)


def ask(question: str) -> None:
    """Put a question to be answered next, after the last turn."""
    asking = Asking(question, state.as_of(st.query_params), firm.asking())
    replying.waiting().append(asking)
    st.session_state.pop("failed", None)
    state.put(st.query_params, at=None, read=None)


def _take_from_address(day: date | None) -> None:
    """An address with questions asks them once: afterwards it names the conversation that they began."""
    questions = tuple(st.query_params.get_all("q")[-QUESTIONS_IN_ADDRESS:])
    if not questions:
        return
    begun: dict[tuple[str, ...], str] = st.session_state.setdefault("begun", {})
    if questions in begun:  # reached again by the way back
        state.put(st.query_params, q=None, c=begun[questions])
    elif st.session_state.get("from_address") != questions:
        st.session_state["from_address"] = questions
        for question in questions:
            replying.waiting().append(Asking(question, day, firm.asking()))


def _held(client: Client, key: str) -> tuple[Held | None, str | None]:
    """The conversation of the address, or the sentence that says why it is not shown."""
    try:
        return conversation.at(client, key), None
    except NotFound:
        return None, say("ask.lost.why")
    except RegkbError as error:
        return None, str(error)


def _shown(held: Held | None, coming: Answering | None) -> tuple[StoredTurn, ...]:
    """The turns that stand: those above the branch that is being answered, now or next, else all."""
    if held is None:
        return ()
    if coming:
        return held.upto(coming.parent)
    first = next(iter(replying.waiting()), None)
    return held.turns if first is None or first.follows else held.upto(first.parent)


def _settled(
    client: Client, key: str, held: Held | None, turns: tuple[StoredTurn, ...], *, busy: bool
) -> None:  # fmt: skip
    """The turns of the conversation: one with its buttons, the newest unless another was picked. While an answer comes
    it is none, or what stands above the new question would shrink at the end and push it out of sight."""
    if held is None:
        return
    if held.earlier:
        words = say("ask.earlier", count=min(held.earlier, conversation.TURNS_SHOWN))
        st.button(words, key="earlier", type="tertiary", on_click=_earlier, args=(client, key))
    if trouble := st.session_state.pop("earlier_trouble", None):
        st.html(theme.notice(say("failed"), trouble, "stop"))
    picked = st.query_params.get("at")
    open_turn = next((one.id for one in turns if one.id == picked), turns[-1].id if turns and not busy else None)
    for one in turns:
        if one.state == "running":
            continue
        if one.id == open_turn:
            with st.container(key="open_turn", gap="xsmall"):
                turn.show(client, one, ask)
        else:
            if one.id not in held.drawn:
                held.drawn[one.id] = turn.settled(one)
            st.html(held.drawn[one.id])


def _earlier(client: Client, key: str) -> None:
    try:
        conversation.earlier(client, key)
    except RegkbError as error:
        st.session_state["earlier_trouble"] = str(error)


def _welcome() -> None:
    with st.container(key="welcome"):
        st.html(theme.heading(say("ask.title"), say("ask.purpose")))
        for column, (lane, questions) in zip(st.columns(3, gap="medium"), LANES.items(), strict=True):
            with column, st.container(gap=None):
                st.html(f'<h2 class="lane">{escape(lane)}</h2>')
                for question in questions:
                    st.button(question, key=f"example-{question}", type="tertiary", on_click=ask, args=(question,))


def _above_the_box(client: Client, today: date, coming: Answering | None, turns: tuple[StoredTurn, ...]) -> None:
    """By which day it is answered, and for whom; the way to stop, to what was asked before, to a new beginning."""
    busy = replying.busy(coming, turns)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small",
        key="above_the_box",
    ):  # fmt: skip
        as_of.control(today, say("as_of.after"), lambda: _ask_again(turns))
        with st.container(horizontal=True, vertical_alignment="center", gap="medium", width="content", key="box_ways"):
            if busy:
                args = (client, coming, turns)
                st.button(say("ask.stop"), key="ask_stop", on_click=replying.stop, args=args, width="content")
            firm.button()
            history.button(client)
            if turns or busy:
                st.button(say("ask.new"), type="tertiary", key="ask_new", on_click=history.leave, width="content")


def _ask_again(turns: tuple[StoredTurn, ...]) -> None:
    """With another date the last question is asked again, or its answer would stand under a wrong date."""
    if turns:
        ask(turns[-1].question)
