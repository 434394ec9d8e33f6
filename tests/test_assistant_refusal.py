"""A refusal says what was searched, what came closest, who would know and how to go on, and never more than is so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from small_library import LAW, empty_library, put

from assistant.answer_model import Answer
from assistant.extracts import refusal
from assistant.extracts.authorities import in_charge, load_authorities
from assistant.extracts.evidence import gather
from kb.catalogue import load_catalogue
from kb.errors import BadInput
from kb.knowledge import KnowledgeBase
from kb.search import Filters

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 21)
AUTHORITIES = load_authorities(DATA / "authorities.yaml")
CATALOGUE = load_catalogue(DATA / "catalogue.yaml")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    made = empty_library(Path(tmp_path_factory.mktemp("refusal")))
    put(made, "样例药品管理法", "第一条 持有人应当报告不良反应。\n第二条 标签应当注明有效期。", **LAW)
    put(made, "样例器械条例", "第一条 器械的说明书应当真实。", **LAW)
    put(made, "样例未来法", "第一条 尚未施行的规定。", **LAW, version="2030-01-01")
    yield made
    made.close()


def refused(library: KnowledgeBase, question: str, *chosen: str, corrected: bool = False) -> Answer:
    evidence = gather(library, question, as_of=TODAY, filters=Filters(documents=chosen))
    ask = refusal.unknown_place if evidence.missing else refusal.nothing_found
    return ask(refusal.Refusing(library, evidence, TODAY, CATALOGUE, AUTHORITIES, chosen, corrected))


def test_it_says_the_day_the_number_of_texts_in_force_and_the_words(library: KnowledgeBase) -> None:
    """A text that is not in force on the day was not searched and is not counted."""
    made = refused(library, "脑机接口产品的审评收费标准")
    assert "已按2026年11月21日的有效文本检索 2 部文件" in made.text
    assert "查找的词：" in made.text
    assert "接口" in made.text
    assert made.outcome == "refused"
    assert made.citations == ()


def test_of_chosen_documents_it_says_how_many_were_searched(library: KnowledgeBase) -> None:
    held = sorted(library.registry.held())
    made = refused(library, "审评收费标准", held[0], "没有这部@2020-01-01")
    assert "所选的 1 部文件" in made.text
    assert "另有 1 部不在本库或没有发布" in made.text


def test_a_law_that_is_not_held_is_never_answered_from_another(library: KnowledgeBase) -> None:
    made = refused(library, "《样例化妆品条例》第三条是什么")
    assert "没有收录《样例化妆品条例》" in made.text
    assert made.citations == ()
    assert "检索了 2 部文件" in made.text


def test_an_edition_that_is_not_held_is_named_as_it_is_called(library: KnowledgeBase) -> None:
    """（2017年版的） was printed with the 的 that only the question needs."""
    made = refused(library, "样例药品管理法2017年版的第一条是什么")
    assert "本库没有《样例药品管理法》（2017年版）的文本" in made.text


def test_behind_a_correction_it_speaks_of_the_rest_alone(library: KnowledgeBase) -> None:
    made = refused(library, "脑机接口产品的审评收费标准", corrected=True)
    assert made.text.startswith("除上面的说明外，按2026年11月21日的有效文本检索 2 部文件")
    assert "知识库没有依据" not in made.text


def test_a_person_is_always_a_way_on(library: KnowledgeBase) -> None:
    for question in ("明天广州天气", "《样例化妆品条例》第三条是什么"):
        assert any("转人工" in step for step in refused(library, question).next_steps)


@pytest.mark.parametrize(
    ("question", "office", "why"),
    [
        ("新药IND审评现在排队多久", "药品审评中心（CDE）", "review of drugs"),
        ("三类器械审评要补什么", "医疗器械技术审评中心（CMDE）", "the same word for a device is another office"),
        ("二类器械注册收多少钱", "省、自治区、直辖市药品监督管理部门", "class II is the province's"),
        ("第一类医疗器械备案窗口在哪", "设区的市级", "class I is the city's"),
        ("药品注册检验的标准物质找谁买", "中国食品药品检定研究院", "testing"),
        ("药品说明书字体多大", "国家药品监督管理局", "no special matter: the general one"),
        ("特殊化妆品注册要交多少钱", "国家药品监督管理局", "special cosmetics are national"),
        ("营业执照丢了怎么补", "市场监督管理部门", "a company's matter"),
        ("研发费用加计扣除比例", "税务机关", "tax"),
        ("药品广告审批收费吗", "广告审查机关", "an approval, not the supervision of markets"),
    ],
)
def test_who_would_know(question: str, office: str, why: str) -> None:
    found = in_charge(question, AUTHORITIES)
    assert found, why
    assert office in found[0].who, why
    assert "《" in found[0].advice  # the provision it rests on


@pytest.mark.parametrize("question", ["明天广州天气", "帮我写首诗", "什么时候放假"])
def test_nobody_is_named_for_what_no_office_of_ours_decides(question: str) -> None:
    assert in_charge(question, AUTHORITIES) == ()


def test_the_general_office_is_named_only_where_no_other_is() -> None:
    assert [one.id for one in in_charge("药品再注册去哪交", AUTHORITIES)] == ["drug-province"]


def test_a_broken_entry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "authorities.yaml"
    path.write_text("authorities:\n  - id: nobody\n    who: 某局\n", encoding="utf-8")
    with pytest.raises(BadInput, match="nobody"):
        load_authorities(path)
