"""Routes of the assistant: ask, search, cite."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from assistant.answer import answer
from assistant.answer_model import Answer, CiteReport, CiteRequest, Question
from assistant.api.dependencies import ServiceAtHand
from assistant.asked_day import understood
from assistant.cite import verify
from assistant.desk.cited_answers import remember
from assistant.navigate import navigate
from assistant.needs import asks_how
from assistant.searched import Searched, searched
from assistant.service import Service
from kb.errors import Unavailable
from kb.model import NOT_STATED, Kind, Sector
from kb.search import Filters, How, Part, Ranking

routes = APIRouter(prefix="/api")
LONGEST_CONTEXT = 20_000
PIECE = re.compile(r"[^，。；：！？\n]*[，。；：！？\n]+|[^，。；：！？\n]+")


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
    made = _answered(service, question)
    if dnt != "1":
        remember(service, made)
    if "text/event-stream" in accept:
        return StreamingResponse(_events(made), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
    return made


@routes.post("/cite")
def cite(service: ServiceAtHand, request: CiteRequest) -> CiteReport:
    return verify(service.knowledge.registry, request.text, as_of=request.as_of or service.today())


def _answered(service: Service, question: Question) -> Answer:
    """A failing part gives the outcome `unavailable` with its sentence, never a refusal."""
    try:
        made = answer(
            service.knowledge, question, today=service.today(), catalogue=service.catalogue, rewriter=service.rewriter
        )
        if made.outcome != "answered" or not asks_how(question.question):
            return made
        return made.model_copy(update={"next_steps": (*_steps(service, question, made.as_of), *made.next_steps)})
    except Unavailable as error:
        return Answer(
            answer_id="", outcome="unavailable", text=f"暂时无法检索：{error}", reason=str(error),
            as_of=understood(question, service.today()).day, index_version="",
        )  # fmt: skip


def _steps(service: Service, question: Question, day: date) -> tuple[str, ...]:
    """The route that a how-to question asks for, in order, from the same navigation as `/api/navigate`."""
    found = navigate(
        question.question, question.profile, items=service.items, paths=service.paths, search=service.search,
        quoter=service.quoter, as_of=day,
    )  # fmt: skip
    return tuple(
        f"第{place}步　{item.name}（{item.channel or NOT_STATED}）" for place, item in enumerate(found.items, start=1)
    )


def _events(made: Answer) -> Iterator[str]:
    for piece in PIECE.findall(made.text):
        yield _event("token", {"text": piece})
    for citation in made.citations:
        yield _event("citation", citation.model_dump(mode="json"))
    yield _event("done", made.model_dump(mode="json"))


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
