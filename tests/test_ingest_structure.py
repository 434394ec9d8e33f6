"""Structure: the legal addresses of a text, and that no word is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.structure.marks import mark_of
from ingest.structure.text import structure
from kb.address import article_segment, to_chinese, to_number
from kb.model import Provision, Rung

LAW = """样例管理法
（2020年1月1日第一届样例大会通过）
目录
第一章 总则
第二章 附则
第一章 总则
第一条为了规范样例，制定本法。
第二条　国家保护样例。
前款所称样例，包括下列情形：
（一）甲类：
1.重的；
2.轻的。
（二）乙类。
国家鼓励研究样例。
第二条之一　依照第一条、
第二条的规定办理。
第二章 附则
第一节 施行
第三条　有下列情形之一的，从其规定：
（一）计量为
19.20克的；
（二）其他。
第四条　本法自2020年3月1日起施行。
附件1
样例目录
| 序号 | 名称 |
| 1 | 甲 |
| 2 | 乙 |
附件2 办事规则
第一条　按本规则办理。
第二条　本规则由主管部门解释。"""

GUIDE = """样例平台建设指南
为做好建设，制定本指南。
一、总体要求
（一）原则
1.统筹。坚持统筹规划。
2.对接。做好对接工作。
（二）任务
（1）上市前主要是：①资料预审；②检验指导。
同时提供预检查服务。
（2）上市后主要是变更。
二、职责
管理部门的职责是：
（一）制定政策。
（二）开展评估。
建设单位的职责是：
（一）提供投入。
特此通知。
样例市样例局
2026年1月23日"""


def spans(text: str, provisions: tuple[Provision, ...]) -> None:
    """The promises every structure keeps: nested, in order, gapless, nothing lost, addresses unique."""
    position, open_ends = 0, [len(text)]
    for provision in provisions:
        assert provision.start <= provision.body <= provision.end <= len(text)
        assert provision.start >= position
        position = provision.start
        while open_ends and provision.start >= open_ends[-1] and len(open_ends) > 1:
            open_ends.pop()
        assert provision.end <= open_ends[-1]
        open_ends.append(provision.end)
    top: list[Provision] = []
    for provision in provisions:
        if not top or provision.start >= top[-1].end:
            top.append(provision)
    if provisions:
        assert "".join(text[p.start : p.end] for p in top) == text
    assert len({p.path for p in provisions}) == len(provisions)


def words(text: str, *path: str) -> str:
    return next(text[p.body : p.end] for p in structure(text) if p.path == path)


def test_law_addresses() -> None:
    paths = [p.path for p in structure(LAW) if p.rung is not Rung.ROW]
    assert paths == [
        ("序言",),
        ("目录",),
        ("第一章",),
        ("第一条",),
        ("第二条",),
        ("第二条", "第一款"),
        ("第二条", "第二款"),
        ("第二条", "第二款", "第（一）项"),
        ("第二条", "第二款", "第（一）项", "第1目"),
        ("第二条", "第二款", "第（一）项", "第2目"),
        ("第二条", "第二款", "第（二）项"),
        ("第二条", "第三款"),
        ("第二条之一",),
        ("第二条之一", "第一款"),
        ("第二条之一", "第二款"),  # a reference at the start of a line opens no article
        ("第二章",),
        ("第二章", "第一节"),
        ("第三条",),
        ("第三条", "第（一）项"),
        ("第三条", "第（二）项"),
        ("第四条",),
        ("附件1",),
        ("附件1", "表1"),
        ("附件2",),
        ("附件2", "第一条"),
        ("附件2", "第二条"),
    ]
    spans(LAW, structure(LAW))


@pytest.mark.parametrize(
    ("path", "quote"),
    [
        (("第一条",), "为了规范样例，制定本法。"),  # no space after 条
        (("第二条", "第二款", "第（一）项", "第2目"), "轻的。"),
        (("第二条", "第三款"), "国家鼓励研究样例。"),  # an unnumbered paragraph after a list
        (("第三条", "第（一）项"), "计量为\n19.20克的；"),  # a decimal is a figure, not a heading
        (("附件1", "表1", "行2"), "| 2 | 乙 |"),
    ],
)
def test_quotes_leave_the_number_out(path: tuple[str, ...], quote: str) -> None:
    assert words(LAW, *path) == quote


def test_trail_names_the_headings_above() -> None:
    assert next(p.trail for p in structure(LAW) if p.path == ("第三条",)) == ("第二章 附则", "第一节 施行")


def test_guide_addresses() -> None:
    assert [p.path for p in structure(GUIDE)] == [
        ("序言",),
        ("一",),
        ("一", "（一）"),
        ("一", "（一）", "1"),
        ("一", "（一）", "2"),
        ("一", "（二）"),
        ("一", "（二）", "（1）"),
        ("一", "（二）", "（1）", "①"),
        ("一", "（二）", "（1）", "②"),
        ("一", "（二）", "（1）", "段1"),  # the tail belongs to the list above it
        ("一", "（二）", "（2）"),
        ("二",),
        ("二", "（一）"),
        ("二", "（二）"),
        ("二", "段1"),
        ("二", "（一）·2"),  # a second list numbered alike loses nothing
        ("段1",),  # 特此通知 closes the notice, not its last entry
        ("落款",),
    ]
    spans(GUIDE, structure(GUIDE))


def test_numbers_that_run_on_across_sections_stay_with_their_section() -> None:
    text = "一、甲\n1.一事。先做。\n2.二事。再做。\n二、乙\n3.三事。后做。"
    assert [p.path for p in structure(text)] == [("一",), ("一", "1"), ("一", "2"), ("二",), ("二", "3")]


def test_pages_are_kept() -> None:
    text = "第一条　甲。\n第二条　乙。"
    assert [p.page for p in structure(text, (0, text.index("第二条")))] == [1, 2]


def paths(text: str) -> list[str]:
    return ["/".join(p.path) for p in structure(text)]


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (
            "样例法\n第一编　总则\n第一分编　通则\n第一章　宗旨\n第一条　甲。\n第二编　分则\n第一章　物\n第二条　乙。",
            "序言 第一编 第一编/第一分编 第一编/第一分编/第一章 第一条 第二编 第二编/第一章 第二条",
            "编 and 分编 stand above 章, and chapter numbers start again in each",
        ),
        (
            "第一条　甲：\n一、乙：\n（一）丙。\n1.丁；\n①戊。\n二、己。\n第二条　庚。",
            "第一条 第一条/第（一）项 第一条/第（一）项/第（一）项 第一条/第（一）项/第（一）项/第1目 "
            "第一条/第（一）项/第（一）项/第1目/① 第一条/第（二）项 第二条",
            "the list itself shows which number stands below which",
        ),
        (
            "第一条　甲包括：①乙；②丙。\n第二条　丁。",
            "第一条 第一条/① 第一条/② 第二条",
            "circled entries written on in one paragraph of a law",
        ),
        (
            "第一条　内容限于：\n（一）名称；\n（二）地址。\n（一）至（二）项的内容应当一致。\n第二条　乙。",
            "第一条 第一条/第一款 第一条/第一款/第（一）项 第一条/第一款/第（二）项 第一条/第二款 第二条",
            "（一）至（二）项 at the start of a line is a reference",
        ),
        (
            "一、范围\n二、三类产品按本通知办理。\n（一）项目名称\n二、程序\n另行规定。",
            "一 一/（一） 二",
            "二、三类… is a series of classes, 项目 no reference",
        ),
        (
            "1.范围\n1.1 依据\n配制用水应当为\n1.2mg以下。\n1.2 要求\n2.5倍时停止。\n2.程序",
            "1 1/1.1 1/1.2 2",
            "a measure is no heading, even where it is the next number",
        ),
        (
            "样例标准\n1 范围\n本标准适用于\n3 个工作日内的事项。\n2 要求\n2.1 一般要求\n甲。\n2.2 其他\n乙。",
            "序言 1 2 2/2.1 2/2.2",
            "a standard numbers its clauses without a dot; a count of days is no clause",
        ),
        (
            "样例办法\n第一章　总则\n第一条　甲。\n附　　则\n第二条　乙。",
            "序言 第一章 第一条 附则 第二条",
            "a closing chapter without a number",
        ),
        (
            "样例通知\n现印发给你们。\n一、甲\n表1　收费标准\n单位：万元\n| 序号 | 名称 |\n| 1 | 乙 |\n二、丙\n丁。",
            "序言 一 一/表1 一/表1/行1 二",
            "the short line before a table is its title, not a paragraph",
        ),
        ("| 序号 | 名称 |\n| 1 | 甲 |\n| 2 | 乙 |", "表1 表1/行1 表1/行2", "a document that is only a table"),
        (
            "一类目录\n| 序号 | 名称 |\n| 1 | 甲 |\n二类目录\n| 序号 | 名称 |\n| 1 | 乙 |",
            "表1 表1/行1 表2 表2/行1",
            "two sheets, each under its name",
        ),
        (
            "样例公告\n一、甲\n乙。\n特此公告。\n附件：1.目录\n2.申请表\n样例局\n2026年1月1日\n"
            "附件1\n目录\n第一条　丙。\n第二条　丁。\n附件2\n申请表",
            "序言 一 段1 附件清单 落款 附件1 附件1/第一条 附件1/第二条 附件2",
            "the list of attachments belongs to the notice; each attachment is a part with its own articles",
        ),
        (
            "样例办法\n第一条　甲。\n第二条　乙。\n附件：1.目录\n2.申请表",
            "序言 第一条 第二条 附件清单",
            "a list of attachments is not the end of the last article",
        ),
        (
            "样例指南\n甲。\n一、乙\n附件的规格\n应当合理。\n附件1-1　表格\n丙。\n附件1-2　表格\n丁。\n附录A\n戊。",
            "序言 一 附件1-1 附件1-2 附录A",
            "附件的规格 is a sentence about accessories; 1-1 and 1-2 are two attachments",
        ),
        (
            "样例规范\n第一条　甲。\n附录1：无菌药品\n第一条　乙。\n附录2：原料药\n第一条　丙。",
            "序言 第一条 附录1 附录1/第一条 附录2 附录2/第一条",
            "appendices number their articles from 1 again; addresses stay apart",
        ),
        (
            "样例办法\n第一条　甲［注1］。\n第二条　乙［注2］。\n脚注\n［注1］见丙。\n［注2］见丁，\n续行。",
            "序言 第一条 第二条 脚注 脚注/注1 脚注/注2",
            "footnotes are a part of their own, not the end of the last article",
        ),
        (
            "第一条　甲。\n脚注\n乙。",
            "第一条 第一条/第一款 第一条/第二款 第一条/第三款",
            "the word alone opens nothing",
        ),
    ],
)  # fmt: skip
def test_addresses(text: str, expected: str, why: str) -> None:
    assert paths(text) == expected.split(" "), why
    spans(text, structure(text))


def test_the_title_of_a_table_leads_its_rows() -> None:
    text = "一、收费\n表1　收费标准\n| 序号 | 名称 |\n| 1 | 甲 |"
    found = {p.path: (p.heading, p.trail) for p in structure(text)}
    assert found["一", "表1"] == ("表1　收费标准", ("一、收费",))
    assert found["一", "表1", "行1"] == (None, ("一、收费", "表1　收费标准"))


def test_the_title_of_an_attachment_may_stand_on_the_next_line() -> None:
    text = "样例通知\n现印发。\n一、甲\n附件1\n样例目录\n| 序号 | 名称 |\n| 1 | 乙 |"
    found = {p.path: p.heading for p in structure(text)}
    assert (found["附件1",], found["附件1", "表1"]) == ("样例目录", None)


def test_a_footnote_is_quoted_without_its_number() -> None:
    assert words("第一条　甲［注1］。\n脚注\n［注1］见乙。", "脚注", "注1") == "见乙。"


@given(st.integers(1, 9999), st.integers(0, 20), st.sampled_from(["　", "  ", ""]))
def test_article_numbers_in_every_spelling(number: int, extra: int, gap: str) -> None:
    """一百零五, 一百〇五, 105 and １０５ are the same article; 之一 to 之二十 are others."""
    printed = to_chinese(number)
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for spelling in (printed, printed.replace("零", "〇"), str(number), wide):
        assert to_number(spelling) == number
        behind = f"之{to_chinese(extra)}" if extra else ""
        mark = mark_of(f"第{spelling}条{behind}{gap}申请人应当报告。")
        assert mark is not None
        assert mark.segment == article_segment(number, extra or None)


@given(st.integers(0, 9999))
def test_numbers_written_digit_by_digit(number: int) -> None:
    assert to_number("".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))) == number


@st.composite
def laws(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A law as printed, and the addresses of its articles, paragraphs and items as it was made."""
    lines, addresses = ["样例管理法"], []
    sentence = st.sampled_from(["申请人应当报告。", "依照第三条的规定办理。", "计量为19.20克的除外。", "从其规定。"])
    number = 0
    for chapter in range(draw(st.integers(1, 3))):
        lines.append(f"第{to_chinese(chapter + 1)}章　样例")
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            article = article_segment(number)
            paragraphs = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
            addresses.append(article)
            for at, items in enumerate(paragraphs, 1):
                opening = f"{article}　" if at == 1 else ""
                lines.append(opening + ("有下列情形之一的：" if items else draw(sentence)))
                above = f"{article}/第{to_chinese(at)}款" if len(paragraphs) > 1 else article
                addresses += [above] if len(paragraphs) > 1 else []
                for item in range(1, items + 1):
                    lines.append(f"（{to_chinese(item)}）" + ("情形；" if item < items else "其他情形。"))
                    addresses.append(f"{above}/第（{to_chinese(item)}）项")
    blank = draw(st.sampled_from(["\n", "\n\n", "\n　\n"]))
    return blank.join(lines), addresses


@given(laws())
def test_a_law_is_read_as_it_was_made(made: tuple[str, list[str]]) -> None:
    """Chapters, articles, 款 and 项 in any number: every address, nothing more, and no word lost."""
    text, addresses = made
    provisions = structure(text)
    rungs = (Rung.ARTICLE, Rung.PARAGRAPH, Rung.ITEM, Rung.SUBITEM)
    assert ["/".join(p.path) for p in provisions if p.rung in rungs] == addresses
    spans(text, provisions)


STYLES = ("{cn}、", "（{cn}）", "{n}.", "（{n}）")


@given(st.permutations(STYLES), st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_the_order_of_levels_is_the_documents_own(styles: tuple[str, ...], depths: list[int]) -> None:
    """Whatever style a guide puts first is its first level: the depth of every entry comes out as it was put in."""
    lines, counts, expected, open_depth = ["样例指南"], [0, 0, 0, 0], [], -1
    for wanted in depths:
        depth = min(wanted, open_depth + 1)
        counts = [*counts[:depth], counts[depth] + 1, *[0] * (3 - depth)]
        lines.append(styles[depth].format(cn=to_chinese(counts[depth]), n=counts[depth]) + "样例事项")
        expected.append(depth + 1)
        open_depth = depth
    text = "\n".join(lines)
    assert [len(p.path) for p in structure(text) if p.rung is Rung.HEADING] == expected
    spans(text, structure(text))


HARD = {
    "one line": "第一条 " + "甲" * 1_000_000,
    "titles": "《甲》" * 300_000,
    "open titles": "《" * 1_000_000,
    "digits": "目录\n" + "1" * 1_000_000 + "x",
    "blanks": "甲" + " " * 1_000_000 + "乙",
    "ones": "\n".join(["1.甲"] * 20_000),
    "plain lines": "\n".join(["甲乙丙"] * 20_000),
    "paragraphs": "第一条　甲\n第二条　乙\n" + "\n".join(["丙。"] * 20_000),
    "items": "第一条　甲\n" + "\n".join(["（一）乙。", "丙。"] * 10_000),
    "rows": "\n".join(["| 1 | 甲 |"] * 20_000),
    "brackets": "（2020年1月1日" * 100_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", sorted(HARD))
def test_hard_texts_take_linear_time(name: str) -> None:
    """A million characters on one line, or 20,000 lines alike: seconds, not hours, and no recursion too deep."""
    spans(HARD[name], structure(HARD[name]))


LINES = st.sampled_from(
    [*LAW.split("\n"), *GUIDE.split("\n"), "", "  ", "附件", "目录", "1.1 范围", "1.2 依据", "第九十九条的规定", "附则",
     "脚注", "［注1］见乙。", "附件：1.目录", "2.申请表", "附：", "表1　样例", "单位：元", "第一编　总则", "①甲；②乙。"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=8), max_size=40).map("\n".join))
def test_any_text_keeps_every_word(text: str) -> None:
    """Lines in any order: the spans are nested, in order and give the text back."""
    spans(text, structure(text))
    assert bool(structure(text)) == bool(text.strip())


def tree(text: str) -> list[str]:
    """The segments of a text, indented by depth."""
    return [f"{'  ' * (len(p.path) - 1)}{p.path[-1]}" for p in structure(text)]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        # the last answer of a list of questions belongs to its question, like those before it
        ("样例问答\n1.问：何时申请？\n答：届满前。\n2.问：怎么办？\n答：提交报告。\n", ["序言", "1", "2"]),
        # what is noted below a signature does not make the signature part of the last entry
        (
            "样例机关关于样例的意见\n各部门：\n一、甲\n乙。\n样例机关\n2024年12月30日\n（本文有删减）\n抄送：某某。\n",
            ["序言", "一", "落款"],
        ),
        # three signers still sign; what they name above is a list, not an attachment
        (
            "甲局 乙局 丙局关于样例的公告\n一、甲\n乙。\n特此公告。\n附件：样例清单\n甲局\n乙局\n丙局\n2024年5月20日\n",
            ["序言", "一", "段1", "附件清单", "落款"],
        ),
    ],
)
def test_what_closes_a_text_is_set_apart(text: str, segments: list[str]) -> None:
    assert tree(text) == segments


def test_the_title_of_an_annex_stands_below_its_standing() -> None:
    annex = structure("样例标准\n本标准规定样例。\n适用于样例。\n附录A\n（资料性）\n示例\n甲。\n")[-1]
    assert (annex.path, annex.heading) == (("附录A",), "示例")
