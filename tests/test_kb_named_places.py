"""Places that a question names outright: which text, which edition, which number, and nothing that only looks alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from small_library import LAW, empty_library, put

from kb.knowledge import KnowledgeBase
from kb.lexicon import Lexicon
from kb.named_places import named_place, named_places
from kb.references import Reference

DAY = date(2026, 11, 21)
STAFF = "titles: {样药法: 样例药品管理法}"


def articles(last: int, words: str) -> str:
    numerals = [*"一二三四五六七八九", "十", "十一", "十二"]
    return "\n".join(f"第{numeral}条 {words}之{numeral}。" for numeral in numerals[:last])


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    home: Path = tmp_path_factory.mktemp("named")
    made = empty_library(home)
    law = {**LAW, "instrument": "样例药品管理法"}
    put(made, "中华人民共和国样例药品管理法", articles(3, "旧法"), version="2015-04-24", **law)
    put(
        made,
        "中华人民共和国样例药品管理法",
        articles(12, "新法") + "\n第十二条之一 新法。",
        version="2019-08-26",
        **law,
    )
    put(made, "样例药品管理法实施条例", articles(5, "条例"))
    put(made, "样例器械监督管理条例", articles(10, "器械"))
    yield made
    made.close()


def named(knowledge: KnowledgeBase, question: str, day: date = DAY, documents: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{place.document.instrument}@{place.document.version[:4]}/{'/'.join(place.provision.path)}"
        for place in named_places(knowledge, question, day, documents)
    ]


NEW = "样例药品管理法@2019"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("样例药品管理法第三条", [f"{NEW}/第三条"]),
        ("《中华人民共和国样例药品管理法》第三条怎么规定", [f"{NEW}/第三条"]),
        ("请问样例药品管理法第3条说的是什么", [f"{NEW}/第三条"]),
        ("样例药品管理法 第 三 条", [f"{NEW}/第三条"]),
        ("样例药品管理法3条", [f"{NEW}/第三条"]),
        ("样例药品管理法的第十二条之一", [f"{NEW}/第十二条之一"]),
        # The law is not the regulation under it, and the other way round.
        ("样例药品管理法实施条例第三条", ["样例药品管理法实施条例@2020/第三条"]),
        # Several at once, in the question's order; each once.
        ("样例器械监督管理条例第二条和样例药品管理法第一条", ["样例器械监督管理条例@2020/第二条", f"{NEW}/第一条"]),
        ("样例药品管理法第一条、第二条", [f"{NEW}/第一条", f"{NEW}/第二条"]),
        ("样例药品管理法第一条与《样例药品管理法》第一条", [f"{NEW}/第一条"]),
        # The title apart from its number.
        ("样例药品管理法里面讲储存的是第几条，是第五条吗", [f"{NEW}/第五条"]),
    ],
)
def test_a_place_is_found_as_people_write_it(knowledge: KnowledgeBase, question: str, expected: list[str]) -> None:
    assert named(knowledge, question) == expected


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("样例药品管理法第九十九条", "no such article"),
        ("样例药品管理法第三条之一", "之一 is another article"),
        ("美国样例药品管理法第三条", "another country's law"),
        ("某某样例药品管理法第三条", "part of a longer name"),
        ("第三条怎么规定", "no title at all"),
        ("样例药品管理法", "no place in it"),
        ("样例药品新增了3条记录", "a number of things"),
        ("", "nothing"),
        ("🎉第三条🎉", "nobody's article"),
    ],
)
def test_what_only_looks_like_a_place_is_none(knowledge: KnowledgeBase, question: str, why: str) -> None:
    assert named(knowledge, question) == [], why


@pytest.mark.parametrize(
    ("question", "day", "expected"),
    [
        ("样例药品管理法第三条", date(2018, 1, 1), "样例药品管理法@2015/第三条"),
        ("样例药品管理法第三条", date(2019, 8, 26), f"{NEW}/第三条"),
        ("样例药品管理法（2015年修正）第三条", DAY, "样例药品管理法@2015/第三条"),
        ("样例药品管理法（2019年修订）第三条", date(2018, 1, 1), f"{NEW}/第三条"),
    ],
)
def test_the_edition_is_the_one_named_else_the_one_of_the_day(
    knowledge: KnowledgeBase, question: str, day: date, expected: str
) -> None:
    assert named(knowledge, question, day) == [expected]


def test_an_edition_that_is_not_held_is_not_replaced_by_another(knowledge: KnowledgeBase) -> None:
    """The words of 2019 under the name of 2001 would be a false citation."""
    assert named(knowledge, "样例药品管理法（2001年修订）第三条") == []


def test_only_among_the_documents_that_were_chosen(knowledge: KnowledgeBase) -> None:
    question = "样例药品管理法第三条"
    assert named(knowledge, question, documents=("样例药品管理法@2015-04-24",)) == ["样例药品管理法@2015/第三条"]
    assert named(knowledge, question, documents=("样例器械监督管理条例@2020-07-01",)) == []


def test_a_spoken_name_of_the_lexicon_names_the_law(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Staff write down what people call a law; from then on its articles are found by it."""
    assert named(knowledge, "样药法第三条") == []
    kept = knowledge.lexicon
    (tmp_path / "lexicon.yaml").write_text(STAFF, encoding="utf-8")
    knowledge.lexicon = Lexicon.load(tmp_path / "lexicon.yaml")
    try:
        assert named(knowledge, "样药法第三条") == [f"{NEW}/第三条"]
    finally:
        knowledge.lexicon = kept


def test_a_withdrawn_text_is_named_no_more(tmp_path: Path) -> None:
    knowledge = empty_library(tmp_path)
    held = put(knowledge, "样例器械监督管理条例", articles(3, "器械"))
    knowledge.withdraw(held.id)
    assert named(knowledge, "样例器械监督管理条例第二条") == []
    knowledge.close()


def test_a_reference_to_a_whole_document_or_without_a_title_names_no_place(knowledge: KnowledgeBase) -> None:
    """What the reader of citations may hand over: neither is a provision."""
    untitled = Reference("第三条", 0, 3, None, ("第三条",))
    whole = Reference("样例药品管理法", 0, 7, "样例药品管理法", ())
    assert named_place(knowledge, untitled, DAY) is None
    assert named_place(knowledge, whole, DAY) is None
