"""The citation verifier against the full national law set: MB of text a second, and seconds to load its index.

The laws are put into a registry of their own without encoding, since a verifier needs no vectors. Beside it runs what a
plain checker does: a pattern for 《…》第…条, and for each find one query by title and number.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy

from assistant.checking.cite import verify
from bench.timing import interleaved, ratio, summary
from ingest.laws import load_laws
from kb import lookup
from kb.model import Chunk, Document, Provision, Relation, Repair, State
from kb.points import Progress
from kb.registry import Registry, open_registry
from kb.sameness import Outcome
from kb.settings import Settings

BYTES = 1_000_000
EVERY = 200
"""Characters between two citations of the report."""
QUOTED = 0.2
"""Share of its citations that come with a quotation."""
SEED = 7
GOAL_MB, GOAL_LOAD = 1.0, 2.0
PLAIN = re.compile(r"《([^《》]{2,60})》第([一二三四五六七八九十百千零]+)条")


class RegistryOnly:
    """A library that stores texts and provisions and makes no vectors."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def replace(
        self, document: Document, text: str, provisions: Sequence[Provision], chunks: Sequence[Chunk],
        relations: Sequence[Relation], repairs: Sequence[Repair], notes: Sequence[str],
        original: tuple[str, bytes] | None, progress: Progress | None = None,
    ) -> Outcome:  # fmt: skip
        self._registry.write(
            document, text, document.id, 1, provisions=provisions, chunks=(), relations=relations, repairs=(),
            notes=(), original=None,
        )  # fmt: skip
        return "added"

    def optimize(self) -> None:
        """There is no index."""

    def taken_in(self, fingerprint: str, state: State) -> Document | None:
        return None

    def note_taken_in(self, fingerprint: str, document_id: str) -> None:
        """Every run starts from nothing."""


def measure(as_of: date, rounds: int) -> dict[str, Any]:
    """MB/s on a report and on the laws' own text, both beside the plain checker, and the load of the index."""
    with TemporaryDirectory(prefix="regkb-bench-") as folder:
        settings = Settings(home=Path(folder))
        registry = open_registry(settings)
        loaded = load_laws(RegistryOnly(registry), everything=True, state=State.PUBLISHED, progress=lambda *_: None)
        for changed in registry.unsettled({held.document.instrument for held in registry.held().values()}):
            registry.save(changed)
        registry.close()
        registry = open_registry(settings)
        try:
            return {"documents": sum(loaded.totals.values())} | _measured(registry, settings, as_of, rounds)
        finally:
            registry.close()


def _measured(registry: Registry, settings: Settings, as_of: date, rounds: int) -> dict[str, Any]:
    held = list(registry.held().values())
    begun = time.perf_counter()
    articles = sum(len(registry.citable.paths(h.document.id).articles) for h in held)
    load = time.perf_counter() - begun
    report, laws = _report(registry), _law_text(registry)
    begun = time.perf_counter()
    found = len(verify(registry, report, as_of=as_of).citations)
    cold = time.perf_counter() - begun
    begun = time.process_time()
    verify(registry, report, as_of=as_of)
    processor = time.process_time() - begun
    figures: dict[str, Any] = {
        "articles": articles, "index_load_seconds": round(load, 3), "citations_in_report": found,
        "report_first_time_mb_per_second": round(_megabytes(report) / cold, 2),
        "report_mb_per_processor_second": round(_megabytes(report) / processor, 2),
    }  # fmt: skip
    for name, words in (("report", report), ("laws", laws)):
        rivals = {
            "regkb": lambda asked: verify(registry, asked, as_of=as_of),
            "plain": lambda asked: _plain(settings, asked),
        }
        taken = interleaved(rivals, [words], rounds)
        figures[name] = {
            rival: summary(times) | {"mb_per_second": round(_megabytes(words) * 1000 / summary(times)["p50_ms"], 2)}
            for rival, times in taken.items()
        } | {"megabytes": round(_megabytes(words), 2), "ratio": ratio(taken["regkb"], taken["plain"])}
    figures["goals"] = {
        f"report ≥ {GOAL_MB:g} MB/s": figures["report"]["regkb"]["mb_per_second"] >= GOAL_MB,
        f"laws ≥ {GOAL_MB:g} MB/s": figures["laws"]["regkb"]["mb_per_second"] >= GOAL_MB,
        f"index load ≤ {GOAL_LOAD:g} s": load <= GOAL_LOAD,
    }
    return figures


def _report(registry: Registry) -> str:
    """A report of BYTES: sentences of laws as filler, a citation each EVERY characters, some with a quotation."""
    random = Random(SEED)
    documents = [h.document for h in registry.held().values()]
    filler = [line for line in _law_text(registry).splitlines() if 20 < len(line) < EVERY and "第" not in line]
    pieces: list[str] = []
    size = 0
    while size < BYTES:
        document = random.choice(documents)
        reading = registry.reading(document.id)
        articles = [p for p in reading.provisions.values() if len(p.path) == 1 and p.path[0].endswith("条")]
        if not articles:
            continue
        article = random.choice(articles)
        words = lookup.quotable(reading, article).partition("，")[0].splitlines()[0] if random.random() < QUOTED else ""
        quote = f"规定：“{words}”" if words and not set('“”"「」') & set(words) else "的规定办理"
        body, wanted = "", EVERY - 40
        while len(body) < wanted:
            body += random.choice(filler)
        pieces.append(f"{body[:wanted]}。依据《{document.title}》{article.path[0]}{quote}。\n")
        size += len(pieces[-1].encode())
    return "".join(pieces)


def _law_text(registry: Registry) -> str:
    """The laws' own words, BYTES of them."""
    texts, size = [], 0
    for held in registry.held().values():
        if size >= BYTES:
            break
        texts.append(registry.reading(held.document.id).text)
        size += len(texts[-1].encode())
    return "\n".join(texts)


def _plain(settings: Settings, asked: str) -> int:
    """The plain checker: how many of its finds the database has."""
    engine = sqlalchemy.create_engine(settings.database)
    query = sqlalchemy.text(
        "SELECT COUNT(*) FROM provisions JOIN documents ON documents.id = provisions.document_id "
        "WHERE documents.title LIKE :title AND provisions.path = :path"
    )
    with engine.connect() as connection:
        found = sum(
            bool(connection.scalar(query, {"title": f"%{match[1]}", "path": f"第{match[2]}条"}))
            for match in PLAIN.finditer(asked)
        )
    engine.dispose()
    return found


def _megabytes(words: str) -> float:
    return len(words.encode()) / 1e6
