"""Navigation: from a need in plain words to the items to be done, in order, or to one short question back.

Rules understand the need; the one index only helps to rank. An item is offered because of words the person used, and
the reason says which. What is offered rests on quoted provisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from assistant.guidance.fit import best_route, rank, title_of
from assistant.guidance.needs import Need, read_need
from assistant.guidance.quoting import Quoter, cite_all
from assistant.guidance.regions import covers
from assistant.model import (
    Clarification,
    EnterpriseProfile,
    NavigationItem,
    NavigationResult,
    PathStep,
    ProvisionReference,
    RegulatoryPath,
    Search,
    ServiceItem,
)
from kb.catalogue import read_records, require_known
from kb.model import NOT_STATED, Citation, Force, Kind, Sector
from kb.open_points import DEVICE_CLASSES
from kb.validity import chinese_day

SECTOR_FREE = frozenset(("变更", "延续", "注册申报", "生产许可", "备案", "上市后"))
"""Stages that several fields share: without a field they cannot be told apart."""
LANES = ("政策导航：有哪些政策和服务", "注册护航：申报资料预审、现场预检查", "市场助航：对接部门、机构和专家")
ASK_LANE = Clarification(question="没有找到对应的服务事项。您想了解哪一方面？请说明产品领域和所处阶段。", options=LANES)
ASK_SECTOR = Clarification(question="请问是哪一类产品？", options=tuple(Sector))
ASK_CLASS = Clarification(question="请问产品按第几类医疗器械管理？", options=(*DEVICE_CLASSES, "还不确定"))
ASK_USE = Clarification(
    question="类别取决于预期用途和风险程度，须按分类目录或经分类界定确认，这里不作结论。产品的预期用途更接近哪一种？",
    options=("用于诊断或治疗决策", "只作数据处理或管理", "还不确定"),
)
ASK_STAGE = Clarification(question="请问企业处于哪个成长阶段？", options=("初创", "成长", "成熟"))
ASK_DOSSIER = {
    Sector.DRUG: Clarification(
        question="请问准备的是哪一种药品申报资料？",
        options=("临床试验申请（IND）", "生物等效性试验（BE）", "上市许可申请（NDA）", "上市后变更", "药品再注册"),
    ),
}


def load_items(path: Path) -> tuple[ServiceItem, ...]:
    """The service items of a content file, in file order; `before` and `after` must name items of the file."""
    items = read_records(path, "items", ServiceItem, lambda item: item.id)
    known = {item.id for item in items}
    for item in items:
        require_known(path, item.id, (*item.before, *item.after), known)
    return items


def load_paths(path: Path) -> tuple[RegulatoryPath, ...]:
    """The routes of a content file, in file order; every `next` must name a step of the same route."""
    routes = read_records(path, "paths", RegulatoryPath, lambda route: route.id)
    for route in routes:
        steps = {step.id for step in route.steps}
        require_known(path, route.id, (name for step in route.steps for name in step.next), steps)
    return routes


def service_documents(items: Iterable[ServiceItem]) -> list[tuple[str, str, Kind]]:
    """`(title, text, kind)` of each service item, to be ingested into the one index beside the law."""
    return [(title_of(item), _text(item), Kind.SERVICE_ITEM) for item in items]


def navigate(
    need: str,
    profile: EnterpriseProfile | None,
    *,
    items: Sequence[ServiceItem],
    paths: Sequence[RegulatoryPath],
    search: Search,
    quoter: Quoter,
    as_of: date,
) -> NavigationResult:
    """Answer a need: a question back where it is open, a route where steps are asked, else the items that fit it.

    A question whose answer already stands in the need is not put again.
    """
    understood = read_need(need, profile)
    chosen, route, clarify = _choose(understood, items, paths, search, as_of)
    if route:
        return NavigationResult(items=_along(route, items, profile, quoter, as_of))
    offered = tuple(_item(item, why, profile, quoter, as_of) for item, why in chosen)
    answered = clarify and offered and any(option in understood.text for option in clarify.options)
    return NavigationResult(items=offered, clarify=None if answered else clarify)


def _choose(
    need: Need, items: Sequence[ServiceItem], paths: Sequence[RegulatoryPath], search: Search, as_of: date
) -> tuple[Sequence[tuple[ServiceItem, str]], RegulatoryPath | None, Clarification | None]:
    """What to offer: items with reasons, or a route; and what to ask. The first rule that applies decides."""
    classification = [item for item in items if item.lifecycle == ("分类界定",)]
    if need.asks_class and not need.asks_review:
        return [(item, "类别须经分类界定确认，可先请平台作分类指导") for item in classification], None, ASK_USE
    if _lacks_sector(need):
        return (), None, ASK_SECTOR
    route = best_route(need, paths)
    if route and (need.asks_route or not need.asks_review):
        return (), route, None
    if _lacks_class(need):
        return [(item, "先确定产品的管理类别") for item in classification], None, ASK_CLASS
    ranked = rank(need, items, search, as_of)
    return ranked, None, None if ranked else _question(need)


def _lacks_sector(need: Need) -> bool:
    """A stage that several fields share, without a field; a firm that only wants guidance is served by its growth."""
    shared = bool(need.phases) and set(need.phases) <= SECTOR_FREE
    guided = need.asks_help and need.stage is not None and set(need.phases) <= {"注册申报"}
    return shared and not need.sectors and not guided


def _lacks_class(need: Need) -> bool:
    """Device registration steps asked for without a class: the three classes go different ways."""
    registering = "注册申报" in need.phases and need.sectors == (Sector.DEVICE,)
    return registering and need.asks_route and not need.asks_review and need.device_class is None


def _question(need: Need) -> Clarification:
    if need.asks_review and len(need.sectors) == 1 and need.sectors[0] in ASK_DOSSIER:
        return ASK_DOSSIER[need.sectors[0]]
    if (need.asks_review or need.phases) and not need.sectors:
        return ASK_SECTOR
    return ASK_STAGE if need.asks_help and need.stage is None and need.sectors else ASK_LANE


def _along(
    route: RegulatoryPath,
    items: Sequence[ServiceItem],
    profile: EnterpriseProfile | None,
    quoter: Quoter,
    as_of: date,
) -> tuple[NavigationItem, ...]:
    """The steps of a route as items, in order; a step no item helps with is done on the way to the next one that is."""
    known = {item.id: item for item in items}
    stops: dict[str, list[PathStep]] = {}
    waiting: list[PathStep] = []
    for step in route.steps:
        if step.item is None or known[step.item].anytime:
            waiting.append(step)
            continue
        stops.setdefault(step.item, []).extend([*waiting, step])
        waiting = []
    offered = [
        _item(known[name], f"《{route.name}》第{place}步", profile, quoter, as_of, steps)
        for place, (name, steps) in enumerate(stops.items(), start=1)
    ]
    offered += [_bare(route, step, quoter, as_of) for step in waiting if step.item is None]
    anytime = dict.fromkeys(step.item for step in route.steps if step.item and known[step.item].anytime)
    return (
        *offered,
        *(_item(known[name], f"《{route.name}》中可配合使用", profile, quoter, as_of) for name in anytime),
    )


def _bare(route: RegulatoryPath, step: PathStep, quoter: Quoter, as_of: date) -> NavigationItem:
    basis, remark = _grounds(quoter, step.basis, as_of)
    return NavigationItem(
        id=f"{route.id}/{step.id}", name=step.name, why=f"《{route.name}》的一步：{step.summary}{remark}",
        stage=route.action, channel=None, fee=None, materials=step.materials, steps=(_line(step),),
        time_limit=step.time_limit, basis=basis,
    )  # fmt: skip


def _grounds(quoter: Quoter, references: Iterable[ProvisionReference], as_of: date) -> tuple[tuple[Citation, ...], str]:
    """The grounds that apply on the day; where some do not, that the steps, written for the law of today, are not
    those of that day."""
    quoted = cite_all(quoter, references, as_of)
    standing = [citation for citation in quoted if citation.force not in (Force.NOT_YET, Force.REPEALED)]
    gone = f"所据条款有的在{chinese_day(as_of)}并不适用，步骤和时限按编写时的法规写成，不代表该日的要求"
    numbered = (c.model_copy(update={"key": str(number)}) for number, c in enumerate(standing, start=1))
    return tuple(numbered), gone if len(standing) < len(quoted) else ""


def _item(
    item: ServiceItem,
    why: str,
    profile: EnterpriseProfile | None,
    quoter: Quoter,
    as_of: date,
    steps: Sequence[PathStep] = (),
) -> NavigationItem:
    """An item as offered; the steps of the route it serves lend it their legal time limits, materials and grounds."""
    references: list[ProvisionReference] = [*item.basis, *(place for step in steps for place in step.basis)]
    basis, remark = _grounds(quoter, references, as_of)
    limits = [f"{step.name}：{step.time_limit}" for step in steps if step.time_limit]
    materials = item.materials or next((step.materials for step in reversed(steps) if step.materials), None)
    return NavigationItem(
        id=item.id, name=item.name, why="。".join(filter(None, (why, _where(item, profile), remark))),
        stage=item.stage, channel=item.channel, fee=item.fee, materials=materials,
        steps=tuple(_line(step) for step in steps) or item.steps,
        time_limit=item.time_limit or "；".join(limits) or None, basis=basis,
    )  # fmt: skip


def _line(step: PathStep) -> str:
    office = f"（{step.authority}）" if step.authority else ""
    limit = f"法定时限：{step.time_limit}。" if step.time_limit else ""
    return f"{step.name}{office}：{step.summary}{limit}"


def _where(item: ServiceItem, profile: EnterpriseProfile | None) -> str:
    """Where the item applies, said plainly to a firm of another region."""
    if item.region is None:
        return "各地适用"
    inside = covers(item.region, profile.region) if profile and profile.region else None
    if profile and profile.region and inside is False:
        return f"平台服务仅适用于{item.region}，贵企业在{profile.region}，法定要求相同，服务请咨询当地药监部门"
    return f"平台服务适用于{item.region}" + ("" if inside else "，其他地区法定要求相同，服务请咨询当地药监部门")


def _text(item: ServiceItem) -> str:
    limits = {"领域": item.sectors, "企业类型": item.kinds, "成长阶段": item.growth}
    lines = (
        item.summary,
        f"环节：{item.stage}。渠道：{item.channel or NOT_STATED}。费用：{item.fee or NOT_STATED}。",
        f"适用区域：{item.region or '不限'}。时限：{item.time_limit or NOT_STATED}。",
        "".join(f"{name}：{'、'.join(values)}。" for name, values in limits.items() if values),
        f"材料：{'；'.join(item.materials) if item.materials else NOT_STATED}。",
        f"步骤：{'；'.join(item.steps)}。",
        f"常见说法：{'、'.join(item.keywords)}。",
        f"说明：{item.note}" if item.note else "",
    )
    return "\n".join(line for line in lines if line)
