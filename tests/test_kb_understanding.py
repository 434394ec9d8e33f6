"""From a question as it was typed to what is searched."""

from __future__ import annotations

import pytest
from processor_time import processor_seconds

from kb.lexicon import Lexicon
from kb.model import Sector
from kb.settings import Settings
from kb.understanding import understand

KNOWN = {name: name for name in ("药品管理法", "药品管理法实施条例", "著作权法", "医疗器械监督管理条例")}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(Settings().data / "lexicon.yaml")


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("药 品 管 理 法 第 32 条", "药品管理法第32条"),  # blanks inside words, as pages are copied
        ("医疗 器械 注册", "医疗器械 注册"),  # the dictionary joins one blank, the other keeps words apart
        ("药品 医疗器械 再注册", "药品 医疗器械 再注册"),  # keywords
        ("ＭＡＨ的义务？？？", "MAH的义务？"),  # width and repeated punctuation
        ("怎么办？！！", "怎么办？"),
        ("《药品管理法》（2019年）第３２条", "《药品管理法》（2019年）第32条"),  # brackets of titles stay
        ("①和②", "①和②"),  # they number places
        ("药品\u200b注册\r\n要多久", "药品注册 要多久"),
        ("\ud800药品", "药品"),  # half a character, as a broken client sends it
        ("", ""),
        ("   ", ""),
    ],
)
def test_questions_are_put_in_plain_characters(lexicon: Lexicon, typed: str, searched: str) -> None:
    assert understand(typed, lexicon, KNOWN).question == searched


def test_traditional_characters_are_read_and_told(lexicon: Lexicon) -> None:
    understood = understand("醫療器械註冊證有效期多久", lexicon, KNOWN)
    assert understood.question == "医疗器械注册证有效期多久"
    assert [(c.said, c.meant, c.why) for c in understood.corrections] == [
        ("醫療器械", "医疗器械", "traditional"),
        ("註冊證", "注册证", "traditional"),
    ]


@pytest.mark.parametrize("question", ["著作权法的显著例外", "乾隆年间的药", "噁唑烷酮类药物"])
def test_characters_that_simplified_texts_use_too_stay(lexicon: Lexicon, question: str) -> None:
    """显著 is no traditional 顯着, 噁 no 恶."""
    assert understand(question, lexicon, KNOWN).corrections == ()


def test_expansions_lie_in_the_question_that_is_searched(lexicon: Lexicon) -> None:
    """The spans are used on the corrected question, not on what was typed."""
    understood = understand("医 疗 器戒  注册证 快到期", lexicon, KNOWN)
    assert understood.question == "医疗器械 注册证 快到期"
    assert [understood.question[e.start : e.end] for e in understood.expansions] == [
        e.said for e in understood.expansions
    ]
    assert "有效期届满" in {words for e in understood.expansions for words in e.meant}


def test_words_of_a_title_are_not_expanded(lexicon: Lexicon) -> None:
    """药品管理法 holds 药品; 器械条例 is itself a spoken name."""
    assert understand("药品管理法第一条", lexicon, KNOWN).expansions == ()
    known = KNOWN | {"药店管理办法": "药店管理办法"}
    assert understand("药店管理办法第一条", lexicon, known).expansions == ()


@pytest.mark.parametrize(
    ("question", "sectors"),
    [
        ("药品和器械的召回", {Sector.DRUG, Sector.DEVICE}),
        ("药监局管不管牙膏", {Sector.COSMETIC}),  # an authority is no sector
        ("IND报了多久", {Sector.DRUG}),  # by the lexicon
        ("UDI什么时候贴", {Sector.DEVICE}),
        ("农药登记", set()),
        ("劳动合同到期", set()),
    ],
)
def test_sectors_are_those_named(lexicon: Lexicon, question: str, sectors: set[Sector]) -> None:
    assert understand(question, lexicon, KNOWN).sectors == frozenset(sectors)


def test_equal_questions_are_understood_alike(lexicon: Lexicon) -> None:
    """Rankings must not differ between runs."""
    question = "药品和器戒的证快到期了没回复，会罚多少"
    again = Lexicon.load(Settings().data / "lexicon.yaml")
    assert understand(question, lexicon, KNOWN) == understand(question, again, dict(KNOWN))


@pytest.mark.parametrize(
    "unit",
    ["药", "药 ", "借", "和", "？", "第一类、", "化装品", "药品管里法", "a", "要不要，", "醫療", "快到期了"],
)
def test_time_grows_with_length_alone(lexicon: Lexicon, unit: str) -> None:
    """Users paste whole documents into the field."""
    understand(unit * 50, lexicon, KNOWN)
    short, long = ("".join([unit] * (size // len(unit))) for size in (4_000, 32_000))
    few = min(processor_seconds(lambda: understand(short, lexicon, KNOWN)) for _ in range(3))
    many = min(processor_seconds(lambda: understand(long, lexicon, KNOWN)) for _ in range(2))
    assert many < 24 * few + 0.05
