"""What a question takes for granted and is not so: said first, politely, with what is right.

A wrong correction is a wrong statement of law. So each kind speaks only where texts, catalogue or table say so plainly,
and never where the question itself asks whether something still holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.question.asked_day import Asked
from assistant.question.claimed_figures import claimed_figures
from assistant.question.ended_rules import asks_force, ended_rules
from assistant.question.known_errors import NOTHING_KNOWN, KnownErrors
from assistant.question.misplaced import misplaced
from assistant.question.unknown_laws import unknown_laws
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry
from kb.knowledge import KnowledgeBase
from kb.lookup import known_titles
from kb.normalise import normalised
from kb.phrases import fold_in_place
from kb.references import ELSEWHERE, title_spans
from kb.validity import chinese_day

_ARTICLE = re.compile(r"第[\d〇零一二三四五六七八九十百千]{1,9}条|\d{1,4}条")
_NUMBER_BEHIND = r"[（(]?(?:(?:国务院|总局|局)?令?第?\d{1,4}号令?|(?:19|20)\d{2}年?版?)?[）)]?"
_ABROAD = re.compile(f"{ELSEWHERE.pattern}|沙特|台湾|香港|澳门")
"""Another country may have an office of the same letters."""


def premises(
    knowledge: KnowledgeBase, asked: Asked, *, today: date, catalogue: Sequence[CatalogueEntry],
    known: KnownErrors = NOTHING_KNOWN,
) -> tuple[str, ...]:  # fmt: skip
    """Sentences that correct the premises of a question, the gravest first; () where nothing is wrong."""
    asked = asked._replace(question=normalised(asked.question)[0])
    told = [
        *unknown_laws(knowledge, asked, catalogue),
        *(ended.sentence for ended in ended_rules(knowledge, asked, catalogue, known.editions)),
        *_not_begun(knowledge, asked, known),
        *_not_come(asked, today),
        *(one.sentence for one in misplaced(knowledge, asked)),
        *claimed_figures(knowledge, asked),
        *_former_names(asked, known),
    ]
    return tuple(dict.fromkeys(told))


def put_right(
    knowledge: KnowledgeBase, asked: Asked, *, catalogue: Sequence[CatalogueEntry], known: KnownErrors = NOTHING_KNOWN
) -> Asked:
    """What is searched, with the title of what applies now for that of a rule that has ended, so that the answer is by
    the new one. A question that names an article of the old rule keeps it: the new one counts otherwise. Before an
    article that is not the right one goes the one that is."""
    sought = normalised(asked.sought)[0]
    if _ARTICLE.search(sought):
        return _with_right_article(knowledge, asked, sought)
    for ended in ended_rules(knowledge, asked._replace(question=sought), catalogue, known.editions):
        now = instrument_name(ended.now)
        sought = re.sub(rf"《?{re.escape(ended.said)}》?{_NUMBER_BEHIND}", now, sought, count=1)
    return asked._replace(sought=sought)


def _with_right_article(knowledge: KnowledgeBase, asked: Asked, sought: str) -> Asked:
    """As it was asked where the articles are right: the search itself tells of characters that it has mended."""
    mended = sought
    for one in misplaced(knowledge, asked._replace(question=sought)):
        at = _ARTICLE.search(one.named)
        if one.right and at:
            both = f"{one.named[: at.start()]}{one.right}和{one.named[at.start() :]}"
            mended = mended.replace(one.named, both, 1)
    return asked if mended == sought else asked._replace(sought=mended)


def _not_begun(knowledge: KnowledgeBase, asked: Asked, known: KnownErrors) -> Iterator[str]:
    """For a day before there was a law of the name."""
    first = {one.title: one for one in known.begun if asked.day < one.since}
    if not first or asks_force(asked.question):
        return
    names = knowledge.lexicon.names(known_titles(knowledge.registry))
    for instrument in dict.fromkeys(instrument for *_, instrument in title_spans(asked.question, names)):
        if one := first.get(instrument):
            yield f"《{one.title}》自{chinese_day(one.since)}起施行，{chinese_day(asked.day)}还没有施行。"


def _not_come(asked: Asked, today: date) -> list[str]:
    """Of a day to come that the question itself names, the note stands before the answer."""
    named = any(note.startswith("问题写的是") for note in asked.notes)
    return [note for note in asked.notes if "还没有到" in note] if named and asked.day > today else []


def _former_names(asked: Asked, known: KnownErrors) -> Iterator[str]:
    if asks_force(asked.question):
        return
    plain, taken = fold_in_place(asked.question), set[int]()
    longest_first = sorted(((word, one) for one in known.names for word in one.said), key=lambda pair: -len(pair[0]))
    for word, one in longest_first:
        begun = one.since or date((one.year or 0) + 1, 1, 1)
        at = plain.find(fold_in_place(word))
        if any(other in asked.question for other in one.not_of):
            continue
        if at < 0 or asked.day < begun or at in taken or _ABROAD.search(plain[max(0, at - 4) : at]):
            continue
        taken |= set(range(at, at + len(word)))
        since = f"自{chinese_day(one.since)}起" if one.since else f"{one.year}年起"
        yield f"{since}，{one.now}（“{word}”是以前的说法）。"
