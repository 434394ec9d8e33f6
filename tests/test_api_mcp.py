"""The tools through the protocol's own client, over HTTP and over the standard streams of `regkb mcp`."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_server import served
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from assistant.answer_model import LABEL
from assistant.service import Service
from kb.settings import Settings

QUESTION = "药品上市许可持有人可以委托生产吗"
TOOLS = {"search", "get_provision", "verify_citations", "ask", "match"}
PLACE = "药品管理法@2019-08-26/第三十二条"


@pytest.fixture
def api(service: Service) -> Iterator[str]:
    with served(service) as address:
        yield address


def over_http(api: str, talk: Callable[[Client], Awaitable[None]], mode: str = "auto") -> None:
    async def run() -> None:
        async with Client(f"{api}/mcp", mode=mode) as client:
            await talk(client)

    asyncio.run(run())


async def called(client: Client, name: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Text and object of a result; fails when the tool failed."""
    result = await client.call_tool(name, arguments)
    words = "".join(getattr(block, "text", "") for block in result.content)
    assert not result.is_error, words
    assert result.structured_content is not None
    return words, result.structured_content


async def refused(client: Client, name: str, **arguments: Any) -> str:
    result = await client.call_tool(name, arguments)
    assert result.is_error
    return "".join(getattr(block, "text", "") for block in result.content)


async def find_read_check_ask(client: Client) -> None:
    """What an assistant does that writes about the law: find a provision, read it, check its draft, ask on."""
    words, found = await called(client, "search", query=QUESTION, k=3)
    assert found["passages"][0]["address"] == PLACE
    assert PLACE in words
    _, page = await called(client, "get_provision", address=PLACE)
    assert page["text"] in words
    draft = "依据《药品管理法》第三十二条可以委托生产，依据《药品管理法》第九百条不可以。"
    words, report = await called(client, "verify_citations", text=draft)
    assert [place["verdict"] for place in report["citations"]] == ["valid", "not_found"]
    assert "第九百条" in words
    words, first = await called(client, "ask", question=QUESTION)
    assert first["outcome"] == "answered"
    assert words.endswith(LABEL)
    assert "[1] 《药品管理法》第三十二条" in words
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": first["text"]}]
    _, second = await called(client, "ask", question="疫苗呢", history=history)
    assert any("疫苗" in citation["label"] for citation in second["citations"])


async def tools_as_declared(client: Client) -> None:
    """A host decides by these hints whether a person must agree to each call."""
    listed = (await client.list_tools()).tools
    assert {tool.name for tool in listed} == TOOLS
    for tool in listed:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert tool.title
        assert tool.description
        assert "\u4e00" <= tool.description[0] <= "\u9fff"
        assert tool.output_schema
        assert tool.output_schema["type"] == "object"
    ask = next(tool for tool in listed if tool.name == "ask")
    assert ask.input_schema["required"] == ["question"]
    assert ask.input_schema["properties"]["question"]["maxLength"] == 2000


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_conversation_over_http(api: str, mode: str) -> None:
    """Both the protocol of 2026 and the handshake of the years before, which most hosts still speak."""

    async def talk(client: Client) -> None:
        await tools_as_declared(client)
        await find_read_check_ask(client)

    over_http(api, talk, mode)


def test_a_profile_is_matched_and_what_it_leaves_out_is_asked_for(api: str) -> None:
    async def talk(client: Client) -> None:
        _, found = await called(client, "match", profile={"name": "甲公司", "region": "海南省", "sectors": ["药品"]})
        levels = {one["level"] for one in found["matches"]}
        assert levels <= {"match", "potential", "info", "no"}
        assert any(one["missing"] for one in found["matches"])

    over_http(api, talk)


def test_failures_are_sentences_to_act_on(api: str) -> None:
    """A model reads what went wrong and can do better; nothing of the inside of the program is in it."""

    async def talk(client: Client) -> None:
        assert "没有" in await refused(client, "get_provision", address="没有这部法@2020-01-01/第一条")
        assert "question" in await refused(client, "ask", question="")
        assert "as_of" in await refused(client, "search", query="药品", as_of="明天")
        assert "sector" in await refused(client, "match", profile={"name": "甲", "sectors": ["食品"]})

    over_http(api, talk)


HELLO = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ({}, 200, "a program on this machine"),
        ({"Origin": "http://127.0.0.1:9"}, 200, "a page of this machine"),
        ({"Host": "attacker.example"}, 421, "a name of somebody else that points here"),
        ({"Origin": "https://attacker.example"}, 403, "a page of somebody else"),
        ({"Host": "kb.park.example"}, 200, "the name that the settings give"),
    ],
)
def test_pages_of_others_cannot_call_the_tools(
    service: Service, headers: dict[str, str], status: int, why: str
) -> None:
    """DNS rebinding: a website makes its own name mean this machine and lets the visitor's browser call it."""
    with served(service, mcp_hosts="kb.park.example") as address:
        answer = httpx.post(
            f"{address}/mcp", json=HELLO, trust_env=False,
            headers={"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"} | headers,
        )  # fmt: skip
    assert answer.status_code == status, why


@pytest.fixture(scope="module")
def stdio(starter_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> StdioServerParameters:
    """`regkb mcp` as a host starts it, over a knowledge base that nobody serves."""
    home = tmp_path_factory.mktemp("mcp") / "home"
    shutil.copytree(starter_settings.home, home)
    return StdioServerParameters(
        command=sys.executable, args=["-c", "from ui.cli import main; main()", "mcp"],
        env=os.environ | {"REGKB_HOME": str(home), "REGKB_API_PORT": "1", "REGKB_EMBED_THREADS": "1"},
    )  # fmt: skip


def test_a_conversation_over_standard_streams(stdio: StdioServerParameters, tmp_path: Path) -> None:
    async def run(said: Any) -> None:
        async with Client(stdio_client(stdio, errlog=said)) as client:
            await tools_as_declared(client)
            await find_read_check_ask(client)

    with (tmp_path / "stderr").open("w+", encoding="utf-8") as said:
        asyncio.run(run(said))
        said.seek(0)
        assert QUESTION not in said.read()


def test_standard_output_carries_the_protocol_and_nothing_else(stdio: StdioServerParameters) -> None:
    """One stray line, and hosts drop the connection."""
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "search", "arguments": {"query": "疫苗"}}},
    ]  # fmt: skip
    process = subprocess.Popen(
        [stdio.command, *stdio.args], env=stdio.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.stdin.write("".join(json.dumps(line) + "\n" for line in asked))
        process.stdin.flush()
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        rest = process.stdout.read()
    process.wait(timeout=30)
    assert [line["id"] for line in lines] == [1, 2]
    assert lines[1]["result"]["structuredContent"]["passages"]
    assert rest == ""
