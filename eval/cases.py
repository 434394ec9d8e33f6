"""A case: a question a founder would ask, and the law that answers it.

Cases are written by us, one JSON object a line, and checked against the texts by `tests/test_eval_cases.py`. A place in
the law is named the way people name it, by title and article; titles are compared whole, never by substring, because
药品管理法 is not 药品管理法实施条例.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from assistant.model import EnterpriseProfile
from kb.address import article_of, instrument_name, join, label, split
from kb.errors import BadInput
from kb.model import Frozen

Outcome = Literal["answered", "refused", "clarify", "any"]
Tag = Literal[
    "colloquial", "exact", "multi", "time", "near-miss", "out-of-scope", "absent", "guide", "comparison", "alias",
    "typo", "general", "follow-up", "clarify", "premise",
]  # fmt: skip
Need = Literal["laws", "content", "corpus", "seeds"]
"""Collections: the national laws and our own guides and items, which every copy has; what may be loaded beside."""


class Place(NamedTuple):
    """Where a passage or a citation stands: the printed title of its document, the document's id, the path in it."""

    title: str
    document_id: str
    path: tuple[str, ...]

    @classmethod
    def at(cls, address: str, title: str) -> Place:
        return cls(title, *split(address))

    @property
    def titles(self) -> frozenset[str]:
        """The printed title and the instrument of the id, as names: they may differ by an edition mark."""
        return frozenset((instrument_name(self.title), self.document_id.rpartition("@")[0]))

    @property
    def version(self) -> str:
        return self.document_id.rpartition("@")[2]

    @property
    def address(self) -> str:
        return join(self.document_id, self.path)

    def __str__(self) -> str:
        return label(self.title, self.path)


class Gold(Frozen):
    """A place that answers a question.

    `article` is the printed label (第三十二条); `path` the segments of an outline without articles; neither means any
    place of the document. `version` is given only where the right version is the point of the question. `also` names
    places that say the same, such as the rule under a regulation: any one of them will do. `grade` weighs a gold
    against the others of its case in nDCG; our own suites leave it at 1.
    """

    title: str
    article: str | None = None
    path: tuple[str, ...] = ()
    version: str | None = None
    also: tuple[Gold, ...] = ()
    grade: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if self.article and self.path:
            raise ValueError("article 与 path 只能写一个")
        return self

    def covers(self, place: Place) -> bool:
        """True for the place, for anything below it such as a paragraph of the article, and for what says the same."""
        return self._is(place) or any(other.covers(place) for other in self.also)

    def names(self) -> frozenset[str]:
        """Instruments, or `instrument@version` where the version matters, any one of which answers."""
        own = instrument_name(self.title) + (f"@{self.version}" if self.version else "")
        return frozenset((own,)).union(*(other.names() for other in self.also))

    def instruments(self) -> frozenset[str]:
        """Names of the instruments of which any one answers, in whatever version."""
        return frozenset((instrument_name(self.title),)).union(*(other.instruments() for other in self.also))

    def _is(self, place: Place) -> bool:
        if instrument_name(self.title) not in place.titles or self.version not in (None, place.version):
            return False
        if self.article:
            return article_of(place.path) == self.article
        return place.path[: len(self.path)] == self.path

    def __str__(self) -> str:
        words = label(self.title, (self.article,) if self.article else self.path)
        return words + (f"（{self.version} 版）" if self.version else "")


class Case(Frozen):
    """One question with what a right answer holds.

    `gold` must all be found and cited. `accept` may be cited beside it without harm. `about` must be loaded though
    nothing of it need be cited: a question about what a text does not say. `must_say` and `must_not_say` are
    words of the answer; `五年|5年` lists spellings of one fact. `needs` names the collections the gold comes from, for
    the report. `source` says who wrote the case and why it is here.

    `history` holds the person's earlier questions, oldest first, each asked and answered before `question`; a question
    back continues as a case whose question is the option picked. `premise` lists what the answer must correct in the
    question, `options` what its question back must offer, both with spellings as in `must_say`.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    question: str = Field(min_length=2)
    as_of: date | None = None
    history: tuple[str, ...] = ()
    profile: EnterpriseProfile | None = None
    gold: tuple[Gold, ...] = ()
    accept: tuple[Gold, ...] = ()
    about: tuple[Gold, ...] = ()
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    premise: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    outcome: Outcome = "answered"
    tags: tuple[Tag, ...] = Field(min_length=1)
    needs: tuple[Need, ...] = ("laws",)
    source: str = Field(min_length=2)

    @model_validator(mode="after")
    def _can_be_scored(self) -> Self:
        if self.outcome == "answered" and not self.gold:
            raise ValueError("应当回答的题要写 gold")
        if self.outcome in ("refused", "clarify") and (self.gold or self.must_say):
            raise ValueError("应当拒答或追问的题不写 gold 和 must_say")
        if self.options and self.outcome != "clarify":
            raise ValueError("只有应当追问的题写 options")
        if not all(asked.strip() for asked in self.history):
            raise ValueError("history 里有空的问题")
        if len(self.gold) != len({(g.title, g.article, g.path, g.version) for g in self.gold}):
            raise ValueError("gold 里同一处写了两次")
        return self

    def missing(self, loaded: frozenset[str]) -> tuple[str, ...]:
        """What the case needs and is not loaded; `loaded` holds the names and the ids of documents."""
        return tuple(str(gold) for gold in (*self.gold, *self.about) if not gold.names() & loaded)


def read_cases(suite: Path) -> tuple[Case, ...]:
    """Every case of a JSONL file, in order. Raises BadInput naming the line when one is wrong or an id comes twice."""
    if not suite.is_file():
        raise BadInput(f"找不到评测集 {suite}，请检查路径。")
    cases: dict[str, Case] = {}
    for number, line in enumerate(suite.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            wrong = error.errors(include_url=False)[0]
            raise BadInput(f"{suite.name} 第 {number} 行有误：{wrong['loc']} {wrong['msg']}") from error
        if case.id in cases:
            raise BadInput(f"{suite.name} 第 {number} 行的编号 {case.id} 与前面重复。")
        cases[case.id] = case
    if not cases:
        raise BadInput(f"评测集 {suite} 里没有题目。")
    return tuple(cases.values())
