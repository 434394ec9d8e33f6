"""How well a need fits a service item or a route: by the words used, the field, the stage and the firm's growth.

Rules decide what fits; retrieval over the one index only settles near ties, so that nothing unrelated is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from assistant.guidance.needs import Need
from assistant.model import RegulatoryPath, Search, ServiceItem
from kb.model import Kind, Sector

MOST = 3
SPECIFIC = frozenset(("变更", "延续", "再注册", "生产许可", "BE", "IND", "委托生产", "进口"))
SERVED = {"首次注册": {"注册申报"}, "注册": {"注册申报"}, "NDA": {"NDA", "注册申报"}}
"""Stages served by a route whose action bears another name."""
NEAR = 0.6
"""Share of the best score below which an item is not offered beside it."""


def title_of(item: ServiceItem) -> str:
    """The title under which an item is indexed, unique by its id: `药品再注册资料预审（G16）`."""
    return f"{item.name}（{item.id}）"


def best_route(need: Need, paths: Iterable[RegulatoryPath]) -> RegulatoryPath | None:
    """The one route that fits field, class and stage, by the most words of the need; None where none fits."""
    fitting = [
        (len(_spoken(need, route.keywords)) + 2 * _acts(need, route), route)
        for route in paths
        if route.sector in need.sectors and route.device_class in (None, need.device_class) and _acts(need, route)
    ]
    return max(fitting, key=lambda scored: scored[0], default=(0, None))[1]


def _acts(need: Need, route: RegulatoryPath) -> int:
    """How many of the stages named the route is for; 0 when the need is about something else.

    A change is a change even where 注册 is said too, and an on-site inspection is asked for as such.
    """
    said = set(need.phases)
    if "现场核查" in said and not need.asks_route:
        return 0
    said = said & SPECIFIC or said
    if route.sector is Sector.DRUG and "延续" in said:
        said = (said - {"延续"}) | {"再注册"}
    wanted = {"备案", "注册申报"} if route.device_class == "一类" else SERVED.get(route.action, {route.action})
    return len(said & wanted)


def rank(need: Need, items: Sequence[ServiceItem], search: Search, as_of: date) -> list[tuple[ServiceItem, str]]:
    """The items that the words of the need speak for, best first, with the reason; retrieval settles near ties."""
    found = [passage.title for passage in search(need.text, as_of, (Kind.SERVICE_ITEM,))]
    scored = []
    for item in items:
        score, why = _score(need, item)
        if score:
            title = title_of(item)
            scored.append((score + (1 / (2 + found.index(title)) if title in found else 0.0), item, why))
    best = max((score for score, _, _ in scored), default=0.0)
    ranked = sorted(scored, key=lambda one: -one[0])
    return [(item, why) for score, item, why in ranked if score >= NEAR * best][:MOST]


def _score(need: Need, item: ServiceItem) -> tuple[float, str]:
    """How strongly a need speaks for an item, and in which words; 0 when nothing does or the field is another."""
    if need.sectors and item.sectors and not set(need.sectors) & set(item.sectors):
        return 0.0, ""
    spoken = _spoken(need, item.keywords)
    stages = [phase for phase in need.phases if phase in item.lifecycle]
    growth = bool(item.growth) and need.stage in item.growth
    if item.growth and need.stage and not growth:
        return 0.0, ""
    reviewing = need.asks_review and item.channel == "线下" and bool(stages)
    helping = need.asks_help and growth and set(need.phases) <= {"注册申报", "上市后"}
    score = sum(map(len, spoken)) + 3.0 * bool(stages) / max(1, len(item.lifecycle)) + 3.0 * reviewing + 4.0 * helping
    reasons = [f"提到“{word}”" for word in spoken[:2]] + [f"处于{phase}环节" for phase in stages[:1]]
    reasons += [f"企业处于{need.stage}期"] * growth
    return score, "，".join(reasons)


def _spoken(need: Need, keywords: Iterable[str]) -> list[str]:
    """The keywords that stand in the need, longest first, none inside another; Latin ones only as whole words."""
    spoken: list[str] = []
    for word in sorted(keywords, key=len, reverse=True):
        pattern = rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])" if word.isascii() else re.escape(word)
        if re.search(pattern, need.text, re.IGNORECASE) and not any(word in longer for longer in spoken):
            spoken.append(word)
    return spoken
