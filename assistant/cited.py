"""What the knowledge base holds at a place that somebody cites: the version meant, the places the words fit, its words.

One `Holdings` serves one check. A long report names the same law hundreds of times: what was looked up once is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from assistant.wording import Words
from kb import lookup, validity
from kb.address import COUNTRY, NUMERAL, article_of, instrument_name
from kb.citation_index import DocumentPaths, Path, between, number_of
from kb.model import Document, Force, State
from kb.references import Reference
from kb.registry import Registry
from kb.search import named_version
from kb.settlement import same_number

_DIVISIONS = re.compile(rf"第{NUMERAL}(?:编|章|节)")
_FORMER = re.compile(
    r"(?:[旧老]版?的?|上一?版的?|(?<![草太高平中还复病])原|原来的|修[订改正](?:[以之]?前)的?|(?:废止|失效)了?的)《?$"
)
_FORMER_BEHIND = re.compile(r"[（(](?:[旧原]版?|修[订改正]前|已?(?:废止|失效))[）)]")
"""A text named so is not the one of the day, whichever it is."""
_UNREAD = re.compile(
    rf"\s?(?:(?:序言)?第{NUMERAL}[段句]|第[^\u4e00-\u9fff，。、；：\s]{{1,8}}条|第[零壹贰叁肆伍陆柒捌玖拾佰]+条"
    r"|Art(?:icle|\.)\s?\d+|§\s?\d+)",
    re.IGNORECASE,
)
"""What stands right behind a citation as if it were a part of it, and is no unit of a text."""
_UNTITLED = re.compile(r"[第该此同其上前（(\d]")
_REVISED = re.compile("修[订正改]")
HEAD = 400
"""Characters of a text that hold the history of its changes, if it has any."""
_OFFICE = re.compile(r"[^\d第〔\[（(]*")


class Cited(NamedTuple):
    """A reference with what is held at it. `document` is None where the title or the edition is not held; `places` are
    the stored places that the words fit (all of them, for a range), none where one is missing: then `missing` says
    which. `unclear`: the words fit several places; `disordered`: a range that does not go forward; `misplaced`: the
    chapter named with an article is not the one it stands in; `former`: the words mean an older text (旧, 原);
    `other_number`: the document number printed with the title is another text's; `unread`: words behind it that name a
    part in no known way (第二段)."""

    reference: Reference
    document: Document | None = None
    places: tuple[Path, ...] = ()
    missing: Path | None = None
    unclear: bool = False
    disordered: bool = False
    misplaced: Path | None = None
    former: bool = False
    other_number: bool = False
    unread: str | None = None


class Holdings:
    """Looks things up in the registry as of one day, each of them once."""

    def __init__(self, registry: Registry, as_of: date) -> None:
        self.registry = registry
        self.as_of = as_of
        self.known = lookup.known_titles(registry)
        self._documents: dict[tuple[str | None, str | None, str | None], Document | None] = {}
        self._cited: dict[tuple[str, Path, Path | None], Cited] = {}
        self._words: dict[tuple[str, tuple[Path, ...]], Words] = {}
        self._read: dict[tuple[str, Path], str] = {}
        self._forces: dict[tuple[str, Path], Force] = {}

    def cited(self, reference: Reference, before: str, behind: str, last: Cited | None) -> Cited:
        """The reference with the version it means and the places it fits; `before` and `behind` are the words around
        it, `last` is what was cited before it: what 旧《…》第三条、第四条 says of the first holds for the second."""
        document = self.document(reference)
        if document is None:
            return Cited(reference)
        key = (document.id, reference.path, reference.since)
        if key not in self._cited:
            self._cited[key] = self._placed(reference, document)
        former = _FORMER.search(before) or _FORMER_BEHIND.search(reference.raw)
        follows = last is not None and last.former and last.document == document and _UNTITLED.match(reference.raw)
        unread = _UNREAD.match(behind)
        return self._cited[key]._replace(
            reference=reference, misplaced=self._misplaced(reference, document),
            former=reference.version is None and bool(former or follows), unread=unread and unread[0].strip(),
            other_number=self._other_number(reference, document),
        )  # fmt: skip

    def document(self, reference: Reference) -> Document | None:
        """The version that a title, an edition or a document number means; as of the day where neither is given."""
        key = (reference.title, reference.version, reference.number)
        if key not in self._documents:
            self._documents[key] = self._version(*key)
        return self._documents[key]

    def instrument(self, title: str) -> str | None:
        return self.known.get(instrument_name(title))

    def paths(self, document: Document) -> DocumentPaths:
        return self.registry.citable.paths(document.id)

    def force(self, document: Document, path: Path) -> Force:
        """The force of a place; of the whole text for ()."""
        key = (document.id, path)
        if key not in self._forces:
            self._forces[key] = validity.force(document, self.as_of, path or None)
        return self._forces[key]

    def read(self, wanted: Iterable[tuple[Document | None, Iterable[Path]]]) -> None:
        """Read the words of places of many documents at once."""
        places = [(document.id, place) for document, held in wanted if document for place in held if place]
        unread = [place for place in dict.fromkeys(places) if place not in self._read]
        if unread:
            self._read |= self.registry.citable.words(unread)

    def words(self, document: Document, places: Iterable[Path]) -> Words:
        """The stored words of places, one after the other; of the whole text for no path."""
        key = (document.id, tuple(places))
        if key not in self._words:
            if () in key[1]:
                whole = self.registry.citable.text(document.id)
            else:
                self.read([(document, key[1])])
                whole = "\n".join(self._read.get((document.id, place), "") for place in key[1])
            self._words[key] = Words(whole)
        return self._words[key]

    def standing_at(self, document: Document, quote: str) -> Path | None:
        """The innermost place of a document that holds quoted words, None where none does."""
        at = self.words(document, ((),)).place_of(quote)
        if at is None:
            return None
        reading = self.registry.reading(document.id)
        around = [p.path for p in reading.provisions.values() if p.start <= at < p.end]
        holding = [path for path in around if self.words(document, (path,)).holds(quote)]
        return holding[-1] if holding else None

    def versions(self, document: Document) -> list[Document]:
        """The other held versions of its instrument, the newest first."""
        return [v for v in self.registry.versions(document.instrument)[::-1] if v.id != document.id]

    def _version(self, title: str | None, version: str | None, number: str | None) -> Document | None:
        instrument = self.instrument(title) if title else None
        if instrument is None:
            return self._numbered(number) if title is None and number else None
        if version is None and number:
            fitting = [v for v in self.registry.versions(instrument) if same_number(v.number, number)]
            if fitting or (fitting := self._of_year(instrument, number)):
                return fitting[-1]
        if version is None and title:
            exact = [
                v for v in self.registry.versions(instrument) if instrument_name(v.title) == instrument_name(title)
            ]
            if exact and instrument_name(title) != instrument:
                return validity.chosen(exact, self.as_of)
        return named_version(self.registry, instrument, version, self.as_of)

    def _other_number(self, reference: Reference, document: Document) -> bool:
        """Whether the number printed with a title is not the document's; one that was revised has gone by several."""
        if reference.title is None or same_number(document.number, reference.number) is not False:
            return False
        return not document.amendments and not _REVISED.search(self.words(document, ((),)).raw[:HEAD])

    def _of_year(self, instrument: str, number: str) -> list[Document]:
        """The only version without a number of its own whose title names the year of a document number, if there is."""
        year = re.search(r"\d{4}", number)
        fitting = [
            v for v in self.registry.versions(instrument) if year and v.number is None and f"{year[0]}年" in v.title
        ]
        return fitting if len(fitting) == 1 else []

    def _numbered(self, number: str) -> Document | None:
        held = (h.document for h in self.registry.held().values() if h.document.state is State.PUBLISHED)
        fitting = [d for d in held if same_number(d.number, number) and _one_office(str(d.number), number)]
        return fitting[0] if len(fitting) == 1 else None

    def outdated(self, document: Document, path: Path) -> bool:
        """Whether a place is out of force or not yet in it. A whole text with single places changed is not."""
        force = self.force(document, path)
        if force is Force.AMENDED and not path:
            return any(end and self.as_of >= end for end in (document.superseded_on, document.amended_on))
        return force in (Force.REPEALED, Force.NOT_YET, Force.AMENDED)

    def _misplaced(self, reference: Reference, document: Document) -> Path | None:
        """The headings that the first article cited stands under, where the words name another part or chapter."""
        named = _DIVISIONS.findall(reference.raw.rpartition("》")[2])
        article = article_of(reference.path)
        above = self.paths(document).headings(article) if named and article else ()
        numbers = {(segment[-1], number_of(segment)) for segment in above}
        kinds = {segment[-1] for segment in above}
        wrong = any(d[-1] in kinds and (d[-1], number_of(d)) not in numbers for d in named)
        return above if wrong else None

    def _placed(self, reference: Reference, document: Document) -> Cited:
        held = self.paths(document)
        wanted = between(reference.since, reference.path) if reference.since else [reference.path]
        if wanted is None:
            return Cited(reference, document, disordered=True)
        places: list[Path] = []
        for path in wanted:
            fitting = held.find(path)
            if not fitting:
                return Cited(reference, document, missing=path)
            if len(fitting) > 1:
                return Cited(reference, document, tuple(fitting), unclear=True)
            places.append(fitting[0])
        return Cited(reference, document, tuple(places))


def _one_office(one: str, other: str) -> bool:
    """Whether two document numbers may come from one office by the words before their figures, where both have some."""
    left, right = (_OFFICE.match(number.removeprefix(COUNTRY)) for number in (one, other))
    names = [match[0] for match in (left, right) if match and match[0]]
    return len(names) < 2 or names[0].endswith(names[1]) or names[1].endswith(names[0])
