"""Where the command line writes: the knowledge base opened here, or the running service that owns it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
from rich.console import Console

from assistant.replacement import Replacement
from assistant.service import staff_token
from kb.knowledge import KnowledgeBase, Library, Progress
from kb.model import Chunk, Document, Provision, Relation, Repair
from kb.sameness import Outcome
from kb.settings import Settings
from ui.access import is_running
from ui.render import error_of
from ui.serve import prepare_encoder


@contextmanager
def open_library(settings: Settings, console: Console) -> Iterator[Library]:
    """One process owns the embedded index: while a service runs, it does the writing for us."""
    if is_running(settings):
        with httpx.Client(base_url=settings.api_url, timeout=600, trust_env=False) as client:
            yield RemoteLibrary(client, staff_token(settings.home))
        return
    prepare_encoder(settings, console)
    knowledge = KnowledgeBase.open(settings)
    try:
        yield knowledge
    finally:
        knowledge.close()


class RemoteLibrary:
    """Sends each read and structured document to the service, which encodes and stores it."""

    def __init__(self, client: httpx.Client, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    def replace(
        self, document: Document, text: str, provisions: Sequence[Provision], chunks: Sequence[Chunk],
        relations: Sequence[Relation], repairs: Sequence[Repair], notes: Sequence[str],
        original: tuple[str, bytes] | None, progress: Progress | None = None,
    ) -> Outcome:  # fmt: skip
        name, data = original or (None, b"")
        body = Replacement(
            document=document, text=text, provisions=tuple(provisions), chunks=tuple(chunks),
            relations=tuple(relations), repairs=tuple(repairs), notes=tuple(notes), original_name=name,
            original=base64.b64encode(data).decode() if name else None,
        )  # fmt: skip
        outcome: Outcome = self._post("/api/library/replace", body.model_dump_json())["outcome"]
        return outcome

    def optimize(self) -> None:
        self._post("/api/library/optimize", "{}")

    def _post(self, path: str, content: str) -> dict[str, Outcome]:
        headers = self._headers | {"Content-Type": "application/json"}
        response = self._client.post(path, content=content.encode(), headers=headers)
        body: dict[str, Outcome] = response.json()
        if response.is_error:
            raise error_of(body, response.status_code)
        return body
