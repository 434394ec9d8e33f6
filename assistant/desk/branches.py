"""The turns of a conversation as a tree: a question that is edited or asked again is a second turn after the same one.

Turns are numbered as they come, so a turn's number is greater than that of the one it follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kb.errors import NotFound

NO_TURN = "这个对话里没有这一轮问答。"


class Twig(NamedTuple):
    """A turn without its words; `parent` is the number of the turn it follows, None for a beginning."""

    number: int
    id: str
    parent: int | None


class Branches:
    """All turns of one conversation."""

    def __init__(self, twigs: Iterable[Twig]) -> None:
        self._all = sorted(twigs, key=lambda twig: twig.number)
        self._by_number = {twig.number: twig for twig in self._all}
        self._by_id = {twig.id: twig for twig in self._all}
        self._after: dict[int | None, list[str]] = {}
        for twig in self._all:
            self._after.setdefault(twig.parent, []).append(twig.id)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def newest(self) -> Twig | None:
        """The newest turn, which nothing follows yet; None where there is none at all."""
        return self._all[-1] if self._all else None

    def find(self, turn_id: str) -> Twig:
        """Raises NotFound for a turn that is not of this conversation."""
        if twig := self._by_id.get(turn_id):
            return twig
        raise NotFound(NO_TURN)

    def newest_below(self, turn_id: str) -> Twig:
        """The newest turn of the branch that a turn begins: that turn itself where nothing follows it."""
        newest = self.find(turn_id)
        below = {newest.number}
        for twig in self._all:
            if twig.parent in below:
                below.add(twig.number)
                newest = twig
        return newest

    def path(self, leaf: Twig | None) -> list[Twig]:
        """From the first question to `leaf`."""
        path = []
        while leaf:
            path.append(leaf)
            leaf = None if leaf.parent is None else self._by_number[leaf.parent]
        return path[::-1]

    def parent_of(self, twig: Twig) -> str | None:
        return None if twig.parent is None else self._by_number[twig.parent].id

    def siblings(self, twig: Twig) -> tuple[str, ...]:
        """The turns at the same place, this one among them, oldest first."""
        return tuple(self._after[twig.parent])
