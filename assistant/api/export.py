"""The route that hands out a conversation, or one answer of it, as a file."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from assistant.api.dependencies import ServiceAtHand, Visitor
from assistant.desk.conversations import conversations
from assistant.export import KINDS, Exchange, Facts, Format, exported
from assistant.service import Service
from kb.errors import NotFound

routes = APIRouter(prefix="/api")
LONGEST_NAME = 60
UNFIT = '\\/:*?"<>|'
"""What some systems forbid in the name of a file."""


@routes.get("/conversations/{conversation}/export")
def export(
    service: ServiceAtHand, visitor: Visitor, conversation: str,
    form: Annotated[Format, Query(alias="format")] = "docx",
    turn: Annotated[str | None, Query(max_length=64)] = None, only: Literal["turn"] | None = None,
) -> Response:  # fmt: skip
    """The path from the first question to `turn` (None: the newest) as a file; with `only=turn` that one turn. Turns
    without an answer are left out."""
    path = conversations(service).path(visitor, conversation, turn)
    turns = path.turns[-1:] if only else path.turns
    exchanges = [Exchange(one.question, one.asked_at, one.answer) for one in turns if one.answer]
    title = (turns[-1].question if only and turns else path.head.title) or "问答记录"
    made = exported(title, exchanges, form, lambda document_id: facts(service, document_id))
    headers = {
        "Content-Disposition": disposition(title, form), "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    return Response(made, media_type=KINDS[form].media_type, headers=headers)


def facts(service: Service, document_id: str) -> Facts:
    """Number and issuer of a document that is still held; an old answer may cite one that is not."""
    if service.knowledge_or_none is None:
        return Facts()
    try:
        document = service.knowledge.registry.document(document_id)
    except NotFound:
        return Facts()
    return Facts(document.number, document.issuer)


def disposition(title: str, form: Format) -> str:
    """A header that names the file in Chinese (RFC 6266, RFC 8187), and in ASCII for clients of long ago."""
    fit = "".join(c for c in title if c.isprintable() and c not in UNFIT).strip(" .")[:LONGEST_NAME] or "问答记录"
    name = quote(f"{fit}.{form}", safe="", errors="replace")
    return f"attachment; filename=\"regkb.{form}\"; filename*=UTF-8''{name}"
