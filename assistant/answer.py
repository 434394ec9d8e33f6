"""From a question to an answer made of verbatim sentences, or an honest refusal with a way forward."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from assistant.answer_model import Answer, Question
from assistant.extracts import hierarchy, refusal, versions
from assistant.extracts.authorities import Authority
from assistant.extracts.compose import composed
from assistant.extracts.editions_compared import where_compared, whole_editions
from assistant.extracts.evidence import Evidence, gather
from assistant.extracts.extract import Quoted, extract
from assistant.extracts.way_on import Offers, way_on
from assistant.model import Clarification
from assistant.question.asked_day import Asked, understood
from assistant.question.clarify import question_back, settled
from assistant.question.followup_model import Completer
from assistant.question.known_errors import NOTHING_KNOWN, KnownErrors
from assistant.question.not_held_then import not_held_then
from assistant.question.premises import premises, put_right
from assistant.question.rewrite import Rewriter
from kb.catalogue import CatalogueEntry
from kb.crossreferences import among, referred_to
from kb.knowledge import NAMESPACE, KnowledgeBase
from kb.lookup import known_titles
from kb.model import Citation, CrossReference
from kb.search import Filters

REFERRED_MOST = 5
Clock = Callable[[], float]


class Content(NamedTuple):
    """What is answered with beside the knowledge base: the catalogue of texts, what people often get wrong, the items
    and routes that are offered for a question of how to do something, and the offices in charge of a matter."""

    catalogue: Sequence[CatalogueEntry] = ()
    known: KnownErrors = NOTHING_KNOWN
    offers: Offers | None = None
    authorities: Sequence[Authority] = ()


@dataclass(frozen=True)
class WorkedOut:
    """An answer with what it was made from; `evidence` is None where nothing was searched for.

    `begun` is what the first words need: text, citations, premises. `beside` adds what stands beside them (the way on,
    provisions referred to), which a reader who is shown a sentence at a time need not wait for."""

    begun: Answer
    asked: Asked
    evidence: Evidence | None = None
    beside: Callable[[Answer], Answer] = lambda begun: begun

    @cached_property
    def answer(self) -> Answer:
        """The whole of it. Raises Unavailable when a part is down."""
        return self.beside(self.begun)


def work_out(
    knowledge: KnowledgeBase, question: Question, *, today: date, content: Content,
    clock: Clock = time.perf_counter, rewriter: Rewriter | None = None, completer: Completer | None = None,
) -> WorkedOut:  # fmt: skip
    """The answer, and what it rests on for whoever puts it in other words. Raises Unavailable when a part is down."""
    begun = clock()
    catalogue = content.catalogue
    asked = settled(knowledge, question, understood(question, today, completer=completer))
    as_of = asked.day
    wrong = premises(knowledge, asked, today=today, catalogue=catalogue, known=content.known)
    asked = put_right(knowledge, asked, catalogue=catalogue, known=content.known)
    if back := question_back(knowledge, question, asked):
        made = _asked_back(knowledge, asked, back)
        return WorkedOut(_finished(made, knowledge, question, asked, wrong, asked.notes), asked)
    filters = Filters(documents=question.documents)
    evidence = gather(knowledge, asked.sought, as_of=as_of, filters=filters, rewriter=rewriter)
    sought = evidence.question
    compared = whole_editions(asked.question, knowledge.lexicon.names(known_titles(knowledge.registry)))
    instruments = compared or versions.asked_instruments(knowledge, sought)
    unheld = not_held_then(knowledge, sought, evidence.findings, as_of, today, filters)
    found = clock()
    refusing = refusal.Refusing(
        knowledge, evidence, as_of, catalogue, content.authorities, question.documents,
        corrected=any(sentence not in asked.notes for sentence in wrong),
    )  # fmt: skip
    quoted: list[Quoted] = []
    if instruments and not evidence.named:
        made = _about_versions(knowledge, instruments, sought, as_of, compared=bool(compared))
    elif not evidence.named and (told := refusal.only_recorded(refusing)):
        made = told
    elif evidence.missing and not evidence.named:
        made = refusal.unknown_place(refusing)
    elif evidence.sufficient and (quoted := extract(knowledge, evidence, as_of)):
        made = _from_quotes(knowledge, evidence, quoted, asked, today)
    else:
        made = refusal.nothing_found(refusing)
    notes = (*asked.notes, *evidence.notes, *unheld, *made.notes)
    made = _finished(made, knowledge, question, asked, wrong, notes)
    composed_by = clock()

    def beside(begun: Answer) -> Answer:
        started = clock()
        whole = _with_way_on(begun, knowledge, evidence, quoted, question, today, content) if quoted else begun
        took = clock() - started + composed_by - found
        seconds = {**begun.seconds, "compose": round(took, 4)}
        return whole.model_copy(update={"seconds": seconds})

    made = made.model_copy(update={"seconds": {"retrieve": round(found - begun, 4)}})
    return WorkedOut(made, asked, evidence, beside)


def _finished(
    made: Answer, knowledge: KnowledgeBase, question: Question, asked: Asked, wrong: Sequence[str], notes: Sequence[str]
) -> Answer:
    """The same question over the same index version is the same answer, and has the same id."""
    identity = f"{question.model_dump_json()}|{asked.day}|{knowledge.index_version}"
    text = "\n\n".join([*wrong, made.text])
    told = {
        "answer_id": str(uuid.uuid5(NAMESPACE, identity)), "text": text, "asked": asked.question,
        "premises": tuple(wrong), "notes": tuple(note for note in notes if note not in wrong),
    }  # fmt: skip
    return made.model_copy(update=told)


def _asked_back(knowledge: KnowledgeBase, asked: Asked, back: Clarification) -> Answer:
    return Answer(
        answer_id="", outcome="clarify", text=back.question, clarify=back, as_of=asked.day,
        index_version=knowledge.index_version, reason="问题没有写明的一点会改变答案，先确认再回答",
    )  # fmt: skip


def _about_versions(
    knowledge: KnowledgeBase, instruments: Sequence[str], sought: str, as_of: date, *, compared: bool
) -> Answer:
    paragraphs: list[str] = []
    citations: list[Citation] = []
    for instrument in instruments:
        words, found = versions.describe(knowledge.registry, instrument, as_of, sought)
        for citation in found:
            key = str(len(citations) + 1)
            words = words.replace(f"[{citation.key}]", f"[{key}]")
            citations.append(citation.model_copy(update={"key": key}))
        paragraphs += [words, *([where_compared(knowledge.registry, instrument)] if compared else [])]
    return Answer(
        answer_id="", outcome="answered", text="\n\n".join(paragraphs), citations=tuple(citations), as_of=as_of,
        index_version=knowledge.index_version,
    )  # fmt: skip


def _from_quotes(
    knowledge: KnowledgeBase, evidence: Evidence, quoted: Sequence[Quoted], asked: Asked, today: date
) -> Answer:
    made = composed(knowledge, asked.question, quoted, as_of=asked.day, today=today)
    return Answer(
        answer_id="", outcome="partial" if evidence.missing else "answered", text=made.text,
        citations=made.citations, table=made.table, reckonings=made.reckonings, notes=made.notes,
        reason=_missing_places(evidence), as_of=asked.day, index_version=knowledge.index_version,
    )  # fmt: skip


def _with_way_on(
    begun: Answer, knowledge: KnowledgeBase, evidence: Evidence, quoted: Sequence[Quoted], question: Question,
    today: date, content: Content,
) -> Answer:  # fmt: skip
    """With what stands beside the words of an answer made of quotes."""
    as_of = begun.as_of
    on = way_on(
        knowledge, evidence, begun.citations, profile=question.profile, offers=content.offers, as_of=as_of, today=today
    )
    first = hierarchy.notes(knowledge.registry, begun.citations)
    told = {
        "cross_references": _referred(knowledge, quoted, as_of), "suggestions": on.suggestions,
        "next_steps": on.next_steps, "items": on.items,
        "notes": (*begun.notes, *(note for note in first if note not in begun.premises)),
    }  # fmt: skip
    return begun.model_copy(update=told)


def _referred(knowledge: KnowledgeBase, quoted: Sequence[Quoted], as_of: date) -> tuple[CrossReference, ...]:
    """The provisions that the quoted words refer to and that are not quoted themselves."""
    given = [q.citation.address for q in quoted if q.part == "named"]
    shown = [(q.citation.address, q.citation.quote) for q in quoted]
    found = referred_to(knowledge.registry, shown, as_of, limit=REFERRED_MOST + len(given))
    left = [one for one in found if not any(among(address, [one.passage.address]) for address in given)]
    return tuple(left[:REFERRED_MOST])


def _missing_places(evidence: Evidence) -> str | None:
    if not evidence.missing:
        return None
    return "问题中的下列引用在本库中没有找到：" + "、".join(r.raw for r in evidence.missing)
