"""Routes of the library: documents and provisions for everybody; upload, correction, publishing for staff."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, File, Form, Header, Query, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import ValidationError

from assistant.api import holdings
from assistant.api.dependencies import AsOf, ServiceAtHand, Staff, staff
from assistant.reading.originals import original_of
from assistant.reading.pages import DocumentPage, ProvisionPage, document_page, listed, provision_page
from assistant.reading.replacement import Replacement
from assistant.service import Service
from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.pipeline import FileReport, ingest_file
from ingest.sandbox.parser import Sandbox
from kb import lookup
from kb.errors import BadInput, Conflict, UnreadableFile
from kb.model import Document, Force, Kind, Source, State

routes = APIRouter(prefix="/api")
routes.include_router(holdings.routes)
UNSNIFFED = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
HARMLESS = UNSNIFFED | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
"""A page made of a stranger's file runs no script, loads nothing and is of no origin, whatever it holds."""


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


@routes.get("/documents/{name:path}/comparison", dependencies=[Staff], response_class=HTMLResponse)
def comparison(service: ServiceAtHand, name: str) -> HTMLResponse:
    """The kept original and the repaired text side by side, as a page that may load and run nothing."""
    document = service.knowledge.registry.document(name)
    original = original_of(service.knowledge, name)
    limits = _limits(service, service.settings.file_limit_mb)  # an original may have come in by the command line
    page = _parser(service).explain(Incoming(original.name, original.data, limits), {"title": document.title})
    return HTMLResponse(page, headers=HARMLESS)


@routes.get("/documents/{name:path}/original", dependencies=[Staff])
def original(service: ServiceAtHand, name: str) -> FileResponse:
    """The bytes that were handed in, under the name they came with."""
    kept = original_of(service.knowledge, name)
    return FileResponse(kept.place, media_type="application/octet-stream", filename=kept.name, headers=UNSNIFFED)


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
    limits = _limits(service, service.settings.upload_limit_mb)
    arrived = Incoming(name, _limited(file, limits.file_mb), limits)
    origin = _source(source) if source else Source(name=f"上传：{name}")
    reports = ingest_file(
        service.knowledge, arrived, parser=_parser(service), source=origin, given=_object(given),
        state=State.PUBLISHED if publish else State.DRAFT, progress=lambda *_: None,
    )  # fmt: skip
    first = _first_held(service, name, reports)
    if publish:
        _publish(service, reports)
    if not any(report.outcome in ("added", "changed") for report in reports):
        response.status_code = 200
    return _page(service, first, reports)


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


@routes.post("/library/intakes/find", dependencies=[Staff])
def find_intake(
    service: ServiceAtHand, fingerprint: Annotated[str, Body()], state: Annotated[State, Body()]
) -> dict[str, Document | None]:
    """For the command line: the document this very file gave when it was last taken in."""
    return {"document": service.knowledge.taken_in(fingerprint, state)}


@routes.post("/library/intakes", dependencies=[Staff])
def note_intake(
    service: ServiceAtHand, fingerprint: Annotated[str, Body()], document_id: Annotated[str, Body()]
) -> dict[str, str]:
    service.knowledge.note_taken_in(fingerprint, document_id)
    return {"outcome": "done"}


@routes.post("/library/optimize", dependencies=[Staff])
def optimize(service: ServiceAtHand) -> dict[str, str]:
    service.knowledge.optimize()
    return {"outcome": "done"}


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
        json.dumps(found, ensure_ascii=False).encode()  # half characters can be stored nowhere
    except (ValueError, RecursionError) as error:
        raise BadInput("given 应是一个 JSON 对象。") from error
    if not isinstance(found, dict):
        raise BadInput("given 应是一个 JSON 对象。")
    return found


def _limits(service: Service, file_mb: int) -> Limits:
    return Limits.of(service.settings).model_copy(update={"file_mb": file_mb})


def _parser(service: Service) -> Sandbox:
    """The service's one sandbox: its child process starts with the first file and ends with the service."""
    return service.parts.get(Sandbox, lambda: Sandbox(_limits(service, service.settings.file_limit_mb)))


def _first_held(service: Service, name: str, reports: Sequence[FileReport]) -> FileReport:
    """The report of the first document that is held. Raises UnreadableFile or Conflict when there is none."""
    held = service.knowledge.registry.held()
    readable = [r for r in reports if r.document_id and r.outcome != "failed"]
    if not readable:
        reasons = dict.fromkeys(r.reason for r in reports if r.reason)
        raise UnreadableFile("".join(reasons) or f"文件「{name}」没有读出内容。")
    found = next((r for r in readable if r.document_id in held), None)
    if found is None:
        titles = "、".join(f"《{r.title}》" for r in readable)
        raise Conflict(f"文件「{name}」与已收录的{titles}文字基本相同，没有重复收入。")
    return found


def _publish(service: Service, reports: Sequence[FileReport]) -> None:
    """What was taken in unchanged may still be a draft of an earlier day."""
    held = service.knowledge.registry.held()
    for report in reports:
        known = held.get(report.document_id or "")
        if known and report.outcome != "failed" and known.document.state is not State.PUBLISHED:
            service.knowledge.publish(known.document.id)


def _page(service: Service, first: FileReport, reports: Sequence[FileReport]) -> dict[str, Any]:
    knowledge = service.knowledge
    page = document_page(knowledge, knowledge.registry.document(str(first.document_id)), service.today())
    return page.model_dump(mode="json") | {
        "report": first.model_dump(mode="json"), "reports": [report.model_dump(mode="json") for report in reports],
    }  # fmt: skip
