"""政策匹配: the firm's profile at the left, at the right each measure with its conditions judged one by one.

A field left empty is unknown and never counts as "no". The profile stands in the address, like everything typed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import get_args

import streamlit as st

from assistant.model import EnterpriseKind, EnterpriseProfile, MatchedCondition, PolicyMatch, Stage
from kb.errors import RegkbError
from kb.model import Citation, Sector
from ui import state, theme
from ui.client import Client
from ui.views import as_of, reader, rows
from ui.words import VERDICT_MARK, say

GROUPS = (("match", "match.available"), ("potential", "match.potential"), ("info", "match.info"))
NAME = "本企业"
"""The contract wants a name; the page does not ask for one, because no condition depends on it."""


def render(client: Client, today: date) -> None:
    """The page: profile, then the measures in three groups; a changed answer is judged at once."""
    with reader.beside(client, state.as_of(st.query_params)):
        st.html(theme.heading(say("match.title"), say("match.purpose")))
        day = as_of.control(today, say("asof.match"))
        narrow = state.reading(st.query_params) is not None
        left, right = (st.container(), st.container()) if narrow else st.columns([1, 2], gap="large")
        with left, st.expander(say("match.profile"), expanded=not narrow):
            profile = _profile()
        with right:
            if profile is None:
                st.html(f'<p class="quiet-text">{escape(say("match.idle"))}</p>')
                return
            slot = st.empty()
            slot.html(theme.skeleton(say("wait.match")))
            try:
                matches = client.match(profile, day)
            except RegkbError as error:
                slot.html(theme.notice(say("failed"), str(error), "stop"))
                return
            slot.html(f'<p class="quiet-text">{escape(as_of.result_note(day, today))}</p>')
            _groups(matches)


def _profile() -> EnterpriseProfile | None:
    """The profile as filled in, or None while nothing is."""
    region = _line("region")
    stage = _pick("stage", get_args(Stage))
    kinds = _several("kinds", get_args(EnterpriseKind))
    sectors = _several("sectors", [str(one) for one in Sector])
    name, class_, phase = _line("product"), _line("class"), _line("phase")
    employees = st.number_input(
        say("match.employees"),
        min_value=0,
        value=None,
        step=1,
        key="employees",
        bind="query-params",
        help=say("match.employees.why"),
    )
    filled = {
        "region": region,
        "stage": stage,
        "kinds": kinds,
        "sectors": sectors,
        "products": [{"name": name, "class": class_, "phase": phase}] if name or class_ or phase else [],
        "employees": employees,
    }
    known = {field: value for field, value in filled.items() if value not in (None, "", [])}
    return EnterpriseProfile.model_validate({"name": NAME, **known}) if known else None


def _line(field: str) -> str | None:
    why = say(f"match.{field}.why")
    value = st.text_input(say(f"match.{field}"), placeholder=why, key=f"firm_{field}", bind="query-params")
    return (value or "").strip() or None


def _pick(field: str, options: Sequence[str]) -> str | None:
    return st.pills(
        say(f"match.{field}"), list(options), key=f"firm_{field}", bind="query-params", help=say(f"match.{field}.why")
    )


def _several(field: str, options: Sequence[str]) -> list[str]:
    chosen = st.multiselect(
        say(f"match.{field}"),
        list(options),
        key=f"firm_{field}",
        placeholder=say("match.pick"),
        bind="query-params",
        help=say(f"match.{field}.why"),
    )
    return [str(one) for one in chosen]


def _groups(matches: Sequence[PolicyMatch]) -> None:
    shown = 0
    for level, title in GROUPS:
        group = [one for one in matches if one.level == level]
        shown += len(group) if level != "info" else 0
        if group:
            st.html(f'<h2 class="lane">{escape(say(title))}　{len(group)}</h2>')
            for match in group:
                _measure(match)
    excluded = [one for one in matches if one.level == "no"]
    if not shown:
        st.html(theme.notice(say("ask.refused"), say("match.none", count=len(excluded))))
    if excluded:
        with st.expander(say("match.no", count=len(excluded))):
            for match in excluded:
                _measure(match)


def _measure(match: PolicyMatch) -> None:
    """One measure: what it gives, its conditions with the words of the text, and where it stands."""
    missing = f"<p>{escape(say('match.missing', fields='、'.join(match.missing)))}</p>" if match.missing else ""
    st.html(
        f"<h3>{escape(match.title)}</h3>{missing}{conditions(match.conditions)}"
        + theme.facts(
            [
                (say("match.support"), match.support),
                (say("match.amount"), match.amount),
                (say("match.window"), match.window),
                (say("match.area"), match.region),
            ]
        )
    )
    cited = grounds(match)
    with st.container(gap=None):
        for at, citation in enumerate(cited):
            rows.citation_row(citation, f"measure-{match.id}-{at}", cited)
        st.html('<hr class="rule">')


def conditions(judged: Sequence[MatchedCondition]) -> str:
    """The conditions as a list of ✓ 已满足 / ✗ 不满足 / ? 待补充 with the words they were read from."""
    lines = []
    for one in judged:
        mark, word = VERDICT_MARK[one.verdict]
        quote = (
            f"<q>{escape(one.citation.quote)}</q>{theme.chip(one.citation.force, rows.why(one.citation))}"
            if one.citation
            else ""
        )
        lines.append(f'<li><span class="{one.verdict}">{mark} {word}</span><span>{escape(one.text)}</span>{quote}</li>')
    return f'<ul class="conditions">{"".join(lines)}</ul>' if lines else ""


def grounds(match: PolicyMatch) -> list[Citation]:
    """The measure's own citation and those of its conditions, each place once, numbered for this measure."""
    found = [match.citation, *(one.citation for one in match.conditions)]
    places = {(one.address, one.start): one for one in found if one}
    return [one.model_copy(update={"key": str(at)}) for at, one in enumerate(places.values(), start=1)]
