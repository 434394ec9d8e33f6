"""A checked text as HTML: every citation marked with its verdict, in colour and in words, and the reasons beside it.

Like the builders of `ui.theme`, these escape all the text they are given. Not a word of the text is changed: taking the
numbered labels out again gives what was pasted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from html import escape

from assistant.checking.marked import VERDICT_LABEL
from ui import theme
from ui.contract import CitedPlace, ComparedQuote

VERDICTS = ("not_found", "quote_mismatch", "not_in_force", "unknown_document", "ambiguous", "valid")
"""All verdicts, what is surely wrong first."""
TONE = {
    "valid": "now",
    "not_found": "gone",
    "quote_mismatch": "gone",
    "not_in_force": "later",
    "unknown_document": "unknown",
    "ambiguous": "unknown",
}


def counts(places: Sequence[CitedPlace]) -> dict[str, int]:
    """How many citations have each verdict, only those that occur, in the order of `VERDICTS`."""
    found = Counter(place["verdict"] for place in places)
    return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}


def worst_first(places: Sequence[CitedPlace], verdict: str | None) -> list[int]:
    """Places in `places` of the citations to list, all or those of one verdict: what is wrong before what is right,
    each in the order of the text."""
    wanted = [at for at, place in enumerate(places) if verdict in (None, place["verdict"])]
    return sorted(wanted, key=lambda at: places[at]["verdict"] == "valid")


def marked(text: str, places: Sequence[CitedPlace], opens: Container[int]) -> str:
    """The text with each citation marked and numbered. Those in `opens` have a row, which their number opens; quoted
    words that differ from the provision are underlined. A span that overlaps an earlier one is left unmarked."""
    pieces = [(place["span"][0], place["span"][1], at) for at, place in enumerate(places)]
    quotes = [(quote["start"], quote["end"], None) for place in places if (quote := _wrong_quote(place))]
    out: list[str] = []
    done = 0
    for start, end, at in sorted([*pieces, *quotes], key=lambda piece: piece[:2]):
        if not done <= start < end <= len(text):
            continue
        out.append(escape(text[done:start]))
        words = escape(text[start:end])
        if at is None:
            out.append(f'<span class="misquoted">{words}</span>')
        else:
            tone = _tone(places[at])
            out.append(f'<mark class="placed placed-{tone}">{words}</mark>{_label(places[at], at, at in opens)}')
        done = end
    out.append(escape(text[done:]))
    return f'<div class="checked-text">{"".join(out)}</div>'


def reason(place: CitedPlace, at: int) -> str:
    """One citation with its verdict, the force of what it cites, and what to do about it."""
    words = escape(f"{at + 1} {verdict_words(place['verdict'])}")
    force = place.get("force")
    return (
        f'<div class="cited"><p><span class="force force-{_tone(place)}">{words}</span> <b>{escape(place["raw"])}</b>'
        f"{f' {theme.chip(force)}' if force else ''}</p><p>{escape(place['detail'])}</p></div>"
    )


def as_text(places: Sequence[CitedPlace]) -> str:
    """The verdicts as lines to take along."""
    return "\n".join(
        f"{at + 1}. {place['raw']}：{verdict_words(place['verdict'])}。{place['detail']}"
        for at, place in enumerate(places)
    )


def verdict_words(verdict: str) -> str:
    """A verdict as a reader says it."""
    return VERDICT_LABEL[verdict]


def _label(place: CitedPlace, at: int, opens: bool) -> str:
    words = escape(f"{at + 1} {verdict_words(place['verdict'])}")
    shown = f'class="placed-label force-{_tone(place)}" title="{escape(place["detail"])}"'
    if opens:
        return f'<button type="button" {shown} data-open="place-{at}">{words}</button>'
    return f"<span {shown}>{words}</span>"


def _tone(place: CitedPlace) -> str:
    return TONE.get(place["verdict"], "unknown")


def _wrong_quote(place: CitedPlace) -> ComparedQuote | None:
    return place.get("quote") if place["verdict"] == "quote_mismatch" else None
