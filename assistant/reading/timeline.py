"""The story of an instrument as one list by date: its versions, and the texts that end or change them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from kb.model import Document, Frozen
from kb.registry import Registry
from kb.validity import by_another, chinese_day, chosen, cited, named, places_of, plainly, start

EventKind = Literal["version", "issued", "published", "effective", "amended", "superseded", "repealed", "expires"]
ORDER = ("issued", "published", "version", "effective", "amended", "superseded", "repealed", "expires")


class TimelineEvent(Frozen):
    """One thing that happened. `on` is None where the text does not say; `document_id` is the version it happened to,
    or for `amended`, `superseded` and `repealed` the held text that did it; `evidence` is the words or record it rests
    on; `current` marks what concerns the version that applies on the day asked."""

    on: date | None
    kind: EventKind
    words: str
    document_id: str | None
    title: str | None
    evidence: str | None
    current: bool


def timeline(registry: Registry, document: Document, as_of: date) -> tuple[TimelineEvent, ...]:
    """All published versions of the document's instrument, and the document itself where it is not published; undated
    events come last. A `version` entry stands for the whole bar of a version: it begins on the first day it applies."""
    versions = registry.versions(document.instrument)
    current = chosen(versions, as_of)
    if all(version.id != document.id for version in versions):
        versions = [*versions, document]
    events = [
        event
        for version in versions
        for event in _events(registry, version, current is not None and version.id == current.id)
    ]
    return tuple(sorted(events, key=lambda e: (e.on or date.max, ORDER.index(e.kind), e.document_id or "")))


def _events(registry: Registry, version: Document, current: bool) -> Iterator[TimelineEvent]:
    edition = named(version.id)

    def event(
        kind: EventKind, on: date | None, words: str, evidence: str | None, by: str | None = version.id
    ) -> TimelineEvent:
        held = registry.held().get(by) if by else None
        title = held.document.title if held else version.title if by == version.id else None
        return TimelineEvent(
            on=on, kind=kind, words=words, document_id=by if title else None, title=title,
            evidence=plainly(evidence) if evidence else None, current=current,
        )  # fmt: skip

    begun = start(version)
    since = f"自{chinese_day(begun)}起适用" if begun else "起始日期原文未载明"
    yield event("version", begun, f"{edition}{since}", version.evidence.get("version"))
    stated: tuple[tuple[EventKind, date | None, str, str], ...] = (
        ("issued", version.issued_on, "通过或印发", "issued_on"),
        ("published", version.published_on, "公布", "published_on"),
        ("effective", version.effective_on, "施行", "effective_on"),
    )
    for kind, on, word, field in stated:
        if on:
            yield event(kind, on, f"{edition}{word}", version.evidence.get(field))
    for amendment in version.amendments:
        done = f"被{amendment.by}{'废止' if amendment.ended else '修改'}"
        yield event(
            "amended", amendment.on, f"{edition}的{places_of(amendment)}{done}", amendment.evidence, amendment.source
        )
    if version.amended_on:
        by, words = _by(version.evidence.get("amended_on"))
        yield event("amended", version.amended_on, f"{edition}被修改", words, by)
    if version.superseded_on:
        after = _following(registry, version)
        by_it = f"由 {after.version} 版取代" if after else "由后一版本取代"
        yield event("superseded", version.superseded_on, f"{edition}{by_it}", None, after.id if after else None)
    if version.repealed_on:
        by, words = _by(version.evidence.get("repealed_on"))
        held = registry.held().get(by) if by else None
        yield event(
            "repealed", version.repealed_on, f"{edition}废止" + (f"，见{cited(held.document.title)}" if held else ""),
            words, by,
        )  # fmt: skip
    if version.expires_on:
        yield event("expires", version.expires_on, f"{edition}有效期最后一日", version.evidence.get("expires_on"))


def _by(evidence: str | None) -> tuple[str | None, str | None]:
    """The text that did it, where one did, and its words."""
    found = by_another(evidence)
    return found or (None, evidence)


def _following(registry: Registry, version: Document) -> Document | None:
    others = (v for v in registry.versions(version.instrument) if v.id != version.id)
    return next((v for v in others if start(v) == version.superseded_on), None)
