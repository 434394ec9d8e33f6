"""A comparison as a table: one row for each thing compared, its cell the quoted words on it, or that nothing was found.

A quote belongs to the thing whose own words (化妆品, 疫苗, 劣药) stand in its text, its headings or its title; what
speaks of all of them or of none stays out of the table and in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.answer_model import Cell, Table, TableRow
from assistant.extracts.sentences import sentences
from assistant.question.asking import ASKS_COMPARISON, Asking, asking
from kb import lookup
from kb.address import split
from kb.decomposition import parts_of
from kb.knowledge import KnowledgeBase
from kb.model import Citation
from kb.phrases import word_spans
from kb.registry import Registry
from kb.relevance import coverage
from kb.rerank import HAS_AMOUNT

NOT_FOUND = "知识库没有依据"
LONG = 220
"""Characters of a quote up to which a cell shows it whole; of a longer one its best sentence."""
LEAST = 0.4
"""Share of a thing's own words below which a quote is not on it."""
FIGURE = 0.1
"""What a figure in a sentence is worth: most comparisons are of days and sums."""
_OFFICES = re.compile(
    "药品监督管理(?:部门|局)|国家药监局|药监局|药品审评中心|药品检[查验]机构|药品检查员|药品专业技术机构"
)
"""Names of offices hold the name of a sector that the rule may not be about."""
_PLACES = re.compile("第[〇零一二三四五六七八九十百千\\d]{1,7}条")
_SUBJECT = re.compile("疫苗|化妆品|器械|药品|中医药|食品|农产品|商标|专利")
_HEADS = frozenset("药证品类书金费权")
"""What a name of two words ends in: 创新药."""
_COLUMNS = {
    Asking.PENALTY: "处罚", Asking.DEADLINE: "期限", Asking.WHO: "主体", Asking.AMOUNT: "数额",
    Asking.MEANING: "含义", Asking.CONDITION: "条件", Asking.MATERIALS: "材料",
}  # fmt: skip


class Compared(NamedTuple):
    """One thing compared: its `name` as a row shows it, the whole `part` of the question, and its `own` words."""

    name: str
    part: str
    own: Mapping[str, float]


def tabulated(knowledge: KnowledgeBase, question: str, citations: Sequence[Citation]) -> Table | None:
    """The table of a question that compares; None for any other, and where no quote belongs to one side alone."""
    things = compared(knowledge, question)
    if not things:
        return None
    rows: list[tuple[Compared, list[Citation]]] = [(thing, []) for thing in things]
    for citation in citations:
        for thing, cell in rows:
            if thing in _belongs(knowledge.registry, citation, things):
                cell.append(citation)
    if len({tuple(citation.key for citation in cell) for _, cell in rows}) < 2:
        return None  # where every row is the same, the table tells nothing apart
    told = tuple(TableRow(name=thing.name, cells=(_cell(knowledge, thing, cell),)) for thing, cell in rows)
    return Table(columns=(column(question),), rows=told)


def compared(knowledge: KnowledgeBase, question: str) -> list[Compared]:
    """The things that a question compares, at least two; [] where it compares nothing."""
    if _PLACES.search(question) or not ASKS_COMPARISON.search(question):
        return []  # two articles that are named are quoted, and that is the comparison
    parts = parts_of(question, lookup.known_titles(knowledge.registry))
    terms = [dict(knowledge.term_weights(part)) for part in parts]
    shared = set.intersection(*(set(one) for one in terms)) if terms else set()
    own = [{term: weight for term, weight in one.items() if term not in shared} for one in terms]
    if len(parts) < 2 or not all(own):
        return []
    return [Compared(name, part, mine) for name, part, mine in zip(names(parts), parts, own, strict=True)]


def names(parts: Sequence[str]) -> list[str]:
    """What the parts differ in: 药品 and 化妆品 of 药品的再注册期限 and 化妆品的再注册期限. No word is cut in two."""
    words = [[part[start:end] for start, end in word_spans(part)] for part in parts]
    shared = 0
    while all(len(one) > shared + 1 for one in words) and len({one[-1 - shared] for one in words}) == 1:
        shared += 1
    if shared and words[0][-shared] in _HEADS:
        shared -= 1
    cut = ["".join(one[: len(one) - shared]).strip("的，, ") for one in words]
    cut = [re.sub("(?:各|分别).*$", "", one) if len(one) > 4 else one for one in cut]
    usable = all(len(one) >= 2 for one in cut) and len(set(cut)) == len(cut)
    return cut if usable else list(parts)


def column(question: str) -> str:
    """The heading of the cells: what is compared, 规定 where the question does not say."""
    return _COLUMNS.get(asking(ASKS_COMPARISON.sub("", question)), "规定")


def _belongs(registry: Registry, citation: Citation, things: Sequence[Compared]) -> list[Compared]:
    """The one thing that a quote is on: the only one that names the subject of its title, else the one of whose own
    words it holds most; of a quote that holds those of several as well, all of these. A thing that names a subject has
    nothing in a text that does not speak of it."""
    subjects = set(_SUBJECT.findall(citation.title))
    named = [thing for thing in things if subjects & set(_SUBJECT.findall(thing.name))]
    if len(named) == 1:
        return named
    document_id, path = split(citation.address)
    provision = registry.reading(document_id).provisions[path]
    titled = f"{citation.title} {' '.join(provision.trail)}"
    text = _OFFICES.sub("", citation.quote)
    spoken = set(_SUBJECT.findall(titled + text))
    open_to = [thing for thing in things if spoken.issuperset(_SUBJECT.findall(thing.name))]
    held = [(_share(thing.own, titled) * 2 + _share(thing.own, text), thing) for thing in open_to]
    best = max((worth for worth, _ in held), default=0.0)
    return [thing for worth, thing in held if worth == best] if best >= LEAST else []


def _share(own: Mapping[str, float], text: str) -> float:
    return round(coverage(own, text), 3)


def _cell(knowledge: KnowledgeBase, thing: Compared, citations: Sequence[Citation]) -> Cell:
    if not citations:
        return Cell(text=NOT_FOUND)
    weights = knowledge.term_weights(thing.part)
    words = dict.fromkeys(_shown(citation.quote, weights) for citation in citations)
    return Cell(text="\n".join(words), keys=tuple(citation.key for citation in citations))


def _shown(quote: str, weights: Mapping[str, float]) -> str:
    if len(quote) <= LONG:
        return quote
    spans = [quote[start:end] for start, end in sentences(quote)]
    best = max(
        spans, key=lambda words: coverage(weights, words) + FIGURE * bool(HAS_AMOUNT.search(words)), default=quote
    )
    return quote if best.endswith(("：", ":")) else best  # a list says nothing without its entries
