"""The context of a question: what a found passage needs stands beside it, verbatim, once, and within the budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from factories import document

from assistant.reading.context import Context, assemble
from assistant.reading.surroundings import COMPANION_MOST, cut
from ingest.structure.text import structure
from kb import lookup
from kb.address import split
from kb.model import Passage
from kb.registry import Registry, open_registry
from kb.settings import Settings

DAY = date(2026, 11, 21)
LONG = "饲养人应当按照要求填写饲养记录，并保存至饲养结束后三年。" * 30
CRANES = f"""样例鹤类管理条例
第一章 总则
第一条 本条例所称鹤园，是指饲养白鹤并且向公众开放的固定场所。
第二条 前条规定的场所应当自开放之日起三十日内向所在地的主管部门登记。
第三条 本条例所称鹤证，是指主管部门颁发的准许饲养白鹤的凭证。
第二章 饲养
第四条 申请鹤证应当具备下列条件：
（一）有鹤园；
（二）有饲养人员。
申请人应当提交材料，并对材料的真实性负责。
第五条 违反本条例第四条规定的，处一万元罚款，并由主管部门责令限期改正。
第六条 {LONG}
办理登记，按照下列顺序：
（一）提交申请；
（二）领取凭证。
第七条 免费。
第八条 {LONG.replace("饲养", "展出")}
第三章 附则
第九条 本条例自2020年7月1日起施行，此前的规定同时废止，不再执行。
"""
HERONS = """样例鹭类规定
第一条 饲养白鹭应当登记，并按照规定的格式逐日填写饲养的记录。
第二条 白鹭不得与其他的鸟类混养，但是主管部门另有规定的除外。
"""
OWLS = HERONS.replace("鹭类", "鸮类").replace("饲养白鹭", "饲养鸮类")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    put(made, "样例鹤类管理条例", CRANES)
    put(made, "样例鹭类规定", HERONS)
    put(made, "样例鸮类规定", OWLS)
    yield made
    made.close()


def put(registry: Registry, title: str, text: str, version: str = "2020-07-01", **fields: Any) -> None:
    made = document(title, version=version, **fields)
    registry.write(
        made, text, f"{title}{version}", 1, provisions=structure(text), chunks=[], relations=[], repairs=[], notes=[],
        original=None,
    )  # fmt: skip


def shown(registry: Registry, *addresses: str) -> list[Passage]:
    places = [lookup.locate(registry, address, DAY) for address in addresses]
    return [lookup.passage(registry, d, p, DAY, score=1.0, found_by=("dense",)) for d, p in places]


def made(registry: Registry, addresses: Sequence[str], budget: int = 4000, question: str = "", **more: Any) -> Context:
    return assemble(registry, shown(registry, *addresses), DAY, budget=budget, question=question, **more)


def blocks(context: Context) -> list[tuple[str, str]]:
    """`(role, place)` of each block."""
    return [(b.role, b.label.removeprefix("《样例鹤类管理条例》")) for b in context.blocks]


@pytest.mark.parametrize(
    ("addresses", "expected", "why"),
    [
        (
            ["第四条/第一款/第（二）项"],
            [("found", "第四条"), ("definition", "第一条"), ("definition", "第三条")],
            "an item of a short article is read in it, with the terms it uses",
        ),
        (
            ["第六条/第二款/第（一）项"],
            [("parent", "第六条"), ("found", "第六条第二款")],
            "of a long article its paragraph, behind the words the article opens with",
        ),
        (["第二条"], [("found", "第二条"), ("neighbour", "第一条")], "前条 is the one before"),
        (
            ["第七条"],
            [("found", "第七条"), ("neighbour", "第六条"), ("neighbour", "第八条")],
            "a very short one stands with its neighbours",
        ),
        (["第五条"], [("found", "第五条"), ("referred", "第四条")], "what it refers to, one hop, is brought along"),
        (
            ["第四条/第一款/第（一）项", "第四条"],
            [("found", "第四条"), ("definition", "第一条"), ("definition", "第三条")],
            "an item and its article are one block",
        ),
        (
            ["第五条", "第四条"],
            [("found", "第五条"), ("found", "第四条"), ("definition", "第一条"), ("definition", "第三条")],
            "what was found is not brought along again",
        ),
    ],
)
def test_what_a_passage_needs_stands_beside_it(
    registry: Registry, addresses: list[str], expected: list[tuple[str, str]], why: str
) -> None:
    context = made(registry, [f"样例鹤类管理条例/{address}" for address in addresses])
    assert blocks(context) == expected, why
    assert max(len(block.text) for block in context.blocks if block.role != "found") <= COMPANION_MOST


def test_the_same_words_of_two_texts_stand_once(registry: Registry) -> None:
    context = made(registry, ["样例鹭类规定/第二条", "样例鸮类规定/第二条"])
    assert [block.label for block in context.blocks] == ["《样例鹭类规定》第二条"]
    assert context.left_out == 0, "its words are shown"


@pytest.mark.parametrize("budget", [0, 30, 120, 400, 1500, 20000])
def test_every_block_is_verbatim_and_all_fit(registry: Registry, budget: int) -> None:
    """The budget is a promise to a model's window, and a block that is no slice could not be cited."""
    every = [f"样例鹤类管理条例/第{n}条" for n in "一二三四五六七八九"] + ["样例鹭类规定/第一条", "样例鹭类规定/第二条"]
    context = made(registry, every, budget, "饲养记录保存几年")
    assert context == made(registry, every, budget, "饲养记录保存几年"), "the same twice"
    assert context.characters == sum(len(block.text) for block in context.blocks) <= budget
    spans: dict[str, list[tuple[int, int]]] = {}
    for block in context.blocks:
        document_id, path = split(block.address)
        reading = registry.reading(document_id)
        first, last = lookup.words(reading, reading.provisions[path])
        start = reading.text.index(block.text, first, last)
        spans.setdefault(document_id, []).append((start, start + len(block.text)))
    for places in spans.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(places))), "no words twice"
    assert all(block.text for block in context.blocks)
    assert (context.left_out == 0) == (budget >= 1500)


def test_laws_take_turns(registry: Registry) -> None:
    """One law with many hits must not push out the only hit of another."""
    crowd = [f"样例鹤类管理条例/第{n}条" for n in "四一三二五九"]
    context = made(registry, [*crowd, "样例鹭类规定/第一条"], 140)
    assert {block.title for block in context.blocks if block.role == "found"} == {"样例鹤类管理条例", "样例鹭类规定"}
    assert context.left_out > 0


@pytest.mark.parametrize(
    ("question", "chosen", "both"),
    [
        ("怎样申请鹤证", (), False),
        ("样例鹤类管理条例（2024年修订）第四条改了什么", (), True),
        ("鹤证的条件新旧版本有什么不同", (), True),
        ("怎样申请鹤证", ("样例鹤类管理条例@2020-07-01", "样例鹤类管理条例@2024-01-01"), True),
    ],
)
def test_two_versions_stand_together_only_when_asked(
    registry: Registry, question: str, chosen: tuple[str, ...], both: bool
) -> None:
    """Two wordings of one article side by side are a trap, unless they are what the question is about."""
    put(registry, "样例鹤类管理条例", CRANES.replace("有饲养人员", "有两名饲养人员"), "2024-01-01")
    places = [f"样例鹤类管理条例@{version}/第四条" for version in ("2024-01-01", "2020-07-01")]
    context = made(registry, places, question=question, chosen=chosen)
    versions = {split(block.address)[0] for block in context.blocks if block.role == "found"}
    assert len(versions) == (2 if both else 1)
    assert context.left_out == (0 if both else 1)


@pytest.mark.parametrize(
    ("text", "most", "question", "words", "why"),
    [
        ("甲应当登记。乙应当备案。", 100, "", "甲应当登记。乙应当备案。", "it fits"),
        ("甲应当登记。乙应当备案。丙应当报告。", 7, "乙要备案吗", "乙应当备案。", "the sentence that is asked about"),
        ("甲应当登记。乙应当备案。丙应当报告。", 12, "丙报告什么", "乙应当备案。丙应当报告。", "and the one before it"),
        ("甲应当登记，并按照要求备案，还应当报告。", 15, "", "甲应当登记，并按照要求备案，", "at a comma"),
        ("甲乙丙丁戊己庚辛壬癸", 4, "", "甲乙丙丁", "no sign at all"),
    ],
)
def test_a_long_text_is_cut_between_sentences(text: str, most: int, question: str, words: str, why: str) -> None:
    start, end = cut(text, most, question)
    assert text[start:end] == words, why
