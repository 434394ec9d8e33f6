"""The shortest set of verbatim sentences that answers: which words of the found provisions to quote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from assistant.extracts.evidence import Evidence
from assistant.extracts.reliance import relied_on
from assistant.extracts.sentences import paragraphs, sentences, understood_with
from assistant.extracts.stored_quotes import cite
from kb import lookup
from kb.address import split
from kb.knowledge import KnowledgeBase
from kb.model import Citation, Provision, Sector
from kb.open_points import sectors_in
from kb.registry import Reading, Registry
from kb.relevance import coverage
from kb.rerank import HAS_AMOUNT
from kb.search import WITHOUT_FORCE, Finding

WHOLE_ARTICLE = 260
"""Characters up to which the best provision is quoted whole: cutting it would cost more than reading it."""
WHOLE_BESIDE = 160
"""The same for one beside it."""
PARAGRAPH_MOST = 400
"""Characters up to which a paragraph is quoted whole, which is how the law is cited: the figure that is asked for often
stands in the sentence behind the one that tells of the matter."""
LINES_MOST = 3
BESIDE_BEST = 0.6
"""A further paragraph of the best provision is quoted when it holds this share of what its best one holds."""
QUOTES_MOST = 5
PROVISIONS_MOST = 3
NAMED_MOST = 2
"""Provisions quoted because a main quote rests on them, beside QUOTES_MOST."""
RELATED = 0.8
"""A further provision is quoted when it holds at least this share of what the best one holds of the question."""
CLOSE = 0.95
"""…and stands at least this close to the best one in the order of the search."""
AS_KNOWN = 0.7
"""…and, where the question is like known ones, be known to answer them at least this far beside the best one: many
articles stand near each other, and few of them are what was asked for."""
LIST_MOST = 700

ASKS_AMOUNT = re.compile(r"多少|几|多久|多长|何时|什么时候|期限|时限|金额|罚|费|比例")
ASKS_PERMISSION = re.compile(r"可以|可不可以|能不能|能否|是否|允许|吗")
HAS_PERMISSION = re.compile(r"可以|不得|应当|禁止|准予|允许|除外|但是|支持|鼓励")


Part = Literal["main", "named", "related"]


class Quoted(NamedTuple):
    """A citation and what it is in the answer: of the best provision, of one that those words cannot be understood
    without, or of one beside it."""

    citation: Citation
    part: Part


def extract(knowledge: KnowledgeBase, evidence: Evidence, as_of: date) -> list[Quoted]:
    """Quotes for the answer, best provision first, then what its words rest on, numbered from 1."""
    registry = knowledge.registry
    main: list[Citation] = []
    related: list[Citation] = []
    for rank, finding in enumerate(_provisions(evidence)):
        place, outright = split(finding.passage.address), "exact" in finding.passage.found_by
        spans = _spans(knowledge, place, evidence, outright=outright, whole=rank == 0)
        left = QUOTES_MOST - len(main) - len(related)
        (related if rank else main).extend(_cite(registry, place[0], span, as_of) for span in spans[:left])
    named = []
    for found in relied_on(registry, main, related, as_of)[:NAMED_MOST]:
        span = _opening(registry.reading(found.document.id), found.provision)
        named.append(_cite(registry, found.document.id, span, as_of))
    parts: list[tuple[Part, list[Citation]]] = [("main", main), ("named", named), ("related", related)]
    ordered = [(part, citation) for part, citations in parts for citation in citations]
    return [Quoted(c.model_copy(update={"key": str(n)}), part) for n, (part, c) in enumerate(ordered, start=1)]


def _opening(reading: Reading, provision: Provision) -> tuple[int, int]:
    """The whole provision where it can be taken in at once, else its first sentence: of a long article that another one
    points at for its sanction, the list of its own cases is not needed."""
    first, last = lookup.words(reading, provision)
    text = reading.text[first : min(last, first + LIST_MOST)]
    ends = [at for at in (text.find("。") + 1, text.find("\n")) if at > 0]
    return (first, last) if last - first <= LIST_MOST else (first, first + min(ends, default=len(text)))


def _cite(registry: Registry, document_id: str, span: tuple[int, int], as_of: date) -> Citation:
    return cite(registry, registry.document(document_id), *span, as_of)


def _provisions(evidence: Evidence) -> list[Finding]:
    if evidence.named:
        exact = [f for f in evidence.findings if "exact" in f.passage.found_by]
        return exact[:PROVISIONS_MOST]
    if parts := _of_each_part(evidence.findings):
        return parts[:PROVISIONS_MOST]
    grounds = [f for f in evidence.findings if f.passage.kind not in WITHOUT_FORCE]
    best = evidence.findings[0]
    if grounds and _speaks(grounds[0]) >= RELATED * _speaks(best) and _same_sector(evidence.question, grounds[0], best):
        best = grounds[0]
    near = [f for f in (grounds if best in grounds else evidence.findings)[:5] if f is not best]
    least = (CLOSE * best.passage.score, RELATED * best.share, AS_KNOWN * _known(best))
    beside = (f for f in near if all(has >= wanted for has, wanted in zip(_has(f), least, strict=True)))
    return [best, *beside][:PROVISIONS_MOST]


def _has(finding: Finding) -> tuple[float, float, float]:
    return finding.passage.score, finding.share, _known(finding)


def _known(finding: Finding) -> float:
    return finding.features.get("known", 0.0)


def _speaks(finding: Finding) -> float:
    """How far a text holds the question's words, or the words of the statutes for them: no law says MAH."""
    return max(finding.share, finding.features.get("meant", 0.0))


def _same_sector(question: str, ground: Finding, best: Finding) -> bool:
    """Whether a ground speaks of the sector that is asked about where the best text does: a rule on the registration
    of doctors holds most of the words of a question on that of devices."""
    asked = sectors_in(question)
    return not asked & _sectors(best) or bool(asked & _sectors(ground))


def _sectors(finding: Finding) -> frozenset[Sector]:
    passage = finding.passage
    return sectors_in(" ".join((passage.title, *passage.path, passage.text)))


def _of_each_part(findings: Sequence[Finding]) -> list[Finding]:
    """The best finding of each part of a question in parts, in their order; one provision may answer two of them."""
    best: dict[int, Finding] = {}
    for finding in findings:
        if finding.part:
            best.setdefault(finding.part, finding)
    return [best[part] for part in sorted(best)]


def _spans(
    knowledge: KnowledgeBase, place: tuple[str, tuple[str, ...]], evidence: Evidence, *, outright: bool, whole: bool
) -> list[tuple[int, int]]:
    """Spans in the document's text: the whole provision where it can be taken in at once, or was named outright, else
    its best paragraphs, each with the lines it cannot be understood without."""
    document_id, path = place
    reading = knowledge.registry.reading(document_id)
    first, last = lookup.words(reading, reading.provisions[path])
    text = reading.text[first:last]
    if len(text) <= (LIST_MOST if outright else WHOLE_ARTICLE if whole else WHOLE_BESIDE):
        return [(first, last)] if text else []
    lines = [line for span in paragraphs(text) for line in _cut(text, span)]
    worth = [_worth(text[s:e], evidence.question, evidence.weights) for s, e in lines]
    best = max(range(len(lines)), key=lambda n: (worth[n], -n), default=None)
    if best is None:
        return []
    near = [n for n in range(len(lines)) if whole and n != best and worth[n] >= BESIDE_BEST * worth[best]]
    picked = [best, *sorted(near, key=lambda n: (-worth[n], n))[: LINES_MOST - 1]]
    return [(first + s, first + e) for s, e in _joined(text, lines, picked)]


def _cut(text: str, line: tuple[int, int]) -> list[tuple[int, int]]:
    """A paragraph, or its sentences where it is too long to be quoted whole."""
    start, end = line
    if end - start <= PARAGRAPH_MOST:
        return [line]
    return [(start + s, start + e) for s, e in sentences(text[start:end])]


def _joined(text: str, lines: Sequence[tuple[int, int]], picked: Sequence[int]) -> list[tuple[int, int]]:
    """The picked lines and what they need, up to LIST_MOST characters for each; a list is one quote with its lead."""
    words = [text[start:end] for start, end in lines]
    wanted: dict[int, None] = {}
    for at in picked:
        needed, length = understood_with(words, at), 0
        for n in needed:
            length += lines[n][1] - lines[n][0]
            if n == at or length <= LIST_MOST:
                wanted[n] = None
    spans: list[tuple[int, int]] = []
    for n in sorted(wanted):
        start, end = lines[n]
        listed = n - 1 in wanted and len(understood_with(words, n)) > 1
        if spans and listed:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _worth(sentence: str, question: str, weights: Mapping[str, float]) -> float:
    worth = coverage(weights, sentence)
    if ASKS_AMOUNT.search(question) and HAS_AMOUNT.search(sentence):
        worth += 0.25
    if ASKS_PERMISSION.search(question) and HAS_PERMISSION.search(sentence):
        worth += 0.1
    return worth
