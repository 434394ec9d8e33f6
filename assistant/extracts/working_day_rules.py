"""Where a text itself says that its days are working days: 本办法规定的期限以工作日计算; “七日”的规定是指工作日."""

from __future__ import annotations

import re

from assistant.extracts.time_limits import Limit
from kb import lookup
from kb.address import label
from kb.numerals import to_number
from kb.registry import Registry

_WORDS = "工作日"
_REACH = 90
"""Characters of a clause before 工作日 that say which days are meant."""
_ALL = re.compile(r"(?:期限|时限)[^。；\n]{0,20}(?:均?以|按照?|均为|是指)$")
_OF_THE_OFFICE = re.compile("行政机关实施行政许可的期限")
_LISTED = re.compile(r"[“\"]([一二三四五六七八九十]{1,3})日[”\"]")
_UP_TO = re.compile(r"([一二三四五六七八九十]{1,3})日以内期限的规定是指$")


def counts_working_days(registry: Registry, document_id: str, limit: Limit) -> str | None:
    """The place where the document says that the days of such a limit are working days (《行政处罚法》第八十五条); None
    where it does not say so."""
    reading = registry.reading(document_id)
    text, at = reading.text, -1
    while (at := text.find(_WORDS, at + 1)) >= 0:
        low = max(0, at - _REACH)
        start = max(text.rfind("\n", low, at), text.rfind("。", low, at), low - 1) + 1
        if _speaks_of(text[start:at], limit):
            place = lookup.finest(reading, at, at + len(_WORDS))
            return label(registry.document(document_id).title, place.path)
    return None


def _speaks_of(before: str, limit: Limit) -> bool:
    if listed := _LISTED.findall(before):
        return before.rstrip().endswith("是指") and limit.number in {to_number(words) for words in listed}
    if short := _UP_TO.search(before):
        return limit.number <= to_number(short[1])
    if _OF_THE_OFFICE.search(before) and limit.how != "within":
        return False  # the applicant's own term is not the office's
    return _ALL.search(before) is not None
