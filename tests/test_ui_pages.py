"""The pages drawn by Streamlit's own test harness over the contract: content, escaping, and the manners of failure."""

from __future__ import annotations

import re

import contract_server as contract
import pytest
from drawn_page import html, labels, page, press

from kb.model import Citation
from ui import law, theme
from ui.client import Client
from ui.contract import OutlineEntry
from ui.views import intake, repairs
from ui.views.fulltext import full_text

ESCAPED = "&lt;script&gt;"


@pytest.mark.parametrize(
    ("view", "params"),
    [
        ("ask", {"q": "可以委托生产吗"}),
        ("ask", {"q": "明天天气"}),
        ("search", {"find": "委托生产"}),
        ("navigate", {"need": "示例预审"}),
        ("match", {"firm_region": "示例地区"}),
        ("library", {}),
        ("library", {"doc": contract.DOCUMENT}),
        ("search", {"find": "委托生产", "read": f"{contract.ADDRESS}~4-12"}),
        ("search", {"find": contract.HOSTILE}),
    ],
)
def test_no_text_of_the_service_becomes_a_tag(site: Client, view: str, params: dict[str, str]) -> None:
    """Titles and texts come from uploaded files; one of them holds a script, and it must stay words."""
    test = page(view, site, **params)
    assert not test.exception
    assert "<script" not in html(test)
    assert ESCAPED in html(test) + "".join(labels(test)).replace(r"\<script\>", ESCAPED)
    assert not any(re.search(r"(?<!\\)<", label) for label in labels(test))


def test_home_offers_lanes_and_answers_a_picked_question(site: Client, world: contract.World) -> None:
    """The first thing a founder does: press an example and read a quoted answer with its grounds."""
    test = page("ask", site)
    assert all(lane in html(test) for lane in ("政策导航", "注册护航", "市场助航"))
    test = press(test, "疫苗可以委托生产吗")
    assert ("POST", contract.TURNS, {"question": "疫苗可以委托生产吗", "parent": None}) in world.sent
    assert f'data-value="{contract.PLACE}"' in html(test)  # [1] became a mark that opens
    assert "[9]" not in html(test)  # a key without a citation must not look like one
    assert any("第二条" in label for label in labels(test))
    assert test.query_params["c"] in world.desk.kept, "the address names the conversation that the service keeps"


def test_a_citation_opens_its_provision_with_the_quote_marked(site: Client) -> None:
    """The heart of the product: from an answer to the very words, in their place, with force and dates."""
    test = press(page("ask", site, q="可以委托生产吗"), "第二条")
    assert f"<mark>{contract.QUOTE}</mark>" in html(test)
    for expected in ("第一章　总则", "示例机关", "原文未载明", "现行有效", "本库未收录", "为示例，制定本条例。"):
        assert expected in html(test)
    assert test.query_params["read"] == contract.PLACE
    test = press(test, "关闭")
    assert "read" not in test.query_params
    assert "<mark>" not in html(test)


def test_a_refusal_is_help(site: Client) -> None:
    """No content: what was searched, what is nearest, how to go on; and no word of an error."""
    test = page("ask", site, q="明天天气")
    words = html(test)
    assert "没有找到依据" in words
    assert "检索了 1 部文件" in words
    assert "最接近的条文" in words
    assert "换一种说法" in words
    assert "暂时无法" not in words


def test_a_question_back_is_answered_in_the_same_conversation(site: Client, world: contract.World) -> None:
    """A picked option alone ("医疗器械") has sense only after the question that it answers."""
    test = press(page("ask", site, q="变更怎么办"), "医疗器械")
    first, second = world.desk.kept[test.query_params["c"]]["turns"]
    assert (first["question"], second["question"]) == ("变更怎么办", "医疗器械")
    assert second["parent"] == first["id"]


def test_a_failing_service_is_not_a_refusal(site: Client) -> None:
    """No service is a different matter from no content, and can be tried again."""
    test = page("ask", site, q="停一下")
    assert "索引正在重建" in html(test)
    assert "没有找到依据" not in html(test)
    assert "再试一次" in labels(test)


@pytest.mark.parametrize(
    ("view", "params"),
    [("ask", {"q": "可以吗"}), ("search", {"find": "甲"}), ("navigate", {"need": "甲"}), ("library", {})],
)
def test_every_page_stands_when_the_service_is_down(view: str, params: dict[str, str]) -> None:
    """A page without its service says so in a sentence, and keeps the line that official texts prevail."""
    client = Client("http://127.0.0.1:9", timeout=5)
    test = page(view, client, **params)
    client.close()
    assert not test.exception
    assert "暂时连不上知识库服务" in html(test)
    assert "以官方文本为准" in html(test)


def test_search_groups_by_kind_and_says_why(site: Client, world: contract.World) -> None:
    """Counts by kind, the way each passage was found, and a narrowed search asked anew of the service."""
    test = page("search", site, find="委托生产")
    assert "命中方式：语义 · 字面" in html(test)
    assert "<mark>委托</mark>" in html(test)
    options = [option for group in test.button_group for option in group.options]
    assert list(options) == ["行政法规 1", "部门规章 1", "现行有效 1", "已废止 1"]
    page("search", site, find="委托生产", kind="部门规章")
    assert any(query.get("kind") == "部门规章" for _, path, query in world.sent if path == "/api/search")


def test_a_corrected_search_says_so_and_can_be_undone(site: Client, world: contract.World) -> None:
    """A correction the reader did not want must cost one press, and the next query is corrected again."""
    test = page("search", site, q=f"{contract.TYPO}委托生产")
    assert "已按“药品管理法”检索" in html(test)
    assert "已把“" not in html(test), "said once, with the way back"
    press(test, "仍按原词“药品管里法”检索")
    assert "现在按原词检索" in html(test)
    assert [query.get("exact_words") for _, path, query in world.sent if path == "/api/search"] == [None, "true"]
    press(test, "纠正后检索")
    assert "已按“药品管理法”检索" in html(test)


def test_navigation_prints_the_unknown_as_not_stated(site: Client) -> None:
    """The card never fills a gap: fee, time limit and materials are silent in the text."""
    words = html(page("navigate", site, need="示例预审"))
    assert words.count("原文未载明") == 3
    assert "线下" in words
    assert "提交资料" in words


def test_navigation_choices_add_up_to_a_need(site: Client, world: contract.World) -> None:
    """Three choices are as good as a sentence; the question back is answered by a press."""
    page("navigate", site, field="医疗器械", group="第二类", situation="首次注册")
    assert ("POST", "/api/navigate", {"need": "第二类医疗器械首次注册"}) in world.sent
    test = press(page("navigate", site, need="变更"), "医疗器械")
    assert test.session_state["need"] == "医疗器械 变更"


def test_match_shows_each_condition_with_its_words(site: Client, world: contract.World) -> None:
    """Verdicts as sign and word, the quoted ground, the missing fact named; no amount is made up."""
    words = html(page("match", site, firm_region="示例地区"))
    for expected in ("✓ 已满足", "? 待补充", "✗ 不满足", f"<q>{contract.QUOTE}</q>", "还差：注册地", "原文未载明"):
        assert expected in words
    sent = next(body for _, path, body in world.sent if path == "/api/match")
    assert sent == {"profile": {"name": "本企业", "region": "示例地区"}}


def test_an_empty_profile_asks_nothing(site: Client, world: contract.World) -> None:
    """Nothing known, nothing judged: a page full of "?" would help nobody."""
    page("match", site)
    assert not [path for _, path, _ in world.sent if path == "/api/match"]


def test_staff_see_repairs_and_publish(site: Client, staff: Client, world: contract.World) -> None:
    """Public readers see no staff tools; with the token: outline, repairs, what is missing, and the decision."""
    test = page("library", site, doc=contract.DOCUMENT)
    assert "发布" not in labels(test)
    assert "全角空格" not in html(test)
    test.session_state["staff"] = staff
    test.run()
    assert html(test).index("全角空格") < html(test).index("网页页眉页脚"), "what is doubtful is read first"
    assert "1 处请核对" in html(test)
    assert "第 3 页识别可信度较低" in html(test)
    assert "尚缺：文号" in html(test)
    assert "依据：自2020年1月1日起施行" in html(test)
    test = press(test, "发布")
    assert world.state == "published"
    assert "现在可以检索到" in html(test)


def test_the_public_sees_how_long_and_for_what_a_text_stands(site: Client) -> None:
    words = html(page("library", site, doc=contract.DOCUMENT))
    for expected in ("有效期至", "2029-12-31", "适用环节", "生产", "示例主题"):
        assert expected in words


def test_staff_lay_the_original_beside_the_result(site: Client, staff: Client, world: contract.World) -> None:
    """The page is made of a stranger's file: a policy stands before its first character, so nothing in it can run."""
    test = page("library", site, doc=contract.DOCUMENT)
    test.session_state["staff"] = staff
    test.run()
    assert not test.get("iframe")
    test = test.toggle[0].set_value(True).run()
    assert not test.exception
    frame = test.get("iframe")[0].proto.srcdoc
    assert frame.index("default-src 'none'") < frame.index(contract.HOSTILE)
    made = [call for call in world.sent if call[1].endswith("/comparison")]
    assert len(made) == 1
    press(test, "保存更正")
    assert [call for call in world.sent if call[1].endswith("/comparison")] == made, "a scan is not recognised again"


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (contract.REPORT, ["新增 · 行政法规 · 条2 · 修复 3 处 · 示例.docx", "第 3 页识别可信度低", ESCAPED]),
        (contract.REPORT | {"outcome": "unchanged", "repairs": 0}, ["未变 · 行政法规 · 条2 · 示例.docx"]),
        (contract.REPORT | {"warnings": []}, ["新增"]),
    ],
)
def test_a_card_says_what_became_of_a_file(report: dict[str, object], expected: list[str]) -> None:
    made = intake.summary(report)  # type: ignore[arg-type]  # the contract server's JSON, as it arrives
    assert all(words in made for words in expected)
    assert ("<ul" in made) is bool(report["warnings"])
    assert "<script" not in made


def test_a_card_says_why_a_file_did_not_come_in() -> None:
    made = intake.refusal(str(contract.FAILED["path"]), str(contract.FAILED["reason"]))
    assert "未能读取：包.zip/坏" in made
    assert "不是完整的 PDF 文件" in made
    assert "<script" not in made


@pytest.mark.parametrize(
    ("made", "expected", "absent"),
    [
        ([], ["没有需要修复"], ["<details"]),
        # a doubt: the words are kept, so nothing is struck and nothing inserted
        ([("存疑", "场地", "场地", False)], ["<mark>场地</mark>", " open>", "请核对"], ["<del>", "<ins>"]),
        ([("页眉", "第 1 页", "", True)], ["<del>第 1 页</del>", "未收入正文"], ["<ins>", " open>"]),
        ([("零宽", "\u200b\u200b", "", True)], ["<del>‹U+200B›‹U+200B›</del>"], []),
        ([("空格", "  ", "", True)], ["2 个空白字符"], []),
        # a thousand of a kind are one row, a thousand kinds are cut and say so
        ([("拼音", "監(jiān)", "監", True)] * 1000, ["1000 处", "同样的 1000 处"], ["另有"]),
        ([("拼音", str(n), "", True) for n in range(100)], ["100 处", "另有 60 种"], []),
        ([("页眉", contract.HOSTILE, "", True)], [ESCAPED], ["<script"]),
    ],
)
def test_repairs_are_folded_by_step(
    made: list[tuple[str, str, str, bool]], expected: list[str], absent: list[str]
) -> None:
    words = repairs.repairs([{"step": s, "before": b, "after": a, "certain": c} for s, b, a, c in made])
    assert [one for one in expected if one not in words] == []
    assert [one for one in absent if one in words] == []


def test_a_wrong_token_is_told_not_swallowed(site: Client, world: contract.World) -> None:
    test = page("library", site, doc=contract.DOCUMENT)
    test.session_state["staff"] = stranger = Client(site.url, "00", timeout=5)
    test = press(test.run(), "发布")
    stranger.close()
    assert "工作人员令牌不对" in html(test)
    assert world.state == "draft"


@pytest.mark.parametrize(
    ("text", "span", "number", "expected"),
    [
        # the number is printed once, whether the stored text holds it or not
        ("可以。", None, "第一条", '<p class="article"><b>第一条</b>　可以。</p>'),
        ("第一条　可以。", None, "第一条", '<p class="article"><b>第一条</b>　可以。</p>'),
        # offsets count in the stored text, so the mark must not move with the number
        ("第一条　可以。", (4, 6), "第一条", '<p class="article"><b>第一条</b>　<mark>可以</mark>。</p>'),
        # a quote over two paragraphs is marked in both
        (
            "甲。\n乙。",
            (0, 4),
            None,
            '<p class="paragraph"><mark>甲。</mark></p><p class="paragraph"><mark>乙</mark>。</p>',
        ),
        # indented lines keep their offsets
        ("　　甲乙", (3, 4), None, '<p class="paragraph">甲<mark>乙</mark></p>'),
        ("（一）有场地", None, None, '<p class="item">（一）有场地</p>'),
        ("<b>甲</b>", (3, 4), None, '<p class="paragraph">&lt;b&gt;<mark>甲</mark>&lt;/b&gt;</p>'),
    ],
)
def test_law_is_set_verbatim(text: str, span: tuple[int, int] | None, number: str | None, expected: str) -> None:
    assert law.law(text, span, number) == f'<div class="law">{expected}</div>'


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"依据：\n\n“{contract.QUOTE}”[1]（《示例品条例{contract.HOSTILE}》第二条）", 1),  # a quote of its own line
        (f"可以，“{contract.QUOTE}”[1]。", 0),  # inside a sentence it stays in the sentence
        (f"“{contract.QUOTE}”", 0),  # without a key it is not the citation's
        ("1. 先核对\n2. 再签约", 0),  # printed numbers are words of the text and stay
    ],
)
def test_quotes_are_set_as_law_and_nothing_is_lost(text: str, count: int) -> None:
    """Whatever the setting, every word of the answer is on the page."""
    citation = Citation.model_validate(contract.citation())
    made = law.answer(text, [citation])
    assert made.count("<blockquote") == count
    for word in ("依据：", contract.QUOTE, "1. 先核对", "2. 再签约"):
        assert (word in made) == (word in text)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        # a chapter's stored words are its heading, which must not be printed twice
        (contract.entry("第一章", "总则", "总则"), ["第一章　总则"]),
        # a heading that runs on into its sentence is text
        (contract.entry("1.", "分类推进。按园区分类。", "分类推进"), ["1.　分类推进。按园区分类。"]),
        (contract.entry("（一）", "工作目标\n建成平台。", "工作目标"), ["（一）　工作目标", "建成平台。"]),
        # paragraphs and items return to their article, items with their numbers
        (
            {
                **contract.entry("第二条", ""),
                "children": [
                    {
                        **contract.entry("第二条／第一款", "应当有："),
                        "children": [contract.entry("（一）", "场地。")],
                    },
                    contract.entry("第二条／第二款", "不得转让。"),
                ],
            },
            ["第二条　应当有：", "（一）场地。", "不得转让。"],
        ),
        (contract.entry("序言", "某年通过"), ["某年通过"]),  # a name of ours is never printed as words of the law
    ],
)
def test_a_document_is_put_together_again_word_for_word(place: OutlineEntry, expected: list[str]) -> None:
    """The tree of provisions, read back as a page, is the text: nothing twice, nothing lost, nothing added."""
    lines = re.sub(r"</(?:p|h3)>", "\n", full_text([place]))
    assert re.sub(r"<[^>]+>", "", lines).strip().split("\n") == expected


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("委托生产", ["委托", "生产"]),
        ("可以怎么办", []),  # words that say nothing mark nothing
        ("<委>", []),  # signs are no words
    ],
)
def test_snippets_mark_the_words_asked_for(query: str, marked: list[str]) -> None:
    made = law.snippet("可以委托他人进行生产", query)
    assert [word for word in ("委托", "生产", "可以") if f"<mark>{word}</mark>" in made] == marked


def test_plain_takes_the_meaning_out_of_signs() -> None:
    """A title with stars or brackets must neither turn bold nor become a link in a button."""
    assert theme.plain("*甲*[乙](http://丙)") == r"\*甲\*\[乙\]\(http\://丙\)"
