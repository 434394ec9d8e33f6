"""Whether what was found is enough to answer from: a wrong yes invents law, a wrong no sends a founder away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import document, provision
from small_library import LAW, empty_library, put
from test_assistant_sufficiency import GOOD, POOR, finding

from assistant.extracts.evidence import CONSIDERED, DEPTH, Evidence, gather
from kb.knowledge import KnowledgeBase
from kb.lexicon import Lexicon
from kb.model import Kind
from kb.named_places import Place
from kb.search import Filters, Finding

DAY = date(2026, 11, 21)
ANSWERS = finding("样例药品的储存应当登记。", score=2.0, sentence=0.9, pairs=0.8, **GOOD)
STRANGER = finding("广告应当真实。", score=0.3, sentence=0.0, pairs=0.0, **POOR)
QUESTION, WEIGHTS = "样例药品储存", {"样例": 1.0, "储存": 1.0}


def enough(*findings: Finding, question: str = QUESTION, named: tuple[Place, ...] = ()) -> bool:
    return Evidence(question, WEIGHTS, findings, named, ()).sufficient


def test_nothing_found_is_never_enough() -> None:
    assert not enough()


def test_one_good_finding_among_the_first_is_enough() -> None:
    """Search may put a near miss before the answer; what lies deep in the list is chance."""
    assert enough(ANSWERS)
    assert enough(*[STRANGER] * (CONSIDERED - 1), ANSWERS)
    assert not enough(*[STRANGER] * CONSIDERED, ANSWERS)
    assert not enough(STRANGER)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("样例药品管理法第三条", True),
        ("美国样例药品管理法第三条", False),
        ("从美国进口按样例药品管理法第三条", True),
    ],
)
def test_a_place_that_was_named_is_enough_unless_it_is_another_countrys(question: str, expected: bool) -> None:
    text = "第三条 样例。"
    place = Place(document("样例药品管理法"), provision("第三条", text=text))
    assert enough(STRANGER, question=question, named=(place,)) is expected


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    home: Path = tmp_path_factory.mktemp("evidence")
    (home / "lexicon.yaml").write_text("titles: {样药法: 样例药品管理法}\nmisspelt: {登己: 登记}\n", encoding="utf-8")
    made = empty_library(home, lexicon=Lexicon.load(home / "lexicon.yaml"))
    put(made, "样例药品管理法", "\n".join(f"第{n}条 样例药品登记事项之{n}。" for n in "一二三四五六七八九"), **LAW)
    put(made, "样例器械条例", "\n".join(f"第{n}条 样例器械登记事项之{n}。" for n in "一二三四五六七八九"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("question", "named", "missing"),
    [
        ("样例药品管理法第三条", ["样例药品管理法/第三条"], []),
        ("样例药品管理法第九十条", [], ["样例药品管理法/第九十条"]),
        ("某某管理法第三条", [], ["某某管理法/第三条"]),
        ("样例药品管理法（2001年修订）第三条", [], ["样例药品管理法/第三条"]),
        ("样例药品管理法第三条和第九十条", ["样例药品管理法/第三条"], ["样例药品管理法/第九十条"]),
        ("样例药品怎么登记", [], []),
        # A name of the lexicon is a name: what it leads to is there, and not missing as well.
        ("样药法第三条", ["样例药品管理法/第三条"], []),
        ("请问样药法第三条怎么说", ["样例药品管理法/第三条"], []),
        ("按照样药法第三条，怎么登记", ["样例药品管理法/第三条"], []),
        ("药店用药按新样药法第三条", ["样例药品管理法/第三条"], []),
    ],
)
def test_what_is_named_is_there_or_is_missing_and_never_both(
    knowledge: KnowledgeBase, question: str, named: list[str], missing: list[str]
) -> None:
    """An answer that says both “here it is” and “we do not hold it” is worse than either."""
    evidence = gather(knowledge, question, as_of=DAY)
    assert [f"{p.document.instrument}/{'/'.join(p.provision.path)}" for p in evidence.named] == named
    assert [f"{r.title}/{'/'.join(r.path)}" for r in evidence.missing] == missing


def test_what_is_held_but_was_not_chosen_is_not_missing(knowledge: KnowledgeBase) -> None:
    chosen = Filters(documents=("样例器械条例@2020-07-01",))
    evidence = gather(knowledge, "样例药品管理法第三条", as_of=DAY, filters=chosen)
    assert (evidence.named, evidence.missing) == ((), ())
    assert {f.passage.title for f in evidence.findings} == {"样例器械条例"}


def test_a_named_place_that_a_filter_keeps_out_is_no_ground_to_answer_from(knowledge: KnowledgeBase) -> None:
    """The search leaves it out; counted as evidence all the same it would be enough, with nothing to quote."""
    evidence = gather(knowledge, "样例药品管理法第三条", as_of=DAY, filters=Filters(kinds=(Kind.GUIDE,)))
    assert (evidence.named, evidence.findings, evidence.missing) == ((), (), ())
    assert not evidence.sufficient


def test_the_cosines_of_an_encoder_without_an_adapter_are_not_trusted(knowledge: KnowledgeBase) -> None:
    assert gather(knowledge, "样例药品怎么登记", as_of=DAY).known is None


def test_the_evidence_is_of_the_question_as_it_was_understood(knowledge: KnowledgeBase) -> None:
    """Mended, weighed by the mended words, and the mending told."""
    evidence = gather(knowledge, "样例药品怎么登己", as_of=DAY)
    assert evidence.question == "样例药品怎么登记"
    assert "登记" in evidence.weights
    assert any("登己" in note for note in evidence.notes)
    assert 0 < len(evidence.findings) <= DEPTH
