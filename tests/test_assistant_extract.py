"""Which words of the found provisions are quoted: whole paragraphs, and nothing that cannot be understood alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from factories import document, provision
from small_library import LAW, empty_library, stored

from assistant.extracts import extract as extracting
from assistant.extracts.evidence import Evidence
from assistant.extracts.extract import LIST_MOST, PARAGRAPH_MOST, WHOLE_ARTICLE, extract
from assistant.extracts.sentences import paragraphs, understood_with
from kb.knowledge import KnowledgeBase
from kb.lexical import terms
from kb.lookup import quotable
from kb.model import Document, Force, Kind, Passage
from kb.search import Finding

DAY = date(2026, 11, 21)
FILLER = "有关的其他事项由主管部门另行规定，并应当及时向社会公布。" * 4
ARTICLES = (
    "第一条 样例药品的仓库应当登记。登记应当自建成之日起三十日内办理。",
    f"第二条 {FILLER}\n样例器械的仓库应当登记。仓库改建的，同样办理。登记费为五百元。\n{FILLER}{FILLER}",
    f"第三条 {FILLER}{FILLER}\n申请样例许可应当提交下列材料：\n（一）申请表；\n（二）车间平面图；\n（三）检验报告。\n"
    f"{FILLER}",
    f"第四条 {FILLER}{FILLER}\n样例产品的罚款标准如下：\n（一）迟报的，处一千元罚款；\n"
    f"（二）伪造印章的，处九千元罚款。\n{FILLER}",
    f"第五条 {FILLER}{FILLER}\n| 品种 | 收费 |\n| 片剂 | 八百元 |\n| 贴膏 | 六百元 |\n{FILLER}",
    f"第六条 {FILLER}{FILLER}\n问：样例证书丢了怎么补？\n答：登报声明后三日内到窗口补领。\n问：要钱吗？\n答：不收费。",
    f"第七条 {'样例飞机的起落由塔台指挥；' * 60}样例跑道的长度为三千米。",
)
TEXT = "\n".join(ARTICLES)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[KnowledgeBase, Document]]:
    home: Path = tmp_path_factory.mktemp("extract")
    made = empty_library(home)
    places = [provision(text.split()[0], text=text, within=TEXT) for text in ARTICLES]
    yield made, stored(made, TEXT, places, places, document("样例管理办法", **LAW))
    made.close()


def asked(
    held: tuple[KnowledgeBase, Document], question: str, *articles: str, scores: Sequence[float] = (1.0, 0.5, 0.2),
    outright: bool = False, share: float = 0.8,
) -> list[str]:  # fmt: skip
    """The quotes for a question that found these articles, best first."""
    knowledge, document = held
    reading = knowledge.registry.reading(document.id)
    findings = []
    for article, score in zip(articles, scores, strict=False):
        passage = Passage(
            address=f"{document.id}/{article}", document_id=document.id, title=document.title, label=article,
            article=article, path=(), text=quotable(reading, reading.provisions[(article,)]), kind=Kind.LAW,
            force=Force.IN_FORCE, effective_on=date(2020, 7, 1), repealed_on=None, score=score,
            found_by=("exact",) if outright else ("dense",),
        )  # fmt: skip
        findings.append(Finding(passage, 0.9, share, 0, 0.9, {}))
    evidence = Evidence(question, dict.fromkeys(terms(question), 1.0), tuple(findings), (), ())
    return [quoted.citation.quote for quoted in extract(knowledge, evidence, DAY)]


@pytest.mark.parametrize(
    ("why", "question", "article", "quotes"),
    [
        ("a short article is read faster than its parts", "样例药品仓库登记", "第一条", [ARTICLES[0][4:]]),
        ("the fee stands behind the sentence that tells of the matter", "样例器械仓库登记多少钱", "第二条",
         ["样例器械的仓库应当登记。仓库改建的，同样办理。登记费为五百元。"]),
        ("a lead comes with its list", "申请样例许可要什么材料", "第三条",
         ["申请样例许可应当提交下列材料：\n（一）申请表；\n（二）车间平面图；\n（三）检验报告。"]),
        ("an item alone does not say of what it is one", "伪造印章", "第四条",
         ["样例产品的罚款标准如下：", "（二）伪造印章的，处九千元罚款。"]),
        ("the first item follows its lead without a break", "迟报", "第四条",
         ["样例产品的罚款标准如下：\n（一）迟报的，处一千元罚款；"]),
        ("a row means nothing without its header", "贴膏", "第五条", ["| 品种 | 收费 |", "| 贴膏 | 六百元 |"]),
        ("a guide's question is no answer", "证书丢了怎么补", "第六条",
         ["问：样例证书丢了怎么补？\n答：登报声明后三日内到窗口补领。"]),
        ("nor is an answer one without its question", "登报声明", "第六条",
         ["问：样例证书丢了怎么补？\n答：登报声明后三日内到窗口补领。"]),
        ("a paragraph too long to be taken in is cut", "样例跑道长度", "第七条", ["样例跑道的长度为三千米。"]),
    ],
)  # fmt: skip
def test_what_is_quoted_can_be_understood_by_itself(
    held: tuple[KnowledgeBase, Document], why: str, question: str, article: str, quotes: list[str]
) -> None:
    assert asked(held, question, article) == quotes, why


def test_every_quote_is_a_slice_of_the_stored_text(held: tuple[KnowledgeBase, Document]) -> None:
    for number, text in enumerate(ARTICLES):
        for question in ("样例仓库登记多少钱", "材料", "处罚款吗"):
            for quote in asked(held, question, f"第{'一二三四五六七'[number]}条"):
                assert quote in text
                assert quote == quote.strip()


def test_a_place_named_outright_is_quoted_whole_where_it_can_be(held: tuple[KnowledgeBase, Document]) -> None:
    text = ARTICLES[3][4:]
    assert WHOLE_ARTICLE < len(text) <= LIST_MOST
    knowledge, document = held
    reading = knowledge.registry.reading(document.id)
    spans = extracting._spans(
        knowledge, (document.id, ("第四条",)), Evidence("罚款", {"罚款": 1.0}, (), (), ()), outright=True, whole=True
    )
    assert [reading.text[start:end] for start, end in spans] == [text]


def test_a_further_provision_is_quoted_only_where_it_stands_close(held: tuple[KnowledgeBase, Document]) -> None:
    """What lies behind by the search speaks of something else, however many words it shares."""
    close = asked(held, "样例仓库登记", "第一条", "第二条", scores=(1.0, 0.99))
    apart = asked(held, "样例仓库登记", "第一条", "第二条", scores=(1.0, 0.8))
    assert close[:1] == apart == [ARTICLES[0][4:]]
    assert len(close) > 1


@pytest.mark.parametrize(
    ("lines", "at", "needed"),
    [
        (["总则。", "其他。"], 1, [1]),
        (["条件如下：", "（一）甲；", "（二）乙。", "以上适用。"], 0, [0, 1, 2]),
        (["条件如下：", "（一）甲；", "（二）乙。"], 2, [0, 2]),
        (["材料：", "1.表格；", "2．图纸；"], 2, [0, 2]),
        (["材料：", "①表格；", "②图纸；"], 1, [0, 1]),
        (["没有开头的话。", "（一）甲；"], 1, [1]),
        (["（一）甲；", "（二）乙。"], 1, [1]),
        (["1.5倍以上的罚款。"], 0, [0]),
        (["| 表头 |", "| 一 |", "| 二 |"], 2, [0, 2]),
        (["| 表头 |", "| 一 |"], 0, [0]),
        (["正文。", "| 表头 |", "| 一 |"], 2, [1, 2]),
        (["问：甲？", "答：乙。", "问：丙？"], 0, [0, 1]),
        (["问：甲？", "答：乙。", "再者丙。"], 2, [0, 1, 2]),
    ],
)
def test_the_lines_a_line_is_understood_with(lines: list[str], at: int, needed: list[int]) -> None:
    assert understood_with(lines, at) == needed


def test_paragraphs_are_the_lines_without_blanks() -> None:
    text = "\n　第一款。 \n\n  第二款。\n \n"
    assert [text[start:end] for start, end in paragraphs(text)] == ["第一款。", "第二款。"]


def test_one_endless_line_is_cut_in_linear_time(held: tuple[KnowledgeBase, Document]) -> None:
    """A text that lost its line breaks is one paragraph of millions of characters."""
    text = "（" * 400_000 + "1" * 400_000 + "样例。" * 400_000
    assert paragraphs(text) == [(0, len(text))]
    cut = extracting._cut(text, (0, len(text)))
    assert cut[-1][1] == len(text)
    assert len(cut) > len(text) // PARAGRAPH_MOST


@pytest.mark.parametrize(
    ("question", "first", "why"),
    [
        (
            "已注册的医疗器械要变更，手续怎么办",
            "办事指南",
            "a rule on doctors does not stand in for a guide on devices",
        ),
        ("已注册的医师要变更，手续怎么办", "医师法", "no sector is asked about: a rule goes before a guide"),
    ],
)
def test_a_ground_of_another_sector_does_not_go_before_the_best_text(question: str, first: str, why: str) -> None:
    def finding(title: str, text: str, kind: Kind, score: float, share: float) -> Finding:
        passage = Passage(
            address=f"{title}@2020-07-01/第一条", document_id=f"{title}@2020-07-01", title=title, label=title,
            article="第一条", path=(), text=text, kind=kind, force=Force.IN_FORCE, effective_on=None, repealed_on=None,
            score=score, found_by=("dense",),
        )  # fmt: skip
        return Finding(passage, 0.9, share, 0, 0.9, {})

    guide = finding("样例医疗器械变更办事指南", "变更注册先批后改。", Kind.GUIDE, 1.6, 0.79)
    law = finding("样例医师法", "变更注册事项的，应当办理变更手续。", Kind.LAW, 1.1, 0.65)
    evidence = Evidence(question, {}, (guide, law), (), ())
    assert extracting._provisions(evidence)[0].passage.title.endswith(first), why
