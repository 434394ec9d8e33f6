"""The second look at what a search found: each candidate is read against the question, not only ranked.

`standing` adds up a few readable features; every score stays below that of a place named outright.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from kb.lexical import fold as fold_anew
from kb.lexical import terms
from kb.lookup import quotable
from kb.model import Document, Kind, Level, Provision, Rung, Sector
from kb.registry import Reading

WEIGHTS: dict[str, float] = {
    "fused": 0.26, "meaning": 0.73, "covered": 0.24, "sentence": 0.21, "meant": 0.2, "title": -0.1, "pairs": 0.45,
    "effect": 0.14, "sector": 0.1, "place": 0.2, "operative": 0.1, "amount": 0.07, "definition": 0.11, "penalty": 0.09,
    "outdated": -0.25, "known": 0.7,
}  # fmt: skip
"""How much each feature counts, learnt by `learning/ranking.py` and rounded (docs/decisions/021). Only their order of
size is meant to be read: a title that holds the question's words counts against a text that holds no more than them.
`known` is weighed apart, by `learning/known.py`: the questions that the others are learnt from are the known ones.
`place`, `meant` and `outdated` are set by hand: hardly a training question names a region or needs the lexicon, and
some are on old texts; `effect` and `operative` were set back by hand to about what they were before, or guides would
never come first."""
SPREAD = 0.12
"""Cosines this far below the best one found count as no likeness at all."""

EFFECT_OF: dict[Level, float] = {
    Level.CONSTITUTION: 1.0,
    Level.LAW: 1.0,
    Level.ADMINISTRATIVE_REGULATION: 0.7,
    Level.DEPARTMENT_RULE: 0.5,
    Level.LOCAL_REGULATION: 0.5,
    Level.LOCAL_RULE: 0.4,
    Level.NORMATIVE_DOCUMENT: 0.3,
    Level.GUIDANCE: 0.0,
    Level.REFERENCE: -0.4,
}
JUDICIAL = 0.2
"""A judicial interpretation tells courts how to apply the law; the law itself is the answer."""
LEAST_OF_CONTAINER = 0.75
"""An entry stands for its container when it holds at least this share of what the container holds."""
SENTENCES_MOST = 60

ASKS_AMOUNT = re.compile(r"多少|几(?!乎)|多久|多长|多大|何时|什么时候|期限|时限|金额|比例")
HAS_AMOUNT = re.compile(
    r"[\d〇零一二三四五六七八九十百千万两]\s*"
    r"(?:个?工作日|日|天|个?月|年|倍|万?元|人|家|名|%|％|平方米|平米|㎡|小时)|百分之"
)
ASKS_PENALTY = re.compile(r"罚|后果|坐牢|判刑|追责|法律责任|吊销|怎么处理")
HAS_PENALTY = re.compile(r"罚款|没收|吊销|拘留|有期徒刑|警告|责令")
ASKS_MEANING = re.compile(r"什么是|是什么意思|指什么|是指|何谓|定义|啥叫|什么叫|概念|算什么")
HAS_MEANING = re.compile(r"是指|，指|所称|的含义")
PREFACE = "序言"
_REGION_NAME = re.compile(r"(.{2,}?)(?:特别行政区|壮族自治区|维吾尔自治区|回族自治区|自治区|自治州|新区|省|市|区|县)")
_NUMERAL = "[\\d〇零一二三四五六七八九十百千万两]"
_NUMERAL_PLACE = re.compile(rf".?(?:{_NUMERAL}+|i{{1,3}}(?=类))(?:(?!{_NUMERAL})\S){{0,4}}")
_SENTENCE = re.compile(r"[^。;\n]+[。;]?")
"""Of a folded text."""


class Asked(NamedTuple):
    """What a question asks for, read once. `weights` are its own terms, `meant` the terms of the statutes that the
    lexicon gives for them; `known` says of a provision's words how near the question comes to one that they are known
    to answer (`kb.known_questions`)."""

    words: str
    weights: Mapping[str, float]
    meant: Mapping[str, float]
    sectors: frozenset[Sector]
    known: Callable[[str], float] = lambda _text: 0.0


class Read(NamedTuple):
    """A candidate with its words. `fused` is the share of the best one's; `meaning` falls from 1 for the best cosine
    (of the question as turned by the adapter, where the encoder has one) to 0 at SPREAD below it; `headings` is the
    title and the trail, `text` what stands below them; `operative` is 1 for an article, 0 for an entry of an outline,
    -1 for a preface, which announces and does not rule. `current` is False for a text that has been amended by one that
    is not held."""

    document: Document
    path: tuple[str, ...]
    fused: float
    meaning: float
    headings: str
    text: str
    operative: int
    current: bool = True


def standing(found: Mapping[str, float]) -> float:
    """The score by which candidates are put in order, of a candidate with these features."""
    return sum(WEIGHTS[name] * value for name, value in found.items())


def features(read: Read, question: Asked) -> dict[str, float]:
    """Every feature by its name in WEIGHTS, each about from 0 to 1 (from -1 where something speaks against)."""
    words, document = question.words, read.document
    whole = f"{fold(read.headings)} {fold(read.text)}"
    return {
        "fused": read.fused,
        "meaning": read.meaning,
        "covered": _share(question.weights, whole),
        "sentence": best_sentence(question.weights, read.headings, read.text),
        "meant": _share(question.meant, whole),
        "title": share(question.weights, read.headings),
        "pairs": _pairs_held(fold(words), whole),
        "effect": effect(document) * read.meaning,
        "sector": same_sector(document, question),
        "place": same_place(document, words),
        "operative": read.operative,
        "amount": _both(ASKS_AMOUNT, HAS_AMOUNT, words, read.text),
        "definition": _both(ASKS_MEANING, HAS_MEANING, words, read.text),
        "penalty": _both(ASKS_PENALTY, HAS_PENALTY, words, read.text),
        "outdated": float(not read.current),
        "known": question.known(read.text),
    }


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """`kb.lexical.fold`, remembered: many questions meet the same candidates."""
    return fold_anew(text)


def _both(asks: re.Pattern[str], has: re.Pattern[str], words: str, text: str) -> float:
    return float(bool(asks.search(words) and has.search(text)))


def pairs_held(words: str, text: str) -> float:
    """Share of the question's neighbouring characters that stand side by side in the text too: likeness that does not
    hang on how either is cut into words."""
    return _pairs_held(fold(words), fold(text))


def _pairs_held(question: str, folded: str) -> float:
    pairs = {question[at : at + 2] for at in range(len(question) - 1) if question[at : at + 2].isalnum()}
    return sum(pair in folded for pair in pairs) / len(pairs) if pairs else 0.0


def share(weights: Mapping[str, float], text: str) -> float:
    """Weighted share in [0, 1] of the question's terms that the text holds; 0 for a question without terms."""
    return _share(weights, fold(text))


def _share(weights: Mapping[str, float], folded: str) -> float:
    total = sum(weights.values())
    return sum(weights[term] for term in _held(weights, folded)) / total if total else 0.0


def best_sentence(weights: Mapping[str, float], headings: str, text: str) -> float:
    """The share that the best single sentence holds together with the headings above it: a long container covers
    every word somewhere, an answer covers them in one place."""
    total, folded = sum(weights.values()), fold(text)
    sentences = [s[0] for s in islice(_SENTENCE.finditer(folded), SENTENCES_MOST)]
    if not total or not sentences:
        return 0.0
    above = _held(weights, fold(headings))
    below = {term: weights[term] for term in _held(weights, folded) - above}
    best = max(sum(below[term] for term in _held(below, sentence)) for sentence in sentences) if below else 0.0
    return (sum(weights[term] for term in above) + best) / total


def _held(weights: Mapping[str, float], folded: str) -> set[str]:
    held = {term for term in weights if term in folded}
    if any(term[0].isdigit() for term in weights.keys() - held):
        # 三十日 is the term 30日. Only the words around numerals are read: reading whole texts takes ten times as long.
        held |= weights.keys() & set(terms(" ".join(_NUMERAL_PLACE.findall(folded))))
    return held


def operative(path: Sequence[str], *, article: bool) -> int:
    return -1 if path[:1] == (PREFACE,) else int(article)


def effect(document: Document) -> float:
    """The effect level as a number: national law first, texts without force last."""
    return JUDICIAL if document.kind is Kind.JUDICIAL_INTERPRETATION else EFFECT_OF[document.level]


def same_sector(document: Document, question: Asked) -> int:
    """1 where the document governs a sector the question names, -1 where only others, 0 where either is silent."""
    if not question.sectors or not document.sectors:
        return 0
    return 1 if question.sectors & set(document.sectors) else -1


def same_place(document: Document, words: str) -> int:
    """1 for a local text whose region the question names, -1 for one it does not name, 0 for a national text."""
    if not document.region:
        return 0
    names = _REGION_NAME.findall(document.region) or [document.region]
    return 1 if any(name in words for name in names) else -1


def finest(reading: Reading, provision: Provision, title: str, question: Asked) -> Provision:
    """The entry of an outline that answers, where the index holds several entries as one: 七（四） rather than 七.

    Articles stay whole, they are the unit of the law; so does a container whose words answer only together.
    """
    depth = len(provision.path)
    if provision.rung is not Rung.HEADING:
        return provision
    below = [p for p in reading.provisions.values() if p.rung is Rung.HEADING and p.path[:depth] == provision.path]
    parents = {p.path[:-1] for p in below}
    leaves = [p for p in below if len(p.path) > depth and p.path not in parents]
    if not leaves:
        return provision

    def holds(p: Provision) -> float:
        return share(question.weights, f"{title} {' '.join(p.trail)} {quotable(reading, p)}")

    def worth(p: Provision) -> float:
        return holds(p) + WEIGHTS["amount"] * _both(ASKS_AMOUNT, HAS_AMOUNT, question.words, quotable(reading, p))

    best = max(leaves, key=lambda p: (worth(p), -p.start))
    return best if worth(best) >= LEAST_OF_CONTAINER * holds(provision) else provision
