"""A server that speaks the OpenAI chat interface over real HTTP and answers by a script: texts, delays, errors, broken
connections, at once or as a stream, whichever is asked for.

    with scripted_model([Fail(429), Say("好的")]) as server:
        ...  # server.url, server.asked

Each call takes the next step of the script; the last one stays for all that follow. A step may be a function of the
request's JSON that gives a step, for a model that answers to what it is told.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

KEPT_SECONDS = 30.0
"""A hanging answer ends by itself then, so that no test leaves a thread for ever."""


class Say(NamedTuple):
    """An answer: `delay` seconds before the first byte of the body, `between` before each further piece of a stream.
    Pieces are `size` characters each. `raw` replaces the message of an answer that is not streamed."""

    text: str
    delay: float = 0.0
    between: float = 0.0
    size: int = 4
    finish: str | None = "stop"
    done: bool = True
    raw: Any = None


class Fail(NamedTuple):
    """An HTTP error, with a message as servers send it."""

    status: int
    message: str = "scripted"
    headers: Mapping[str, str] = {}


class Cut(NamedTuple):
    """The connection breaks after `text` was sent: reset, or closed in good order as if that had been all."""

    text: str = ""
    reset: bool = True


class Hang(NamedTuple):
    """Nothing comes, but for a comment every `beat` seconds in a stream when that is set."""

    beat: float | None = None


class Body(NamedTuple):
    """These bytes as they are, with status 200."""

    content: bytes
    content_type: str = "application/json"


Step = Say | Fail | Cut | Hang | Body
Script = Sequence[Step | Callable[[dict[str, Any]], Step]]


class Asked(NamedTuple):
    """One call as it arrived; `at` is monotonic seconds."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float

    @property
    def prompt(self) -> str:
        return "\n".join(message["content"] for message in self.body["messages"])


class ScriptedModel:
    """`asked` are the calls so far; `hung_up` is set when a client went away before its answer was complete."""

    def __init__(self, script: Script) -> None:
        self._script = list(script)
        self._guard = threading.Lock()
        self.asked: list[Asked] = []
        self.hung_up = threading.Event()
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next_step(self, asked: Asked) -> Step:
        with self._guard:
            self.asked.append(asked)
            step = self._script[min(len(self.asked), len(self._script)) - 1]
        return step if isinstance(step, Step) else step(asked.body)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def scripted_model(script: Script) -> Iterator[ScriptedModel]:
    server = ScriptedModel(script)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _handler(model: ScriptedModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            self.close_connection = True
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            step = model.next_step(Asked(self.path, headers, body, time.monotonic()))
            try:
                self._answer(step, bool(body.get("stream")))
            except OSError:
                model.hung_up.set()

        def _answer(self, step: Step, stream: bool) -> None:
            if isinstance(step, Fail):
                self._whole(step.status, json.dumps({"error": {"message": step.message}}).encode(), step.headers)
            elif isinstance(step, Body):
                self._whole(200, step.content, {"content-type": step.content_type})
            elif isinstance(step, Hang):
                self._hang(step, stream)
            elif isinstance(step, Cut):
                self._cut(step, stream)
            elif stream:
                self._stream(step)
            else:
                self._wait(step.delay)
                message = {"role": "assistant", "content": step.text} if step.raw is None else step.raw
                choice = {"index": 0, "finish_reason": step.finish, "message": message}
                self._whole(200, json.dumps(_reply("chat.completion", [choice])).encode(), {})

        def _whole(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _stream(self, step: Say) -> None:
            self._open()
            self._wait(step.delay)
            for at in range(0, len(step.text), step.size):
                if at:
                    self._wait(step.between)
                self._event({"role": "assistant", "content": step.text[at : at + step.size]})
            self._event({}, step.finish)
            if step.done:
                self._chunk(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _hang(self, step: Hang, stream: bool) -> None:
            if stream:
                self._open()
            until = time.monotonic() + KEPT_SECONDS
            while time.monotonic() < until and not model.stopping.is_set():
                self._wait(step.beat or 0.05)
                if stream and step.beat:
                    self._chunk(b": still here\n\n")

        def _cut(self, step: Cut, stream: bool) -> None:
            if stream and step.text:
                self._open(chunked=step.reset)
                self._event({"role": "assistant", "content": step.text}, chunked=step.reset)
            if step.reset:
                self._wait(0.1)  # a reset takes with it what was not read yet
                # Nothing lingers: the client sees a reset instead of an end.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close() if step.reset else self.connection.shutdown(socket.SHUT_WR)

        def _open(self, *, chunked: bool = True) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            if chunked:
                self.send_header("transfer-encoding", "chunked")
            self.end_headers()

        def _event(self, delta: dict[str, Any], finish: str | None = None, *, chunked: bool = True) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            event = b"data: " + json.dumps(_reply("chat.completion.chunk", [choice])).encode() + b"\n\n"
            if chunked:
                self._chunk(event)
            else:
                self.wfile.write(event)

        def _chunk(self, content: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
            self.wfile.flush()

        def _wait(self, seconds: float) -> None:
            """Wait, but notice at once when the client has gone."""
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0 and not model.stopping.is_set():
                self.connection.settimeout(min(left, 0.05))
                try:
                    if not self.connection.recv(1):
                        raise ConnectionResetError
                except TimeoutError:
                    pass
            self.connection.settimeout(None)

    return Handler


def _reply(kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "scripted", "object": kind, "created": 0, "model": "scripted", "choices": choices}
