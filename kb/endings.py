"""What other texts and the catalogue say about an instrument: which of its versions they end or change, and when.

The day of a clause is the one it prints (自2004年7月8日起…废止), else the one on which the text that says it took
effect. A later version of that text repeats the clause word for word; what it ended then stays ended from then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from unicodedata import normalize

from kb import dates
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry, known_repeals, known_versions
from kb.grounds import Change, Grounds, KnownStart, Repeal
from kb.model import Document, Relation, Rung
from kb.registry_reader import RegistryReader
from kb.relation_reviews import Cited
from kb.settlement import same_number, with_effect
from kb.validity import cited, start, worked_out

SINCE = re.compile(
    rf"[自从于]\s?({dates.PATTERN})\s?+(?:起|开始|后)?+\s?+(?:正式)?+"
    r"(?!\s?(?:施行|实施|执行|生效|发布|公布|印发)的)"
)
_NOT_WORDS = re.compile(r"\W+")  # copies differ in blanks and in the width of digits and punctuation
CLAUSE = 1000  # characters at the end of a provision in which its clauses of effect stand
KEPT = 300  # characters of the words of a change that are kept as evidence
INSERTED = re.compile("增加.{0,6}[条章节]")
"""An article that is put in changes no words of those that stood; the ones behind it only move."""


class Endings:
    """Built once from the catalogue; reads relations and provisions from the registry."""

    def __init__(self, catalogue: Sequence[CatalogueEntry]) -> None:
        self._entries = {instrument_name(entry.title): entry for entry in catalogue}
        self._versions = known_versions(catalogue)
        self._repeals = known_repeals(catalogue)

    def entry(self, instrument: str) -> CatalogueEntry | None:
        """What the catalogue says of an instrument, None when it is not in it."""
        return self._entries.get(instrument)

    def grounds(self, registry: RegistryReader, instrument: str) -> Grounds:
        """Clauses of loaded texts that staff need not look at first, and the catalogue's record."""
        ending = _undoubted(registry, instrument, "repeals")
        parts = [c for c in ending if c.relation.target]
        return Grounds(
            repeals=[r for c in ending if not c.relation.article and (r := self._repeal(registry, c, ending))],
            changes=[*self._amendments(registry, instrument), *self._changes(registry, parts)],
            known=self._versions.get(instrument, ()),
            recorded_repeal=self._repeals.get(instrument),
            recorded_start=self._start(instrument),
            same_words=_same_words(registry, instrument),
        )

    def _start(self, instrument: str) -> KnownStart | None:
        entry = self._entries.get(instrument)
        if entry is None or entry.versions or entry.effective_on is None:
            return None
        return KnownStart(entry.effective_on, entry.number)

    def _repeal(self, registry: RegistryReader, found: Cited, ending: Sequence[Cited]) -> Repeal | None:
        by, relation = registry.held()[found.document_id].document, found.relation
        day = self._day_of_repeal(registry, by, relation)
        if day is None:
            return None
        same = {c.document_id for c in ending if _same_clause(c.relation, relation)}
        return Repeal(day, by.id, relation.evidence, relation.number, frozenset(same))

    def _day_of_repeal(self, registry: RegistryReader, by: Document, relation: Relation) -> date | None:
        """A clause may print its own day; where the text as a whole prints none, the provision it stands in may still
        print that of the first version, from which the repeal has stood."""
        if day := printed_day(relation.evidence):
            return day
        if by.effective_on and not worked_out(by.evidence.get("effective_on")):
            return start(by)
        reading = registry.reading(by.id)
        provision = reading.provisions.get(relation.path)
        if provision and (day := printed_day(reading.text[provision.start : provision.end][-CLAUSE:])):
            return day
        known = Grounds(changes=self._amendments(registry, by.instrument), known=self._versions.get(by.instrument, ()))
        return start(with_effect(by, known))

    def _amendments(self, registry: RegistryReader, instrument: str) -> list[Change]:
        return self._changes(registry, _undoubted(registry, instrument, "amends"))

    def _changes(self, registry: RegistryReader, found: Iterable[Cited]) -> list[Change]:
        """One for each text: all the places it changes from one day."""
        by_text: dict[tuple[str, date], list[Relation]] = {}
        for document_id, relation in found:
            by = registry.held()[document_id].document
            ends = relation.kind == "repeals"
            if day := self._day_of_repeal(registry, by, relation) if ends else start(by):
                by_text.setdefault((document_id, day), []).append(relation)
        made = (_change(registry.held()[i].document, day, found) for (i, day), found in by_text.items())
        return [change for change in made if change]


def touched(relations: Iterable[Relation]) -> set[str]:
    """The instruments whose versions these relations may end or change."""
    return {instrument_name(r.title) for r in relations if r.kind in ("repeals", "amends")}


def printed_day(words: str) -> date | None:
    """The first day from which a clause says something applies (自2027年1月1日起), or None."""
    days = (dates.parse(match[1]) for match in SINCE.finditer(words))
    return next((day for day in days if day), None)


def _undoubted(registry: RegistryReader, instrument: str, kind: str) -> list[Cited]:
    return [c for c in registry.relations_to(instrument, kind) if not c.relation.doubt]


def _same_words(registry: RegistryReader, instrument: str) -> dict[str, str]:
    """Each version whose articles are word for word those of the next one, with the id of that one. Only texts with
    as many articles are read."""
    articles = str(Rung.ARTICLE)
    pairs = pairwise(registry.versions(instrument))
    alike = [(a.id, b.id) for a, b in pairs if a.counts.get(articles, 0) == b.counts.get(articles, 0) > 0]
    return {one: other for one, other in alike if _articles(registry, one) == _articles(registry, other)}


def _articles(registry: RegistryReader, document_id: str) -> list[str]:
    reading = registry.reading(document_id)
    articles = (p for p in reading.provisions.values() if p.rung is Rung.ARTICLE)
    return [_NOT_WORDS.sub("", normalize("NFKC", reading.text[p.start : p.end])) for p in articles]


def _same_clause(one: Relation, other: Relation) -> bool:
    return instrument_name(one.title) == instrument_name(other.title) and (
        one.number == other.number or same_number(one.number, other.number) is True
    )


def _change(by: Document, day: date, relations: Sequence[Relation]) -> Change | None:
    """None where a text only puts articles in; without places where it does not say which it changes. The relations are
    of one kind."""
    kept = [r for r in relations if not (len(r.target) == 1 and INSERTED.search(r.evidence))]
    places = tuple(dict.fromkeys(r.target for r in kept if r.target))
    if not places and any(r.target for r in relations):
        return None
    made = by.issued_on or _version_day(by) or by.published_on or day
    told = [r for r in kept if r.target] or kept or relations  # the title says nothing that the places do not
    words = "；".join(dict.fromkeys(r.evidence for r in told))
    ended = relations[0].kind == "repeals"
    return Change(day, made, by.number or cited(by.title), by.id, words[:KEPT], places, ended)


def _version_day(document: Document) -> date | None:
    try:
        return date.fromisoformat(document.version)
    except ValueError:
        return None
