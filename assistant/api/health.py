"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.api.dependencies import ServiceAtHand
from assistant.service import PRODUCT, home_mark
from kb.reranker import UnavailableReranker

routes = APIRouter()


@routes.get("/healthz")
def alive(service: ServiceAtHand) -> dict[str, str]:
    """Alive, and which knowledge base this is: the command line sends the staff token to no other."""
    return {"status": "ok", "product": PRODUCT, "home": home_mark(service.settings)}


@routes.get("/readyz")
def ready(service: ServiceAtHand, request: Request, response: Response) -> dict[str, Any]:
    """503 with the reason while the knowledge base cannot be used. `reencoding` says how far a change to another
    encoder is, in chunks, while the index of the one before answers; `warm` whether the first questions find read what
    they need; `notes` are sentences about parts that failed."""
    if service.knowledge_or_none is None:
        response.status_code = 503
        return {"status": "unavailable", "detail": service.trouble}
    knowledge = service.knowledge
    said: dict[str, Any] = {
        "status": "ok", "index_version": knowledge.index_version, "encoder": knowledge.encoder.name,
        "reranker": knowledge.reranker.name if knowledge.reranker else None, "warm": request.app.state.warm,
    }  # fmt: skip
    notes = []
    if progress := knowledge.reencoding and knowledge.reencoding.progress:
        said["reencoding"] = {"done": progress.done, "total": progress.total, "model": progress.model}
        notes += [progress.trouble] if progress.trouble else []
    if isinstance(knowledge.reranker, UnavailableReranker):
        notes.append(knowledge.reranker.trouble)
    return said | {"notes": notes}
