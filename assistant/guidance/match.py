"""Policy matching: a firm's profile against the typed conditions of each measure, with the law's words beside each.

Hard gates come first: one unmet hard condition excludes the firm. What the profile does not say is unknown, which is
never "no": the measure stays possible and the missing fact is named. A match always carries quoted grounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from assistant.guidance.needs import phases_of
from assistant.guidance.quoting import Quoter, cite
from assistant.guidance.regions import covers
from assistant.model import (
    ConditionVerdict,
    EnterpriseProfile,
    MatchedCondition,
    MatchLevel,
    Measure,
    MeasureCondition,
    PolicyMatch,
)
from kb.catalogue import read_records
from kb.model import Citation, Force

ORDER: tuple[MatchLevel, ...] = ("match", "potential", "info", "no")
QUESTIONS = {
    "region": "注册地",
    "kind": "企业类型",
    "sector": "所属领域（药品、医疗器械、化妆品）",
    "stage": "成长阶段（初创、成长、成熟）",
    "lifecycle": "产品所处阶段",
    "platform": "是否为研发服务平台",
    "product": "产品名称或类别",
}
AFTER_MARKET = frozenset(("变更", "再注册", "延续"))
PLATFORM = "研发服务平台"


def load_measures(path: Path) -> tuple[Measure, ...]:
    """The policy measures of a content file, in file order."""
    return read_records(path, "measures", Measure, lambda measure: measure.id)


def match(
    profile: EnterpriseProfile, *, measures: Iterable[Measure], quoter: Quoter, as_of: date
) -> tuple[PolicyMatch, ...]:
    """Judge every measure that is in force on `as_of`; matches first, then potential, info and no."""
    judged = [_judge(profile, measure, quoter, as_of) for measure in measures if _in_force(measure, as_of)]
    return tuple(sorted((found for found in judged if found), key=lambda found: ORDER.index(found.level)))


def _judge(profile: EnterpriseProfile, measure: Measure, quoter: Quoter, as_of: date) -> PolicyMatch | None:
    citation = cite(quoter, measure.reference, as_of)
    if citation and citation.force in (Force.REPEALED, Force.NOT_YET):
        return None
    verdicts = [(condition, verdict(profile, condition)) for condition in measure.conditions]
    conditions = tuple(
        MatchedCondition(
            text=condition.text,
            field=condition.field,
            verdict=judged,
            citation=cite(quoter, condition.reference, as_of),
        )
        for condition, judged in verdicts
    )
    grounds = (citation, *(condition.citation for condition in conditions))
    missing = (*_missing(verdicts), *_unquoted(measure, grounds))
    return PolicyMatch(
        id=measure.id,
        title=measure.title,
        level=_level(measure, verdicts, missing),
        conditions=conditions,
        missing=missing,
        support=measure.support,
        amount=measure.amount,
        window=measure.window,
        region=measure.region,
        citation=citation,
    )


def _level(
    measure: Measure, verdicts: Sequence[tuple[MeasureCondition, ConditionVerdict]], missing: Sequence[str]
) -> MatchLevel:
    if any(condition.hard and judged == "unmet" for condition, judged in verdicts):
        return "no"
    if measure.addressee != "firm":
        return "info"
    return "potential" if missing else "match"


def _missing(verdicts: Iterable[tuple[MeasureCondition, ConditionVerdict]]) -> tuple[str, ...]:
    """What to ask the firm, or to have confirmed by the office where the text leaves room."""
    asked: dict[str, None] = {}
    for condition, judged in verdicts:
        if judged == "unknown":
            asked.setdefault(QUESTIONS.get(condition.field, condition.text))
        elif judged == "unmet" and not condition.hard:
            asked.setdefault(f"{condition.text}——请向主管部门确认")
    return tuple(asked)


def _unquoted(measure: Measure, grounds: Iterable[Citation | None]) -> tuple[str, ...]:
    if all(grounds):
        return ()
    return (f"本库未收录《{measure.reference.title}》的有关原文，条件有待核对",)


def _in_force(measure: Measure, as_of: date) -> bool:
    begun = measure.effective_on or measure.issued_on
    return (begun is None or begun <= as_of) and (measure.repealed_on is None or as_of < measure.repealed_on)


def verdict(profile: EnterpriseProfile, condition: MeasureCondition) -> ConditionVerdict:
    """Judge one condition: met, unmet, or unknown when the profile does not settle it."""
    if set(profile.kinds) & set(condition.exempt_kinds):
        return "met"
    field, wanted = condition.field, condition.value
    if field.startswith("flag:"):
        return _truth(profile.flags.get(field.removeprefix("flag:")), wanted)
    if field == "platform":
        return _truth(PLATFORM in profile.kinds if profile.kinds else None, wanted)
    values = {wanted} if isinstance(wanted, str) else set(wanted) if isinstance(wanted, tuple) else set()
    if field == "region":
        return _in_region(profile, values)
    if field == "lifecycle":
        return _in_lifecycle(profile, values)
    if field == "product":
        return _has_product(profile, values)
    stated: dict[str, set[str]] = {
        "kind": set(profile.kinds),
        "sector": {str(sector) for sector in profile.sectors},
        "stage": {profile.stage} if profile.stage else set(),
    }
    if not stated[field]:
        return "unknown"
    return "met" if stated[field] & values else "unmet"


def _truth(fact: bool | None, wanted: object) -> ConditionVerdict:
    if fact is None:
        return "unknown"
    return "met" if fact is wanted else "unmet"


def _in_region(profile: EnterpriseProfile, outer: Iterable[str]) -> ConditionVerdict:
    if profile.region is None:
        return "unknown"
    answers = {covers(region, profile.region) for region in outer}
    if True in answers:
        return "met"
    return "unknown" if None in answers else "unmet"


def _in_lifecycle(profile: EnterpriseProfile, wanted: set[str]) -> ConditionVerdict:
    """Whether some product is at one of the stages. A stage we cannot read leaves the question open, as does a

    product on the market when a change or renewal is asked about: the firm may plan one without having said so.
    """
    phases = [set(phases_of(product.phase or "")) for product in profile.products]
    if any(found & wanted for found in phases):
        return "met"
    unread = not phases or not all(phases)
    may_plan = bool(wanted & AFTER_MARKET) and any("上市后" in found for found in phases)
    return "unknown" if unread or may_plan else "unmet"


def _has_product(profile: EnterpriseProfile, words: set[str]) -> ConditionVerdict:
    told = [f"{product.name or ''}{product.class_ or ''}" for product in profile.products]
    if any(word in text for word in words for text in told):
        return "met"
    return "unmet" if told and all(told) else "unknown"
