"""事项导航: what to do, in which order, with reason, channel, time limit, materials and the law it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from assistant.model import NavigationItem, NavigationResult
from kb.errors import RegkbError
from ui import state, theme
from ui.client import Client
from ui.contract import TemplateRow
from ui.views import as_of, reader, rows
from ui.words import CHOICES, say


def render(client: Client, today: date) -> None:
    """The page: a need in one sentence or in three choices, then the items in order."""
    with reader.beside(client, state.as_of(st.query_params)):
        st.html(theme.heading(say("navigate.title"), say("navigate.purpose")))
        day = as_of.control(today, say("asof.navigate"))
        need = _need()
        if not need:
            return
        try:
            result = client.navigate(need, as_of=day)
        except RegkbError as error:
            st.html(theme.notice(say("failed"), str(error), "stop"))
            return
        if result.items:
            st.html(f'<p class="quiet-text">{escape(as_of.result_note(result.as_of or day, today))}</p>')
        if result.notes:
            st.html(theme.notes(say("ask.notes"), result.notes))
        _items(result)
        _clarify(result, need)
        _templates(client, need)


def _need() -> str:
    """The need in words: the sentence, or what the choices add up to once they are made."""
    sentence = st.text_input(say("navigate.box"), placeholder=say("navigate.box.hint"), key="need", bind="query-params")
    if sentence and sentence.strip():
        return sentence.strip()
    st.html(f'<p class="quiet-text">{escape(say("navigate.or"))}</p>')
    sector = st.pills(say("navigate.sector"), list(CHOICES), key="field", bind="query-params")
    if not sector:
        return ""
    group = st.pills(say("navigate.class"), list(CHOICES[sector]), key="group", bind="query-params")
    if not group or group not in CHOICES[sector]:
        return ""
    situation = st.pills(say("navigate.situation"), list(CHOICES[sector][group]), key="situation", bind="query-params")
    return f"{group}{sector}{situation}" if situation in CHOICES[sector][group] else ""


def _items(result: NavigationResult) -> None:
    if not result.items:
        if result.clarify is None:
            st.html(theme.notice(say("ask.refused"), say("navigate.none")))
        return
    if len(result.items) > 1:
        st.html(f"<h2>{escape(say('navigate.line'))}</h2>{theme.stops([item.name for item in result.items])}")
    for at, item in enumerate(result.items):
        before = result.items[at - 1].name if at else None
        after = result.items[at + 1].name if at + 1 < len(result.items) else None
        _item(item, at, before, after)


def _item(item: NavigationItem, at: int, before: str | None, after: str | None) -> None:
    """One item: its name and reason, its facts, what to bring, what to do, and the law."""
    neighbours = [(say("navigate.before"), before), (say("navigate.after"), after)]
    st.html(
        f'<hr class="rule"><h2><span class="step-number">{at + 1}</span>{escape(item.name)}</h2>'
        + f"<p>{escape(item.why)}</p>"
        + theme.facts(
            [
                (say("navigate.stage"), item.stage),
                (say("navigate.channel"), item.channel),
                (say("navigate.fee"), item.fee),
                (say("navigate.time_limit"), item.time_limit),
                *([] if item.materials else [(say("navigate.materials"), None)]),
                *[(name, value) for name, value in neighbours if value],
            ]
        )
        + _named_list("navigate.steps", item.steps, ordered=True)
        + _named_list("navigate.materials", item.materials or ())
        + (f"<h3>{escape(say('navigate.basis'))}</h3>" if item.basis else "")
    )
    with st.container(gap=None):
        for number, citation in enumerate(item.basis):
            rows.citation_row(citation, f"basis-{at}-{number}", item.basis)


def _named_list(name: str, lines: Sequence[str], *, ordered: bool = False) -> str:
    return f"<h3>{escape(say(name))}</h3>{theme.listing(lines, ordered=ordered)}" if lines else ""


def _clarify(result: NavigationResult, need: str) -> None:
    if result.clarify is None:
        return
    st.html(theme.notice(say("ask.clarify"), result.clarify.question))
    with st.container(horizontal=True):
        for option in result.clarify.options:
            st.button(theme.plain(option), key=f"clarify-{option}", on_click=_narrow, args=(need, option))


def _narrow(need: str, option: str) -> None:
    st.session_state["need"] = f"{option} {need}"


def _templates(client: Client, need: str) -> None:
    """Templates of the sectors the need names, each fetched only when it is wanted."""
    try:
        templates = [one for one in client.templates() if not one["sectors"] or set(one["sectors"]) & _sectors(need)]
    except RegkbError:
        return  # the items stand without the templates; a failing service was already reported above
    if not templates:
        return
    st.html(f'<hr class="rule"><h2>{escape(say("navigate.templates"))}</h2>')
    with st.container(gap=None):
        for template in templates:
            _template(client, template)


def _template(client: Client, template: TemplateRow) -> None:
    stage = f"（{template['stage']}）" if template["stage"] else ""
    st.download_button(
        theme.plain(f"{say('navigate.download')}：{template['title']}{stage}"),
        lambda: client.template(template["id"]),
        file_name=f"{template['title']}.docx",
        key=f"template-{template['id']}",
        type="tertiary",
        on_click="ignore",
    )


def _sectors(need: str) -> set[str]:
    """The sectors a need names; when it names none, all of them."""
    return {sector for sector in CHOICES if sector in need} or set(CHOICES)
