"""The measures: what is counted, on which cases, and why each case got its score.

A measure prints as it is named (`Recall@10`). It gives None for a case it does not speak about, and a score, never
nothing, for a case it does: an empty result is a zero, so that averages cannot hide it. Every score says why.

Conventions: recall and reciprocal rank look at passages as the reader sees them, several passages of one article each
taking a place. Citation measures are means of per-case shares. An answerable case that was refused counts as cited
nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eval.cases import Case, Place
from kb.model import Force, Frozen

Share = tuple[float, float]

_NUMERAL = "0-9零〇一二三四五六七八九十百千万亿"
_NOT_USABLE = {Force.NOT_YET.value, Force.REPEALED.value, Force.AMENDED.value}


class Score(Frozen):
    """One case under one measure: a value from 0 to 1, and the reason in words a person can check."""

    value: float
    why: str


class Cited(NamedTuple):
    """A citation of an answer, and `stored`: the text the API keeps at its address (None when nothing is there)."""

    place: Place
    quote: str
    start: int
    end: int
    force: str
    stored: str | None

    @property
    def exact(self) -> bool:
        """The quote is not empty and is, character by character, the stored text at `[start, end)`."""
        return (
            self.stored is not None
            and bool(self.quote)
            and 0 <= self.start <= self.end
            and self.stored[self.start : self.end] == self.quote
        )


class Seen(NamedTuple):
    """What the system gave for one case. Seconds are wall time. `error` is set when it failed instead of answering."""

    found: tuple[Place, ...]
    outcome: str
    text: str
    cited: tuple[Cited, ...]
    search_seconds: float
    ask_seconds: float
    index_versions: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Measure:
    """A named measure. `lower_is_better` turns gains and losses round when two runs are compared."""

    name: str
    means: str
    score: Callable[[Case, Seen], Score | None]
    lower_is_better: bool = False

    def __str__(self) -> str:
        return self.name


def recall(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold:
            return None
        top = seen.found[:k]
        missed = [str(gold) for gold in case.gold if not any(gold.covers(place) for place in top)]
        why = f"前 {k} 条未见{_listed(missed)}" if missed else "全部找到"
        return Score(value=1 - len(missed) / len(case.gold), why=why if seen.found else "没有检索结果")

    return Measure(f"Recall@{k}", f"应当找到的条文有多少在前 {k} 条结果里", score)


def reciprocal_rank(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold:
            return None
        rank = _first_rank(case, seen, k)
        return Score(value=1 / rank if rank else 0.0, why=f"排在第 {rank} 位" if rank else f"前 {k} 条未见")

    return Measure(f"MRR@{k}", f"第一条应找条文的名次的倒数，只看前 {k} 条", score)


def hit(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold:
            return None
        first = str(seen.found[0]) if seen.found else "没有检索结果"
        return Score(value=1.0 if _first_rank(case, seen, k) else 0.0, why=f"首条是{first}")

    return Measure(f"Hit@{k}", f"前 {k} 条里有应找的条文", score)


def _citation_precision(case: Case, seen: Seen) -> Score | None:
    if not case.gold:
        return None
    if not seen.cited:
        return Score(value=0.0, why="没有引用")
    right = (*case.gold, *case.accept)
    wrong = [str(cited.place) for cited in seen.cited if not any(gold.covers(cited.place) for gold in right)]
    return Score(value=1 - len(wrong) / len(seen.cited), why=f"多引{_listed(wrong)}" if wrong else "引用都对题")


def _citation_recall(case: Case, seen: Seen) -> Score | None:
    if not case.gold:
        return None
    missed = [str(gold) for gold in case.gold if not any(gold.covers(cited.place) for cited in seen.cited)]
    return Score(value=1 - len(missed) / len(case.gold), why=f"未引{_listed(missed)}" if missed else "应引的都引了")


def _quote_exactness(case: Case, seen: Seen) -> Score | None:
    if not seen.cited:
        return None
    wrong = [str(cited.place) for cited in seen.cited if not cited.exact]
    return Score(value=1 - len(wrong) / len(seen.cited), why=f"与原文不符{_listed(wrong)}" if wrong else "逐字一致")


def _validity(case: Case, seen: Seen) -> Score | None:
    """A text without force may be quoted, marked as such, where the question is about that very text."""
    if not seen.cited:
        return None
    asked = (*case.gold, *case.accept, *case.about)
    wrong = [
        f"{cited.place}（{cited.force}）"
        for cited in seen.cited
        if cited.force in _NOT_USABLE and not any(gold.covers(cited.place) for gold in asked)
    ]
    return Score(value=1 - len(wrong) / len(seen.cited), why=f"当日不适用{_listed(wrong)}" if wrong else "当日适用")


def _number_exactness(case: Case, seen: Seen) -> Score | None:
    numbers = [fact for fact in case.must_say if re.search(f"[{_NUMERAL}]", fact)]
    if not numbers:
        return None
    quotes = [cited.quote for cited in seen.cited]
    missed = [fact for fact in numbers if not any(says(quote, fact) for quote in quotes)]
    why = f"引文里没有{_listed(missed)}" if missed else "数字都在引文里"
    return Score(value=1 - len(missed) / len(numbers), why=why)


def _must_say(case: Case, seen: Seen) -> Score | None:
    if not case.must_say and not case.must_not_say:
        return None
    if seen.error:
        return Score(value=0.0, why=_outcome_words(seen))
    said = [seen.text, *(cited.quote for cited in seen.cited)]
    missed = [fact for fact in case.must_say if not any(says(words, fact) for words in said)]
    forbidden = [fact for fact in case.must_not_say if any(says(words, fact) for words in said)]
    wrong = len(missed) + len(forbidden)
    why = "；".join([f"没有说{_listed(missed)}"] * bool(missed) + [f"不该说{_listed(forbidden)}"] * bool(forbidden))
    return Score(value=1 - wrong / (len(case.must_say) + len(case.must_not_say)), why=why or "该说的都说了")


def _expected_outcome(expected: str) -> Callable[[Case, Seen], Score | None]:
    def score(case: Case, seen: Seen) -> Score | None:
        if case.outcome != expected:
            return None
        return Score(value=1.0 if seen.outcome == expected else 0.0, why=_outcome_words(seen))

    return score


def _false_refusal(case: Case, seen: Seen) -> Score | None:
    if case.outcome != "answered":
        return None
    return Score(value=1.0 if seen.outcome == "refused" else 0.0, why=_outcome_words(seen))


MEASURES: tuple[Measure, ...] = (
    recall(10),
    reciprocal_rank(10),
    hit(1),
    Measure("Citation precision", "引用里有多少对题", _citation_precision),
    Measure("Citation recall", "应引条文有多少被引用", _citation_recall),
    Measure("Quote exactness", "引文有多少与库存原文逐字一致", _quote_exactness),
    Measure("Validity", "引用里有多少在所问日期适用", _validity),
    Measure("Number exactness", "应答数字有多少出现在引文里", _number_exactness),
    Measure("Must say", "该说的说了、不该说的没说", _must_say),
    Measure("Refusal accuracy", "该拒答的有多少拒答了", _expected_outcome("refused")),
    Measure("Clarify accuracy", "该追问的有多少追问了", _expected_outcome("clarify")),
    Measure("False refusal", "能答的有多少被拒答（越低越好）", _false_refusal, lower_is_better=True),
)


def says(words: str, fact: str) -> bool:
    """True when one spelling of the fact stands in the words as a whole number: 五年 is not said by 十五年."""
    folded = _fold(words)
    return any(re.search(_whole(_fold(spelling)), folded) for spelling in fact.split("|") if spelling)


def interval(values: Sequence[float], random: np.random.Generator, *, resamples: int = 2000) -> Share:
    """95 % percentile bootstrap interval of the mean. Raises ValueError without values."""
    if not values:
        raise ValueError("没有分数，算不出区间")
    sample = np.asarray(values, dtype=float)
    means = random.choice(sample, size=(resamples, len(sample))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _first_rank(case: Case, seen: Seen, k: int) -> int | None:
    ranks = (rank for rank, place in enumerate(seen.found[:k], 1) if any(gold.covers(place) for gold in case.gold))
    return next(ranks, None)


def _whole(fact: str) -> str:
    before = f"(?<![{_NUMERAL}.])" if re.match(f"[{_NUMERAL}]", fact) else ""
    after = f"(?![{_NUMERAL}])" if re.search(f"[{_NUMERAL}]$", fact) else ""
    return before + re.escape(fact) + after


def _fold(words: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words))


def _listed(names: Sequence[str]) -> str:
    return "：" + "、".join(dict.fromkeys(names))


def _outcome_words(seen: Seen) -> str:
    return f"出错：{seen.error}" if seen.error else f"结果是 {seen.outcome}"
