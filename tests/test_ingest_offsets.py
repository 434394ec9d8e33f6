"""Offsets of a repaired text lead back to the original and forth again, whatever the steps between did."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from processor_time import processor_seconds

from ingest.offsets import OffsetMap
from ingest.repair.edit import Edit
from ingest.repair.steps import repair


@st.composite
def steps(draw: st.DrawFn) -> tuple[int, list[list[Edit]], list[int | None]]:
    """A text's length, the edits of some steps, and for each character of the end which it was at the start."""
    length = draw(st.integers(0, 16))
    characters: list[int | None] = list(range(length))
    every = []
    for _ in range(draw(st.integers(0, 5))):
        edits = _edits(draw, len(characters))
        for edit in reversed(edits):
            characters[edit.start : edit.end] = [None] * len(edit.after)
        every.append(edits)
    return length, every, characters


def _edits(draw: st.DrawFn, length: int) -> list[Edit]:
    edits: list[Edit] = []
    at = draw(st.integers(0, 3))
    while at <= length:
        end = min(length, at + draw(st.integers(0, 3)))
        after = "x" * draw(st.integers(0, 3))
        if end > at or after:
            edits.append(Edit(at, end, after))
        at = end + draw(st.integers(1, 4))
    return edits


def _composed(every: list[list[Edit]]) -> OffsetMap:
    total = OffsetMap()
    for number, edits in enumerate(every):
        total = total.then(OffsetMap.of(str(number), edits))
    return total


@given(steps())
def test_composing_steps_equals_following_every_character(case: tuple[int, list[list[Edit]], list[int | None]]) -> None:
    """The whole claim of the map: a character that no step touched is the same one on both sides."""
    length, every, characters = case
    offsets = _composed(every)
    for now, was in enumerate(characters):
        if was is not None:
            assert (offsets.to_original(now), offsets.to_repaired(was)) == (was, now)
            assert offsets.original_span(now, now + 1) == (was, was + 1)
    for end, there in ((len(characters), offsets.to_original), (length, offsets.to_repaired)):
        places = [there(offset) for offset in range(end + 1)]
        assert places == sorted(places), "a later place never maps before an earlier one"


@given(steps())
def test_changes_are_in_order_and_account_for_both_texts(
    case: tuple[int, list[list[Edit]], list[int | None]],
) -> None:
    """A page that paints the changes relies on them not overlapping, and on the rest being equal on both sides."""
    length, every, characters = case
    at = now = 0
    for change in _composed(every).changes:
        assert change.start >= at
        assert change.start - at == change.new_start - now, "what lies between two changes has one length"
        at, now = change.end, change.new_end
    assert length - at == len(characters) - now


@given(steps(), st.data())
def test_a_span_covers_all_that_became_of_its_characters(
    case: tuple[int, list[list[Edit]], list[int | None]], data: st.DataObject
) -> None:
    """A highlighted quote must not lose its edge where a repair touches it."""
    _, every, characters = case
    offsets = _composed(every)
    start = data.draw(st.integers(0, len(characters)))
    end = data.draw(st.integers(start, len(characters)))
    first, last = offsets.original_span(start, end)
    assert all(first <= was < last for was in characters[start:end] if was is not None)
    assert first <= last


def test_a_quote_of_a_repaired_text_is_found_in_the_damaged_one() -> None:
    damaged = "國家藥品監(jiān)督管理局應(yīng)當(dāng)對產(chǎn)品實施檢查，並告知申請人。"
    result = repair(damaged)
    start = result.text.index("监督")
    first, last = result.offsets.original_span(start, start + 2)
    assert damaged[first:last] == "監(jiān)督"
    assert set(result.offsets.changes[-1].steps) <= {"繁体转简体", "括注拼音"}


def test_fifty_thousand_repairs_in_five_megabytes_compose_in_seconds() -> None:
    """A web copy with pinyin has a repair every few characters; time grows with their number, not with its square."""

    def seconds(count: int) -> float:
        dropped = OffsetMap.of("括注拼音", [Edit(at * 100 + 1, at * 100 + 7, "") for at in range(count)])
        changed = OffsetMap.of("繁体转简体", [Edit(at * 94, at * 94 + 1, "监") for at in range(count)])

        def composed() -> None:
            total = dropped.then(changed)
            assert all(total.to_original(at * 94 + 50) == at * 100 + 56 for at in range(count))

        return processor_seconds(composed)

    seconds(1000)
    small, large = (min(seconds(count) for _ in range(3)) for count in (12_500, 50_000))
    assert large < 4 * small * 2.5 + 0.5
