"""How much longer the chat page takes to draw anew when the conversation is long.

The page runs in Streamlit's own harness, over a real service with real answers; every press draws the whole page, so
the time of a run is what a reader waits for after each press, but for the browser. Two conversations take turns.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from streamlit.testing.v1 import AppTest

from bench.goals import Goal
from bench.serve import server
from bench.timing import interleaved, ratio, summary
from kb.settings import Settings
from ui.client import Client
from ui.views.conversation import TURNS_SHOWN

SHORT, LONG = 10, 200
"""Messages: a question and an answer are two."""
PRESSES = 8
GOAL = 1.5
LIMIT_S = 60


def measure(settings: Settings, questions: Sequence[str], as_of: date, rounds: int) -> dict[str, Any]:
    """Milliseconds of drawing the page anew with a short and a long conversation, and their ratio."""
    with server(settings) as (service, _, _):
        client = Client(str(service.base_url), visitor=secrets.token_urlsafe(24))
        pages = {messages: _page(client, questions, messages // 2, as_of) for messages in (SHORT, LONG)}
        rivals = {str(messages): _press(page) for messages, page in pages.items()}
        presses = [str(at) for at in range(PRESSES)]
        taken = interleaved(rivals, presses, rounds)
        client.close()
    found = ratio(taken[str(LONG)], taken[str(SHORT)])
    return {
        **{f"{messages}_messages": summary(taken[str(messages)]) for messages in (SHORT, LONG)},
        "ratio": found,
        "goals": [Goal.at_most(f"问答页重绘：{LONG} 条消息对 {SHORT} 条", found["median"], GOAL)],
    }


def _page(client: Client, questions: Sequence[str], turns: int, as_of: date) -> AppTest:
    """The chat page with a conversation of so many turns, drawn once."""
    identity = client.begin()["id"]
    parent = None
    for at in range(turns):
        print(f"\r  第 {at + 1} 问，共 {turns} 问 ", end="", file=sys.stderr, flush=True)
        begun, *_ = client.ask_in(identity, questions[at % len(questions)], parent=parent, as_of=as_of)
        parent = str(begun[0])
    print(file=sys.stderr)
    page = AppTest.from_function(draw, default_timeout=LIMIT_S, args=(client, as_of))
    page.session_state["visitor"] = client.visitor
    page.query_params["c"] = identity
    page.run()
    drawn = sum(str(block.proto.body).count('class="question"') for block in page.get("html"))
    if page.exception or drawn != min(turns, TURNS_SHOWN):
        raise SystemExit(f"问答页没有画出来：{drawn} 问，{page.exception}")
    return page


def draw(client: object, today: object) -> None:
    """The page as the navigation draws it. The harness runs this text by itself, so it imports what it needs."""
    from importlib import import_module

    import_module("ui.views.ask").render(client, today)
    import_module("ui.views.frame").footer(client)


def _press(page: AppTest) -> Callable[[str], object]:
    return lambda _: page.run()
