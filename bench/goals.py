"""A figure beside the goal it was to reach; one that could not be taken is not met and not failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple


class Goal(NamedTuple):
    """`value` is None where nothing was measured."""

    name: str
    value: float | None
    sign: Literal["≤", "≥"]
    limit: float
    unit: str = ""

    @classmethod
    def at_most(cls, name: str, value: float | None, limit: float, unit: str = "×") -> Goal:
        return cls(name, value, "≤", limit, unit)

    @classmethod
    def at_least(cls, name: str, value: float | None, limit: float, unit: str = "") -> Goal:
        return cls(name, value, "≥", limit, unit)

    @property
    def met(self) -> bool | None:
        if self.value is None:
            return None
        return self.value <= self.limit if self.sign == "≤" else self.value >= self.limit

    def row(self) -> str:
        """One row of the table in the README: name, figure, goal, whether it is met."""
        value = "未测" if self.value is None else f"{self.value:g}{self.unit}"
        verdict = {True: "达到", False: "未达到", None: "—"}[self.met]
        return f"| {self.name} | {value} | {self.sign} {self.limit:g}{self.unit} | {verdict} |"


def goals_in(figures: Any) -> Iterator[Goal]:
    """Every goal of a run's figures, in order, however deep it stands; also of figures that were read from JSON."""
    if isinstance(figures, dict):
        for name, value in figures.items():
            if name == "goals" and isinstance(value, list):
                yield from (Goal(*row) for row in value)
            else:
                yield from goals_in(value)


def table(figures: Any) -> str:
    """The goals of a run as a table for the README, in Markdown."""
    rows = [goal.row() for goal in goals_in(figures)]
    return "\n".join(["| 指标 | 数值 | 目标 | |", "|---|---|---|---|", *rows])
