"""The dates of a text, each with the words it rests on: issued, published, effective, expiring; and its version.

A clause 自…起施行 that is older than the version is the first version's, not this one's. A term of years runs from the
day of effect; the term of a certificate that the text regulates is never the term of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ingest.describe.cut_history import cut_short
from ingest.describe.title import FILE_DATE
from ingest.describe.year_bounds import latest_issue
from ingest.history import Event
from ingest.issuers import joined
from kb import dates
from kb.address import to_number
from kb.model import Kind, Provision, Rung

Evidence = dict[str, str]
RECORD = "来源记录"
EFFECTIVE = re.compile(rf"[自从于]\s{{0,2}}({dates.PATTERN})\s{{0,2}}起?\s{{0,2}}(?:正式)?(?:施行|实施|执行|生效|试行)")
TERM = re.compile(rf"有效期(?:限)?(?:为|自|从|：|:)?\s?({dates.PATTERN})\s?起?\s?至\s?({dates.PATTERN})")
BEFORE = 60
"""Characters before a date in which the subject of its clause stands."""
ON_PUBLICATION = re.compile(
    r"本[^，。；《\n]{1,14}自(?:公布|发布|印发|下发|颁布)之日起(?:满?(?P<days>\d{1,3})\s?日后?)?(?:施行|实施|执行|生效|试行)"
)
AT_ONCE = re.compile(r"自(?:公布|发布)之日起(?P<days>(?!))?(?:施行|实施)")
UNDER_TITLE = re.compile(rf"(?:^[（(]?|发布\s{{1,8}})({dates.ANY})\s?起?(?:施行|实施)[）)]?$", re.M)
ISSUED_UNDER_TITLE = re.compile(rf"^({dates.ANY})\s?发布(?=\s|$)", re.M)
ORDERED = re.compile(r"公布|发布|通过|批准|修[订正]")
"""Words of an order that sets the day of what it puts out; without them a date near the top is another text's."""
NOW_PUBLISHED = re.compile(r"(?:现予|予以|现)(?:公布|发布)")
HEAD = 1500  # characters in which an order says that it publishes a text
PUBLISHING = re.compile(r"公布|发布|颁布")
KINDS = (
    "办法|规定|细则|措施|通知|公告|通告|意见|方案|条例|规则|规范|程序|指南|指引|目录|标准|要点|要求|政策|决定|制度|规程|"
    "计划|规划|文件|若干措施|政策措施|协议书?|合同|章程|附录"
)
SUBJECT = re.compile(
    rf"(?:^第[^\s，。；：条]{{1,9}}条\s{{0,4}}|(?:^|[。；，、：\s）)]|条)本[^，。；：《]{{1,14}}|本(?:{KINDS})(?:有效期|试行)[^，。；《]{{0,12}}，)$"
)
OWN_TERM = re.compile(
    rf"本(?:实施|暂行|管理|试行)?(?:{KINDS})(?P<between>[^。；\n证件许册品照格]{{0,60}}?)(?:有效期|试行期|试行|施行期|执行期|实施期)(?:限)?"
    rf"\s?(?:为|至|到|暂定为?|：|:)?\s?(?:(?P<until>{dates.PATTERN})|(?P<years>[一二两三四五六七八九十\d]{{1,2}})\s?年)"
)
OWN_TERM_BETWEEN = re.compile(rf"本(?:{KINDS})[^。；\n证件许册品照格]{{0,30}}?{TERM.pattern}")
NEAR = 4
STARTING = re.compile(r"之?日起")
BODY = re.compile(r"[\u4e00-\u9fa5（）]{2,60}(?:局|委员会|管委会|部|院|政府|办公厅|办公室|厅|中心|委|总署|综合司)$")
UNIT = re.compile(r"(?!国家|中国|全国|中共)[^省市区县]{2,20}(?:中心|司|处|办公室)")
MONTH_LINE = re.compile(r"[〇○零一二三四五六七八九\d]{4}\s?年\s?[〇○零一二三四五六七八九十\d]{1,3}\s?月")
SIGNED_LINE = re.compile(rf"(?:(?P<by>[\u4e00-\u9fa5]{{2,30}}(?:[局委部院厅会]|政府|中心|办公室))\s+)?{dates.PATTERN}")


DATE_LINE = re.compile(rf"^[ \t\u3000]{{0,40}}{dates.PATTERN}[ \t\u3000]{{0,40}}$", re.M)
HEAD_LINES = 8  # lines that name who issues a text
SIGNERS = 200  # characters that the bodies above a date may take up


class Signed(NamedTuple):
    """Who signed and when, where that stands on lines of its own."""

    by: str | None
    on: date | None
    words: str = ""


class Dates(NamedTuple):
    version: str
    issued_on: date | None
    published_on: date | None
    effective_on: date | None
    valid_from: date | None
    expires_on: date | None


def find_signature(text: str, lines: Sequence[str], provisions: Sequence[Provision], evidence: Evidence) -> Signed:
    """Issuer and date where they stand alone on lines: under a notice, or at the end of the document."""
    closing = [text[p.body : p.end].split("\n") for p in provisions if p.path == ("落款",)]
    for block in (*closing, lines):
        for position, line in enumerate(block):
            match = SIGNED_LINE.fullmatch(line.strip())
            if match is None or (on := dates.parse(line)) is None:
                continue
            evidence["issued_on"] = line.strip()
            signers = [joined(match["by"])] if match["by"] else list(_signers(block, position))
            if signers:
                evidence["issuer"] = "、".join(signers)
            return Signed("、".join(signers) or None, on, line.strip())
    return _signed_inside(text, lines, evidence)


def _signed_inside(text: str, lines: Sequence[str], evidence: Evidence) -> Signed:
    """A date alone on a line under bodies that the head of the document names: words may follow the signature."""
    head = re.sub(r"\s", "", "".join(lines[:HEAD_LINES]))[:HEAD]
    for match in DATE_LINE.finditer(text):
        above = text[max(0, match.start() - SIGNERS) : match.start()].rstrip("\n").split("\n")
        signers = list(_signers(above, len(above)))
        on = dates.parse(match[0])
        if on and signers and all(signer.replace("、", "") in head for signer in signers):
            evidence["issued_on"] = match[0].strip()
            evidence["issuer"] = "、".join(signers)
            return Signed(evidence["issuer"], on, match[0].strip())
    for position, line in enumerate(lines):  # a cover gives the month alone
        if MONTH_LINE.fullmatch(line.strip()) and (signers := list(_signers(lines, position))):
            evidence["issuer"] = "、".join(signers)
            return Signed(evidence["issuer"], None)
    return Signed(None, None)


def _signers(block: Sequence[str], position: int) -> Iterator[str]:
    """The bodies on the lines directly above a date, in the order printed."""
    first = position
    while first and BODY.fullmatch(re.sub(r"\s", "", block[first - 1])):
        first -= 1
    bodies: list[str] = []
    for line in block[first:position]:
        body = re.sub(r"\s", "", line)
        if bodies and UNIT.fullmatch(body) and bodies[-1].endswith(("局", "委员会", "委", "部", "厅", "政府")):
            bodies[-1] += body  # 国家药品监督管理局 / 医疗器械技术审评中心: one body on two lines
        else:
            bodies.append(body)
    yield from map(joined, bodies)


def find_dates(
    text: str, lines: Sequence[str], provisions: Sequence[Provision], events: Sequence[Event], signed: Signed,
    edition: str | None, number: str | None, name: str, kind: Kind, given: Mapping[str, object], evidence: Evidence,
) -> Dates:  # fmt: skip
    """Version and dates of the text as printed; `edition` and `number` are those of its title. Where its history is
    cut short the record dates the version, and what the history says is the first version's."""
    cut = cut_short(events, _date(given.get("version")), kind)
    amended = cut or any(event.amends for event in events)
    events = () if cut else events
    latest = max((event.on for event in events), default=None)
    published = None
    if latest:
        newest = max(events, key=lambda event: event.on)
        evidence["version"] = evidence["issued_on"] = newest.words
        if PUBLISHING.search(newest.words):
            published, evidence["published_on"] = latest, newest.words
    opening = "\n".join(lines)
    if published is None and signed.on and (latest is None or signed.on >= latest):
        if promulgated := NOW_PUBLISHED.search(text[:HEAD]):
            published, evidence["published_on"] = signed.on, f"{promulgated[0]}（{signed.words}）"
    elif published is None and (printed := ISSUED_UNDER_TITLE.search(opening)):
        published, evidence["published_on"] = dates.parse(printed[1]), printed[0]
    published = published or _record(given, "published_on", evidence)
    issued = latest or signed.on or _record(given, "issued_on", evidence)
    named = dates.parse(match[0]) if (match := FILE_DATE.search(name)) else None
    recorded_version = _record(given, "version", evidence) if latest is None else None
    anchor = latest or recorded_version or named or signed.on
    # a version date known only from a record or file name may be an amendment's: then an older clause proves nothing
    first = not amended and (latest is not None or (recorded_version is None and named is None))
    own = text[: _own_end(provisions, len(text))]
    effective = _effective(own, provisions, anchor, published or issued, first, evidence)
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
    begun = effective or anchor or issued or published or latest_issue(text, edition, number, evidence)
    return Dates(
        version.isoformat() if version else edition or "undated",
        issued or (published if published and anchor == published else None),
        published,
        effective,
        begun,
        _expires(own, effective, evidence),
    )


def _own_end(provisions: Sequence[Provision], end: int) -> int:
    """Where the articles of a text give way to its annexes, which say of themselves since when they apply."""
    articles = [p.start for p in provisions if p.rung is Rung.ARTICLE and len(p.path) == 1]
    return min(
        (p.start for p in provisions if p.rung is Rung.ATTACHMENT and articles and p.start > articles[0]), default=end
    )


def _effective(
    text: str, provisions: Sequence[Provision], anchor: date | None, published: date | None, first: bool,
    evidence: Evidence,
) -> date | None:  # fmt: skip
    """The date this version takes effect by its own words, or None."""
    found = [(match, _clause(text, match)) for match in EFFECTIVE.finditer(text)]
    stated = [match for match, clause in found if SUBJECT.search(clause)]
    opening = text[: next((p.start for p in provisions if p.rung is Rung.ARTICLE), 300)]
    ordered = [match for match in EFFECTIVE.finditer(opening) if ORDERED.search(_clause(text, match))]
    heading = [*ordered, *UNDER_TITLE.finditer(opening)]
    for match in (*reversed(stated), *OWN_TERM_BETWEEN.finditer(text), *heading):
        on = dates.parse(match[1])
        if on and (anchor is None or on >= anchor or first):
            evidence["effective_on"] = (_clause(text, match) + match[0]).strip()
            return on
    at_once = ON_PUBLICATION.search(text) or AT_ONCE.search(opening)
    if at_once and published and first and not stated:
        evidence["effective_on"] = at_once[0]
        return _later(published, days=int(at_once["days"] or 0))
    if at_once and first and not stated:
        evidence["effective_on"] = f"{at_once[0]}（公布日期原文未载明）"
    return None


def _clause(text: str, match: re.Match[str]) -> str:
    """The words of the sentence before a date."""
    before = text[max(0, match.start() - BEFORE) : match.start()]
    return re.split(r"[。\n]", before)[-1]


def _expires(text: str, effective: date | None, evidence: Evidence) -> date | None:
    """The last day the text gives itself, or None. A term of years without a day to count from stays unknown."""
    if match := OWN_TERM_BETWEEN.search(text):
        evidence["expires_on"] = match[0]
        return dates.parse(match[2])
    for match in OWN_TERM.finditer(text):
        if len(match["between"]) > NEAR and not STARTING.search(match["between"]):
            continue  # 本办法施行前…有效期五年 is the term of something else
        if match["until"]:
            evidence["expires_on"] = match[0]
            return dates.parse(match["until"])
        if (years := to_number(match["years"])) == 0:
            continue
        if effective is None:
            evidence["expires_on"] = f"{match[0]}（起算日原文未载明）"
            return None
        evidence["expires_on"] = match[0]
        return _later(effective, years=years, days=-1)
    return None


def _later(day: date, *, years: int = 0, days: int = 0) -> date | None:
    """A day so many years and days on; 29 February counts as 1 March. None after the year 9999."""
    try:
        leaps = (day.month, day.day) == (2, 29) and years > 0
        start = date(day.year + years, 3, 1) if leaps else day.replace(year=day.year + years)
        return start + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


def _record(given: Mapping[str, object], field: str, evidence: Evidence) -> date | None:
    """A date of the source's record; the evidence names the record."""
    if on := _date(given.get(field)):
        evidence[field] = f"{given.get(f'{field}_record', given.get('record', RECORD))}：{on.isoformat()}"
    return on


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else dates.parse(value) if isinstance(value, str) else None
