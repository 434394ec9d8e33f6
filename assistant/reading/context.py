"""The context of a question: the passages that were found, with what each needs to be understood, within a budget of
characters, spread over the laws they come from. It is what a reader, or a language model, is given to answer from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date

from assistant.reading.shelf import Shelf
from assistant.reading.surroundings import Piece, Role, companions, found
from kb.address import split
from kb.lookup import known_titles
from kb.model import Force, Frozen, Passage
from kb.references import references
from kb.registry import Registry

FOUND_SHARE = 0.7
"""Share of the budget that passages fill before what surrounds them gets its turn; what is left is theirs again."""
LARGEST_SHARE = 3
"""One passage takes at most this part (a third) of the budget…"""
WORTH_READING = 200
"""…unless that is less than these characters, which say little by themselves…"""
LARGEST = 1500
"""…and at most so many characters: a table would crowd out all else."""
EDITIONS = re.compile(r"版本|[新旧]版|新旧|修[订正改][之以]?[前后]|(?:19|20)\d{2}年?(?:版|修[订正改])")


class Block(Frozen):
    """A verbatim piece of a stored provision: `text` stands in the words of the provision at `address`. `role` is what
    it is there for: found by the search, or brought along beside a found one."""

    address: str
    label: str
    title: str
    text: str
    role: Role
    force: Force


class Context(Frozen):
    """Blocks in reading order: each found passage, best first, with what belongs to it. `characters` counts their
    texts; `left_out` the passages of which nothing is shown."""

    blocks: tuple[Block, ...] = ()
    characters: int = 0
    left_out: int = 0


def assemble(
    registry: Registry, passages: Sequence[Passage], as_of: date, *, budget: int, question: str = "",
    chosen: Collection[str] = (),
) -> Context:  # fmt: skip
    """Put together what answers `question`, from passages that stand best first, in at most `budget` characters.

    Laws take turns, so that none fills the budget alone. No words stand twice, and no two versions of a text, unless
    the question speaks of editions or the documents were `chosen` one by one. Equal input gives equal output.
    """
    several = bool(chosen) or _asks_editions(registry, question)
    turns = _in_turns(registry, passages)
    most = min(LARGEST, max(budget // LARGEST_SHARE, min(budget, WORTH_READING)))
    shelf = Shelf(budget, several_versions=several)
    pieces: dict[int, list[Piece]] = {}
    beside: dict[tuple[str, int, int], list[Piece]] = {}
    for limit in (int(budget * FOUND_SHARE), budget):
        for rank, passage in turns:
            if rank not in pieces:
                pieces[rank] = found(registry, passage, as_of, most=most, question=question)
            shelf.put(rank, pieces[rank], limit)
        for rank, piece in shelf.found():
            place = (piece.address, piece.start, piece.end)
            if place not in beside:
                beside[place] = list(companions(registry, piece, as_of, question=question))
            for companion in beside[place]:
                shelf.put_beside(rank, companion)
    blocks = tuple(_block(piece) for piece in shelf.in_order())
    return Context(
        blocks=blocks, characters=sum(len(block.text) for block in blocks), left_out=len(passages) - len(shelf.shown)
    )


def _block(piece: Piece) -> Block:
    return Block(
        address=piece.address, label=piece.label, title=piece.document.title, text=piece.text, role=piece.role,
        force=piece.force,
    )  # fmt: skip


def _asks_editions(registry: Registry, question: str) -> bool:
    if EDITIONS.search(question):
        return True
    return any(reference.version for reference in references(question, known_titles(registry)))


def _instrument(registry: Registry, passage: Passage) -> str:
    return registry.document(split(passage.address)[0]).instrument


def _in_turns(registry: Registry, passages: Sequence[Passage]) -> list[tuple[int, Passage]]:
    """The best passage of each text, then the second of each, and so on."""
    counted: dict[str, int] = {}
    turns = []
    for rank, passage in enumerate(passages):
        instrument = _instrument(registry, passage)
        turns.append((counted.setdefault(instrument, 0), rank, passage))
        counted[instrument] += 1
    return [(rank, passage) for _, rank, passage in sorted(turns, key=lambda turn: turn[:2])]
