"""The day a question is about, where it says so in words: 2023年时…, 截至2024年6月30日…, 2027年1月2日商标续展怎么规定,
去年的规定.

A day that is set beside the question goes first, then the one in its words, then today. A year alone means its last
day, a month alone its last day. The date of an edition (2019年修正), of a document number
(2014年第64号), and of something that happened to the person who asks (2019年取得的注册证) is no day to judge by; the
last is told in a note, and for what may have been against the law, that the law of then may hold.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from assistant.answer_model import Question
from assistant.question.event_days import EventDay, event_days
from assistant.question.followup import Followed, followed
from kb.numerals import to_number
from kb.validity import chinese_day

_CN = "[〇零○一二三四五六七八九]"
_DATE = re.compile(
    r"(?P<lead>截[至止]到?|按照?|依照?|依据|根据|站?在|于|到)?\s?(?<!\d)"
    r"(?:(?P<iso>(?:19|20)\d{2}-\d{1,2}-\d{1,2})|(?:(?P<year>(?:19|20)\d{2})年"
    rf"|(?P<spelt>[一二][〇零○九]{_CN}{{2}})年|(?P<short>[0-3]\d)年(?=\d{{1,2}}月|[那当]?时(?!间|限|效)|的时候|那[会年])"
    r"|(?P<spoken>大前年|前年|去年|上年|今年))年?(?:(?P<month>\d{1,2})月(?:份|(?P<day>\d{1,2})[日号])?)?"
    r"|(?P<lastmonth>上个?月)份?)"
    r"(?P<edge>[年月]?[底末初]|之前|以前|前)?"
)
_SPOKEN = {"大前年": 3, "前年": 2, "去年": 1, "上年": 1, "今年": 0}
_QUOTED = re.compile(r"《[^《》]*》|（[^（）]*）|\([^()]*\)")
_BINDING = ("截", "按", "依", "根据")
_NOT_A_DAY = re.compile(
    r"\s?(?:第\s?[\d〇零一二三四五六七八九十]+\s?号|[〔\[]|版|度|修[正订改]|制定|新|[的]?(?:公布|发布|颁布|印发|通过|施行|实施|生效)(?!了?[吗么没])|起|开始|以来|[之以]?后)"
)
_OF_THE_LAW = re.compile(
    r"(?:[那当]?时(?!间|限|效)|的时候|那[会年]儿?|的(?:规定|法律?|条文|版本|文本|现行)|现行|(?:是否|还|仍|就|都)?(?:有效|生效|适用|施行)[了吗么没]?)"
)
_HAPPENED = re.compile(
    r"[^，,。？?]{0,12}(?:我们?|咱们|我司|我厂|公司的?)[^，,。？?]{0,16}被?(?:受理|批准|核准|驳回|收到|到期|过期)"
    r"|[^，,。？?]{0,16}(?:证|证书|批件|凭证|文号)(?:就|要|将|才|的?有效期)?(?:到期|届满|过期|失效)"
    r"|[^，,。？?]{0,6}(?:取得|拿到|获[批得]|批准|成立|设立|注册的|登记的|备案的|签|买|购|(?<!委托)生产(?!质量|许可|企业|管理|监督|经营)|上市(?!许可|后)|到期|届满|开始|申请|申报|提交|受理|投产|进口(?!药|医|化)|销售|卖|发生|收到|被)"
)


_DATED = re.compile("年|月.*[日号]|[-./]")
"""A day of the calendar stands in no rule: what is searched goes without it."""
_DEEDS = frozenset(("生产", "销售", "卖", "进口", "买", "购买", "购进", "采购", "交", "转让", "发生", "发现"))
_OF_TEXTS = frozenset(("公告", "通知", "报", "完成", "截止", "开始", "结束"))
_ASKS_THE_RULE = re.compile("怎么规定|如何规定|规定是|有什么规定|什么规定")
_PENALTY = re.compile("罚|处理|责任|后果|违法|犯罪|算不算|坐牢|吊销")
_WITH_IT = re.compile(r"(?:[那当]?时(?!间|限|效)|的时候|那[会年]儿?|的(?:规定|法律?|条文|版本|文本)(?=[，,]))?[，,\s]*")
"""What goes with the day when it is left out of a search."""


class Asked(NamedTuple):
    """A question as it is answered. `question` stands alone, `sought` is it without the words that name the day: a year
    is in many titles and in no rule. `notes` say why the answer is by another day than the reader may think, `events`
    are the days on which something happened to the person who asks."""

    question: str
    sought: str
    day: date
    notes: tuple[str, ...]
    events: tuple[EventDay, ...] = ()


class AskedDay(NamedTuple):
    """The day, the words of the question that name it, and the whole phrase they stand in."""

    day: date
    words: str
    phrase: str


def understood(
    question: Question, today: date, doing: str = "回答", completer: Callable[[Question, Followed], str] | None = None
) -> Asked:
    """What is asked, and by the law of which day. The day of an earlier question holds for a follow-up that leans on
    it and names none itself; any other question starts afresh. `doing` is what the notes say is done by that day;
    `completer` makes a follow-up whole where the rules are unsure."""
    made = followed(question)
    whole = completer(question, made) if completer else made.whole
    named = asked_day(whole, today)
    day = question.as_of or (named.day if named else today)
    sought = whole.replace(named.phrase, "", 1) if named else whole
    events = event_days(whole, today)
    for event in events:
        sought = sought.replace(event.words, "", 1) if _DATED.search(event.words) else sought
    notes = (*_notes(named, day, question.as_of, today, doing), *_event_notes(whole, events, named, day, today, doing))
    return Asked(whole, sought.strip() or whole, day, notes, events)


def _notes(named: AskedDay | None, day: date, chosen: date | None, today: date, doing: str) -> Iterator[str]:
    if named and chosen and named.day != chosen:
        yield f"问题写的是{named.words}，这里按所选日期{chinese_day(day)}的有效文本{doing}。"
    elif named and not chosen:
        yield f"问题写的是{named.words}，按{chinese_day(day)}的有效文本{doing}；要换日期，请写明年月日或另选日期。"
    if day > today:
        yield f"{chinese_day(day)}还没有到：这里用的是今天已知的文本，此后公布的修改和废止无从知道。"


def _event_notes(
    question: str, events: tuple[EventDay, ...], named: AskedDay | None, day: date, today: date, doing: str
) -> Iterator[str]:
    """That a date of the question was taken for that of an event, and not for the day to judge by."""
    told = [
        event
        for event in events
        if re.search("年|(?<!个)月", event.words) and (not named or event.words not in named.words)
    ]
    if not told or day != today:
        return
    done = next((one for one in told if one.day < today and one.event in _DEEDS), None)
    if done and _PENALTY.search(question):
        yield (
            f"行为发生在{done.words}，可能适用当时的规定（从旧兼从轻）；这里按今天的规定{doing}，要看当时的规定，请另选日期。"
        )
        return
    dated = [event for event in told if re.search(r"\d|[〇零一二三四五六七八九十]", event.words)]
    what = "、".join(f"{event.words}是{event.event}的日子" for event in dated if event.event not in _OF_TEXTS)
    if not what:
        return
    yield f"按今天的规定{doing}，问题中的{what}；要按别的日期，请写明或另选日期。"


def asked_day(question: str, today: date) -> AskedDay | None:
    """The one day by whose law a question asks to be answered; None where it names none, or several."""
    plain = _QUOTED.sub(lambda match: "□" * len(match[0]), question)
    found = [asked for match in _DATE.finditer(plain) if (asked := _asked(plain, match, today))]
    return found[0] if len({asked.day for asked in found}) == 1 else None


def _asked(question: str, match: re.Match[str], today: date) -> AskedDay | None:
    after = question[match.end() :]
    if _NOT_A_DAY.match(after):
        return None
    bound = (match["lead"] or "").startswith(_BINDING) or _OF_THE_LAW.match(after) is not None
    opens = not question[: match.start()].strip("，, 请问我想那么")
    if match["short"] and not opens:
        return None  # 工作满10年的时候 is a length of time
    if (match["spoken"] or match["lastmonth"]) and not bound and not _ASKS_THE_RULE.search(after):
        return None  # in a story 去年 and 上个月 say when things happened
    if not bound and (not opens or _HAPPENED.match(after)):
        return None
    day = _day_of(match, today)
    if day is None:
        return None
    with_it = _WITH_IT.match(after)
    return AskedDay(day, match[0].removeprefix(match["lead"] or "").strip(), match[0] + (with_it[0] if with_it else ""))


def _day_of(match: re.Match[str], today: date) -> date | None:
    try:
        first, last = _span(match, today)
    except ValueError:
        return None
    if match["edge"] in ("之前", "以前", "前"):
        return first - timedelta(days=1)
    if (match["edge"] or "").endswith("初"):
        last = date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    return today if first <= today <= last else last


def _span(match: re.Match[str], today: date) -> tuple[date, date]:
    """The first and the last day of what is named. Raises ValueError for a day that no calendar has."""
    if match["iso"]:
        day = date(*(int(part) for part in match["iso"].split("-")))
        return day, day
    if match["lastmonth"]:
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    year, month = _year(match, today), int(match["month"] or 0)
    first = date(year, month or 1, int(match["day"] or 1))
    if match["day"]:
        return first, first
    return first, date(year, month or 12, calendar.monthrange(year, month or 12)[1])


def _year(match: re.Match[str], today: date) -> int:
    if match["spoken"]:
        return today.year - _SPOKEN[match["spoken"]]
    if match["spelt"]:
        return to_number(match["spelt"].replace("○", "〇"))
    return int(match["year"]) if match["year"] else today.year // 100 * 100 + int(match["short"])
