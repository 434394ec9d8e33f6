"""What a document says of itself: title, kind, number, issuer, dates, region, sectors, relations.

Text beats records and file names. What is not stated is None; `evidence` names the words, or the record, for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ingest import dates
from ingest.describe_kind import find_kind, find_region, find_sectors
from ingest.describe_title import FILE_DATE, find_title, instrument_and_edition
from ingest.document_number import normalise
from ingest.history import Event, history
from ingest.relations import relations
from kb.model import LEVEL_OF, Frozen, Kind, Level, Provision, Relation, Rung, Sector

EFFECTIVE = re.compile(rf"[^。\n]{{0,60}}?自\s*({dates.PATTERN})\s*起(?:施行|实施|执行|生效)")
SUBJECT = re.compile(r"(?:^|[。，、\s])本[^，。；《]{1,14}$")
ON_PUBLICATION = re.compile(r"本[^，。；《]{1,14}自(?:公布|发布|印发|下发|颁布)之日起(?:施行|实施|执行|生效)")
CONGRESS = re.compile(r"第[一二三四五六七八九十]+届(全国)?人民代表大会(常务委员会)?")
ISSUER_IN_TITLE = re.compile(
    r"^((?:最高人民(?:法院|检察院)(?:、最高人民检察院)?|全国人民代表大会(?:常务委员会)?|国务院(?:办公厅)?"
    r"|[\u4e00-\u9fa5]{2,24}?(?:局|委员会|总局|部|院|人民政府|办公厅|厅|中心)))(?=关于|印发|《|办公室)"
)
BODY = re.compile(r"[\u4e00-\u9fa5（）]{4,30}(?:局|委员会|部|院|政府|办公厅|厅|中心)$")
RECORD = "来源记录："


class Description(Frozen):
    """A document's own account of itself; the fields mean what they mean in kb.model.Document."""

    title: str
    instrument: str
    version: str
    kind: Kind
    level: Level
    number: str | None
    issuer: str | None
    region: str | None
    sectors: tuple[Sector, ...]
    topics: tuple[str, ...]
    issued_on: date | None
    published_on: date | None
    effective_on: date | None
    valid_from: date | None
    repealed_on: date | None
    evidence: dict[str, str]
    relations: tuple[Relation, ...]


class _Dates(NamedTuple):
    version: str
    issued_on: date | None
    published_on: date | None
    effective_on: date | None
    valid_from: date | None


def describe(text: str, provisions: Sequence[Provision], *, name: str, given: Mapping[str, object]) -> Description:
    """Read a repaired text. `given` is the source's record (title, kind, number, issuer, dates), for the unstated."""
    evidence: dict[str, str] = {}
    lines = _opening(text, provisions)
    title, evidence["title"], after_title = find_title(lines, name, given)
    instrument, edition = instrument_and_edition(title)
    events = history(lines[after_title:])
    number = _number(title, lines, events, given, evidence)
    signed = _signature(text, lines, provisions, evidence)
    issuer = _issuer(title, events, signed, given, evidence)
    region = find_region(title, issuer)
    kind, evidence["kind"] = find_kind(title, issuer, number, region, given.get("kind"))
    sectors, evidence["sectors"] = find_sectors(title, text)
    when = _dates(text, provisions, events, signed, edition, name, given, evidence)
    return Description(
        title=title, instrument=instrument, kind=kind, level=LEVEL_OF.get(kind, Level.REFERENCE), number=number,
        issuer=issuer, region=region, sectors=sectors, topics=(), repealed_on=None, **when._asdict(),
        evidence={field: words[:300] for field, words in evidence.items() if words},
        relations=relations(title, text, provisions),
    )  # fmt: skip


def _opening(text: str, provisions: Sequence[Provision]) -> list[str]:
    """The lines above the first article or heading."""
    end = next((p.start for p in provisions if p.rung not in (Rung.TEXT, Rung.PARAGRAPH)), len(text))
    return [line for line in text[: max(end, 1)].split("\n")[:40] if line.strip()] or text.split("\n")[:1]


def _number(
    title: str, lines: Sequence[str], events: Sequence[Event], given: Mapping[str, object], evidence: dict[str, str]
) -> str | None:
    """Of the latest promulgation of the whole text; an order that only amended it does not count before that."""
    numbered = [event for event in events if event.number]
    whole = [event for event in numbered if not event.amends] or numbered
    if whole:
        evidence["number"] = whole[-1].words
        return whole[-1].number
    for line in (title, *lines[:8]):
        alone = len(line) <= 40 and "《" not in line and "（" not in line[:1]
        if (line is title or alone) and (number := normalise(line)):
            evidence["number"] = line
            return number
    if isinstance(stated := given.get("number"), str) and stated:
        evidence["number"] = RECORD + stated
        return normalise(stated) or stated
    return None


class _Signed(NamedTuple):
    by: str | None
    on: date | None


def _signature(text: str, lines: Sequence[str], provisions: Sequence[Provision], evidence: dict[str, str]) -> _Signed:
    """Issuer and date where they stand alone on lines: under a notice, or at the end of the document."""
    closing = [text[p.body : p.end].split("\n") for p in provisions if p.path == ("落款",)]
    for block in (*closing, lines):
        for position, line in enumerate(block):
            if not re.fullmatch(dates.PATTERN, line.strip()) or (on := dates.parse(line)) is None:
                continue
            above = block[position - 1].strip() if position else ""
            by = re.sub(r"\s", "", above) if BODY.fullmatch(re.sub(r"\s", "", above)) else None
            evidence["issued_on"] = line.strip()
            if by:
                evidence["issuer"] = above
            return _Signed(by, on)
    return _Signed(None, None)


def _issuer(
    title: str, events: Sequence[Event], signed: _Signed, given: Mapping[str, object], evidence: dict[str, str]
) -> str | None:
    if match := ISSUER_IN_TITLE.match(title):
        evidence["issuer"] = title
        return match[1]
    if signed.by:
        return signed.by
    for event in reversed([event for event in events if not event.amends] or list(events)):
        if event.number and "令第" in event.number:
            evidence["issuer"] = event.words
            return event.number.partition("令第")[0].replace("主席", "") or None
        if match := CONGRESS.search(event.words):
            evidence["issuer"] = event.words
            place = re.sub(r"^.*日", "", event.words[: match.start()]).strip(" \u3000")
            return f"{'全国' if match[1] else place}人民代表大会{match[2] or ''}"
        if re.search(r"日\s*(?:中华人民共和国)?国务院", event.words):
            evidence["issuer"] = event.words
            return "国务院"
    if isinstance(stated := given.get("issuer"), str) and stated:
        evidence["issuer"] = RECORD + stated
        return stated
    return None


def _dates(
    text: str, provisions: Sequence[Provision], events: Sequence[Event], signed: _Signed, edition: str | None,
    name: str, given: Mapping[str, object], evidence: dict[str, str],
) -> _Dates:  # fmt: skip
    """Version and dates. A clause 自…起施行 older than the version is the first version's, not this one's."""
    latest = max((event.on for event in events), default=None)
    published = _record(given, "published_on", evidence)
    if latest:
        newest = max(events, key=lambda event: event.on)
        evidence["version"] = evidence["issued_on"] = newest.words
        if published is None and re.search(r"公布|发布|颁布", newest.words):
            published, evidence["published_on"] = latest, newest.words
    issued = latest or signed.on
    named = dates.parse(match[0]) if (match := FILE_DATE.search(name)) else None
    recorded_version = _record(given, "version", evidence) if latest is None else None
    anchor = latest or recorded_version or named or signed.on
    amended = any(event.amends for event in events)
    # a version date known only from a record or file name may be an amendment's: then an older clause proves nothing
    first = not amended and (latest is not None or (recorded_version is None and named is None))
    effective = _effective(text, provisions, anchor, published or issued, first, evidence)
    recorded = _record(given, "effective_on", evidence) if effective is None else None
    if recorded and (anchor is None or recorded >= anchor):
        effective = recorded
    elif recorded:
        evidence.pop("effective_on")
    if effective is None and amended and "effective_on" not in evidence:
        evidence["effective_on"] = "原文只载明最初版本的施行日期，修正后的施行日期未载明"
    version = anchor or effective
    if version is None and edition is None:
        evidence["version"] = "原文未载明日期"
    return _Dates(
        version.isoformat() if version else edition or "undated",
        issued or (published if published and anchor == published else None),
        published,
        effective,
        effective or anchor or issued or published,
    )


def _effective(
    text: str, provisions: Sequence[Provision], anchor: date | None, published: date | None, first: bool,
    evidence: dict[str, str],
) -> date | None:  # fmt: skip
    """The date this version takes effect by its own words, or None."""
    stated = [match for match in EFFECTIVE.finditer(text) if SUBJECT.search(match[0].partition("自")[0])]
    opening = text[: next((p.start for p in provisions if p.rung is Rung.ARTICLE), 300)]
    for match in (*reversed(stated), *EFFECTIVE.finditer(opening)):
        on = dates.parse(match[1])
        if on and (anchor is None or on >= anchor or first):
            evidence["effective_on"] = match[0].strip()
            return on
    at_once = ON_PUBLICATION.search(text) or re.search(r"自(?:公布|发布)之日起(?:施行|实施)", opening)
    if at_once and published and first and not stated:
        evidence["effective_on"] = at_once[0]
        return published
    return None


def _record(given: Mapping[str, object], field: str, evidence: dict[str, str]) -> date | None:
    """A date of the source's record; the evidence names the record."""
    value = given.get(field)
    on = value if isinstance(value, date) else dates.parse(value) if isinstance(value, str) else None
    if on:
        evidence[field] = str(given.get("record", RECORD.rstrip("："))) + f"：{on.isoformat()}"
    return on
