"""Run suites: every case through the API, scored, summed up with intervals, compared and saved.

The story of several suites is `evaluate_suites`, that of one file `evaluate`. Answers in the words of a model are
scored as a run of their own, beside the same cases answered by extracts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answer_model import Mode
from eval.beside import Way, pool, rank_beside
from eval.cases import Case, Place
from eval.compared import compare
from eval.measures import MEASURES
from eval.observe import Api, Clock, observe
from eval.ranking import RANKING_MEASURES
from eval.record import CaseRun, Evaluation, Run, read_runs
from eval.record import save as save_record
from eval.score import Measure, Seen
from eval.suites import Suite, read_suite
from eval.summary import latencies, summaries
from kb.errors import BadInput

BY_MODEL = "生成"
"""Follows the name of a suite that was answered by the model."""
Progress = Callable[[str, int, int], None]
"""Called with what is being asked, how many cases are done, and of how many."""


def evaluate_suites(
    suites: Sequence[Suite], api: Api, *, against: Path | None = None, seed: int = 0, ways: Sequence[Way] = (),
    measures: Sequence[Measure] = MEASURES, mode: Mode = "extractive", clock: Clock = time.perf_counter,
    progress: Progress | None = None,
) -> Evaluation:  # fmt: skip
    """Score every suite over the API, each compared with the run of its name saved at `against`, and all together.

    With `mode` generative each suite is run twice, and its second run, under a name of its own, is compared with its
    first where nothing is saved of it; what is said of all together is then of the answers by the model.

    Raises BadInput when the saved run cannot be read or speaks of none of the suites, before any question is asked.
    """
    earlier = read_runs(against) if against else {}
    if against and not {suite.name for suite in suites} & earlier.keys():
        names = "、".join(earlier)
        raise BadInput(f"{against} 记的是{names}，与这次要评的题集没有相同的，不能比较。")
    loaded = loaded_names(api.documents())
    runs: list[Run] = []
    modes: tuple[Mode, ...] = ("extractive",) if mode == "extractive" else ("extractive", "generative")
    for suite in suites:
        for one in modes:
            other = ways if one == "extractive" else ()
            run = _run(
                suite, api, loaded, one, seed=seed, ways=other, measures=measures, clock=clock, progress=progress
            )
            before = earlier.get(run.suite) or (runs[-1] if one == "generative" else None)
            runs.append(run.model_copy(update={"changes": compare(run, before)}) if before else run)
    random = np.random.default_rng(seed)
    scored = [case for run in runs if run.mode == mode for case in run.scored]
    together = summaries([case.scores for case in scored], measures, random)
    beside, gains = pool(runs, random)
    return Evaluation(runs=tuple(runs), summaries=together, latencies=latencies(scored), beside=beside, gains=gains)


def evaluate(
    suite: Path, api: Api, *, against: Path | None = None, save: Path | None = None, seed: int = 0,
    clock: Clock = time.perf_counter, progress: Progress | None = None,
) -> Run:  # fmt: skip
    """Score the suite of one file, compare with the run saved at `against`, save at `save`.

    Raises BadInput when the suite or the saved run cannot be read, before any question is asked.
    """
    suites = (read_suite(suite),)
    (run,) = evaluate_suites(suites, api, against=against, seed=seed, clock=clock, progress=progress).runs
    if save:
        save_record(run, save)
    return run


def loaded_names(listing: Mapping[str, Any]) -> frozenset[str]:
    """Names of the instruments and ids of the versions of every document listed.

    Raises BadInput for a listing that is cut off, because it would skip cases in silence.
    """
    documents = listing["documents"]
    if len(documents) < int(listing["total"]):
        raise BadInput(f"文档清单不完整：共 {listing['total']} 部，只列出 {len(documents)} 部，请取全后再评测。")
    places = [Place.at(listed["id"], listed["title"]) for listed in documents]
    return frozenset(name for place in places for name in (*place.titles, place.document_id))


def _run(
    suite: Suite, api: Api, loaded: frozenset[str], mode: Mode, *, seed: int, ways: Sequence[Way],
    measures: Sequence[Measure], clock: Clock, progress: Progress | None,
) -> Run:  # fmt: skip
    cases, index_version = _asked(suite, api, loaded, mode, measures, clock, progress)
    random = np.random.default_rng(seed)
    scored = [case for case in cases if case.skipped is None]
    rows = summaries([case.scores for case in scored], measures, random)
    beside, gains = rank_beside(suite.cases, scored, api, ways, random=random, progress=progress)
    return Run(
        suite=suite.name if mode == "extractive" else f"{suite.name}·{BY_MODEL}",
        suite_sha256=suite.sha256,
        index_version=index_version,
        seed=seed,
        mode=mode,
        summaries=rows,
        latencies=latencies(scored),
        empty_results=sum(case.results == 0 and case.ranking is not None for case in scored),
        errors=sum(case.error is not None for case in scored),
        cases=cases,
        beside=beside,
        gains=gains,
    )


def _asked(
    suite: Suite, api: Api, loaded: frozenset[str], mode: Mode, measures: Sequence[Measure], clock: Clock,
    progress: Progress | None,
) -> tuple[tuple[CaseRun, ...], str]:  # fmt: skip
    """Every case scored or skipped with its reason, and the index version the answers came from."""
    versions: dict[str, None] = {}
    done = []
    for number, case in enumerate(suite.cases, start=1):
        missing = case.missing(loaded)
        if missing:
            done.append(_skip(case, missing))
        else:
            seen = observe(case, api, clock, answers=suite.answers, mode=mode)
            versions.update(dict.fromkeys(seen.index_versions))
            done.append(_score(case, seen, measures if suite.answers else RANKING_MEASURES))
        if progress:
            progress(suite.name, number, len(suite.cases))
    return tuple(done), " → ".join(versions) or "无"


def _skip(case: Case, missing: Iterable[str]) -> CaseRun:
    reason = f"未收录{'、'.join(missing)}（来自 {'、'.join(case.needs)}）"
    return CaseRun(id=case.id, question=case.question, history=case.history, tags=case.tags, skipped=reason)


def _score(case: Case, seen: Seen, measures: Sequence[Measure]) -> CaseRun:
    scores = ((measure.name, measure.score(case, seen)) for measure in measures)
    return CaseRun(
        id=case.id,
        question=case.question,
        history=case.history,
        tags=case.tags,
        error=seen.error,
        outcome=seen.outcome,
        mode=seen.mode,
        results=len(seen.found or ()),
        citations=len(seen.cited),
        ranking=None if seen.found is None else tuple(place.address for place in seen.found),
        search_seconds=None if seen.error else seen.search_seconds,
        ask_seconds=None if seen.error else seen.ask_seconds,
        scores={name: score for name, score in scores if score is not None},
    )
