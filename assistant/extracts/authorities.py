"""Who would know: the office in charge of a matter, read from `data/authorities.yaml`, for a question that cannot be
answered from what is held. Each entry rests on a provision that gives the office this matter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from assistant.guidance.needs import sectors_of
from assistant.model import ProvisionReference
from kb.address import label
from kb.catalogue import read_records
from kb.model import Frozen, Sector

MOST = 2


class Authority(Frozen):
    """The office `who` is in charge of `matter`, by the provision `source`. A question is of this matter where it holds
    one of `words` and, where `sectors` are named, is about one of these; a `general` one is named only where no other
    is."""

    id: str
    who: str
    matter: str
    words: tuple[str, ...] = Field(min_length=1)
    sectors: tuple[Sector, ...] = ()
    general: bool = False
    source: ProvisionReference

    @property
    def advice(self) -> str:
        """What to tell the person who asked."""
        return f"可以向{self.who}咨询：{self.matter}（依据{label(self.source.title, self.source.path)}）"


def load_authorities(path: Path) -> tuple[Authority, ...]:
    """In file order. Raises BadInput naming the entry that is wrong."""
    return read_records(path, "authorities", Authority, lambda entry: entry.id)


def in_charge(question: str, authorities: Sequence[Authority]) -> tuple[Authority, ...]:
    """The offices in charge of what a question is about, the one whose words say most first, each office once; none
    where no matter of theirs is named."""
    folded, sectors = question.casefold(), set(sectors_of(question))
    found: list[tuple[int, Authority]] = []
    for one in authorities:
        said = sum(len(word) for word in one.words if word.casefold() in folded)
        if said and (not one.sectors or sectors & set(one.sectors)):
            found.append((said + bool(one.sectors), one))
    special = [entry for entry in found if not entry[1].general]
    once: dict[str, Authority] = {}
    for _, one in sorted(special or found, key=lambda scored: -scored[0]):
        once.setdefault(one.who, one)
    return tuple(once.values())[:MOST]
