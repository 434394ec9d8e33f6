"""Questions about the versions of an instrument: which one is in force, since when, and what comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.extracts.sentences import sentences
from assistant.extracts.stored_quotes import cite
from kb import lookup, validity
from kb.knowledge import KnowledgeBase
from kb.model import NOT_STATED, Citation, Document, Force, Rung
from kb.references import LISTED, title_spans
from kb.registry import Registry
from kb.succession import successor
from kb.validity import chinese_day as chinese_day

WHICH = "(?:哪个|哪一个?|哪|几个?|最新|新|旧|现行|现在的)版本?|版本"
IN_FORCE = (
    "还?有效[吗么没不]|现行有效|是否有效|(?:失效|作废|废止|被废)(?![的药产商器])|生效了?[吗么没]|是否生效"
    "|还?(?:能|可以|适)用[吗么没不]|还?(?:能不能|可不可以)用|还(?:在)?用[吗么没不]"
    "|(?:什么时候|何时|哪天|几号|哪年).{0,4}(?:施行|生效|实施|执行|实行|修订|修改)|(?:施行|生效|实施|实行)(?:日期|时间)"
)
EDITION = r"(?:[（(]?(?P<year>(?:19|20)\d{2})年?(?:版本?|修[订正]版?)[）)]?|(?P<word>(?<![最创更革全])新|旧)版?)"
"""Which edition is meant, next to a title: 2014版, （2019年修正）, 新, 旧版."""
FILLER = (
    r"(?:（[^（）]{0,12}）|(?:19|20)\d{2}年?(?:版本?|修[订正]版?)|[新旧]版(?!本)|[》”，,、的是在按到自从还已都有被用看为即]|现在|目前|今天|如今|当前|截至|现行|执行|适用|依照"
    r"|是否|是不是|有没有|到底|究竟|应该|应当|应|该|哪部|\d{2,4}年(?:\d{1,2}月)?(?:\d{1,2}日)?)"
)
AFTER_TITLE = re.compile(rf"{FILLER}{{0,8}}(?:{WHICH}|{IN_FORCE})")
"""The question word stands next to the title: what else may be 失效 or 施行 (goods, contracts) is not its version."""
BEFORE_TITLE = re.compile("(?:哪个版本?|哪一?版|最新版本?|新版|旧版|现行有效)的?(?:中国|我国)?《?$")
EDITION_BEHIND = re.compile(rf"》?{EDITION}")
EDITION_WITHIN = re.compile(rf"{EDITION}$")
EDITION_BEFORE = re.compile(rf"{EDITION}的?《?$")
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


def describe(registry: Registry, instrument: str, as_of: date, question: str) -> tuple[str, list[Citation]]:
    """A paragraph on the versions of an instrument, with the effect clause of the one that is meant quoted: the edition
    that the question names, else the version on `as_of`."""
    current = lookup.version_on(registry, instrument, as_of)
    if current is None:
        return "", []
    versions = registry.versions(instrument)
    meant = _meant(question, lookup.known_titles(registry), versions, current) or current
    quote = _effect_clause(registry, meant, as_of)
    lines = [_told(registry, meant, as_of) + (_clause_line(meant, quote) if quote else "")]
    if meant.id != current.id:
        lines.append(_told(registry, current, as_of))
    lines += [_other_line(v, as_of) for v in versions if v.id not in (current.id, meant.id)]
    return "\n\n".join(lines), [quote] if quote else []


def _meant(question: str, known: Mapping[str, str], versions: Sequence[Document], current: Document) -> Document | None:
    """The version whose edition stands next to its title in the question: 2014版, 新, 旧版; None where none does."""
    folded = re.sub(r"[\s\u3000]", "", question)
    for start, end, instrument in title_spans(folded, known):
        beside = EDITION_BEHIND.match(folded, end) or EDITION_BEFORE.search(folded[:start])
        found = beside or EDITION_WITHIN.search(folded[start:end].strip("《》"))
        if instrument != current.instrument or found is None:
            continue
        at = versions.index(current)
        if found["word"]:
            return versions[-1] if found["word"] == "新" else versions[max(at - 1, 0)]
        year = found["year"]
        named = [v for v in versions if f"{year}年" in v.title] or [v for v in versions if v.version[:4] == year]
        begun = [v for v in versions if (day := validity.start(v)) and str(day.year) == year]
        return next(iter(named or begun), None)
    return None


def _clause_line(document: Document, quote: Citation) -> str:
    """The effect clause; after an amendment it still gives the day of the first version, which is said."""
    day = document.effective_on
    first = day is None or not all(str(part) in quote.quote for part in (day.year, day.month, day.day))
    note = "（原文所载为最初施行日，此后有修改）" if first and any(c.isdigit() for c in quote.quote) else ""
    return f"其施行条款：“{quote.quote}”[{quote.key}]{note}"


def _told(registry: Registry, document: Document, as_of: date) -> str:
    """The force of a version; where it is not in force, since when, by what words, and what applies instead."""
    force, edition = validity.force(document, as_of), f"《{document.title}》{document.version} 版"
    day = chinese_day(as_of)
    if force is Force.IN_FORCE:
        return f"按{day}，《{document.title}》执行的是 {document.version} 版，{_since(document)}，现行有效。"
    if force is Force.NOT_YET:
        return f"{edition}{_since(document)}，{day}尚未施行，不能作为当前依据。"
    if force not in (Force.AMENDED, Force.REPEALED):
        return f"按{day}，本库所存{edition}的效力状态为{force}，{_since(document)}。"
    reason, after = validity.reason(document, as_of), successor(registry, document, as_of)
    told = f"本库所存{edition}{force}：{reason}"
    if after and after.document_id is None and after.title == document.title:
        return f"按{day}，《{document.title}》执行的是 {after.words}，本库未收录它的文本。{told}"
    held = registry.held().get(after.document_id) if after and after.document_id else None
    if held is None or held.document.instrument in reason or held.document.instrument == document.instrument:
        return f"按{day}，{told}"
    return f"按{day}，{told}现在看{validity.named(held.document.id)}。"


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


def _effect_clause(registry: Registry, document: Document, as_of: date) -> Citation | None:
    """The sentence of the text that says since when it applies, searched from its end."""
    reading = registry.reading(document.id)
    provisions: Sequence[tuple[str, ...]] = list(reading.provisions)
    if any(p.rung is Rung.ARTICLE and len(p.path) == 1 for p in reading.provisions.values()):
        # the annexes of articles say since when they apply themselves
        provisions = [path for path in provisions if not path[0].startswith("附件")]
    for path in reversed(provisions[-12:]):
        start, end = lookup.words(reading, reading.provisions[path])
        for first, last in sentences(reading.text[start:end]):
            if EFFECT.search(reading.text[start + first : start + last]):
                return cite(registry, document, start + first, start + last, as_of)
    return None
