"""The knowledge base as one thing: registry, encoder and index, and the safe replace that keeps them together.

Replace is: encode everything → add the new points → flip the live generation in one SQL transaction → delete the old
points. A crash at any step leaves exactly one live version: points of a generation that is not live are never shown,
and the journal of unfinished replaces tells the next opening what to sweep.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import RLock
from typing import Protocol

from kb import validity
from kb.address import instrument_name
from kb.embed import Encoder, open_encoder
from kb.errors import Conflict, Unavailable
from kb.lexical import TERMS_VERSION, passage_terms
from kb.model import Chunk, Document, Provision, Relation, Repair, State
from kb.registry import Registry, open_registry
from kb.relevance import TermWeights
from kb.rows import SEPARATOR
from kb.sameness import Outcome, compare, digest_of, refuse_stranger
from kb.settings import Settings
from kb.store import Point, VectorStore, open_store

Progress = Callable[[str, int, int], None]
NAMESPACE = uuid.UUID("6f6d1c1e-6f0a-5b0e-9d53-8f1c6e1b7a10")


class Library(Protocol):
    """What ingest writes to: the knowledge base itself, or a running service that owns it."""

    def replace(
        self, document: Document, text: str, provisions: Sequence[Provision], chunks: Sequence[Chunk],
        relations: Sequence[Relation], repairs: Sequence[Repair], notes: Sequence[str],
        original: tuple[str, bytes] | None, progress: Progress | None = None,
    ) -> Outcome: ...  # fmt: skip

    def optimize(self) -> None: ...

    def taken_in(self, fingerprint: str, state: State) -> Document | None: ...

    def note_taken_in(self, fingerprint: str, document_id: str) -> None: ...


class KnowledgeBase:
    """Open with `KnowledgeBase.open(settings)`; close it so that the index folder is free for another process.

    `checkpoint` is called with the name of each step of a replace just before it, so that a test can stop there.
    """

    def __init__(
        self, registry: Registry, store: VectorStore, encoder: Encoder, originals: Path,
        checkpoint: Callable[[str], None] = lambda _step: None,
    ) -> None:  # fmt: skip
        self.registry = registry
        self.store = store
        self.encoder = encoder
        self._originals = originals
        self._checkpoint = checkpoint
        self._writing = RLock()
        self._term_weights = TermWeights(store)
        store.ensure(encoder.size, f"{encoder.name}+terms{TERMS_VERSION}")
        self._sweep()
        self._settle({held.document.instrument for held in registry.held().values()})
        if store.count() != registry.indexed_chunks():
            self.reindex()  # the index was deleted, or lost points: the registry has all it takes to build it again

    @classmethod
    def open(cls, settings: Settings) -> KnowledgeBase:
        """Open what the settings name. Raises Unavailable with what to do when a part is missing."""
        if any(settings.home.glob(".replaced-*")):
            raise Unavailable("上一次恢复没有做完。请重新运行同一条 regkb restore 命令。")
        encoder = open_encoder(settings)
        return cls(open_registry(settings), open_store(settings), encoder, settings.originals)

    def close(self) -> None:
        self.store.close()
        self.registry.close()

    @property
    def index_version(self) -> str:
        """Changes with every write; equal versions give equal rankings."""
        return f"r{self.registry.revision}"

    def replace(
        self, document: Document, text: str, provisions: Sequence[Provision], chunks: Sequence[Chunk],
        relations: Sequence[Relation], repairs: Sequence[Repair], notes: Sequence[str],
        original: tuple[str, bytes] | None, progress: Progress | None = None,
    ) -> Outcome:  # fmt: skip
        """Put one version of one instrument into the knowledge base. Running twice equals running once."""
        with self._writing:
            digest = digest_of(document, text, provisions, chunks, relations)
            outcome = compare(self.registry, document, text, digest)
            kept_before = self.registry.original(document.id)
            if outcome == "unchanged" and original and kept_before and kept_before[1] == _sha(original[1]):
                self._keep(original[1])  # stored anew if it was lost
            if outcome in ("unchanged", "duplicate"):
                return outcome
            old = self.registry.held().get(document.id)
            if old and original and kept_before and kept_before[0] != original[0]:
                refuse_stranger(self.registry, document, text, kept_before[0])
            if old and old.document.state is State.WITHDRAWN and document.state is State.PUBLISHED:
                # Staff took it out, so only staff put it back.
                document = document.model_copy(update={"state": State.WITHDRAWN})
            document = self.registry.overlaid(document)
            published = document.state is State.PUBLISHED
            if old and old.document.state is State.PUBLISHED and not published:
                raise Conflict(
                    f"《{document.title}》{document.version} 版已经发布。要更新它，请直接发布新文本；要重审，请先撤回。"
                )
            generation = (old.generation if old else 0) + 1
            points = self._points(document, chunks, generation, progress) if published else []
            kept = (original[0], self._keep(original[1])) if original else None
            self._checkpoint("begin")
            self.registry.begin(document.id)
            self._checkpoint("add")
            self.store.add(points)
            self._checkpoint("flip")
            document = self.registry.write(
                document, text, digest, generation, provisions=provisions, chunks=chunks, relations=relations,
                repairs=repairs, notes=notes, original=kept,
            )  # fmt: skip
            self._checkpoint("remove")
            self.store.remove(document.id, keep_generation=generation if published else None)
            self._checkpoint("settle")
            self._settle_around(document, relations)
            self._checkpoint("finish")
            self.registry.finish(document.id)
            return outcome

    def taken_in(self, fingerprint: str, state: State) -> Document | None:
        """The document a file gave when it was last taken in, if taking it in again would change nothing."""
        found = self.registry.taken_in(fingerprint, state)
        kept = self.registry.original(found.id) if found else None
        # a lost original is stored again by taking the file in anew
        return None if kept and not self.original(kept[1]).exists() else found

    def note_taken_in(self, fingerprint: str, document_id: str) -> None:
        with self._writing:
            self.registry.note_taken_in(fingerprint, document_id)

    def term_weights(self, question: str) -> dict[str, float]:
        """How much each distinct term of a question tells, by how rare it is in the index."""
        return self._term_weights.of(question, self.index_version)

    def optimize(self) -> None:
        """Build the index's graph; call it after a bulk load."""
        with self._writing:
            self.store.optimize()

    def publish(self, document_id: str) -> Document:
        """Make a draft or withdrawn document searchable."""
        with self._writing:
            held = self.registry.held()
            document = self.registry.document(document_id).model_copy(update={"state": State.PUBLISHED})
            generation = held[document_id].generation + 1
            points = self._points(document, self.registry.chunks(document_id), generation, None)
            self.registry.begin(document_id)
            self.store.add(points)
            self.registry.set_state(document_id, State.PUBLISHED, generation)
            self.store.remove(document_id, keep_generation=generation)
            self._settle_around(document, self.registry.relations_from(document_id))
            self.registry.finish(document_id)
            return self.registry.document(document_id)

    def withdraw(self, document_id: str) -> Document:
        """Take a document out of search; its text, original and corrections are kept."""
        with self._writing:
            document = self.registry.document(document_id)
            self.registry.begin(document_id)
            self.registry.set_state(document_id, State.WITHDRAWN, self.registry.held()[document_id].generation)
            self.store.remove(document_id)
            self._settle_around(document, self.registry.relations_from(document_id))
            self.registry.finish(document_id)
            return self.registry.document(document_id)

    def edit(self, document_id: str, values: dict[str, object]) -> Document:
        """Lay staff corrections over a document; what the index holds of it follows."""
        with self._writing:
            self.registry.begin(document_id)
            document = self.registry.edit(document_id, values)
            self._settle_around(document, self.registry.relations_from(document_id))
            self._align(document_id)
            self.registry.finish(document_id)
            return self.registry.document(document_id)

    def reindex(self, progress: Progress | None = None) -> int:
        """Make the index agree with the registry, which stays as it is; returns how many documents are published."""
        with self._writing:
            held = self.registry.held()
            published = [h for h in held.values() if h.document.state is State.PUBLISHED]
            for gone in self.store.generations().keys() - {h.document.id for h in published}:
                self.store.remove(gone)
            for done, (document, _generation, _digest) in enumerate(published, start=1):
                self._align(document.id)
                if progress:
                    progress("索引", done, len(published))
            self.store.optimize()
            return len(published)

    def original(self, sha256: str) -> Path:
        return self._originals / sha256[:2] / sha256[2:4] / sha256

    def _points(
        self, document: Document, chunks: Sequence[Chunk], generation: int, progress: Progress | None
    ) -> list[Point]:
        def encoded(done: int, total: int) -> None:
            if progress:
                progress("encode", done, total)

        vectors = self.encoder.passages([chunk.index_text for chunk in chunks], encoded)
        valid, ended = validity.interval(document)
        shared: dict[str, str | int | list[str]] = {
            "document": document.id, "generation": generation, "valid": valid, "ended": ended,
            "kind": str(document.kind), "sectors": [str(s) for s in document.sectors],
            "region": document.region or "", "instrument": document.instrument,
        }  # fmt: skip
        return [
            Point(
                str(uuid.uuid5(NAMESPACE, f"{document.id}|{generation}|{SEPARATOR.join(chunk.path)}|{chunk.part}")),
                vector.tolist(),
                passage_terms(chunk.index_text, document.title),
                shared | {"path": SEPARATOR.join(chunk.path), "start": chunk.start, "end": chunk.end},
            )
            for chunk, vector in zip(chunks, vectors, strict=True)
        ]

    def _settle_around(self, document: Document, relations: Sequence[Relation]) -> None:
        """Other texts may end this one, and this one may end others."""
        touched = {document.instrument} | {instrument_name(r.title) for r in relations if r.kind == "repeals"}
        self._settle(touched)

    def _settle(self, instruments: Iterable[str]) -> None:
        """Bring the ends of these instruments' versions up to date, in the registry and in the index."""
        for changed in self.registry.unsettled(instruments):
            # The index first: after a crash between the two the next opening finds it unsettled and does it again.
            self.store.set_interval(changed.id, *validity.interval(changed))
            self.registry.save(changed)

    def _align(self, document_id: str) -> None:
        """Make the points of one document what the registry says they are."""
        held = self.registry.held().get(document_id)
        if held is None or held.document.state is not State.PUBLISHED:
            self.store.remove(document_id)
            return
        self.store.add(self._points(held.document, self.registry.chunks(document_id), held.generation, None))
        self.store.remove(document_id, keep_generation=held.generation)

    def _sweep(self) -> None:
        """Finish what a crash cut short: the points of the live generation, and no others."""
        for document_id in self.registry.unfinished():
            held = self.registry.held().get(document_id)
            if held:
                self._settle_around(held.document, self.registry.relations_from(document_id))
            self._align(document_id)
            self.registry.finish(document_id)

    def _keep(self, data: bytes) -> str:
        """Store an original under its hash; the name it came with is metadata, never a path."""
        sha256 = _sha(data)
        place = self.original(sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            partial = place.with_suffix(f".{os.getpid()}")
            partial.write_bytes(data)
            partial.replace(place)
        return sha256


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
