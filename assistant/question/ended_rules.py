"""A rule that a question goes by and that is repealed or replaced on the day asked: since when, and by what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.extracts.versions import asked_versions
from assistant.question.asked_day import Asked
from assistant.question.known_errors import FormerEdition
from kb import lookup, validity
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry
from kb.editions import of_edition
from kb.knowledge import KnowledgeBase
from kb.model import Document, Force
from kb.references import title_spans
from kb.succession import successor
from kb.titles import EDITION, EDITION_BEFORE, EDITION_BEHIND, begins_here
from kb.validity import chinese_day, cited

_ASKS_FORCE = re.compile(
    "废止|失效|作废|有效[吗么没不]|是否有效|现行有效|有没有效|生效了?[吗么没]|[还能可]适?用[吗么没不]|还(?:能|可以)用|区别|不同|变化"
    "|不一样|对比|比较|相比|取代|替代|代替|哪个版本|什么版本|历史|新旧|旧版|沿革|当时|那时"
)
"""Who asks whether it still holds, or how it was, takes nothing for granted."""
TITLE_LIKE = re.compile("[\u4e00-\u9fff]{2}(?:法|条例|办法|规定|规范|细则|通则|总则)")
LEAST_NAME = 2
NEAR = 24
"""Characters from a title within which a mark of its edition stands."""


class Ended(NamedTuple):
    """What to say of a rule; `said` are the words that name it, `now` the title of what applies instead."""

    sentence: str
    said: str
    now: str


def asks_force(question: str) -> bool:
    return _ASKS_FORCE.search(question) is not None


def ended_rules(
    knowledge: KnowledgeBase, asked: Asked, catalogue: Sequence[CatalogueEntry], editions: Sequence[FormerEdition]
) -> Iterator[Ended]:
    """Each rule that is named as if it still applied; nothing where its force is what is asked."""
    question = re.sub(r"[\s\u3000]", "", asked.question)
    if not TITLE_LIKE.search(question) or asks_force(question):
        return
    told = set[str]()
    for edition in editions:
        if asked.day >= edition.since and _means(question, edition):
            told |= {instrument_name(title) for title in (*edition.titles, edition.now)}
            named = next(title for title in edition.titles if title in question)
            yield Ended(_replaced(named, edition), named, edition.now)
    held = knowledge.lexicon.names(lookup.known_titles(knowledge.registry))
    spans = title_spans(question, held)
    asked_about = set(asked_versions(question, held))
    for start, end, instrument in spans:
        if (
            instrument in told
            or instrument in asked_about
            or question[start:end] not in (instrument, *_formal(knowledge, instrument))
        ):
            continue
        told.add(instrument)
        document = _named(knowledge, question, (start, end), instrument, asked.day)
        if document and (ended := _ended(knowledge, document, asked.day)):
            yield Ended(ended[0], question[start:end], ended[1] or question[start:end])
    rest = _without(question, [(start, end) for start, end, _ in spans])
    if TITLE_LIKE.search(rest):
        yield from _not_held(knowledge, rest, asked.day, catalogue, told)


def _formal(knowledge: KnowledgeBase, instrument: str) -> set[str]:
    """The printed titles of an instrument: a spoken name may be meant for what applies now."""
    return {instrument_name(version.title) for version in knowledge.registry.versions(instrument)} | {
        EDITION.sub("", instrument_name(version.title)) for version in knowledge.registry.versions(instrument)
    }


def _without(question: str, spans: Sequence[tuple[int, int]]) -> str:
    """The question with the titles of what is held blanked, so that no shorter name is read within them."""
    for start, end in spans:
        question = question[:start] + "□" * (end - start) + question[end:]
    return question


def _means(question: str, edition: FormerEdition) -> bool:
    """Whether a title of the edition stands in the question, as a whole, with one of its marks beside it."""
    for title in edition.titles:
        at = question.find(title)
        if at < 0 or question[at + len(title) :].startswith(("实施", "的实施")):
            continue
        beside = question[max(0, at - NEAR) : at] + "｜" + question[at + len(title) : at + len(title) + NEAR]
        if not edition.marks or any(_stands(mark, beside) for mark in edition.marks):
            return True
    return False


def _stands(mark: str, words: str) -> bool:
    """A mark with no digit before it: 8号 is not in 28号, nor is 2014年 in 2014年第64号."""
    return re.search(rf"(?<!\d){re.escape(mark)}(?!第\d)", words) is not None


def _replaced(named: str, edition: FormerEdition) -> str:
    since = chinese_day(edition.since)
    return f"您说的《{named}》旧版已经废止：自{since}起施行的是{cited(edition.now)}（{edition.number}）。"


def _named(
    knowledge: KnowledgeBase, question: str, span: tuple[int, int], instrument: str, day: date
) -> Document | None:
    """The version that is meant: that of the edition written beside the title, else that of the day."""
    start, end = span
    behind = EDITION_BEHIND.match(question, end) or re.match(r"》?[（(]?((?:19|20)\d{2})年?版?[）)]?", question[end:])
    before = EDITION_BEFORE.search(question[:start].removesuffix("《"))
    words = (behind[1] if behind else before[0] if before else "").rstrip("后的")
    if words:
        try:
            return of_edition(knowledge.registry, instrument, words)
        except ValueError:
            return None
    return validity.chosen(knowledge.registry.versions(instrument), day)


def _ended(knowledge: KnowledgeBase, document: Document, day: date) -> tuple[str, str | None] | None:
    """The sentence, and the title of what took its place where that is another text."""
    force = validity.force(document, day)
    if force is Force.REPEALED and document.repealed_on:
        if after := successor(knowledge.registry, document, day):
            return _told(document.title, document.repealed_on, after.title), after.title
        return f"{cited(document.title)}自{chinese_day(document.repealed_on)}起已经废止。", None
    if force is Force.AMENDED and document.superseded_on and day >= document.superseded_on:
        later = validity.chosen(knowledge.registry.versions(document.instrument), day)
        by = f" {later.version} 版" if later else "新版"
        since = chinese_day(document.superseded_on)
        return f"{cited(document.title)} {document.version} 版自{since}起已被{by}取代。", None
    return None


def _not_held(
    knowledge: KnowledgeBase, question: str, day: date, catalogue: Sequence[CatalogueEntry], seen: set[str]
) -> Iterator[Ended]:
    """Rules that are not held: what the catalogue records, and what a clause of a held text repealed."""
    recorded = {
        instrument_name(name): entry
        for entry in catalogue
        if entry.repealed_on and entry.replaced_by
        for name in (entry.title, *entry.aliases)
    }
    clauses = {
        instrument_name(cited.relation.title): cited
        for cited in knowledge.registry.relations("repeals")
        if not cited.relation.doubt and not cited.relation.article
    }
    names = {name: name for name in (*recorded, *clauses) if name not in seen and len(name) > LEAST_NAME}
    for start, _, name in title_spans(question, names):
        if not begins_here(question[:start].removesuffix("《")):
            continue
        if entry := recorded.get(name):
            if entry.repealed_on and day >= entry.repealed_on:
                told = _told(entry.title, entry.repealed_on, str(entry.replaced_by))
                yield Ended(told, name, str(entry.replaced_by))
            continue
        by = knowledge.registry.document(clauses[name].document_id)
        grounds = knowledge.registry.endings.grounds(knowledge.registry, name)
        ended = min((repeal.on for repeal in grounds.repeals), default=None)
        now = validity.chosen(knowledge.registry.versions(by.instrument), day)
        if ended and day >= ended and now and validity.force(now, day) is not Force.REPEALED:
            yield Ended(_told(name, ended, now.title), name, now.title)


def _told(title: str, ended: date, now: str) -> str:
    return f"{cited(title)}自{chinese_day(ended)}起已经废止，现在看{cited(now)}。"
