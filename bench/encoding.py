"""The child of `bench.encoders`: one encoder in a process of its own (see `bench.worker`).

`python -m bench.encoding HOME WORK int8|fp32`. fp32 is the sentence-transformers model that the bundled one is made
from, run by torch; `make` writes it into the folder WORK.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from bench import machine
from bench.worker import Answer, report, serve
from kb.embed import Encoder, Recipe
from kb.settings import BUNDLED_MODEL, Settings

THREADS = 1
"""Of either encoder: several threads of torch wait for one another on a machine that does other work, and the ratio
would be that of the waiting."""
REFERENCE = "sentence-transformers"
SLICE = 50


def make(work: Path) -> Answer:
    """Write the model in full precision; seconds."""
    from kb.bundled_model import weights_file
    from kb.e5_model import sentence_transformer
    from kb.e5_weights import read_weights

    begun = perf_counter()
    sentence_transformer(read_weights(weights_file()), work / REFERENCE)
    return {"seconds": round(perf_counter() - begun, 1)}


def load(settings: Settings, work: Path, kind: str) -> Encoder:
    """The encoder without a cache: every text is encoded whenever it is given."""
    if kind == "int8":
        from kb.embed_onnx import OnnxEncoder

        return OnnxEncoder(settings.models / BUNDLED_MODEL, THREADS)
    from kb.embed_torch import SentenceTransformerEncoder

    return SentenceTransformerEncoder(Recipe(model=str(work / REFERENCE)), THREADS)


class Session:
    """The encoder once it is loaded, with the memory (MiB) it took."""

    def __init__(self, settings: Settings, work: Path, kind: str) -> None:
        self._work, self._kind = work, kind
        begun = perf_counter()
        before = _resident()
        self._encoder = load(settings, work, kind)
        self.loaded: Answer = {"load_s": round(perf_counter() - begun, 2), "loaded_mib": round(_resident() - before)}

    def queries(self, texts: Sequence[str]) -> Answer:
        """Seconds of each question on its own."""
        taken = []
        for text in texts:
            begun = perf_counter()
            self._encoder.queries([text])
            taken.append(perf_counter() - begun)
        return {"seconds": taken}

    def passages(self, texts: Sequence[str]) -> Answer:
        """Seconds of all the passages together."""
        begun = perf_counter()
        self._encoder.passages(texts)
        return {"seconds": perf_counter() - begun}

    def save(self, questions: Sequence[str], passages: Sequence[str]) -> Answer:
        """Write the vectors of both into WORK; names of the files, and the memory (MiB) of the process by now."""
        parts = []
        for start in range(0, len(passages), SLICE):
            parts.append(self._encoder.passages(passages[start : start + SLICE]))
            report(passages=start + len(parts[-1]), of=len(passages))
        files = {"questions": self._encoder.queries(questions), "passages": np.concatenate(parts)}
        for name, vectors in files.items():
            np.save(self._work / f"{self._kind}-{name}.npy", vectors)
        return {**{name: f"{self._kind}-{name}.npy" for name in files}, "process_mib": round(_resident())}


def _resident() -> float:
    return sum(machine.memory_mib("self").values())


def main(home: Path, work: Path, kind: str) -> None:
    settings = Settings(home=home)
    sessions: list[Session] = []

    def loaded() -> Answer:
        sessions.append(Session(settings, work, kind))
        return sessions[0].loaded

    serve({
        "make": lambda: make(work),
        "load": loaded,
        "queries": lambda texts: sessions[0].queries(texts),
        "passages": lambda texts: sessions[0].passages(texts),
        "save": lambda questions, passages: sessions[0].save(questions, passages),
    })  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
