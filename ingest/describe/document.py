"""What a document says of itself: title, kind, number, issuer, dates, region, sectors, topics, stages, relations.

Text beats records and file names. What is not stated is None; `evidence` names the words, or the record, for the rest.
`evidence["issuer_now"]` is the present name of an issuer that has been succeeded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from ingest.describe.conflicts import record_conflicts, recorded_force
from ingest.describe.cut_history import printed_days
from ingest.describe.dates import Evidence, Signed, find_dates, find_signature
from ingest.describe.kind import find_kind, find_region, find_sectors
from ingest.describe.labels import split_labels
from ingest.describe.title import (
    PROMULGATED,
    find_title,
    instrument_and_edition,
    letterhead,
    tidy_title,
    without_banner,
)
from ingest.describe.topics import find_stages, find_topics
from ingest.document_number import is_number, normalise, standard
from ingest.history import Event, history
from ingest.issuers import joined, present_name
from ingest.relations import relations
from kb.model import LEVEL_OF, Conflict, Frozen, Kind, Level, Provision, Relation, Rung, Sector, Stage

CONGRESS = re.compile(r"第[一二三四五六七八九十]+届(全国)?人民代表大会(常务委员会)?")
BODY_ENDINGS = "局|委员会|管委会|总局|部|院|人民政府|办公厅|办公室|厅|中心|委|总署"
ISSUER_IN_TITLE = re.compile(
    r"^((?:最高人民(?:法院|检察院)(?:、最高人民检察院)?|全国人民代表大会(?:常务委员会)?|国务院(?:办公厅)?"
    rf"|[\u4e00-\u9fa5、]{{2,40}}?(?:{BODY_ENDINGS})(?:综合司|办公室)?))(?=关于|印发|《)"
)
BODY = rf"[\u4e00-\u9fa5]{{2,30}}(?:{BODY_ENDINGS})"
SIDE_BY_SIDE = re.compile(rf"^((?:{BODY}[ \u3000\xa0]+)+{BODY})(?=关于|印发|《)")
"""Several bodies with blanks between them, as printed before 关于."""
BEFORE_NUMBER = re.compile(rf"({BODY})[ \u3000\xa0]{{0,4}}(?:公告|通告)?[ \u3000\xa0]{{0,4}}[（(]?\d{{4}}年第")
RECORD = "来源记录："
SERIAL = re.compile(r"第?\s?[\d〇零一二三四五六七八九十]{1,4}\s?号")
WORKBOOK = (".xlsx", ".xlsm", ".xls", ".et", ".ods")
HEAD = 12  # lines under a title in which its number may stand
LONGEST_NUMBER_LINE = 40


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
    stages: tuple[Stage, ...]
    issued_on: date | None
    published_on: date | None
    effective_on: date | None
    valid_from: date | None
    expires_on: date | None
    repealed_on: date | None
    evidence: dict[str, str]
    conflicts: tuple[Conflict, ...]
    relations: tuple[Relation, ...]


def describe(text: str, provisions: Sequence[Provision], *, name: str, given: Mapping[str, object]) -> Description:
    """Read a repaired text. `given` is the source's record (title, kind, number, issuer, dates), for the unstated."""
    evidence: Evidence = {}
    lines, labelled = split_labels(without_banner(_opening(text, provisions, name)))
    given = {**given, **{field: value for field, (value, _) in labelled.items()}}
    title, evidence["title"], after_title = find_title(lines, name, given)
    instrument, edition = instrument_and_edition(title)
    events = history(lines[after_title:])
    number = _number(title, lines, events, given, evidence)
    signed = find_signature(text, lines, provisions, evidence)
    issuer = _issuer(title, lines, events, number, signed, given, evidence)
    region = find_region(title, issuer)
    kind, evidence["kind"] = find_kind(title, issuer, number, region, given.get("kind"))
    sectors, evidence["sectors"] = find_sectors(title, text)
    topics, evidence["topics"] = find_topics(title, provisions)
    stages, evidence["stages"] = find_stages(title, provisions, sectors)
    when = find_dates(text, lines, provisions, events, signed, edition, number, name, kind, given, evidence)
    evidence["history"] = printed_days(events)
    recorded = (RECORD[:-1], str(given.get("record", RECORD)))
    evidence |= {field: words for field, (_, words) in labelled.items() if evidence.get(field, "").startswith(recorded)}
    if status := recorded_force(given):
        evidence["force"] = status
    conflicts = record_conflicts({"number": number, **when._asdict()}, given, evidence, labelled, events)
    return Description(
        title=title, instrument=instrument, kind=kind, level=LEVEL_OF.get(kind, Level.REFERENCE), number=number,
        issuer=issuer, region=region, sectors=sectors, topics=topics, stages=stages, repealed_on=None,
        evidence={field: words[:300] for field, words in evidence.items() if words},
        conflicts=conflicts, relations=relations(title, text, provisions), **when._asdict(),
    )  # fmt: skip


def _opening(text: str, provisions: Sequence[Provision], name: str) -> list[str]:
    """The lines above the first article or heading. The title of a first table may be the title of the document."""
    sheets = sum(p.rung is Rung.TABLE and len(p.path) == 1 and p.heading is not None for p in provisions)
    if sheets > 1 and provisions[0].rung is Rung.TABLE and name.lower().endswith(WORKBOOK):
        return [""]  # the name of the first of several sheets is not the title of the workbook
    first = next((p for p in provisions if p.rung not in (Rung.TEXT, Rung.PARAGRAPH)), None)
    end = len(text) if first is None else first.start
    if first is not None and first.rung is Rung.TABLE and first.heading:
        end = first.body + len(first.heading)
    lines = [line for line in text[:end].split("\n")[:40] if line.strip()]
    return lines or text.lstrip().split("\n")[:1]


def _number(
    title: str, lines: Sequence[str], events: Sequence[Event], given: Mapping[str, object], evidence: Evidence
) -> str | None:
    """Of the latest promulgation of the whole text; an order that only amended it does not count before that.

    The order a text is printed with is the latest of all: its history may name only the first.
    """
    promulgated = next((at for at, line in enumerate(lines[:HEAD]) if PROMULGATED.match(line)), 0)
    for at in range(promulgated):
        for words in (lines[at], "".join(lines[at : at + 2])):
            if is_number(words) and (number := normalise(words)) and "第" in number:
                evidence["number"] = words
                return number
    numbered = [event for event in events if event.number]
    whole = [event for event in numbered if not event.amends] or numbered
    if whole:
        evidence["number"] = whole[-1].words
        return whole[-1].number
    above = evidence["title"]
    for line in (title, *lines[:HEAD]):
        alone = (
            len(line) <= LONGEST_NUMBER_LINE
            and "《" not in line
            and (not line.startswith(("（", "(")) or is_number(line))
        )
        if not (line is title or alone):
            above = line
            continue
        # 国家药品监督管理局令 and 第31号 may stand on two lines
        two = above + line if SERIAL.fullmatch(line.strip()) else line
        if number := normalise(line) or normalise(two) or standard(line):
            evidence["number"] = line if normalise(line) else two
            return _with_form(number, above)
        above = line
    if isinstance(stated := given.get("number"), str) and stated:
        evidence["number"] = RECORD + stated
        return normalise(stated) or stated
    return None


def _with_form(number: str, above: str) -> str:
    """2021年第8号 under a line …公告 is 公告2021年第8号."""
    form = re.search(r"(公\s*告|通\s*告)$", above.strip())
    return re.sub(r"\s", "", form[1]) + number if form and number[0].isdigit() else number


def _issuer(
    title: str, lines: Sequence[str], events: Sequence[Event], number: str | None, signed: Signed,
    given: Mapping[str, object], evidence: Evidence,
) -> str | None:  # fmt: skip
    issuer = _stated_issuer(title, events, signed, evidence)
    if issuer is None and number and "令第" in number and not evidence["number"].startswith(RECORD):
        evidence["issuer"] = evidence["number"]
        issuer = number.partition("令第")[0].replace("主席", "") or None
    if issuer is None and (body := BEFORE_NUMBER.match(evidence.get("number", ""))):
        evidence["issuer"] = evidence["number"]
        issuer = joined(body[1])
    if issuer is None and (head := letterhead(lines)):
        evidence["issuer"] = lines[0]
        issuer = joined(head)
    if issuer is None and isinstance(stated := given.get("issuer"), str) and stated:
        evidence["issuer"] = RECORD + stated
        issuer = stated
    if issuer and (now := present_name(issuer)):
        evidence["issuer_now"] = now
    return issuer


def _stated_issuer(title: str, events: Sequence[Event], signed: Signed, evidence: Evidence) -> str | None:
    if match := SIDE_BY_SIDE.match(evidence["title"]):
        evidence["issuer"] = match[1]
        return "、".join(match[1].split())
    for words in (title, tidy_title(evidence["title"])):  # the notice that issues a text names who issues it
        if match := ISSUER_IN_TITLE.match(words):
            alike = signed.by is not None and signed.by.replace("、", "") == match[1]
            evidence["issuer"] = words
            return signed.by if alike else joined(match[1])
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
    return None
