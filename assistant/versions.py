"""Questions about the versions of an instrument: which one is in force, since when, and what comes next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.sentences import sentences
from assistant.stored_quotes import cite
from kb import lookup, validity
from kb.address import mentioned_titles
from kb.knowledge import KnowledgeBase
from kb.model import NOT_STATED, Citation, Document, Force

ASKS_VERSION = re.compile(
    r"哪个版|哪一版|哪版|几版|版本|最新版|新版|旧版|还有效|有效吗|现行有效|失效|作废|废止了|被废|生效了?吗|"
    r"(?:什么时候|何时|哪天|几号|哪年).{0,4}(?:施行|生效|实施|执行|修订|修改)|(?:施行|生效|实施)(?:日期|时间)"
)
EFFECT = re.compile(r"(?:自|从).{0,40}起.{0,4}(?:施行|实施|执行|生效)|(?:发布|公布|印发)之日起")


def asked_instruments(knowledge: KnowledgeBase, question: str) -> list[str]:
    """Instruments whose versions a question asks about; empty when it asks something else."""
    if not ASKS_VERSION.search(question):
        return []
    known = lookup.known_titles(knowledge.registry)
    return list(dict.fromkeys(instrument for _, instrument in mentioned_titles(question, known)))


def describe(knowledge: KnowledgeBase, instrument: str, as_of: date) -> tuple[str, list[Citation]]:
    """A paragraph on the versions of an instrument, with the effect clause of the version on `as_of` quoted."""
    registry = knowledge.registry
    current = lookup.version_on(registry, instrument, as_of)
    if current is None:
        return "", []
    versions = registry.versions(instrument)
    quote = _effect_clause(knowledge, current, as_of)
    lines = [_current_line(current, as_of) + (f"其施行条款：“{quote.quote}”[{quote.key}]" if quote else "")]
    lines += [_other_line(v, as_of) for v in versions if v.id != current.id]
    return "\n\n".join(lines), [quote] if quote else []


def _current_line(document: Document, as_of: date) -> str:
    force = validity.force(document, as_of)
    when = _since(document)
    if force is Force.IN_FORCE:
        return f"按{chinese_day(as_of)}，《{document.title}》执行的是 {document.version} 版，{when}，现行有效。"
    return f"按{chinese_day(as_of)}，本库所存《{document.title}》{document.version} 版的效力状态为{force}，{when}。"


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
                return cite(reading, document, start + first, start + last, as_of)
    return None


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
