"""The days on which something happens to the person who asks: 今天受理, 3月2日提交的, 证书2027年5月1日到期.

A day without a year is the nearest past one of what happened, the nearest coming one of what is to come. A day that no
event stands by is none of ours: it may be the day by whose law is asked (`assistant.question.asked_day`).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

from kb.numerals import to_number

_N = r"[\d〇零一二两三四五六七八九十]"
_YEAR_WORDS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_DAY_WORDS = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今早": 0,
    "明天": 1, "明日": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_WEEK = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_WEEKDAYS = {word: at for at, words in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7")) for word in words}
_SPAN_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "个星期": 7}
_DATE = re.compile(
    rf"(?<![\d.])(?P<iso>(?:19|20)\d\d[-./]\d{{1,2}}[-./]\d{{1,2}})(?![\d.])"
    rf"|(?:(?P<year>(?<!\d)(?:19|20)\d\d|[一二][〇零九]{_N}{{2}})\s?年|(?P<spoken>大前年|[前去上今本明后]年)的?)"
    rf"(?:\s?(?P<month>{_N}{{1,3}})\s?月(?:份|\s?(?P<day>{_N}{{1,3}})\s?[日号]|(?P<end>底|末))?|年?(?P<yearend>底|末))?"
    rf"|(?<![\d年])(?P<bare>{_N}{{1,3}})\s?月(?:份?(?P<bareend>底|末)|\s?(?P<bareday>{_N}{{1,3}})\s?[日号])"
    rf"|(?P<shift>上上|上|这|本|下)(?:个)?月(?:的)?(?:(?P<shiftday>{_N}{{1,3}})\s?[日号]|(?P<shiftend>底|末)|[初中]|份)?"
    r"|(?P<word>大前天|大后天|前天|前日|昨天|昨日|昨晚|今天|今日|今早|明天|明日|后天)"
    r"|(?P<week>上上|上|这|本|下下|下)个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-7])"
    rf"|(?:还有|还剩|剩下?|再过|不到|只有)(?:不到)?(?P<left>{_N}{{1,3}})(?P<leftunit>个半?月|天|日|周|个?星期)"
    rf"|(?P<count>{_N}{{1,4}})(?P<unit>天|日|周|个?星期)(?P<way>之?[前后]|以[前后])"
)
_AHEAD = "到期|届满|期满|过期|失效|截止"
_HAPPENS = (
    "受理|发补|补正|提交|递交|报送|申请|申报|送达|签收|收到|接到|拿到|领到|取得|获得|获批|批准|核准|核发|发证|颁发|批下来|公告|签订|签署"
    "|签的?|成立|设立|登记|注册|备案|投产|上市(?!许可|后)|进口(?!药|医|化|商)|生产(?!质量|许可|企业|管理|监督|经营|线|证)|销售|采购|购买|购进"
    "|卖|买|发现|获知|得知|知道|发生|死亡|抽检|抽样|被罚|处罚|立案|检查|召回|停产|停业|开始|完成|结束|转让|入职|离职|解除|起诉|判决|裁决"
    "|作出|做出|通知|变更|交|报(?![告道名])"
)
_EVENT = re.compile(f"{_AHEAD}|{_HAPPENS}")
_NO_VERB = re.compile(
    f"(?<=注册)(?:申请|证|许可|资料|事项|检验)|(?<=备案)(?:凭证|资料|证)|(?<=变更)(?:申请|注册)|(?<=登记)(?:申请|证|机关)|(?<=生产|销售|经营)(?:许可|企业)"
    f"|(?<=申请)(?:被|获|已经?|得到|正式|通过|人|(?={_AHEAD}|受理|获批|批准|核准|批下来))"
)
"""What makes the word before it part of a name: of 注册申请被受理 the event is 受理."""
_BEFORE = re.compile(
    f"(?P<until>有效期(?:限|截止)?(?:至|到|为)|(?:有效|用|管)到)|(?P<event>{_AHEAD}|{_HAPPENS})(?:的?(?:日期?|时间|那天|当天)?(?:是|为|在|于)|于|在)"
)
_TOLD_FIRST = re.compile(
    "(?P<event>收到|接到|签收|领到|拿到|提交|递交|取得)[^，,。；;？?！!\n]{1,20}?(?:的?(?:日期|时间|日子))?(?:是|为|是在)$"
)
"""收到处罚决定书是 before the day."""
_NOT_THE_ASKERS = re.compile(
    r"[^，。？]{0,4}(?:版|修[正订改]|制定|(?:公布|发布|颁布|印发|通过)的?|施行|实施|生效|执行|第\s?[\d一二三四五六七八九十]+\s?号|[〔\[])"
)
_TO_COME = re.compile("准备|打算|计划|想|要|将|拟|预计|即将|才|会")
_PAST = re.compile("了|已|过")
_OF_TODAY = re.compile("(?:^|我们?|咱们?|公司|是|在|大概|约|差不多|再过|还有|证书?|许可证|批件|它|这个?|都)$")
"""What may stand before 三天前 and 30天后, else they are counted from something else: 届满30日前, 收到通知15天后."""
_QUOTED = re.compile(r"《[^《》]*》")
_CLAUSE_END = re.compile("[，,。；;？?！!\n]")
NEAR, FAR = 14, 30
"""Characters between a day and the word of what happened on it; of one told first, with what was received."""


class EventDay(NamedTuple):
    """`words` name the day in the question, `event` is the verb as written. Where only a month or a year is named,
    `exact` is False and `day` the last one of it: nothing may be counted from it."""

    day: date
    words: str
    event: str
    exact: bool = True


class _Named(NamedTuple):
    day: date
    exact: bool
    yearless: bool = False


def event_days(question: str, today: date) -> tuple[EventDay, ...]:
    """The days of a question on which something happens to the person who asks, in its order."""
    plain = _QUOTED.sub(lambda match: "□" * len(match[0]), question)
    found: list[EventDay] = []
    for match in _DATE.finditer(plain):
        before = _last_clause(plain[max(0, match.start() - NEAR) : match.start()])
        named = None if match["count"] and not _OF_TODAY.search(before) else _named(match, today)
        event = _event(plain, match, before)
        if named and event:
            words, around = event
            day = _turned(named, words, around, today) if named.yearless else named.day
            found.append(EventDay(day, match[0], words, named.exact))
    return tuple(found)


def _event(question: str, match: re.Match[str], before: str) -> tuple[str, str] | None:
    """What happens on the day, and the words around it: 到期 of 2027年5月1日到期, or of 到期日是2027年5月1日."""
    after = _clause(question[match.end() : match.end() + NEAR])
    if _NOT_THE_ASKERS.match(after):
        return None
    if found := next((one for one in _EVENT.finditer(after) if not _NO_VERB.match(after, one.end())), None):
        return found[0].removesuffix("的"), before + after[: found.end() + 2]
    if told := _TOLD_FIRST.search(question[max(0, match.start() - FAR) : match.start()]):
        return told["event"], told[0]
    found = next((m for m in reversed(list(_BEFORE.finditer(before))) if m.end() == len(before)), None)
    if found is None:
        return None
    return ("到期" if found["until"] else found["event"].removesuffix("的")), before


def _clause(words: str) -> str:
    return _CLAUSE_END.split(words, maxsplit=1)[0]


def _last_clause(words: str) -> str:
    return _CLAUSE_END.split(words)[-1]


def _named(match: re.Match[str], today: date) -> _Named | None:
    try:
        return _read(match, today)
    except (ValueError, OverflowError):
        return None  # 2月30日 is no day


def _read(match: re.Match[str], today: date) -> _Named | None:
    if match["iso"]:
        return _Named(date(*(int(part) for part in re.split("[-./]", match["iso"]))), exact=True)
    if match["year"] or match["spoken"]:
        year = to_number(match["year"]) if match["year"] else today.year + _YEAR_WORDS[match["spoken"]]
        return _of_year(year, match)
    if match["bare"]:
        month = to_number(match["bare"])
        if match["bareend"]:
            return _Named(_last_of(today.year, month), exact=True, yearless=True)
        return _Named(_in_some_year(today, month, to_number(match["bareday"])), exact=True, yearless=True)
    if match["shift"]:
        return _of_month(today, match)
    if match["word"]:
        return _Named(today + timedelta(days=_DAY_WORDS[match["word"]]), exact=True)
    if match["week"]:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEK[match["week"]])
        return _Named(monday + timedelta(days=_WEEKDAYS[match["weekday"]]), exact=True)
    if match["left"]:
        return _left(today, to_number(match["left"]), match["leftunit"])
    days = to_number(match["count"]) * _SPAN_DAYS[match["unit"]]
    return _Named(today + timedelta(days=-days if match["way"].endswith("前") else days), exact=True)


def _left(today: date, number: int, unit: str) -> _Named:
    """还有5个月到期: people count months roughly, days exactly; 还有一个半月 is at most two."""
    if unit.endswith("月"):
        return _Named(later(today, number + ("半" in unit)), exact=False)
    return _Named(today + timedelta(days=number * _SPAN_DAYS[unit]), exact=True)


def _of_year(year: int, match: re.Match[str]) -> _Named:
    if not match["month"]:
        return _Named(date(year, 12, 31), exact=False)
    month = to_number(match["month"])
    if match["day"]:
        return _Named(date(year, month, to_number(match["day"])), exact=True)
    return _Named(_last_of(year, month), exact=bool(match["end"]))


def _of_month(today: date, match: re.Match[str]) -> _Named:
    shift = {"上上": -2, "上": -1, "下": 1}.get(match["shift"], 0)
    months = today.year * 12 + today.month - 1 + shift
    year, month = months // 12, months % 12 + 1
    if match["shiftday"]:
        return _Named(date(year, month, to_number(match["shiftday"])), exact=True)
    return _Named(_last_of(year, month), exact=bool(match["shiftend"]))


def _in_some_year(today: date, month: int, day: int) -> date:
    """A day without a year, in the year of today; 2月29日 in the nearest year that has one."""
    if (month, day) != (2, 29):
        return date(today.year, month, day)
    return date(next(y for y in range(today.year, today.year + 9) if calendar.isleap(y)), month, day)


def _turned(named: _Named, event: str, around: str, today: date) -> date:
    """A day without a year in the year that is meant."""
    ahead = bool(re.fullmatch(_AHEAD, event)) or bool(_TO_COME.search(around))
    if ahead and not _PAST.search(around):
        return named.day if named.day >= today else _in_year(named.day, 1)
    return named.day if named.day <= today else _in_year(named.day, -1)


def _in_year(day: date, step: int) -> date:
    year = day.year + step
    if (day.month, day.day) == (2, 29):
        while not calendar.isleap(year):
            year += step
    elif day == _last_of(day.year, day.month) and day.month == 2:
        return _last_of(year, 2)
    return day.replace(year=year)


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def later(day: date, months: int) -> date:
    """The day of the same number so many months later, earlier where negative; the last of a month that has none."""
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
