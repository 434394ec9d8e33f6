"""What a language model says aloud: some put their thoughts before the answer, between think tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPENING, CLOSING = "<think>", "</think>"


def spoken(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without thoughts before the answer and without empty ones; of thoughts that never end nothing."""
    held, thinking, thought, speaking = "", False, False, False
    for piece in pieces:
        if speaking:
            if piece:
                yield piece
            continue
        held += piece
        if not thinking:
            begun = held.lstrip()
            if begun != OPENING and OPENING.startswith(begun):
                continue  # too early to tell
            thinking = begun.startswith(OPENING)
        if thinking:
            _, closed, after = held.partition(CLOSING)
            if not closed:
                held = held[-len(CLOSING) :]  # thoughts may be long, the tag may come in pieces
                continue
            held, thinking, thought = after, False, True
        held = held.lstrip() if thought else held
        if held:
            speaking = True
            yield held
    if not speaking and not thinking and held.strip():
        yield held
