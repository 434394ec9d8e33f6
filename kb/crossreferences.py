"""What a provision refers to (依照本法第一百二十四条处罚), brought along one hop, so that a reader need not look it up.

Only what is sure is brought: a provision that is held and applies on the date. A text that is older than the held
version of the law it names counted the articles of an earlier one, so its numbers are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from kb import lookup, validity
from kb.address import instrument_name, join, split, to_chinese
from kb.editions import named_version
from kb.model import CrossReference, Document, Force, Level, Passage, Provision, Rung
from kb.references import Home, Reference, declared_aliases, references
from kb.registry import Reading, Registry

MEMBERS_MOST = 3
"""A list or a range with more members is not brought whole."""
LISTING = re.compile(r"[、，,或和及与至到]|以及|或者")
LEANS_BEFORE = re.compile(r"(?:依照|按照|依据|根据|参照|适用|违反|符合|属于|除|[具存]?有)[^，。；：]{0,2}$")
LEANS_AFTER = re.compile(r"(?:的|规定|所列|之){0,3}(?:处罚|处理|处分|给予|追究|条件|情形|行为|事项|范围|期限|程序)")
"""By these words a rule takes its condition or its sanction from another, without which it cannot be applied."""
LIVE = frozenset((Force.IN_FORCE, Force.AMENDED, Force.UNKNOWN))
WHOLE = frozenset((Rung.PART, Rung.CHAPTER, Rung.SECTION))
"""A reference to one of these names a subject, not a rule that can be read beside the passage."""


class Named(NamedTuple):
    """A provision that another names: `by` is the address of the one that names it, `words` the reference as printed,
    `at` where it stands in the words read, `leans` whether the rule there cannot be applied without it."""

    by: str
    words: str
    at: int
    leans: bool
    document: Document
    provision: Provision

    @property
    def address(self) -> str:
        return join(self.document.id, self.provision.path)


def brought_along(
    registry: Registry, passages: Sequence[Passage], as_of: date, *, limit: int = 5
) -> list[CrossReference]:
    """The provisions that the passages refer to and that are not among them, each once, at most `limit`: first those
    that a rule leans on, of these the ones of the best passage first."""
    return referred_to(registry, [(passage.address, passage.text) for passage in passages], as_of, limit=limit)


def referred_to(
    registry: Registry, shown: Sequence[tuple[str, str]], as_of: date, *, limit: int
) -> list[CrossReference]:
    """The same for `(address, words)` of provisions of which those words are shown."""
    named = [found for address, words in shown for found in named_in(registry, address, words, as_of)]
    brought: dict[str, Named] = {}
    for found in sorted(named, key=lambda n: not n.leans):
        if not among(found.address, {*brought, *(address for address, _ in shown)}):
            brought = {address: one for address, one in brought.items() if not among(address, [found.address])}
            brought[found.address] = found
    return [_cross_reference(registry, found, as_of) for found in islice(brought.values(), limit)]


def _cross_reference(registry: Registry, named: Named, as_of: date) -> CrossReference:
    passage = lookup.passage(registry, named.document, named.provision, as_of, score=0.0, found_by=())
    return CrossReference(by=named.by, words=named.words, passage=passage)


def named_in(registry: Registry, address: str, text: str, as_of: date) -> Iterator[Named]:
    """The held provisions that `text`, words of the provision at `address`, names outside its own paragraph, in order;
    of a long list the text that holds its members, or the first few."""
    document_id, path = split(address)
    document, reading = registry.document(document_id), registry.reading(document_id)
    for home, words, start in _pieces(reading, path, text):
        for listed in _lists(words, _references(registry, document, reading, home, words)):
            leans = _leans(words, listed[0].start, listed[-1].end)
            members = [
                Named(join(document_id, home), reference.raw, start + reference.start, leans, source, provision)
                for reference in listed
                for source, provision in _targets(registry, document, reference, as_of)
                if source != document or home[: len(provision.path)] != provision.path
            ]
            yield from members if len(members) <= MEMBERS_MOST else _fewer(registry, members)


def _fewer(registry: Registry, members: Sequence[Named]) -> Sequence[Named]:
    """Of a long list the paragraph or article that holds all its items (第五项至第十七项), else its first members."""
    first = members[0]
    holding = {(m.document.id, m.provision.path[:-1]) for m in members}
    whole = registry.reading(first.document.id).provisions.get(first.provision.path[:-1])
    if len(holding) > 1 or whole is None or whole.rung not in (Rung.ARTICLE, Rung.PARAGRAPH):
        return members[:MEMBERS_MOST]
    return [first._replace(provision=whole)]


def among(address: str, shown: Iterable[str]) -> bool:
    """Whether a provision is one of those shown or stands within one."""
    return any(address == other or address.startswith(f"{other}/") for other in shown)


def _pieces(reading: Reading, path: tuple[str, ...], text: str) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """`(path, words, start in the text)` of the paragraphs a passage shows: 前款 is another one in each of them."""
    provision = reading.provisions.get(path)
    first, last = lookup.words(reading, provision) if provision else (0, 0)
    begun = reading.text.find(text, first, last)
    ended = begun + len(text)
    paragraphs = [p for p in _paragraphs(reading, path) if p.start < ended and begun < p.end] if begun >= 0 else []
    if not paragraphs:
        yield path, text, 0
    for paragraph in paragraphs:
        start = max(begun, paragraph.start)
        yield paragraph.path, reading.text[start : min(ended, paragraph.end)], start - begun


def _paragraphs(reading: Reading, path: tuple[str, ...]) -> Iterator[Provision]:
    number = 1
    while paragraph := reading.provisions.get((*path, f"第{to_chinese(number)}款")):
        yield paragraph
        number += 1


def _references(
    registry: Registry, document: Document, reading: Reading, path: tuple[str, ...], words: str
) -> list[Reference]:
    """The places named in a paragraph; short titles that the document declares are looked up only where one is used."""
    known = lookup.known_titles(registry)
    found = references(words, known, Home(document.title, path))
    unknown = [r for r in found if r.self_name or (r.title and instrument_name(r.title) not in known)]
    aliases = declared_aliases(reading.text) if unknown and "简称" in reading.text else {}
    return references(words, known, Home(document.title, path, aliases)) if aliases else found


def _lists(words: str, found: Sequence[Reference]) -> list[list[Reference]]:
    """References to provisions, those that only a comma or 和 parts together: 违反第三条、第五条规定."""
    lists: list[list[Reference]] = []
    for reference in (r for r in found if r.title and r.path):
        if lists and LISTING.fullmatch(words[lists[-1][-1].end : reference.start]):
            lists[-1].append(reference)
        else:
            lists.append([reference])
    return lists


def _leans(words: str, start: int, end: int) -> bool:
    return bool(LEANS_BEFORE.search(words[max(0, start - 8) : start]) or LEANS_AFTER.match(words[end : end + 12]))


def _targets(
    registry: Registry, home: Document, reference: Reference, as_of: date
) -> Iterator[tuple[Document, Provision]]:
    document = _document(registry, home, reference, as_of)
    if document:
        reading = registry.reading(document.id)
        yield from (
            (document, provision) for provision in _provisions(reading, reference) if provision.rung not in WHOLE
        )


def _document(registry: Registry, home: Document, reference: Reference, as_of: date) -> Document | None:
    """The version a reference means: its own text's for itself, else the one that applies on the date, unless that
    was made after the text that names it."""
    instrument = lookup.known_titles(registry).get(instrument_name(reference.title or ""))
    if instrument_name(reference.title or "") == home.instrument or instrument == home.instrument:
        return home
    if instrument is None:
        return None
    named = named_version(registry, instrument, reference.version, as_of)
    if named is None or validity.force(named, as_of) not in LIVE:
        return None
    return named if reference.version or _written_for(home, named) else None


def _written_for(home: Document, named: Document) -> bool:
    """Whether a text can have counted the articles of this version: it is not older than it. Our own guides are
    written for the law in force."""
    made, read = _days(named), _days(home)
    return home.level is Level.REFERENCE or not made or not read or max(read) >= min(made)


def _days(document: Document) -> list[date]:
    return [d for d in (document.issued_on, document.published_on, document.effective_on, document.valid_from) if d]


def _provisions(reading: Reading, reference: Reference) -> Iterator[Provision]:
    """The provision a reference names, or those from the first to the last of a range; none that is not there."""
    last = lookup.find(reading, reference.path)
    first = lookup.find(reading, reference.since) if reference.since else None
    if last and first and first.path[:-1] == last.path[:-1]:
        yield from (
            p for p in reading.provisions.values()
            if p.rung is last.rung and p.path[:-1] == last.path[:-1] and first.start <= p.start <= last.start
        )  # fmt: skip
    elif last:
        yield last
