"""Ingest file by file, stage by stage: where the time goes, and how many files and chunks a second that makes.

Everything is written into a home folder of its own. Encoding is timed cold: no vector is there before.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.home import own_home
from ingest.chunk import chunks
from ingest.describe.document import describe
from ingest.incoming import Incoming
from ingest.laws import load_laws
from ingest.pipeline import ingest_file
from ingest.prepare import Here, prepare
from ingest.readers import read
from ingest.repair.steps import repair
from ingest.structure.text import structure
from kb.errors import UnreadableFile
from kb.knowledge import KnowledgeBase
from kb.model import Source, State
from kb.settings import Settings

SOURCE = Source(name="测速")
SKIPPED = frozenset(("README.md", "manifest.jsonl"))


def measure(settings: Settings, folders: Sequence[Path], files: int) -> dict[str, Any]:
    """Seconds per stage over an even sample of at most `files` files, their shares, and throughput."""
    found = sorted(
        path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name not in SKIPPED
    )
    sample = found[:: max(1, len(found) // files)][:files]
    spent: defaultdict[str, float] = defaultdict(float)
    counted: Counter[str] = Counter()
    with own_home(settings) as home:
        knowledge = KnowledgeBase.open(home)
        _warm_up(sample)
        for path in sample:
            try:
                _time_one(knowledge, path, spent, counted)
            except UnreadableFile:
                counted["failed"] += 1
        knowledge.close()
    total = sum(spent.values()) or 1.0
    return {
        "files": len(sample),
        **{name: counted[name] for name in ("failed", "chunks", "characters")},
        "seconds": {stage: round(seconds, 2) for stage, seconds in spent.items()},
        "share": {stage: round(seconds / total, 3) for stage, seconds in spent.items()},
        "bottleneck": max(spent, key=lambda stage: spent[stage], default=None),
        "files_per_second": round(len(sample) / total, 2),
        "chunks_per_second_encoded": round(counted["chunks"] / (spent["encode"] or 1.0), 1),
    }


def measure_laws(settings: Settings) -> dict[str, Any]:
    """Seconds to load the default national laws with every vector already in the cache of `settings.home`."""
    with own_home(settings) as home:
        for cache in settings.home.glob("vectors.sqlite3*"):
            shutil.copy2(cache, home.home / cache.name)
        knowledge = KnowledgeBase.open(home)
        begun = perf_counter()
        report = load_laws(knowledge, everything=False, state=State.PUBLISHED, progress=lambda *_: None)
        seconds = perf_counter() - begun
        points = knowledge.store.count()
        knowledge.close()
    laws = len(report.files)
    return {"laws": laws, "chunks": points, "seconds": round(seconds, 1), "laws_per_second": round(laws / seconds, 1)}


def _warm_up(sample: Sequence[Path]) -> None:
    """Read one file of each kind: readers import their libraries at first use, which is no cost of a file."""
    for path in {path.suffix: path for path in sample}.values():
        with suppress(UnreadableFile):
            prepare(Incoming(path.name, path.read_bytes()))


def _time_one(knowledge: KnowledgeBase, path: Path, spent: defaultdict[str, float], counted: Counter[str]) -> None:
    """Each stage on its own, then the whole: what the whole takes beyond preparing, vectors known, is writing."""
    file = Incoming(path.name, path.read_bytes())

    def timed(stage: str, step: Callable[[], Any]) -> Any:
        begun = perf_counter()
        result = step()
        spent[stage] += perf_counter() - begun
        return result

    raw = timed("read", lambda: read(file))
    repaired = timed("repair", lambda: repair(raw.text, raw.pages))
    provisions = timed("structure", lambda: structure(repaired.text, repaired.pages))
    description = timed("describe", lambda: describe(repaired.text, provisions, name=path.name, given={}))
    pieces = timed("chunk", lambda: chunks(description.title, repaired.text, provisions))
    timed("encode", lambda: knowledge.encoder.passages([piece.index_text for piece in pieces]))
    begun = perf_counter()
    prepare(file)
    prepared = perf_counter()
    ingest_file(
        knowledge, file, parser=Here(), source=SOURCE, given={}, state=State.PUBLISHED, progress=lambda *_: None
    )
    spent["write"] += max(0.0, (perf_counter() - prepared) - (prepared - begun))
    counted.update(chunks=len(pieces), characters=len(repaired.text))
