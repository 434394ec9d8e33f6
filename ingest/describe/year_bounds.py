"""The last day by which a text without a printed date must have been issued: the end of the year that its title or its
number names. A bound, not a date: it never makes a text older than it can be shown to be, and the words say so.
"""

from __future__ import annotations

import re
from datetime import date

from kb.validity import YEAR_ONLY

EDITION = re.compile(r"(?P<year>\d{4})(?:·\d+)?")
NUMBERED = re.compile(r"〔(?P<bracketed>\d{4})〕\d+号|(?P<serial>\d{4})年第\d+号")
REPLACED = re.compile(r"^[^\n。]{0,4}(?:该|本)[^\n。，]{0,16}?已(?:修订|更新|调整|替换)为[：:][^\n]{2,80}$", re.M)
HEAD = 600
"""Characters in which a text that is only a signpost says what replaced it."""


def latest_issue(text: str, edition: str | None, number: str | None, evidence: dict[str, str]) -> date | None:
    """The last day of the year of issue; None where neither title nor number names a year, and for a text that says it
    has been replaced. `evidence["valid_from"]` says why, or why not."""
    if replaced := REPLACED.search(text[:HEAD]):
        evidence["valid_from"] = replaced[0].strip()
        return None
    if edition and (found := EDITION.fullmatch(edition)):
        evidence["valid_from"] = f"标题载明{found['year']}年，{YEAR_ONLY}"
        return date(int(found["year"]), 12, 31)
    if found := NUMBERED.search(number or ""):
        year = int(found["bracketed"] or found["serial"])
        evidence["valid_from"] = f"文号载明{year}年（{evidence.get('number', '')[:80]}），{YEAR_ONLY}"
        return date(year, 12, 31)
    return None
