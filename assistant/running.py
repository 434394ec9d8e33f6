"""Replies on their way: each can be stopped from any thread, and is then left with what had been let out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event as Signal
from threading import Lock

from assistant.answer_model import Answer, Question
from assistant.events import Cited, Event, Token
from assistant.generation.stoppable import StoppableModel
from assistant.question.asked_day import understood
from assistant.reply import reply
from assistant.service import Service
from assistant.tally import counted
from kb.model import Citation

STOPPED = "已按要求停止，以上是停止前写出的部分。"
STOPPED_AT_ONCE = "已按要求停止，停止前还没有写出内容。"
GOING_ON = "还在生成，以上是目前写出的部分。"
AT_ONCE = 32
"""Replies that are worked on at the same time; the others wait. A model that hangs must not keep readers waiting, so
replies have threads of their own."""


class Running:
    """One reply. `events` may be called once; `stop` and `so_far` at any time from any thread."""

    def __init__(self, service: Service, question: Question, over: Callable[[], None] = lambda: None) -> None:
        self._model = StoppableModel(service.model) if service.model else None
        self._service, self._question, self._over = replace(service, model=self._model), question, over
        self._stopping = Signal()
        self._text: list[str] = []
        self._citations: list[Citation] = []
        self._id = str(uuid.uuid4())
        self.cut_short = False
        """Set before the last event where that is only what had been let out."""

    def stop(self) -> None:
        """The model is cut off at once; `events` then ends with what had been let out."""
        self._stopping.set()
        if self._model:
            self._model.stop()

    def events(self) -> Iterator[Event]:
        """The reply's events; the last is an Answer, also when it was stopped."""
        try:
            yield from counted(self._service, self._question, self._let_out())
        finally:
            self._over()

    def so_far(self) -> Answer | None:
        """What was let out up to now, None where that is nothing."""
        return self._part(GOING_ON) if self._text else None

    def _let_out(self) -> Iterator[Event]:
        coming = reply(self._service, self._question)
        assert isinstance(coming, Generator)
        try:
            while not self._stopping.is_set():  # also before the first: nothing is searched for who has gone
                event = next(coming)
                if self._stopping.is_set():
                    break
                self._note(event)
                yield event
                if isinstance(event, Answer):
                    return
        except Exception:
            if not self._stopping.is_set():  # what a model that was cut off brings about is no failure
                raise
        finally:
            coming.close()
        self.cut_short = True
        yield self._part(STOPPED if self._text else STOPPED_AT_ONCE)

    def _note(self, event: Event) -> None:
        if isinstance(event, Token):
            self._text.append(event.text)
        elif isinstance(event, Cited):
            self._citations.append(event.citation)

    def _part(self, reason: str) -> Answer:
        text = "".join(self._text)
        asked = understood(self._question, self._service.today())
        model = self._model if self._model and self._model.called else None
        knowledge = self._service.knowledge_or_none
        return Answer(
            answer_id=self._id, outcome="partial", text=text, asked=asked.question,
            citations=tuple(one for one in self._citations if f"[{one.key}]" in text), reason=reason,
            as_of=asked.day, mode="generative" if model else "extractive", model=model.name if model else None,
            index_version=knowledge.index_version if knowledge else "",
        )  # fmt: skip


class Replies:
    """The replies of one process by name, and the threads that they are worked on in."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reply")
        self._named: dict[str, Running | None] = {}
        self._unwanted: set[str] = set()
        self._guard = Lock()

    def expect(self, name: str) -> None:
        """A reply of this name is about to begin."""
        with self._guard:
            self._named[name] = None

    def begin(self, service: Service, question: Question, name: str | None = None) -> Running:
        """A reply that is known by its name until its events are over."""
        known = name or str(uuid.uuid4())
        running = Running(service, question, over=lambda: self.forget(known))
        with self._guard:
            self._named[known] = running
            unwanted = known in self._unwanted
        if unwanted:
            running.stop()
        return running

    def stop(self, name: str) -> None:
        """Stop a reply, also one that is only about to begin; nothing happens where there is none."""
        with self._guard:
            running = self._named.get(name)
            if running is None and name in self._named:
                self._unwanted.add(name)
        if running:
            running.stop()

    def forget(self, name: str) -> None:
        with self._guard:
            self._named.pop(name, None)
            self._unwanted.discard(name)

    def __contains__(self, name: str) -> bool:
        with self._guard:
            return name in self._named

    def names(self) -> frozenset[str]:
        with self._guard:
            return frozenset(self._named)

    def so_far(self, name: str) -> Answer | None:
        """What a reply has let out, None where that is nothing."""
        with self._guard:
            running = self._named.get(name)
        return running.so_far() if running else None

    def close(self) -> None:
        """Stop what is running and wait for its threads."""
        for name in self.names():
            self.stop(name)
        self.threads.shutdown()


def replies_of(service: Service) -> Replies:
    return service.parts.get(Replies, Replies)
