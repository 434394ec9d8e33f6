"""Putting the two sides together: equal hits count once, ranks are fused, a law is weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from factories import document
from small_library import GUIDE, LAW

from kb.candidates import RANK_CONSTANT, Candidate, Side, fused
from kb.model import Document
from kb.store import Hit

ONE, OTHER = document("甲办法"), document("乙办法")
HELD = {held.id: held for held in (ONE, OTHER)}


def hit(path: str, score: float = 0.5, held: Document = ONE, start: int = 0, end: int = 9) -> Hit:
    payload: dict[str, str | int | list[str]] = {
        "document": held.id, "generation": 1, "path": path, "start": start, "end": end,
    }  # fmt: skip
    return Hit(f"{held.id}/{path}/{start}", score, payload)


def paths(candidates: Sequence[Candidate]) -> list[str]:
    return ["/".join(c.path) for c in candidates]


def test_a_place_that_both_sides_find_comes_before_one_of_a_single_side() -> None:
    """The point of fusing: neither side's second rank alone outweighs being found by both."""
    sides: Mapping[Side, Sequence[Hit]] = {
        "dense": [hit("第一条", 0.9), hit("第三条", 0.8)], "lexical": [hit("第二条", 9.0), hit("第三条", 8.0)],
    }  # fmt: skip
    candidates = fused(sides, HELD, weigh=False)
    assert paths(candidates) == ["第三条", "第一条", "第二条"]
    best = candidates[0]
    assert best.fused == pytest.approx(2 / (RANK_CONSTANT + 2))
    assert (best.cosine, best.lexical, best.plain) == (0.8, 8.0, 0.0)
    assert best.found_by == ("dense", "lexical")


def test_chunks_of_one_provision_count_once_at_their_best_rank() -> None:
    """A long article cut into many chunks must not win by their number, nor push others down."""
    long = [hit("第一条", 0.9, start=0, end=100), hit("第一条", 0.8, start=100, end=200), hit("第二条", 0.7)]
    candidates = fused({"dense": long}, HELD, weigh=False)
    assert paths(candidates) == ["第一条", "第二条"]
    assert candidates[0].part == (0, 100)
    assert candidates[0].cosine == 0.9
    assert candidates[1].fused == pytest.approx(1 / (RANK_CONSTANT + 2))


def test_both_vectors_of_a_question_are_one_way_of_finding() -> None:
    """The reader is told how a passage was found, not how often; each cosine keeps its own place."""
    both = fused({"dense": [hit("第一条", 0.9)], "plain": [hit("第一条", 0.7)]}, HELD)[0]
    assert both.found_by == ("dense",)
    assert (both.cosine, both.plain) == (0.9, 0.7)
    assert fused({"plain": [hit("第一条", 0.7)]}, HELD)[0].cosine == 0.0


@pytest.mark.parametrize("side", ["dense", "plain", "lexical"])
def test_one_side_alone_keeps_its_order(side: Side) -> None:
    """What `ranking=dense` and `ranking=lexical` rest on."""
    hits = [hit(f"第{n}条", 1 - n / 100, held) for n, held in enumerate((ONE, OTHER) * 20, start=1)]
    assert paths(fused({side: hits}, HELD, weigh=False)) == [str(h.payload["path"]) for h in hits]


def test_what_is_not_held_is_left_out() -> None:
    """A document that was withdrawn between search and reading is no candidate, and no error."""
    assert fused({"dense": [hit("第一条", held=document("丙办法"))]}, HELD) == []
    assert fused({"dense": [], "lexical": []}, HELD) == fused({}, HELD) == []


def test_equal_scores_are_ordered_by_address_however_they_come() -> None:
    """Two texts first on one side each are equally good: the order must not hang on the order of the sides."""
    sides: dict[Side, list[Hit]] = {"dense": [hit("第一条", 0.0, OTHER)], "lexical": [hit("第一条", 0.0, ONE)]}
    once = [c.document.id for c in fused(sides, HELD)]
    turned = [c.document.id for c in fused(dict(reversed(sides.items())), HELD)]
    assert once == turned == sorted(once)


def test_a_text_that_explains_gives_its_place_to_the_law_before_the_cut() -> None:
    """Our guides repeat the law in plainer words; the same rank must not keep the law out of the second look."""
    law, guide = document("甲法", **LAW), document("乙说明", **GUIDE)
    held = {one.id: one for one in (law, guide)}
    sides: dict[Side, list[Hit]] = {"dense": [hit("第一条", 0.9, guide), hit("第一条", 0.8, law)]}
    assert [c.document.id for c in fused(sides, held)] == [law.id, guide.id]
    assert [c.document.id for c in fused(sides, held, weigh=False)] == [guide.id, law.id]


def test_the_instrument_that_the_question_names_gains() -> None:
    sides: dict[Side, list[Hit]] = {"dense": [hit("第一条", 0.9, ONE), hit("第一条", 0.8, OTHER)]}
    named = fused(sides, HELD, {OTHER.instrument})
    assert [(c.document.id, c.named) for c in named] == [(OTHER.id, True), (ONE.id, False)]
