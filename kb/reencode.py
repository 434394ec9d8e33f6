"""Changing the encoder: the index of the new one is built beside the one in use, which goes on answering.

The story: encode every chunk into the vector cache (the long part; a killed run loses one batch of it) → make an empty
index beside the old one → fill it from the cache → while writing is held up for a moment and nothing differs from the
registry any more, let it take over in one step → delete the old index once no search can be in it. Writes go on
meanwhile, to the registry and the old index; a document that they changed is seen by comparing the registry's row with
the one that was indexed, and is done again. Killed at any step before the take-over, the old index opens; after it,
the new one.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from threading import Event, Thread, get_native_id
from typing import Any, NamedTuple

from kb.embed import Encoder
from kb.errors import RegkbError
from kb.lexical import TERMS_VERSION
from kb.model import State
from kb.points import index_points
from kb.registry import Registry
from kb.registry_reader import Held
from kb.store import VectorStore

BATCH = 32
"""Texts encoded between two looks at whether to stop: what a killed run loses at most."""
PAUSE_SECONDS = 60.0
"""How long the old index stays after the new one took over: longer than any search takes."""
STOP_SECONDS = 10.0
NICENESS = 10
"""Below the searches, which share the cores."""

Told = Callable[[int, int], None]
"""Called with (chunks done, chunks in all)."""

log = logging.getLogger(__name__)


class Progress(NamedTuple):
    """How far it is, in chunks; `model` is the encoder as the settings name it, `trouble` why it stopped."""

    done: int
    total: int
    model: str
    trouble: str | None = None


def label(encoder: Encoder) -> str:
    """What an index made with an encoder is called: it changes with the vectors and with the lexical side."""
    return f"{encoder.name}+terms{TERMS_VERSION}"


def encoder_name(built_with: str) -> str:
    """The encoder's part of a label."""
    return built_with.rpartition("+terms")[0]


class Reencoding:
    """One change of the index to another encoder, to be run once: `run` here and now, or `start` behind the service.

    `open_encoder` is called first, so that a slow model delays nobody. `writing` holds writers up for the last step.
    `take_over` is told of the encoder and index that are in use from then on, inside it. `checkpoint` is called with
    the name of each step just before it, so that a test can stop there.
    """

    def __init__(
        self, registry: Registry, store: VectorStore, model: str, open_encoder: Callable[[], Encoder],
        writing: AbstractContextManager[Any], take_over: Callable[[Encoder, VectorStore], None],
        pause: float | None = None, checkpoint: Callable[[str], None] = lambda _step: None,
    ) -> None:  # fmt: skip
        self._registry, self._store, self._model = registry, store, model
        self._open_encoder, self._writing, self._take_over = open_encoder, writing, take_over
        self._pause = PAUSE_SECONDS if pause is None else pause
        self._checkpoint = checkpoint
        self._done, self._total = 0, registry.indexed_chunks()
        self._trouble: str | None = None
        self._over = False
        self._stop = Event()
        self._thread: Thread | None = None

    @property
    def progress(self) -> Progress | None:
        """None once the new index answers."""
        return None if self._over else Progress(self._done, self._total, self._model, self._trouble)

    def run(self, told: Told = lambda _done, _total: None) -> None:
        """Returns when the new index has taken over and the old one is deleted, or when it was told to stop."""
        self._checkpoint("open")
        encoder = self._open_encoder()
        if label(encoder) == self._store.built_with():
            self._over = True  # another name of the same model
            return
        self._checkpoint("encode")
        if not self._encode_all(encoder, told):
            return
        self._checkpoint("create")
        successor = self._store.successor(encoder.size, label(encoder))
        try:
            if self._fill(encoder, successor):
                self._give_up_the_old()
        finally:
            if not self._over:
                successor.close()  # what it holds is deleted when the next one is made, or at the next opening

    def start(self, told: Told = lambda _done, _total: None) -> None:
        """Run in a thread of low priority; a failure is told in `progress`, and the old index goes on answering."""
        self._thread = Thread(target=self._run_quietly, args=(told,), name="reencode", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give up what was started; what was encoded is kept. Returns when it has ended, at most STOP_SECONDS later."""
        self._stop.set()
        if self._thread:
            self._thread.join(STOP_SECONDS)

    def _run_quietly(self, told: Told) -> None:
        with suppress(OSError):  # not every system lets a thread step back
            os.setpriority(os.PRIO_PROCESS, get_native_id(), NICENESS)
        try:
            self.run(told)
        except Exception as error:
            if not self._stop.is_set():  # else what it used was closed under it
                self._failed(error)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, RegkbError):
            self._trouble = str(error)
            log.error("改用向量模型 %s 没有成功，仍用原来的索引：%s", self._model, error)
        else:
            self._trouble = "改用新向量模型时出错，已记入日志；仍用原来的索引，重新启动服务会再试"
            log.error("re-encoding", exc_info=error)

    def _encode_all(self, encoder: Encoder, told: Told) -> bool:
        """Every chunk of the published documents into the vector cache; False when stopped."""
        told(0, self._total)
        for held in self._published().values():
            texts = [chunk.index_text for chunk in self._registry.chunks(held.document.id)]
            # Neighbours in length go together, so that short texts are not padded to the longest.
            for batch in _batches(sorted(texts, key=len)):
                if self._stop.is_set():
                    return False
                encoder.passages(batch)
                self._done += len(batch)
                self._total = max(self._total, self._done)
                told(self._done, self._total)
        return True

    def _fill(self, encoder: Encoder, successor: VectorStore) -> bool:
        """Bring the new index to what the registry says, until nothing differs while writing is held up; False when
        stopped."""
        indexed: dict[str, Held] = {}
        self._checkpoint("fill")
        optimized = False
        while True:
            differing = self._differing(indexed)
            for document_id in differing:
                if self._stop.is_set():
                    return False
                self._index(document_id, encoder, successor, indexed)
            if not optimized:
                self._checkpoint("optimize")
                successor.optimize()
                optimized = True
            with self._writing:
                if self._stop.is_set():
                    return False
                if not self._differing(indexed):
                    self._checkpoint("give way")
                    self._store.give_way(successor)
                    self._checkpoint("take over")
                    self._take_over(encoder, successor)
                    self._over = True
                    return True

    def _give_up_the_old(self) -> None:
        self._checkpoint("discard")
        self._stop.wait(self._pause)
        try:
            self._store.discard()
        except RegkbError as error:
            log.warning("原来的索引没有删掉（%s），新索引已经在用；留下的部分以后会清理", error)

    def _index(self, document_id: str, encoder: Encoder, successor: VectorStore, indexed: dict[str, Held]) -> None:
        held = self._published().get(document_id)
        if held is None:
            successor.remove(document_id)
            indexed.pop(document_id, None)
            return
        # A write may come between the row and its chunks: the row then differs from the one noted here.
        successor.add(index_points(encoder, held.document, self._registry.chunks(document_id), held.generation))
        successor.remove(document_id, keep_generation=held.generation)
        indexed[document_id] = held

    def _differing(self, indexed: dict[str, Held]) -> list[str]:
        published = self._published()
        return sorted(i for i in published.keys() | indexed.keys() if published.get(i) != indexed.get(i))

    def _published(self) -> dict[str, Held]:
        return {i: held for i, held in self._registry.held().items() if held.document.state is State.PUBLISHED}


def _batches(texts: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]
