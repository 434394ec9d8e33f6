"""What to ask next, read from the quoted provisions alone: the penalty for breaking them, what they refer to, the terms
they use, the articles beside them. Each suggestion names a place that is held, so that it answers when it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, islice, zip_longest

from kb import lookup, validity
from kb.address import article_of, join, label, split
from kb.crossreferences import named_in, referred_to
from kb.defined_terms import asked_terms, printed, used
from kb.definitions import folded
from kb.model import Citation, Document, Force, Provision, Rung
from kb.registry import Reading, Registry
from kb.search import WITHOUT_FORCE
from kb.validity import chinese_day

MOST = 4
QUOTES_READ = 2
"""The first quotes carry the answer; those further down lead away from the question."""
LONGEST_SUBJECT, SHORTEST_SUBJECT = 30, 4
SHORTEST_TERM = 3
"""Nobody who asks about a law of drugs wonders what 药品 means."""
_PENALTIES = re.compile("法律责任|罚则|处罚")
_CLAUSE_ENDS = re.compile(r"[。；：:;\n]")
_LAST_COMMA = re.compile("[，,][^，,]*$")
_ENDED = re.compile(r"^[（(]?(?:删[去除]|已?废止)")


def suggested(
    registry: Registry, question: str, citations: Sequence[Citation], as_of: date, *, named_day: date | None = None
) -> tuple[str, ...]:
    """At most MOST questions, of different sorts first; with `named_day` each names that day."""
    quoted = [c for c in citations if registry.document(c.document_id).kind not in WITHOUT_FORCE][:QUOTES_READ]
    if not quoted:
        return ()
    first = quoted[0]
    known = {_article(c.address) for c in citations}
    sorts = (
        _penalties(registry, first, as_of),
        _referred(registry, quoted, as_of),
        _terms(registry, question, first),
        _beside(registry, first, as_of),
    )
    mixed = (one for one in chain.from_iterable(zip_longest(*sorts)) if one)
    fresh = dict.fromkeys(words for address, words in mixed if address not in known and words != question)
    day = f"按{chinese_day(named_day)}的规定，" if named_day else ""
    return tuple(f"{day}{words}" for words in islice(fresh, MOST))


Suggestion = tuple[str, str]
"""The address of the article it leads to, and its words."""


def _penalties(registry: Registry, quote: Citation, as_of: date) -> Iterator[Suggestion]:
    """The rule of the same text that punishes a breach of the quoted article by its number."""
    document_id, path = split(quote.address)
    article, reading = article_of(path), registry.reading(document_id)
    if article is None:
        return
    document, target = registry.document(document_id), join(document_id, (article,))
    for one in _articles(reading):
        if not any(_PENALTIES.search(heading) for heading in one.trail):
            continue
        words = lookup.quotable(reading, one)
        if article not in words or one.path == (article,):
            continue
        named = named_in(registry, join(document_id, one.path), words, as_of)
        if any(_article(place.address) == target for place in named) and _stands(document, one, as_of):
            address = join(document_id, one.path)
            yield address, f"{label(document.title, one.path)}：对违反{article}的处罚"


def _referred(registry: Registry, quotes: Sequence[Citation], as_of: date) -> Iterator[Suggestion]:
    shown = [(quote.address, quote.quote) for quote in quotes]
    for reference in referred_to(registry, shown, as_of, limit=2):
        document_id, path = split(reference.passage.address)
        reading = registry.reading(document_id)
        article = lookup.find(reading, path[:1])
        if article:
            yield from _place(registry.document(document_id), reading, article, as_of)


def _terms(registry: Registry, question: str, quote: Citation) -> Iterator[Suggestion]:
    """The meaning of a term that the quote uses and its text defines elsewhere."""
    definitions = registry.defined_terms.of(quote.document_id)
    asked = asked_terms(registry, question)
    reading = registry.reading(quote.document_id)
    title = label(quote.title, ())
    telling = [one for one in used(definitions, quote.quote, beside=[question]) if len(one.term) >= SHORTEST_TERM]
    for one in telling[:1]:
        if one.term in asked or one.term in folded(quote.title):
            continue
        place = lookup.finest(reading, *printed(registry, quote.document_id, one))
        yield join(quote.document_id, place.path[:1]), f"{title}里的{one.term}是什么意思"


def _beside(registry: Registry, quote: Citation, as_of: date) -> Iterator[Suggestion]:
    """The articles next to the quoted one that stand under the same heading: those behind it, then the one before."""
    document_id, path = split(quote.address)
    document, reading = registry.document(document_id), registry.reading(document_id)
    articles = list(_articles(reading))
    at = next((number for number, one in enumerate(articles) if one.path == path[:1]), None)
    if at is None:
        return
    for one in (*articles[at + 1 : at + 3], *articles[max(0, at - 1) : at]):
        if one.trail == articles[at].trail:
            yield from _place(document, reading, one, as_of)


def _place(document: Document, reading: Reading, one: Provision, as_of: date) -> Iterator[Suggestion]:
    subject = _subject(reading, one)
    if subject and _stands(document, one, as_of):
        yield join(document.id, one.path), f"{label(document.title, one.path)}：{subject}"


def _subject(reading: Reading, one: Provision) -> str | None:
    """What an article is about, in its own words: its heading, else its first clause; None where that says nothing."""
    if one.heading:
        return one.heading[:LONGEST_SUBJECT]
    words = re.sub(r"[\s\u3000]", "", _CLAUSE_ENDS.split(lookup.quotable(reading, one).strip(), maxsplit=1)[0])
    if _ENDED.match(words) or len(words) < SHORTEST_SUBJECT:
        return None
    if len(words) <= LONGEST_SUBJECT:
        return words
    cut = words[:LONGEST_SUBJECT]
    whole = _LAST_COMMA.sub("", cut)
    return f"{whole if len(whole) >= SHORTEST_SUBJECT * 2 else cut}…"


def _articles(reading: Reading) -> Iterator[Provision]:
    return (one for one in reading.provisions.values() if one.rung is Rung.ARTICLE and len(one.path) == 1)


def _stands(document: Document, one: Provision, as_of: date) -> bool:
    return validity.force(document, as_of, one.path) is Force.IN_FORCE


def _article(address: str) -> str:
    document_id, path = split(address)
    return join(document_id, path[:1])
