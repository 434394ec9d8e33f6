"""Which provisions say what a term means on a day: for questions (什么是假药) and for the words of a passage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from kb import lookup, validity
from kb.definitions import Definition, folded
from kb.mentions import title_spans
from kb.model import Document, Level, Provision, State
from kb.registry import Registry

LONGEST_TERM = 24
_TERM = rf"(?P<term>[^？?。！!，,；;]{{2,{LONGEST_TERM + 30}}}?)"
_END = "(?:[呢啊呀？?。！!]|$)"
_BEGIN = "(?:^|[，,。；;？?])"
_ASKED = (
    re.compile(
        rf"(?:什么|啥|哪些|哪种)(?:样的)?(?:情[形况]|行为|产品)?下?(?:是指?|叫做?|才?算是?|属于)\s?{_TERM}{_END}"
    ),
    re.compile(rf"(?:何谓|何为|(?:怎么|如何|怎样|应当?如何)(?:理解|界定|定义)){_TERM}{_END}"),
    re.compile(
        rf"{_BEGIN}{_TERM}(?:具体|到底|究竟|主要|都)?(?:是?指的?(?:是)?|是)(?:什么|啥|哪些)(?:意思|含义|概念)?{_END}"
    ),
    re.compile(rf"{_BEGIN}{_TERM}的?(?:定义|含义|意思|概念)(?:有|[吗？?。]|$)"),
)
_ABOUT = re.compile("的?(?:定义|含义|意思|概念|界定)$")
_OF_THE_TEXT = re.compile(r"^(?:》|里面?|中|当中)?(?:所称|所指|规定|所说|上|中)?的?[“\"「]?")
_POLITE = re.compile(r"^(?:请问|想问一?下?|麻烦问一?下?|那么?|一下|你好)+[，,]?|[是的呢吗啊呀”\"」]+$")
_ORDER = {level: rank for rank, level in enumerate(Level)}


class Defining(NamedTuple):
    """A definition with the version and the provision it stands in."""

    document: Document
    provision: Provision
    definition: Definition


def defining(registry: Registry, question: str, as_of: date) -> list[Defining]:
    """The provisions that define the term a question asks about, those of the text it names alone where it names one;
    none for a question that asks no meaning."""
    found = [one for term in asked_terms(registry, question) for one in defined(registry, term, as_of)]
    named = {instrument for *_, instrument in title_spans(question, lookup.known_titles(registry))}
    own = [one for one in found if one.document.instrument in named]
    return own or found


def asked_terms(registry: Registry, question: str) -> tuple[str, ...]:
    """The term whose meaning a question asks for, () where it asks something else. A title before it is left out:
    药品管理法里的假药是什么意思 asks for 假药."""
    plain = re.sub(r"[\s\u3000]", "", question)
    for pattern in _ASKED:
        if match := pattern.search(plain):
            words = _POLITE.sub("", match["term"])
            spans = title_spans(words, lookup.known_titles(registry))
            if spans and spans[0][1] < len(words.rstrip("》")):
                words = _OF_THE_TEXT.sub("", words[spans[0][1] :])
            term = folded(_ABOUT.sub("", _POLITE.sub("", words)))
            return (term,) if 2 <= len(term) <= LONGEST_TERM else ()
    return ()


def defined(registry: Registry, term: str, as_of: date) -> list[Defining]:
    """The provisions of the texts in force on the day that define a term in these very words: highest effect level
    first, of these the ones that hold for a whole text first."""
    wanted = folded(term)
    found = []
    for document in _applying(registry, as_of):
        for one in registry.defined_terms.of(document.id):
            if one.term == wanted:
                provision = lookup.finest(registry.reading(document.id), *printed(registry, document.id, one))
                found.append(Defining(document, provision, one))
    ordered = sorted(found, key=lambda f: (_ORDER[f.document.level], f.definition.reach != "text", f.document.id))
    once = {(one.document.id, one.provision.path): one for one in reversed(ordered)}
    return [one for one in ordered if once[one.document.id, one.provision.path] is one]


def used(definitions: Iterable[Definition], text: str, *, beside: Sequence[str] = ()) -> list[Definition]:
    """The definitions whose terms a text uses, each by its longest term: 药品上市许可持有人 is no use of 药品. The
    terms that `beside` (a question) speaks of come first, then the longer ones, which say more."""
    words = folded(text)
    found: dict[str, Definition] = {}
    taken = words
    for one in sorted(definitions, key=lambda d: -len(d.term)):
        if one.term not in found and one.term in taken:
            found[one.term] = one
            taken = taken.replace(one.term, "\n" * len(one.term))
    asked = [folded(part) for part in beside]
    return sorted(found.values(), key=lambda d: (not any(d.term in part for part in asked), -len(d.term), d.start))


def _applying(registry: Registry, as_of: date) -> list[Document]:
    """The published versions that apply on a day, one of each instrument."""
    held = (h.document for h in registry.held().values() if h.document.state is State.PUBLISHED)
    instruments: dict[str, list[Document]] = {}
    for document in held:
        instruments.setdefault(document.instrument, []).append(document)
    chosen = (validity.chosen(sorted(v, key=_begun), as_of) for v in instruments.values())
    return [document for document in chosen if document and validity.applies(document, as_of)]


def _begun(document: Document) -> tuple[str, str]:
    return str(validity.start(document) or ""), document.version


def printed(registry: Registry, document_id: str, one: Definition) -> tuple[int, int]:
    """The span of a definition without the number of its place, which no provision's quotable text holds."""
    reading = registry.reading(document_id)
    bodies = [p.body for p in reading.provisions.values() if one.start <= p.body < one.end and p.start <= one.start]
    return max([one.start, *bodies]), one.end
