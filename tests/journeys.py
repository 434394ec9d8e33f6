"""Journeys in a browser: one that waited in vain is gone once more, and what stood on the page is told each time.

A busy machine holds a browser up now and then for half a minute (docs/decisions/029). A page that says or shows
something wrong fails at once. With the words on the page beside the failure it can be read which of both it was.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

WORDS_SHOWN = 3000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            waited = pytest.mark.flaky(reruns=1, only_rerun=[_waited_in_vain()], rerun_except=[AssertionError])
            item.add_marker(waited)


def _waited_in_vain() -> type[Exception]:
    """Playwright's own error; it alone, since a time limit of ours that runs out is a finding."""
    from playwright.sync_api import TimeoutError as WaitedInVain

    return WaitedInVain


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The address, the cookies' names and the words of the page that the test visits."""
    report = yield
    visit: Any = getattr(item, "funcargs", {}).get("visit")
    if report.when == "call" and report.failed and hasattr(visit, "inner_text"):
        report.sections.append(("page", shown(visit)))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Of a journey that was gone once more nothing but its name would be told."""
    for report in terminalreporter.stats.get("rerun", []):
        for name, words in report.sections:
            if name == "page":
                terminalreporter.section(f"page at first: {report.nodeid}")
                terminalreporter.line(words)


def shown(page: Any) -> str:
    """Never raises, and waits for two seconds at most: a browser that has gone or hangs is told of as that."""
    try:
        kept = [cookie["name"] for cookie in page.context.cookies()]
        words = page.inner_text("body", timeout=2000)
    except Exception as error:  # whatever it is, the failure of the test must be told, not this one
        return f"页面读不出来：{error}"
    return f"{page.url}\ncookie：{kept}\n{words[:WORDS_SHOWN]}"
