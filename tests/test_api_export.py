"""A conversation as a file over HTTP: for its own person alone, one path of it or one answer."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import pypdfium2
import pytest
from docx import Document as WordDocument

from assistant.answer_model import LABEL
from assistant.service import Service
from ui.access import InProcess

QUESTION = "药品上市许可持有人可以委托生产吗"
MEDIA = {"docx": "wordprocessingml", "md": "text/markdown", "pdf": "application/pdf"}


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    key = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    with httpx.Client(base_url="http://regkb", transport=InProcess(service), headers=key) as made:
        yield made


def asked(client: httpx.Client, conversation: str, question: str, **more: Any) -> dict[str, Any]:
    response = client.post(f"/api/conversations/{conversation}/turns", json={"question": question} | more)
    assert response.status_code == 200, response.text
    turn: dict[str, Any] = response.json()
    assert turn["state"] == "done"
    return turn


def begun(client: httpx.Client) -> str:
    return str(client.post("/api/conversations", json={}).json()["id"])


def exported(client: httpx.Client, conversation: str, **asked_for: str) -> httpx.Response:
    return client.get(f"/api/conversations/{conversation}/export", params=asked_for)


def words(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    kind = response.headers["content-type"]
    if "pdf" in kind:
        file = pypdfium2.PdfDocument(response.content)
        return "".join(page.get_textpage().get_text_range() for page in file).replace("\r\n", "")
    if "markdown" in kind:
        return response.text
    document = WordDocument(io.BytesIO(response.content))
    footer = document.sections[0].footer.paragraphs[0].text
    return "\n".join([*(p.text for p in document.paragraphs), footer])


@pytest.mark.parametrize("form", list(MEDIA))
def test_a_conversation_is_a_file_with_its_citations(client: httpx.Client, form: str) -> None:
    conversation = begun(client)
    first = asked(client, conversation, QUESTION)
    asked(client, conversation, "疫苗呢")
    response = exported(client, conversation, format=form)
    text = words(response)
    assert MEDIA[form] in response.headers["content-type"]
    named = unquote(response.headers["content-disposition"].rpartition("UTF-8''")[2])
    assert named == f"{QUESTION}.{form}"
    assert response.headers["cache-control"] == "no-store"
    assert text.count(LABEL) >= 2
    assert "引用附录" in text
    assert text.index("1. " if form != "md" else "1\\. ") < text.index("疫苗呢")
    citation = first["answer"]["citations"][0]
    assert citation["address"] in text
    assert "".join(citation["quote"].split())[:30] in "".join(text.split())


def test_only_the_path_to_a_turn_is_in_it(client: httpx.Client) -> None:
    """Branches that were left behind and turns after it are no part of what is handed on."""
    conversation = begun(client)
    first = asked(client, conversation, QUESTION)
    asked(client, conversation, "疫苗呢")
    other = asked(client, conversation, "血液制品呢", parent=first["id"])
    path = words(exported(client, conversation, format="md", turn=other["id"]))
    assert QUESTION in path
    assert "血液制品呢" in path
    assert "疫苗呢" not in path
    one = words(exported(client, conversation, format="md", turn=other["id"], only="turn"))
    assert f"1\\. {QUESTION}" not in one
    assert "1\\. 血液制品呢" in one


def test_what_is_not_ones_own_or_not_there_is_refused(client: httpx.Client) -> None:
    conversation = begun(client)
    empty = exported(client, conversation)
    assert (empty.status_code, "没有可以导出的回答" in empty.json()["detail"]) == (422, True)
    asked(client, conversation, QUESTION)
    assert exported(client, conversation, format="xls").status_code == 422
    assert exported(client, conversation, turn="没有这一轮").status_code == 404
    stranger = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    path = f"/api/conversations/{conversation}/export"
    assert client.get(path, headers=stranger).status_code == 404
    assert client.get(path, headers={"X-Regkb-Visitor": ""}).status_code == 401
