"""What a question takes for granted and is not so is said first; what is so is never corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import chunk, document, provision
from small_library import LAW, empty_library, put, stored

from assistant.answer_model import Question
from assistant.question.asked_day import understood
from assistant.question.claimed_figures import figures
from assistant.question.known_errors import load_known_errors
from assistant.question.premises import premises, put_right
from kb.catalogue import load_catalogue
from kb.errors import BadInput
from kb.knowledge import KnowledgeBase
from kb.model import Relation

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 21)
CATALOGUE = load_catalogue(DATA / "catalogue.yaml")
KNOWN = load_known_errors(DATA / "premises.yaml")
DRUG = (
    "第一条 为了样例药品的管理，制定本法。\n"
    "第二条 持有人可以自行生产样例药品，也可以委托生产企业生产；委托生产的，应当签订协议。\n"
    "第三条 生产销售假药的，并处货值金额十五倍以上三十倍以下的罚款。\n"
    "第四条 生产销售劣药的，并处货值金额十倍以上二十倍以下的罚款。\n"
    "第五条 持有人应当建立健全样例药品的追溯制度。"
)
MARK = "第一条 注册商标的有效期为十年，自核准注册之日起计算。\n第二条 商标使用人应当对商品质量负责。"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    made = empty_library(Path(tmp_path_factory.mktemp("premises")))
    put(made, "药品管理法", DRUG, **LAW, version="2019-12-01")
    put(made, "商标法", MARK, **LAW, version="2019-11-01")
    put(made, "疫苗管理法", "第一条 为了样例疫苗的管理，制定本法。", **LAW, version="2019-12-01")
    put(made, "劳动合同法", "第一条 为了样例劳动合同，制定本法。", **LAW, version="2008-01-01")
    put(made, "化妆品监督管理条例", "第一条 特殊化妆品经注册后方可生产。", version="2021-01-01")
    code = "第一条 合同受法律保护。\n第二条 本法自2021年1月1日起施行。《样例合同法》同时废止。"
    places = [provision(line.split()[0], text=line, within=code) for line in code.splitlines()]
    held = document("民法典", **LAW, version="2021-01-01")
    chunks = [chunk(*p.path, text=code[p.body : p.end], title=held.title, start=p.body) for p in places]
    ends = Relation(kind="repeals", path=("第二条",), title="样例合同法", evidence="《样例合同法》同时废止")
    made.replace(held, code, places, chunks, [ends], [], [], None)
    yield made
    made.close()


def told(library: KnowledgeBase, words: str, as_of: date | None = None) -> tuple[str, ...]:
    asked = understood(Question(question=words, as_of=as_of), TODAY)
    return premises(library, asked, today=TODAY, catalogue=CATALOGUE, known=KNOWN)


@pytest.mark.parametrize(
    ("words", "facts", "why"),
    [
        ("按化妆品卫生监督条例，化妆品怎么审批", ("2021年1月1日", "化妆品监督管理条例"), "repealed, by the catalogue"),
        ("样例合同法规定合同怎么成立", ("2021年1月1日", "民法典"), "repealed, by a clause of a text held"),
        ("药品注册管理办法局令28号规定再注册要提前多久", ("2020年7月1日", "第27号"), "an old edition by its number"),
        ("医疗器械注册管理办法（4号令）对延续怎么规定", ("医疗器械注册与备案管理办法",), "an old edition by its title"),
        ("医疗器械监督管理条例680号令里经营要备案吗", ("2021年6月1日",), "an old edition, number behind the title"),
        ("药品管理法第一条规定的委托生产怎么说", ("第二条",), "what is named stands elsewhere"),
        ("药品管理法第二百条怎么规定", ("一共5条", "没有第二百条"), "no such article"),
        ("药品法第二条怎么规定", ("没有查到名为《药品法》", "《药品管理法》"), "a name cut short"),
        ("《生物医药法》对细胞治疗怎么规定", ("没有查到名为《生物医药法》",), "no such law"),
        ("2035年的药品管理法怎么规定委托生产", ("2035年12月31日还没有到",), "a day to come"),
        ("2015年的疫苗管理法怎么规定批签发", ("2019年12月1日",), "before there was the law"),
        ("听说生产销售假药罚款是货值的5倍，对吗", ("第三条", "十五倍以上三十倍以下"), "a figure stated otherwise"),
        ("注册商标的有效期不是二十年吗", ("第一条", "十年"), "a figure stated otherwise"),
        ("药品GMP认证怎么申请", ("2019年12月1日", "取消"), "a procedure that was abolished"),
        ("国家食药监总局管不管疫苗批签发", ("国家药品监督管理局",), "an office that was merged"),
        ("非特殊用途化妆品要备案吗", ("普通化妆品",), "a term that was replaced"),
    ],
)
def test_what_is_not_so_is_said_with_what_is_right(
    library: KnowledgeBase, words: str, facts: tuple[str, ...], why: str
) -> None:
    said = told(library, words)
    assert all(any(fact in sentence for sentence in said) for fact in facts), (why, said)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("药品管理法第二条规定的委托生产怎么说", "the number is right"),
        ("药品管理法第五条怎么规定", "the last article exists"),
        ("化妆品卫生监督条例什么时候废止的", "the force itself is asked"),
        ("化妆品卫生监督条例还有效吗", "the force itself is asked"),
        ("劳动合同法第一条", "样例合同法 and 合同法 are other laws than the one that ends like them"),
        ("药品官理法第二条", "a slip of the pen is mended by the search, which says so"),
        ("麻烦帮我看下劳动合同法第一条", "chatter before a title"),
        ("美国药品法第二条", "another country's law"),
        ("听说生产销售假药罚款是货值的二十倍，对吗", "within the range"),
        ("听说生产销售假药罚货值十五倍以上三十倍以下，对吗", "the very range"),
        ("听说销售劣药罚货值十倍，对吗", "another provision's figure is not his"),
        ("注册商标的有效期是十年吗", "the figure is right"),
        ("生产假药罚5倍够不够", "nothing is taken for granted as heard"),
        ("不按药品生产质量管理规范生产怎么罚", "the rule itself stands, its certification does not"),
        ("国家药监局管什么", "the office of today"),
        ("疫苗管理法第一条说什么", "no day is named"),
        ("什么时候有的GMP认证，现在取消了吗，还有效吗", "who asks whether it still stands"),
        ("医疗器械GMP认证怎么申请", "the GMP of devices is another matter"),
        ("兽药GMP认证怎么申请", "and so is that of veterinary medicines"),
    ],
)
def test_what_is_so_is_not_corrected(library: KnowledgeBase, words: str, why: str) -> None:
    assert told(library, words) == (), why


@pytest.mark.parametrize(
    ("words", "sought", "why"),
    [
        ("按化妆品卫生监督条例，怎么审批", "按化妆品监督管理条例，怎么审批", "the answer is by the new one"),
        ("药品注册管理办法局令28号规定再注册要提前多久", "药品注册管理办法规定再注册要提前多久", "nor by the number"),
        ("《样例合同法》规定合同怎么成立", "民法典规定合同怎么成立", "by a clause"),
        (
            "化妆品卫生监督条例第三条",
            "化妆品卫生监督条例第三条",
            "an article of the old rule is another one in the new",
        ),
        ("药品管理法规定谁建立追溯制度", "药品管理法规定谁建立追溯制度", "nothing has ended"),
        (
            "药品管理法第一条规定的委托生产怎么说",
            "药品管理法第二条和第一条规定的委托生产怎么说",
            "both articles, the right one first",
        ),
        ("药品管理法第二条规定的委托生产怎么说", "药品管理法第二条规定的委托生产怎么说", "the article is right"),
        ("藥品管理法第五條", "藥品管理法第五條", "it is the search that tells of characters it mends"),
    ],
)
def test_what_is_searched_is_the_rule_of_today(library: KnowledgeBase, words: str, sought: str, why: str) -> None:
    asked = understood(Question(question=words), TODAY)
    right = put_right(library, asked, catalogue=CATALOGUE, known=KNOWN)
    assert (right.question, right.sought) == (words, sought), why


def test_a_rule_is_not_called_ended_on_a_day_when_it_stood(library: KnowledgeBase) -> None:
    assert told(library, "按化妆品卫生监督条例，化妆品怎么审批", date(2020, 6, 1)) == ()
    assert told(library, "药品GMP认证怎么申请", date(2018, 6, 1)) == ()


def test_a_day_that_was_chosen_is_no_premise(library: KnowledgeBase) -> None:
    # Who sets the date beside the question knows that it is to come; the note says what that means.
    assert told(library, "药品管理法怎么规定委托生产", date(2035, 1, 1)) == ()


def test_a_missing_number_within_a_law_is_not_said_not_to_exist(tmp_path: Path) -> None:
    # An article may be lost from a damaged text: only what lies behind the last one is known not to exist.
    made = empty_library(tmp_path)
    text = "第一条 甲。\n第三条 丙。"
    places = [provision(line.split()[0], text=line, within=text) for line in text.splitlines()]
    stored(made, text, places, places, document("样例法", **LAW))
    assert told(made, "样例法第二条") == ()
    assert told(made, "样例法第九条") == ()
    made.close()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("十五倍以上三十倍以下", [(15, 30, "倍")]),
        ("六十个工作日，另加30天", [(60, 60, "工作日"), (30, 30, "日")]),
        ("2019年生产的，罚5万元", [(5, 5, "万元")]),
        ("没有数字", []),
    ],
)
def test_figures_as_they_are_written(words: str, found: list[tuple[int, int, str]]) -> None:
    assert [figure[:3] for figure in figures(words)] == found


def test_every_entry_of_the_table_has_its_source_and_a_day() -> None:
    assert all(one.source for part in KNOWN for one in part)
    assert all(one.since or one.year for one in KNOWN.names)


def test_a_broken_table_is_refused_with_the_entry_named(tmp_path: Path) -> None:
    path = tmp_path / "premises.yaml"
    path.write_text("names:\n  - {id: nameless, said: [], now: 无, source: 自编}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="nameless"):
        load_known_errors(path)


@pytest.mark.parametrize("words", ["法" * 2000, "规定的" * 600, "听说" + "十" * 1900, "《" * 2000])
def test_a_long_question_is_read_at_once(library: KnowledgeBase, words: str) -> None:
    assert isinstance(told(library, words), tuple)
