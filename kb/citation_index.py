"""Which places every published text has: what a citation is checked against before any text is read.

One query gives the paths of all documents; after a write only the documents that changed are asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from sqlalchemy import Engine, bindparam, func, select, tuple_

from kb.address import article_of, to_chinese, to_number
from kb.model import Rung, State
from kb.tables import DocumentRow, ProvisionRow

Path = tuple[str, ...]
SEPARATOR = "/"
ASKED_SINGLY = 50
"""Up to so many changed documents are asked for by name; more are read with all the others."""
ASKED_AT_ONCE = 200
"""Places whose words one query brings."""
_NUMBERED = re.compile(r"第（?([^（）编章节条款项目]+)）?[编章节条款项目](?:之(.+))?")
_NO_ITEM = re.compile(r"第（(.+)）项")
_DIVISION = re.compile(r"第.+[编章节]")

_SPAN = func.substr(DocumentRow.text, ProvisionRow.body + 1, ProvisionRow.end - ProvisionRow.body)
_WORDS = (
    select(ProvisionRow.document_id, ProvisionRow.path, _SPAN)
    .join(DocumentRow, DocumentRow.id == ProvisionRow.document_id)
    .where(tuple_(ProvisionRow.document_id, ProvisionRow.path).in_(bindparam("places", expanding=True)))
)


class DocumentPaths:
    """The paths of one document in the order of its text."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._ordered = list(paths)
        self._all = set(self._ordered)

    def find(self, path: Path) -> list[Path]:
        """The places a path may mean: none, one, or several that the words do not tell apart.

        第一款 of an article with one paragraph is the article; an item may leave out its paragraph; an article or a
        chapter that stands in one attachment or part only is found there; 第三条 of a text that has no articles is its
        entry 三.
        """
        if not path:
            return [()]
        if SEPARATOR.join(path) in self._all:
            return [path]
        return [found for start in self._starts(path[0]) for found in self._below(start, path[1:])]

    def under(self, path: Path, unit: str) -> list[str]:
        """The segments of a unit (款, 项, 目, 章 …) that stand right under a place."""
        return [s for s in self._children.get(SEPARATOR.join(path), ()) if s.endswith(unit)]

    def headings(self, article: str) -> tuple[str, ...]:
        """The parts, chapters and sections that an article stands under, outermost first."""
        return self._headings.get(article, ())

    @cached_property
    def _headings(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        above: tuple[str, ...] = ()
        for joined in self._ordered:
            path = tuple(joined.split(SEPARATOR))
            if all(_DIVISION.fullmatch(segment) for segment in path):
                above = path
            elif len(path) == 1 and article_of(path):
                found[joined] = above
        return found

    @cached_property
    def articles(self) -> list[str]:
        """The segments of the articles that are not in an attachment, in order."""
        return [path for path in self._ordered if SEPARATOR not in path and article_of((path,)) == path]

    def _starts(self, segment: str) -> list[Path]:
        if segment in self._all:
            return [(segment,)]
        if segment in self._inside:
            return self._inside[segment]
        if not self.articles and (number := number_of(segment)) and segment.endswith("条"):
            entry = to_chinese(number[0])
            return [(entry,)] if number[1] == 0 and entry in self._all else []
        return []

    def _below(self, start: Path, rest: Path) -> list[Path]:
        found = [start]
        for segment in rest:
            found = [below for place in found for below in self._step(place, segment)]
        return found

    def _step(self, place: Path, segment: str) -> list[Path]:
        children = self._children.get(SEPARATOR.join(place), {})
        if segment in children:
            return [(*place, segment)]
        if segment == "第一款" and not self.under(place, "款"):
            return [place]
        item = _NO_ITEM.fullmatch(segment)
        if item is None:
            return []
        paragraphs = self.under(place, "款")
        in_one = [(*place, p, segment) for p in paragraphs if segment in self._children.get(_joined(place, p), {})]
        if in_one:
            return in_one
        number = number_of(segment)
        listed = f"第{number[0]}目" if number else ""
        return [(*place, name) for name in (listed, f"（{item[1]}）") if name in children]

    @cached_property
    def _children(self) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = {}
        for path in self._ordered:
            above, _, last = path.rpartition(SEPARATOR)
            found.setdefault(above, {})[last] = None
        return found

    @cached_property
    def _inside(self) -> dict[str, list[Path]]:
        """Articles and divisions that stand below something else, by their own segment."""
        found: dict[str, list[Path]] = {}
        for joined in self._ordered:
            path = tuple(joined.split(SEPARATOR))
            if len(path) > 1 and (article_of(path[-1:]) or _DIVISION.fullmatch(path[-1])):
                found.setdefault(path[-1], []).append(path)
        return found


class CitationIndex:
    """The paths of every published document, following the registry's revision."""

    def __init__(self, engine: Engine, revision: Callable[[], int]) -> None:
        self._engine = engine
        self._revision = revision
        self._loaded: tuple[int, Mapping[str, tuple[str, DocumentPaths]]] = (-1, {})

    def paths(self, document_id: str) -> DocumentPaths:
        """The places of one document; none for a document that is not published."""
        held = self._current().get(document_id)
        return held[1] if held else DocumentPaths(())

    def text(self, document_id: str) -> str:
        """The whole stored text of a document."""
        with self._engine.connect() as connection:
            return str(connection.scalar(select(DocumentRow.text).where(DocumentRow.id == document_id)) or "")

    def words(self, places: Sequence[tuple[str, Path]]) -> dict[tuple[str, Path], str]:
        """The stored words of `(document id, path)` places without their numbers; what is not there is left out.

        Only these are read, many at a time: a report quotes single articles of hundreds of texts.
        """
        found: dict[tuple[str, Path], str] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(places), ASKED_AT_ONCE):
                wanted = [(name, SEPARATOR.join(path)) for name, path in places[start : start + ASKED_AT_ONCE]]
                for name, path, words in connection.execute(_WORDS, {"places": wanted}):
                    found[name, tuple(path.split(SEPARATOR))] = words.strip()
        return found

    def _current(self) -> Mapping[str, tuple[str, DocumentPaths]]:
        revision = self._revision()
        if self._loaded[0] != revision:
            self._loaded = (revision, self._read(self._loaded[1]))
        return self._loaded[1]

    def _read(self, before: Mapping[str, tuple[str, DocumentPaths]]) -> dict[str, tuple[str, DocumentPaths]]:
        published = select(DocumentRow.id, DocumentRow.digest).where(DocumentRow.state == State.PUBLISHED)
        places = (
            select(ProvisionRow.document_id, ProvisionRow.path)
            .where(ProvisionRow.rung != Rung.ROW)
            .order_by(ProvisionRow.document_id, ProvisionRow.ordinal)
        )
        with self._engine.connect() as connection:
            digests = {row.id: row.digest for row in connection.execute(published)}
            changed = [name for name, digest in digests.items() if before.get(name, ("",))[0] != digest]
            if len(changed) <= ASKED_SINGLY:
                places = places.where(ProvisionRow.document_id.in_(changed))
            found: dict[str, list[str]] = {name: [] for name in changed}
            for document_id, path in connection.execute(places) if changed else ():
                if document_id in found:
                    found[document_id].append(path)
        fresh = {name: (digests[name], DocumentPaths(paths)) for name, paths in found.items()}
        return {name: fresh.get(name) or before[name] for name in digests}


def number_of(segment: str) -> tuple[int, int] | None:
    """The number a segment carries: 第一百二十条之一 → (120, 1), 第（三）项 → (3, 0); None where it has none."""
    match = _NUMBERED.fullmatch(segment)
    if match is None:
        return None
    try:
        return to_number(match[1]), to_number(match[2]) if match[2] else 0
    except ValueError:
        return None


def between(first: Path, last: Path) -> Sequence[Path] | None:
    """The places of a range by their numbers, both ends with them; None when it is not in order or no range at all.

    From 第一百二十条之一 on, the numbers between the ends count (第一百二十一条 …), whatever was inserted between them.
    """
    begun, ended = number_of(first[-1]), number_of(last[-1])
    if first[:-1] != last[:-1] or begun is None or ended is None or begun >= ended:
        return None
    before, _, after = _shape(last[-1])
    if begun[0] == ended[0]:
        stem = first[-1].partition("之")[0]
        extras = [f"{stem}之{to_chinese(extra)}" for extra in range(begun[1] + 1, ended[1])]
        return [first, *((*first[:-1], name) for name in extras), last]
    whole = range(begun[0] + 1, ended[0])
    arabic = last[-1].endswith("目")
    names = [f"{before}{number if arabic else to_chinese(number)}{after}" for number in whole]
    return [first, *((*first[:-1], name) for name in names), last]


def _shape(segment: str) -> tuple[str, str, str]:
    plain = segment.partition("之")[0]
    bracketed = plain.startswith("第（")
    return ("第（", plain[2:-2], f"）{plain[-1]}") if bracketed else ("第", plain[1:-1], plain[-1])


def _joined(place: Path, segment: str) -> str:
    return SEPARATOR.join((*place, segment))
