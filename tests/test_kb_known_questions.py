"""Known questions: one that is asked nearly the same again leads to the same provision, and to nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from factories import HashEncoder
from small_library import empty_library, put

from kb import search
from kb.adapter import fingerprint
from kb.bundled_model import ADAPTER
from kb.embed import unit
from kb.known_questions import FILE, NEAR, SAME, KnownPlace, KnownQuestions, beside_known, known_questions_for, mark
from kb.rerank import WEIGHTS
from learning import known as keeping
from learning.questions import OURS, SOURCES
from learning.ranking import replaced

FIRST, SECOND = "样例应当登记。", "样例应当备案。"
AXES = np.eye(3, dtype=np.float32)
THERE = KnownPlace("样例法", ("第一条",), mark(FIRST))
ELSEWHERE = KnownPlace("另一部法", ("三", "（二）"), mark(SECOND))
ANSWERED = {mark(FIRST): np.array([0, 1], np.int32), mark(SECOND): np.array([2], np.int32)}


def leaning(share: float) -> np.ndarray:
    """A vector whose cosine to the first axis is `share`."""
    return np.array([share, 0, np.sqrt(1 - share * share)], np.float32)


def test_only_a_question_that_is_nearly_the_same_counts() -> None:
    near = KnownQuestions(AXES, ANSWERED, AXES[:0])
    steps = [near.near(leaning(share))(FIRST) for share in (0.2, NEAR, 0.6, 0.75, SAME, 0.99)]
    assert steps[:2] == pytest.approx([0, 0], abs=1e-3)
    assert steps == sorted(steps)
    assert steps[-2:] == pytest.approx([1, 1], abs=1e-3)


def test_several_questions_speak_for_a_provision_together() -> None:
    """One that was asked in three ways, all about as near, is likelier than one that was once asked a little nearer."""
    vectors = np.stack([leaning(0.70), leaning(0.70), leaning(0.69), leaning(0.72)])
    answered = {mark(FIRST): np.array([0, 1, 2], np.int32), mark(SECOND): np.array([3], np.int32)}
    near = KnownQuestions(vectors, answered, AXES[:0]).near(AXES[0])
    assert near(FIRST) > near(SECOND) > 0


def test_many_questions_of_other_things_do_not_add_up() -> None:
    vectors = np.stack([leaning(NEAR - 0.05)] * 31)
    near = KnownQuestions(vectors, {mark(FIRST): np.arange(31, dtype=np.int32)}, AXES[:0]).near(AXES[0])
    assert near(FIRST) == 0


def test_entries_below_one_that_answers_do_not_crowd_out_other_questions(tmp_path: Path) -> None:
    file = tmp_path / "known.npz"
    outline = [KnownPlace("样例方案", path, 1) for path in (("四",), ("四", "（一）"), ("四", "（二）"))]
    keeping.write(KnownQuestions(AXES[:2], {}, AXES[:0], {0: outline, 1: outline[1:]}), "编码器", file)
    read = known_questions_for("编码器", file)
    assert read is not None
    assert read.places == {0: outline[:1], 1: outline[1:]}


def test_a_provision_is_known_by_its_words() -> None:
    """A new edition under the same number says something else; blanks and line breaks say nothing."""
    near = KnownQuestions(AXES, ANSWERED, AXES[:0]).near(AXES[1])
    assert near(FIRST) == near("样例\n　应当 登记。") == 1
    assert near("样例应当登记的。") == near(SECOND) == 0


def test_questions_with_and_without_an_answer_are_told_apart() -> None:
    near = KnownQuestions(AXES[:1], {}, AXES[1:2]).near(leaning(0.8))
    assert (near.answerable, near.unanswerable) == (pytest.approx(0.8), 0)
    nothing = KnownQuestions(AXES[:0], {}, AXES[:0]).near(AXES[0])
    assert (nothing.answerable, nothing.unanswerable) == (0, 0)


def test_places_come_from_the_nearest_questions_that_have_to_do_with_this_one() -> None:
    """Each place once, nearest first; a question that only shares the language leads nowhere."""
    vectors = np.stack([leaning(0.99), leaning(0.95), leaning(0.97), leaning(NEAR - 0.01)])
    places = {0: [THERE], 1: [ELSEWHERE], 2: [THERE], 3: [THERE._replace(path=("第九条",))]}
    near = KnownQuestions(vectors, {}, AXES[:0], places).near(AXES[0])
    assert near.places() == [THERE, ELSEWHERE]
    assert KnownQuestions(AXES[:0], {}, AXES[:0]).near(AXES[0]).places() == []


def test_a_question_learns_nothing_from_itself() -> None:
    """Of each question of the training files the kept ones would otherwise already hold the answer."""
    near = KnownQuestions(AXES, ANSWERED, AXES[:1]).near(AXES[0])
    assert (near(FIRST), near.answerable, near.unanswerable) == (1, 1, 1)
    without = near.but_for_itself()
    assert (without(FIRST), without.answerable, without.unanswerable) == (0, 0, 0)


def test_what_is_written_is_read_again_and_only_by_its_encoder(tmp_path: Path) -> None:
    file = tmp_path / "known.npz"
    vectors = unit(np.random.default_rng(0).normal(size=(5, 16)).astype(np.float32), [""] * 5)
    places = {0: [THERE], 1: [ELSEWHERE], 3: [THERE]}
    keeping.write(KnownQuestions(vectors[:4], {}, vectors[4:], places), "编码器", file)
    read = known_questions_for("编码器", file)
    assert read is not None
    assert [round(read.near(vectors[n])(FIRST)) for n in range(4)] == [1, 0, 0, 1]
    assert [read.near(vectors[n]).places() for n in range(4)] == [[THERE], [ELSEWHERE], [], [THERE]]
    assert read.near(vectors[4]).unanswerable == pytest.approx(1, abs=0.01)
    assert known_questions_for("另一个", file) is None


def test_the_shipped_questions_are_those_of_the_training_files() -> None:
    """Kept anew after the files have changed, or the two drift apart in silence."""
    lines = {name: (OURS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() for name in SOURCES}
    others = (OURS / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines()
    with np.load(FILE, allow_pickle=False) as held:
        assert len(held["vectors"]) == sum(map(len, lines.values()))
        assert len(held["unanswerable"]) == len(others)
        assert set(held["questions"].tolist()) <= set(range(len(held["vectors"])))
        assert str(held["adapter"]) == fingerprint(ADAPTER), "已知的问题是用另一份适配编码的：python -m learning.known"


def test_an_encoder_that_learnt_nothing_knows_no_question() -> None:
    """The vectors are of questions as the adapter turns them: beside others they would mean nothing."""
    encoder = HashEncoder(384)
    with np.load(FILE, allow_pickle=False) as held:
        encoder.name = str(held["encoder"])
    assert beside_known(encoder, "东西放哪儿要跟谁说") is None
    encoder.taught = True
    assert beside_known(encoder, "东西放哪儿要跟谁说") is not None
    encoder.name = "另一个"
    assert beside_known(encoder, "东西放哪儿要跟谁说") is None


def test_a_known_question_leads_to_its_provision_in_the_search(tmp_path: Path) -> None:
    """Over the real search: of two provisions that share no word with the question the known one comes first, and
    without what is known it does not gain."""
    made = empty_library(tmp_path, HashEncoder())
    put(made, "样例管理办法", "第一条 仓库应当登记。\n第二条 车间应当备案。")
    vector = made.encoder.queries(["东西放哪儿要跟谁说"])

    def scores(known: KnownQuestions | None) -> dict[str, float]:
        with replaced(search, "beside_known", lambda *_: known and known.near(vector[0])):
            found = search.findings(made, "东西放哪儿要跟谁说", as_of=date(2026, 11, 21))
        return {f.passage.text: f.passage.score for f in found}

    before = scores(None)
    for words in before:
        known = KnownQuestions(vector, {mark(words): np.array([0], np.int32)}, vector[:0])
        gained = {text: round(score - before[text], 4) for text, score in scores(known).items()}
        assert gained == {text: (WEIGHTS["known"] if text == words else 0) for text in before}
    made.close()
    assert len(before) == 2
