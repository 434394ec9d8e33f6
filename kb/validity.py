"""Force of a version, or of one place of it, on a date; and the words that this rests on.

The interval of a version is [start, end): it starts when it takes effect (or, where its text does not say, on the
day it was published) and ends when a later version of the same instrument starts, another text repeals it, or it runs
out by its own words. `kb.settlement` works these days out. A partial amendment ends nothing: it makes single places
out of date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from kb.address import COUNTRY
from kb.model import CORRECTED, NOT_STATED, Amendment, Document, Force, Level
from kb.store import OPEN_END

REPEALED_BY = "由他文废止·"
AMENDED_BY = "由他文修改·"
KNOWN_BY = "本库文件目录记载："
PRINTED_IN = "后来的文本所印修改经过："
"""They open the evidence of what was worked out from other records; it is taken back when these no longer say so."""
CONTAINER = re.compile(r"第[^条]+[编章节]$")
BY = "｜"
"""Stands between the id of a text and its words in such evidence."""
PRINTED_BY = re.compile(rf"(?:{REPEALED_BY}|{AMENDED_BY})(?P<id>[^{BY}]+){BY}(?P<words>.*)", re.DOTALL)
YEAR_ONLY = "月日原文未载明，按该年最后一日起算"
"""How the evidence of a first day ends that is only a year: earlier in that year nobody knows whether it applied."""
A_RECORD = re.compile(r"：\d{4}-\d{2}-\d{2}$")
"""How the evidence of a date from a record ends; anything else is words of the text."""


def start(document: Document) -> date | None:
    """The first day a version applies. Reference material (our guides, cases, terms) has no force, hence no day."""
    if document.level is Level.REFERENCE:
        return None
    return document.effective_on or document.valid_from


def force(document: Document, day: date, path: tuple[str, ...] | None = None) -> Force:
    """Force on `day`; UNKNOWN when neither the text nor its record says since when it applies.

    Without a path the whole document is meant, which is AMENDED as soon as any place of it is; with one, that place
    alone: an article that no amendment touches stays in force, and one that was repealed alone is REPEALED.
    """
    if ended(document, day):
        return Force.REPEALED
    begun = start(document)
    if begun is None:
        return Force.UNKNOWN
    if day < begun:
        return Force.UNKNOWN if day >= _earliest(document, begun) else Force.NOT_YET
    if any(end and day >= end for end in (document.superseded_on, document.amended_on)):
        return Force.AMENDED
    touching = amendments(document, day, path)
    if path and any(path[: len(place)] == place for a in touching if a.ended for place in a.places):
        return Force.REPEALED
    return Force.AMENDED if touching else Force.IN_FORCE


def ended(document: Document, day: date) -> bool:
    """Whether the whole document is repealed or has run out on `day`."""
    return any(end and day >= end for end in (document.repealed_on, _day_after(document.expires_on)))


def amendments(document: Document, day: date, path: tuple[str, ...] | None = None) -> list[Amendment]:
    """The partial amendments in effect on `day` that touch `path`: their place is the path, holds it or lies in it."""
    begun = [amendment for amendment in document.amendments if day >= amendment.on]
    return begun if path is None else [a for a in begun if any(_touches(place, path) for place in a.places)]


def places_of(amendment: Amendment, path: tuple[str, ...] | None = None) -> str:
    """The changed places as people print them; with a path only those that touch it."""
    return "、".join("".join(place) for place in amendment.places if path is None or _touches(place, path))


def applies(document: Document, day: date) -> bool:
    """Whether `day` lies in the version's interval: what a search as of that day looks at."""
    valid, ended = interval(document)
    return valid <= day_number(day) < ended


def chosen(versions: Sequence[Document], day: date) -> Document | None:
    """Of the versions of one instrument in their order, the one that applies on `day`; where none does, the last one
    before it, else the first one after it. A version without a day stands back behind one that has it."""
    applying = [v for v in versions if applies(v, day)]
    dated = [v for v in applying if start(v)]
    if applying:
        return (dated or applying)[-1]
    begun = [v for v in versions if force(v, day) is not Force.NOT_YET]
    return begun[-1] if begun else next(iter(versions), None)


def interval(document: Document) -> tuple[int, int]:
    """`(valid, ended)` as integers yyyymmdd; 0 and OPEN_END where nothing is known. What ends a version for search is a
    repeal or a later version that is held, not one that is only known of."""
    begun = start(document)
    expired = _day_after(document.expires_on)
    ends = [day for day in (document.repealed_on, document.superseded_on, expired) if day]
    valid = day_number(_earliest(document, begun)) if begun else 0
    return valid, (day_number(min(ends)) if ends else OPEN_END)


def reason(document: Document, day: date, path: tuple[str, ...] | None = None) -> str:
    """Why the force on `day` is what it is: one sentence with the words it rests on; for 不明, why it is not known."""
    match force(document, day, path):
        case Force.REPEALED if ended(document, day):
            return _why_ended(document, day)
        case Force.UNKNOWN:
            return _why_unknown(document)
        case Force.NOT_YET:
            return f"{_since(document)}，{chinese_day(day)}尚未施行{_words(_ground(document))}。"
        case Force.AMENDED | Force.REPEALED:
            return _why_amended(document, day, path)
        case Force.IN_FORCE:
            return f"{_since(document)}{_words(_ground(document))}。"


def named(document_id: str) -> str:
    """A document id as people cite it: 《药品管理法》（2019-08-26 版）."""
    name, _, version = document_id.partition("@")
    return f"《{name}》" + (f"（{version} 版）" if version[:4].isdigit() else "")


def worked_out(evidence: str | None) -> bool:
    """Whether a field was worked out from another text or the catalogue, not read from the text or set by staff."""
    return (evidence or "").startswith((REPEALED_BY, AMENDED_BY, KNOWN_BY, PRINTED_IN))


def cited(title: str) -> str:
    """A title in 《》 without the country's name, which people leave out."""
    return f"《{title.removeprefix(COUNTRY) if len(title) > len(COUNTRY) + 1 else title}》"


def day_number(day: date) -> int:
    """A day as the integer yyyymmdd by which the index filters."""
    return day.year * 10_000 + day.month * 100 + day.day


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def plainly(evidence: str) -> str:
    """Evidence as people read it: what another text or record says is told with its name, not with our marks."""
    evidence = _ground_alone(evidence)
    if (found := by_another(evidence)) is None:
        return evidence
    by, words = found
    return f"{named(by)}：{words}" if "@" in by else f"{by}记载：{words}"


def by_another(evidence: str | None) -> tuple[str, str] | None:
    """`(id, words)` of the text whose clause ended or changed a version, from the evidence of that; None where it was
    no text that did."""
    return (found["id"], found["words"]) if (found := PRINTED_BY.fullmatch(evidence or "")) else None


def _earliest(document: Document, begun: date) -> date:
    """The first day on which a version may have applied: of one that names only its year, the first of that year, so
    that this year's texts are found."""
    year_only = document.effective_on is None and document.evidence.get("valid_from", "").endswith(YEAR_ONLY)
    return date(begun.year, 1, 1) if year_only else begun


def _touches(place: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether two places share words. What a chapter holds is not written in its path, so any place may lie in it."""
    if not path or CONTAINER.match(path[0]) or CONTAINER.match(place[0] if place else ""):
        return True
    one, other = sorted((place, path), key=len)
    if other[: len(one)] == one:
        return True
    # an item of an article with a single paragraph is written with 第一款 or without it
    short_one, short_other = (tuple(s for s in p if s != "第一款") for p in (one, other))
    skipped = ("第一款" in one) != ("第一款" in other) and all(
        len(p) < 2 or p[1] == "第一款" or p[1].startswith("第（") for p in (one, other)
    )
    return skipped and short_other[: len(short_one)] == short_one


def _why_ended(document: Document, day: date) -> str:
    if not (document.repealed_on and day >= document.repealed_on) and document.expires_on:
        return f"有效期至{chinese_day(document.expires_on)}，已经届满{_words(document.evidence.get('expires_on'))}。"
    on = chinese_day(document.repealed_on) if document.repealed_on else NOT_STATED
    evidence = document.evidence.get("repealed_on")
    if found := by_another(evidence):
        by, words = found
        return f"自{on}起废止，见{named(by)}{_words(words)}。" if "@" in by else f"自{on}起废止，{words}（{by}记载）。"
    return f"自{on}起废止{_words(evidence)}。"


def _why_amended(document: Document, day: date, path: tuple[str, ...] | None) -> str:
    if document.superseded_on and day >= document.superseded_on:
        return f"自{chinese_day(document.superseded_on)}起由本库所存的后一版本取代。"
    if document.amended_on and day >= document.amended_on:
        on, evidence = chinese_day(document.amended_on), document.evidence.get("amended_on")
        if found := by_another(evidence):
            return f"自{on}起被{named(found[0])}修改{_words(found[1])}。"
        return f"自{on}起另有新版本施行{_words(evidence)}。"
    told = [
        f"{places_of(a, path)}自{chinese_day(a.on)}起被{a.by}{'废止' if a.ended else '修改'}{_words(a.evidence)}"
        for a in amendments(document, day, path)
    ]
    return "；".join(told) + "。"


def _why_unknown(document: Document) -> str:
    if document.level is Level.REFERENCE:
        return f"{document.kind}是参考资料，没有效力可言，不能单独作为依据。"
    fields = ("valid_from", "effective_on", "version")
    said = next((words for field in fields if (words := document.evidence.get(field))), None)
    return f"公布、施行的日期{NOT_STATED}，来源记录也没有" + (f"（{said}）" if said else "") + "，因此不能判断效力。"


def _since(document: Document) -> str:
    if document.effective_on:
        return f"自{chinese_day(document.effective_on)}起施行"
    if document.valid_from is None:
        return f"施行日期{NOT_STATED}"
    return f"施行日期{NOT_STATED}，自{chinese_day(document.valid_from)}起算"


def _ground(document: Document) -> str | None:
    """The words that the first day rests on."""
    fields = ("effective_on",) if document.effective_on else ("valid_from", "published_on", "issued_on", "version")
    return next((words for field in fields if (words := document.evidence.get(field))), None)


def _ground_alone(evidence: str) -> str:
    """Without the record that a worked-out day went against, which is a conflict of its own."""
    return evidence.rpartition("；")[0] if worked_out(evidence) and A_RECORD.search(evidence) else evidence


def _words(evidence: str | None) -> str:
    """Words of a text in quotation marks; a record, a bound or the name of another text in brackets."""
    if not evidence:
        return ""
    if found := by_another(evidence):
        return f"（见{named(found[0])}）"
    evidence = " ".join(_ground_alone(evidence).split()).rstrip("。")
    if evidence == CORRECTED or evidence.startswith((KNOWN_BY, PRINTED_IN)) or evidence.endswith(YEAR_ONLY):
        return f"（{evidence}）"
    if A_RECORD.search(evidence):
        ours = evidence.startswith(("来源记录", "本库"))
        return f"（{evidence}）" if ours else f"（数据来源 {evidence}）"
    return f"：“{evidence}”"


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else None
