"""The provision reader: one article in its surroundings, beside whatever page asked for it.

`beside` opens it as a column at the right (on a phone the style sheet turns it into a sheet from below) and returns
the place where the page itself goes on. Which provision is open stands in the address, see `ui.state`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kb.address import article_of, join, split
from kb.errors import RegkbError
from kb.model import Citation, CrossReference
from ui import law, state, theme
from ui.client import Client
from ui.contract import Link, NeighbourText, ProvisionPage, VersionRow
from ui.views import rows, whole_document
from ui.views.rows import open_at, open_citation
from ui.words import say

LINKS_SHOWN = 12
"""References listed on each side; an article of a basic law can be cited by hundreds."""


def beside(client: Client, day: date | None) -> DeltaGenerator:
    """Show the open provision, if there is one, and return the container for the page's own content."""
    place = state.reading(st.query_params)
    if place is None:
        return st.container()
    main, side = st.columns([10, 9], gap="medium")
    with side, st.container(key="reader"):
        show(client, place, day)
    return main


def close() -> None:
    state.put_reading(st.query_params, None)


def show(client: Client, place: state.Reading, day: date | None) -> None:
    """The reader from top to bottom: controls, what the text is, the words, what they refer to."""
    _controls(place)
    try:
        if split(place.address)[1]:
            _provision(*whole_article(client, place, day), day)
        else:
            whole_document.show(client, place.address, day)
    except RegkbError as error:
        st.html(theme.notice(say("reader.missing") if error.status == 404 else str(error), "", "warn"))


def _provision(page: ProvisionPage, span: tuple[int, int] | None, day: date | None) -> None:
    _identity(page, day)
    _neighbours(page["before"], "before")
    st.html(law.law(page["text"], span, _number(page["label"])))
    _neighbours(page["after"], "after")
    brought = [CrossReference.model_validate(one) for one in page.get("cross_references", ())]
    _along(brought)
    _turn_pages(page)
    _actions(page, span)
    _versions(page["versions"], page["document_id"])
    shown = {one.passage.address for one in brought}
    _links(say("reader.cites"), [link for link in page["cites"] if link["address"] not in shown], "cites")
    _links(say("reader.cited_by"), page["cited_by"], "cited-by")


def whole_article(
    client: Client, place: state.Reading, day: date | None
) -> tuple[ProvisionPage, tuple[int, int] | None]:
    """The article that holds a 款 or 项, with the quoted characters counted in the article's text.

    A paragraph alone cannot be judged: its conditions stand in its neighbours. Both texts are slices of one document,
    so the difference of their starts moves the span.
    """
    page = client.provision(place.address, day)
    span = (place.start, place.end) if place.start is not None and place.end is not None else None
    document, path = split(page["address"])
    article = article_of(path)
    if article is None or path[-1] == article:
        return page, span
    whole = client.provision(join(document, path[: path.index(article) + 1]), day)
    moved = page["start"] - whole["start"]
    return whole, (span[0] + moved, span[1] + moved) if span else None


def _controls(place: state.Reading) -> None:
    walk: tuple[Citation, ...] = st.session_state.get("walk", ())
    here = next((at for at, one in enumerate(walk) if (one.address, one.start) == (place.address, place.start)), None)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if here is not None and len(walk) > 1:
            with st.container(horizontal=True, width="content", vertical_alignment="center"):
                for key, step in (("walk_previous", -1), ("walk_next", 1)):
                    st.button(
                        say(f"reader.{key}"),
                        key=key,
                        type="tertiary",
                        shortcut="p" if step < 0 else "n",
                        on_click=open_citation,
                        args=(walk[(here + step) % len(walk)], walk),
                        help=say("reader.walk", at=here + 1, count=len(walk)),
                    )
        else:
            st.html(f'<p class="quiet-text">{escape(say("reader.name"))}</p>', width="content")
        st.button(say("reader.close"), key="reader_close", type="tertiary", shortcut="Esc", on_click=close)


def _identity(page: ProvisionPage, day: date | None) -> None:
    """What the text is: its name, its force with the grounds, number, issuer and dates, and where in it we are."""
    name = f"《{page['title']}》{page['article'] or ''}"
    trail = " › ".join(page["trail"])
    st.html(f'<h2 class="reader-title">{escape(name)}</h2>{theme.chip(page["force"])}')
    words = _validity(page, day)
    reason = page.get("reason")
    st.html(
        (f'<p class="force-reason">{escape(reason)}</p>' if reason and reason.rstrip("。") not in (words or "") else "")
        + theme.facts(
            [
                *rows.particulars(page),
                *([(say("reader.repealed"), page["repealed_on"])] if page["repealed_on"] else []),
            ]
        )
        + (f'<p class="trail">{escape(trail)}</p>' if trail else "")
    )


def _validity(page: ProvisionPage, day: date | None) -> str | None:
    """In plain view: that the text is not in force, and the way to what took its place. The sentence, if any."""
    words = page.get("notice")
    if not words and page["force"] not in ("现行有效", "不明"):
        words = say("reader.not_current", day=theme.in_words(day) or say("as_of.today"), force=page["force"])
    if words:
        with st.container(gap=None, key="reader_notice"):
            st.html(f'<div class="notice notice-warn" role="status"><p>{escape(words)}</p></div>')
            rows.instead(page.get("replaced_by"), "instead-reader")
    return words


def _neighbours(neighbours: Sequence[NeighbourText], side: str) -> None:
    if neighbours:
        nearest = neighbours[-1 if side == "before" else 0]
        words = law.law(nearest["text"], None, _number(nearest["label"]))
        st.html(f'<div class="law-faded" data-side="{side}">{words}</div>')


def _number(label: str) -> str:
    """The bare number of a full label: 《药品管理法》第三十条 → 第三十条."""
    return label.rpartition("》")[2] or label


def _turn_pages(page: ProvisionPage) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for key, side in (("previous", page["previous"]), ("next", page["next"])):
            label = say(f"reader.{key}")
            st.button(
                f"{label} {theme.plain(_number(side['label']))}" if side else label,
                key=f"reader_{key}",
                disabled=side is None,
                on_click=open_at,
                args=(side["address"] if side else "",),
            )


def _actions(page: ProvisionPage, span: tuple[int, int] | None) -> None:
    quoted = page["text"][slice(*span)] if span else page["text"]
    number = f"（{page['number']}）" if page["number"] else ""
    citation = f"《{page['title']}》{number}{_number(page['label'])}：“{quoted}”"
    url = str(page["source"].get("url") or "")
    link = (
        f'<a class="quiet-link" href="{escape(url)}" target="_blank" rel="noopener">{escape(say("reader.source"))}</a>'
    )
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.html(theme.copy(say("reader.copy"), citation), width="content")
        if url.startswith(("https://", "http://")):
            st.html(link, width="content")


def _along(brought: Sequence[CrossReference]) -> None:
    """The provisions that the words just read refer to."""
    if brought:
        st.html(f"<h2>{escape(say('reader.along'))}</h2>")
        rows.along(brought, "reader-along")


def _versions(versions: Sequence[VersionRow], shown: str) -> None:
    """The versions of the text; each opens this provision as it stands there, where that is known."""
    if not versions:
        return
    st.html(f"<h2>{escape(say('reader.versions'))}</h2>")
    with st.container(gap=None):
        for at, one in enumerate(versions):
            day = theme.in_words(one["effective_on"])
            name = say("reader.version", day=day) if day else say("reader.version.undated", version=one["version"])
            address, reason = one.get("address"), one.get("reason")
            if address and one["id"] != shown:
                st.button(
                    f"{theme.plain(name)} {theme.badge(one['force'])}",
                    key=f"version-{at}",
                    type="tertiary",
                    help=theme.plain(reason) if reason else None,
                    on_click=open_at,
                    args=(address,),
                )
            else:
                state_words = say("reader.version.shown" if one["id"] == shown else "reader.version.gone")
                st.html(
                    f'<div class="version-row">{escape(name)} {theme.chip(one["force"], reason)} '
                    f'<span class="quiet-text">{escape(state_words)}</span></div>'
                )


def _links(title: str, links: Sequence[Link], key: str) -> None:
    if not links:
        return
    st.html(f"<h2>{escape(title)}</h2>")
    with st.container(gap=None):
        for at, link in enumerate(links[:LINKS_SHOWN]):
            name = link["label"] if link["label"].startswith("《") else f"《{link['title']}》{link['label']}"
            if link["address"]:
                st.button(
                    theme.plain(name),
                    key=f"{key}-{at}",
                    type="tertiary",
                    on_click=open_at,
                    args=(link["address"],),
                )
            else:
                st.html(f'<p class="quiet-text">{escape(name)}（{escape(say("reader.not_loaded"))}）</p>')
