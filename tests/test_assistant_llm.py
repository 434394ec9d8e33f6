"""The language model seam against a real server that misbehaves in every way such servers do."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from typing import Any

import httpx
import pytest
from scripted_model import Body, Cut, Fail, Hang, Say, ScriptedModel, Step, scripted_model

from assistant.generation.circuit import Circuit
from assistant.generation.llm import Message, Model, open_model
from assistant.generation.llm_endpoint import Endpoint, endpoint
from assistant.generation.llm_trouble import trouble_of
from assistant.generation.spoken import spoken
from kb.errors import Unavailable
from kb.settings import Settings

KEY, SECRET = "sk-not-to-be-seen", "客户甲的保密问题"
ASK = [Message("system", "你是助手。"), Message("user", SECRET)]


def model(server: ScriptedModel, **given: Any) -> Model:
    values: dict[str, Any] = {"pauses": (0.01, 0.01), "first_seconds": 5.0}
    return Model(Endpoint(server.url, "scripted", KEY), **(values | given))


def complete(asked: Model, seconds: float = 10.0) -> str:
    return asked.complete(ASK, limit_tokens=50, seconds=seconds)


def pieces(asked: Model, seconds: float = 10.0) -> list[str]:
    return list(asked.stream(ASK, limit_tokens=50, seconds=seconds))


def test_answers_at_once_and_in_pieces_and_sends_only_what_is_needed() -> None:
    # What leaves the machine is the messages and the key, not a description of the machine.
    with scripted_model([Say("应当在三十日内备案。")]) as server:
        assert complete(model(server)) == "应当在三十日内备案。"
        assert pieces(model(server)) == ["应当在三", "十日内备", "案。"]
        for asked in server.asked:
            assert asked.path == "/v1/chat/completions"
            assert asked.body["messages"] == [
                {"role": "system", "content": "你是助手。"},
                {"role": "user", "content": SECRET},
            ]
            assert (asked.body["model"], asked.body["max_tokens"], asked.body["temperature"]) == ("scripted", 50, 0.0)
            assert asked.headers["authorization"] == f"Bearer {KEY}"
            assert not [name for name in asked.headers if name.startswith(("x-stainless", "openai"))]


def test_environment_of_the_client_library_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    # A developer's own OpenAI account or proxy must not end up in the calls of this product.
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("OPENAI_ORG_ID", "somebody")
    with scripted_model([Say("好的")]) as server:
        assert Model(Endpoint(server.url, "scripted")).complete(ASK, limit_tokens=5, seconds=5) == "好的"
        assert "authorization" not in server.asked[0].headers
        assert "somebody" not in server.asked[0].headers.values()


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Fail(429), "rate limit"),
        (Fail(500), "server error"),
        (Fail(503, headers={"retry-after": "0.01"}), "overloaded, and says when to come back"),
        (Cut(), "reset before a byte came"),
        (Cut(reset=False), "closed before a byte came"),
    ],
)
@pytest.mark.parametrize("how", [complete, lambda asked: "".join(pieces(asked))])
def test_passing_trouble_is_tried_again(trouble: Step, why: str, how: Any) -> None:
    with scripted_model([trouble, trouble, Say("好的，可以")]) as server:
        assert how(model(server)) == "好的，可以", why
        assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("trouble", "tries", "words"),
    [
        (Fail(429), 3, "限流"),
        (Fail(502), 3, "出错（HTTP 502）"),
        (Fail(401, f"Incorrect API key provided: {KEY}"), 1, "REGKB_LLM_KEY"),
        (Fail(400, f"too long: {SECRET}"), 1, "太长"),
        (Fail(404), 1, "/v1"),
        (Fail(402), 1, "额度"),
        (Fail(307, headers={"location": "/elsewhere"}), 1, "转到"),
        (Fail(429, headers={"retry-after": "3600"}), 1, "限流"),
        (Cut(), 3, "中断"),
        (Body(b"<html>login</html>", "text/html"), 1, "格式"),
        (Body(b"{not json"), 1, "格式"),
        (Body(b'{"choices": []}'), 1, "格式"),
        (Say(""), 1, "没有给出任何文字"),
        (Say("<think>想不完"), 1, "没有给出任何文字"),
        (Say("", raw={"role": "assistant", "content": None}), 1, "没有给出任何文字"),
    ],
)
def test_lasting_trouble_is_a_sentence_without_key_or_question(trouble: Step, tries: int, words: str) -> None:
    with scripted_model([trouble]) as server:
        for ask in (complete, pieces):
            before = len(server.asked)
            with pytest.raises(Unavailable, match=words) as raised:
                ask(model(server))
            assert len(server.asked) - before == tries
            shown = str(raised.value)
            assert KEY not in shown
            assert SECRET not in shown
            assert server.url not in shown
            assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_a_certificate_that_is_not_trusted_is_named() -> None:
    # A model inside a company often has one, and "cannot connect" would send people to look for a firewall.
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate")
    trouble = trouble_of(error, None, called="语言模型", setting="REGKB_LLM", seconds=1)
    assert "SSL_CERT_FILE" in trouble.sentence
    assert not trouble.again


def test_nobody_listening_is_said_as_such() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(Unavailable, match="连不上语言模型服务"):
            complete(Model(Endpoint(url, "scripted"), pauses=(0.01,)))


def test_a_stream_that_broke_off_keeps_what_came_and_is_not_asked_again() -> None:
    # A second try would say the beginning twice.
    for step in (
        Cut("应当在三十日内"),
        Cut("应当在三十日内", reset=False),
        Say("应当在三十日内", finish=None, done=False, size=9),
    ):
        with scripted_model([step]) as server:
            came: list[str] = []
            with pytest.raises(Unavailable, match="中断"):
                came.extend(model(server).stream(ASK, limit_tokens=50, seconds=5))
            assert "".join(came) == "应当在三十日内"
            assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("step", "stream", "seconds", "words"),
    [
        (Hang(), False, 0.4, "没有在 0.4 秒内答完"),
        (Say("答" * 200, between=0.1, size=1), True, 2.0, "没有在 2 秒内答完"),
        (Hang(), True, 20.0, "迟迟没有开始"),
        (Hang(beat=0.05), True, 20.0, "迟迟没有开始"),
    ],
)
def test_time_limits_hold_against_silence_and_dripping(step: Step, stream: bool, seconds: float, words: str) -> None:
    # A server that sends a byte now and then never runs into a read timeout.
    with scripted_model([step]) as server:
        asked = model(server, first_seconds=1.0)
        begun = time.monotonic()
        with pytest.raises(Unavailable, match=words):
            pieces(asked, seconds) if stream else complete(asked, seconds)
        assert time.monotonic() - begun < 5
        assert len(server.asked) == 1


@pytest.mark.parametrize(("finish", "truncated"), [("stop", False), ("length", True)])
def test_an_answer_that_stopped_at_its_limit_is_known_as_such(finish: str, truncated: bool) -> None:
    # Half an answer must not pass for a whole one.
    with scripted_model([Say("应当在三十日内", finish=finish)]) as server:
        stream = model(server).stream(ASK, limit_tokens=5, seconds=5)
        assert "".join(stream) == "应当在三十日内"
        assert stream.truncated is truncated


def test_an_endless_answer_is_not_taken_in() -> None:
    with scripted_model([Say("啊" * 400_000, size=400_000)]) as server:
        for ask in (complete, pieces):
            with pytest.raises(Unavailable, match="过长"):
                ask(model(server))


def test_closing_a_stream_hangs_up_at_once_though_another_thread_waits() -> None:
    # A reader who leaves must not keep the model busy.
    with scripted_model([Say("好的，接下来", between=20.0)]) as server:
        stream = model(server).stream(ASK, limit_tokens=50, seconds=30)
        assert next(stream) == "好的，接"
        rest: list[str] = []
        waiting = threading.Thread(target=lambda: rest.extend(stream))
        waiting.start()
        time.sleep(0.1)
        stream.close()
        waiting.join(timeout=5)
        assert not waiting.is_alive()
        assert rest == []
        assert server.hung_up.wait(5)


def test_dropping_a_stream_hangs_up() -> None:
    with scripted_model([Say("好的，接下来", between=20.0)]) as server:
        with model(server).stream(ASK, limit_tokens=50, seconds=30) as stream:
            next(stream)
        assert server.hung_up.wait(5)
        assert list(stream) == []


def test_circuit_opens_after_failures_and_lets_one_try_after_a_while() -> None:
    now = [100.0]
    circuit = Circuit(lambda: now[0], failures=2, pause=30)
    with scripted_model([Fail(500), Fail(500), Say("好了")]) as server:
        asked = model(server, pauses=(), circuit=circuit)
        for _ in range(2):
            with pytest.raises(Unavailable, match="HTTP 500"):
                complete(asked)
        with pytest.raises(Unavailable, match="约 30 秒后"):
            pieces(asked)
        assert len(server.asked) == 2, "an open circuit asks nothing"
        now[0] += 31
        assert complete(asked) == "好了"
        assert circuit.wait() == 0


def test_only_one_tries_for_everybody_and_a_failure_opens_again() -> None:
    now = [0.0]
    circuit = Circuit(lambda: now[0], failures=1, pause=10)
    circuit.failed()
    assert circuit.wait() == 10
    now[0] = 10.0
    assert circuit.wait() == 0
    assert circuit.wait() == 10, "the second must wait for the first"
    now[0] = 12.0
    circuit.failed()
    assert circuit.wait() == 10
    now[0] = 22.0
    assert circuit.wait() == 0
    circuit.succeeded()
    assert circuit.wait() == circuit.wait() == 0


def test_a_refused_key_does_not_open_the_circuit() -> None:
    # The sentence about the key must stay, it is what has to be mended.
    with scripted_model([Fail(401)]) as server:
        asked = model(server)
        for _ in range(5):
            with pytest.raises(Unavailable, match="REGKB_LLM_KEY"):
                complete(asked)


def test_many_threads_share_a_model() -> None:
    def echo(body: dict[str, Any]) -> Step:
        return Say(body["messages"][-1]["content"], delay=0.02)

    with scripted_model([echo]) as server:
        asked = model(server)
        answers: dict[int, str] = {}

        def ask(number: int) -> None:
            messages = [Message("user", f"第{number}问")]
            how = asked.stream if number % 2 else asked.complete
            answers[number] = "".join(how(messages, limit_tokens=50, seconds=10))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == {number: f"第{number}问" for number in range(12)}


def test_no_model_without_an_address(tmp_path: Any) -> None:
    assert open_model(Settings(home=tmp_path, llm_url=None)) is None
    opened = open_model(Settings(home=tmp_path, llm_url="http://127.0.0.1:9/v1/chat/completions/", llm_model="m"))
    assert opened is not None
    assert opened.name == "m"


@pytest.mark.parametrize(
    ("url", "name", "key", "words"),
    [
        ("127.0.0.1:8000", "m", None, "REGKB_LLM_URL"),
        ("ftp://a/v1", "m", None, "REGKB_LLM_URL"),
        ("http://a:port/v1", "m", None, "REGKB_LLM_URL"),
        ("http://a/v1", None, None, "REGKB_LLM_MODEL"),
        ("http://a/v1", " ", None, "REGKB_LLM_MODEL"),
        ("http://a/v1", "m", "sk 密钥", "REGKB_LLM_KEY"),
    ],
)
def test_settings_that_cannot_be_right_are_named(url: str, name: str | None, key: str | None, words: str) -> None:
    with pytest.raises(Unavailable, match=words) as raised:
        endpoint(url, name, key)
    assert key is None or key not in str(raised.value)


def test_settings_are_taken_as_people_paste_them() -> None:
    assert endpoint(" http://a/v1/chat/completions ", " m ", "sk-1\n") == Endpoint("http://a/v1", "m", "sk-1")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (["可以。"], "可以。"),
        (["<think>先想想</think>\n\n可以。"], "可以。"),
        (list("<think>先</thin想</think>\n可以。"), "可以。"),
        (["\n<think>", "</think>", " ", "可以", "", "。"], "可以。"),
        (["<th", "ermal> 是热学"], "<thermal> 是热学"),
        (["<th"], "<th"),
        (["<think>没完"], ""),
        (["小于<think>不是开头"], "小于<think>不是开头"),
        ([" 空格在前"], " 空格在前"),
        ([], ""),
    ],
)
def test_thoughts_before_the_answer_are_left_out(said: list[str], heard: str) -> None:
    got = list(spoken(said))
    assert "".join(got) == heard
    assert all(got)


def test_importing_the_seam_costs_no_client_library() -> None:
    # The service starts without a model; seconds of imports would be lost on everybody.
    loaded = (
        "import sys, assistant.generation.llm, assistant.question.rewrite; "
        "print({'llama_index', 'openai'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"


def test_the_first_import_is_not_counted_as_the_time_of_the_model() -> None:
    # The first question after a start would fail otherwise, and only that one. Half of the import comes late in the
    # client library, which is why both its parts are made slow here.
    call = """
import sys, time
from assistant.generation.llm import Message, Model
from assistant.generation.llm_endpoint import Endpoint

class Slow:
    def find_spec(self, name, *_):
        if name in ("llama_index.llms.openai_like", "openai.resources.chat"):
            time.sleep(1.6)

sys.meta_path.insert(0, Slow())
model = Model(Endpoint(sys.argv[1], "scripted"), first_seconds=1.5)
print("".join(model.stream([Message("user", "a")], limit_tokens=9, seconds=1.5)))
"""
    with scripted_model([Say("ready")]) as server:
        done = subprocess.run(
            [sys.executable, "-c", call, server.url], capture_output=True, text=True, timeout=90, check=True
        )
        assert done.stdout.strip() == "ready"
