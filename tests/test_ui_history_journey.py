"""The journey through the versions of a law in a real browser: timeline → other version → comparison → the article.

Runs at a desk's and at a phone's width against the running pages, under the same conditions as `test_ui_journey`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
import test_ui_journey as journey

pytestmark = journey.pytestmark
visit = journey.visit
OLD, NEW = "商标法@2019-04-23", "商标法@2026-06-26"


@pytest.fixture
def address(visit: Any) -> Any:
    """What the address bar says, readable."""
    return lambda: unquote(visit.url)


def shown_picture(page: Any) -> Any:
    """The one of the two drawings that fits the width."""
    return page.locator("[class^=timeline-]:visible")


def test_from_the_timeline_to_the_changed_article(visit: Any, address: Any, live_site: str) -> None:
    """An officer asks what changed in the new trade mark law: a press on its predecessor, one on compare, one on an
    article; the address can be sent on at every step."""
    visit.goto(f"{live_site}/library?doc={NEW}&as_of=2026-11-21")
    # both are there for a moment, until the page's style has come
    shown_picture(visit).first.wait_for()
    visit.wait_for_function(
        "[...document.querySelectorAll('[class^=timeline-]')].filter(one => one.checkVisibility()).length === 1"
    )
    assert shown_picture(visit).count() == 1
    shown_picture(visit).locator("img").wait_for()
    assert visit.locator(".stands .force").inner_text() == "尚未施行"
    assert "2027年1月1日" in visit.locator(".stands").inner_text()
    drawn = shown_picture(visit).locator("img").evaluate("image => image.naturalWidth")
    assert drawn > 300, "the drawing is one that a browser draws"
    assert journey.fits(visit)

    shown_picture(visit).locator("button").first.click()
    visit.wait_for_function(f"decodeURIComponent(location.href).includes('{OLD}')")
    visit.locator(".stands .force", has_text="现行有效").wait_for()

    visit.get_by_role("button", name="与另一版本比较").click()
    visit.locator(".comparison ins").first.wait_for()
    assert f"old={OLD}&new={NEW}" in address()
    assert (
        visit.locator(".comparison del").first.evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
    )
    assert visit.locator(".comparison ins").first.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"
    assert journey.fits(visit)

    some = visit.locator(".compared").count()
    visit.get_by_text("显示全部条文").click()
    visit.wait_for_function(f"document.querySelectorAll('.compared').length > {some}")
    assert address().endswith("&all=1")

    # a press on a link that is being drawn anew goes nowhere
    visit.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    link = visit.locator(".compared:has(del) .side-name a").first
    number = link.inner_text()
    link.click()
    visit.locator(".st-key-reader .law").first.wait_for()
    assert number in visit.locator(".reader-title").inner_text()
    assert "read=" in address()
    assert journey.fits(visit)


def scrolled(page: Any) -> int:
    return int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"))


def test_a_document_opened_from_low_in_the_list_is_read_from_its_top(visit: Any, live_site: str) -> None:
    """Streamlit leaves the page where it was: in the middle of the law. Scrolling on the document is left alone."""
    visit.goto(f"{live_site}/library")
    last = visit.locator('[class*="st-key-doc-"] button').nth(19)
    last.scroll_into_view_if_needed()
    assert scrolled(visit) > 0
    last.click()
    visit.get_by_role("button", name="返回列表").wait_for()
    visit.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    visit.locator(".site-foot").wait_for()
    visit.mouse.move(200, 500)
    visit.mouse.wheel(0, 300)
    visit.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 300")


def test_a_mark_pressed_before_its_button_is_drawn_still_opens(visit: Any, live_site: str) -> None:
    """The first button of a page is drawn when its code has come, after the mark that presses it: a quick reader's
    press was lost."""
    visit.goto(f"{live_site}/cite")
    visit.locator(".site-foot").wait_for()
    visit.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", '<button id="mark" data-open="late"></button>');
        document.querySelector("#mark").click();
        setTimeout(() => {
            document.body.insertAdjacentHTML("beforeend", '<div class="st-key-late"><button></button></div>');
            document.querySelector(".st-key-late button").onclick = () => (document.body.dataset.pressed = "yes");
        }, 400);
    }""")
    visit.wait_for_function("document.body.dataset.pressed === 'yes'", timeout=5_000)


def test_the_list_follows_the_date(visit: Any, live_site: str) -> None:
    """The same law under two dates: the chip in the list must be that of the day asked."""
    for day, force in (("2026-11-21", "尚未施行"), ("2027-02-01", "现行有效")):
        visit.goto(f"{live_site}/library?title=商标法&as_of={day}")
        row = visit.locator('[class*="st-key-doc-"][class*="-2026-06-26"] button', has_text="商标法")
        row.wait_for()
        assert force in row.inner_text()
        assert journey.fits(visit)
