"""The assistant as a model of the OpenAI chat API, so that any chat program can be put before it.

The text ends with its sources and the label, for programs that show nothing else; those that can read on find the whole
answer in the field `regkb` of the message, or of the last chunk of a stream.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import RootModel, ValidationError
from starlette.types import Receive, Scope, Send

from assistant.answer_model import Answer
from assistant.api.ask import remembering
from assistant.api.dependencies import ServiceAtHand, Untracked
from assistant.api.failures import failure, problems
from assistant.api.openai_request import MODEL, SPOKEN, ChatRequest, asked, unknown_model
from assistant.api.stream import StreamedReply, WholeReply, last, one_line
from assistant.events import Event, Token
from assistant.export.plain import sources
from assistant.running import replies_of
from assistant.service import PRODUCT
from kb.errors import BadInput, NotFound, RegkbError, Unavailable

routes = APIRouter(prefix="/v1")
TYPES = {401: "authentication_error", 404: "invalid_request_error", 422: "invalid_request_error", 503: "server_error"}
NO_MODEL = "model_not_found"
CORRECTED = "（以上文字经核对有改动，以下为准）"


async def _body(request: Request) -> bytes:
    return await request.body()


@routes.get("/models")
def models() -> dict[str, Any]:
    return {"object": "list", "data": [_model()]}


@routes.get("/models/{name}")
def model(name: str) -> Response:
    return JSONResponse(_model()) if name == MODEL else refused(unknown_model(name), NO_MODEL)


@routes.post("/chat/completions")
def chat(service: ServiceAtHand, body: Annotated[bytes, Depends(_body)], untracked: Untracked) -> Response:
    """A chat completion, streamed when asked for. An Authorization header is not looked at: asking is public. A client
    that goes away stops it."""
    try:
        request = ChatRequest.model_validate_json(body)
        question = asked(request)
        _ = service.knowledge
    except ValidationError as error:
        return refused(BadInput(_said(error)))
    except NotFound as error:
        return refused(error, NO_MODEL)
    except RegkbError as error:
        return refused(error)
    completion = Completion(request, f"chatcmpl-{uuid.uuid4().hex}", int(time.time()))
    replies = replies_of(service)
    running = replies.begin(service, question)
    events = running.events() if untracked else remembering(service, running.events())
    if request.stream:
        return StreamedReply(replies.threads, running.stop, completion.chunks(events))
    return WholeChat(replies.threads, running.stop, lambda: completion.whole(last(events)))


class Completion:
    """One answer on its way out. `created` are seconds since 1970."""

    def __init__(self, request: ChatRequest, name: str, created: int) -> None:
        self._request = request
        self._head = {"id": name, "created": created, "model": MODEL}

    def whole(self, answer: Answer) -> Whole:
        """Raises Unavailable where a part is down: a status of HTTP says so better than words in a chat."""
        _available(answer)
        text = answer.text + sources(answer)
        message = {"role": "assistant", "content": text, "refusal": None, "regkb": _own(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return Whole(self._head | {"object": "chat.completion", "choices": [choice], "usage": self._usage(text)})

    def chunks(self, events: Iterator[Event]) -> Iterator[str]:
        """The lines of the stream; a failure is a line of its own, as OpenAI's own service sends it."""
        told = ""
        yield self._chunk({"role": "assistant", "content": ""})
        try:
            for event in events:
                if isinstance(event, Token):
                    told += event.text
                    yield self._chunk({"content": event.text})
                elif isinstance(event, Answer):
                    _available(event)
                    rest = _rest(told, event.text) + sources(event)
                    yield self._chunk({"content": rest})
                    yield self._chunk({}, "stop", regkb=_own(event))
                    yield from self._counted(told + rest)
        except Exception as error:
            yield _line(_error(error))
        yield "data: [DONE]\n\n"

    def _counted(self, text: str) -> Iterator[str]:
        options = self._request.stream_options
        if options and options.include_usage:
            yield _line(self._head | {"object": "chat.completion.chunk", "choices": [], "usage": self._usage(text)})

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _line(self._head | {"object": "chat.completion.chunk", "choices": [choice]} | more)

    def _usage(self, text: str) -> dict[str, Any]:
        """Characters, and said to be such: there are no tokens without a model."""
        sent = sum(len(message.words) for message in self._request.messages if message.role in SPOKEN)
        return {
            "prompt_tokens": sent, "completion_tokens": len(text), "total_tokens": sent + len(text),
            "unit": "characters",
        }  # fmt: skip


class Whole(RootModel[dict[str, Any]]):
    """The body of a completion that is not streamed."""


class WholeChat(WholeReply):
    """A completion in one piece, whose failures have the shape that callers of this API read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except Exception as error:
            await refused(error)(scope, receive, send)


def _available(answer: Answer) -> None:
    if answer.outcome == "unavailable":
        raise Unavailable(answer.reason or answer.text)


def _rest(told: str, text: str) -> str:
    """What is still to be told of a text, which may have been changed by the last check."""
    if text.startswith(told):
        return text[len(told) :]
    return f"\n\n{CORRECTED}\n\n{text}"


def _own(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(mode="json", exclude={"text", "seconds"})


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": PRODUCT}


def refused(error: Exception, code: str | None = None) -> JSONResponse:
    """A failure in the shape that callers of this API read."""
    status = error.status if isinstance(error, RegkbError) else 500
    status = 400 if status == 422 else status  # as OpenAI's own service says it
    return JSONResponse(_error(error, code), status_code=status)


def _error(error: Exception, code: str | None = None) -> dict[str, Any]:
    status = error.status if isinstance(error, RegkbError) else 500
    told = {"message": failure(error)["detail"], "type": TYPES.get(status, "server_error"), "param": None, "code": code}
    return {"error": told}


def _said(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)
    return problems([{**one, "loc": ("body", *one["loc"])} for one in found])


def _line(data: dict[str, Any]) -> str:
    return f"data: {one_line(data)}\n\n"
