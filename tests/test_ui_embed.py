"""The page for other websites: it works in a frame at a phone's width by keyboard alone, keeps nothing, runs nothing of
others, and is framed only where that is allowed."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from api_server import served
from pydantic import ValidationError
from test_ui_journey import CHROMIUM, QUIET, fits, is_outside

from assistant.api.embed import content_policy
from assistant.service import Service
from kb.settings import Settings

QUESTION = "药品上市许可持有人可以委托生产吗"


def policy(address: str) -> dict[str, str]:
    page = httpx.get(f"{address}/embed", trust_env=False)
    assert page.status_code == 200
    assert page.headers["x-content-type-options"] == "nosniff"
    parts = (part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    return {part[0]: part[1] for part in parts}


@pytest.mark.parametrize(
    ("settings", "framing"),
    [
        ({}, "'self'"),
        ({"embed_origins": "https://park.example https://*.bio.example:8443"},
         "'self' https://park.example https://*.bio.example:8443"),
    ],
    ids=["default", "set"],
)  # fmt: skip
def test_it_is_framed_only_where_the_settings_say(service: Service, settings: dict[str, str], framing: str) -> None:
    with served(service, **settings) as address:
        rules = policy(address)
    assert rules["frame-ancestors"] == framing
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"


@pytest.mark.parametrize(
    "origins",
    ["park.example", "https://park.example; script-src *", "https://a.example,https://b.example", "*", "'none'"],
)
def test_an_origin_that_would_change_the_policy_is_refused(origins: str) -> None:
    """The value goes into a header: what is no address of a website is told at the start."""
    with pytest.raises(ValidationError, match="embed_origins"):
        Settings(embed_origins=origins)


def test_the_page_loads_nothing_from_elsewhere_and_has_nothing_inline(service: Service) -> None:
    """An exception for inline scripts would let any slip in escaping run."""
    with served(service, pages_url="https://kb.park.example/base/") as address:
        page = httpx.get(f"{address}/embed", trust_env=False).text
        assert 'data-pages="https://kb.park.example/base"' in page
        for part in ("/embed/page.js", "/embed/page.css"):
            assert f'"{part}"' in page
            assert httpx.get(f"{address}{part}", trust_env=False).status_code == 200
        script = httpx.get(f"{address}/embed/page.js", trust_env=False).text
    assert "<style" not in page
    assert not re.search(r"\son\w+=|style=|<script>", page)
    for storing in ("localStorage", "sessionStorage", "document.cookie", "indexedDB", "innerHTML"):
        assert storing not in script


def test_a_name_in_the_request_is_escaped(service: Service) -> None:
    """The address of the pages is taken from the request where no setting says it."""
    with served(service) as address:
        page = httpx.get(f"{address}/embed", headers={"Host": 'x"><script>alert(1)</script>'}, trust_env=False)
    assert "<script>alert" not in page.text


class Site(BaseHTTPRequestHandler):
    """A park's website with the page in a frame."""

    def __init__(self, framed: str, *arguments: Any) -> None:
        self._framed = framed
        super().__init__(*arguments)

    def do_GET(self) -> None:
        page = f'<!doctype html><title>园区</title><iframe src="{self._framed}" width="390" height="700"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """A test prints nothing."""


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def visit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，略过浏览器测试")
    if not CHROMIUM.exists():
        pytest.skip("没有 Debian 的 chromium，略过浏览器测试")
    width, height = request.param
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, headless=True, args=list(QUIET),
            viewport={"width": width, "height": height},
        )  # fmt: skip
        page = browser.new_page()
        outside: list[str] = []
        troubles: list[str] = []
        page.on("request", lambda sent: outside.append(sent.url) if is_outside(sent.url) else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.set_default_timeout(30_000)
        yield page
        assert page.context.cookies() == []
        if os.environ.get("REGKB_SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["REGKB_SCREENSHOTS"]) / f"{request.node.name}.png")
        browser.close()
    assert not outside
    assert not troubles


@pytest.mark.browser
def test_asked_and_read_by_keyboard_alone(visit: Any, service: Service) -> None:
    """Type, Enter, Tab to a citation, Enter: its words unfold with force and date; then the next question."""
    with served(service) as address:
        visit.goto(f"{address}/embed")
        visit.locator("#question").focus()
        visit.keyboard.type(QUESTION)
        visit.keyboard.press("Enter")
        entry = visit.locator("article").first
        entry.locator("details").first.wait_for()
        assert "[1]" in entry.locator(".text").inner_text()
        assert fits(visit)
        assert visit.evaluate("document.activeElement.id") == "question"
        summary = entry.locator("summary").first
        summary.focus()
        visit.keyboard.press("Enter")
        quote = entry.locator("blockquote").first
        quote.wait_for(state="visible")
        assert quote.inner_text().strip()[:10] in entry.locator(".text").inner_text()
        assert "现行有效" in summary.inner_text()
        assert "起施行" in entry.locator("details .quiet").first.inner_text()
        assert "AI生成，仅供参考" in entry.inner_text()
        onward = entry.locator("details a").first.get_attribute("href")
        assert urlsplit(onward).port == service.settings.ui_port
        assert "read=" in onward
        visit.locator("#question").fill("疫苗呢")
        visit.keyboard.press("Enter")
        visit.locator("article").nth(1).wait_for()
        visit.locator("article").first.locator("details").first.wait_for()
        assert "疫苗" in visit.locator("article").first.inner_text()
        assert fits(visit)
        assert visit.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.browser
def test_markup_in_a_question_stays_text(visit: Any, service: Service) -> None:
    with served(service) as address:
        visit.goto(f"{address}/embed")
        visit.locator("#question").fill("<img src=x onerror=document.title='被改'>药品可以委托生产吗")
        visit.keyboard.press("Enter")
        visit.get_by_text("的有效文本。").first.wait_for()
        assert visit.locator("article img").count() == 0
        assert "被改" not in visit.title()


@pytest.mark.browser
@pytest.mark.parametrize("allowed", [True, False])
def test_a_browser_shows_it_in_the_frame_of_an_allowed_website_only(
    visit: Any, service: Service, site: ThreadingHTTPServer, allowed: bool
) -> None:
    """What counts is not the header but what the browser makes of it."""
    origin = f"http://localhost:{site.server_address[1]}"
    with served(service, embed_origins=origin if allowed else "https://park.example") as address:
        site.RequestHandlerClass = partial(Site, f"{address}/embed")  # type: ignore[assignment]  # made per request
        visit.goto(origin)
        frame = visit.frame_locator("iframe")
        if allowed:
            frame.locator("#question").fill(QUESTION)
            frame.locator("#send").click()
            frame.locator("details").first.wait_for()
        else:
            visit.wait_for_timeout(1500)
            assert frame.locator("#question").count() == 0


def test_the_policy_is_one_line() -> None:
    """A header ends at a line end, and what follows would be a header of somebody else's making."""
    assert "\n" not in content_policy(["https://a.example", "https://b.example"])
