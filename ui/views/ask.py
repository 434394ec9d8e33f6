"""问答, the home page: a question in, an answer of quoted law out, with the provision a click away.

The questions of the conversation stand in the address, so a reload asks them again instead of losing them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape
from itertools import chain

import streamlit as st

from assistant.answer_model import Answer
from kb.errors import RegkbError, Unavailable
from ui import state, theme
from ui.client import Client
from ui.views import as_of, reader
from ui.views.turn import Turn, show, show_question
from ui.words import LANES, say

HISTORY_TURNS = 3
"""Earlier turns sent with a question, enough to resolve "那医疗器械呢"."""


def render(client: Client, today: date) -> None:
    """The page: welcome or conversation, then the box that asks."""
    day = state.as_of(st.query_params)
    turns: list[Turn] = st.session_state.setdefault("turns", [])
    waiting: list[str] = st.session_state.setdefault("waiting", [])
    if not turns and not waiting:
        waiting.extend(st.query_params.get_all("q")[-state.QUESTIONS_KEPT :])
    with reader.beside(client, day):
        if not turns and not waiting:
            _welcome()
        else:
            with st.container(key="thread"):
                for at, turn in enumerate(turns):
                    show(turn, at, ask, _retry)
                if waiting:
                    _answer_next(client, turns, waiting, day)
    with st.bottom:
        _above_the_box(today)
        question = st.chat_input(say("ask.box"), max_chars=2000)
    if question:
        ask(question)
        st.rerun()


def ask(question: str) -> None:
    """Put a question to be answered next, and write it into the address."""
    st.session_state.setdefault("waiting", []).append(question)
    asked = [turn.question for turn in st.session_state.get("turns", [])]
    st.query_params["q"] = list(dict.fromkeys([*asked, question]))[-state.QUESTIONS_KEPT :]
    reader.close()


def start_again() -> None:
    """An empty page again; the date stays as it was chosen."""
    st.session_state["turns"], st.session_state["waiting"] = [], []
    st.query_params.pop("q", None)
    reader.close()


def _welcome() -> None:
    with st.container(key="welcome"):
        st.html(theme.heading(say("ask.title"), say("ask.purpose")))
        for column, (lane, questions) in zip(st.columns(3, gap="medium"), LANES.items(), strict=True):
            with column, st.container(gap=None):
                st.html(f'<h2 class="lane">{escape(lane)}</h2>')
                for question in questions:
                    st.button(question, key=f"example-{question}", type="tertiary", on_click=ask, args=(question,))


def _above_the_box(today: date) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small",
        key="above_the_box",
    ):  # fmt: skip
        as_of.control(today, say("as_of.after"), _ask_again)
        if st.session_state.get("turns"):
            st.button(say("ask.new"), type="tertiary", key="ask_new", on_click=start_again, width="content")


def _ask_again() -> None:
    """With another date the last question is asked again, or its answer would stand under a wrong date."""
    if st.session_state.get("turns"):
        ask(st.session_state["turns"][-1].question)


def _answer_next(client: Client, turns: list[Turn], waiting: list[str], day: date | None) -> None:
    """Answer the first waiting question before the reader's eyes, keep it as a turn, and draw the page anew."""
    question = waiting[0]
    show_question(question)
    slot = st.empty()
    slot.html(theme.skeleton(say("wait.restore", count=len(waiting)) if len(waiting) > 1 else say("wait.search")))
    history = [
        {"role": role, "content": content}
        for turn in turns[-HISTORY_TURNS:]
        if turn.answer
        for role, content in (("user", turn.question), ("assistant", turn.answer.text))
    ]
    try:
        turn = Turn(question, day, _streamed(client.ask(question, as_of=day, history=history), slot))
    except RegkbError as error:
        turn = Turn(question, day, None, str(error))
    turns.append(turn)
    waiting.pop(0)
    st.rerun()


def _streamed(pieces: Iterator[str | Answer], slot: st.delta_generator.DeltaGenerator) -> Answer:
    """Write the pieces as they come into `slot` and return the whole answer, which is always the last piece."""
    whole: list[Answer] = []

    def text() -> Iterator[str]:
        for piece in pieces:
            if isinstance(piece, str):
                yield theme.plain(piece)
            else:
                whole.append(piece)

    written = text()
    first = next(written, None)  # the skeleton stays until there is something to read
    if first is not None:
        with slot.container():
            st.write_stream(chain([first], written))
    if not whole:
        raise Unavailable(say("api.cut"))
    return whole[0]


def _retry(at: int) -> None:
    turn = st.session_state["turns"].pop(at)
    st.session_state["waiting"].append(turn.question)
