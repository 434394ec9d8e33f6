"""The day a question is about, where it says so in words: 2023年时…, 截至2024年6月30日…, 2027年1月2日商标续展怎么规定.

A day that is set beside the question goes first, then the one in its words, then today. A year alone means its last
day, a month alone its last day. The date of an edition (2019年修正), of a document number
(2014年第64号), and of something that happened to the person who asks (2019年取得的注册证) is no day to judge by.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from assistant.answer_model import Question
from assistant.followup import standing_alone
from kb.validity import chinese_day

_DATE = re.compile(
    r"(?P<lead>截[至止]到?|按照?|依照?|依据|根据|站?在|于|到)?\s?(?<!\d)"
    r"(?:(?P<iso>(?:19|20)\d{2}-\d{1,2}-\d{1,2})|(?P<year>(?:19|20)\d{2})年(?:(?P<month>\d{1,2})月(?:份|(?P<day>\d{1,2})[日号])?)?)"
    r"(?P<edge>底|末|之前|以前|前)?"
)
_QUOTED = re.compile(r"《[^《》]*》|（[^（）]*）|\([^()]*\)")
_BINDING = ("截", "按", "依", "根据")
_NOT_A_DAY = re.compile(
    r"\s?(?:第\s?[\d〇零一二三四五六七八九十]+\s?号|[〔\[]|版|度|修[正订改]|制定|新|[的]?(?:公布|发布|颁布|印发|通过|施行|实施|生效)(?!了?[吗么没])|起|开始|以来|[之以]?后)"
)
_OF_THE_LAW = re.compile(
    r"(?:[那当]?时(?!间|限|效)|的时候|那[会年]儿?|的(?:规定|法律?|条文|版本|文本|现行)|现行|(?:是否|还|仍|就|都)?(?:有效|生效|适用|施行)[了吗么没]?)"
)
_HAPPENED = re.compile(
    r"[^，,。？?]{0,6}(?:取得|拿到|获[批得]|批准|成立|设立|注册的|登记的|备案的|签|买|购|生产(?!质量|许可|企业|管理|监督|经营)|上市(?!许可|后)|到期|届满|开始|申请|申报|提交|受理|投产|进口(?!药|医|化)|销售|卖|发生|收到|被)"
)


_WITH_IT = re.compile(r"(?:[那当]?时(?!间|限|效)|的时候|那[会年]儿?|的(?:规定|法律?|条文|版本|文本)(?=[，,]))?[，,\s]*")
"""What goes with the day when it is left out of a search."""


class Asked(NamedTuple):
    """A question as it is answered. `question` stands alone, `sought` is it without the words that name the day: a year
    is in many titles and in no rule. `notes` say why the answer is by another day than the reader may think."""

    question: str
    sought: str
    day: date
    notes: tuple[str, ...]


class AskedDay(NamedTuple):
    """The day, the words of the question that name it, and the whole phrase they stand in."""

    day: date
    words: str
    phrase: str


def understood(question: Question, today: date, doing: str = "回答") -> Asked:
    """What is asked, and by the law of which day. The day of an earlier question holds for a follow-up that leans on
    it and names none itself; any other question starts afresh. `doing` is what the notes say is done by that day."""
    whole = standing_alone(question)
    own, inherited = asked_day(question.question, today), asked_day(whole, today)
    named = own or inherited
    day = question.as_of or (named.day if named else today)
    sought = whole
    for found in (own, inherited):
        sought = sought.replace(found.phrase, "", 1) if found else sought
    return Asked(whole, sought.strip() or whole, day, tuple(_notes(named, day, question.as_of, today, doing)))


def _notes(named: AskedDay | None, day: date, chosen: date | None, today: date, doing: str) -> Iterator[str]:
    if named and chosen and named.day != chosen:
        yield f"问题写的是{named.words}，这里按所选日期{chinese_day(day)}的有效文本{doing}。"
    elif named and not chosen:
        yield f"问题写的是{named.words}，按{chinese_day(day)}的有效文本{doing}；要换日期，请写明年月日或另选日期。"
    if day > today:
        yield f"{chinese_day(day)}还没有到：这里用的是今天已知的文本，此后公布的修改和废止无从知道。"


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
    if not bound and (not opens or _HAPPENED.match(after)):
        return None
    day = _day_of(match, today)
    if day is None:
        return None
    with_it = _WITH_IT.match(after)
    return AskedDay(day, match[0].removeprefix(match["lead"] or "").strip(), match[0] + (with_it[0] if with_it else ""))


def _day_of(match: re.Match[str], today: date) -> date | None:
    try:
        if match["iso"]:
            first = last = date(*(int(part) for part in match["iso"].split("-")))
        else:
            year, month = int(match["year"]), int(match["month"] or 0)
            first = date(year, month or 1, int(match["day"] or 1))
            last = first if match["day"] else date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    except ValueError:
        return None
    if match["edge"] in ("之前", "以前", "前"):
        return first - timedelta(days=1)
    return today if first <= today <= last else last
