"""The story of one answer, end to end over a small library: what comes first, what is said once, what is not said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from small_library import LAW, empty_library, put

from assistant.answer import Content, WorkedOut, work_out
from assistant.answer_model import Answer, Question
from assistant.question.known_errors import load_known_errors
from kb.knowledge import KnowledgeBase

TODAY = date(2026, 11, 21)
CONTENT = Content(known=load_known_errors(Path(__file__).parents[1] / "data" / "premises.yaml"))
OLD = "第一条 为了样例商标的管理，制定本法。\n第二条 样例商标的续展每次为十年。\n第三条 本法自2014年5月1日起施行。"
NEW = "第一条 为了样例商标的管理，制定本法。\n第二条 样例商标的续展每次为二十年。\n第三条 本法自2019年11月1日起施行。"
DRUG = (
    "第一条 为了样例药品的管理，制定本法。\n"
    "第二条 持有人可以委托生产企业生产样例药品；委托生产的，应当签订协议。\n"
    "第三条 持有人应当建立样例药品的追溯制度，并遵守第二条的规定。\n"
    "第四条 持有人违反第二条规定的，处一万元罚款。"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    made = empty_library(Path(tmp_path_factory.mktemp("answer")))
    put(made, "样例商标法", OLD, **LAW, version="2013-08-30", effective_on=date(2014, 5, 1))
    put(made, "样例商标法", NEW, **LAW, version="2019-04-23", effective_on=date(2019, 11, 1))
    put(made, "样例药品管理法", DRUG, **LAW, version="2019-12-01")
    yield made
    made.close()


def worked(library: KnowledgeBase, words: str) -> WorkedOut:
    return work_out(library, Question(question=words), today=TODAY, content=CONTENT)


def answered(library: KnowledgeBase, words: str) -> Answer:
    return worked(library, words).answer


def test_what_stands_beside_the_words_is_made_after_them(library: KnowledgeBase) -> None:
    """A model is asked with the quotes alone: what to ask next and what is referred to are not worked out before its
    first sentence, nor twice."""
    made = worked(library, "样例药品管理法第三条怎么规定")
    assert made.begun.citations
    assert (made.begun.suggestions, made.begun.cross_references) == ((), ())
    assert made.answer.suggestions
    assert made.answer.cross_references
    assert made.answer is made.answer
    beside = {"suggestions", "cross_references", "next_steps", "items", "notes", "seconds"}
    assert made.answer.model_dump(exclude=beside) == made.begun.model_dump(exclude=beside)
    assert set(made.answer.seconds) == {"retrieve", "compose"}


def test_behind_a_correction_it_is_not_said_that_there_is_no_ground(library: KnowledgeBase) -> None:
    """GMP认证还要办吗 is answered by the correction; what was searched is told all the same."""
    made = answered(library, "GMP认证还要办吗")
    assert made.outcome == "refused"
    assert "已经取消" in made.premises[0]
    assert "知识库没有依据" not in made.text
    assert "除上面的说明外，按2026年11月21日的有效文本检索" in made.text


def test_a_day_to_come_is_told_once_and_corrects_nothing(library: KnowledgeBase) -> None:
    made = answered(library, "按2028年1月1日的规定，火星移民怎么办")
    assert made.text.count("还没有到") == 1
    assert not [note for note in made.notes if "还没有到" in note]
    assert "知识库没有依据" in made.text


def test_an_article_that_does_not_exist_is_refused_in_a_whole_sentence(library: KnowledgeBase) -> None:
    made = answered(library, "样例药品管理法第九十九条怎么规定")
    assert "一共4条，没有第九十九条" in made.premises[0]
    assert "没有所引的这一条，不能据其他条文代答，请核对条号。" in made.text
    assert made.text.count("第九十九条") == 1


def test_the_right_article_is_quoted_before_the_one_that_was_named(library: KnowledgeBase) -> None:
    made = answered(library, "样例药品管理法第一条规定的委托生产有什么要求")
    assert "“委托生产”见第二条" in made.premises[0]
    assert [citation.article for citation in made.citations] == ["第二条", "第一条"]


def test_whole_editions_are_told_apart_by_their_versions_and_no_table(library: KnowledgeBase) -> None:
    """A table of two editions was led by the article on the day of effect, set beside nothing."""
    made = answered(library, "样例商标法2013年版和新版有什么不同")
    assert made.table is None
    assert "2013-08-30 版" in made.text
    assert "执行的是 2019-04-23 版" in made.text
    assert "regkb compare 样例商标法@2013-08-30 样例商标法@2019-04-23" in made.text
    assert "版本比较" in made.text


def test_of_one_edition_alone_it_is_said_that_nothing_can_be_compared(library: KnowledgeBase) -> None:
    made = answered(library, "样例药品管理法新旧版有什么区别")
    assert made.table is None
    assert "本库只存有其中一版" in made.text


def test_a_matter_of_two_editions_keeps_its_table(library: KnowledgeBase) -> None:
    made = answered(library, "样例商标法第二条新旧版有什么不同")
    assert made.table is not None
    assert [("十年" in row.cells[0].text, "二十年" in row.cells[0].text) for row in made.table.rows] == [
        (True, False), (True, True)
    ]  # fmt: skip
