"""The second look at what a search found: each candidate is read against the question, not only ranked.

`standing` adds up a few readable features. Their weights were fitted with cross-validation over two libraries and then
rounded (docs/decisions/005); every score stays below that of a place named outright.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.lexical import fold, terms
from kb.lookup import quotable
from kb.model import Document, Kind, Level, Provision, Rung, Sector
from kb.registry import Reading

FUSED = 0.4
MEANING = 0.1
COVERED = 0.2
SENTENCE = 0.2
EFFECT = 0.35
SECTOR = 0.1
PLACE = 0.1
OPERATIVE = 0.1
AMOUNT = 0.25
NAMED = 0.1
CONDITION_FITS = 0.3
OUTDATED = 0.2
"""A text known to have a newer version that is not held (已被修改) gives way to one that is in force."""
SPEAKS = 0.3
"""Effect counts in full only where one sentence holds this share of the question: rank decides between texts that speak
to the matter, it does not lift one that does not."""

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
    r"[\d〇零一二三四五六七八九十百千万两]+\s*"
    r"(?:个?工作日|日|天|个?月|年|倍|万?元|人|家|名|%|％|平方米|平米|㎡|小时)|百分之"
)
ASKS_PENALTY = re.compile(r"罚|后果|坐牢|判刑|追责|法律责任|吊销|怎么处理")
CONDITION = re.compile(r"[^。；\n]{2,60}?的，")
"""The condition a norm of penalty opens with (假定): 生产、销售某某的，…"""
PREFACE = "序言"
SECTOR_WORDS = {
    Sector.DRUG: re.compile(r"(?<![中])药|疫苗|临床试验(?!机构)"),
    Sector.DEVICE: re.compile(r"器械|体外诊断|耗材|植入"),
    Sector.COSMETIC: re.compile(r"化妆|美妆|护肤|面膜|牙膏|防晒|祛斑|染发"),
}
_REGION_NAME = re.compile(r"(.{2,}?)(?:特别行政区|壮族自治区|维吾尔自治区|回族自治区|自治区|自治州|新区|省|市|区|县)")
_NUMERAL = "[\\d〇零一二三四五六七八九十百千万两]"
_NUMERAL_PLACE = re.compile(rf".?(?:{_NUMERAL}+|i{{1,3}}(?=类))(?:(?!{_NUMERAL})\S){{0,4}}")
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")


class Asked(NamedTuple):
    """What a question asks for, read once: its term weights, the sectors it names, whether it wants a figure or a
    penalty."""

    words: str
    weights: Mapping[str, float]
    sectors: frozenset[Sector]
    amount: bool
    penalty: bool


class Candidate(NamedTuple):
    """`fused` is the fused score as a share of the best one, `meaning` the cosine placed in [0, 1] between the worst
    and the best that was found; `headings` is the title and the trail, `text` what stands below them. `operative` is
    1 for an article, 0 for an entry of an outline, -1 for a preface, which announces and does not rule. `current` is
    False for a text that has been amended by one that is not held."""

    document: Document
    fused: float
    meaning: float
    headings: str
    text: str
    operative: int
    named: bool
    current: bool = True


def asked(question: str, weights: Mapping[str, float]) -> Asked:
    sectors = frozenset(sector for sector, words in SECTOR_WORDS.items() if words.search(question))
    amount, penalty = bool(ASKS_AMOUNT.search(question)), bool(ASKS_PENALTY.search(question))
    return Asked(question, weights, sectors, amount, penalty)


def standing(candidate: Candidate, question: Asked) -> float:
    """The score by which candidates are put in order."""
    document = candidate.document
    sentence = best_sentence(question.weights, candidate.headings, candidate.text)
    return (
        FUSED * candidate.fused
        + MEANING * candidate.meaning
        + COVERED * share(question.weights, f"{candidate.headings} {candidate.text}")
        + SENTENCE * sentence
        + EFFECT * effect(document) * min(1.0, sentence / SPEAKS)
        + SECTOR * same_sector(document, question)
        + PLACE * same_place(document, question.words)
        + OPERATIVE * candidate.operative
        + AMOUNT * (question.amount and bool(HAS_AMOUNT.search(candidate.text)))
        + NAMED * candidate.named
        - OUTDATED * (not candidate.current)
        + CONDITION_FITS * (condition_fit(question.weights, candidate.text) if question.penalty else 0.0)
    )


def share(weights: Mapping[str, float], text: str) -> float:
    """Weighted share in [0, 1] of the question's terms that the text holds; 0 for a question without terms."""
    total = sum(weights.values())
    return sum(weights[term] for term in _held(weights, text)) / total if total else 0.0


def best_sentence(weights: Mapping[str, float], headings: str, text: str) -> float:
    """The share that the best single sentence holds together with the headings above it: a long container covers
    every word somewhere, an answer covers them in one place."""
    total = sum(weights.values())
    if not total:
        return 0.0
    above = _held(weights, headings)
    below = [s[0] for s in list(_SENTENCE.finditer(text))[:SENTENCES_MOST]]
    return max((sum(weights[term] for term in above | _held(weights, s)) for s in below), default=0.0) / total


def condition_fit(weights: Mapping[str, float], text: str) -> float:
    """How much of the condition a norm opens with the question states: one that asks for nothing more than the
    question says fits better than one that adds 情节严重. 0 where the text opens with no condition."""
    condition = CONDITION.match(text)
    held = set(terms(condition[0])) if condition else set()
    return len(held & weights.keys()) / len(held) if held else 0.0


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
        return holds(p) + AMOUNT * (question.amount and bool(HAS_AMOUNT.search(quotable(reading, p))))

    best = max(leaves, key=lambda p: (worth(p), -p.start))
    return best if worth(best) >= LEAST_OF_CONTAINER * holds(provision) else provision


def _held(weights: Mapping[str, float], text: str) -> set[str]:
    folded = fold(text)
    held = {term for term in weights if term in folded}
    if any(term[0].isdigit() for term in weights.keys() - held):
        # 三十日 is the term 30日. Only the words around numerals are read: reading whole texts takes ten times as long.
        held |= weights.keys() & set(terms(" ".join(_NUMERAL_PLACE.findall(folded))))
    return held
