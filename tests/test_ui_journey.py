"""The journeys of the product in a real browser: ask → citation → highlighted provision → another date → search; a text
that is no longer in force → what replaced it; a pasted text → its citations checked.

Run at a desk's and at a phone's width against the running pages with the real service behind; skipped where Debian's
chromium, playwright or the running site is absent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from docx import Document
from live import REPEALED as OLD
from live import REPEALING as NEW

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
QUESTION = "药品上市许可持有人可以委托生产吗"
LOCAL = ("127.0.0.1", "localhost")

playwright = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，略过浏览器测试")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="没有 Debian 的 chromium，略过浏览器测试"),
]


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def visit(request: pytest.FixtureRequest, tmp_path: Path, live_site: str) -> Iterator[Any]:
    """A page of a fresh browser on the running site; it fails when anything outside this machine is asked for."""
    width, height = request.param
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            headless=True,
            args=list(QUIET),
            viewport={"width": width, "height": height},
        )
        page = browser.new_page()
        outside: list[str] = []
        page.on("request", lambda sent: outside.append(sent.url) if is_outside(sent.url) else None)
        page.set_default_timeout(30_000)
        yield page
        if os.environ.get("REGKB_SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["REGKB_SCREENSHOTS"]) / f"{request.node.name}.png")
        browser.close()
    assert not outside


def is_outside(url: str) -> bool:
    """Whether a request leaves this machine; drawings inside the page do not."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL


def fits(page: Any) -> bool:
    """No sideways scroll, the commonest fault of a phone's page."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def press_until_gone(page: Any, key: str, place: str) -> None:
    """Press a key until a place has gone: right after a reload the page's script may not listen yet, as a person
    finds out, too, and presses again."""
    for _ in range(6):
        page.keyboard.press(key)
        try:
            page.locator(place).wait_for(state="detached", timeout=4_000)
        except playwright.TimeoutError:
            continue
        return
    page.locator(place).wait_for(state="detached")


def test_from_a_question_to_the_very_words(visit: Any, live_site: str) -> None:
    """What a founder does in the first two minutes must work with nothing but a click each."""
    visit.goto(live_site)
    visit.get_by_role("button", name=QUESTION).click()
    visit.get_by_text("复制（含引用）").wait_for()
    assert fits(visit)

    visit.locator("button.cite").first.click()
    mark = visit.locator(".st-key-reader mark").first
    mark.wait_for()
    assert mark.inner_text().strip() in visit.locator(".answer").first.inner_text()
    assert visit.locator(".st-key-reader .force").first.inner_text() == "现行有效"
    assert "read=" in visit.url
    assert fits(visit)

    visit.reload()  # nothing is lost: the question is answered again and the provision is still open
    visit.locator(".st-key-reader mark").first.wait_for()
    visit.get_by_text("复制（含引用）").wait_for()

    press_until_gone(visit, "Escape", ".st-key-reader")
    visit.go_back()  # one step back undoes one press
    visit.locator(".st-key-reader mark").first.wait_for()
    visit.go_back()
    visit.locator(".st-key-reader").wait_for(state="detached")


def test_an_earlier_date_is_answered_by_its_own_law(visit: Any, live_site: str) -> None:
    """The date stands in the address and in the answer, so a printed page says which day's law it holds."""
    visit.goto(f"{live_site}/?as_of=2020-06-01&q={QUESTION}")
    visit.get_by_text("按2020年6月1日的有效文本").wait_for()
    visit.get_by_role("button", name="回到今天").click()
    visit.locator(".answer-meta").nth(1).wait_for()  # the question is answered again by today's law
    assert "2020年6月1日" not in visit.locator(".answer-meta").nth(1).inner_text()
    assert "as_of" not in visit.url


def choose_date(page: Any, day: str) -> None:
    """Type a date into the date control, as one who knows the day does."""
    page.locator(".st-key-as_of_open button").click()
    page.locator("[data-testid=stDateInput] [data-type=year]").click()
    page.keyboard.type(day.replace("-", ""), delay=30)
    page.get_by_role("button", name="按这一天").click()
    page.locator("[data-testid=stDateInput]").wait_for(state="detached")


def test_the_chosen_date_changes_what_is_found_and_travels_between_pages(visit: Any, live_site: str) -> None:
    """A law of which two versions are held answers with one of them, and its chip says which way it stands."""
    visit.goto(f"{live_site}/search?q=商标法第七条")
    first = visit.locator(".st-key-hit-0 button:visible")
    first.wait_for()
    assert "现行有效" in first.inner_text()
    facts = visit.locator(".stMain .quiet-text", has_text="起施行").first
    assert "2019年11月1日起施行" in facts.inner_text()
    choose_date(visit, "2027-03-01")
    visit.get_by_text("按2027年3月1日的有效文本").wait_for()
    assert "as_of=2027-03-01" in visit.url
    # the line about the day stands above the results, which are still those of the day before for a moment
    visit.locator(".stMain .quiet-text", has_text="2027年1月1日起施行").first.wait_for()
    assert "2027年1月1日起施行" in facts.inner_text()
    assert "现行有效" in first.inner_text()
    assert fits(visit)

    first.click()  # in the reader the earlier version has lost its force
    visit.locator(".st-key-reader").get_by_role("button", name="2019年11月1日起施行").click()
    visit.locator(".st-key-reader .force", has_text="已被修改").first.wait_for()
    visit.locator(".st-key-reader").get_by_role("button", name="看现在的条文").click()
    visit.locator(".st-key-reader .force", has_text="现行有效").first.wait_for()
    press_until_gone(visit, "Escape", ".st-key-reader")

    visit.locator(".st-key-pages").get_by_role("link", name="事项导航").click()
    visit.get_by_role("heading", name="事项导航").wait_for()
    assert "as_of=2027-03-01" in visit.url
    visit.locator(".st-key-as_of_open button", has_text="2027年3月1日").wait_for()
    visit.get_by_role("button", name="回到今天").click()
    visit.locator(".st-key-as_of_open button", has_text="今天").wait_for()
    assert "as_of" not in visit.url
    assert fits(visit)


def test_a_repealed_text_asked_for_by_name_leads_to_what_replaced_it(visit: Any, live_site: str) -> None:
    """It is shown, for it was asked for; it says that it is gone and since when, and the way on is one press."""
    visit.goto(f"{live_site}/?q={OLD}第一条")
    visit.get_by_text("复制（含引用）").wait_for()
    assert "按季度收取检测费" in visit.locator(".answer").inner_text()
    notice = visit.locator(".force-notice").first
    notice.wait_for()
    assert "2024年4月1日" in notice.inner_text()
    assert NEW in notice.inner_text()
    assert "已废止" in visit.locator(".answer .force").first.inner_text()
    assert fits(visit)
    visit.get_by_role("button", name="看").first.click()
    visit.locator(".st-key-reader .reader-title", has_text=NEW).wait_for()
    assert visit.locator(".st-key-reader .force").first.inner_text() == "现行有效"
    assert fits(visit)

    visit.goto(f"{live_site}/?q={OLD}第一条&as_of=2015-01-01")  # on a day of its own it is the law
    visit.get_by_text("复制（含引用）").wait_for()
    assert not visit.locator(".force-notice").count()


def test_citations_of_a_pasted_text_are_checked_one_by_one(visit: Any, live_site: str) -> None:
    """What a lawyer does with a draft: paste, see what is wrong, open the provision; the address holds none of it."""
    visit.goto(f"{live_site}/cite")
    text = f"依据《药品管理法》第三十二条可以委托生产，依据《药品管理法》第九百条不可以，另见《{OLD}》第一条。"
    visit.locator("textarea").fill(text)
    visit.get_by_role("button", name="核对", exact=True).click()
    visit.get_by_text("共 3 处引用，2 处需要看一看").wait_for()
    visit.get_by_text("复制核对结果").wait_for()  # the last line of the page: all rows are drawn
    marks = visit.locator("button.placed-label").all_inner_texts()
    assert marks == ["1 有效", "2 条款不存在", "3 非现行有效"]
    assert "药品" not in visit.url
    assert fits(visit)
    visit.locator("button.placed-label").first.click()
    visit.locator(".st-key-reader .reader-title", has_text="第三十二条").wait_for()
    press_until_gone(visit, "Escape", ".st-key-reader")
    visit.locator(".st-key-pages").get_by_role("link", name="检索").click()
    visit.get_by_role("heading", name="检索").wait_for()
    visit.locator(".st-key-pages").get_by_role("link", name="引用核对").click()
    visit.get_by_text("共 3 处引用，2 处需要看一看").wait_for()  # kept as long as the visit lasts
    assert visit.locator("textarea").input_value() == text


def test_search_finds_by_article_number_and_survives_a_reload(visit: Any, live_site: str) -> None:
    """The address holds the whole state of a search: it can be sent to a colleague."""
    visit.goto(f"{live_site}/search")
    box = visit.get_by_role("textbox", name="输入关键词").first
    box.fill("药品管理法第三十二条")
    box.press("Enter")
    first = visit.locator(".st-key-hit-0 button:visible")
    first.wait_for()
    assert "第三十二条" in first.inner_text()
    assert "条号" in visit.locator(".stMain").inner_text()
    assert fits(visit)
    visit.reload()
    first.wait_for()
    first.click()
    visit.locator(".st-key-reader .law").first.wait_for()


def test_a_question_outside_the_field_is_refused_kindly(visit: Any, live_site: str) -> None:
    """Refusing is part of the journey: it says so, and says how to go on."""
    visit.goto(live_site)
    box = visit.get_by_test_id("stChatInputTextArea")
    box.fill("明天广州天气")
    box.press("Enter")
    visit.get_by_text("没有找到依据").wait_for()
    visit.get_by_text("可以这样继续").wait_for()
    assert fits(visit)


def test_staff_take_a_word_file_from_upload_to_search_and_back(visit: Any, live_site: str, live_home: Path) -> None:
    """A docx handed in on the page is found after publishing and gone after withdrawal, at either width."""
    name = f"蓝鲸{visit.viewport_size['width']}号共享设备管理办法"
    word = Document()
    for line in (name, f"第一条 园区企业可以预约{name}所列的离心设备。", "第二条 本办法自2026年1月1日起施行。"):
        word.add_paragraph(line)
    made = live_home.parent / f"{name}.docx"
    word.save(str(made))

    def found() -> bool:
        """Looked for in a tab of its own, so that the staff's session stays as it is."""
        tab = visit.context.new_page()
        tab.goto(f"{live_site}/search?q={name}")
        tab.locator(".st-key-hit-0 button:visible").first.wait_for(timeout=30_000)
        words = tab.locator(".stMain").inner_text()
        tab.close()
        return f"《{name}》" in words

    visit.goto(f"{live_site}/library")
    visit.get_by_role("button", name="工作人员入口").click()
    box = visit.locator("input[type=password]")
    box.fill((live_home / "staff_token").read_text(encoding="utf-8"))
    box.press("Enter")
    visit.get_by_text("上传文件").first.click()
    broken = live_home.parent / "坏.pdf"
    broken.write_bytes(b"%PDF-1.4 broken")
    visit.locator('input[type="file"]').set_input_files([str(broken), str(made)])
    visit.get_by_role("button", name="读取文件").click()
    visit.get_by_text("未能读取：坏.pdf").wait_for()  # a bad file is said to be bad, and the other one is in
    assert fits(visit)
    visit.locator(".st-key-intake").get_by_role("button", name=name).click()
    visit.get_by_role("heading", name="识别出的结构").wait_for()
    assert "第二条" in visit.locator(".stMain").inner_text()
    assert fits(visit)
    visit.get_by_text("对照原文", exact=True).click()
    inside = visit.frame_locator(".st-key-comparison iframe")
    inside.get_by_text("第二条").first.wait_for()
    assert fits(visit)
    with visit.expect_download() as fetched:
        visit.get_by_role("button", name="下载原件").click()
    assert fetched.value.path().read_bytes() == made.read_bytes()
    assert not found()
    visit.get_by_role("button", name="发布", exact=True).click()
    visit.get_by_text("已发布，现在可以检索到。").wait_for()
    assert found()
    visit.get_by_role("button", name="撤回", exact=True).click()
    visit.get_by_text("已撤回，不再被检索到。").wait_for()
    assert not found()
