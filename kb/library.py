"""What ingest writes to: the knowledge base itself, or a running service that owns it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kb.model import Chunk, Document, Provision, Relation, Repair, State
from kb.points import Progress
from kb.sameness import Outcome


class Library(Protocol):
    """The verbs of `kb.knowledge.KnowledgeBase` that taking files in needs."""

    def replace(
        self, document: Document, text: str, provisions: Sequence[Provision], chunks: Sequence[Chunk],
        relations: Sequence[Relation], repairs: Sequence[Repair], notes: Sequence[str],
        original: tuple[str, bytes] | None, progress: Progress | None = None,
    ) -> Outcome: ...  # fmt: skip

    def optimize(self) -> None: ...

    def taken_in(self, fingerprint: str, state: State) -> Document | None: ...

    def note_taken_in(self, fingerprint: str, document_id: str) -> None: ...
