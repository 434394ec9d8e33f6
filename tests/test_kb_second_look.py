"""The second look over a real registry: candidates are read as stored, and a cross-encoder is heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from factories import document
from hypothesis import given
from hypothesis import strategies as st
from small_library import empty_library, entry, put, put_outline

from kb.candidates import Candidate
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.lookup import LONGEST_PASSAGE
from kb.model import Document
from kb.rerank import SPREAD, Asked
from kb.second_look import CROSS, Looked, in_order, judged, nearness, second_look

DAY = date(2026, 11, 21)
RULES = "第一条 样例药品储存应当登记。\n第二条 样例药品可以委托储存。\n第三条 广告应当真实。"


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    made = empty_library(tmp_path)
    yield made
    made.close()


def candidate(held: Document, *path: str, score: float = 0.5, cosine: float = 0.9, part: tuple[int, int] = (0, 9)) -> (
    Candidate
):  # fmt: skip
    return Candidate(held, path, score, cosine, 1.0, part, ("dense",))


def asked(words: str, *terms: str) -> Asked:
    return Asked(words, dict.fromkeys(terms, 1.0), {}, frozenset())


STORAGE = asked("样例药品可以委托储存吗", "样例", "药品", "委托", "储存")


def labels(looked: Sequence[Looked]) -> list[str]:
    return ["/".join(one.provision.path) for one in looked]


def test_candidates_are_put_in_order_by_what_they_say(knowledge: KnowledgeBase) -> None:
    """All as near and as well found as each other: the words decide, and the score tells the order."""
    held = put(knowledge, "样例药品办法", RULES)
    given = [candidate(held, path) for path in ("第三条", "第一条", "第二条")]
    looked = second_look(knowledge.registry, given, STORAGE, DAY)
    assert labels(looked) == ["第二条", "第一条", "第三条"]
    scores = [one.score for one in looked]
    assert scores == sorted(set(scores), reverse=True)
    assert looked[0].text == "样例药品可以委托储存。"
    assert [one.share for one in looked] == sorted((one.share for one in looked), reverse=True)


def test_the_order_of_the_candidates_does_not_matter(knowledge: KnowledgeBase) -> None:
    """Equal words in two texts: only the address can decide, and it must decide the same way every time."""
    both = [put(knowledge, title, "第一条 样例药品储存。") for title in ("样例规则乙", "样例规则甲")]
    given = [candidate(held, "第一条") for held in both]
    ways = [second_look(knowledge.registry, one, STORAGE, DAY) for one in (given, given[::-1])]
    assert [one.address for one in ways[0]] == [one.address for one in ways[1]] == sorted(
        one.address for one in ways[0]
    )  # fmt: skip


@pytest.mark.parametrize(
    "old", [{"amended_on": date(2026, 1, 1)}, {"repealed_on": date(2026, 1, 1)}], ids=["amended", "repealed"]
)
def test_a_text_that_no_longer_stands_gives_way(knowledge: KnowledgeBase, old: dict[str, date]) -> None:
    """On the day before it was the better one by address."""
    stale, fresh = (put(knowledge, title, "第一条 样例药品储存。") for title in ("样例规则1", "样例规则2"))
    given = [candidate(stale.model_copy(update=old), "第一条"), candidate(fresh, "第一条")]
    after = second_look(knowledge.registry, given, STORAGE, DAY)
    before = second_look(knowledge.registry, given, STORAGE, date(2025, 12, 31))
    assert [one.candidate.document.title for one in after] == [fresh.title, stale.title]
    assert [one.candidate.document.title for one in before] == [stale.title, fresh.title]


def test_a_candidate_that_was_replaced_meanwhile_is_left_out(knowledge: KnowledgeBase) -> None:
    held = put(knowledge, "样例药品办法", RULES)
    given = [candidate(held, "第九条"), candidate(held, "第二条")]
    assert labels(second_look(knowledge.registry, given, STORAGE, DAY)) == ["第二条"]


def test_nothing_found_is_nothing_to_read(knowledge: KnowledgeBase) -> None:
    assert second_look(knowledge.registry, [], STORAGE, DAY) == judged(Reversing(), "样例", []) == []


@pytest.mark.parametrize(
    ("score", "cosine"), [(0.0, 0.0), (0.0, -0.3), (1e-9, 1.0)], ids=["no score at all", "far away", "smallest"]
)
def test_odd_scores_of_the_engines_are_read_without_harm(knowledge: KnowledgeBase, score: float, cosine: float) -> None:
    """Shares of the best one are taken: of nothing they must not divide by zero, nor leave the bounds."""
    held = put(knowledge, "样例药品办法", RULES)
    looked = second_look(knowledge.registry, [candidate(held, "第二条", score=score, cosine=cosine)], STORAGE, DAY)
    assert all(-1 <= value <= 1 for value in looked[0].features.values())


def test_a_container_and_its_entry_are_one_finding(knowledge: KnowledgeBase) -> None:
    """The index may hold both; read, they come down to the same place, which the reader sees once."""
    text = "七、条件\n（一）场地150平方米。\n（二）固定人员不少于10人。"
    whole = entry(text, "七", opens="七、", ends="10人。")
    first, second = (
        entry(text, "七", f"（{n}）", opens=f"（{n}）", ends=ends) for n, ends in (("一", "米。"), ("二", "人。"))
    )
    held = put_outline(knowledge, "样例指南", text, [whole, first, second], ["七", "七/（二）"])
    given = [candidate(held, "七"), candidate(held, "七", "（二）", score=0.1)]
    question = asked("固定人员不少于多少人", "固定", "人员")
    assert labels(second_look(knowledge.registry, given, question, DAY)) == ["七/（二）"]


def test_a_provision_too_long_to_show_is_read_at_the_part_that_was_found(knowledge: KnowledgeBase) -> None:
    """A table of hundreds of rows holds every word somewhere; judged is what the index matched."""
    padding = "其他事项。" * LONGEST_PASSAGE
    text = f"第一条 {padding}样例药品可以委托储存。"
    held = put(knowledge, "样例药品办法", text)
    start = text.index("样例药品")
    looked = second_look(knowledge.registry, [candidate(held, "第一条", part=(start, len(text)))], STORAGE, DAY)
    assert looked[0].text == "样例药品可以委托储存。"


class Reversing:
    """Likes best what comes last."""

    name = "反向"

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        return [float(at) for at in range(len(passages))]


class Flat:
    name = "一律"

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        return [7.0] * len(passages)


class Broken:
    name = "坏"

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        raise Unavailable("内存不足")


class Remembering:
    """Keeps what it was shown."""

    name = "记录"

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        self.shown = [(question, passage) for passage in passages]
        return [0.0] * len(passages)


@pytest.fixture
def looked(knowledge: KnowledgeBase) -> list[Looked]:
    held = put(knowledge, "样例药品办法", RULES)
    given = [candidate(held, path) for path in ("第一条", "第二条", "第三条")]
    return second_look(knowledge.registry, given, STORAGE, DAY)


def test_a_cross_encoder_adds_at_most_its_weight_and_takes_nothing_away(looked: list[Looked]) -> None:
    """Its raw scores have any scale; the best of them gains CROSS, the worst nothing, and all stay."""
    before = {one.address: one.score for one in looked}
    after = judged(Reversing(), "样例", looked)
    gained = [after_one.score - before[after_one.address] for after_one in after]
    assert sorted(gained) == pytest.approx([0.0, CROSS / 2, CROSS])
    assert {one.address for one in after} == set(before)
    assert after == in_order(after)


def test_a_cross_encoder_without_an_opinion_changes_nothing(looked: list[Looked]) -> None:
    assert judged(Flat(), "样例", looked) == looked


def test_one_that_fails_says_so(looked: list[Looked]) -> None:
    """The search turns it into a note: here it must not be swallowed."""
    with pytest.raises(Unavailable, match="内存不足"):
        judged(Broken(), "样例", looked)


def test_a_cross_encoder_reads_each_text_under_its_label(looked: list[Looked]) -> None:
    """The title is what tells 器械 from 药品 where the article itself does not say."""
    reader = Remembering()
    judged(reader, "样例药品", looked)
    assert [question for question, _ in reader.shown] == ["样例药品"] * 3
    assert reader.shown[0][1] == "《样例药品办法》第二条\n样例药品可以委托储存。"


@given(best=st.floats(-1, 1), below=st.floats(0, 2))
def test_nearness_falls_from_one_to_zero(best: float, below: float) -> None:
    assert 0.0 <= nearness(best - below, best) <= 1.0


def test_nearness_at_its_ends() -> None:
    assert nearness(0.9, 0.9) == 1.0
    assert nearness(0.9 - SPREAD / 2, 0.9) == pytest.approx(0.5)
    assert nearness(0.9 - SPREAD, 0.9) == pytest.approx(0.0, abs=1e-9)
    assert nearness(0.0, 0.9) == nearness(0.0, 0.0) == 0.0


def test_documents_of_a_test_are_read_as_they_were_stored(knowledge: KnowledgeBase) -> None:
    """The candidates above are built by hand: they must be what a search would bring."""
    held = put(knowledge, "样例药品办法", RULES)
    assert knowledge.registry.reading(held.id).text == RULES
    assert document("样例药品办法").id == held.id
