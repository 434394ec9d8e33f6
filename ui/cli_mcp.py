"""`regkb mcp`: the tools for other assistants over standard input and output, which carry nothing but the protocol."""

from __future__ import annotations

from typing import Any

import typer

from ui.console import fetch

commands = typer.Typer()


@commands.command()
def mcp() -> None:
    """供其他智能助手调用的工具（MCP，标准输入输出）：检索、读条款、核对引用、提问、匹配政策。"""
    import anyio
    import anyio.to_thread

    from assistant.mcp_server import tool_server

    one_at_a_time = anyio.Lock()  # without a service each request opens the knowledge base, which has one owner

    async def fetched(
        method: str, path: str, *, params: dict[str, Any] | None = None, json: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        async with one_at_a_time:
            return await anyio.to_thread.run_sync(lambda: fetch(method, path, params=params, json=json))

    anyio.run(tool_server(fetched).run_stdio_async)
