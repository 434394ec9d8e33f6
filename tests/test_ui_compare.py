"""Two versions side by side: each side reads as its text, changes are told by more than colour, all has an address."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import contract_server as contract
import pytest
from drawn_page import html, page, press
from hypothesis import given
from hypothesis import strategies as st

from ui import compared
from ui.client import Client
from ui.contract_history import Mark
from ui.views.compare import neighbour

PAIR = {"old": contract.OLDER, "new": contract.DOCUMENT}
MARKS = st.lists(
    st.builds(
        lambda op, text: Mark(op=op, text=text), st.sampled_from(["same", "removed", "added"]), st.text("甲乙<&\n ")
    ),
    max_size=8,
)


def bare(made: str) -> str:
    """The words of HTML without its tags and without white space, which lines of law do not keep."""
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]+>", "", made)))


@given(MARKS, st.sampled_from(["removed", "added"]))
def test_each_side_reads_as_its_own_text(marks: list[Mark], own: str) -> None:
    """A comparison that drops or adds a word would be a forged law: without its tags a side is the stored text."""
    text = "".join(mark["text"] for mark in marks if mark["op"] in ("same", own))
    made = compared.marked(compared.of_side(marks, own))
    assert bare(made) == re.sub(r"\s", "", text)
    assert ("<del>" in made) <= (own == "removed")
    assert ("<ins>" in made) <= (own == "added")


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        # a changed digit is a change of its own
        (
            [("same", "应当在"), ("removed", "15"), ("added", "30"), ("same", "日内")],
            ("应当在<del>15</del>日内", "应当在<ins>30</ins>日内"),
        ),
        # a change over a line break is marked in both lines, and no tag spans paragraphs
        (
            [("same", "甲"), ("removed", "乙\n（一）丙"), ("added", "丁")],
            ('<p class="paragraph">甲<del>乙</del></p><p class="item"><del>（一）丙</del></p>', "甲<ins>丁</ins>"),
        ),
        ([("added", "<b>新</b>")], ("", "<ins>&lt;b&gt;新&lt;/b&gt;</ins>")),
        ([("same", "未变"), ("removed", "")], ("未变", "未变")),
    ],
)
def test_changed_words_are_struck_out_and_put_in(marks: list[tuple[str, str]], expected: tuple[str, str]) -> None:
    runs = [Mark(op=op, text=text) for op, text in marks]
    for own, words in zip(("removed", "added"), expected, strict=True):
        assert words in compared.marked(compared.of_side(runs, own))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("《示例品条例》第三条", ("第三条", "")),
        ("第三条（第一章 总则）", ("第三条", "第一章 总则")),
        ("第三条（第二编 分则 第一章 定义（试行））", ("第三条", "第二编 分则 第一章 定义（试行）")),
        ("（一）", ("（一）", "")),  # an entry of a notice is all number
        ("（一）（一、总体要求）", ("（一）", "一、总体要求")),
        ("附件1", ("附件1", "")),
        ("", ("", "")),
    ],
)
def test_a_place_is_its_number_and_its_headings(label: str, expected: tuple[str, str]) -> None:
    assert compared.place(label) == expected


def test_only_what_changed_is_shown_at_first(site: Client) -> None:
    """A law of 155 articles in which twelve changed: the twelve are read, the others are one switch away."""
    test = page("library", site, **PAIR)
    words = html(test)
    assert not test.exception
    for expected in ("有改动 1", "新增 1", "删去 1", "仅条号变化 1", "未变 1"):
        assert f"<li>{expected}</li>" in words
    assert "第二条 → 第三条" in words
    assert "<del>十五</del>" in words
    assert "新版本没有对应的条文" in words
    assert "旧版本没有对应的条文" in words
    assert "为示例，制定本条例" not in words
    assert "由示例机关解释" not in words
    assert "<script" not in words
    test = test.toggle[0].set_value(True).run()
    assert test.query_params["all"] == "1"
    assert "为示例，制定本条例" in html(test)
    assert "由示例机关解释" in html(test)
    test = test.toggle[0].set_value(False).run()
    assert "all" not in test.query_params


def test_both_sides_lead_into_the_reader_and_back(site: Client) -> None:
    """The link keeps the comparison: the provision opens beside it, and the address can be sent to a colleague."""
    links = re.findall(r'class="side-name">[^<]*<a href="\?([^"]+)"', html(page("library", site, all="1", **PAIR)))
    asked = [parse_qs(unescape(link)) for link in links]
    assert {one["read"][0] for one in asked} >= {f"{contract.OLDER}/第二条", f"{contract.DOCUMENT}/第三条"}
    assert all((one["old"], one["new"], one["all"]) == ([PAIR["old"]], [PAIR["new"]], ["1"]) for one in asked)


def test_another_version_is_chosen_on_the_page(site: Client, world: contract.World) -> None:
    test = page("library", site, **PAIR)
    test = test.selectbox[0].select(contract.NEWER.partition("/")[0]).run()
    assert test.query_params["old"] == contract.NEWER.partition("/")[0]
    sent = [query for _, path, query in world.sent if path == "/api/compare"]
    assert [query["old"] for query in sent] == [contract.OLDER, contract.NEWER.partition("/")[0]]


def test_the_force_of_the_versions_is_that_of_the_day_asked(site: Client, world: contract.World) -> None:
    """The row of pages carries the date here, too: a version named 已废止 under another day would be wrong."""
    page("library", site, as_of="2015-01-01", **PAIR)
    assert {"as_of": "2015-01-01"} in [query for _, path, query in world.sent if path.endswith(PAIR["new"])]


def test_a_version_is_not_compared_with_itself(site: Client, world: contract.World) -> None:
    test = page("library", site, old=contract.DOCUMENT, new=contract.DOCUMENT)
    assert "请选择两个不同的版本。" in html(test)
    assert not [path for _, path, _ in world.sent if path == "/api/compare"]


def test_a_comparison_that_cannot_be_made_says_why(site: Client, world: contract.World, monkeypatch: Any) -> None:
    def reply(method: str, path: str, *rest: Any) -> contract.Reply:
        if path == "/api/compare":
            return 404, {"error": "NotFound", "detail": "本库没有这个版本。"}
        return contract.World.reply(world, method, path, *rest)

    monkeypatch.setattr(world, "reply", reply)
    assert "本库没有这个版本。" in html(page("library", site, **PAIR))


def test_from_the_document_to_the_comparison_and_back(site: Client) -> None:
    test = press(page("library", site, doc=contract.DOCUMENT), "与另一版本比较")
    assert (test.query_params["old"], test.query_params["new"]) == (contract.OLDER, contract.DOCUMENT)
    test = press(test, "返回文件")
    assert test.query_params["doc"] == contract.DOCUMENT
    assert "old" not in test.query_params


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        ("b", ("a", "b")),
        ("a", ("a", "b")),  # the first has none before it, and is the old side
        ("c", ("b", "c")),
        ("x", None),  # a draft stands in no row of versions
    ],
)
def test_a_version_is_laid_beside_the_one_before_it(here: str, expected: tuple[str, str] | None) -> None:
    rows: list[Any] = [{"id": one, "version": f"200{at}", "effective_on": None} for at, one in enumerate("abc")]
    assert neighbour(list(reversed(rows)), here) == expected
    assert neighbour(rows[:1], "a") is None
