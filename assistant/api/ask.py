"""Routes of the assistant: ask, search, cite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from assistant.answer_model import Answer, CiteReport, CiteRequest, Question
from assistant.api.dependencies import AsEvents, ServiceAtHand, Untracked, asking_something
from assistant.api.stream import StreamedReply, WholeReply, last, pieces
from assistant.checking.cite import verify
from assistant.desk.cited_answers import memory
from assistant.events import Event
from assistant.guidance.regions import spellings
from assistant.reading.searched import Searched, searched
from assistant.running import replies_of
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
    places = dict.fromkeys(way for place in region or () for way in spellings(place))
    filters = Filters(tuple(kind or ()), tuple(sector or ()), tuple(places), tuple(document or ()))
    as_typed: tuple[Part, ...] = ("corrections",) if exact_words else ()
    return searched(
        service.knowledge, q, as_of=as_of, today=service.today(), limit=k, filters=filters,
        how=How(ranking, frozenset((*(without or ()), *as_typed))), budget=context,
        rewriter=service.rewriter,
    )  # fmt: skip


@routes.post("/ask", response_model=Answer)
def ask(service: ServiceAtHand, question: Question, as_events: AsEvents, untracked: Untracked) -> Response:
    """Answer as JSON, or, asked for `text/event-stream`, as events `token`, `citation`, `done`, `error`. Nothing of the
    question is kept. What an answer cites is remembered for the change radar, unless the request says `DNT: 1`. A
    client that goes away stops it."""
    asking_something(question.question)
    question.model_dump_json()  # fails here for halves of characters, which could not be answered to
    replies = replies_of(service)
    running = replies.begin(service, question)
    events = running.events() if untracked else remembering(service, running.events())
    if as_events:
        return StreamedReply(replies.threads, running.stop, pieces(events))
    return WholeReply(replies.threads, running.stop, lambda: last(events))


@routes.post("/cite")
def cite(service: ServiceAtHand, request: CiteRequest) -> CiteReport:
    return verify(service.knowledge.registry, request.text, as_of=request.as_of or service.today())


def remembering(service: Service, events: Iterator[Event]) -> Iterator[Event]:
    """The events, of which the answer is told to the change radar before it goes out."""
    return _remembering(memory(service), events)


def _remembering(remember: Callable[[Answer], None], events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        if isinstance(event, Answer):
            remember(event)
        yield event
