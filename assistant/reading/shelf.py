"""Pieces of texts collected within a budget of characters, none of whose words stand there twice."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.reading.surroundings import Piece, Role
from kb.definitions import folded

ORDER: dict[Role, int] = {"parent": 0, "found": 1, "neighbour": 2, "referred": 3, "definition": 4}
"""How pieces that belong to one passage follow each other: what is read before it, it, and what is looked up."""


class Shelf:
    """Holds `(rank, piece)`: the rank is that of the passage a piece belongs to. `shown` are the ranks of the passages
    whose words, or the same words of another text, stand on it."""

    def __init__(self, budget: int, *, several_versions: bool) -> None:
        self.shown: set[int] = set()
        self._budget, self._used = budget, 0
        self._held: list[tuple[int, Piece]] = []
        self._folds: dict[str, str] = {}
        self._versions: dict[str, str] | None = None if several_versions else {}

    def put(self, rank: int, pieces: Sequence[Piece], limit: int) -> None:
        """A found passage, the last of `pieces`, behind the words it depends on; all of them or, where they do not fit
        below `limit`, none."""
        if rank in self.shown or not pieces or not pieces[-1].text or self._other_version(pieces[-1]):
            return
        own = pieces[-1]
        if self._stands(own):
            self.shown.add(rank)
            return
        inside = [held for held in self._held if _holds(own, held[1])]
        new = [piece for piece in pieces if piece is own or not (self._stands(piece) or _holds(own, piece))]
        cost = sum(len(piece.text) for piece in new) - sum(len(piece.text) for _, piece in inside)
        if self._used + cost > limit:
            return
        self.shown.add(rank)
        rank = min([rank, *(at for at, _ in inside)])
        self._held = [held for held in self._held if held not in inside]
        self._add(cost, [(rank, piece) for piece in new])

    def put_beside(self, rank: int, piece: Piece) -> None:
        """What belongs to a passage that is shown, if it fits and is not there yet."""
        apart = not self._stands(piece) and not any(_holds(piece, held) for _, held in self._held)
        if apart and not self._other_version(piece) and self._used + len(piece.text) <= self._budget:
            self._add(len(piece.text), [(rank, piece)])

    def found(self) -> list[tuple[int, Piece]]:
        """The found passages shown so far, best first."""
        return sorted((one for one in self._held if one[1].role == "found"), key=lambda one: one[0])

    def in_order(self) -> list[Piece]:
        """All pieces, passage by passage, best first."""
        return [piece for _, piece in sorted(self._held, key=lambda one: (one[0], ORDER[one[1].role]))]

    def _add(self, cost: int, new: Sequence[tuple[int, Piece]]) -> None:
        self._used += cost
        self._held += new
        for _, piece in new:
            self._folds[piece.text] = folded(piece.text)
            if self._versions is not None:
                self._versions.setdefault(piece.document.instrument, piece.document.id)

    def _other_version(self, piece: Piece) -> bool:
        """Whether another version of the text stands there, where one must do."""
        kept = (self._versions or {}).get(piece.document.instrument, piece.document.id)
        return kept != piece.document.id

    def _stands(self, piece: Piece) -> bool:
        """Whether the words of a piece, or some of them, stand there already, or the same words from another text."""
        words = folded(piece.text)
        return any(
            (not _holds(piece, held) and _touch(piece, held)) or _holds(held, piece) or self._folds[held.text] == words
            for _, held in self._held
        )


def _holds(one: Piece, other: Piece) -> bool:
    return one.document.id == other.document.id and one.start <= other.start and other.end <= one.end


def _touch(one: Piece, other: Piece) -> bool:
    return one.document.id == other.document.id and one.start < other.end and other.start < one.end
