"""What a text was made under (制定依据): the titles between 根据 and the 制定本… of the same sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.relations.named import TITLE, Found, is_paper, named
from kb.address import COUNTRY

BASIS = re.compile(r"根据|依据|按照|依照|贯彻|落实")
MADE = re.compile("(?:制定|制订|编制|起草|修订|拟订)(?:了|并发布)?本")
SHORT_FORMS = re.compile(r"以下[简统]?称[^（）()，。\n]{0,120}")
CONSTITUTION = re.compile(r"(?:根据|依据|依照|、|和)宪法(?=[，,、和及]|的|等)")
NEAR = 400
"""Characters looked at before 制定本: nobody reads a ground from farther away."""
KEPT = 300


def grounds(text: str) -> Iterator[Found]:
    """A relation for each title that the text was made under."""
    for start, words in _clauses(text):
        # （以下简称《…》、《…》）: short forms of what was named before; as many blanks keep the offsets
        plain = SHORT_FORMS.sub(lambda match: " " * len(match[0]), words)
        if CONSTITUTION.search(plain):
            yield Found("implements", start, f"{COUNTRY}宪法", words[:KEPT])
        for match in TITLE.finditer(plain):
            found = named(match)
            if not is_paper(found.title):
                yield Found("implements", start, found.title, words[:KEPT], number=found.number)


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """`(offset, words)` from 根据 up to each 制定本 of the same sentence."""
    end = 0
    for made in MADE.finditer(text):
        low = max(end, made.start() - NEAR)
        low = max(low, text.rfind("。", low, made.start()) + 1, text.rfind("\n", low, made.start()) + 1)
        end = made.end()
        if ground := BASIS.search(text, low, made.start()):
            yield ground.start(), text[ground.start() : end]
