"""The knowledge base as one thing: registry, encoder and index, and the safe replace that keeps them together.

Replace is: encode everything → add the new points → flip the live generation in one SQL transaction → delete the old
points. A crash at any step leaves exactly one live version: points of a generation that is not live are never shown,
and the journal of unfinished replaces tells the next opening what to sweep. What a write changes for readers goes into
the change log (`kb.radar`) in the transaction of the write itself.

Encoder and index belong together: both change in one step (`kb.serving`) when another encoder's index takes over
(`kb.reencode`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import RLock
from typing import TypeVar

from kb import radar, validity
from kb.address import instrument_name
from kb.embed import Encoder
from kb.endings import touched
from kb.errors import Conflict, Unavailable
from kb.keepable import check_keepable
from kb.lexicon import Lexicon
from kb.library import Library
from kb.model import Chunk, Document, Provision, Relation, RelationKind, Repair, State
from kb.originals import Originals, digest
from kb.points import NAMESPACE, Progress, index_points
from kb.radar import ChangeEntry
from kb.reencode import Reencoding, label
from kb.reencode_open import Remake, first_encoder, open_index
from kb.registry import Held, Reading, Registry, open_registry
from kb.reranker import Reranker, open_reranker
from kb.sameness import Outcome, compare, digest_of, refuse_stranger
from kb.serving import Serving, serving
from kb.settings import Settings
from kb.store import Point, VectorStore
from kb.upkeep import align, align_all

__all__ = ["NAMESPACE", "KnowledgeBase", "Library", "Progress"]

SEARCHES = 2
"""Searches that are worked on at a time, in the order they came: more would only take each other's turns at the encoder
and the interpreter, and some would wait many times as long as the rest."""


Done = TypeVar("Done")


class KnowledgeBase:
    """Open with `KnowledgeBase.open(settings)`; close it so that the index folder is free for another process.

    `checkpoint` is called with the name of each step of a replace just before it, so that a test can stop there;
    `today` gives the day under which a change is recorded. `lexicon` holds the words of the field (`kb.lexicon`),
    `reranker` the cross-encoder, where one is used. `reencoding` is the change to another encoder that the settings ask
    for, None where the index is of the encoder they name; the service starts it.
    """

    lexicon: Lexicon
    reranker: Reranker | None
    reencoding: Reencoding | None

    def __init__(
        self, registry: Registry, store: VectorStore, encoder: Encoder, originals: Path,
        checkpoint: Callable[[str], None] = lambda _step: None, today: Callable[[], date] = date.today,
        *, lexicon: Lexicon | None = None, reranker: Reranker | None = None,
    ) -> None:  # fmt: skip
        self.registry = registry
        self.lexicon = lexicon or Lexicon()
        self.reranker = reranker
        self.reencoding = None
        self._originals = Originals(originals)
        self._checkpoint = checkpoint
        self._today = today
        self._writing = RLock()
        self._searches = ThreadPoolExecutor(SEARCHES, thread_name_prefix="search")
        store.ensure(encoder.size, label(encoder))
        self._take_over(encoder, store)
        self._sweep()
        self._settle({held.document.instrument for held in registry.held().values()})
        if store.count() != registry.indexed_chunks():
            self.reindex()  # the index was deleted, or lost points: the registry has all it takes to build it again

    @classmethod
    def open(
        cls, settings: Settings, today: Callable[[], date] = date.today, remake: Remake | None = None
    ) -> KnowledgeBase:
        """Open what the settings name. Raises Unavailable with what to do when a part is missing or another process
        writes already.

        An index of another encoder than the one named answers until `reencoding` is done; with `remake`, which is told
        of the progress, it is made anew before this returns.
        """
        if any(settings.home.glob(".replaced-*")):
            raise Unavailable("上一次恢复没有做完。请重新运行同一条 regkb restore 命令。")
        lexicon = Lexicon.load(settings.data / "lexicon.yaml", settings.home / "lexicon.yaml")
        first = first_encoder(settings)
        registry = open_registry(settings)
        try:
            registry.hold_for_writing()
            index = open_index(settings, registry, first, remake)
            try:
                made = cls(
                    registry, index.store, index.encoder, settings.originals, today=today, lexicon=lexicon,
                    reranker=open_reranker(settings),
                )  # fmt: skip
            except BaseException:
                index.store.close()
                raise
        except BaseException:
            registry.close()
            raise
        if index.wanted:
            made.change_encoder(settings.embed_model, index.wanted)
        return made

    def in_turn(self, work: Callable[[], Done]) -> Done:
        """The result of a search, worked on after those that were asked for before it. Raises Unavailable when the
        knowledge base is closed."""
        try:
            coming = self._searches.submit(work)
        except RuntimeError as error:
            raise Unavailable("知识库已关闭。") from error
        return coming.result()

    def close(self) -> None:
        self._searches.shutdown()
        if self.reencoding:
            self.reencoding.stop()
        self.store.close()
        self.registry.close()

    @property
    def serving(self) -> Serving:
        """Encoder and index of this moment; read it once for each search."""
        return self._serving

    @property
    def encoder(self) -> Encoder:
        return self._serving.encoder

    @property
    def store(self) -> VectorStore:
        return self._serving.store

    @property
    def index_version(self) -> str:
        """Changes with every write and with the encoder; equal versions give equal rankings."""
        return f"r{self.registry.revision}-{self._serving.version}"

    def replace(
        self, document: Document, text: str, provisions: Sequence[Provision], chunks: Sequence[Chunk],
        relations: Sequence[Relation], repairs: Sequence[Repair], notes: Sequence[str],
        original: tuple[str, bytes] | None, progress: Progress | None = None,
    ) -> Outcome:  # fmt: skip
        """Put one version of one instrument into the knowledge base. Running twice equals running once. Raises
        BadInput for what cannot be kept (`kb.keepable`), Conflict for a text that may not take another's place."""
        check_keepable(document, text, provisions, chunks, relations, notes, original[0] if original else None)
        with self._writing:
            version_digest = digest_of(document, text, provisions, chunks, relations)
            outcome = compare(self.registry, document, text, version_digest)
            kept_before = self.registry.original(document.id)
            if outcome == "unchanged" and original and kept_before and kept_before[1] == digest(original[1]):
                self._originals.keep(original[1])  # stored anew if it was lost
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
            kept = (original[0], self._originals.keep(original[1])) if original else None
            changes = self._changed(old, document, Reading(text, {p.path: p for p in provisions}))
            before = self.registry.relations_from(document.id) if old else []
            self._checkpoint("begin")
            self.registry.begin(document.id)
            self._checkpoint("add")
            self.store.add(points)
            self._checkpoint("flip")
            document = self.registry.write(
                document, text, version_digest, generation, provisions=provisions, chunks=chunks, relations=relations,
                repairs=repairs, notes=notes, original=kept, changes=changes,
            )  # fmt: skip
            self._checkpoint("remove")
            self.store.remove(document.id, keep_generation=generation if published else None)
            self._checkpoint("settle")
            self._settle_around(document, [*before, *relations])
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
        return self._serving.weights.of(question, self.index_version)

    def change_encoder(
        self, model: str, open_encoder: Callable[[], Encoder], pause: float | None = None
    ) -> Reencoding:  # fmt: skip
        """Prepare the change to another encoder; nothing happens until it is run or started."""
        self.reencoding = Reencoding(
            self.registry, self.store, model, open_encoder, self._writing, self._take_over, pause, self._checkpoint
        )
        return self.reencoding

    def optimize(self) -> None:
        """Build the index's graph; call it after a bulk load."""
        with self._writing:
            self.store.optimize()

    def publish(self, document_id: str) -> Document:
        """Make a draft or withdrawn document searchable."""
        with self._writing:
            held = self.registry.held()
            document = self.registry.document(document_id).model_copy(update={"state": State.PUBLISHED})
            changes = self._changed(held[document_id], document, self.registry.reading(document_id))
            generation = held[document_id].generation + 1
            points = self._points(document, self.registry.chunks(document_id), generation, None)
            self.registry.begin(document_id)
            self.store.add(points)
            self.registry.set_state(document_id, State.PUBLISHED, generation, changes)
            self.store.remove(document_id, keep_generation=generation)
            self._settle_around(document, self.registry.relations_from(document_id))
            self.registry.finish(document_id)
            return self.registry.document(document_id)

    def withdraw(self, document_id: str) -> Document:
        """Take a document out of search; its text, original and corrections are kept."""
        with self._writing:
            document = self.registry.document(document_id)
            readable = document.state is State.PUBLISHED
            changes = [radar.withdrawn(document, self._today())] if readable else []
            self.registry.begin(document_id)
            self.registry.set_state(document_id, State.WITHDRAWN, self.registry.held()[document_id].generation, changes)
            self.store.remove(document_id)
            self._settle_around(document, self.registry.relations_from(document_id))
            self.registry.finish(document_id)
            return self.registry.document(document_id)

    def edit(self, document_id: str, values: dict[str, object]) -> Document:
        """Lay staff corrections over a document; what the index holds of it follows."""
        with self._writing:
            self.registry.begin(document_id)
            document = self.registry.edit(document_id, values, self._ended)
            self._settle({document.instrument} | touched(self.registry.relations_from(document_id)))
            align(self.registry, self._serving, document_id)
            self.registry.finish(document_id)
            return self.registry.document(document_id)

    def review(
        self, document_id: str, kind: RelationKind, path: Sequence[str], title: str, accepted: bool, decided_on: date
    ) -> None:
        """Keep what staff decided about a relation; the text that it ends or changes follows. Raises NotFound."""
        with self._writing:
            self.registry.review(document_id, kind, path, title, accepted, decided_on)
            self._settle({instrument_name(title)})

    def reindex(self, progress: Progress | None = None) -> int:
        """Make the index agree with the registry, which stays as it is; returns how many documents are published."""
        with self._writing:
            return align_all(self.registry, self._serving, progress)

    def original(self, sha256: str) -> Path:
        return self._originals.place(sha256)

    def _take_over(self, encoder: Encoder, store: VectorStore) -> None:
        self._serving = serving(encoder, store, self.lexicon, self.reranker)

    def _points(
        self, document: Document, chunks: Sequence[Chunk], generation: int, progress: Progress | None
    ) -> list[Point]:
        return index_points(self.encoder, document, chunks, generation, progress)

    def _changed(self, old: Held | None, document: Document, reading: Reading) -> list[ChangeEntry]:
        """What a text that is written or published changes for readers: nothing as long as it is not published."""
        if document.state is not State.PUBLISHED:
            return []
        if old is None or old.document.state is not State.PUBLISHED:
            event: radar.Event = "published" if old else "added"
            return [radar.arrived(self.registry, document, reading, event, self._today())]
        found = radar.corrected(document, self.registry.reading(document.id), reading, self._today())
        return [found] if found else []

    def _ended(self, before: Document, after: Document) -> list[ChangeEntry]:
        return radar.ended(before, after, self._today()) if after.state is State.PUBLISHED else []

    def _settle_around(self, document: Document, relations: Sequence[Relation]) -> None:
        """Other texts may end or change this one, and this one may end or change others."""
        self._settle({document.instrument} | touched(relations), document.id)

    def _settle(self, instruments: Iterable[str], written: str | None = None) -> None:
        """Bring the ends of these instruments' versions up to date, in the registry and in the index. The ends of the
        document that is being written belong to it: they are no change of their own."""
        for changed in self.registry.unsettled(instruments):
            # The index first: after a crash between the two the next opening finds it unsettled and does it again.
            self.store.set_interval(changed.id, *validity.interval(changed))
            before = self.registry.document(changed.id)
            self.registry.save(changed, [] if changed.id == written else self._ended(before, changed))

    def _sweep(self) -> None:
        """Finish what a crash cut short: the points of the live generation, and no others."""
        for document_id in self.registry.unfinished():
            held = self.registry.held().get(document_id)
            if held:
                self._settle_around(held.document, self.registry.relations_from(document_id))
            align(self.registry, self._serving, document_id)
            self.registry.finish(document_id)
