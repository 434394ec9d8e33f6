"""The arithmetic of a time limit: from the quoted words and a day in the question to the last day, step by step.

The first day is not counted; months end on the day of the same number; a last day that offices do not work on moves to
the next that they do (民法典 articles 201 to 203); limits in working days leave out weekends and holidays (行政许可法
article 82). Nothing is counted from a day that the question does not name exactly, or of another event than the rule's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from assistant.answer_model import Reckoning
from assistant.extracts.event_kinds import family, same_act, same_event
from assistant.extracts.time_limits import Limit, limits
from assistant.extracts.working_day_rules import counts_working_days
from assistant.extracts.working_days import Counted, counted, is_working_day, last_working_day, next_working_day
from assistant.question.event_days import EventDay, later
from kb.address import split
from kb.model import Citation
from kb.registry import Registry
from kb.validity import chinese_day

MOST = 3
UNHELD = "法定节假日安排没有收录"
"""Stands in the steps of a day that was counted by weekends alone."""
ASK_DAY = "写明到期的年月日，就可以算出具体日期。"
FAR = 80
"""Characters behind a limit in which stands what is to be done within it."""
_NOT_COUNTED = re.compile(r"[^，。；;\n]{0,60}不计[算入][^。；;\n]{0,40}")
_WHEN_ASKED = re.compile(
    "多久|多长|几天|几个|几日|何时|什么时候|哪天|几号|最晚|最迟|提前|期限|时限|来得及|到期|届满|快过期|续"
)

_ASKS_LENGTH = re.compile("有效期限?[^，,。；？?]{0,8}?(?:多久|多长时间|多长|几年|多少年|几个月)")
"""Who asks how long a certificate holds does not ask when to renew it."""


class _Rule(NamedTuple):
    limit: Limit
    key: str
    by_working_days: str | None
    left_out: str | None
    words: str


def reckonings(
    registry: Registry, question: str, citations: Sequence[Citation], days: Sequence[EventDay], today: date
) -> tuple[Reckoning, ...]:
    """The limits in the quotes counted from the days of the question; without a day only those are explained that run
    back from the end of a term. At most MOST; limits that are counted the same are one, with the keys of all."""
    found: dict[object, Reckoning] = {}
    for rule in _rules(registry, citations):
        made = _counted(rule, question, days, today) if days else _explained(rule, question)
        if made is None:
            continue
        alike = (made.start, made.end, made.steps)
        if first := found.get(alike):
            found[alike] = first.model_copy(update={"keys": tuple(dict.fromkeys((*first.keys, *made.keys)))})
        elif len(found) < MOST:
            found[alike] = made
    dated = [one for one in found.values() if one.end]
    return tuple(dated or found.values())


def _rules(registry: Registry, citations: Sequence[Citation]) -> Iterator[_Rule]:
    for citation in citations:
        left_out = _NOT_COUNTED.search(citation.quote)
        for limit in limits(citation.quote):
            working = None
            if limit.unit == "日":
                document_id, _ = split(citation.address)
                working = counts_working_days(registry, document_id, limit)
            after = citation.quote.find(limit.rule) + len(limit.rule)
            words = limit.rule + re.split("[。；;]", citation.quote[after : after + FAR], maxsplit=1)[0]
            yield _Rule(limit, citation.key, working, left_out[0].strip() if left_out else None, words)


def _explained(rule: _Rule, question: str) -> Reckoning | None:
    if rule.limit.how == "within" or not _WHEN_ASKED.search(_ASKS_LENGTH.sub("", question)):
        return None
    steps = [_way(rule), *_working(rule), ASK_DAY]
    return Reckoning(rule=rule.limit.rule, keys=(rule.key,), steps=tuple(steps))


def _counted(rule: _Rule, question: str, days: Sequence[EventDay], today: date) -> Reckoning | None:
    """From the first exact day whose event is the one that the rule counts from; else which day it takes, if a day was
    named for something else."""
    limit = rule.limit
    backward = limit.how != "within"
    wanted = "届满" if backward else family(limit.base)
    if backward:
        matching = [day for day in days if family(day.event) == wanted]
    else:
        matching = [day for day in days if same_event(limit.base, day, question)]
    if not backward and not same_act(rule.words, question):
        return None
    exact = next((day for day in matching if day.exact), None)
    if exact:
        try:
            return _back(rule, exact, today) if backward else _onward(rule, exact, today)
        except (OverflowError, ValueError):
            return None
    if backward:
        return _about(rule, matching[0], today) if matching else None
    if wanted == "收到申请" and any(family(day.event) == "收到" for day in days):
        return None  # what the office does with an application is no limit of whom it has written to
    given = days[0]
    told = f"期限从“{limit.base}”之日起算"
    if matching:
        why = f"{told}；问题只说到“{matching[0].words}”，没有具体日期，不能推算。"
    elif wanted:
        other = f"问题给出的是“{given.words}{given.event}”的日子，不一定是同一天"
        why = f"{told}；{other}，知道起算日后再往后数{_span(rule)}。"
    else:
        return None
    return Reckoning(rule=limit.rule, keys=(rule.key,), steps=(why,))


def _about(rule: _Rule, event: EventDay, today: date) -> Reckoning:
    """Of the end of a term that is known to the month only: what is certain even by the last day it can mean."""
    steps = [_way(rule), *_working(rule)]
    if rule.limit.how == "before" and (bound := _earlier(rule, event.day, rule.limit.number).day) < today:
        steps.append(
            f"问题只说到“{event.words}{event.event}”；即使按{chinese_day(event.day)}届满算，最晚的一天{chinese_day(bound)}也已经过去。"
        )
    steps.append(ASK_DAY)
    return Reckoning(rule=rule.limit.rule, keys=(rule.key,), steps=tuple(steps))


def _onward(rule: _Rule, event: EventDay, today: date) -> Reckoning:
    limit = rule.limit
    steps = [
        f"起算：{chinese_day(event.day)}（问题中的“{event.words}{event.event}”），当天不计入，从次日起算（《民法典》第二百零一条）。",
        *_working(rule),
    ]
    if _by_working_days(rule):
        end, unheld = counted(event.day, limit.number)
        steps.append(f"往后数{limit.number}个工作日，到{chinese_day(end)}。")
        steps += _unheld(unheld, backward=False)
    else:
        end, moved = _natural(event.day, limit)
        steps.append(f"往后数{_span(rule)}，到{chinese_day(end)}{_corresponding(limit)}。")
        if moved != end:
            steps.append(
                f"{chinese_day(end)}是休息日，顺延到其后的第一个工作日{chinese_day(moved)}（《民法典》第二百零三条）。"
            )
        end = moved
    steps += _tail(rule, end, today, "期限的最后一天")
    return Reckoning(rule=limit.rule, keys=(rule.key,), steps=tuple(steps), start=event.day, end=end)


def _back(rule: _Rule, event: EventDay, today: date) -> Reckoning:
    limit, expiry = rule.limit, event.day
    steps = [f"期限届满：{chinese_day(expiry)}（问题中的“{event.words}{event.event}”）。", *_working(rule)]
    far, unheld = _earlier(rule, expiry, limit.number)
    start, end = expiry, far
    if limit.how == "between":
        near, more = _earlier(rule, expiry, limit.nearer)
        start, end, unheld = far, near, tuple(sorted({*unheld, *more}))
        steps.append(f"{_way(rule).removesuffix('。')}，即{chinese_day(start)}至{chinese_day(end)}。")
    elif limit.how == "last":
        start, end = far, expiry
        steps.append(f"{_way(rule).removesuffix('。')}，即{chinese_day(start)}至{chinese_day(end)}。")
    else:
        steps.append(f"往前推{_span(rule)}，到{chinese_day(end)}：最晚在这一天提出，宜留出余地。")
    if not is_working_day(end):
        steps.append(
            f"{chinese_day(end)}是休息日；往前推的期限不顺延，稳妥的是在此前的工作日{chinese_day(last_working_day(end))}以前提出。"
        )
    steps += [*_unheld(unheld, backward=True), *_tail(rule, end, today, "最晚的一天")]
    return Reckoning(rule=limit.rule, keys=(rule.key,), steps=tuple(steps), start=start, end=end)


def _tail(rule: _Rule, end: date, today: date, what: str) -> Iterator[str]:
    if rule.left_out:
        yield f"原文写明不计入的时间：“{rule.left_out}”，有这类时间的，结束的日子相应推后。"
    if end < today:
        yield f"{what}已经过去{(today - end).days}天（今天是{chinese_day(today)}）。"


def _working(rule: _Rule) -> Iterator[str]:
    if rule.limit.unit == "工作日":
        yield "数的是工作日：不含周末和法定节假日，调休上班的周末算工作日（参看《行政许可法》第八十二条）。"
    elif rule.by_working_days:
        yield f"这里的“日”指工作日（{rule.by_working_days}），不含周末和法定节假日，调休上班的周末算工作日。"


def _unheld(years: Sequence[int], *, backward: bool) -> Iterator[str]:
    if years:
        named = "、".join(f"{year}年" for year in years)
        turn = "早几天，请留出余地" if backward else "晚几天"
        yield f"{named}的{UNHELD}，这里只按周末计算；期间有长假的，实际的日子会{turn}。"


def _by_working_days(rule: _Rule) -> bool:
    return rule.limit.unit == "工作日" or rule.by_working_days is not None


def _way(rule: _Rule) -> str:
    limit = rule.limit
    if limit.how == "between":
        return f"从期限届满日往前推：第{limit.number}个{_unit(rule)}起可以提出，第{limit.nearer}个{_unit(rule)}为止。"
    if limit.how == "last":
        return f"从期限届满日往前推{_span(rule)}，这一天到届满日之间提出。"
    return f"从期限届满日往前推{_span(rule)}，最晚在那一天提出。"


def _span(rule: _Rule) -> str:
    return f"{rule.limit.number}{'' if _unit(rule) in ('日', '年') else '个'}{_unit(rule)}"


def _unit(rule: _Rule) -> str:
    return "工作日" if _by_working_days(rule) else rule.limit.unit


def _corresponding(limit: Limit) -> str:
    return (
        "（按月、按年计算的，到对应日为止；没有对应日的，到月末，《民法典》第二百零二条）"
        if limit.unit in "月年"
        else ""
    )


def _natural(start: date, limit: Limit) -> tuple[date, date]:
    """The last day by the calendar, and the day to which it moves where offices are closed then."""
    days = timedelta(days=limit.number) if limit.unit == "日" else None
    end = start + days if days else later(start, limit.number * (12 if limit.unit == "年" else 1))
    return end, next_working_day(end)


def _earlier(rule: _Rule, expiry: date, number: int) -> Counted:
    if _by_working_days(rule):
        return counted(expiry, -number)
    if rule.limit.unit == "日":
        return Counted(expiry - timedelta(days=number), ())
    return Counted(later(expiry, -number * (12 if rule.limit.unit == "年" else 1)), ())
