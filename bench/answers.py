"""How much an answer takes beyond its search: what is shown first with a language model, its first words, and a whole
extractive answer.

The model is scripted and answers at once: once in this process, so that what is measured is ours (understanding,
search, prompt, the check of the first sentence before it is let out), and once over real HTTP through the client
library. All rivals take turns in one process, and every call encodes its question anew, as one that nobody has asked
before.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from assistant.answer_model import Question
from assistant.events import Event, Token
from assistant.extracts.evidence import gather
from assistant.generation.llm import Message, Model, Stream, open_model
from assistant.generation.llm_endpoint import Endpoint
from assistant.generation.llm_wire import Wire
from assistant.reply import reply, whole
from assistant.service import Service
from bench.goals import Goal
from bench.timing import Ask, Rounds, interleaved, ratio, summary
from kb.embed import Encoder, Progress, Vectors, stack
from kb.embed_onnx import OnnxEncoder
from kb.knowledge import KnowledgeBase
from kb.search import search
from kb.settings import BUNDLED_MODEL, Settings

GOAL_FIRST, GOAL_P95, GOAL_P95_MS = 1.3, 2.0, 300.0


def measure(settings: Settings, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """Milliseconds of a search, of gathering the evidence (the search with the check whether it is enough), until
    something is shown of a generated answer and until the first words of the model, and of a whole extractive answer;
    with their ratios."""
    with scripted() as address, opened(settings, as_of) as (service, encoder):
        chunks = service.knowledge.registry.indexed_chunks()
        far = open_model(settings.model_copy(update={"llm_url": address, "llm_model": "scripted"}))
        ours = rivals(service, encoder, as_of)
        near = {name: _until(service, Instant(), encoder, as_of, pull) for name, pull in PULLS.items()}
        taken = interleaved(ours | near, questions, rounds)
        # by itself: the server's thread works on for a moment, in the time of whoever has the next turn
        over_http = {"gather": ours["gather"], "first_words": _until(service, far, encoder, as_of, first_words)}
        beside = interleaved(over_http, questions, rounds)
    first, whole_ones = ratio(taken["first_shown"], taken["gather"]), p95_ratio(taken["extractive"], taken["search"])
    return {
        "chunks": chunks,
        "questions": len(questions),
        **{name: summary(times) for name, times in taken.items()},
        "first_shown_to_gather": first,
        "first_words_to_gather": ratio(taken["first_words"], taken["gather"]),
        "extractive_to_search_p95": whole_ones,
        "over_http": {
            **{name: summary(times) for name, times in beside.items()},
            "first_words_to_gather": ratio(beside["first_words"], beside["gather"]),
        },
        "goals": [
            Goal.at_most("首字节（零延迟模型）对检索，p50", first["median"], GOAL_FIRST),
            Goal.at_most("摘录式回答对检索，p95", whole_ones["median"], GOAL_P95),
            Goal.at_most("摘录式回答 p95", summary(taken["extractive"])["p95_ms"], GOAL_P95_MS, " ms"),
        ],
    }


def rivals(service: Service, encoder: EncodedOnce, as_of: date) -> dict[str, Ask]:
    """What takes turns without a model: each call begins with no question encoded."""

    def searched(question: str) -> object:
        encoder.forget()
        return search(service.knowledge, question, as_of=as_of)

    def gathered(question: str) -> object:
        encoder.forget()
        return gather(service.knowledge, question, as_of=as_of).sufficient

    def answered(question: str) -> object:
        encoder.forget()
        return whole(service, Question(question=question, as_of=as_of, mode="extractive"))

    return {"search": searched, "gather": gathered, "extractive": answered}


def _until(
    service: Service, model: Model | None, encoder: EncodedOnce, as_of: date, pull: Callable[[Iterator[Event]], object]
) -> Ask:
    """Ask a model and pull the reply until `pull` has what it waits for. What is left of it is dropped."""
    speaking = replace(service, model=model)

    def asked(question: str) -> object:
        encoder.forget()
        with closing(reply(speaking, Question(question=question, as_of=as_of, mode="generative"))) as events:
            return pull(events)

    return asked


def first_shown(events: Iterator[Event]) -> str | None:
    """What a reader is shown first: the premises and the day by whose law it is answered; None where nothing is."""
    return next((event.text for event in events if isinstance(event, Token)), None)


def first_words(events: Iterator[Event]) -> str | None:
    """The first checked words of the model, which carry the key of a citation."""
    return next((event.text for event in events if isinstance(event, Token) and "[" in event.text), None)


PULLS: dict[str, Callable[[Iterator[Event]], object]] = {"first_shown": first_shown, "first_words": first_words}


def p95_ratio(ours: Rounds, theirs: Rounds) -> dict[str, Any]:
    """Our 95th percentile over theirs, round by round: the median of the rounds and their spread."""
    found = [float(np.percentile(a, 95) / np.percentile(b, 95)) for a, b in zip(ours, theirs, strict=True)]
    return {"median": round(median(found), 3), "spread": [round(min(found), 3), round(max(found), 3)]}


class EncodedOnce:
    """Encodes a question once until told to forget it; the product remembers many, which would spare the rival that is
    asked second the work."""

    def __init__(self, settings: Settings, cached: Encoder) -> None:
        if settings.embed_model != BUNDLED_MODEL:
            raise SystemExit("测量回答只支持内置编码器，请不要设置 REGKB_EMBED_MODEL。")
        self._cached, self._known = cached, dict[tuple[bool, str], Vectors]()
        self._model = OnnxEncoder(settings.models / BUNDLED_MODEL, settings.embed_threads)
        self.name, self.size, self.taught = cached.name, cached.size, cached.taught

    def forget(self) -> None:
        self._known.clear()

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._once(texts, self._model.queries, turned=False)

    def turned(self, texts: Sequence[str]) -> Vectors:
        return self._once(texts, self._model.turned, turned=True)

    def _once(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors], *, turned: bool) -> Vectors:
        for text in texts:
            if (turned, text) not in self._known:
                self._known[turned, text] = encode([text])[0]
        return stack([self._known[turned, text] for text in texts], self.size)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._cached.passages(texts, progress)


@contextmanager
def opened(settings: Settings, as_of: date) -> Iterator[tuple[Service, EncodedOnce]]:
    """The service over a loaded home, without remembered questions."""
    service = Service.open(settings, today=lambda: as_of)
    try:
        held = service.knowledge
        encoder = EncodedOnce(settings, held.encoder)
        knowledge = KnowledgeBase(
            held.registry, held.store, encoder, settings.originals, lexicon=held.lexicon, reranker=held.reranker
        )
        yield replace(service, knowledge_or_none=knowledge), encoder
    finally:
        service.close()


class Instant(Model):
    """A model that has said all before it is asked to wait."""

    def __init__(self) -> None:
        super().__init__(Endpoint("http://127.0.0.1", "scripted"))

    def stream(self, messages: Sequence[Message], *, limit_tokens: int, seconds: float) -> Stream:
        return Stream(Wire(None, 0, False), (piece for piece in [spoken(messages[-1].content)]))


@contextmanager
def scripted() -> Iterator[str]:
    """The address of a model that at once says the first sentence of every provision it was given, with its key."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Scripted(BaseHTTPRequestHandler):
    """The OpenAI chat interface, streamed; the whole answer is one piece, sent with the head."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
        pieces = (
            {"delta": {"role": "assistant", "content": spoken(body["messages"][-1]["content"])}, "finish_reason": None},
            {"delta": {}, "finish_reason": "stop"},
        )
        lines = [f"data: {json.dumps(said | {'choices': [piece | {'index': 0}]})}" for piece in pieces]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write("\n\n".join([*lines, "data: [DONE]", ""]).encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the bench prints only figures."""


def spoken(material: str) -> str:
    """The first sentence of each provision of a prompt, which stands in the line under its key."""
    lines = material.splitlines()
    return "".join(
        f"{words.split(' ', 1)[-1].split('。')[0]}[{head[1:5]}]。"
        for head, words in pairwise(lines)
        if head.startswith("[") and head[5:6] == "]"
    )
