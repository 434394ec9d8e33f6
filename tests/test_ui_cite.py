"""The page that checks citations: nothing pasted is lost, changed, run or kept, and every verdict is a word."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import contract_server as contract
import pytest
from drawn_page import html, labels, page, press
from streamlit.testing.v1 import AppTest

from ui import cited
from ui.client import Client
from ui.contract import CitedPlace
from ui.views import cite

TEXT = f"依据示例品条例第二条和第九十条，\n以及第八条。{contract.HOSTILE}"


def check(site: Client, text: str, **params: str) -> AppTest:
    """The page after a text was pasted and checked."""
    test = page("cite", site, **params)
    test.text_area[0].set_value(text)
    return press(test, "核对")


def place(start: int, end: int, verdict: str = "valid", **changed: Any) -> CitedPlace:
    made: CitedPlace = {
        "raw": "第二条", "span": [start, end], "address": None, "label": None, "verdict": verdict, "detail": "说明。",
    }  # fmt: skip
    made.update(changed)  # type: ignore[typeddict-item]  # keys of the rows below
    return made


def words_of(made: str) -> str:
    """The words of marked text without its labels."""
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(button|span) [^>]*class=\"placed-label.*?</\1>", "", made)))


def test_each_citation_is_marked_counted_and_explained(site: Client) -> None:
    test = check(site, TEXT)
    assert not test.exception
    words = html(test)
    assert "共 3 处引用，2 处需要看一看" in words
    assert "按2026年11月21日的有效文本" in words
    assert list(test.button_group[0].options) == ["条款不存在 1", "非现行有效 1", "有效 1"]
    for label in ("1 有效", "2 条款不存在", "3 非现行有效"):
        assert label in words  # a word beside each, never colour alone
    assert "共 2 条，没有第九十条" in words
    assert words.index("<p>示例品条例共 2 条") < words.index("<p>与库中条文一致"), "what is wrong is read first"


def test_a_verdict_can_be_singled_out(site: Client) -> None:
    test = check(site, TEXT)
    test = test.button_group[0].set_value("not_found").run()
    reasons = html(test).split('<div class="cited">')[1:]
    assert len(reasons) == 1
    assert "没有第九十条" in reasons[0]
    assert html(test).count('class="placed ') == 3, "the text keeps all its marks"


def test_a_press_opens_the_provision_or_what_replaced_it(site: Client) -> None:
    test = check(site, TEXT)
    assert press(test, "打开条文").query_params["read"] == contract.ADDRESS
    assert press(test, "看现在的条文").query_params["read"] == contract.NEWER


def test_nothing_pasted_is_run_or_put_into_the_address(site: Client) -> None:
    """A draft contract is confidential, and may hold anything."""
    test = check(site, TEXT)
    assert "<script" not in html(test)
    assert dict(test.query_params) == {}


def test_another_date_checks_the_same_text_anew(site: Client, world: contract.World) -> None:
    test = check(site, TEXT)
    test.query_params["as_of"] = "2019-01-01"
    test = test.run()
    assert "按2019年1月1日的有效文本" in html(test)
    sent = [body for _, path, body in world.sent if path == "/api/cite"]
    assert [body.get("as_of") for body in sent] == [None, "2019-01-01"]
    assert {body["text"] for body in sent} == {TEXT}
    test.run()
    assert len([path for _, path, _ in world.sent if path == "/api/cite"]) == 2, "no other press checks again"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "请先粘贴要核对的文字"),
        ("　\n ", "请先粘贴要核对的文字"),
        ("没有引用的一句话。", "没有认出引用"),
        ("字" * (cite.LONGEST + 1), "网页上一次最多核对 100000 字"),
    ],
)
def test_what_cannot_be_checked_is_said(site: Client, text: str, expected: str) -> None:
    assert expected in html(check(site, text))


def test_a_service_that_is_down_keeps_the_text() -> None:
    down = Client("http://127.0.0.1:9", timeout=5)
    test = check(down, TEXT)
    down.close()
    assert "暂时连不上知识库服务" in html(test)
    assert test.text_area[0].value == TEXT


def test_clearing_forgets_the_text(site: Client) -> None:
    test = press(check(site, TEXT), "清空")
    assert test.text_area[0].value == ""
    assert "cite_checked" not in test.session_state
    assert "第九十条" not in html(test)
    assert "清空" not in labels(test)


def test_a_text_with_many_citations_lists_the_worst_and_says_that_it_is_cut() -> None:
    places = [place(at * 3, at * 3 + 3, "valid" if at % 2 else "not_found") for at in range(200)]
    listed = cited.worst_first(places, None)
    assert listed[:100] == list(range(0, 200, 2))
    opens = set(listed[: cite.LISTED])
    made = cited.marked("第二条" * 200, places, opens)
    assert made.count("<button") == cite.LISTED, "only a number with a row behind it looks as if it opened something"
    assert made.count('class="placed ') == 200


@pytest.mark.parametrize(
    ("text", "places", "marks"),
    [
        ("甲第二条乙", [place(1, 4)], ["第二条"]),
        ("第二条", [place(0, 3)], ["第二条"]),
        ("第二条", [], []),
        ("第二条第三条", [place(3, 6), place(0, 3)], ["第二条", "第三条"]),  # in whatever order they come
        ("第二条至第五条", [place(0, 7), place(4, 7)], ["第二条至第五条"]),  # one inside another
        ("第二条", [place(0, 99)], []),  # a span that is none must not lose words
        ("第二条", [place(2, 2)], []),
        ("<b>第二条&amp;", [place(3, 6)], ["第二条"]),
        ("行一\n\n　　行二第二条", [place(8, 11)], ["第二条"]),
    ],
)
def test_marking_loses_and_adds_no_word(text: str, places: list[CitedPlace], marks: list[str]) -> None:
    made = cited.marked(text, places, set())
    assert words_of(made) == text
    assert [unescape(one) for one in re.findall(r"<mark[^>]*>(.*?)</mark>", made)] == marks
    assert "<b>" not in made


def test_wrong_words_are_underlined_in_the_text() -> None:
    """The quote, not the citation, is what is wrong; a right quote is left alone."""
    text = "第二条规定：“罚款五万元”。"
    quote = {"words": "罚款五万元", "start": 6, "end": 13, "nearest": "罚款三万元<"}
    wrong = place(0, 3, "quote_mismatch", quote=quote)
    assert '<span class="misquoted">“罚款五万元”</span>' in cited.marked(text, [wrong], set())
    right = place(0, 3, "valid", quote=quote)
    assert "misquoted" not in cited.marked(text, [right], set())


@pytest.mark.parametrize("verdict", cited.VERDICTS)
def test_every_verdict_has_a_word_and_a_tone(verdict: str) -> None:
    made = cited.reason(place(0, 3, verdict), 0)
    assert cited.verdict_words(verdict) in made
    assert "force-unknown" not in made or verdict in ("unknown_document", "ambiguous")


def test_verdicts_are_taken_along_as_lines() -> None:
    assert cited.as_text([place(0, 3), place(3, 6, "not_found")]) == (
        "1. 第二条：有效。说明。\n2. 第二条：条款不存在。说明。"
    )
