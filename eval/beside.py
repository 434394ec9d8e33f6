"""Other rankings beside the product, over the same cases, index and day in the same run: one side alone, plain fusion,
and the product with a part switched off. Only then is a figure of the product's worth one of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from eval.cases import Case
from eval.compared import differences
from eval.observe import DEPTH, Api, places
from eval.ranking import RANKING_MEASURES
from eval.record import Beside, CaseRun, Gain, Run
from eval.resampling import interval_of_gain
from eval.score import Score, Seen
from eval.summary import summaries
from kb.errors import Unavailable

GAIN = "nDCG@10"


class Way(NamedTuple):
    """A way to rank, as `/api/search` takes it; `name` is what tables call it."""

    name: str
    ranking: str = "full"
    without: tuple[str, ...] = ()


SIDES = (Way("dense", "dense"), Way("lexical", "lexical"))
RANKINGS = (*SIDES, Way("fusion", "fusion"))


def without(part: str) -> Way:
    return Way(f"−{part}", without=(part,))


Scores = Mapping[str, Mapping[str, Score]]
"""By case, then by measure."""


class Comparison(NamedTuple):
    beside: tuple[Beside, ...] = ()
    gains: tuple[Gain, ...] = ()


def rank_beside(
    cases: Sequence[Case], scored: Sequence[CaseRun], api: Api, ways: Sequence[Way], *, random: np.random.Generator,
    progress: Callable[[str, int, int], None] | None = None,
) -> Comparison:  # fmt: skip
    """Each way over the cases that the product was scored on, compared with the product.

    Raises Unavailable when a search fails or the service does not know the way: a comparison needs all its cases.
    """
    product = _ranked_by_product(scored)
    asked = [case for case in cases if case.id in product]
    if not asked:
        return Comparison()
    made = [(way, _scored(way, asked, api, progress)) for way in ways]
    compared = _compared(product, made, random)
    kept = [one.model_copy(update={"scores": scores}) for one, (_, scores) in zip(compared.beside, made, strict=True)]
    return compared._replace(beside=tuple(kept))


def pool(runs: Sequence[Run], random: np.random.Generator) -> Comparison:
    """The ways of every run over all their cases together; suites may use one id, so a case goes by both names."""
    product: dict[str, Mapping[str, Score]] = {}
    made: dict[str, tuple[Way, dict[str, Mapping[str, Score]]]] = {}
    for run in (run for run in runs if run.beside):
        product |= {f"{run.suite}/{name}": marks for name, marks in _ranked_by_product(run.scored).items()}
        for one in run.beside:
            _, scores = made.setdefault(one.name, (Way(one.name, one.ranking, one.without), {}))
            scores |= {f"{run.suite}/{name}": marks for name, marks in one.scores.items()}
    return _compared(product, list(made.values()), random) if product else Comparison()


def _ranked_by_product(scored: Sequence[CaseRun]) -> dict[str, Mapping[str, Score]]:
    return {case.id: case.scores for case in scored if RANKING_MEASURES[0].name in case.scores}


def _scored(
    way: Way, cases: Sequence[Case], api: Api, progress: Callable[[str, int, int], None] | None
) -> dict[str, dict[str, Score]]:
    scores: dict[str, dict[str, Score]] = {}
    for number, case in enumerate(cases, start=1):
        body = api.search(case.question, DEPTH, case.as_of, ranking=way.ranking, without=way.without)
        _refuse_other(way, body)
        seen = Seen(places(body), "", "", (), 0.0, None)
        marks = ((measure.name, measure.score(case, seen)) for measure in RANKING_MEASURES)
        scores[case.id] = {name: score for name, score in marks if score is not None}
        if progress:
            progress(way.name, number, len(cases))
    return scores


def _refuse_other(way: Way, body: Mapping[str, Any]) -> None:
    """An older service ignores a parameter it does not know, and every way would then look like the product; it has
    no notes, and finds from both sides what one side alone was asked for."""
    one_side = {side.ranking for side in SIDES} & {way.ranking}
    mixed = one_side and any(not set(passage["found_by"]) <= one_side for passage in body["passages"])
    if mixed or "notes" not in body:
        raise Unavailable(f"正在运行的服务不会按“{way.name}”排序，可能是旧版本。请重启 regkb serve 后再试。")


def _compared(product: Scores, made: Sequence[tuple[Way, Scores]], random: np.random.Generator) -> Comparison:
    return Comparison(
        tuple(_against(product, way, scores, random) for way, scores in made), tuple(_gains(product, made, random))
    )


def _against(product: Scores, way: Way, scores: Scores, random: np.random.Generator) -> Beside:
    rows = summaries(list(scores.values()), RANKING_MEASURES, random)
    pairs = [(product[name], marks) for name, marks in scores.items()]
    return Beside(
        name=way.name, ranking=way.ranking, without=way.without, summaries=rows,
        differences=differences(rows, pairs, random),
    )  # fmt: skip


def _gains(product: Scores, made: Sequence[tuple[Way, Scores]], random: np.random.Generator) -> list[Gain]:
    """The product's gain over the better of dense and lexical, when both are there."""
    sides = [(way, scores) for way, scores in made if way in SIDES]
    if len(sides) < len(SIDES):
        return []
    columns = [[marks[GAIN].value for marks in scores.values()] for _, scores in sides]
    whole = [product[name][GAIN].value for name in sides[0][1]]
    best = max(range(len(sides)), key=lambda at: float(np.mean(columns[at])))
    most = float(np.mean(columns[best]))
    if not most:
        return []
    bounds = interval_of_gain(whole, columns, random)
    low, high = bounds if bounds else (None, None)
    gain = Gain(
        measure=GAIN, over=tuple(way.name for way, _ in sides), better=sides[best][0].name,
        gain=float(np.mean(whole)) / most - 1, low=low, high=high,
    )  # fmt: skip
    return [gain]
