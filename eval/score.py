"""What a measure looks at and what it gives: the answer seen for a case, and a score with its reason.

A measure prints as it is named (`Recall@10`). It gives None for a case it does not speak about, and a score, never
nothing, for a case it does: an empty result is a zero, so that averages cannot hide it. A new measure is a `Measure`
made from a function of a case and what was seen; nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from eval.cases import Case, Place
from kb.model import Frozen


class Score(Frozen):
    """One case under one measure: a value from 0 to 1, and the reason in words a person can check."""

    value: float
    why: str


class Cited(NamedTuple):
    """A citation of an answer, and `stored`: the text the API keeps at its address (None when nothing is there)."""

    place: Place
    quote: str
    start: int
    end: int
    force: str
    stored: str | None

    @property
    def exact(self) -> bool:
        """The quote is not empty and is, character by character, the stored text at `[start, end)`."""
        return (
            self.stored is not None
            and bool(self.quote)
            and 0 <= self.start <= self.end
            and self.stored[self.start : self.end] == self.quote
        )


class Seen(NamedTuple):
    """What the system gave for one case. `found` and `search_seconds` are None where no search was asked for, because
    the question says little without those before it; `ask_seconds` where only the search was. Seconds are wall time.
    `premises` are what the answer corrects first, `options` what its question back offers, `mode` says whose words it
    is in. `error` is set when the system failed instead of answering."""

    found: tuple[Place, ...] | None
    outcome: str
    text: str
    cited: tuple[Cited, ...]
    search_seconds: float | None
    ask_seconds: float | None
    index_versions: tuple[str, ...] = ()
    error: str | None = None
    premises: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    mode: str | None = None


@dataclass(frozen=True)
class Measure:
    """A named measure. `lower_is_better` turns gains and losses round when two runs are compared."""

    name: str
    means: str
    score: Callable[[Case, Seen], Score | None]
    lower_is_better: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def full_marks(self) -> float:
        return 0.0 if self.lower_is_better else 1.0
