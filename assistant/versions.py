"""Questions about the versions of an instrument: which one is in force, since when, and what comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.sentences import sentences
from assistant.stored_quotes import cite
from kb import lookup, validity
from kb.knowledge import KnowledgeBase
from kb.model import NOT_STATED, Citation, Document, Force
from kb.references import LISTED, title_spans
from kb.validity import chinese_day as chinese_day

WHICH = "(?:哪个|哪一个?|哪|几个?|最新|新|旧|现行|现在的)版本?|版本"
IN_FORCE = (
    "还?有效[吗么没不]|现行有效|是否有效|(?:失效|作废|废止|被废)(?![的药产商器])|生效了?[吗么没]|是否生效"
    "|(?:什么时候|何时|哪天|几号|哪年).{0,4}(?:施行|生效|实施|执行|修订|修改)|(?:施行|生效|实施)(?:日期|时间)"
)
FILLER = (
    r"(?:（[^（）]{0,12}）|[》”，,、的是在按到自从还已都有被用看为即]|现在|目前|今天|如今|当前|截至|现行|执行|适用|依照"
    r"|是否|是不是|有没有|到底|究竟|应该|应当|应|该|哪部|\d{2,4}年(?:\d{1,2}月)?(?:\d{1,2}日)?)"
)
AFTER_TITLE = re.compile(rf"{FILLER}{{0,8}}(?:{WHICH}|{IN_FORCE})")
"""The question word stands next to the title: what else may be 失效 or 施行 (goods, contracts) is not its version."""
BEFORE_TITLE = re.compile("(?:哪个版本?|哪一?版|最新版本?|新版|旧版|现行有效)的?(?:中国|我国)?《?$")
OF_THE_LAW = re.compile(
    rf"(?:这部|那部|该|此|这个|那个)(?:法律?|条例|办法|规定|规范|文件){FILLER}{{0,6}}(?:{WHICH}|{IN_FORCE})"
)
EFFECT = re.compile(r"(?:自|从).{0,40}起.{0,4}(?:施行|实施|执行|生效)|(?:发布|公布|印发)之日起")


def asked_instruments(knowledge: KnowledgeBase, question: str) -> list[str]:
    """Instruments whose versions a question asks about; empty when it asks something else."""
    return asked_versions(question, lookup.known_titles(knowledge.registry))


def asked_versions(question: str, known: Mapping[str, str]) -> list[str]:
    """The same over the spoken titles `known` → instrument: those titles that a word of version or force stands by."""
    folded = re.sub(r"[\s\u3000]", "", question)
    spans = title_spans(folded, known)
    if OF_THE_LAW.search(folded):
        return list(dict.fromkeys(instrument for *_, instrument in spans))
    asked = [AFTER_TITLE.match(folded, end) or BEFORE_TITLE.search(folded[:start]) for start, end, _ in spans]
    last = max((at for at, found in enumerate(asked) if found), default=-1)
    # 甲法和乙法哪个还有效 asks about both: titles that only a separator parts share the words behind the last one
    first = last
    while first > 0 and LISTED.fullmatch(folded[spans[first - 1][1] : spans[first][0]].strip("《》")):
        first -= 1
    return list(dict.fromkeys(s[2] for at, s in enumerate(spans) if asked[at] or first <= at <= last))


def describe(knowledge: KnowledgeBase, instrument: str, as_of: date) -> tuple[str, list[Citation]]:
    """A paragraph on the versions of an instrument, with the effect clause of the version on `as_of` quoted."""
    registry = knowledge.registry
    current = lookup.version_on(registry, instrument, as_of)
    if current is None:
        return "", []
    versions = registry.versions(instrument)
    quote = _effect_clause(knowledge, current, as_of)
    lines = [_current_line(current, as_of) + (_clause_line(current, quote) if quote else "")]
    lines += [_other_line(v, as_of) for v in versions if v.id != current.id]
    return "\n\n".join(lines), [quote] if quote else []


def _clause_line(document: Document, quote: Citation) -> str:
    """The effect clause; after an amendment it still gives the day of the first version, which is said."""
    day = document.effective_on
    first = day is None or not all(str(part) in quote.quote for part in (day.year, day.month, day.day))
    note = "（原文所载为最初施行日，此后有修改）" if first and any(c.isdigit() for c in quote.quote) else ""
    return f"其施行条款：“{quote.quote}”[{quote.key}]{note}"


def _current_line(document: Document, as_of: date) -> str:
    force = validity.force(document, as_of)
    when = _since(document)
    if force is Force.IN_FORCE:
        return f"按{chinese_day(as_of)}，《{document.title}》执行的是 {document.version} 版，{when}，现行有效。"
    told = f"按{chinese_day(as_of)}，本库所存《{document.title}》{document.version} 版的效力状态为{force}"
    if force in (Force.AMENDED, Force.REPEALED):
        return f"{told}，{when}；{validity.reason(document, as_of)}"
    return f"{told}，{when}。"


def _other_line(document: Document, as_of: date) -> str:
    force = validity.force(document, as_of)
    if force is Force.NOT_YET:
        return f"另有 {document.version} 版，{_since(document)}，{chinese_day(as_of)}尚未施行，不能作为当前依据。"
    ended = document.repealed_on or document.superseded_on
    until = f"，至{chinese_day(ended)}止" if ended else ""
    return f"{document.version} 版{until}，{force}。"


def _since(document: Document) -> str:
    if document.effective_on:
        return f"自{chinese_day(document.effective_on)}起施行"
    known = f"，{chinese_day(document.valid_from)}公布" if document.valid_from else ""
    return f"施行日期{NOT_STATED}{known}"


def _effect_clause(knowledge: KnowledgeBase, document: Document, as_of: date) -> Citation | None:
    """The sentence of the text that says since when it applies, searched from its end."""
    reading = knowledge.registry.reading(document.id)
    provisions: Sequence[tuple[str, ...]] = list(reading.provisions)
    for path in reversed(provisions[-12:]):
        start, end = lookup.words(reading, reading.provisions[path])
        for first, last in sentences(reading.text[start:end]):
            if EFFECT.search(reading.text[start + first : start + last]):
                return cite(knowledge.registry, document, start + first, start + last, as_of)
    return None
