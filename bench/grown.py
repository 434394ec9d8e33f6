"""The child of `bench.growth`: one index of a given size, built and searched through the product's own store.

`python -m bench.grown HOME FOLDER` is steered by `bench.worker`. The nearest ten of each question are found beside the
writing by comparing every vector, so that recall is judged against the truth and not against the engine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from bench import machine
from bench.synthetic import batches, id_of, read_base
from bench.timing import interleaved
from bench.worker import Answer, report, serve
from kb.embed import Vectors, open_encoder
from kb.lexical import SparseTerms, query_terms
from kb.settings import Settings
from kb.store import EVERYTHING, VectorStore, Where, open_store

TOP = 10
DEPTH = 100
"""Hits asked for while timing: what a search of the product takes from each side."""
QUESTIONS = "questions.json"
SOME_DOCUMENTS = 5


class Nearest:
    """The numbers of the best `TOP` of all the vectors seen, for each question."""

    def __init__(self, questions: Vectors) -> None:
        self._questions = questions
        self._scores: NDArray[np.float32] = np.empty((len(questions), 0), np.float32)
        self.numbers: NDArray[np.int64] = np.empty((len(questions), 0), np.int64)

    def see(self, first: int, vectors: Vectors) -> None:
        scores = np.concatenate([self._scores, self._questions @ vectors.T], axis=1)
        fresh = np.broadcast_to(np.arange(first, first + len(vectors)), (len(self._questions), len(vectors)))
        numbers = np.concatenate([self.numbers, fresh], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
        self._scores, self.numbers = (np.take_along_axis(a, best, axis=1) for a in (scores, numbers))


def build(settings: Settings, folder: Path, size: int, questions: Sequence[str]) -> Answer:
    """Write `size` points and optimise. Seconds of both, on the clock and of processor time, which says what a quiet
    machine would take; and bytes on disk."""
    base = read_base(settings)
    asked = open_encoder(settings).queries(questions)
    nearest = Nearest(asked)
    store = _store(settings, folder)
    store.ensure(asked.shape[1], "bench")
    begun, cpu_begun = perf_counter(), process_time()
    for batch in batches(base, size):
        store.add(batch.points)
        nearest.see(batch.first, batch.vectors)
        report(stage="write", points=batch.first + len(batch.points), seconds=round(perf_counter() - begun))
    written, cpu_written = perf_counter(), process_time()
    report(stage="optimize", points=size, seconds=round(written - begun))
    store.optimize()
    built, cpu_built = perf_counter(), process_time()
    store.close()
    terms = [query_terms(question) for question in questions]
    kept = {"vectors": asked.tolist(), "terms": terms, "nearest": nearest.numbers.tolist()}
    (folder / QUESTIONS).write_text(json.dumps(kept), encoding="utf-8")
    return {
        "real_points": min(size, len(base.vectors)),
        "write_s": round(written - begun, 1),
        "write_cpu_s": round(cpu_written - cpu_begun, 1),
        "optimize_s": round(built - written, 1),
        "optimize_cpu_s": round(cpu_built - cpu_written, 1),
        "disk_bytes_per_chunk": round(_bytes_on_disk(folder / "index") / size),
    }


class Reader:
    """An index that was built, opened by a fresh process; every `round` times each side on every question."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._before = machine.memory_mib("self")
        self._store = _store(settings, folder)
        kept = json.loads((folder / QUESTIONS).read_text(encoding="utf-8"))
        self._vectors: list[list[float]] = kept["vectors"]
        self._terms = [SparseTerms(*terms) for terms in kept["terms"]]
        self._nearest: list[list[int]] = kept["nearest"]

    def round(self, day: int) -> Answer:
        """Seconds of each call, by side and filter."""
        some = Where(day=day, documents=tuple(f"synthetic-{n}" for n in range(1, SOME_DOCUMENTS + 1)))
        rivals = {
            "dense": lambda n: self._store.dense(self._vectors[int(n)], EVERYTHING, DEPTH),
            "sparse": lambda n: self._store.sparse(self._terms[int(n)], EVERYTHING, DEPTH),
            "hybrid": lambda n: self._both(int(n), EVERYTHING),
            "hybrid_as_of": lambda n: self._both(int(n), Where(day=day)),
            "hybrid_documents": lambda n: self._both(int(n), some),
        }
        taken = interleaved(rivals, [str(number) for number in range(len(self._vectors))], rounds=1)
        return {name: rounds[0] for name, rounds in taken.items()}

    def recall(self) -> Answer:
        """Share of the true nearest ten among the ten found."""
        shares = []
        for vector, truth in zip(self._vectors, self._nearest, strict=True):
            found = {hit.id for hit in self._store.dense(vector, EVERYTHING, TOP)}
            shares.append(len(found & {id_of(number) for number in truth}) / len(truth))
        return {"recall_at_10": round(float(np.mean(shares)), 4)}

    def memory(self) -> Answer:
        """Bytes a chunk, of what the process itself holds and of pages of the index's files that it has read."""
        now, points = machine.memory_mib("self"), self._store.count()
        return {
            kind: round((now[kind] - self._before[kind]) * 2**20 / points) for kind in ("anonymous", "file")
        }  # fmt: skip

    def _both(self, number: int, where: Where) -> object:
        return self._store.both(self._vectors[number], self._terms[number], where, DEPTH)


def _store(settings: Settings, folder: Path) -> VectorStore:
    return open_store(settings.model_copy(update={"home": folder}))


def _bytes_on_disk(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def main(home: Path, folder: Path) -> None:
    settings = Settings(home=home)
    readers: list[Reader] = []

    def opened() -> Answer:
        readers.append(Reader(settings, folder))
        return {}

    serve({
        "build": lambda size, questions: build(settings, folder, size, questions),
        "open": opened,
        "round": lambda day: readers[0].round(day),
        "recall": lambda: readers[0].recall(),
        "memory": lambda: readers[0].memory(),
    })  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
