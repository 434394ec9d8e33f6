"""One turn of the conversation: a question and its answer, shown in the manner of its outcome.

An answer, a question back, a refusal and a failure are four different things to a reader, and look it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape

import streamlit as st

from assistant.answer_model import Answer
from ui import law, theme
from ui.views import rows
from ui.words import say


@dataclass(frozen=True)
class Turn:
    """One question with its answer, or with the sentence that says why there is none."""

    question: str
    day: date | None
    answer: Answer | None
    failure: str | None = None


def show_question(question: str) -> None:
    """The question as it was asked, at the right."""
    st.html(f'<p class="question">{escape(question)}</p>')


def show(turn: Turn, at: int, ask: Callable[[str], None], retry: Callable[[int], None]) -> None:
    """One turn: the question, then the answer in the manner of its outcome. `at` is its place in the conversation."""
    show_question(turn.question)
    if turn.answer is None:
        st.html(theme.notice(say("ask.unavailable"), turn.failure or "", "stop"))
        st.button(say("retry"), key=f"retry-{at}", on_click=retry, args=(at,))
        return
    answer = turn.answer
    _lead(answer, at)
    _citations(answer, at)
    remarks = untold(answer)
    if remarks:
        st.html(theme.notes(say("ask.notes"), remarks))
    _way_on(turn, answer, at, ask)
    if answer.outcome in ("answered", "partial"):
        _keep(turn, answer, at)


def _lead(answer: Answer, at: int) -> None:
    """What the answer says, or what is said in its place."""
    if answer.outcome == "refused":
        st.html(theme.notice(say("ask.refused"), answer.text or answer.reason or ""))
    elif answer.outcome == "unavailable":
        st.html(theme.notice(say("ask.unavailable"), answer.reason or answer.text, "stop"))
    elif answer.clarify:
        st.html(theme.notice(say("ask.clarify"), answer.clarify.question))
    else:
        st.html(law.answer(answer.text, answer.citations, at))
        if answer.reason:
            st.html(theme.notice(say("ask.partial"), answer.reason, "warn"))


def _citations(answer: Answer, at: int) -> None:
    """The grounds of an answer, or what came nearest to one."""
    if answer.citations:
        st.html(f"<h2>{escape(say('ask.basis'))}</h2>")
        with st.container(gap=None):
            for citation in answer.citations:
                rows.citation_row(citation, f"open-{at}-{citation.key}", answer.citations)
    rows.folded_along(answer.cross_references, f"turn-{at}", say("ask.along", count=len(answer.cross_references)))
    if answer.nearest:
        st.html(f"<h2>{escape(say('ask.nearest'))}</h2>")
        with st.container(gap=None):
            for rank, passage in enumerate(answer.nearest):
                rows.passage_row(passage, f"near-{at}-{rank}")


def untold(answer: Answer) -> list[str]:
    """The remarks that no row of the answer has made already: the notice of a citation stands under its row."""
    told = [one.notice for one in answer.citations if one.notice]
    return [note for note in answer.notes if not any(notice in note for notice in told)]


def _way_on(turn: Turn, answer: Answer, at: int, ask: Callable[[str], None]) -> None:
    """Steps, choices and further questions."""
    if answer.next_steps:
        title = say("ask.way_forward") if answer.outcome == "refused" else say("ask.next_steps")
        st.html(f"<h2>{escape(title)}</h2>{theme.listing(answer.next_steps)}")
    options = answer.clarify.options if answer.clarify else []
    if options:
        with st.container(horizontal=True):
            for option in options:
                st.button(
                    theme.plain(option),
                    key=f"option-{at}-{option}",
                    on_click=ask,
                    args=(f"{turn.question}（{option}）",),
                )
    if answer.suggestions:
        st.html(f"<h2>{escape(say('ask.suggestions'))}</h2>")
        with st.container(gap=None):
            for suggestion in answer.suggestions:
                st.button(
                    theme.plain(suggestion),
                    key=f"suggestion-{at}-{suggestion}",
                    type="tertiary",
                    on_click=ask,
                    args=(suggestion,),
                )


def _keep(turn: Turn, answer: Answer, at: int) -> None:
    """What kind of answer this is, and how to take it along."""
    manner = say("ask.generative") if answer.mode == "generative" else say("ask.extractive")
    day = say("ask.as_of", day=theme.in_words(answer.as_of))
    parts = [manner, day]
    if answer.seconds:
        parts.append(say("ask.seconds", seconds=f"{sum(answer.seconds.values()):.2f}"))
    st.html(f'<p class="answer-meta">{escape(" · ".join(parts))} · {escape(say("footer.label"))}</p>')
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.html(theme.copy(say("ask.copy"), as_text(turn, answer)), width="content")
        st.download_button(
            say("ask.export"),
            as_text(turn, answer),
            file_name=say("ask.export_name"),
            mime="text/markdown",
            key=f"export-{at}",
            type="tertiary",
            on_click="ignore",
        )


def as_text(turn: Turn, answer: Answer) -> str:
    """An answer to take along: question, text, then each citation with its quote, force and date."""
    grounds = [
        f"[{one.key}] {one.label}（{one.force}，{one.effective_on or say('not_stated')}）：“{one.quote}”"
        + (f" {one.notice}" if one.notice else "")
        for one in answer.citations
    ]
    day = say("as_of.note", day=theme.in_words(answer.as_of))
    text = law.grounded(answer.text, answer.citations)
    return "\n\n".join([turn.question, day, text, *grounds, *untold(answer), say("footer.label")])
