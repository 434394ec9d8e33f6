"""Slips of the pen are mended, and right words are never touched."""

from __future__ import annotations

import pytest
from plain_questions import PLAIN_QUESTIONS
from suite_texts import laws

from kb.lexicon import Lexicon
from kb.settings import Settings
from kb.spelling import Correction, readings
from kb.understanding import understand

KNOWN = {name: name for name in (*laws(), "医疗器械注册与备案管理办法", "药品注册管理办法", "化妆品监督管理条例")}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(Settings().data / "lexicon.yaml")


@pytest.mark.parametrize(
    ("question", "mended", "why"),
    [
        ("药品管里法第三十二条", "药品管理法第三十二条", "pinyin"),  # in a law's name
        ("医疗器戒注册要多久", "医疗器械注册要多久", "spelling"),  # looks alike
        ("临创试验要备案吗", "临床试验要备案吗", "pinyin"),
        ("化装品备案", "化妆品备案", "pinyin"),  # the dictionary holds 化装品: a listed slip
        ("上市许可持由人的义务", "上市许可持有人的义务", "pinyin"),
        ("药品不良返应多久报告", "药品不良反应多久报告", "pinyin"),
        ("劳动和同法试用期", "劳动合同法试用期", "pinyin"),  # the slip is a word by itself
        ("医疗器械注册与备按管理办法", "医疗器械注册与备案管理办法", "pinyin"),  # in a long title
        ("临床实验要几家机构", "临床试验要几家机构", "pinyin"),
    ],
)
def test_slips_are_mended_and_shown(lexicon: Lexicon, question: str, mended: str, why: str) -> None:
    """What was changed is told, so that the user can say it was meant."""
    understood = understand(question, lexicon, KNOWN)
    assert understood.question == mended
    assert [correction.why for correction in understood.corrections] == [why]
    assert understood.corrections[0].said in question
    assert understood.corrections[0].meant in mended


@pytest.mark.parametrize("question", PLAIN_QUESTIONS)
def test_plain_questions_stay_as_they_are(lexicon: Lexicon, question: str) -> None:
    """A wrong correction changes what is searched, so precision goes before recall."""
    understood = understand(question, lexicon, KNOWN)
    assert understood.corrections == ()
    assert understood.question == question


@pytest.mark.parametrize("title", sorted(KNOWN))
def test_no_name_of_an_instrument_is_touched(lexicon: Lexicon, title: str) -> None:
    """Names a character apart from each other (刑法, 民法) are each right."""
    assert understand(f"请问{title}第三条怎么规定", lexicon, KNOWN).corrections == ()


@pytest.mark.parametrize(
    "question",
    [
        "公司发工资晚了",  # 公司发 is one sound away from 公司法
        "公司罚我五百块",
        "合同发给我了",
        "临床实验室怎么验收",  # holds the listed slip 临床实验
        "山西省药品管理办法",  # another province's text, not 陕西's
        "在注册过程中",  # 在注册 for 再注册
        "设备按规定使用",  # 备按
        "注册正在办理",
    ],
)
def test_words_near_a_term_may_be_meant(lexicon: Lexicon, question: str) -> None:
    """Each is one like character away from a known term and right all the same."""
    known = KNOWN | {"陕西省药品管理办法": "陕西省药品管理办法"}
    assert understand(question, lexicon, known).corrections == ()


def test_two_terms_that_fit_are_no_correction() -> None:
    """Where either may be meant, neither is put in."""
    mended = Correction("检茶机关", "检察机关", "pinyin")
    assert understand("检茶机关", Lexicon(), {"检察机关": "a"}).corrections == (mended,)
    assert understand("检茶机关", Lexicon(), {"检察机关": "a", "检查机关": "b"}).corrections == ()


@pytest.mark.parametrize(
    ("character", "read"), [("管", {"guan"}), ("行", {"xing", "hang", "heng"}), ("绿", {"lv", "lu"})]
)
def test_readings_come_without_tones(character: str, read: set[str]) -> None:
    """Every reading counts: the table of pypinyin is read, and is in the form expected."""
    assert readings(character) == read


def test_an_unknown_character_has_no_reading() -> None:
    assert readings("☃") == frozenset()
