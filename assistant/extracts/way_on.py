"""The way on from an answer: what to do next, which service items help, what else the evidence invites to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.extracts.evidence import ENOUGH_TERMS, Evidence
from assistant.extracts.suggested import suggested
from assistant.guidance.navigate import navigate
from assistant.guidance.needs import asks_how
from assistant.guidance.quoting import Quoter
from assistant.model import EnterpriseProfile, NavigationItem, RegulatoryPath, Search, ServiceItem
from kb.knowledge import KnowledgeBase
from kb.model import NOT_STATED, Citation, Kind

READ_NEXT: dict[Kind, str] = {
    Kind.GUIDE: "对照办事指南《{}》准备",
    Kind.SERVICE_ITEM: "可以使用的服务事项：《{}》",
    Kind.TEMPLATE: "可以套用的模板：《{}》",
}
"""Texts of ours that help to act on a rule, and what to do with them."""
READ_MOST = 3


class Offers(NamedTuple):
    """What navigation needs: the items and routes of the content, the search and the quoter of the service."""

    items: Sequence[ServiceItem]
    paths: Sequence[RegulatoryPath]
    search: Search
    quoter: Quoter


class WayOn(NamedTuple):
    next_steps: tuple[str, ...] = ()
    items: tuple[NavigationItem, ...] = ()
    suggestions: tuple[str, ...] = ()


def way_on(
    knowledge: KnowledgeBase, evidence: Evidence, citations: Sequence[Citation], *,
    profile: EnterpriseProfile | None, offers: Offers | None, as_of: date, today: date | None = None,
) -> WayOn:  # fmt: skip
    """For an answer that cites at least one provision; the steps only where the question asks how to do something. The
    suggestions name the day where it is not `today`, so that asking them keeps it; None means that it is."""
    asked = evidence.question
    items = _items(asked, profile, offers, as_of) if offers and asks_how(asked) else ()
    steps = _steps(items, offers.paths) if offers else ()
    on_another_day = as_of if today and as_of != today else None
    return WayOn(
        (*steps, *_to_read(evidence, items)), items,
        suggested(knowledge.registry, asked, citations, as_of, named_day=on_another_day),
    )  # fmt: skip


def _items(question: str, profile: EnterpriseProfile | None, offers: Offers, as_of: date) -> tuple[NavigationItem, ...]:
    return navigate(question, profile, **offers._asdict(), as_of=as_of).items


def _steps(items: Sequence[NavigationItem], paths: Iterable[RegulatoryPath]) -> tuple[str, ...]:
    """One sentence an item, in order: what is to be done, then by which service, how, until when and with what."""
    legal = {step.name for path in paths for step in path.steps}
    return tuple(f"第{place}步　{_step(item, legal)}" for place, item in enumerate(items, start=1))


def _step(item: NavigationItem, legal: set[str]) -> str:
    done = [name for line in item.steps if (name := _named(line, legal))]
    told = {
        "渠道": item.channel, "时限": item.time_limit, "材料": "、".join(item.materials) if item.materials else None
    }  # fmt: skip
    service = [f"可用服务：{item.name}"] if done and item.name not in done else []
    known = [f"{name}：{value}" for name, value in told.items() if value]
    unknown = "、".join(name for name, value in told.items() if not value)
    return (
        f"{'、'.join(done) or item.name}"
        f"（{'；'.join([*service, *known, *([f'{unknown}：{NOT_STATED}'] if unknown else [])])}）"
    )


def _named(line: str, legal: set[str]) -> str | None:
    """The step of a route that a line of an item tells of; None for a step of the service itself."""
    return max((name for name in legal if line.startswith(name)), key=len, default=None)


def _to_read(evidence: Evidence, items: Sequence[NavigationItem]) -> tuple[str, ...]:
    """Our guides, items and templates on the same matter that the search found: what to do after reading the law."""
    offered = {item.name for item in items}
    return tuple(dict.fromkeys(_reading(evidence, offered)))[:READ_MOST]


def _reading(evidence: Evidence, offered: set[str]) -> Iterator[str]:
    for finding in evidence.findings:
        kind, title = finding.passage.kind, finding.passage.title
        if kind in READ_NEXT and finding.share >= ENOUGH_TERMS and not any(name in title for name in offered):
            yield READ_NEXT[kind].format(title)
