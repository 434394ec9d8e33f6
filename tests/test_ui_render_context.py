"""A context on the terminal: each block whole, with its place, its force and what it is there for."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from ui import render


def printed(context: dict[str, Any]) -> str:
    out = StringIO()
    render.context({"as_of": "2026-11-21", "context": context}, Console(file=out, width=80))
    return out.getvalue()


def test_blocks_are_printed_whole_with_their_role() -> None:
    """It is there to be handed on: a cut text, or square brackets taken for markup, would not be what stands there."""
    text = "[bold]有下列情形之一的，为假鹤：\n" + "（一）以鹭充鹤的；" * 60
    words = printed(
        {
            "blocks": [{"label": "《样例》第三条", "text": text, "role": "definition", "force": "现行有效"}],
            "characters": len(text), "left_out": 2,
        }
    )  # fmt: skip
    assert text in words
    assert "《样例》第三条  现行有效  定义" in words
    assert f"共 {len(text)} 字" in words
    assert "另有 2 条检索结果未放入" in words


def test_an_empty_context_says_so() -> None:
    assert "没有找到相关条款" in printed({"blocks": [], "characters": 0, "left_out": 0})
