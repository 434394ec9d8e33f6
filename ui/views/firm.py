"""企业画像 of the chat page: which firm asks. Kept for the visit, sent with each question, empty at first."""

from __future__ import annotations

from html import escape
from typing import get_args

import streamlit as st

from assistant.model import EnterpriseKind, EnterpriseProfile, Stage
from kb.model import Sector
from ui import theme
from ui.words import say

FIRM = "firm"
NAME = "本企业"
"""The contract wants a name; a firm need not give one."""


def asking() -> EnterpriseProfile | None:
    """The firm in whose name questions are asked, or None."""
    kept = st.session_state.get(FIRM)
    return kept if isinstance(kept, EnterpriseProfile) else None


def button() -> None:
    """The switch: a quiet word while no firm is given, else a chip that says which."""
    firm = asking()
    label = say("firm.chip", words=in_short(firm)) if firm else say("firm.none")
    with st.container(key="firm_chip" if firm else "firm_none", width="content"):
        if st.button(theme.plain(label), type="tertiary", key="firm_open", width="content"):
            st.dialog(say("firm.none"))(_form)()


def in_short(firm: EnterpriseProfile) -> str:
    """The facts of a firm in one line."""
    products = [product.class_ for product in firm.products if product.class_]
    named = [firm.name] if firm.name != NAME else []
    facts = [*named, firm.region, firm.stage, *firm.kinds, *map(str, firm.sectors), *products]
    return "、".join(fact for fact in facts if fact)


def _form() -> None:
    firm = asking() or EnterpriseProfile(name=NAME)
    product = firm.products[0].class_ if firm.products else None
    st.html(f'<p class="quiet-text">{escape(say("firm.purpose"))}</p>')
    with st.form("firm_form", border=False):
        name = st.text_input(
            say("firm.name"), value=firm.name if firm.name != NAME else "", placeholder=say("firm.name.hint"),
            max_chars=100,
        )  # fmt: skip
        region = st.text_input(
            say("match.region"), value=firm.region or "", placeholder=say("match.region.why"), max_chars=100
        )
        stage = st.pills(say("match.stage"), list(get_args(Stage)), default=firm.stage)
        kinds = st.pills(
            say("match.kinds"), list(get_args(EnterpriseKind)), default=list(firm.kinds), selection_mode="multi"
        )
        sectors = st.pills(
            say("match.sectors"), [str(one) for one in Sector], default=list(map(str, firm.sectors)),
            selection_mode="multi",
        )  # fmt: skip
        class_ = st.text_input(
            say("match.class"), value=product or "", placeholder=say("match.class.why"), max_chars=100
        )
        with st.container(horizontal=True, gap="small"):
            used = st.form_submit_button(say("firm.use"), type="primary")
            cleared = st.form_submit_button(say("firm.clear"), type="tertiary")
    if used:
        filled = {
            "region": region.strip(), "stage": stage, "kinds": kinds, "sectors": sectors,
            "products": [{"class": class_.strip()}] if class_.strip() else [],
        }  # fmt: skip
        known = {field: value for field, value in filled.items() if value}
        given = bool(known) or bool(name.strip())
        profile = EnterpriseProfile.model_validate({"name": name.strip() or NAME, **known}) if given else None
        st.session_state[FIRM] = profile
        st.rerun()
    if cleared:
        st.session_state[FIRM] = None
        st.rerun()
