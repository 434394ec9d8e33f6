"""Routes of the library: documents and provisions for everybody; upload, correction, publishing for staff."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, File, Form, Header, Query, Response, UploadFile
from pydantic import ValidationError

from assistant.api.dependencies import AsOf, ServiceAtHand, Staff, staff
from assistant.pages import DocumentPage, ProvisionPage, document_page, listed, provision_page
from assistant.replacement import Replacement
from assistant.service import Service
from assistant.templates import build_docx
from ingest.pipeline import FileReport, ingest_one
from kb import lookup
from kb.address import instrument_name
from kb.errors import BadInput, Conflict, NotFound, UnreadableFile
from kb.model import Document, Force, Kind, Rung, Source, State

routes = APIRouter(prefix="/api")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COUNTED = (Rung.ARTICLE, Rung.HEADING)


@routes.get("/provisions/{address:path}")
def provision(service: ServiceAtHand, address: str, as_of: AsOf) -> ProvisionPage:
    return provision_page(service.knowledge, address, as_of)


@routes.get("/documents")
def documents(
    service: ServiceAtHand, as_of: AsOf, q: str = "", kind: Kind | None = None, force: Force | None = None,
    state: State = State.PUBLISHED, limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0, authorization: Annotated[str, Header()] = "",
) -> dict[str, Any]:  # fmt: skip
    if state is not State.PUBLISHED:
        staff(service, authorization)
    found = listed(service.knowledge.registry, as_of, words=q, kind=kind, force=force, state=state)
    return {"total": len(found), "documents": found[offset : offset + limit]}


@routes.get("/documents/{name:path}")
def document(
    service: ServiceAtHand, name: str, as_of: AsOf, authorization: Annotated[str, Header()] = ""
) -> DocumentPage:
    registry = service.knowledge.registry
    held = registry.held().get(name)
    if held and held.document.state is not State.PUBLISHED:
        staff(service, authorization)
        return document_page(service.knowledge, held.document, as_of)
    return document_page(service.knowledge, lookup.resolve(registry, name, as_of), as_of)


@routes.post("/documents", status_code=201, dependencies=[Staff])
def upload(
    service: ServiceAtHand, response: Response, file: Annotated[UploadFile, File()],
    publish: Annotated[bool, Form()] = False, given: Annotated[str, Form()] = "{}",
    source: Annotated[str, Form()] = "",
) -> dict[str, Any]:  # fmt: skip
    """Take a file in as a draft (or published, for `publish`); returns its page with outline, repairs and report."""
    name = file.filename or "未命名"
    data = _limited(file, service.settings.upload_limit_mb)
    origin = _source(source) if source else Source(name=f"上传：{name}")
    report = ingest_one(
        service.knowledge, name, data, source=origin, given=_object(given),
        state=State.PUBLISHED if publish else State.DRAFT,
    )  # fmt: skip
    if report.outcome == "failed" or report.document_id is None:
        raise UnreadableFile(report.reason or f"文件「{name}」没有读出内容。")
    knowledge = service.knowledge
    held = knowledge.registry.held().get(report.document_id)
    if held is None:
        raise Conflict(f"文件「{name}」与已收录的《{report.title}》文字基本相同，没有重复收入。")
    if publish and held.document.state is not State.PUBLISHED:
        knowledge.publish(report.document_id)
    if report.outcome not in ("added", "changed"):
        response.status_code = 200
    return _page(service, report, service.today())


@routes.patch("/documents/{name:path}", dependencies=[Staff])
def correct(service: ServiceAtHand, name: str, fields: Annotated[dict[str, Any], Body()]) -> DocumentPage:
    """Correct metadata; `state` publishes or withdraws."""
    knowledge = service.knowledge
    state = fields.pop("state", None)
    if state not in (None, State.PUBLISHED, State.WITHDRAWN):
        raise BadInput("state 只能是 published 或 withdrawn。")
    changed: Document = knowledge.registry.document(name)
    if fields:
        changed = knowledge.edit(name, fields)
    if state == State.PUBLISHED:
        changed = knowledge.publish(name)
    elif state == State.WITHDRAWN:
        changed = knowledge.withdraw(name)
    return document_page(knowledge, changed, service.today())


@routes.delete("/documents/{name:path}", status_code=204, dependencies=[Staff])
def withdraw(service: ServiceAtHand, name: str) -> None:
    """Withdraw: out of search, nothing lost."""
    service.knowledge.withdraw(name)


@routes.post("/library/replace", dependencies=[Staff])
def replace(service: ServiceAtHand, replacement: Replacement) -> dict[str, str]:
    """For the command line: a document that was read elsewhere."""
    return {"outcome": replacement.apply(service.knowledge)}


@routes.post("/library/optimize", dependencies=[Staff])
def optimize(service: ServiceAtHand) -> dict[str, str]:
    service.knowledge.optimize()
    return {"outcome": "done"}


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


NATIONAL = ("行政法规", "部门规章", "规范性文件", "公告通告", "指导原则", "标准", "地方性法规", "司法解释")


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


def _limited(file: UploadFile, limit_mb: int) -> bytes:
    data = file.file.read(limit_mb * 1024 * 1024 + 1)
    if len(data) > limit_mb * 1024 * 1024:
        raise BadInput(f"文件「{file.filename}」超过 {limit_mb} MB 的上限。")
    return data


def _source(words: str) -> Source:
    try:
        return Source.model_validate_json(words)
    except ValidationError as error:
        raise BadInput("source 应是含 name 的 JSON 对象。") from error


def _object(words: str) -> dict[str, Any]:
    try:
        found = json.loads(words)
    except ValueError as error:
        raise BadInput("given 应是一个 JSON 对象。") from error
    if not isinstance(found, dict):
        raise BadInput("given 应是一个 JSON 对象。")
    return found


def _page(service: Service, report: FileReport, today: date) -> dict[str, Any]:
    page = document_page(service.knowledge, service.knowledge.registry.document(str(report.document_id)), today)
    return page.model_dump(mode="json") | {"report": report.model_dump(mode="json")}
