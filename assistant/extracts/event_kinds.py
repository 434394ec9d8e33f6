"""Whether what a question tells of a day is what a limit of the law counts from: the same sort of event, the same thing
received, the same term that ends, and the act that is asked about.

In every doubt it is not: a day counted from something else is worse than none.
"""

from __future__ import annotations

import re

from assistant.question.event_days import EventDay

_FAMILIES = {
    "受理": "受理",
    "收到申请": "(?:收到|接到)(?:.{0,30}(?:提交|提出|递交|报送)|.{0,20}(?:申请|申报|报告|材料|资料|请求)"
    "(?!.{0,16}(?:通知|决定)))",
    "收到": "收到|接到|送达|签收|拿到|领到|知道|得知|告知书?|接受",
    "提交": "提交|递交|报送|提出|申请(?!人|书)|申报|交|报",
    "发现": "发现|获知",
    "批准": "批准|核准|取得|获得|获批|批下来|核发|颁发|发证|签发",
    "作出": "作出|做出|决定(?!书)",
    "届满": "届满|期满|到期|过期|失效|截止",
    "公告": "公告|公布|公示",
    "订立": "签订|签署|签|订立",
    "成立": "成立|设立|登记(?!机关)",
    "发生": "发生|死亡|出现",
    "用工": "用工|入职",
    "解除": "解除|终止|离职",
    "通知": "通知(?!书|单)|发补",
}
_OF_EVENT = re.compile("|".join(f"(?P<f{at}>{words})" for at, words in enumerate(_FAMILIES.values())))
_NAMES = tuple(_FAMILIES)
_LAST = re.compile(
    "(?:受理|送达|签收|届满|期满|到期|截止|公告|公布|公示|签订|签署|成立|作出|做出|发生|死亡|核发|颁发|签发)$"
)
"""Of 注册申请受理 and 公示期届满 the verb at the end is what happens, of 受理注册申请 the first one."""
_OFFICE_RECEIVES = re.compile("(?:收到|接到)[^，,。；]{0,16}(?:申请|申报|报告|材料|资料)(?!.{0,8}(?:通知|决定))")
_THING = re.compile(
    "(?P<of>[\u4e00-\u9fff]{0,2}?)(?P<what>(?:决定|通知|告知|意见|裁决|判决|裁定|调解)书|通知单|通知|决定|结果|意见|结论)(?!.*(?:书|通知|决定|结果|意见|结论))"
)
_PLAIN = frozenset(("", "书面", "行政", "上述", "有关", "收到", "接到", "到", "该", "其", "本"))
_NO_ACT = re.compile("复议(?:期限|期间|期满|决定|机关|机构|意见|案件)|诉讼(?:法|时效)")
_RECEIVED = re.compile("(?:收到|接到|送达|签收)[^，,。；？?]{0,16}(?:书|通知|决定)")
_ACTS = {
    "复议": re.compile("复议"),
    "诉讼": re.compile("起诉|诉讼"),
    "听证": re.compile("听证"),
    "罚款": re.compile("[交缴].{0,6}罚款"),
    "复审": re.compile("复审"),
    "复验": re.compile("复验|复检"),
    "仲裁": re.compile("仲裁"),
    "申辩": re.compile("申辩|陈述"),
}
"""What is to be done within a limit."""
_TERM = re.compile("([\u4e00-\u9fff]{2,4})(?:届满|期满|到期|截止)$")


def same_event(base: str, day: EventDay, question: str) -> bool:
    """Whether a limit counts from what is told of a day: `base` is the event as the law prints it."""
    wanted = family(base)
    return (
        wanted is not None
        and _of(day, question) == wanted
        and _same_term(base, question)
        and _same_thing(base, question)
    )


def same_act(words: str, question: str) -> bool:
    """Whether a limit, of which `words` say what is to be done in it, is for the act that is asked about, where the
    question names one: sixty days to 复议 are none to sue."""
    asked = {act for act, named in _ACTS.items() if named.search(_RECEIVED.sub("", question))}
    plain = _NO_ACT.sub("", words)
    return not asked or bool(asked & {act for act, named in _ACTS.items() if named.search(plain)})


def family(event: str) -> str | None:
    """Which sort of event some words tell, by the verb at their end or the first one in them: 收到检验结果 and 送达 are
    one; what an office receives from people (收到申请) is another."""
    last = _LAST.search(event)
    found = _OF_EVENT.search(last[0] if last else event)
    return _NAMES[int((found.lastgroup or "f0")[1:])] if found else None


def _of(day: EventDay, question: str) -> str | None:
    """What sort of event is told of a day: what is received may be an application, or something for the applicant."""
    found = family(day.event)
    return "收到申请" if found == "收到" and _OFFICE_RECEIVES.search(question) else found


def _same_term(base: str, question: str) -> bool:
    """Whether the end that a limit counts from is that of the question: 公示期届满 is none for a certificate."""
    term = _TERM.search(base)
    what = re.sub("(?:期限|期间|期)$", "", term[1]) if term else ""
    return not what or what.endswith("有效") or what[-2:] in question


def _same_thing(base: str, question: str) -> bool:
    """Whether what is received is what the question tells of: a 复议决定书 is no 处罚决定书."""
    thing = _THING.search(base)
    if thing is None:
        return True
    said = thing["what"].removesuffix("书").removesuffix("单") in question
    return said and (thing["of"] in question or thing["of"] in _PLAIN or "的" in thing["of"])
