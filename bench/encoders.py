"""The bundled encoder (int8, onnxruntime) beside the model it was made from (fp32, sentence-transformers on torch).

Each runs in a process of its own and they take turns. What int8 loses is read from the cosine of the two vectors of a
text, and from Recall@10 over a sample: every passage that answers a case of the suite, and others drawn at random.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from bench.goals import Goal
from bench.timing import ratio, summary
from bench.worker import TooSlow, Worker
from eval.cases import Case, Place
from kb.embed import Vectors
from kb.model import State
from kb.registry import open_registry
from kb.settings import Settings

KINDS = ("int8", "fp32")
LIMIT_S = 600.0
TIMED_PASSAGES = 24
SAMPLE = 600
TOP = 10
SEED = 5
GOAL_COSINE, GOAL_RECALL = 0.99, 0.98


class Sample(NamedTuple):
    """Passages and where each of them stands."""

    texts: list[str]
    places: list[Place]


def measure(settings: Settings, cases: Sequence[Case], rounds: int) -> dict[str, Any]:
    """Queries and passages a second, memory, cosine and Recall@10 of both, and their ratios; or `stopped` with the
    reason, where the machine was too slow for it."""
    try:
        return _measured(settings, cases, rounds)
    except TooSlow as late:
        return {"stopped": str(late), "goals": [Goal.at_most("编码：int8 对 fp32", None, 1.0)]}


def _measured(settings: Settings, cases: Sequence[Case], rounds: int) -> dict[str, Any]:
    sample = draw_sample(settings, cases)
    answered = [case for case in cases if any(gold.covers(place) for gold in case.gold for place in sample.places)]
    questions = [case.question for case in answered]
    with TemporaryDirectory(prefix="regkb-bench-") as folder:
        work = Path(folder)
        with _worker(settings, work, "fp32") as maker:
            maker.ask("make", LIMIT_S)
        with _worker(settings, work, "int8") as int8, _worker(settings, work, "fp32") as fp32:
            workers = dict(zip(KINDS, (int8, fp32), strict=True))
            found: dict[str, dict[str, Any]] = {kind: worker.ask("load", LIMIT_S) for kind, worker in workers.items()}
            queries, passages = _taken(workers, questions, sample.texts[:TIMED_PASSAGES], rounds)
            vectors: dict[str, tuple[Vectors, Vectors]] = {}
            for kind, worker in workers.items():
                print(f"  {kind}：编码 {len(sample.texts)} 段 …", file=sys.stderr, flush=True)
                saved = worker.ask("save", LIMIT_S, questions=questions, passages=sample.texts)
                vectors[kind] = np.load(work / saved["questions"]), np.load(work / saved["passages"])
                found[kind] |= {"process_mib": saved["process_mib"]}
    for kind in KINDS:
        found[kind] |= {
            "query": summary(queries[kind]),
            "passages_per_second": round(TIMED_PASSAGES / median(t[0] for t in passages[kind]), 1),
            "recall_at_10": round(recall(*vectors[kind], answered, sample.places), 3),
        }
    cosines = [np.sum(ours * theirs, axis=1) for ours, theirs in zip(vectors["int8"], vectors["fp32"], strict=True)]
    together = np.concatenate(cosines)
    kept = found["int8"]["recall_at_10"] / found["fp32"]["recall_at_10"]
    speed = {"query_ratio": ratio(queries["int8"], queries["fp32"]),
             "passage_ratio": ratio(passages["int8"], passages["fp32"])}  # fmt: skip
    return {
        "sample": len(sample.texts), "cases": len(answered), **found, **speed,
        "cosine": {"mean": round(float(together.mean()), 4), "least": round(float(together.min()), 4)},
        "goals": [
            Goal.at_most("编码：int8 对 fp32，问题耗时", speed["query_ratio"]["median"], 1.0),
            Goal.at_most("编码：int8 对 fp32，段落耗时", speed["passage_ratio"]["median"], 1.0),
            Goal.at_least("编码：int8 与 fp32 的余弦，平均", round(float(together.mean()), 4), GOAL_COSINE),
            Goal.at_least(f"编码：Recall@10，int8 与 fp32 之比（{len(sample.texts)} 段）", round(kept, 3), GOAL_RECALL),
        ],
    }  # fmt: skip


def draw_sample(settings: Settings, cases: Sequence[Case]) -> Sample:
    """Every chunk that a gold of the cases covers, and others up to SAMPLE in all, in an order that favours neither."""
    registry = open_registry(settings)
    try:
        documents = [h.document for h in registry.held().values() if h.document.state is State.PUBLISHED]
        every = [
            (chunk.index_text, Place(document.title, document.id, chunk.path))
            for document in documents
            for chunk in registry.chunks(document.id)
        ]
    finally:
        registry.close()
    golds = [gold for case in cases for gold in case.gold]
    named = frozenset[str]().union(*(gold.instruments() for gold in golds))
    answers = {
        number for number, (_, place) in enumerate(every)
        if place.titles & named and any(gold.covers(place) for gold in golds)
    }  # fmt: skip
    random = np.random.default_rng(SEED)
    others = [int(number) for number in random.permutation(len(every)) if int(number) not in answers]
    chosen = random.permutation([*answers, *others[: max(SAMPLE - len(answers), 0)]])
    return Sample([every[number][0] for number in chosen], [every[number][1] for number in chosen])


def recall(questions: Vectors, passages: Vectors, cases: Sequence[Case], places: Sequence[Place]) -> float:
    """Mean over the cases of the share of golds that one of the nearest `TOP` passages covers."""
    nearest = np.argsort(-(questions @ passages.T), axis=1, kind="stable")[:, :TOP]
    shares = []
    for case, found in zip(cases, nearest, strict=True):
        reached = [any(gold.covers(places[number]) for number in found) for gold in case.gold]
        shares.append(sum(reached) / len(reached))
    return float(np.mean(shares))


def _worker(settings: Settings, work: Path, kind: str) -> Worker:
    return Worker(f"编码器 {kind}", "bench.encoding", [str(settings.home.resolve()), str(work), kind])


def _taken(
    workers: dict[str, Worker], questions: Sequence[str], passages: Sequence[str], rounds: int
) -> tuple[dict[str, list[list[float]]], dict[str, list[list[float]]]]:
    """Seconds of each question, and of the passages together, by encoder and round; one round more to warm up."""
    by_question: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    together: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    for turn in range(rounds + 1):
        for kind in KINDS[turn % 2 :] + KINDS[: turn % 2]:
            asked = workers[kind].ask("queries", LIMIT_S, texts=list(questions[:20]))["seconds"]
            read = workers[kind].ask("passages", LIMIT_S, texts=list(passages))["seconds"]
            if turn:
                by_question[kind].append(asked)
                together[kind].append([read])
    return by_question, together
