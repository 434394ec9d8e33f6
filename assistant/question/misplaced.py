"""A number of an article that does not hold what the question says of it: the law has no such article, or what is named
beside it stands in another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.question.asked_day import Asked
from kb import lookup
from kb.address import article_of, instrument_name
from kb.editions import named_version
from kb.knowledge import KnowledgeBase
from kb.model import Document, Rung
from kb.numerals import ordinal
from kb.references import Reference, references
from kb.registry import Reading
from kb.relevance import coverage
from kb.search import Filters, findings

_SAYS = re.compile(
    r"(?:第[一二三四五六七八九十]{1,3}[款项])?(?:[里中])?(?:所|上)?(?:规定|说|讲|写|提到|要求)(?:过|到)?的(?P<content>[\u4e00-\u9fff]{2,14}?)"
    r"(?=怎么|如何|怎样|是|有|要|需|包括|最|能|可|应|必须|多|在|指|算|由|[吗呢，。？?、：:；;]|$)"
)
_ASPECT = re.compile("(?:的?(?:定义|含义|条件|要求|处罚|罚款|规定|内容|情形|程序|期限|问题|事项|制度|标准))+$")
_OTHER = 0.5
"""Share of the words that the article named may hold and still not be the one…"""
_WHOLE = 0.99
"""…while another one holds all of them."""
_BEST = 6


class Misplaced(NamedTuple):
    """`sentence` says it; `named` is the article as it is written in the question, `right` the one that holds what is
    said of it, None where no article does."""

    sentence: str
    named: str
    right: str | None = None


def misplaced(knowledge: KnowledgeBase, asked: Asked) -> Iterator[Misplaced]:
    """Each such number."""
    registry = knowledge.registry
    known = knowledge.lexicon.names(lookup.known_titles(registry))
    for reference in references(asked.question, known):
        article = article_of(reference.path)
        instrument = known.get(instrument_name(reference.title or ""))
        if article is None or instrument is None or reference.path[0] != article:
            continue
        document = named_version(registry, instrument, reference.version, asked.day)
        if document is None:
            continue
        reading = registry.reading(document.id)
        if lookup.find(reading, (article,)) is None:
            if beyond(reading, article):
                title = document.title.removeprefix("中华人民共和国")
                yield Misplaced(f"《{title}》一共{articles(reading)}条，没有{article}。", reference.raw)
        elif says := _SAYS.match(asked.question, reference.end):
            yield from _elsewhere(knowledge, asked, document, reference, says["content"])


def beyond(reading: Reading, article: str) -> bool:
    """Whether a number lies behind the last article: only then it is known not to exist, for a smaller one may be lost
    from the text."""
    numbers = [found for p in reading.provisions.values() if p.rung is Rung.ARTICLE and (found := _number(p.path[-1]))]
    wanted = _number(article)
    return bool(wanted and numbers and wanted > max(numbers) and articles(reading) >= max(numbers))


def articles(reading: Reading) -> int:
    return sum(p.rung is Rung.ARTICLE for p in reading.provisions.values())


def _number(segment: str) -> int | None:
    match = re.match("第(.+?)条", segment)
    try:
        return ordinal(match[1]) if match else None
    except ValueError:
        return None


def _elsewhere(
    knowledge: KnowledgeBase, asked: Asked, document: Document, reference: Reference, content: str
) -> Iterator[Misplaced]:
    subject = _ASPECT.sub("", content) or content
    weights = knowledge.term_weights(subject)
    reading = knowledge.registry.reading(document.id)
    named = reading.provisions.get(reference.path[:1])
    if named is None or not weights or len(subject) < 2:
        return
    words = " ".join((*named.trail[-1:], reading.text[named.start : named.end]))
    if subject in words or coverage(weights, words) > _OTHER:
        return
    best = findings(knowledge, subject, as_of=asked.day, limit=_BEST, filters=Filters(documents=(document.id,)))
    if any(article_of(f.passage.address.split("/")[1:]) == named.path[0] for f in best[:2]):
        return
    for finding in best:
        article = article_of(finding.passage.address.split("/")[1:])
        if article and article != named.path[0] and coverage(weights, finding.passage.text) >= _WHOLE:
            title = document.title.removeprefix("中华人民共和国")
            told = f"《{title}》{named.path[0]}讲的不是“{subject}”，“{subject}”见{article}。"
            yield Misplaced(told, reference.raw, article)
            return
