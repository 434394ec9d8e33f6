"""The page of a checked text: whatever the text holds, it is shown as words and never as a page of its own."""

from __future__ import annotations

from datetime import date

import pytest
from selectolax.lexbor import LexborHTMLParser

from assistant.answer_model import CitedPlace
from assistant.checking.marked import VERDICT_LABEL, page
from kb.model import Verdict

TEXT = '甲<script>alert(1)</script>，依据《药品管理法》第一条和第九百条"办理"&执行。\u202e乙'
DAY = date(2026, 11, 21)


def place(raw: str, verdict: Verdict, detail: str = "原因") -> CitedPlace:
    at = TEXT.index(raw)
    return CitedPlace(raw=raw, span=(at, at + len(raw)), address=None, label=None, verdict=verdict, detail=detail)


CITED = [place("《药品管理法》第一条", "valid"), place("第九百条", "not_found", "共 <155> 条 & 无")]


def test_nothing_of_the_text_or_the_reasons_becomes_markup() -> None:
    html = page("<b>报告</b>", TEXT, CITED, as_of=DAY)
    tree = LexborHTMLParser(html)
    assert not tree.css("script")
    assert not tree.css("b:not(.counts b)")
    assert "共 <155> 条 & 无" in tree.css_first(".found").text()
    assert "\u202e" not in html
    assert "default-src 'none'" in html


def test_the_whole_text_is_there_in_order_with_each_citation_marked() -> None:
    tree = LexborHTMLParser(page("报告", TEXT, CITED, as_of=DAY))
    for added in tree.css(".text sup, .text .why"):
        added.decompose()
    assert tree.css_first(".text").text() == TEXT.replace("\u202e", "�")
    assert [mark.text() for mark in tree.css(".text a.c")] == ["《药品管理法》第一条", "第九百条"]


def test_a_verdict_is_told_by_words_and_leads_to_its_reason_and_back() -> None:
    """Colour alone is lost on many readers and on every printer."""
    tree = LexborHTMLParser(page("报告", TEXT, CITED, as_of=DAY))
    for mark, one in zip(tree.css(".text a.c"), CITED, strict=True):
        target = str(mark.attributes["href"]).removeprefix("#")
        entry = tree.css_first(f"[id={target}]")
        assert VERDICT_LABEL[one.verdict] in mark.css_first("sup").text()
        assert VERDICT_LABEL[one.verdict] in entry.text()
        assert one.detail in entry.text()
        assert entry.css_first("a").attributes["href"] == f"#{mark.attributes['id']}"
        assert tree.css_first(f"[id={mark.attributes['aria-describedby']}]").text() == one.detail


@pytest.mark.parametrize(("cited", "words"), [((), "没有找到法条引用"), (CITED, "共 2 处引用")])
def test_the_counts_come_first(cited: list[CitedPlace], words: str) -> None:
    assert words in page("报告", TEXT, cited, as_of=DAY)
