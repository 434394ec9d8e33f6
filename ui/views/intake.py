"""Handing files in (staff): any number at once, one card for what became of each, the draft a press away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import PurePath
from typing import Any, TypedDict

import streamlit as st

from ingest.readers import SUFFIXES
from kb.errors import RegkbError
from ui import theme
from ui.client import Client
from ui.contract import FileReport
from ui.words import OUTCOME_LABEL, say

FILE_TYPES = [suffix.lstrip(".") for suffix in SUFFIXES]
SLOW = {"pdf", "image", "zip", "mail"}
"""What may hold scanned pages."""


class Card(TypedDict):
    """What became of one file that was handed in; `refused` is the sentence when nothing of it could be read."""

    name: str
    reports: list[FileReport]
    refused: str | None


def intake(staff: Client, opened: Callable[[str], None]) -> None:
    """The place to hand files in, and the cards of those handed in since the page was opened."""
    cards: list[Card] = st.session_state.setdefault("intake_cards", [])
    with st.container(key="intake"), st.expander(say("staff.upload"), expanded=bool(cards)):
        turn = st.session_state.setdefault("intake_turn", 0)
        files = st.file_uploader(
            say("staff.upload"), type=FILE_TYPES, accept_multiple_files=True, label_visibility="collapsed",
            key=f"intake-files-{turn}",
        )  # fmt: skip
        st.html(f'<p class="quiet-text">{escape(say("staff.upload.hint"))}</p>')
        if files and st.button(say("staff.upload.go"), type="primary"):
            _read(staff, files, cards)
            st.session_state["intake_turn"] = turn + 1  # an empty box: the same files are not handed in twice
            st.rerun()
        for at, card in enumerate(cards):
            _card(card, at, opened)


def forget() -> None:
    """Drop the cards: another visitor at the same screen has no business with them."""
    st.session_state.pop("intake_cards", None)


def _read(staff: Client, files: Sequence[Any], cards: list[Card]) -> None:
    """One file after another, so that each is safe as soon as it is read; the newest cards come first."""
    slot, bar = st.empty(), st.progress(0.0)
    for at, file in enumerate(files):
        slow = SUFFIXES.get(PurePath(file.name).suffix.lower()) in SLOW
        words = say("wait.upload", at=at + 1, count=len(files), name=file.name)
        slot.html(theme.skeleton(f"{words} {say('wait.upload.scan')}" if slow else words))
        try:
            reports, refused = staff.upload(file.name, file.getvalue())["reports"], None
        except RegkbError as error:
            reports, refused = [], str(error)
        cards.insert(at, {"name": file.name, "reports": reports, "refused": refused})
        bar.progress((at + 1) / len(files))


def _card(card: Card, at: int, opened: Callable[[str], None]) -> None:
    with st.container(key=f"intake-card-{at}", gap=None):
        if card["refused"]:
            st.html(refusal(card["name"], card["refused"]))
        for number, report in enumerate(card["reports"]):
            if not report["document_id"] or report["outcome"] == "failed":
                st.html(refusal(report["path"], report["reason"] or say("not_stated"), report["outcome"]))
                continue
            st.button(
                theme.plain(report["title"] or report["path"]), key=f"intake-open-{at}-{number}", type="tertiary",
                on_click=opened, args=(report["document_id"],),
            )  # fmt: skip
            st.html(summary(report))


def refusal(name: str, reason: str, outcome: str = "failed") -> str:
    """A file that did not come in, and why."""
    tone = "help" if outcome == "skipped" else "stop"
    return theme.notice(f"{OUTCOME_LABEL[outcome]}：{name}", reason, tone)


def summary(report: FileReport) -> str:
    """What was made of a file in one line, and what somebody should look at in the next ones."""
    counts = " ".join(f"{rung}{count}" for rung, count in report["counts"].items())
    facts = [
        OUTCOME_LABEL[report["outcome"]], report["kind"], counts,
        say("staff.card.repairs", count=report["repairs"]) if report["repairs"] else None, report["path"],
    ]  # fmt: skip
    doubts = "".join(f"<li>{escape(line)}</li>" for line in report["warnings"])
    return f'<p class="quiet-text">{escape(" · ".join(fact for fact in facts if fact))}</p>' + (
        f'<ul class="list doubts">{doubts}</ul>' if doubts else ""
    )
