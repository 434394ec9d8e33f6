"""What is counted of a running service: requests and answers by kind, never a word of a question or of a person."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.answer_model import Answer, Question
from assistant.events import Event
from assistant.service import PRODUCT, Service
from kb.model import State

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60, 120)
"""Bounds of the histogram: search answers in tens of milliseconds, a language model in tens of seconds."""


class Tally:
    """The counts of one service since it was opened."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            f"{PRODUCT}_requests", "Requests by route and status.", ("method", "route", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            f"{PRODUCT}_request_seconds", "Time until the last byte.", ("route",), buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._answers = Counter(
            f"{PRODUCT}_answers", "Answers by outcome and mode.", ("outcome", "mode"), registry=self._registry
        )
        self._model_failures = Counter(
            f"{PRODUCT}_model_failures", "Answers that the model should have worded and did not.",
            registry=self._registry,
        )  # fmt: skip
        self._documents = Gauge(f"{PRODUCT}_documents", "Published documents.", registry=self._registry)
        self._ready = Gauge(f"{PRODUCT}_ready", "Whether the knowledge base can be used.", registry=self._registry)
        self._index = Gauge(f"{PRODUCT}_index_info", "The index in use.", ("version",), registry=self._registry)

    def close(self) -> None:
        """Nothing is held that must be given back."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answer(self, answer: Answer, *, model_failed: bool) -> None:
        self._answers.labels(answer.outcome, answer.mode).inc()
        if model_failed:
            self._model_failures.inc()

    def page(self, service: Service) -> bytes:
        """All counts in the text format of Prometheus, with what is held at this moment."""
        knowledge = service.knowledge_or_none
        self._ready.set(1 if knowledge else 0)
        self._index.clear()
        if knowledge:
            held = knowledge.registry.held().values()
            self._documents.set(sum(one.document.state is State.PUBLISHED for one in held))
            self._index.labels(knowledge.index_version).set(1)
        return generate_latest(self._registry)


def tally_of(service: Service) -> Tally:
    return service.parts.get(Tally, Tally)


def counted(service: Service, question: Question, events: Iterator[Event]) -> Iterator[Event]:
    """The same events; the answer among them is counted. With a model at hand, an answer with citations that is still
    made of extracts though nobody asked for them is one that the model failed to word."""
    for event in events:
        if isinstance(event, Answer):
            wanted = service.model is not None and question.mode != "extractive" and bool(event.citations)
            tally_of(service).answer(event, model_failed=wanted and event.mode == "extractive")
        yield event
