"""The language model seam: any OpenAI-compatible endpoint, asked for a text at once or in pieces.

Nothing is called unless an address is set. The client library is llama-index's OpenAILike; it is imported at the first
call, because that costs seconds. Retries, limits of time and the circuit breaker are ours, so that they hold for both
ways of asking; proxies and other settings of the environment do not count.
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn, Self, TypeVar

import httpx

from assistant.generation.circuit import Circuit, Clock
from assistant.generation.llm_endpoint import Endpoint, endpoint
from assistant.generation.llm_trouble import Trouble, nothing_said, paused, trouble_of
from assistant.generation.llm_wire import Wire
from assistant.generation.spoken import spoken
from kb.errors import Unavailable
from kb.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse
    from llama_index.llms.openai_like import OpenAILike

CONNECT_SECONDS = 5.0
FIRST_SECONDS = 10.0
"""A stream that has not begun by then does not begin."""
PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try, each shortened at random by up to half."""
PIECE_BYTES, SPARE_BYTES = 2048, 65_536
"""What a token may take on the wire, and what may come beside."""

UNASKED = 32_768
"""A context window for the client library, which would look one up otherwise; the server alone knows its own."""

Started = TypeVar("Started")


class Message(NamedTuple):
    role: Literal["system", "user", "assistant"]
    content: str


def open_model(settings: Settings) -> Model | None:
    """The model that the settings name, None when they give no address. Nothing is called or imported yet.

    Raises Unavailable when the settings cannot be right.
    """
    if not settings.llm_url:
        return None
    return Model(endpoint(settings.llm_url, settings.llm_model, settings.llm_key))


class Stream(Iterator[str]):
    """Pieces of an answer as they come. `close` may be called from any thread, also while another waits for the next
    piece; the connection is then down at once and the iteration ends."""

    def __init__(self, wire: Wire, pieces: Generator[str, None, None]) -> None:
        self._wire, self._pieces = wire, pieces

    def __next__(self) -> str:
        return next(self._pieces)

    @property
    def truncated(self) -> bool:
        """Known at the end: the answer stopped at its limit of length, not because all was said."""
        return self._wire.truncated

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._wire.cut("closed")
        with suppress(ValueError):  # another thread is in it: the cut wakes that one, which ends it
            self._pieces.close()


class Model:
    """A model behind an endpoint. Safe to share between threads. Every failure is an Unavailable with a sentence that
    holds neither the key nor anything of the messages."""

    def __init__(
        self, endpoint: Endpoint, *, clock: Clock = time.monotonic, jitter: Callable[[], float] = random.random,
        pauses: Sequence[float] = PAUSES, first_seconds: float = FIRST_SECONDS, circuit: Circuit | None = None,
    ) -> None:  # fmt: skip
        self._endpoint, self._clock, self._jitter = endpoint, clock, jitter
        self._pauses, self._first_seconds = tuple(pauses), first_seconds
        self._circuit = circuit or Circuit(clock)
        self._verify: ssl.SSLContext | bool | None = None
        self._making = Lock()

    @property
    def name(self) -> str:
        return self._endpoint.model

    def prepare(self) -> None:
        """Import the client library, which takes seconds. The first call does it otherwise, on top of its own time:
        a short limit is for the model, not for this."""
        import llama_index.llms.openai_like  # noqa: F401 - the library alone puts the next one off to the first call
        import openai.resources.chat  # noqa: F401

    def complete(self, messages: Sequence[Message], *, limit_tokens: int, seconds: float) -> str:
        """The whole answer, without thoughts, at most `limit_tokens` long by the server's count, within `seconds`."""
        self.prepare()
        with self._wire(limit_tokens) as wire:
            text = self._tried(wire, seconds, lambda: self._answer(wire, messages, limit_tokens, seconds))
            self._circuit.succeeded()
            return text

    def stream(self, messages: Sequence[Message], *, limit_tokens: int, seconds: float) -> Stream:
        """The answer in pieces, none of them empty. The call is made at the first piece; errors come while iterating,
        also after pieces were given: what was given is then not the whole. Once it has begun it is never retried."""
        wire = self._wire(limit_tokens)
        return Stream(wire, self._pieces(wire, messages, limit_tokens, seconds))

    def _pieces(
        self, wire: Wire, messages: Sequence[Message], limit_tokens: int, seconds: float
    ) -> Generator[str, None, None]:
        self.prepare()
        with wire:
            said = False
            try:
                chunks = self._tried(wire, seconds, lambda: self._begun(wire, messages, limit_tokens, seconds))
                for piece in spoken(self._going_on(wire, chunks, seconds)):
                    said = True
                    yield piece
                if not said:
                    self._circuit.failed()
                    raise Unavailable(nothing_said(self._endpoint.called, self._endpoint.setting))
            except Unavailable:
                if wire.cut_by == "closed":
                    return
                raise
            self._circuit.succeeded()

    def _going_on(self, wire: Wire, chunks: Iterator[ChatResponse], seconds: float) -> Iterator[str]:
        """The text of the chunks. Raises Unavailable where they break off: a connection that just ends looks like the
        end of the answer, so the server must have said that it is one."""
        finished = False
        try:
            for chunk in chunks:
                reason = _finish(chunk)
                finished = finished or reason is not None
                wire.truncated = wire.truncated or reason == "length"
                yield chunk.delta or ""
            if wire.cut_by or not (finished or wire.ended):
                raise httpx.RemoteProtocolError("no end")
        except Exception as error:  # whatever the client library makes of a broken stream
            self._give_up(self._trouble(error, wire, seconds), wire)

    def _answer(self, wire: Wire, messages: Sequence[Message], limit_tokens: int, seconds: float) -> str:
        response = self._client(wire, limit_tokens, seconds).chat(_chat(messages))
        text = "".join(spoken([response.message.content or ""])).strip()
        if not text:
            raise Unavailable(nothing_said(self._endpoint.called, self._endpoint.setting))
        return text

    def _begun(
        self, wire: Wire, messages: Sequence[Message], limit_tokens: int, seconds: float
    ) -> Iterator[ChatResponse]:
        wire.arm("silent", min(self._first_seconds, seconds))
        chunks = self._client(wire, limit_tokens, seconds).stream_chat(_chat(messages))
        first = next(chunks, None)
        if first is None:
            raise ValueError("no chunk")
        wire.disarm("silent")
        return chain([first], chunks)

    def _tried(self, wire: Wire, seconds: float, start: Callable[[], Started]) -> Started:
        """`start`, tried again as long as that may help and there is time."""
        if wait := self._circuit.wait():
            raise Unavailable(paused(self._endpoint.called, wait))
        until = self._clock() + seconds
        wire.arm("late", seconds)
        for pause in (*self._pauses, None):
            try:
                return start()
            except Unavailable:
                self._circuit.failed()
                raise
            except Exception as error:  # of the client library, of httpx, or bare ones where a reply has no such field
                wire.disarm("silent")
                trouble = self._trouble(error, wire, seconds)
                rest = self._rest(trouble, pause)
                if rest is None or self._clock() + rest >= until:
                    self._give_up(trouble, wire)
                wire.rest(rest)
        raise AssertionError("the last try returns or raises")

    def _rest(self, trouble: Trouble, pause: float | None) -> float | None:
        """Seconds before the next try, None where there is none."""
        if pause is None or not trouble.again:
            return None
        return pause * (1 - self._jitter() / 2) if trouble.wait is None else trouble.wait

    def _give_up(self, trouble: Trouble, wire: Wire) -> NoReturn:
        if wire.cut_by != "closed":
            (self._circuit.failed if trouble.down else self._circuit.succeeded)()
        # Without the cause: a server's message may repeat the key or the question, and would be printed with it.
        raise Unavailable(trouble.sentence) from None

    def _trouble(self, error: Exception, wire: Wire, seconds: float) -> Trouble:
        place = self._endpoint
        return trouble_of(error, wire.cut_by, called=place.called, setting=place.setting, seconds=seconds)

    def _wire(self, limit_tokens: int) -> Wire:
        with self._making:
            if self._verify is None:
                self._verify = httpx.create_ssl_context() if self._endpoint.url.startswith("https:") else False
        return Wire(self._endpoint.key, SPARE_BYTES + limit_tokens * PIECE_BYTES, self._verify)

    def _client(self, wire: Wire, limit_tokens: int, seconds: float) -> OpenAILike:
        from llama_index.llms.openai_like import OpenAILike

        limits = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        return OpenAILike(
            model=self._endpoint.model,
            api_base=self._endpoint.url,
            api_key="sent by the wire",
            is_chat_model=True,
            context_window=UNASKED,
            temperature=0.0,
            max_tokens=limit_tokens,
            max_retries=0,
            additional_kwargs={"timeout": limits},
            http_client=httpx.Client(transport=wire, timeout=limits, trust_env=False),
        )


def _chat(messages: Sequence[Message]) -> list[ChatMessage]:
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    return [ChatMessage(role=MessageRole(message.role), content=message.content) for message in messages]


def _finish(chunk: ChatResponse) -> str | None:
    """Why the answer ends with this chunk (`stop`, `length`, …), None where it goes on."""
    choices = getattr(chunk.raw, "choices", None) or []
    return next((str(choice.finish_reason) for choice in choices if choice.finish_reason), None)
