"""What the knowledge base holds at a place that somebody cites: the version meant, the places the words fit, its words.

One `Holdings` serves one check. A long report names the same law hundreds of times: what was looked up once is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from assistant.checking import editions
from assistant.checking.ended import Ended, ended
from assistant.checking.wording import Words
from kb import lookup, validity
from kb.address import NUMERAL, article_of, instrument_name
from kb.citation_index import DocumentPaths, Path, between, number_of
from kb.model import Document, Force
from kb.references import Reference
from kb.registry import Registry
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


class Cited(NamedTuple):
    """A reference with what is held at it. `document` is None where the title or the edition is not held; `places` are
    the stored places that the words fit (all of them, for a range), none where one is missing: then `missing` says
    which. `unclear`: the words fit several places; `disordered`: a range that does not go forward; `misplaced`: the
    chapter named with an article is not the one it stands in; `former`: the words mean an older text (旧, 原);
    `other_number`: the document number printed with the title is another text's; `unread`: words behind it that name a
    part in no known way (第二段); `newer`: 新 before the title means the version to come; `ended`: the text meant is
    not held, but a held clause has repealed it; `elsewhere`: another held version has the place that is missing in this
    one; `cut`: the stored text looks incomplete."""

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
    newer: bool = False
    ended: Ended | None = None
    elsewhere: Document | None = None
    cut: bool = False


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
        self._others: dict[str, list[Document]] = {}
        self._ended: dict[tuple[str | None, str | None], Ended | None] = {}

    def cited(self, reference: Reference, before: str, behind: str, last: Cited | None) -> Cited:
        """The reference with the version it means and the places it fits; `before` and `behind` are the words around
        it, `last` is what was cited before it: what 旧《…》第三条、第四条 says of the first holds for the second."""
        if (dead := self._repealed(reference)) is not None:
            return Cited(reference, ended=dead)
        document = self.document(reference)
        if document is None:
            return Cited(reference)
        newer, coming = self._to_come(reference, document, before, last)
        document = coming or document
        key = (document.id, reference.path, reference.since)
        if key not in self._cited:
            self._cited[key] = self._anywhere(self._placed(reference, document), document)
        former = _FORMER.search(before) or _FORMER_BEHIND.search(reference.raw)
        follows = last is not None and last.former and last.document == document and _UNTITLED.match(reference.raw)
        unread = _UNREAD.match(behind)
        return self._cited[key]._replace(
            reference=reference, misplaced=self._misplaced(reference, document),
            former=reference.version is None and bool(former or follows), unread=unread and unread[0].strip(),
            other_number=self.other_number(reference, document) == "yes", newer=newer,
            elsewhere=None if reference.version or reference.number else self._cited[key].elsewhere,
        )  # fmt: skip

    def document(self, reference: Reference) -> Document | None:
        """The version that a title, an edition or a document number means; as of the day where neither is given."""
        key = (reference.title, reference.version, reference.number)
        if key not in self._documents:
            self._documents[key] = editions.named(
                self.registry, self.instrument(reference.title or ""), *key, self.as_of
            )
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
        if document.id not in self._others:
            held = self.registry.versions(document.instrument)
            self._others[document.id] = [v for v in held[::-1] if v.id != document.id]
        return self._others[document.id]

    def other_number(self, reference: Reference, document: Document) -> Literal["no", "perhaps", "yes"]:
        """Whether the number printed with a title is another text's (see `number_of_another`)."""
        if reference.title is None or same_number(document.number, reference.number) is not False:
            return "no"
        entry = self.registry.endings.entry(document.instrument)
        return editions.number_of_another(document, reference.number, entry, self.words(document, ((),)).raw)

    @cached_property
    def _repealed_names(self) -> set[str]:
        return {instrument_name(cited.relation.title) for cited in self.registry.relations("repeals")}

    def _repealed(self, reference: Reference) -> Ended | None:
        """The repeal of what a title or its number names, where no version of that is held."""
        title, number, instrument = reference.title, reference.number, self.instrument(reference.title or "")
        if title is None or (instrument and number is None):
            return None
        if (instrument or instrument_name(title)) not in self._repealed_names:
            return None
        key = (title, number)
        if key not in self._ended:
            held = bool(instrument) and editions.holds_number(self.registry, str(instrument), str(number))
            self._ended[key] = None if held else ended(self.registry, instrument or title, number, self.as_of)
        return self._ended[key]

    def _to_come(
        self, reference: Reference, document: Document, before: str, last: Cited | None
    ) -> tuple[bool, Document | None]:
        """Whether 新 stands before a title or before the one whose list goes on here, and the version it means."""
        if reference.version or reference.number:
            return False, None
        listed = last is not None and last.newer and last.reference.title == reference.title
        if not editions.NEW.search(before) and not (listed and _UNTITLED.match(reference.raw)):
            return False, None
        return True, editions.to_come(self.registry, document.instrument, self.as_of)

    def _anywhere(self, cited: Cited, document: Document) -> Cited:
        """A missing place as it is, with the other held version that has it, or the sign that the text is cut."""
        if not cited.missing:
            return cited
        others = self.versions(document)
        cut = editions.looks_cut(self.paths(document).articles, [self.paths(v).articles for v in others])
        having = (v for v in others if not (held := self._placed(cited.reference, v)).missing and not held.disordered)
        return cited._replace(cut=cut, elsewhere=next(having, None))

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
