"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from assistant.api.dependencies import ServiceAtHand
from assistant.service import PRODUCT, home_mark

routes = APIRouter()


@routes.get("/healthz")
def alive(service: ServiceAtHand) -> dict[str, str]:
    """Alive, and which knowledge base this is: the command line sends the staff token to no other."""
    return {"status": "ok", "product": PRODUCT, "home": home_mark(service.settings)}


@routes.get("/readyz")
def ready(service: ServiceAtHand, response: Response) -> dict[str, Any]:
    """503 with the reason while the knowledge base cannot be used."""
    if service.knowledge_or_none is None:
        response.status_code = 503
        return {"status": "unavailable", "detail": service.trouble}
    knowledge = service.knowledge
    return {"status": "ok", "index_version": knowledge.index_version, "encoder": knowledge.encoder.name}
