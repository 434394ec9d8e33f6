"""Routes that say what the knowledge base holds and offers: coverage, the catalogue, templates."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from assistant.api.dependencies import AsOf, ServiceAtHand
from assistant.guidance.templates import build_docx
from kb.address import instrument_name
from kb.errors import NotFound
from kb.model import Kind, Rung, State

routes = APIRouter()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COUNTED = (Rung.ARTICLE, Rung.HEADING)
NATIONAL = ("行政法规", "部门规章", "规范性文件", "公告通告", "指导原则", "标准", "地方性法规", "司法解释")


@routes.get("/coverage")
def coverage(service: ServiceAtHand, as_of: AsOf) -> dict[str, Any]:
    """What the knowledge base holds, and what it knows of but does not hold."""
    registry = service.knowledge.registry
    held = [h.document for h in registry.held().values() if h.document.state is State.PUBLISHED]
    counted = registry.counted()
    instruments = {d.instrument for d in held}
    loaded = [e for e in service.catalogue if instrument_name(e.title) in instruments]
    latest = max((d.version for d in held if d.version[:4].isdigit()), default=None)
    return {
        "documents": len(held), "provisions": sum(counted.get(rung, 0) for rung in COUNTED), "as_of": as_of,
        "newest_text": latest, "index_version": service.knowledge.index_version,
        "by_kind": Counter(str(d.kind) for d in held),
        "not_loaded": sorted({str(k) for k in Kind if k.value in NATIONAL} - {str(d.kind) for d in held}),
        "catalogue": {"known": len(service.catalogue), "loaded": len(loaded)},
    }  # fmt: skip


@routes.get("/catalogue")
def catalogue(service: ServiceAtHand, q: str = "") -> list[dict[str, Any]]:
    """Instruments that matter, each with whether the knowledge base holds it."""
    instruments = {h.document.instrument for h in service.knowledge.registry.held().values()}
    return [
        e.model_dump(mode="json") | {"loaded": instrument_name(e.title) in instruments}
        for e in service.catalogue
        if q in e.title
    ]


@routes.get("/templates")
def templates(service: ServiceAtHand) -> list[dict[str, Any]]:
    return [{"id": t.id, "title": t.title, "sectors": t.sectors, "stage": t.stage} for t in service.templates]


@routes.get("/templates/{name}")
def template(service: ServiceAtHand, name: str) -> Response:
    found = next((t for t in service.templates if t.id == name), None)
    if found is None:
        raise NotFound(f"没有模板「{name}」。")
    disposition = f"attachment; filename*=UTF-8''{quote(found.title)}.docx"
    return Response(build_docx(found), media_type=DOCX, headers={"Content-Disposition": disposition})
