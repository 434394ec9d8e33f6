"""Where the command line writes: the knowledge base opened here, or the running service that owns it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
from filelock import FileLock, Timeout
from rich.console import Console

from assistant.reading.replacement import Replacement
from assistant.service import staff_token
from kb.knowledge import KnowledgeBase, Library, Progress
from kb.model import Chunk, Document, Provision, Relation, Repair, State
from kb.sameness import Outcome
from kb.settings import Settings
from ui.access import is_running
from ui.render import error_of
from ui.serve import prepare_encoder

WAITING = "另一个 regkb 正在写入，等它结束（Ctrl-C 放弃）…"
LOOK_AGAIN_SECONDS = 0.5


@contextmanager
def open_library(settings: Settings, console: Console) -> Iterator[Library]:
    """One process owns the embedded index: while a service runs, it does the writing for us; while another command
    writes, we wait for it."""
    said = False
    while True:
        if is_running(settings):
            with httpx.Client(base_url=settings.api_url, timeout=600, trust_env=False) as client:
                yield RemoteLibrary(client, staff_token(settings.home))
            return
        with _turn(settings) as ours:
            if ours:
                prepare_encoder(settings, console)
                knowledge = KnowledgeBase.open(settings)
                try:
                    yield knowledge
                finally:
                    knowledge.close()
                return
        if not said:
            console.print(WAITING, highlight=False)
            said = True
        time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def _turn(settings: Settings) -> Iterator[bool]:
    """Whether it is our turn to write, for as long as the context lasts; nobody is waited for here."""
    settings.home.mkdir(parents=True, exist_ok=True)
    writing = FileLock(settings.home / "writing.lock")
    try:
        writing.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield _index_is_free(settings)
    finally:
        writing.release()


def _index_is_free(settings: Settings) -> bool:
    """Whether no search or starting service holds the embedded index."""
    if not settings.index.exists():
        return True
    index = FileLock(settings.index / "lock")
    try:
        index.acquire(timeout=0)
    except Timeout:
        return False
    index.release()
    return True


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

    def taken_in(self, fingerprint: str, state: State) -> Document | None:
        found = self._post("/api/library/intakes/find", json.dumps({"fingerprint": fingerprint, "state": state}))
        return Document.model_validate(found["document"]) if found["document"] else None

    def note_taken_in(self, fingerprint: str, document_id: str) -> None:
        self._post("/api/library/intakes", json.dumps({"fingerprint": fingerprint, "document_id": document_id}))

    def _post(self, path: str, content: str) -> dict[str, Any]:
        headers = self._headers | {"Content-Type": "application/json"}
        response = self._client.post(path, content=content.encode(), headers=headers)
        body: dict[str, Any] = response.json()
        if response.is_error:
            raise error_of(body, response.status_code)
        return body
