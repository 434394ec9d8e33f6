"""版本比较, a page of the file library: two versions of one instrument, article by article.

Which two, and whether unchanged articles are shown, stand in the address (?old=&new=&all=1).
"""

from __future__ import annotations

from datetime import date
from html import escape
from urllib.parse import urlencode

import streamlit as st

from kb.errors import RegkbError
from ui import compared, state, theme
from ui.client import Client
from ui.contract import VersionRow
from ui.contract_history import Comparison
from ui.views.timeline import in_order, version_name
from ui.words import say


def asked() -> bool:
    """Whether the address asks for a comparison."""
    return bool(st.query_params.get("old") and st.query_params.get("new"))


def open_comparison(old: str, new: str) -> None:
    state.put(st.query_params, old=old, new=new, doc=None, read=None, all=None)


def neighbour(versions: list[VersionRow], here: str) -> tuple[str, str] | None:
    """A version and the one before it; the first is laid beside the second. None where there is only one."""
    order = [one["id"] for one in in_order(versions)]
    if here not in order or len(order) < 2:
        return None
    at = max(order.index(here), 1)
    return order[at - 1], order[at]


def render(client: Client, day: date | None) -> None:
    """The page: which versions with their force on the day, how much changed, and the changes."""
    old, new = st.query_params["old"], st.query_params["new"]
    st.button(say("compare.back"), type="tertiary", on_click=_back, args=(new,))
    slot = st.empty()
    slot.html(theme.skeleton(say("compare.wait")))
    try:
        page = client.document(new, day)
        comparison = client.compare(old, new) if old != new else None
    except RegkbError as error:
        slot.html(theme.notice(say("failed"), str(error), "stop"))
        return
    slot.html(theme.heading(say("compare.title"), say("compare.purpose", title=page["title"])))
    _choice(page["versions"], old, new)
    if comparison is None:
        st.html(theme.notice(say("compare.one"), ""))
        return
    _result(comparison)


def _back(identity: str) -> None:
    state.put(st.query_params, doc=identity, old=None, new=None, all=None, read=None)


def _choice(versions: list[VersionRow], old: str, new: str) -> None:
    """The two versions, each to be changed for another."""
    names = {one["id"]: f"{version_name(one['version'])} · {one['force']}" for one in in_order(versions)}
    names |= {one: one for one in (old, new) if one not in names}
    options = list(names)
    for column, side, held in zip(st.columns(2, gap="medium"), ("old", "new"), (old, new), strict=True):
        # A new name with each choice: the box must show what the address says after "back".
        key = f"compare-{side}-{held}"
        column.selectbox(
            say(f"compare.{side}"), options, index=options.index(held), format_func=names.__getitem__, key=key,
            on_change=_choose, args=(side, key),
        )  # fmt: skip


def _choose(side: str, key: str) -> None:
    state.put(st.query_params, read=None, **{side: st.session_state[key]})


def _result(comparison: Comparison) -> None:
    everything = st.query_params.get("all") == "1"
    counts = comparison["counts"]
    st.html(compared.counted(counts))
    if not any(counts.get(how) for how in compared.ORDER if how != "same"):
        st.html(theme.notice(say("compare.none"), ""))
    elif not everything and not any(counts.get(how) for how in compared.TEXTUAL):
        st.html(theme.notice(say("compare.none_shown"), ""))
    st.toggle(say("compare.everything"), value=everything, key=f"compare-all-{everything}", on_change=_toggle)
    made = compared.compared(comparison, _link, everything=everything)
    if made:
        st.html(f'<div class="comparison" aria-label="{escape(say("compare.title"))}">{made}</div>')


def _toggle() -> None:
    state.put(st.query_params, all=None if st.query_params.get("all") == "1" else "1")


def _link(address: str) -> str:
    """This page with a provision open beside it."""
    kept = {name: st.query_params[name] for name in ("old", "new", "all", "as_of") if st.query_params.get(name)}
    return f"?{urlencode(kept | {'read': address})}"
