"""One turn of the conversation: a question and its answer, shown in the manner of its outcome.

An answer, a question back, a refusal and a failure are four different things to a reader, and look it. Only one turn at
a time is drawn with its buttons (`show`); the others are one piece of HTML each (`settled`), from which a press makes
them the one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from assistant.answer_model import Answer
from ui import answered, law, theme
from ui.client import Client
from ui.contract_desk import StoredTurn
from ui.views import rows, turn_actions
from ui.words import say

Ask = Callable[[str], None]


def show_question(question: str) -> None:
    """The question as it was asked, at the right."""
    st.html(_question(question))


def show_failure(question: str, failure: str, retry: Callable[[], None]) -> None:
    """A question that could not be put at all."""
    show_question(question)
    st.html(theme.notice(say("ask.unavailable"), failure, "stop"))
    st.button(say("retry"), key="retry", on_click=retry)


def show(client: Client, turn: StoredTurn, ask: Ask) -> None:
    """The turn with all that can be done with it. `ask` puts a further question."""
    st.html(_question(turn.question) + _siblings(turn))
    answer = turn.answer
    if answer is None:
        st.html(theme.notice(*_why_none(turn)))
        turn_actions.again(turn, say("retry"))
        return
    st.html(_lead(answer, turn))
    _grounds(answer, turn.id)
    if remarks := answered.untold(answer):
        st.html(theme.notes(say("ask.notes"), remarks))
    _way_on(turn, answer, ask)
    st.html(answered.manner(answer))
    turn_actions.show(client, turn, answer)


def settled(turn: StoredTurn) -> str:
    """The same turn without buttons of Streamlit: words, marks and grounds, and a way to its actions."""
    answer = turn.answer
    head = _question(turn.question) + _siblings(turn)
    act = (
        f'<p class="act"><button type="button" class="quiet" {law.goes("at", turn.id)}>{escape(say("ask.act"))}'
        "</button></p>"
    )
    if answer is None:
        return f'<div class="settled">{head}{theme.notice(*_why_none(turn))}{act}</div>'
    grounds = "".join(answered.row(one) for one in answer.citations)
    remarks = answered.untold(answer)
    parts = [
        head,
        _lead(answer, turn),
        f"<h2>{escape(say('ask.basis'))}</h2>{grounds}" if grounds else "",
        theme.notes(say("ask.notes"), remarks) if remarks else "",
        _steps(answer),
        answered.items(answer.items),
        answered.manner(answer),
        act,
    ]
    return f'<div class="settled">{"".join(parts)}</div>'


def _question(question: str) -> str:
    return f'<p class="question">{escape(question)}</p>'


def _why_none(turn: StoredTurn) -> tuple[str, str, str]:
    """Title, sentence and tone for a turn without an answer."""
    if turn.state == "stopped":
        return say("ask.stopped"), "", "help"
    return say("ask.unavailable"), turn.failure or say("api.cut"), "stop"


def _siblings(turn: StoredTurn) -> str:
    """The switch between the branches that begin here: an edited question, a second answer."""
    if len(turn.siblings) < 2 or turn.id not in turn.siblings:
        return ""
    at = turn.siblings.index(turn.id)

    def way(to: int, sign: str, name: str) -> str:
        if not 0 <= to < len(turn.siblings):
            return f'<span class="quiet-text" aria-hidden="true">{sign}</span>'
        return (
            f'<button type="button" class="quiet" {law.goes("turn", turn.siblings[to])} '
            f'aria-label="{escape(say(name))}">{sign}</button>'
        )

    place = escape(say("ask.sibling.at", at=at + 1, count=len(turn.siblings)))
    return (
        f'<p class="siblings">{way(at - 1, "‹", "ask.sibling.previous")}<span aria-label="{place}">{at + 1}/'
        f"{len(turn.siblings)}</span>{way(at + 1, '›', 'ask.sibling.next')}</p>"
    )


def _lead(answer: Answer, turn: StoredTurn) -> str:
    """What the answer says, or what is said in its place."""
    taken = answered.understood(answer, turn.question)
    corrected = answered.premises(answer.premises, answer.citations)
    if answer.outcome == "refused":
        return taken + corrected + theme.notice(say("ask.refused"), answered.words(answer) or answer.reason or "")
    if answer.outcome == "unavailable":
        return theme.notice(say("ask.unavailable"), answer.reason or answer.text, "stop")
    if answer.clarify:
        return taken + corrected + theme.notice(say("ask.clarify"), answer.clarify.question)
    if turn.state == "stopped":
        said = answered.said(answer.model_copy(update={"reason": None}), turn.question)
        return said + theme.notice(answer.reason or say("ask.stopped"), "")
    return answered.said(answer, turn.question)


def _grounds(answer: Answer, turn: str) -> None:
    """The grounds of an answer, or what came nearest to one."""
    if answer.citations:
        st.html(f"<h2>{escape(say('ask.basis'))}</h2>")
        with st.container(gap=None):
            for citation in answer.citations:
                rows.citation_row(citation, f"open-{turn}-{citation.key}", answer.citations)
    rows.folded_along(answer.cross_references, f"turn-{turn}", say("ask.along", count=len(answer.cross_references)))
    if answer.nearest:
        st.html(f"<h2>{escape(say('ask.nearest'))}</h2>")
        with st.container(gap=None):
            for rank, passage in enumerate(answer.nearest):
                rows.passage_row(passage, f"near-{turn}-{rank}")


def _steps(answer: Answer) -> str:
    if not answer.next_steps:
        return ""
    title = say("ask.way_forward") if answer.outcome == "refused" else say("ask.next_steps")
    return f"<h2>{escape(title)}</h2>{theme.listing(answer.next_steps)}"


def _way_on(turn: StoredTurn, answer: Answer, ask: Ask) -> None:
    """Steps, services, choices and further questions."""
    if made := _steps(answer) + answered.items(answer.items):
        st.html(made)
    if answer.clarify and answer.clarify.options:
        with st.container(horizontal=True):
            for option in answer.clarify.options:
                key = f"option-{turn.id}-{option}"
                st.button(theme.plain(option), key=key, on_click=ask, args=(option,))
        st.html(f'<p class="quiet-text">{escape(say("ask.clarify.free"))}</p>')
    if answer.suggestions:
        st.html(f"<h2>{escape(say('ask.suggestions'))}</h2>")
        _questions(answer.suggestions, f"suggestion-{turn.id}", ask)


def _questions(questions: Sequence[str], key: str, ask: Ask) -> None:
    with st.container(gap=None):
        for question in questions:
            st.button(theme.plain(question), key=f"{key}-{question}", type="tertiary", on_click=ask, args=(question,))
