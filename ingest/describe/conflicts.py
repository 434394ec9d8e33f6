"""Where the record of a source says another thing than the text itself: the text stands, and both are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ingest.document_number import normalise
from ingest.history import Event
from kb import dates
from kb.model import NOT_STATED, Conflict, Force
from kb.settlement import same_number

RECORD = "来源记录"
FIELDS = ("issued_on", "published_on", "effective_on")
SAID = {
    "现行有效": Force.IN_FORCE, "有效": Force.IN_FORCE, "尚未施行": Force.NOT_YET, "尚未生效": Force.NOT_YET,
    "已被修改": Force.AMENDED, "已修改": Force.AMENDED, "已废止": Force.REPEALED, "废止": Force.REPEALED,
    "失效": Force.REPEALED, "repealed": Force.REPEALED, "superseded": Force.AMENDED, "outdated": Force.AMENDED,
}  # fmt: skip
"""The words by which collections say the force of a text; more may follow in English (repealed by …)."""
FIRST_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")


def record_conflicts(
    stated: Mapping[str, date | str | None], given: Mapping[str, object], evidence: Mapping[str, str],
    labelled: Mapping[str, tuple[str, str]], events: Sequence[Event],
) -> tuple[Conflict, ...]:  # fmt: skip
    """`stated` maps the dates, `number` and `version` to what the description took; `labelled` are labelled lines of
    the document, whose words are named in place of the record's; `events` is the history under the title."""
    found = [
        *_of_dates(stated, given, evidence, labelled),
        *_of_history(stated, evidence, events),
        *_of_number(stated, given, evidence, labelled),
    ]
    return tuple(found)


def recorded_force(given: Mapping[str, object]) -> str | None:
    """What the record says of the force (来源记录：现行有效), None where it says nothing that is a force. It decides
    nothing; it is set beside the force that the text has on the day asked."""
    said = FIRST_WORD.match(str(given.get("status") or "").strip().lower())
    known = SAID.get(said[0]) if said else None
    return f"{given.get('record', RECORD)}：{known}" if known else None


def _of_dates(
    stated: Mapping[str, date | str | None], given: Mapping[str, object], evidence: Mapping[str, str],
    labelled: Mapping[str, tuple[str, str]],
) -> Iterator[Conflict]:  # fmt: skip
    for field in FIELDS:
        kept, other = stated.get(field), _day(given.get(field))
        if other is None or kept == other:
            continue
        if kept is None and field != "effective_on":
            continue
        words = evidence.get(field) or f"版本日期为{stated.get('version')}"
        yield Conflict(
            field=field, kept=str(kept) if kept else NOT_STATED, kept_from=words, other=other.isoformat(),
            other_from=_named(field, other.isoformat(), given, labelled),
        )  # fmt: skip
    made, other = _day(stated.get("version")), _day(given.get("version"))
    effective = stated.get("effective_on")
    # the day of adoption in the text and the day of publication in the record are both right
    published = made and other and isinstance(effective, date) and made < other <= effective
    told = stated.get("published_on") not in (None, other) and other == _day(given.get("published_on"))
    if made and other and made != other and not published and not told:
        yield Conflict(
            field="version", kept=made.isoformat(), kept_from=evidence.get("version") or evidence.get("issued_on", ""),
            other=other.isoformat(), other_from=_named("version", other.isoformat(), given, labelled),
        )  # fmt: skip


def _of_history(
    stated: Mapping[str, date | str | None], evidence: Mapping[str, str], events: Sequence[Event]
) -> Iterator[Conflict]:
    """A history that was cut short: its last event is older than the version."""
    last = max(events, key=lambda event: event.on, default=None)
    made = _day(stated.get("version"))
    if last and made and made > last.on:
        yield Conflict(
            field="version", kept=made.isoformat(), kept_from=evidence.get("version", ""), other=last.on.isoformat(),
            other_from=last.words,
        )  # fmt: skip


def _of_number(
    stated: Mapping[str, date | str | None], given: Mapping[str, object], evidence: Mapping[str, str],
    labelled: Mapping[str, tuple[str, str]],
) -> Iterator[Conflict]:  # fmt: skip
    kept, words = stated.get("number"), given.get("number")
    if not isinstance(kept, str) or not isinstance(words, str):
        return
    if same_number(kept, normalise(words) or words) is False:
        yield Conflict(
            field="number", kept=kept, kept_from=evidence.get("number", ""), other=words,
            other_from=_named("number", words, given, labelled),
        )  # fmt: skip


def _named(field: str, value: str, given: Mapping[str, object], labelled: Mapping[str, tuple[str, str]]) -> str:
    return labelled[field][1] if field in labelled else f"{given.get('record', RECORD)}：{value}"


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else dates.parse(value) if isinstance(value, str) else None
