"""Run a suite: every case through the API in process, scored, summed up with intervals, compared and saved.

The story is `evaluate`. The API is a seam of four calls with the JSON of `/api/search`, `/api/ask`,
`/api/provisions/{address}` and `/api/documents`, so that what is scored is what users get.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from eval.cases import Case, Place, read_cases
from eval.measures import MEASURES, Cited, Seen, interval
from eval.record import CaseRun, Latency, Run, Summary, compare, read_run, save_run
from kb.errors import BadInput, RegkbError

DEPTH = 10
Clock = Callable[[], float]


class Api(Protocol):
    """The public API, called in process. Each call returns the JSON body; errors are raised as RegkbError."""

    def search(self, q: str, k: int, as_of: date | None) -> dict[str, Any]: ...
    def ask(self, question: str, as_of: date | None) -> dict[str, Any]: ...
    def provision(self, address: str, as_of: date | None) -> dict[str, Any]: ...
    def documents(self) -> dict[str, Any]: ...


def evaluate(
    suite: Path,
    api: Api,
    *,
    against: Path | None = None,
    save: Path | None = None,
    seed: int = 0,
    clock: Clock = time.perf_counter,
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Score the suite over the API, compare with the run saved at `against`, save at `save`.

    Raises BadInput when the suite or the saved run cannot be read, before any question is asked.
    """
    cases = read_cases(suite)
    earlier = read_run(against) if against else None
    done, index_version = run(cases, api, clock=clock, progress=progress)
    result = summarise(suite, index_version, done, seed=seed)
    if earlier:
        result = result.model_copy(update={"changes": compare(result, earlier)})
    if save:
        save_run(result, save)
    return result


def run(
    cases: Sequence[Case], api: Api, *, clock: Clock, progress: Callable[[int, int], None] | None = None
) -> tuple[tuple[CaseRun, ...], str]:
    """Every case scored or skipped with its reason, and the index version the answers came from."""
    loaded = loaded_names(api.documents())
    versions: dict[str, None] = {}
    done = []
    for number, case in enumerate(cases, start=1):
        missing = case.missing(loaded)
        if missing:
            done.append(_skip(case, missing))
        else:
            seen = observe(case, api, clock)
            versions.update(dict.fromkeys(seen.index_versions))
            done.append(_score(case, seen))
        if progress:
            progress(number, len(cases))
    return tuple(done), " → ".join(versions) or "无"


def loaded_names(listing: Mapping[str, Any]) -> frozenset[str]:
    """Names of the instruments and ids of the versions of every document listed.

    Raises BadInput for a listing that is cut off, because it would skip cases in silence.
    """
    documents = listing["documents"]
    if len(documents) < int(listing["total"]):
        raise BadInput(f"文档清单不完整：共 {listing['total']} 部，只列出 {len(documents)} 部，请取全后再评测。")
    places = [Place.at(listed["id"], listed["title"]) for listed in documents]
    return frozenset(name for place in places for name in (*place.titles, place.document_id))


def observe(case: Case, api: Api, clock: Clock) -> Seen:
    """Ask the API and read back, at its address, the text behind every citation."""
    begun = clock()
    try:
        found = api.search(case.question, DEPTH, case.as_of)
        searched = clock()
        answer = api.ask(case.question, case.as_of)
        asked = clock()
        cited = tuple(_read_back(citation, api, case.as_of) for citation in answer["citations"])
    except RegkbError as error:
        failed = clock() - begun
        return Seen((), "unavailable", "", (), failed, failed, error=f"{type(error).__name__}：{error}")
    return Seen(
        found=tuple(Place.at(passage["address"], passage["title"]) for passage in found["passages"]),
        outcome=answer["outcome"],
        text=answer["text"] or "",
        cited=cited,
        search_seconds=searched - begun,
        ask_seconds=asked - searched,
        index_versions=tuple(filter(None, (found["index_version"], answer["index_version"]))),
        error=answer["reason"] or "没有说明原因" if answer["outcome"] == "unavailable" else None,
    )


def summarise(suite: Path, index_version: str, cases: tuple[CaseRun, ...], *, seed: int) -> Run:
    """Means, intervals and percentiles over the scored cases. The same seed gives the same intervals."""
    random = np.random.default_rng(seed)
    scored = [case for case in cases if case.skipped is None]
    summaries = []
    for measure in MEASURES:
        values = [case.scores[measure.name].value for case in scored if measure.name in case.scores]
        if values:
            low, high = interval(values, random)
            mean = float(np.mean(values))
            summaries.append(Summary(measure=measure.name, mean=mean, low=low, high=high, cases=len(values)))
    return Run(
        suite=suite.stem,
        suite_sha256=sha256(suite.read_bytes()).hexdigest(),
        index_version=index_version,
        seed=seed,
        summaries=tuple(summaries),
        latencies=tuple(
            _latency(call, [seconds for seconds in times if seconds is not None])
            for call, times in (
                ("search", [case.search_seconds for case in scored]),
                ("ask", [case.ask_seconds for case in scored]),
            )
            if any(seconds is not None for seconds in times)
        ),
        empty_results=sum(case.results == 0 for case in scored),
        errors=sum(case.error is not None for case in scored),
        cases=cases,
    )


def _skip(case: Case, missing: Iterable[str]) -> CaseRun:
    reason = f"未收录{'、'.join(missing)}（来自 {'、'.join(case.needs)}）"
    return CaseRun(id=case.id, question=case.question, tags=case.tags, skipped=reason)


def _score(case: Case, seen: Seen) -> CaseRun:
    scores = ((measure.name, measure.score(case, seen)) for measure in MEASURES)
    return CaseRun(
        id=case.id,
        question=case.question,
        tags=case.tags,
        error=seen.error,
        outcome=seen.outcome,
        results=len(seen.found),
        citations=len(seen.cited),
        search_seconds=None if seen.error else seen.search_seconds,
        ask_seconds=None if seen.error else seen.ask_seconds,
        scores={name: score for name, score in scores if score is not None},
    )


def _read_back(citation: Mapping[str, Any], api: Api, as_of: date | None) -> Cited:
    try:
        stored = api.provision(citation["address"], as_of)["text"]
    except RegkbError:
        # A citation that leads nowhere is a finding about the answer, not a failure of the run.
        stored = None
    return Cited(
        place=Place.at(citation["address"], citation["title"]),
        quote=citation["quote"],
        start=citation["start"],
        end=citation["end"],
        force=citation["force"],
        stored=stored,
    )


def _latency(call: str, seconds: Sequence[float]) -> Latency:
    p50, p95 = np.percentile(np.asarray(seconds, dtype=float), [50, 95])
    return Latency(call=call, p50=float(p50), p95=float(p95), calls=len(seconds))
