"""The comparison page: every repair can be seen in it, nothing of a file runs in it, and long files open quickly."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from ingest.explain.page import comparison
from ingest.explain.rows import rows
from ingest.readers.raw import RawText
from ingest.repair.steps import LAYOUT, repair
from ingest.structure.text import structure
from kb.model import Repair

DAMAGED = (
    "新闻资讯\n某省药品监督管理局关于支持研发服务平台的通知\n日期:2026-01-27 08:56:09 阅读数:16\n"
    "[bookmark: _Toc1]一、总体要求\n加强药\u200b品监督管理，营造**产业生态。\n（见图1）[image: ]\n二、工作任务\n"
    "1.引导布局。支持??诟咝聟^、洋浦等地。\n\n　　2.完善机制。\n点击左下方“阅读原文”查看\n- 别的新闻"
)


def _page(
    text: str, *, title: str = "某通知", name: str = "某通知.txt", notes: Sequence[str] = (), raw: RawText | None = None
) -> str:
    raw = raw or RawText(text, "txt", "utf-8")
    repaired = repair(raw.text, raw.pages)
    provisions = structure(repaired.text, repaired.pages)
    return comparison(name, raw, repaired, provisions, title=title, notes=notes)


def test_every_repair_is_marked_where_it_stands() -> None:
    page = LexborHTMLParser(_page(DAMAGED))
    marks = page.css("del, ins, mark")
    titled = " ".join(str(mark.attributes.get("title")) for mark in marks)
    for fix in repair(DAMAGED).repairs:
        assert fix.step in titled
    gone = [mark.text() for mark in page.css(".was del")]
    assert {"新闻资讯", "[bookmark: _Toc1]", "‹U+200B›", "[image: ]"} <= set(map(str.strip, gone))
    assert "海口高新區" in [mark.text() for mark in page.css(".now ins")]


def test_what_is_uncertain_comes_first_with_a_link_to_its_place() -> None:
    page = LexborHTMLParser(_page(DAMAGED))
    heads = [node.text() for node in page.css("h2")]
    assert heads[0] == "需要核对的 2 处"
    links = [str(link.attributes["href"]) for link in page.css(".steps a, .outline a")]
    identities = {str(node.attributes["id"]) for node in page.css("[id]")}
    assert links
    assert {link.removeprefix("#") for link in links} <= identities
    assert len(identities) == len(page.css("[id]")), "an anchor is given out once"
    # not by colour alone: the sign of a doubtful place comes with its class, the words with its title
    doubtful = page.css(".row mark.q")
    assert {mark.text() for mark in doubtful} == {"**"}
    assert all("需核对" in str(mark.attributes["title"]) for mark in doubtful)


def test_the_outline_leads_to_the_paragraphs_it_names() -> None:
    page = LexborHTMLParser(_page(DAMAGED))
    for words in ("总体要求", "工作任务"):
        link = next(link for link in page.css(".outline a") if words in link.text())
        target = page.css_first(str(link.attributes["href"]))
        assert target is not None
        assert words in target.text()


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><a href='javascript:alert(3)'>&lt;"


@pytest.mark.parametrize("place", ["text", "title", "name", "note", "left_out", "doubt", "step"])
def test_nothing_of_a_file_becomes_markup(place: str) -> None:
    """A file, its name or its title may be written by anyone; staff open this page while signed in."""
    text = f"第一条 {HOSTILE}\n第二条 正文。" if place == "text" else "第一条 正文。\n第二条 正文。"
    aside = Repair(step=HOSTILE if place == "step" else "页眉", before=HOSTILE, after="", at=0)
    doubt = Repair(step="识别把握低", before=text[:3], after=text[:3], at=0, certain=False)
    raw = RawText(text, "pdf", left_out=(aside,) if place in ("left_out", "step") else (), doubts=(doubt,))
    page = _page(
        text, raw=raw, title=HOSTILE if place == "title" else "题", name=HOSTILE if place == "name" else "名",
        notes=(HOSTILE,) if place == "note" else (),
    )  # fmt: skip
    tree = LexborHTMLParser(page)
    assert not tree.css("script, img, iframe, object, link, form, svg")
    assert all(str(link.attributes["href"]).startswith("#") for link in tree.css("a"))
    assert not any(name.startswith("on") for node in tree.css("*") for name in node.attributes)
    assert place == "doubt" or html.escape(HOSTILE) in page or html.escape(HOSTILE[:12]) in page


def test_the_page_needs_and_admits_nothing_from_outside() -> None:
    page = _page(DAMAGED)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert not re.search(r"(?:src|url)\s*[=(]|https?://", page)


def test_unseen_and_unstorable_characters_are_named() -> None:
    """A direction mark in a file name can make a page lie; half a surrogate pair cannot be sent at all."""
    page = _page("第一条 药\u202e品\ud800。", name="gpj\u202e.txt", title="题\x00")
    page.encode()
    assert "‹U+202E›" in page
    assert "\u202e" not in page
    assert "\x00" not in page


def test_what_a_reader_set_aside_stands_at_its_place() -> None:
    text = "第一条 甲。\n第二条 乙。"
    raw = RawText(
        text, "pdf", pages=(0, 8), confidence=(None, 0.91),
        left_out=(Repair(step="页脚", before="第 1 页", after="", at=8),),
        doubts=(Repair(step="识别把握低", before="乙", after="乙", at=11, certain=False),),
    )  # fmt: skip
    page = LexborHTMLParser(_page(text, raw=raw))
    aside = page.css_first(".aside")
    assert aside is not None
    assert aside.attributes["title"] == "页脚"
    order = [node.text() for node in page.css(".row .was")]
    assert [("第 1 页" in words) for words in order].count(True) == 1
    assert "乙" in [mark.text() for mark in page.css("mark.q")]
    assert "把握 91%" in page.css(".sheet")[1].text()


PIECES = st.sampled_from(
    [
        "第一条 药品。", "\n", "\r\n", "　　", "[image: ]", "[bookmark: a]", "監(jiān)督應(yīng)當", "新闻资讯", "**",
        "\u200b", "- 1 -", "甲",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_rows_hold_both_texts_whole(text: str) -> None:
    """Nothing may vanish between two rows: the curator signs for the whole text."""
    repaired = repair(text)
    shown = tuple(change for change in repaired.offsets.changes if set(change.steps) != {LAYOUT})
    laid = rows(text, repaired.text, repaired.offsets, shown, ())
    assert "".join("".join(text[row.start : row.end] for row in laid).split()) == "".join(text.split())
    paragraphs = [repaired.text[row.new_start : row.new_end] for row in laid if row.new_end > row.new_start]
    assert paragraphs == [line for line in repaired.text.split("\n") if line]
    assert [row.start for row in laid] == sorted(row.start for row in laid)
    marked = {index for row in laid for index in row.changes}
    inked = {
        index for index, change in enumerate(shown)
        if text[change.start : change.end].strip() or repaired.text[change.new_start : change.new_end].strip()
    }  # fmt: skip
    assert inked <= marked, "every repair appears in some row"


def test_a_long_file_is_folded_and_made_in_seconds() -> None:
    """Three hundred pages: what is untouched is folded, so that the page opens at its repairs."""
    lines = [f"第{number}条 申请人应当按照规定提交资料，并对资料的真实性负责。" for number in range(1, 6001)]
    lines[3000] += "营造**产业生态"
    start = time.process_time()
    page = _page("\n".join(lines))
    assert time.process_time() - start < 20
    tree = LexborHTMLParser(page)
    folds = tree.css("details.same")
    assert len(folds) == 2
    assert all("open" not in fold.attributes for fold in folds)
    assert len(tree.css("main > .row")) == 1
