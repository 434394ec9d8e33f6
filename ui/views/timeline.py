"""The history of a document on its page: the timeline as a picture and as a list, what was changed in it, and where
sources disagree.

The picture says at a glance what the list below says in words with the texts it rests on; a bar opens its version.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import blake2s
from html import escape

import streamlit as st

from kb.address import join, label
from ui import theme
from ui.contract import DocumentPage, VersionRow
from ui.contract_history import AmendmentRow, ConflictRow, TimelineEntry
from ui.timeline_picture import Bar, Drawing, Mark, described, drawing
from ui.words import FIELD_LABEL, say

WIDTHS = {"wide": 920, "narrow": 358}
"""Pixels of the two drawings, of which the style sheet shows the one that fits."""
MARKED = ("amended", "repealed", "expires")
TOLD = ("version", *MARKED)
"""What is told of every version; that one took the place of another is told by the beginning of the other."""
OWN = ("issued", "published")
"""What is told only of the version on the page."""
EDITION = re.compile(r"^《[^》]{1,200}》（([^（）]{1,40}版)）\s?")
"""A version as the service names it in full: 《药品管理法》（2019-08-26 版）."""
PLACES_SHOWN = 12
"""Changed places listed as links of their own; a decision may change eighty articles."""


def timeline(page: DocumentPage, today: date, day: date, open_document: Callable[[str], None]) -> None:
    """The picture and, below it, every event in words. Left out where there is nothing but one version without end."""
    events = page.get("timeline", [])
    if len(page["versions"]) < 2 and not any(event["kind"] in MARKED for event in events):
        return
    versions = in_order(page["versions"])
    bars = bars_of(versions, events, page["id"])
    marks = marks_of(events, bars)
    openers = [opener(version["id"]) for version in versions]
    st.html(f"<h2>{escape(say('library.versions'))}</h2>")
    st.html(picture(page["title"], bars, list(marks.values()), today, day, openers))
    with st.container(key="timeline", gap=None):
        _told(events, versions, marks, page["id"], open_document)


def opener(document_id: str) -> str:
    """The name of the button that opens a version, for the bar that presses it: Streamlit makes it part of a class."""
    return f"open-{blake2s(document_id.encode(), digest_size=8).hexdigest()}"


def in_order(versions: Sequence[VersionRow]) -> list[VersionRow]:
    """Versions by the day they take effect or are called by; those without a date last."""
    return sorted(versions, key=lambda one: one["effective_on"] or one["version"])


def bars_of(versions: Sequence[VersionRow], events: Sequence[TimelineEntry], here: str) -> list[Bar]:
    """A bar for each version, in their order, from the first day it applied."""
    begun = {event["document_id"]: event["on"] for event in events if event["kind"] == "version"}
    starts = [_day(one["effective_on"] or begun.get(one["id"])) or version_day(one["version"]) for one in versions]
    return [
        Bar(
            version_name(one["version"]), start, _day(one.get("repealed_on")), one["force"], one["id"] == here,
            one["effective_on"] is not None,
        )
        for one, start in zip(versions, starts, strict=True)
    ]  # fmt: skip


def version_name(version: str) -> str:
    """A version as people speak of it; one whose text bears no date says so."""
    return say("timeline.undated") if version.startswith("undated") else say("timeline.version", version=version)


def version_day(version: str) -> date | None:
    """The day a version is called by, where it is called by one."""
    try:
        return date.fromisoformat(version)
    except ValueError:
        return None


def marks_of(events: Sequence[TimelineEntry], bars: Sequence[Bar]) -> dict[int, Mark]:
    """Repeals, amendments and expiries with a date by their place in `events`, numbered as they come, each on the last
    bar that was running."""
    marks: dict[int, Mark] = {}
    for at, event in enumerate(events):
        on = _day(event["on"])
        running = [row for row, bar in enumerate(bars) if on and _runs(bar, on)]
        if on and running and event["kind"] in MARKED:
            marks[at] = Mark(on, len(marks) + 1, event["kind"], running[0 if event["kind"] == "repealed" else -1])
    return marks


def _runs(bar: Bar, on: date) -> bool:
    return (bar.start is None or bar.start <= on) and (bar.end is None or on <= bar.end)


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


def picture(
    title: str, bars: Sequence[Bar], marks: Sequence[Mark], today: date, day: date, openers: Sequence[str]
) -> str:
    """Two drawings of one thing for two widths, each with a place over every bar that presses that version's button.

    The drawing stands as an image: the page takes no drawing among its own tags. Its words are its alternative text.
    """
    return "".join(
        _figure(drawing(title, bars, marks, today, day, width), name, title, bars, openers)
        for name, width in WIDTHS.items()
    )


def _figure(made: Drawing, name: str, title: str, bars: Sequence[Bar], openers: Sequence[str]) -> str:
    source = b64encode(made.svg.encode()).decode()
    words = escape(say("timeline.alt", title=title, words=described(bars)))
    # The list below offers the same to a keyboard; a second set of stops would only be in its way.
    over = "".join(
        f'<button type="button" tabindex="-1" aria-hidden="true" data-open="{escape(opener)}" '
        f'title="{escape(say("timeline.open", name=bar.name))}" style="top:{box.top}%;height:{box.height}%"></button>'
        for bar, box, opener in zip(bars, made.boxes, openers, strict=True)
        if not bar.here
    )
    return f'<div class="timeline-{name}"><img alt="{words}" src="data:image/svg+xml;base64,{source}">{over}</div>'


def _told(
    events: Sequence[TimelineEntry], versions: Sequence[VersionRow], marks: Mapping[int, Mark], here: str,
    open_document: Callable[[str], None],
) -> None:  # fmt: skip
    """The story line by line: when, what, and the words it rests on. A version or text that is held is a button."""
    forces = {one["id"]: one for one in versions}
    for at, event in enumerate(events):
        if event["kind"] not in TOLD and not (event["kind"] in OWN and event["document_id"] == here):
            continue
        version = forces.get(event["document_id"] or "") if event["kind"] == "version" else None
        words = in_short(event, version)
        sign = f'<span class="event-number">{marks[at].number}</span>' if at in marks else ""
        when = f"<time>{escape(event['on'] or say('timeline.no_day'))}</time>"
        with st.container(key=f"event-{at}", horizontal=True, gap="small", vertical_alignment="center"):
            st.html(f'<p class="event">{when}</p>', width="content")
            other = event["document_id"] if event["document_id"] != here else None
            if version and other:
                _button(f"{theme.plain(words)} {theme.badge(version['force'])}", other, open_document, version)
            elif version:
                st.html(f'<p class="event"><b>{escape(words)}</b> {theme.chip(version["force"])}</p>')
            else:
                st.html(f'<p class="event">{sign}{escape(words)}</p>{grounds(event["evidence"])}')
                if other and event["kind"] in MARKED:
                    st.button(
                        say("timeline.by"), key=f"by-{at}", type="tertiary", on_click=open_document, args=(other,),
                        help=theme.plain(event["title"] or other),
                    )  # fmt: skip


def in_short(event: TimelineEntry, version: VersionRow | None) -> str:
    """The words of an event without the title, which stands on top of the page."""
    if version:
        return say("timeline.applies", name=version_name(version["version"]))
    if event["kind"] in OWN:
        return say(f"timeline.{event['kind']}")
    return EDITION.sub(r"\1", event["words"])


def grounds(evidence: str | None) -> str:
    """What an event rests on, without quotation marks: it is a text's own words or what a record says."""
    return f'<p class="quiet-text evidence">{escape(evidence)}</p>' if evidence else ""


def _button(label: str, identity: str, open_document: Callable[[str], None], version: VersionRow) -> None:
    reason = version.get("reason")
    st.button(
        label, key=opener(identity), type="tertiary", on_click=open_document, args=(identity,),
        help=theme.plain(reason) if reason else None,
    )  # fmt: skip


def conflicts(rows: Sequence[ConflictRow]) -> None:
    """Sources that disagree, in plain sentences: what stands and why, what does not."""
    if rows:
        told = "".join(f"<p>{escape(disagreement(row))}</p>" for row in rows)
        title = escape(say("timeline.conflicts"))
        st.html(f'<div class="notice notice-warn"><strong>{title}</strong>{told}</div>')


def disagreement(row: ConflictRow) -> str:
    """Two sources about one field, as a sentence."""
    return say(
        "timeline.conflict", field=FIELD_LABEL.get(row["field"], row["field"]), kept=row["kept"],
        kept_from=row["kept_from"].rstrip("。"), other=row["other"], other_from=row["other_from"],
    )  # fmt: skip


def amendments(
    document: str, rows: Sequence[AmendmentRow], open_place: Callable[[str], None], open_document: Callable[[str], None]
) -> None:
    """The places whose held words are out of date: since when, by what, each place a link into the reader."""
    for at, row in enumerate(rows):
        known = "timeline.ended_places" if row.get("ended") else "timeline.amendment"
        said = say(known, day=theme.in_words(row["on"]), by=row["by"])
        with st.container(key=f"amended-{at}", gap=None):
            st.html(f"<p><strong>{escape(said)}</strong></p>{grounds(row['evidence'])}")
            with st.container(horizontal=True, gap="medium", vertical_alignment="center", key=f"places-{at}"):
                for place in row["places"][:PLACES_SHOWN]:
                    st.button(
                        theme.plain(label("", tuple(place)).rpartition("》")[2]), key=f"amended-{at}-{'/'.join(place)}",
                        type="tertiary", on_click=open_place, args=(join(document, tuple(place)),),
                    )  # fmt: skip
                if len(row["places"]) > PLACES_SHOWN:
                    counted = escape(say("timeline.places", count=len(row["places"])))
                    st.html(f'<p class="quiet-text">{counted}</p>', width="content")
                if "@" in row["source"]:
                    st.button(
                        say("timeline.by"), key=f"amended-{at}-text", type="tertiary", on_click=open_document,
                        args=(row["source"],),
                    )  # fmt: skip
