"""A conversation in a real browser, at a desk's and at a phone's width: ask, follow up, open a citation, rate, export,
edit, come back another day, find it again, hand a question to a person.

The pages run with the real service behind. Pictures of each stage are kept in the folder that REGKB_TEST_SHOTS names.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from docx import Document
from live import Site, running_site
from scripted_model import Say, ScriptedModel, scripted_model
from test_ui_journey import CHROMIUM, QUESTION, QUIET, choose_date, fits, is_outside, press_until_gone

from ui.connection import VISITOR_HEADER

playwright = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，略过浏览器测试")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="没有 Debian 的 chromium，略过浏览器测试"),
]
BETWEEN_SECONDS = 0.05
"""Between two pieces of the model's text: slow enough to see it come, quick enough for a test."""
MATERIAL = re.compile(r"\[([a-z]\d[a-z]\d)\] [^\n]*\n(.+)")
SECOND = "疫苗可以委托生产吗"
Shot = Callable[[str], None]


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    width, height = request.param
    return int(width), int(height)


@pytest.fixture
def browser(size: tuple[int, int]) -> Iterator[Any]:
    """One person's browser; it fails when anything outside this machine is asked for."""
    width, height = size
    with playwright.sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(QUIET))
        person = chromium.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        person.set_default_timeout(30_000)
        outside: list[str] = []
        person.on("request", lambda sent: outside.append(sent.url) if is_outside(sent.url) else None)
        yield person
        chromium.close()
    assert not outside


@pytest.fixture
def visit(browser: Any) -> Any:
    return browser.new_page()


@pytest.fixture
def shot(visit: Any, size: tuple[int, int], tmp_path: Path) -> Shot:
    """Keep a picture of the page under a name."""
    folder = Path(os.environ.get("REGKB_TEST_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return lambda name: visit.screenshot(path=folder / f"{name}-{size[0]}.png") and None


def ask(page: Any, question: str) -> None:
    """Type a question into the box and wait until its answer, whatever it is, can be acted on."""
    before = page.locator(".question").count()
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.locator(".question").nth(before).wait_for()
    answered(page)


def answered(page: Any) -> None:
    """The newest turn stands: no answer is coming any more, and its actions are drawn."""
    page.locator(".coming, .skeleton").first.wait_for(state="detached")
    page.locator(".st-key-actions").wait_for()


def conversation_of(page: Any, api: str) -> dict[str, Any]:
    """What the service keeps of the conversation in the address, for the holder of the browser's cookie."""
    key = next(one["value"] for one in page.context.cookies() if one["name"] == "regkb_visitor")
    identity = page.evaluate("new URL(location.href).searchParams.get('c')")
    reply = httpx.get(f"{api}/api/conversations/{identity}", headers={VISITOR_HEADER: key}, trust_env=False)
    kept: dict[str, Any] = reply.raise_for_status().json()
    return kept


def test_a_citation_shows_the_very_words_that_the_service_quotes(
    visit: Any, live_site: str, live_api: str, shot: Shot
) -> None:
    """The promise of the product: what is marked in the law is what the answer cites, letter by letter."""
    visit.goto(live_site)
    visit.get_by_role("button", name=QUESTION).click()
    answered(visit)
    shot("answer")
    assert fits(visit)
    visit.locator("button.cite").first.click()
    marks = visit.locator(".st-key-reader mark")
    marks.first.wait_for()
    cited = conversation_of(visit, live_api)["turns"][0]["answer"]["citations"][0]
    assert "".join(marks.all_inner_texts()) == "".join(cited["quote"].split())
    shot("reader")
    assert fits(visit)
    assert visit.get_by_text("AI生成，仅供参考").count() >= 1
    press_until_gone(visit, "Escape", ".st-key-reader")
    visit.keyboard.press("n")  # with the reader closed, n opens the first citation again
    marks.first.wait_for()


def test_a_follow_up_is_understood_and_both_survive_a_reload_and_the_way_back(
    visit: Any, live_site: str, shot: Shot
) -> None:
    """The conversation is the service's: closing the page loses nothing, and the address alone brings it back."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, QUESTION)
    ask(visit, "那疫苗呢")
    assert visit.locator(".taken-as").last.inner_text().startswith("理解为：")
    assert visit.locator(".question").count() == 2
    visit.wait_for_timeout(900)  # the page glides
    place = visit.locator(".question").last.bounding_box()
    assert 0 < place["y"] < visit.viewport_size["height"] / 2, "the newest question is where one reads on"
    shot("follow-up")
    assert fits(visit)
    first = visit.url
    visit.reload()
    visit.locator(".question").nth(1).wait_for()
    answered(visit)
    assert visit.locator(".settled .question").inner_text() == QUESTION
    visit.get_by_role("button", name="新的提问").click()
    visit.locator(".lane").first.wait_for()
    visit.go_back()
    visit.locator(".question").nth(1).wait_for()
    assert visit.url == first


def test_an_older_answer_opens_its_citations_and_its_actions(visit: Any, live_site: str) -> None:
    """Older turns are drawn without widgets; what they cite and what can be done with them stay one press away."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, QUESTION)
    ask(visit, SECOND)
    visit.locator(".settled button.cite").first.click()
    visit.locator(".st-key-reader mark").first.wait_for()
    assert "read=" in visit.url
    press_until_gone(visit, "Escape", ".st-key-reader")
    visit.locator(".settled").get_by_role("button", name="更多操作").click()
    visit.locator(".st-key-open_turn .question", has_text=QUESTION).wait_for()
    visit.locator(".settled .question", has_text=SECOND).wait_for()


def test_an_address_with_a_question_asks_it_once(visit: Any, live_site: str) -> None:
    """Links of before carry the question; a reload and the way back must not ask it again."""
    visit.goto(f"{live_site}/?q={QUESTION}")
    answered(visit)
    assert "q=" not in visit.url
    visit.reload()
    answered(visit)
    assert visit.locator(".question").count() == 1


def test_another_date_asks_the_last_question_again(visit: Any, live_site: str, shot: Shot) -> None:
    """An answer must never stand under a date that it was not made for."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, "商标法第七条")
    choose_date(visit, "2027-03-01")
    visit.locator(".question").nth(1).wait_for()
    answered(visit)
    visit.locator(".st-key-open_turn .answer-meta", has_text="按2027年3月1日的有效文本").wait_for()
    shot("date")
    assert fits(visit)


def test_an_answer_is_rated_with_a_reason(visit: Any, live_site: str, live_api: str, shot: Shot) -> None:
    """What was of no use, and why, must reach those who can mend it, and still stand there after a reload."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, QUESTION)
    visit.locator(".st-key-rating").get_by_text("没用", exact=True).click()
    visit.get_by_text("已记下，谢谢。").wait_for()
    visit.locator(".st-key-rating").get_by_text("不完整", exact=True).click()
    visit.wait_for_timeout(500)
    visit.get_by_text("已记下，谢谢。").wait_for()
    shot("rated")
    assert fits(visit)
    assert conversation_of(visit, live_api)["turns"][0]["rating"] == {"useful": False, "reason": "不完整"}
    visit.reload()
    answered(visit)
    visit.get_by_text("已记下，谢谢。").wait_for()


def test_a_conversation_is_taken_along_as_a_word_file(visit: Any, live_site: str, live_api: str, shot: Shot) -> None:
    """The file must hold the label of generated content and every quote, or it could pass for something else."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, QUESTION)
    visit.locator(".st-key-actions").get_by_text("导出", exact=True).click()
    with visit.expect_download() as fetched:
        visit.get_by_role("button", name="Word 文档").click()
    shot("export")
    words = "\n".join(_paragraphs(Document(str(fetched.value.path()))))
    answer = conversation_of(visit, live_api)["turns"][0]["answer"]
    assert fetched.value.suggested_filename.endswith(".docx")
    assert "AI生成" in words
    for citation in answer["citations"]:
        assert citation["label"] in words
        assert "".join(citation["quote"].split()) in "".join(words.split())


def _paragraphs(document: Any) -> Iterator[str]:
    """All words of a Word file: paragraphs, tables, heads and feet."""
    yield from (one.text for one in document.paragraphs)
    yield from (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for section in document.sections:
        yield from (one.text for part in (section.header, section.footer) for one in part.paragraphs)


def test_an_edited_question_begins_a_branch_and_one_can_switch_back(visit: Any, live_site: str, shot: Shot) -> None:
    """Nothing is lost by asking differently: the first question and its answer stand beside the second."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, QUESTION)
    visit.locator(".st-key-actions").get_by_role("button", name="修改问题").click()
    visit.get_by_role("dialog").locator("textarea").fill(SECOND)
    shot("edit")
    visit.get_by_role("button", name="按修改后的问题回答").click()
    visit.locator(".question", has_text=SECOND).wait_for()
    answered(visit)
    assert visit.locator(".siblings").inner_text().split() == ["‹", "2/2", "›"]
    shot("branch")
    assert fits(visit)
    visit.get_by_role("button", name="上一个版本").click()
    visit.locator(".question", has_text=QUESTION).wait_for()
    assert visit.locator(".siblings").inner_text().split() == ["‹", "1/2", "›"]
    assert "turn=" in visit.url
    visit.go_back()
    visit.locator(".question", has_text=SECOND).wait_for()


def test_the_history_is_searched_renamed_opened_and_deleted(visit: Any, live_site: str, shot: Shot) -> None:
    """What was asked last week must be found again by a word of it, and be gone when it was thrown away."""
    for question in (QUESTION, SECOND):
        visit.goto(live_site)
        visit.locator(".lane").first.wait_for()
        ask(visit, question)
    sheet = visit.get_by_role("dialog")
    visit.get_by_role("button", name="历史").click()
    sheet.get_by_role("button", name=QUESTION).wait_for()
    visit.wait_for_timeout(500)  # the sheet glides in
    shot("history")
    assert fits(visit)
    sheet.get_by_placeholder("在标题、问题和回答中查找").fill("疫苗")
    visit.keyboard.press("Enter")
    sheet.get_by_role("button", name=QUESTION).wait_for(state="detached")
    sheet.get_by_role("button", name="改名").click()
    sheet.get_by_label("新的标题").fill("疫苗委托生产")
    sheet.get_by_role("button", name="保存").click()
    sheet.get_by_role("button", name="疫苗委托生产").click()
    visit.locator(".question", has_text=SECOND).wait_for()
    visit.get_by_role("button", name="历史").click()
    row = sheet.locator("[class*=st-key-past-]", has=visit.get_by_role("button", name="疫苗委托生产")).first
    row.get_by_role("button", name="删除").click()
    sheet.get_by_role("alert").wait_for()
    shot("delete")
    sheet.get_by_role("button", name="删除", exact=True).first.click()
    visit.locator(".lane").first.wait_for()  # the one that was open is gone, and an empty page stands there
    assert "c=" not in visit.url


def test_a_refused_question_is_handed_to_a_person_with_consent(visit: Any, live_site: str, shot: Shot) -> None:
    """Where the base has nothing the way on is a person; without the asker's consent nothing is sent."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, "明天广州天气")
    visit.get_by_text("没有找到依据").wait_for()
    shot("refusal")
    visit.get_by_role("button", name="转人工").click()
    form = visit.get_by_role("dialog")
    form.get_by_role("button", name="提交").click()
    form.get_by_text("请先勾选同意").wait_for()
    form.get_by_text("同意把这个问题").click()
    shot("human")
    form.get_by_role("button", name="提交").click()
    form.locator(".notice strong").wait_for()
    form.locator(".notice strong", has_not_text="请先勾选同意").first.wait_for()
    assert fits(visit)


def test_a_link_is_of_no_use_to_somebody_else(visit: Any, live_site: str, browser: Any, shot: Shot) -> None:
    """A conversation belongs to the browser it was begun in; a link that has travelled shows a calm sentence."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    ask(visit, QUESTION)
    link = visit.url
    browser.clear_cookies()
    visit.goto(link)
    visit.get_by_text("打不开这段问答").wait_for()
    shot("lost")
    assert not visit.locator(".question").count()


def test_the_firm_that_asks_is_said_above_the_box(visit: Any, live_site: str, shot: Shot) -> None:
    """A profile changes answers, so it must be in sight while it is used, and go with one press."""
    visit.goto(live_site)
    visit.locator(".lane").first.wait_for()
    visit.get_by_role("button", name="企业画像").click()
    form = visit.get_by_role("dialog")
    form.get_by_text("医疗器械", exact=True).click()
    form.get_by_role("button", name="使用", exact=True).click()
    visit.get_by_text("按企业情况回答：医疗器械").wait_for()
    shot("firm")
    assert fits(visit)
    visit.get_by_text("按企业情况回答：医疗器械").click()
    form.get_by_role("button", name="不使用").click()
    visit.get_by_role("button", name="企业画像").wait_for()


class Behind(NamedTuple):
    """Pages with a language model behind them."""

    pages: str
    api: str
    model: ScriptedModel


@pytest.fixture(scope="module")
def with_model(live_home: Path, live: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """A site of its own: only there does the service have a model, one that copies what it is given, slowly."""
    home = tmp_path_factory.mktemp("model") / "home"
    shutil.copytree(live_home, home)
    with (
        scripted_model([copying]) as model,
        running_site(home, REGKB_LLM_URL=model.url, REGKB_LLM_MODEL="scripted") as site,
    ):
        yield Behind(site.pages, site.api, model)


def copying(body: dict[str, Any]) -> Say:
    """Sentences of the material under their keys, as a model that keeps to the rules writes them."""
    found = MATERIAL.findall(body["messages"][-1]["content"])
    sentences = [(part, key) for key, text in found for part in re.findall(r"[^。]{8,80}。", text)[:3]]
    return Say("".join(f"{part.strip('。')}[{key}]。" for part, key in sentences[:12]), between=BETWEEN_SECONDS)


def begin(page: Any, question: str) -> Any:
    """Ask, and wait until the first words of the answer are there; gives the place where they come."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    coming = page.locator(".coming .answer")
    coming.wait_for()
    return coming


def test_an_answer_is_read_while_it_comes_and_its_marks_open(visit: Any, with_model: Behind, shot: Shot) -> None:
    """A slow model must not keep the reader waiting, nor be broken off by what the reader presses meanwhile."""
    visit.goto(with_model.pages)
    visit.locator(".lane").first.wait_for()
    coming = begin(visit, QUESTION)
    early = len(coming.inner_text())
    coming.locator("button.cite").first.wait_for()
    shot("coming")
    assert visit.locator("[aria-live=polite]").first.inner_text().strip(), "what has come is said to a screen reader"
    coming.locator("button.cite").first.click()
    visit.locator(".st-key-reader mark").first.wait_for()
    answered(visit)
    assert len(visit.locator(".answer").first.inner_text()) > early
    turn = conversation_of(visit, with_model.api)["turns"][0]
    assert (turn["state"], turn["answer"]["mode"]) == ("done", "generative")
    assert "scripted" in visit.locator(".answer-meta").inner_text()
    assert "AI生成，仅供参考" in visit.locator(".answer-meta").inner_text()
    shot("generated")
    assert fits(visit)


def test_a_stop_stops_the_model_and_keeps_what_was_said(visit: Any, with_model: Behind, shot: Shot) -> None:
    """Stopping only the page would leave a model at work that nobody listens to."""
    visit.goto(with_model.pages)
    visit.locator(".lane").first.wait_for()
    with_model.model.hung_up.clear()
    asked = len(with_model.model.asked)
    begin(visit, SECOND)
    while len(with_model.model.asked) == asked:  # the day is shown before the model is asked
        visit.wait_for_timeout(20)
    visit.get_by_role("button", name="停止回答").click()
    assert with_model.model.hung_up.wait(10), "the model is cut off"
    answered(visit)
    shot("stopped")
    turn = conversation_of(visit, with_model.api)["turns"][0]
    assert turn["state"] == "stopped"
    assert turn["answer"]["outcome"] == "partial"
    assert "已按要求停止" in visit.locator(".st-key-open_turn").inner_text()
    assert not visit.get_by_role("button", name="停止回答").count()


def test_a_reload_finds_the_answer_that_is_coming(visit: Any, with_model: Behind) -> None:
    """A phone that drops its connection in the middle must not lose the answer."""
    visit.goto(with_model.pages)
    visit.locator(".lane").first.wait_for()
    begin(visit, "药品经营企业要具备什么条件")
    visit.wait_for_url("**c=*")
    visit.reload()
    answered(visit)
    turns = conversation_of(visit, with_model.api)["turns"]
    assert [turn["state"] for turn in turns] == ["done"]
    assert visit.locator(".question").count() == 1
