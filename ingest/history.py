"""The revision history under a title: who adopted or issued the text, when, by which order, and what changed it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ingest.document_number import normalise
from kb import dates

VERB = re.compile(r"通过|公布|发布|修订|修正|批准|颁布|修改|印发")
REVISED = re.compile("修[改订正]")
DECISION = re.compile(r"《.*修[改订正].*决定》")
ENTRY = re.compile(rf"(?:根据|经)?{dates.PATTERN}")
LONGEST = 4000
"""Characters of a line; the longest histories printed have a few hundred."""
EFFECT = re.compile(r"^\s*起(?:施行|实施|执行|生效)")


class Event(NamedTuple):
    """One entry of the history: `words` as printed, `amends` when it changed an earlier text only in part, `revises`
    when it changed one at all."""

    on: date
    words: str
    number: str | None
    amends: bool
    revises: bool = False


def history(lines: Sequence[str]) -> tuple[Event, ...]:
    """The events in the lines between the title and the first heading, in the order printed."""
    events = []
    for line in lines:
        if len(line) > LONGEST or not VERB.search(line) or not dates.DATE.search(line) or not _is_history(line):
            continue
        starts = [match.start() for match in ENTRY.finditer(line)]
        for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
            words = line[start:end].strip("（）() \u3000")
            if words.endswith("会议、"):  # two bodies adopt one text on two days: 通过 stands behind the second
                words += line[end:].strip("（）() \u3000")
            found = dates.DATE.search(words)
            if found is None or EFFECT.match(words[found.end() :]) or not VERB.search(words):
                continue
            if (on := dates.parse(words)) is not None:
                after = words[found.end() :]
                outside = re.sub(r"《.*》", "", after)
                # a decision 关于修改… changes parts, even where the line calls that 修订
                in_part = "修正" in outside or ("修订" in outside and DECISION.search(after) is not None)
                events.append(Event(on, words, normalise(outside), in_part, REVISED.search(after) is not None))
    return tuple(events)


def _is_history(line: str) -> bool:
    """A line of its own in brackets or opening with a date; not a sentence of a notice that happens to hold one."""
    opened = line.lstrip("（( \u3000")
    return line[0] in "（(" or (ENTRY.match(opened) is not None and not opened.endswith("。"))
