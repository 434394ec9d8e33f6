"""What the assistant takes in and hands out besides answers: a profile, service items, measures, routes and verdicts.

These are the JSON objects of `/api/navigate` and `/api/match`, and the typed records read from `data/*.yaml`. Every
field whose value the source text does not state is None and is shown as 原文未载明.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from kb.model import Citation, Frozen, Kind, Passage, Sector

Stage = Literal["初创", "成长", "成熟"]
EnterpriseKind = Literal["研发", "生产", "CRO", "CMO", "CDMO", "研发服务平台", "园区", "高校院所", "医疗机构"]
DeviceClass = Literal["一类", "二类", "三类"]
Lane = Literal["政策导航", "注册护航", "市场助航"]
Channel = Literal["线上", "线下"]
ConditionVerdict = Literal["met", "unmet", "unknown"]
MatchLevel = Literal["match", "potential", "info", "no"]

Search = Callable[[str, date, tuple[Kind, ...]], Sequence[Passage]]
"""Ranked retrieval: (query, as-of date, kinds; an empty tuple means every kind) → passages, best first."""


class ProfileProduct(Frozen):
    """One product of a firm. `class` of the JSON is a reserved word here, so the field is `class_` with an alias."""

    name: str | None = None
    class_: str | None = Field(default=None, alias="class")
    phase: str | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class EnterpriseProfile(Frozen):
    """What a firm says about itself. Every field but the name may be absent, and absent means unknown, never "no".

    An empty list is the same as an absent one: a firm that names no kind has not said that it has none. `employees`
    counts persons. `flags` holds named facts such as `platform_incubated`; a flag that is missing is unknown.
    """

    name: str
    region: str | None = None
    stage: Stage | None = None
    kinds: tuple[EnterpriseKind, ...] = ()
    sectors: tuple[Sector, ...] = ()
    products: tuple[ProfileProduct, ...] = ()
    employees: int | None = Field(default=None, ge=0)
    founded: date | None = None
    flags: dict[str, bool | None] = Field(default_factory=dict)


class ProvisionReference(Frozen):
    """A place in an instrument that a record rests on, still to be quoted: title, address, and anchor words.

    `also` holds other titles under which copies of the same text go; `locate` a few words by which the sentence is
    found in the provision, None meaning its first sentence.
    """

    title: str
    also: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    locate: str | None = Field(default=None, max_length=8)


class ServiceItem(Frozen):
    """One thing a firm can ask for (服务事项): who it is for, how it is had, and the provisions it rests on.

    An empty `sectors`, `kinds` or `growth` puts no limit. `region` None means anywhere. `before` and `after` name the
    items that come earlier and later. An `anytime` item goes with every step of a route and is listed after them.
    `channel`, `fee`, `materials` and `time_limit` are None where the text is silent.
    """

    id: str
    name: str
    summary: str
    lane: Lane
    stage: str
    lifecycle: tuple[str, ...] = ()
    region: str | None = None
    sectors: tuple[Sector, ...] = ()
    kinds: tuple[EnterpriseKind, ...] = ()
    growth: tuple[Stage, ...] = ()
    channel: Channel | None = None
    fee: str | None = None
    materials: tuple[str, ...] | None = None
    steps: tuple[str, ...] = ()
    time_limit: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    keywords: tuple[str, ...] = Field(min_length=1)
    basis: tuple[ProvisionReference, ...] = Field(min_length=1)
    note: str | None = None
    anytime: bool = False


class PathStep(Frozen):
    """One step of a route. `item` is the service item that helps with it; `time_limit` is the legal one, with source.

    `time_limit` and `materials` are None where no source we hold states them.
    """

    id: str
    name: str
    summary: str
    item: str | None = None
    authority: str | None = None
    time_limit: str | None = None
    materials: tuple[str, ...] | None = None
    basis: tuple[ProvisionReference, ...] = ()
    next: tuple[str, ...] = ()


class RegulatoryPath(Frozen):
    """A regulatory route (办事路径) from first step to last, with the words by which people ask for it."""

    id: str
    name: str
    sector: Sector
    device_class: DeviceClass | None = None
    action: str
    keywords: tuple[str, ...] = Field(min_length=1)
    steps: tuple[PathStep, ...] = Field(min_length=1)


class NavigationItem(Frozen):
    """A service item offered for a need, with the reason and verbatim grounds. `why` says where it applies."""

    id: str
    name: str
    why: str
    stage: str
    channel: Channel | None
    fee: str | None
    materials: tuple[str, ...] | None
    steps: tuple[str, ...]
    time_limit: str | None
    basis: tuple[Citation, ...]


class Clarification(Frozen):
    """A short question back to the person, with the answers that can be picked."""

    question: str
    options: tuple[str, ...]


class NavigationResult(Frozen):
    """The JSON of `/api/navigate`: items in the order in which they are to be done, or a question back, or both; by the
    law of the day `as_of`, of which `notes` say why where it is not today's."""

    items: tuple[NavigationItem, ...] = ()
    clarify: Clarification | None = None
    as_of: date | None = None
    notes: tuple[str, ...] = ()


Operator = Literal["in", "equals", "includes_any", "is_true"]


class MeasureCondition(Frozen):
    """One typed condition of a measure, drawn from the provision that `reference` names.

    `field` is a field of the profile (`region`, `kind`, `sector`, `stage`, `lifecycle`, `platform`, `product`) or
    `flag:<name>`. `text` says the condition in our words; the law's own words come from the citation. An unmet `hard`
    condition excludes the firm; a soft one leaves room ("等", "原则上") and asks for confirmation. A firm of one of
    `exempt_kinds` meets it without further facts.
    """

    field: str = Field(pattern=r"^(region|kind|sector|stage|lifecycle|platform|product|flag:[a-z_]+)$")
    op: Operator
    value: str | tuple[str, ...] | bool
    hard: bool
    exempt_kinds: tuple[EnterpriseKind, ...] = ()
    text: str
    reference: ProvisionReference

    @model_validator(mode="after")
    def _value_suits_operator(self) -> Self:
        suits = {"in": tuple, "includes_any": tuple, "equals": str, "is_true": bool}
        if not isinstance(self.value, suits[self.op]):
            raise ValueError(f"条件“{self.text}”的 value 与运算符 {self.op} 不符")
        return self


class Measure(Frozen):
    """A policy measure a firm may receive, or one that only informs it.

    `addressee` is `firm` for what a firm can take itself; `authority` and `talent` measures are duties of an office
    or benefits of persons and can only inform. `amount` and `window` are None where the text states none.
    """

    id: str
    title: str
    region: str
    addressee: Literal["firm", "authority", "talent"]
    support: str
    amount: str | None = None
    window: str | None = None
    conditions: tuple[MeasureCondition, ...] = ()
    reference: ProvisionReference
    issued_on: date | None = None
    effective_on: date | None = None
    repealed_on: date | None = None


class MatchedCondition(Frozen):
    """One condition judged for one firm; `citation` is None when the document is not loaded."""

    text: str
    field: str
    verdict: ConditionVerdict
    citation: Citation | None


class PolicyMatch(Frozen):
    """The JSON of one entry of `/api/match`. `missing` names the facts to ask the firm for, in Chinese."""

    id: str
    title: str
    level: MatchLevel
    conditions: tuple[MatchedCondition, ...]
    missing: tuple[str, ...]
    support: str
    amount: str | None
    window: str | None
    region: str
    citation: Citation | None
