"""The places that the words of an amendment change: 将第十八条改为第十九条，删去第二款 changes 第十八条第二款.

The places are those of the text as it stood: a new number (改为第十九条, 作为第三款) is no place that anybody holds,
and an article that only moves has not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.relations.named import TITLE, named
from ingest.relations.ranges import paths_of
from kb import places
from kb.address import NUMERAL

TOKEN = re.compile(
    r"(?P<title>《)|(?P<renumbered>作为(?=第)|(?:改|调整)为(?=第))|(?P<place>第)|(?P<deleted>删[去除])"
    r"|(?P<added>增加)|(?P<changed>修改[为成]|改[为成]|调整为|规定为|替换为|合并)|(?P<end>[。；;])"
)
LISTED = re.compile(r"\s*(?:[、和及与]|以及)?\s*")
FOLLOWS = re.compile(r"(?:其中的?|了)?(?=[第《])")
OF_TITLE = re.compile(r"(?:[（(][^（）()]*[）)])?[中的]{0,2}")
"""Between a title and its first place."""
INSERTED = re.compile(r"增加(?:规定)?[一二三四五六七八九十两\d]{1,3}(?P<what>[编章节条款项目])(?:[，,]?作为(?=第))?")
BEHIND = re.compile("之?后[，,]?$")
BEFORE_TITLE = re.compile(r"(?:^|[将对在把去除、，,；;：:。.）)\s]|修[改订])$")
GROUND = re.compile(r"(?:根据|依据|按照|依照|依|与)[^，。；将对]{0,60}$")
WHOLE = re.compile(rf"第{NUMERAL}[编章条]")


class Change(NamedTuple):
    """One change at `[start, end)` of a line: `title` and `number` of the text last named (None: the one the decision
    is about), the part as printed (None: the text at large), and its path; () where an article is added."""

    title: str | None
    number: str | None
    article: str | None
    target: tuple[str, ...]
    start: int
    end: int


class Place(NamedTuple):
    printed: str
    path: tuple[str, ...]


class Reader:
    """Reads the lines of a decision in order. A line goes on with the text named last and, within one entry, with the
    article named last: 第三款修改为… under 将第八条改为第十条，第二款修改为…."""

    def __init__(self) -> None:
        self._title: str | None = None
        self._number: str | None = None
        self._base: tuple[str, ...] = ()
        self._pending: list[Place] = []

    def name(self, title: str, number: str | None) -> None:
        """What follows is about the text of this title."""
        self._title, self._number, self._base, self._pending = title, number, (), []

    def new_entry(self) -> None:
        self._base = ()

    def changes(self, line: str) -> Iterator[Change]:
        """Each place that a line changes. The line has its quoted words blanked; offsets are those of the line."""
        self._pending = []
        begun = at = 0
        while token := TOKEN.search(line, at):
            at = token.end()
            made: Sequence[Place] = ()
            if token["title"]:
                at = self._named(line, token.start())
            elif token["place"]:
                at = self._placed(line, token.start())
            elif token["renumbered"]:
                at = _new_numbers(line, at)
            elif token["deleted"]:
                at = self._deleted(line, at)
                made = self._taken()
            elif token["added"]:
                at, made = self._added(line, token.start())
            elif token["changed"]:
                made = self._taken() or ([] if self._base else [Place("", ())])
            else:
                self._pending, begun = [], at
            for place in made:
                yield Change(self._title, self._number, place.printed or None, place.path, begun, at)

    def _taken(self) -> list[Place]:
        taken, self._pending = self._pending, []
        return taken

    def _named(self, line: str, at: int) -> int:
        """Take up the text named at `at` when it is the one that is changed, not the ground of the change."""
        match = TITLE.match(line, at)
        if match is None:
            return at + 1
        before = line[max(0, at - 70) : at]
        behind = OF_TITLE.match(line, match.end())
        end = behind.end() if behind else match.end()
        direct = line.startswith("第", end)
        if GROUND.search(before):
            return _past(line, end) if direct else end
        if direct or (not self._pending and BEFORE_TITLE.search(before)):
            found = named(match)
            self.name(found.title, found.number)
        return end

    def _deleted(self, line: str, at: int) -> int:
        """Take up the places behind 删去; where none follows, those in front of it are meant."""
        follows = FOLLOWS.match(line, at)
        if follows is None:
            return at
        at = follows.end()
        if line[at] == "《":
            at = self._named(line, at)
        return self._placed(line, at) if line.startswith("第", at) else at

    def _placed(self, line: str, at: int) -> int:
        """Take up the list of places at `at`; a paragraph named behind its article takes the article's place."""
        written = places.read(line, at, self._base)
        if not written:
            return at + 1
        for one in written:
            if not self._base and one.path[0].endswith(("款", "项", "目")):
                continue  # of an article that nobody named
            inside = self._pending and one.path[: len(self._pending[-1].path)] == self._pending[-1].path
            if inside and len(one.path) > len(self._pending[-1].path):
                self._pending.pop()
            printed = line[one.start : one.end].strip() if WHOLE.match(line, one.start) else "".join(one.path)
            self._pending += [Place(printed, path) for path in paths_of(one.since, one.path)]
            self._base = one.path
        return written[-1].end

    def _added(self, line: str, at: int) -> tuple[int, list[Place]]:
        """增加一款 changes the article that gets it; 增加一条 changes no article that stands."""
        inserted = INSERTED.match(line, at)
        what = inserted["what"] if inserted else ""
        behind = BEHIND.search(line[max(0, at - 3) : at]) is not None
        end = inserted.end() if inserted else at + len("增加")
        new = places.read(line, end) if inserted and inserted[0].endswith("为") else []
        end = _new_numbers(line, end) if new else end
        taken = self._taken()
        if what and what in "编章节条":
            added = inserted[0].removeprefix("增加") if inserted and not new else line[new[0].start : end]
            return end, [Place(f"增加{added}", ())]
        if behind and what:  # 第一款后增加一款: the article changes, not its first paragraph
            taken = [Place(place.printed, place.path[:-1] or place.path) for place in taken]
        if not taken and self._base:
            base = self._base[:1] if what == "款" else self._base
            taken = [Place("".join(base), base)]
        return end, taken


def _past(line: str, at: int) -> int:
    """Behind the places at `at`, which belong to the ground of a change."""
    written = places.read(line, at)
    return written[-1].end if written else at


def _new_numbers(line: str, at: int) -> int:
    """The end of the new numbers at `at`; 改为第六条，第七条改为… goes on with an old one."""
    end = at
    for one in places.read(line, at):
        if end > at and not LISTED.fullmatch(line, end, one.start):
            break
        end = one.end
    return end
