"""The measures of a ranking, computed by ir-measures over the passages as the reader sees them.

Conventions. A gold with its `also` is one relevant thing: the first passage that covers it settles it, at its place in
the ranking, and a further passage of the same gold is read for nothing, so it takes a place and earns none. One passage
settles one gold. With several golds recall is the share of them that were settled, nDCG is over the ideal ranking of
all of them (each counts 1 unless the case grades it), reciprocal rank and hit look at the first of them.
Law-hit asks only for the instrument, whatever its version, article or part.
"""

from __future__ import annotations

from collections.abc import Sequence

from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG
from ir_measures.measures import Measure as RankingMeasure

from eval.cases import Case, Gold, Place
from eval.score import Measure, Score, Seen

QUERY = "case"
NOTHING = "没有检索结果"


def settled(golds: Sequence[Gold], found: Sequence[Place]) -> list[int | None]:
    """For each passage the index of the gold it settles, or None."""
    open_golds = dict(enumerate(golds))
    places: list[int | None] = []
    for place in found:
        index = next((at for at, gold in open_golds.items() if gold.covers(place)), None)
        if index is not None:
            del open_golds[index]
        places.append(index)
    return places


def _recall(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold or seen.found is None:
            return None
        reached = set(settled(case.gold, seen.found[:k]))
        missed = [str(gold) for at, gold in enumerate(case.gold) if at not in reached]
        why = f"前 {k} 条未见：{'、'.join(dict.fromkeys(missed))}" if missed else "全部找到"
        return Score(value=_value(R @ k, case.gold, seen), why=why if seen.found else NOTHING)

    return Measure(f"Recall@{k}", f"应当找到的条文有多少在前 {k} 条结果里", score)


def _gain(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold or seen.found is None:
            return None
        ranks = [str(rank) for rank, at in enumerate(settled(case.gold, seen.found[:k]), 1) if at is not None]
        why = f"{len(case.gold)} 处应找，排在第 {'、'.join(ranks)} 位" if ranks else f"前 {k} 条未见"
        return Score(value=_value(nDCG @ k, case.gold, seen), why=why if seen.found else NOTHING)

    return Measure(f"nDCG@{k}", f"应找条文排得越前得分越高，只看前 {k} 条", score)


def _reciprocal_rank(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold or seen.found is None:
            return None
        places = settled(case.gold, seen.found[:k])
        rank = next((rank for rank, at in enumerate(places, 1) if at is not None), None)
        why = f"排在第 {rank} 位" if rank else f"前 {k} 条未见"
        return Score(value=_value(RR @ k, case.gold, seen), why=why if seen.found else NOTHING)

    return Measure(f"MRR@{k}", f"第一条应找条文的名次的倒数，只看前 {k} 条", score)


def _hit(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold or seen.found is None:
            return None
        why = f"首条是{seen.found[0]}" if seen.found else NOTHING
        return Score(value=_value(Success @ k, case.gold, seen), why=why)

    return Measure(f"Hit@{k}", f"前 {k} 条里有应找的条文", score)


def _law_hit(k: int) -> Measure:
    def score(case: Case, seen: Seen) -> Score | None:
        if not case.gold or seen.found is None:
            return None
        right = frozenset[str]().union(*(gold.instruments() for gold in case.gold))
        relevant = [bool(place.titles & right) for place in seen.found]
        value = _calculated(Success @ k, [Qrel(QUERY, "law", 1)], ["law" if one else None for one in relevant])
        laws = list(dict.fromkeys(place.title for place in seen.found[:k]))
        why = "应找的文件在前列" if value else f"前 {k} 条是：{'、'.join(laws)}"
        return Score(value=value, why=why if seen.found else NOTHING)

    return Measure(f"law-hit@{k}", f"前 {k} 条里有应找的那部文件", score)


RANKING_MEASURES: tuple[Measure, ...] = (_recall(10), _gain(10), _reciprocal_rank(10), _hit(1), _law_hit(5))


def _value(measure: RankingMeasure, golds: Sequence[Gold], seen: Seen) -> float:
    relevant = [Qrel(QUERY, f"gold {at}", gold.grade) for at, gold in enumerate(golds)]
    ranked = [None if at is None else f"gold {at}" for at in settled(golds, seen.found or ())]
    return _calculated(measure, relevant, ranked)


def _calculated(measure: RankingMeasure, relevant: list[Qrel], ranked: Sequence[str | None]) -> float:
    """The measure for one query whose results are `ranked`, None for one that is not relevant."""
    names: dict[str, None] = {}
    for rank, name in enumerate(ranked):
        names.setdefault(f"other {rank}" if name is None or name in names else name)
    run = [ScoredDoc(QUERY, name, float(-rank)) for rank, name in enumerate(names)]
    return float(next(measure.iter_calc(relevant, run)).value) if run else 0.0
