"""Routes of the assistant: ask, search, cite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from assistant.answer_model import Answer, CiteReport, CiteRequest, Question
from assistant.api.dependencies import ServiceAtHand
from assistant.cite import verify
from assistant.desk.cited_answers import remember
from assistant.events import Cited, Token
from assistant.reply import reply, whole
from assistant.searched import Searched, searched
from assistant.service import Service
from kb.model import Kind, Sector
from kb.search import Filters, How, Part, Ranking

routes = APIRouter(prefix="/api")
LONGEST_CONTEXT = 20_000


@routes.get("/search")
def search_passages(
    service: ServiceAtHand, q: Annotated[str, Query(min_length=1, max_length=500)], as_of: date | None = None,
    k: Annotated[int, Query(ge=1, le=50)] = 10, kind: Annotated[list[Kind] | None, Query()] = None,
    sector: Annotated[list[Sector] | None, Query()] = None, region: Annotated[list[str] | None, Query()] = None,
    document: Annotated[list[str] | None, Query()] = None, ranking: Ranking = "full",
    without: Annotated[list[Part] | None, Query()] = None, exact_words: bool = False,
    context: Annotated[int, Query(ge=0, le=LONGEST_CONTEXT)] = 0,
) -> Searched:  # fmt: skip
    """Passages for a question. `exact_words` searches for the words as they are typed, without corrections; `ranking`
    and `without` take the search apart, for measuring."""
    filters = Filters(tuple(kind or ()), tuple(sector or ()), tuple(region or ()), tuple(document or ()))
    as_typed: tuple[Part, ...] = ("corrections",) if exact_words else ()
    return searched(
        service.knowledge, q, as_of=as_of, today=service.today(), limit=k, filters=filters,
        how=How(ranking, frozenset((*(without or ()), *as_typed))), budget=context,
        rewriter=service.rewriter,
    )  # fmt: skip


@routes.post("/ask", response_model=Answer)
def ask(
    service: ServiceAtHand, question: Question, accept: Annotated[str, Header()] = "",
    dnt: Annotated[str, Header()] = "",
) -> Response | Answer:  # fmt: skip
    """Answer as JSON, or, asked for `text/event-stream`, as events `token`, `citation`, `done`, `error`. What an answer
    cites is remembered for the change radar, unless the request says `DNT: 1`."""
    remembered = dnt != "1"
    if "text/event-stream" in accept:
        events = _events(service, question, remembered)
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
    made = whole(service, question)
    if remembered:
        remember(service, made)
    return made


@routes.post("/cite")
def cite(service: ServiceAtHand, request: CiteRequest) -> CiteReport:
    return verify(service.knowledge.registry, request.text, as_of=request.as_of or service.today())


def _events(service: Service, question: Question, remembered: bool) -> Iterator[str]:
    for event in reply(service, question):
        if isinstance(event, Token):
            yield _event("token", {"text": event.text})
        elif isinstance(event, Cited):
            yield _event("citation", event.citation.model_dump(mode="json"))
        else:
            if remembered:
                remember(service, event)
            yield _event("done", event.model_dump(mode="json"))


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
