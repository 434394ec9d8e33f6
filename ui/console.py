"""Where the command line prints: results on stdout, for people or as one JSON document; everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from kb.settings import Settings
from ui.render import error_of

Body = dict[str, Any]
Shown = Callable[[Body, Console], None]
"""Prints the JSON of an answer for people."""

AsJson = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")]
errors = Console(stderr=True)


def call(method: str, path: str, shown: Shown, as_json: bool, **parts: Any) -> Body:
    """One request to the system, printed and returned. Raises the error that the system names."""
    body = fetch(method, path, **parts)
    show(body, as_json, shown)
    return body


def fetch(method: str, path: str, **parts: Any) -> Body:
    """One request to the running service, or to one opened here for this request."""
    from ui.access import connect

    with connect(Settings()) as client:
        response = client.request(method, path, **parts)
    body: Body = response.json()
    if response.is_error:
        raise error_of(body, response.status_code)
    return body


def show(body: Body, as_json: bool, shown: Shown) -> None:
    if as_json:
        print_json(body)
    else:
        shown(body, Console())


def print_json(body: Body) -> None:
    sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
