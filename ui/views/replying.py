"""What is being answered: the questions that wait, the answer that comes, and the way to stop it.

A press meanwhile draws the page anew and finds the answer again, see `ui.answering`.
"""

from __future__ import annotations

import time
from functools import partial
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kb.errors import RegkbError
from ui import law, state, theme, visitor
from ui.answering import Answering, Asking, Progress
from ui.client import Client
from ui.contract_desk import StoredTurn
from ui.views import conversation, turn
from ui.views.conversation import Held
from ui.words import say

PAINT_SECONDS = 0.08
"""Between two paintings of an answer that is coming: faster than one reads, slower than the browser draws."""
LOOK_SECONDS = 1.0
"""Between two looks at an answer that another session of ours has asked for."""


def waiting() -> list[Asking]:
    """The questions that have been put and are not being answered yet, in their order."""
    asked: list[Asking] = st.session_state.setdefault("waiting", [])
    return asked


def failed() -> tuple[Asking, str] | None:
    """A question that could not even be put, with the sentence that says why."""
    kept: tuple[Asking, str] | None = st.session_state.get("failed")
    return kept


def running(turns: tuple[StoredTurn, ...]) -> StoredTurn | None:
    """The last turn when it is still being answered, for another session of this person."""
    return turns[-1] if turns and turns[-1].state == "running" else None


def busy(coming: Answering | None, turns: tuple[StoredTurn, ...]) -> bool:
    """Whether anything is being answered or waits for it."""
    return coming is not None or bool(waiting()) or running(turns) is not None


def go_on(client: Client, key: str, held: Held | None, turns: tuple[StoredTurn, ...], coming: Answering | None) -> None:
    """Show the answer that is coming to its end, or begin with the next question that waits."""
    if coming:
        turn.show_question(coming.asking.question)
        slot = st.empty()
        slot.html(theme.skeleton(say("wait.answer")))
        _follow(key, coming, slot)
    elif elsewhere := running(turns):
        _look_again(elsewhere)
    elif waiting():
        turn.show_question(waiting()[0].question)
        slot = st.empty()
        slot.html(theme.skeleton(say("wait.answer")))
        try:
            begun = _begin(client, key, held)
        except RegkbError as error:
            st.session_state["failed"] = (waiting().pop(0), str(error))
            st.rerun()
        _follow(key, begun, slot)
    elif trouble := failed():
        turn.show_failure(trouble[0].question, trouble[1], _retry)


def _begin(client: Client, key: str, held: Held | None) -> Answering:
    """Ask the first question that waits, in the conversation of the address or a new one."""
    identity = held.identity if held else client.begin(key)["id"]
    asking = waiting().pop(0)
    parent = (held.turns[-1].id if held and held.turns else None) if asking.follows else asking.parent
    events = client.ask_in(
        identity, asking.question, parent=parent, as_of=asking.day, profile=asking.profile, visitor=key
    )
    begun = Answering(asking, parent, events, partial(client.stop, identity, visitor=key))
    conversation.answerings().put(key, identity, begun)
    if questions := st.session_state.pop("from_address", None):
        st.session_state["begun"][questions] = identity
    if conversation.named() != identity or "q" in st.query_params:
        state.put(st.query_params, q=None, c=identity)
    return begun


def _follow(key: str, coming: Answering, slot: DeltaGenerator) -> None:
    """Paint an answer as it comes, and draw the page anew when it is all there. A press breaks off the painting, not
    the answer: the page finds it again."""
    for asking in waiting():
        turn.show_question(asking.question)
        st.html(f'<p class="quiet-text">{escape(say("wait.then"))}</p>')
    told, seen = 0, coming.progress
    while not seen.ended:
        if seen.text:
            told = _paint(slot, seen, told)
        time.sleep(PAINT_SECONDS)
        seen = coming.wait(seen, 0.2)
        _ = "waiting" in st.session_state  # where Streamlit lets a press in while there is nothing to paint
    identity = conversation.named()
    if identity:
        conversation.answerings().done(key, identity, coming)
    conversation.forget()
    state.put(st.query_params, turn=None)
    if seen.failure and seen.turn is None:
        st.session_state["failed"] = (coming.asking, seen.failure)
    st.rerun()


def _paint(slot: DeltaGenerator, seen: Progress, told: int) -> int:
    """The text so far, with its marks. Whole sentences that have come since `told` are said to a screen reader."""
    ends = max(seen.text.rfind(sign) for sign in "。；！？\n") + 1
    news = seen.text[told:ends]
    slot.html(
        f'<div class="coming" aria-busy="true" data-say="{escape(news)}"><div class="answer">'
        f'{law.prose(seen.text, seen.citations)}</div></div>'
    )  # fmt: skip
    return max(told, ends)


def _look_again(running: StoredTurn) -> None:
    """A turn that another session of ours has asked for: what there is of it, then a look at what has come."""
    turn.show_question(running.question)
    if running.answer and running.answer.text:
        st.html(f'<div class="answer">{law.prose(running.answer.text, running.answer.citations)}</div>')
    else:
        st.html(theme.skeleton(say("wait.more")))
    until = time.monotonic() + LOOK_SECONDS
    while time.monotonic() < until:
        time.sleep(PAINT_SECONDS)
        _ = "waiting" in st.session_state
    conversation.forget()
    st.rerun()


def _retry() -> None:
    if trouble := st.session_state.pop("failed", None):
        waiting().insert(0, trouble[0])


def stop(client: Client, coming: Answering | None, turns: tuple[StoredTurn, ...]) -> None:
    """End what is being answered and let go of what waits."""
    waiting().clear()
    key, identity = visitor.key(), conversation.named()
    coming = coming or conversation.answerings().of(key, identity)
    if coming:
        coming.stop()
    elif identity and (elsewhere := running(turns)):
        try:
            client.stop(identity, elsewhere.id, key)
        except RegkbError as error:
            st.session_state["failed"] = (Asking(elsewhere.question), str(error))
