"""Answers while they come, over a real socket: stop, a client that goes away, silence, and that no thread stays."""

from __future__ import annotations

import json
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from api_server import served
from fastapi import FastAPI
from scripted_model import Hang, Say, ScriptedModel, Step, scripted_model
from small_service import QUESTION, repeating, small_service

from assistant.answer_model import Question
from assistant.api.stream import StreamedReply
from assistant.desk.conversations import conversations
from assistant.desk.turn_reading import KILLED
from assistant.running import STOPPED, STOPPED_AT_ONCE, Running, replies_of
from assistant.service import Service
from ui.wire import events

STREAM = {"Accept": "text/event-stream"}
SOON = 5.0
"""Seconds within which a stop must have come through, on a loaded machine."""
Script = Step | Callable[[dict[str, Any]], Step]


@contextmanager
def chat(home: Path, *script: Script) -> Iterator[tuple[httpx.Client, Service, ScriptedModel]]:
    """A client of a served small knowledge base with a scripted model."""
    with scripted_model(script) as model:
        service = small_service(home, model)
        headers = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
        with (
            served(service) as address,
            httpx.Client(base_url=address, timeout=30, trust_env=False, headers=headers) as client,
        ):
            yield client, service, model


def begun(client: httpx.Client) -> str:
    return f"/api/conversations/{client.post('/api/conversations', json={}).json()['id']}"


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address of any application."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert by(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def by(condition: Callable[[], bool], seconds: float = SOON) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def idle(service: Service) -> bool:
    return not replies_of(service).names()


def test_a_generated_answer_comes_in_pieces_and_is_kept_whole(tmp_path: Path) -> None:
    with chat(tmp_path, repeating()) as (client, _, _model):
        here = begun(client)
        with client.stream("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM) as response:
            got = list(events(response.iter_lines()))
        done = got[-1][1]
        assert (got[0][0], got[-1][0], done["mode"], done["model"]) == ("turn", "done", "generative", "scripted")
        assert client.get(here).json()["turns"][0]["answer"] == done


def test_stop_ends_the_stream_with_what_was_let_out(tmp_path: Path) -> None:
    with chat(tmp_path, repeating(between=0.3)) as (client, service, model):
        here = begun(client)
        said, stopped_at, got = "", 0.0, []
        with client.stream("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM) as response:
            for name, data in events(response.iter_lines()):
                got.append((name, data))
                if name == "token":
                    said += data["text"]
                if name == "token" and not stopped_at and "。" in said:
                    stopped_at = time.monotonic()
                    running = client.get(here).json()["turns"][0]
                    assert (running["state"], running["answer"]["text"]) == ("running", said)
                    assert client.post(f"{here}/turns/{got[0][1]['id']}/stop").status_code == 202
        assert time.monotonic() - stopped_at < SOON
        done = got[-1][1]
        assert (got[-1][0], done["outcome"], done["reason"], done["text"]) == ("done", "partial", STOPPED, said)
        assert [one["key"] for one in done["citations"]] == ["1"]
        turn = client.get(here).json()["turns"][0]
        assert (turn["state"], turn["answer"]) == ("stopped", done)
        assert by(model.hung_up.is_set), "the model is told to stop"
        assert by(lambda: idle(service))
        assert client.post(f"{here}/turns/{turn['id']}/stop").status_code == 202, "stopping twice does no harm"


def test_a_silent_model_is_stopped_at_once(tmp_path: Path) -> None:
    with chat(tmp_path, Hang(beat=0.1)) as (client, service, model):
        here = begun(client)
        with client.stream("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM) as response:
            coming = events(response.iter_lines())
            turn = next(coming)[1]["id"]
            assert by(lambda: bool(model.asked))
            start = time.monotonic()
            client.post(f"{here}/turns/{turn}/stop")
            *_, (name, done) = coming
        assert time.monotonic() - start < SOON
        assert (name, done["outcome"]) == ("done", "partial")
        assert done["reason"] == (STOPPED if done["text"] else STOPPED_AT_ONCE)
        assert by(model.hung_up.is_set)
        assert by(lambda: idle(service))


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
@pytest.mark.parametrize("stored", [True, False])
def test_a_client_that_goes_away_stops_the_model(tmp_path: Path, accept: str, stored: bool) -> None:
    """Closing the page must free the model, whichever way the answer was asked for; nothing may run on for nobody."""
    with chat(tmp_path, Hang(beat=0.1)) as (client, service, model):
        here = begun(client)
        path = f"{here}/turns" if stored else "/api/ask"
        with pytest.raises(httpx.ReadTimeout):
            client.post(
                path, json={"question": QUESTION}, headers={"Accept": accept}, timeout=httpx.Timeout(30, read=2)
            )
        assert model.asked
        assert by(model.hung_up.is_set)
        assert by(lambda: idle(service))
        if stored:
            turn = client.get(here).json()["turns"][0]
            assert (turn["state"], turn["answer"]["outcome"]) == ("stopped", "partial")


def test_what_was_let_out_is_kept_when_the_client_goes_away(tmp_path: Path) -> None:
    with chat(tmp_path, repeating(between=0.3)) as (client, service, model):
        here, said = begun(client), ""
        with client.stream("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM) as response:
            for name, data in events(response.iter_lines()):
                said += data["text"] if name == "token" else ""
                if "。" in said:
                    break
        assert by(lambda: client.get(here).json()["turns"][0]["state"] == "stopped")
        answer = client.get(here).json()["turns"][0]["answer"]
        assert answer["text"].startswith(said)
        assert by(model.hung_up.is_set)
        assert by(lambda: idle(service))


def test_deleting_a_conversation_stops_what_runs_in_it(tmp_path: Path) -> None:
    with chat(tmp_path, Hang(beat=0.1)) as (client, service, model):
        here = begun(client)
        with client.stream("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM) as response:
            coming = events(response.iter_lines())
            next(coming)
            assert by(lambda: bool(model.asked))
            assert client.delete(here).status_code == 204
            assert [name for name, _ in coming][-1] == "done"
        assert by(lambda: idle(service))
        assert client.get(here).status_code == 404


def test_many_that_go_away_leave_no_thread_and_the_rest_is_answered(tmp_path: Path) -> None:
    """More hanging models than there are threads for replies: readers, and the stop itself, must not wait for them."""
    with chat(tmp_path, Hang(beat=0.1)) as (client, service, model):
        before = threading.active_count()
        here = begun(client)

        def going_away() -> None:
            patience = httpx.Timeout(30, read=4)
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(f"{client.base_url}/api/ask", json={"question": QUESTION}, headers=STREAM, timeout=patience)

        with ThreadPoolExecutor(40) as people:
            waiting = [people.submit(going_away) for _ in range(40)]
            assert by(lambda: len(model.asked) >= 8)
            start = time.monotonic()
            assert client.get(here).status_code == 200
            assert time.monotonic() - start < 3.0
            for one in waiting:
                one.result()
        assert by(lambda: idle(service), 15)
    assert by(lambda: threading.active_count() <= before, 15), [one.name for one in threading.enumerate()]


def test_a_reply_that_is_stopped_before_it_begins_asks_no_model(tmp_path: Path) -> None:
    with scripted_model([Say("不该说的话")]) as model:
        service = small_service(tmp_path, model)
        replies = replies_of(service)
        replies.expect("turn")
        replies.stop("turn")
        running = replies.begin(service, Question(question=QUESTION), "turn")
        *_, answer = running.events()
        assert (running.cut_short, answer.outcome, answer.text) == (True, "partial", "")
        assert model.asked == []
        assert idle(service)
        service.close()


def test_an_extractive_answer_that_is_stopped_late_is_whole(tmp_path: Path) -> None:
    """A stop that comes after the last piece changes nothing."""
    service = small_service(tmp_path)
    running = Running(service, Question(question=QUESTION))
    *_, answer = running.events()
    running.stop()
    assert (running.cut_short, answer.outcome) == (False, "answered")
    service.close()


def test_a_failure_in_mid_stream_is_an_event_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something nobody foresaw: no traceback, no English, and the turn is kept as failed."""

    def broken(*_: object, **__: object) -> Iterator[object]:
        yield from ()
        raise RuntimeError("secret detail")

    monkeypatch.setattr("assistant.running.reply", broken)
    with chat(tmp_path, Say("")) as (client, service, _):
        here = begun(client)
        with client.stream("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM) as response:
            got = list(events(response.iter_lines()))
        assert [name for name, _ in got] == ["turn", "error"]
        assert (got[1][1]["error"], "secret" in json.dumps(got)) == ("InternalError", False)
        turn = client.get(here).json()["turns"][0]
        assert (turn["state"], turn["failure"]) == ("failed", got[1][1]["detail"])
        assert client.post(f"{here}/turns", json={"question": QUESTION}).json()["state"] == "failed"
        assert client.post("/api/ask", json={"question": QUESTION}).json()["error"] == "InternalError"
        assert idle(service)


def test_silence_is_filled_with_comments(tmp_path: Path) -> None:
    """A proxy closes a connection on which nothing comes: a comment every so often, and the pieces in order."""
    app, going_on = FastAPI(), threading.Event()

    def pieces() -> Iterator[str]:
        yield "event: token\ndata: {}\n\n"
        going_on.wait(10)
        yield "event: done\ndata: {}\n\n"

    threads = ThreadPoolExecutor(2)
    app.add_api_route("/", lambda: StreamedReply(threads, going_on.set, pieces(), heartbeat=0.1), response_model=None)
    with listening(app) as address, httpx.Client(trust_env=False) as client:
        with client.stream("GET", address) as response:
            lines = []
            for line in response.iter_lines():
                lines.append(line)
                if lines.count(": ") >= 3:
                    going_on.set()
        assert lines.index("event: token") < lines.index(": ") < lines.index("event: done")
        assert [name for name, _ in events(iter(lines))] == ["token", "done"], "a reader passes the comments over"
    threads.shutdown()


def test_a_service_that_is_ended_in_mid_answer_keeps_what_was_let_out(tmp_path: Path) -> None:
    """An ordinary restart while somebody reads: the turn is stopped, not lost, and the end is not held up."""
    headers = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    with scripted_model([Hang(beat=0.1)]) as model:
        service = small_service(tmp_path, model)
        with httpx.Client(timeout=30, trust_env=False, headers=headers) as client:
            with served(service) as address:
                client.base_url = address
                here = begun(client)
                request = client.build_request("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM)
                response = client.send(request, stream=True)
                assert by(lambda: bool(model.asked))
                ended = time.monotonic()
            assert time.monotonic() - ended < 15
            response.close()
    again = small_service(tmp_path)
    turn = conversations(again).read(headers["X-Regkb-Visitor"], here.rpartition("/")[2]).turns[0]
    again.close()
    assert (turn.state, turn.answer and turn.answer.outcome) == ("stopped", "partial")


SERVICE = """
import sys
from pathlib import Path
import uvicorn
from small_service import small_service
from assistant.api import create_app
from assistant.generation.llm import open_model
from dataclasses import replace
service = small_service(Path(sys.argv[1]))
settings = service.settings.model_copy(update={"llm_url": sys.argv[3], "llm_model": "scripted"})
service = replace(service, settings=settings, model=open_model(settings))
uvicorn.run(create_app(service), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


def test_a_turn_that_was_running_when_the_service_was_killed_is_read_as_failed(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    headers = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    with scripted_model([repeating(), Hang(beat=0.1)]) as model:

        def start() -> subprocess.Popen[bytes]:
            command = [sys.executable, "-c", SERVICE, str(tmp_path), str(port), model.url]
            process = subprocess.Popen(command, cwd=Path(__file__).parent)
            assert by(lambda: _up(port), 60)
            return process

        process = start()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False, headers=headers) as client:
            here = begun(client)
            first = client.post(f"{here}/turns", json={"question": QUESTION}).json()
            with client.stream("POST", f"{here}/turns", json={"question": QUESTION}, headers=STREAM) as response:
                next(events(response.iter_lines()))
                process.send_signal(signal.SIGKILL)
                process.wait(timeout=30)
        process = start()
        try:
            page = httpx.get(f"http://127.0.0.1:{port}{here}", headers=headers, trust_env=False).json()
        finally:
            process.terminate()
            process.wait(timeout=30)
    assert page["turns"][0] == first
    assert [(turn["state"], turn["failure"]) for turn in page["turns"]] == [("done", None), ("failed", KILLED)]


def _up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
