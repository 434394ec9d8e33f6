"""A page drawn by Streamlit's own test harness over the contract, and what a test wants to know of it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from ui.client import Client


def draw(view: str, client: object) -> None:
    """A page as the navigation draws it. The harness runs this text by itself, so it imports what it needs."""
    from datetime import date
    from importlib import import_module

    import_module(f"ui.views.{view}").render(client, date(2026, 11, 21))
    import_module("ui.views.frame").footer(client)


def page(view: str, client: Client, **params: str) -> AppTest:
    """One page with an address, on 2026-11-21."""
    test = AppTest.from_function(draw, default_timeout=20, args=(view, client))
    for name, value in params.items():
        test.query_params[name] = value
    return test.run()


def html(test: AppTest) -> str:
    """All our own HTML on the page."""
    return "\n".join(str(block.proto.body) for block in test.get("html"))


def labels(test: AppTest) -> list[str]:
    return [button.label for button in test.button]


def press(test: AppTest, words: str, nth: int = 0) -> AppTest:
    """Press the nth button with these words."""
    return [button for button in test.button if words in button.label][nth].click().run()
