"""Checks the citations in anybody's text against the stored provisions: exact title, edition, place, force, quotations.

A place that is named is looked up in the index of stored places; the texts themselves are read for quotations only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assistant.answer_model import CitedPlace, CiteReport, ComparedQuote
from assistant.checking import verdicts
from assistant.checking.cited import Cited, Holdings
from assistant.checking.quotations import Owned, Quoted, owned
from kb.address import join, label
from kb.citation_index import Path
from kb.model import Document, Verdict
from kb.references import Reference, references
from kb.registry import Registry

LOOK_BACK = 8
"""Characters before a citation that may say that a former text is meant."""
LOOK_AHEAD = 16
"""Characters behind a citation that may name a part of it in a way that cannot be checked."""
SHOWN = 40
"""Characters of a quotation shown in a sentence about it."""


class Compared(NamedTuple):
    """A quotation that was compared with a citation: it agrees, or `detail` says how it differs from `nearest`."""

    quote: Quoted
    agrees: bool
    nearest: str | None = None
    detail: str = ""


def verify(registry: Registry, text: str, *, as_of: date) -> CiteReport:
    """A verdict with its reason for each place named in `text`, in the order of the text.

    该法 and its like refer to what was named before them; every quotation is compared with the provisions that it
    belongs to in its sentence.
    """
    holdings = Holdings(registry, as_of)
    cited: list[Cited] = []
    for reference in references(text, holdings.known):
        before = text[max(0, reference.start - LOOK_BACK) : reference.start]
        behind = text[reference.end : reference.end + LOOK_AHEAD]
        cited.append(holdings.cited(reference, before, behind, cited[-1] if cited else None))
    compared, verbatim = _compared(holdings, text, cited)
    return CiteReport(
        citations=tuple(
            _judged(holdings, one, compared.get(at))
            for at, one in enumerate(cited)
            if one.document or not _within(one.reference, verbatim)
        )
    )


def _within(reference: Reference, verbatim: Sequence[Quoted]) -> bool:
    """Whether a place stands in a quotation that agrees with what is stored: 本法第五条 there is the law's own word."""
    at = bisect_right(verbatim, reference.start, key=lambda quote: quote.start) - 1
    return at >= 0 and reference.start < verbatim[at].end


def _judged(holdings: Holdings, cited: Cited, compared: Compared | None) -> CitedPlace:
    reference, document = cited.reference, cited.document
    verdict, detail, path, instead = _verdict(holdings, cited, compared)
    quote = compared and ComparedQuote(
        words=compared.quote.words, start=compared.quote.start, end=compared.quote.end, nearest=compared.nearest
    )
    return CitedPlace(
        raw=reference.raw, span=(reference.start, reference.end),
        address=join(document.id, path) if document and path is not None else None,
        label=label(document.title, path) if document and path is not None else None,
        verdict=verdict, detail=detail, force=holdings.force(document, path) if document and path is not None else None,
        replaced_by=instead, quote=quote or None,
    )  # fmt: skip


class _Found(NamedTuple):
    """`path` is the stored place, None where there is none; `instead` the address of what took its place."""

    verdict: Verdict
    detail: str
    path: Path | None = None
    instead: str | None = None


def _verdict(holdings: Holdings, cited: Cited, compared: Compared | None) -> _Found:
    reference, document = cited.reference, cited.document
    if cited.ended:
        detail, by = verdicts.ended(cited.ended)
        return _Found("not_in_force", detail, instead=by)
    if reference.title is None and document is None:
        return _Found("ambiguous", verdicts.nameless(cited)) if not reference.number else _Found(
            "unknown_document", verdicts.nameless(cited)
        )  # fmt: skip
    if document is None:
        return _Found("unknown_document", verdicts.not_held(holdings, str(reference.title), reference.version))
    if cited.disordered:
        return _Found("not_found", verdicts.disordered(cited, document))
    if cited.missing and cited.cut:
        return _Found("unknown_document", verdicts.cut(holdings, document, cited.missing))
    if cited.missing and cited.elsewhere:
        return _Found("not_in_force", verdicts.elsewhere(holdings, document, cited.elsewhere, cited.missing))
    if cited.missing:
        return _Found("not_found", verdicts.missing(holdings, document, cited.missing))
    if cited.unclear:
        return _Found("ambiguous", verdicts.unclear(cited, document))
    if cited.misplaced:
        return _Found("not_found", verdicts.misplaced(cited, document))
    return _on_the_day(holdings, cited, document, compared)


def _on_the_day(holdings: Holdings, cited: Cited, document: Document, compared: Compared | None) -> _Found:
    """The verdict on a place that is there: its force first, then the words quoted from it."""
    reference = cited.reference
    path, other = reference.path and cited.places[-1], verdicts.other_number(holdings, cited, document)
    outdated = next((place for place in cited.places if holdings.outdated(document, place)), None)
    if outdated is not None:
        detail, instead = verdicts.outdated(holdings, document, outdated)
        wrong = compared.detail if compared and not compared.agrees else ""
        return _Found("not_in_force", detail + wrong + other, path, instead)
    if cited.former:
        return _Found("ambiguous", verdicts.former(document), path)
    if cited.other_number:
        return _Found("ambiguous", other, path)
    if cited.unread:
        return _Found("ambiguous", verdicts.unread(cited, document), path)
    if compared and not compared.agrees:
        return _Found("quote_mismatch", compared.detail + other, path)
    there = f"本库所存{label(document.title, ())}{document.version} 版"
    named = "至".join("".join(p) for p in (reference.since, reference.path) if p)
    said = "原文一致，" if compared else f"有{named}，" if named else "已收录，"
    lead = "引文与" if compared else ""
    unread = "" if compared else "未核对引文。"
    return _Found("valid", f"{lead}{there}{said}{verdicts.standing(holdings, document, path)}{unread}{other}", path)


def _compared(holdings: Holdings, text: str, cited: Sequence[Cited]) -> tuple[Mapping[int, Compared], Sequence[Quoted]]:
    """For each citation that has a quotation the one that decides: the first that differs, else the first. And the
    quotations that agree with what they are cited from."""
    decided: dict[int, Compared] = {}
    verbatim: dict[Quoted, None] = {}
    quoted = list(owned(text, [one.reference for one in cited]))
    named = {at for found in quoted for at in (*found.owners, *found.near)}
    holdings.read((cited[at].document, cited[at].places) for at in named)
    for found in quoted:
        for at, compared in _of_one(holdings, found, cited):
            if at not in decided or (decided[at].agrees and not compared.agrees):
                decided[at] = compared
            if compared.agrees:
                verbatim[compared.quote] = None
    return decided, sorted(verbatim, key=lambda quote: quote.start)


def _of_one(holdings: Holdings, found: Owned, cited: Sequence[Cited]) -> Iterator[tuple[int, Compared]]:
    """What one quotation says about each of the citations it belongs to."""
    quote = found.quote
    holding = [at for at in (*found.owners, *found.near) if _holds(holdings, cited[at : at + 1], quote)]
    held = [cited[at] for at in found.owners if cited[at].document and cited[at].places]
    if not holding and len(held) > 1 and _holds(holdings, held, quote):
        holding = list(found.owners)
    if found.each and holding:
        wanting = [at for at in found.owners if at not in holding]
    else:
        wanting = [] if holding else _claimed(found, cited)
    for at in holding:
        yield at, Compared(quote, agrees=True)
    for at in wanting:
        document = cited[at].document
        if document and cited[at].places:
            nearest, detail = _differing(holdings, document, cited[at], quote.words)
            yield at, Compared(quote, False, nearest, detail)


def _holds(holdings: Holdings, cited: Sequence[Cited], quote: Quoted) -> bool:
    """Whether the places, one after the other and all of one document, hold the quoted words."""
    document = cited[0].document
    if document is None or any(one.document != document or one.unclear or not one.places for one in cited):
        return False
    return holdings.words(document, [place for one in cited for place in one.places]).holds(quote.words)


def _claimed(found: Owned, cited: Sequence[Cited]) -> list[int]:
    """The citation that a quotation nobody holds speaks against: it says what the text says, when it is introduced as
    its words or is too long for a mere term."""
    at = found.owners[-1]
    claim = found.quote.introduced or (found.quote.long and not found.named and bool(cited[at].reference.path))
    return [at] if claim else []


def _differing(holdings: Holdings, document: Document, cited: Cited, quote: str) -> tuple[str | None, str]:
    """The stored words that a quotation differs from, and a sentence: where it stands instead, or what differs."""
    named = label(document.title, cited.reference.path)
    shown = quote if len(quote) <= SHOWN else f"{quote[:SHOWN]}…"
    elsewhere = holdings.standing_at(document, quote)
    if elsewhere:
        return None, f"引文“{shown}”不在{named}，而在{label(document.title, elsewhere)}。"
    for version in holdings.versions(document):
        fitting = [p for wanted in cited.places for p in holdings.paths(version).find(wanted)]
        if fitting and holdings.words(version, fitting).holds(quote):
            return None, f"引文“{shown}”与所存{document.version} 版{named}的原文不一致，是{version.version} 版的文字。"
    different = holdings.words(document, cited.places).difference(quote)
    if different is None:
        return None, f"引文“{shown}”不是{named}的原文，所存{document.version} 版中没有相近的文字。"
    return different.stored, (f"引文与{named}的原文不一致：引作“…{different.quoted}…”，原文是“…{different.stored}…”。")
