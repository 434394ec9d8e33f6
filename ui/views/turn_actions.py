"""What can be done with an answer: take it along, rate it, have it answered again, edit its question, ask a person."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Literal, get_args

import streamlit as st

from assistant.answer_model import Answer
from kb.errors import RegkbError
from ui import answered, state, theme, visitor
from ui.answering import Asking
from ui.client import Client
from ui.contract_desk import ExportFormat, StoredTurn
from ui.views import conversation, firm
from ui.words import RATING_REASONS, say

MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "md": "text/markdown",
}


def show(client: Client, turn: StoredTurn, answer: Answer) -> None:
    """The row of actions; for a refusal the way to a person comes first and is the one that stands out."""
    refused = answer.outcome == "refused"
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="actions"):
        if refused:
            _human_button(client, turn, answer)
        st.html(theme.copy(say("ask.copy"), answered.as_text(turn.question, answer)), width="content")
        _export(client, turn)
        again(turn, say("ask.again"))
        if st.button(say("ask.edit"), key=f"edit-{turn.id}", type="tertiary", width="content"):
            st.dialog(say("ask.edit"))(_edit)(turn)
        if not refused:
            _human_button(client, turn, answer)
    _rating(client, turn, answer)


def again(turn: StoredTurn, words: str) -> None:
    """Ask the same question at the same place: the answers stand side by side, and one can switch between them."""
    st.button(
        words, key=f"again-{turn.id}", type="tertiary", on_click=_beside, args=(turn, turn.question), width="content"
    )


def _beside(turn: StoredTurn, question: str) -> None:
    """Put a question where this turn stands: another branch begins."""
    asking = Asking(question, state.as_of(st.query_params), firm.asking(), follows=False, parent=turn.parent)
    st.session_state.setdefault("waiting", []).append(asking)
    state.put(st.query_params, at=None, read=None)


def _edit(turn: StoredTurn) -> None:
    st.html(f'<p class="quiet-text">{escape(say("ask.edit.help"))}</p>')
    typed = st.text_area(say("ask.edit.box"), value=turn.question, max_chars=2000, key=f"edit-box-{turn.id}").strip()
    if st.button(say("ask.edit.go"), type="primary", key="edit_go"):
        if not typed:
            st.html(theme.notice(say("ask.edit.empty"), "", "warn"))
            return
        _beside(turn, typed)
        st.rerun()


def _export(client: Client, turn: StoredTurn) -> None:
    """The conversation up to here as a file, made when it is asked for."""
    identity = conversation.named()
    if identity is None:
        return
    with st.popover(say("ask.export"), type="tertiary", key=f"export-{turn.id}"):
        st.html(f'<p class="quiet-text">{escape(say("ask.export.what"))}</p>')
        for form in get_args(ExportFormat):
            st.download_button(
                say(f"ask.export.{form}"), partial(client.export, identity, form, turn.id, visitor.key()),
                file_name=say("ask.export.name", day=turn.answer.as_of if turn.answer else "", form=form),
                mime=MIME[form], key=f"export-{form}-{turn.id}", type="tertiary", on_click="ignore",
            )  # fmt: skip


def _rating(client: Client, turn: StoredTurn, answer: Answer) -> None:
    """有用 or 没用; of what was of no use one may say why."""
    words = (say("rate.useful"), say("rate.useless"))
    told = turn.rating
    before = None if told is None else words[0 if told["useful"] else 1]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="rating"):
        st.html(f'<span class="quiet-text">{escape(say("rate.name"))}</span>', width="content")
        picked = st.pills(say("rate.name"), words, default=before, key=f"rate-{turn.id}", label_visibility="collapsed")
        reason = told["reason"] if told else None
        if picked == words[1]:
            reason = st.pills(
                say("rate.why"), RATING_REASONS, default=reason if reason in RATING_REASONS else None,
                key=f"rate-why-{turn.id}", label_visibility="collapsed", width="stretch",
            )  # fmt: skip
    useful = picked == words[0]
    if picked is None or (told and (told["useful"], told["reason"]) == (useful, None if useful else reason)):
        if told:
            st.html(f'<p class="quiet-text" role="status">{escape(say("rate.thanks"))}</p>')
        return
    try:
        client.rate(answer.answer_id, useful=useful, reason=None if useful else reason, visitor=visitor.key())
    except RegkbError as error:
        st.html(theme.notice(say("failed"), str(error), "stop"))
        return
    conversation.rated(turn, useful, None if useful else reason)
    st.html(f'<p class="quiet-text" role="status">{escape(say("rate.thanks"))}</p>')


def _human_button(client: Client, turn: StoredTurn, answer: Answer) -> None:
    kind: Literal["primary", "tertiary"] = "primary" if answer.outcome == "refused" else "tertiary"
    if st.button(say("human.open"), key=f"human-{turn.id}", type=kind, width="content"):
        st.dialog(say("human.title"))(_human)(client, turn, answer)


def _human(client: Client, turn: StoredTurn, answer: Answer) -> None:
    """The form: the question as it stands, a contact if one likes, and the consent without which nothing is sent."""
    st.html(
        f'<p class="quiet-text">{escape(say("human.purpose"))}</p>'
        + theme.facts([(say("human.question"), answer.asked or turn.question)])
    )
    with st.form("human_form", border=False):
        contact = st.text_input(say("human.contact"), placeholder=say("human.contact.hint"), max_chars=100)
        consent = st.checkbox(say("human.consent"))
        sent = st.form_submit_button(say("human.go"), type="primary")
    if not sent:
        return
    if not consent:
        st.html(theme.notice(say("human.need_consent"), "", "warn"))
        return
    try:
        taken = client.hand_over(
            answer.asked or turn.question, reason="refused" if answer.outcome == "refused" else "human", consent=True,
            as_of=turn.as_of, answer_id=answer.answer_id or None, contact=contact.strip() or None,
            visitor=visitor.key(),
        )  # fmt: skip
    except RegkbError as error:
        st.html(theme.notice(say("failed"), str(error), "stop"))
        return
    st.html(theme.notice(taken["words"], ""))
