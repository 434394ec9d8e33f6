"""`from regkb import Client`: a program asks, reads along, and finds the conversation again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from api_server import served

import regkb
from assistant.service import Service

QUESTION = "药品上市许可持有人可以委托生产吗"
HEAVY = ("streamlit", "torch", "numpy", "sqlalchemy", "qdrant_edge", "qdrant_client", "onnxruntime", "fastapi", "mcp")


@pytest.fixture
def client(service: Service) -> Iterator[regkb.Client]:
    with served(service) as address:
        made = regkb.Client(address)
        yield made
        made.close()


def test_a_question_is_answered_in_pieces_and_then_as_a_whole(client: regkb.Client) -> None:
    """The pieces are for people who wait, the Answer is for the program."""
    *pieces, answer = client.ask(QUESTION)
    assert isinstance(answer, regkb.Answer)
    assert answer.outcome == "answered"
    assert len(pieces) > 1
    assert "".join(str(piece) for piece in pieces) == answer.text
    first = answer.citations[0]
    assert first.label.startswith("《药品管理法》第三十二条")
    assert first.force is regkb.Force.IN_FORCE
    assert first.quote in client.provision(first.address)["text"]
    assert answer.label == regkb.LABEL


def test_a_conversation_goes_on_from_what_was_said(client: regkb.Client) -> None:
    *_, first = client.ask(QUESTION)
    assert isinstance(first, regkb.Answer)
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": first.text}]
    *_, second = client.ask("疫苗呢", history=history)
    assert isinstance(second, regkb.Answer)
    assert any("疫苗" in citation.label for citation in second.citations)


def test_failures_are_errors_of_the_package(client: regkb.Client) -> None:
    with pytest.raises(regkb.NotFound):
        client.provision("没有这部法@2020-01-01/第一条")
    with pytest.raises(regkb.BadInput):
        list(client.ask(""))
    gone = regkb.Client("http://127.0.0.1:1")
    with pytest.raises(regkb.Unavailable):
        list(gone.ask(QUESTION))


def test_importing_it_is_light() -> None:
    """Another program takes in a client, not an index, an encoder or pages."""
    code = f"import regkb, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_all_that_is_promised_is_there() -> None:
    assert [name for name in regkb.__all__ if not hasattr(regkb, name)] == []
