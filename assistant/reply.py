"""One reply to one question, as a stream: pieces of text, citations, and last the whole checked answer.

With a language model the text is put in its words, sentence by sentence, each let out only when it is grounded; without
one it is made of extracts. A failing part gives the outcome `unavailable` with its sentence, never a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

from assistant.answer import Content, work_out
from assistant.answer_model import Answer, Question
from assistant.events import Cited, Event, Token
from assistant.extracts.way_on import Offers
from assistant.generation.generate import generated
from assistant.question.asked_day import understood
from assistant.service import Service
from kb.errors import Unavailable

PIECE = re.compile(r"[^，。；：！？\n]*[，。；：！？\n]+|[^，。；：！？\n]+")


def reply(service: Service, question: Question) -> Iterator[Event]:
    """Closing the iterator stops the model at once. The last event is the Answer; nothing follows it."""
    try:
        knowledge = service.knowledge
        worked = work_out(
            knowledge, question, today=service.today(), content=content_of(service), rewriter=service.rewriter,
            completer=None if question.mode == "extractive" else service.completer,
        )  # fmt: skip
        if service.model and question.mode != "extractive" and worked.evidence and worked.begun.citations:
            with closing(generated(service.model, knowledge, worked)) as events:
                yield from events
        else:
            yield from in_pieces(worked.answer)
    except Unavailable as error:
        yield _unavailable(service, question, str(error))


def content_of(service: Service) -> Content:
    offers = Offers(service.items, service.paths, service.search, service.quoter)
    return Content(service.catalogue, service.known_errors, offers, service.authorities)


def whole(service: Service, question: Question) -> Answer:
    """The reply when all of it is there."""
    *_, last = reply(service, question)
    if not isinstance(last, Answer):
        raise AssertionError("the last event is the answer")
    return last


def in_pieces(made: Answer) -> Iterator[Event]:
    """An answer that is there already, as a stream."""
    yield from (Token(piece) for piece in PIECE.findall(made.text))
    yield from (Cited(citation) for citation in made.citations)
    yield made


def _unavailable(service: Service, question: Question, why: str) -> Answer:
    return Answer(
        answer_id="", outcome="unavailable", text=f"暂时无法检索：{why}", reason=why, asked=question.question,
        as_of=understood(question, service.today()).day, index_version="",
    )  # fmt: skip
