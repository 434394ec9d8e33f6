"""From a question to an answer made of verbatim sentences, or an honest refusal with a way forward."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from datetime import date

from assistant import hierarchy, refusal, versions
from assistant.answer_model import Answer, Question
from assistant.asked_day import understood
from assistant.evidence import ENOUGH_TERMS, Evidence, gather
from assistant.extract import Part, Quoted, extract
from assistant.followup import open_matter
from assistant.model import Clarification
from assistant.navigate import open_sector
from assistant.not_held_then import not_held_then
from assistant.rewrite import Rewriter
from assistant.versions import chinese_day
from kb import lookup
from kb.address import label, split
from kb.catalogue import CatalogueEntry
from kb.crossreferences import among, referred_to
from kb.knowledge import NAMESPACE, KnowledgeBase
from kb.model import Citation, CrossReference, Document, Force, Kind
from kb.search import WITHOUT_FORCE, Filters

PARTS: dict[Part, str] = {"main": "", "named": "其中所引条文：", "related": "相关规定："}
REFERRED_MOST = 5
Clock = Callable[[], float]


def answer(
    knowledge: KnowledgeBase, question: Question, *, today: date, catalogue: Sequence[CatalogueEntry],
    clock: Clock = time.perf_counter, rewriter: Rewriter | None = None,
) -> Answer:  # fmt: skip
    """Answer from the knowledge base as of the date asked. Raises Unavailable when a part is down."""
    begun = clock()
    asked = understood(question, today)
    as_of, sought = asked.day, asked.sought
    question = question.model_copy(update={"question": asked.question})
    back = open_sector(question.question, question.profile)
    back = back or open_matter(question.question, knowledge.term_weights(sought))
    if back and not question.documents:
        return _asked_back(knowledge, question, back, as_of).model_copy(update={"notes": asked.notes})
    filters = Filters(documents=question.documents)
    evidence = gather(knowledge, sought, as_of=as_of, filters=filters, rewriter=rewriter)
    sought = evidence.question
    instruments = versions.asked_instruments(knowledge, sought)
    unheld = not_held_then(knowledge, sought, evidence.findings, as_of, today, filters)
    found = clock()
    if instruments and not evidence.named:
        made = _about_versions(knowledge, instruments, sought, as_of)
    elif not evidence.named and (told := refusal.only_recorded(knowledge, evidence, as_of, catalogue)):
        made = told
    elif evidence.missing and not evidence.named:
        made = refusal.unknown_place(knowledge, evidence, as_of, catalogue)
    elif not evidence.sufficient:
        made = refusal.nothing_found(knowledge, evidence, as_of, catalogue)
    else:
        made = _from_quotes(knowledge, evidence, as_of)
    return made.model_copy(
        update={
            "answer_id": _identity(knowledge, question, as_of),
            "notes": (*asked.notes, *evidence.notes, *unheld, *made.notes),
            "seconds": {"retrieve": round(found - begun, 4), "compose": round(clock() - found, 4)},
        }
    )


def _identity(knowledge: KnowledgeBase, question: Question, as_of: date) -> str:
    """The same question over the same index version is the same answer."""
    return str(uuid.uuid5(NAMESPACE, f"{question.model_dump_json()}|{as_of}|{knowledge.index_version}"))


def _asked_back(knowledge: KnowledgeBase, question: Question, back: Clarification, as_of: date) -> Answer:
    return Answer(
        answer_id=_identity(knowledge, question, as_of), outcome="clarify", text=back.question, clarify=back,
        as_of=as_of, suggestions=tuple(f"{option}：{question.question}" for option in back.options),
        index_version=knowledge.index_version, reason="问题没有写明领域或事项，先确认再回答",
    )  # fmt: skip


def _about_versions(knowledge: KnowledgeBase, instruments: Sequence[str], sought: str, as_of: date) -> Answer:
    paragraphs: list[str] = []
    citations: list[Citation] = []
    for instrument in instruments:
        words, found = versions.describe(knowledge.registry, instrument, as_of, sought)
        for citation in found:
            key = str(len(citations) + 1)
            words = words.replace(f"[{citation.key}]", f"[{key}]")
            citations.append(citation.model_copy(update={"key": key}))
        paragraphs.append(words)
    return Answer(
        answer_id="", outcome="answered", text="\n\n".join(paragraphs), citations=tuple(citations), as_of=as_of,
        index_version=knowledge.index_version,
    )  # fmt: skip


def _from_quotes(knowledge: KnowledgeBase, evidence: Evidence, as_of: date) -> Answer:
    quoted = extract(knowledge, evidence, as_of)
    if not quoted:
        return refusal.nothing_found(knowledge, evidence, as_of, ())
    first = quoted[0].citation
    lines = [_lead(first, knowledge.registry.document(first.document_id), as_of)]
    for part, heading in PARTS.items():
        found = [q.citation for q in quoted if q.part == part]
        lines += [*([heading] if found and heading else []), *(_line(c) for c in found)]
    citations = tuple(q.citation for q in quoted)
    return Answer(
        answer_id="", outcome="partial" if evidence.missing else "answered", text="\n\n".join(lines),
        citations=citations, cross_references=_referred(knowledge, quoted, as_of),
        notes=hierarchy.notes(knowledge.registry, citations),
        suggestions=_neighbours(knowledge, quoted), next_steps=_guides(evidence), reason=_missing_places(evidence),
        as_of=as_of, index_version=knowledge.index_version,
    )  # fmt: skip


def _referred(knowledge: KnowledgeBase, quoted: Sequence[Quoted], as_of: date) -> tuple[CrossReference, ...]:
    """The provisions that the quoted words refer to and that are not quoted themselves."""
    given = [q.citation.address for q in quoted if q.part == "named"]
    shown = [(q.citation.address, q.citation.quote) for q in quoted]
    found = referred_to(knowledge.registry, shown, as_of, limit=REFERRED_MOST + len(given))
    left = [one for one in found if not any(among(address, [one.passage.address]) for address in given)]
    return tuple(left[:REFERRED_MOST])


def _lead(citation: Citation, document: Document, as_of: date) -> str:
    place = f"《{citation.title.removeprefix('中华人民共和国')}》{citation.article or ''}"
    day = f"按{chinese_day(as_of)}"
    if document.kind in WITHOUT_FORCE:
        later = document.version[:4].isdigit() and document.version > as_of.isoformat()
        made = f"，{document.version} 编写，说的不是所问日期的法规" if later else ""
        return (
            f"{day}有效的法规原文中没有找到直接条款；本库自编的{place}（{document.kind}，非官方文本{made}）这样说明："
        )
    if citation.force is Force.IN_FORCE:
        return f"{day}现行文本，直接依据是{place}："
    return f"{day}，最相关的是{place}（效力状态：{citation.force}，请留意）："


def _line(citation: Citation) -> str:
    force = "" if citation.force is Force.IN_FORCE else f"，效力状态：{citation.force}"
    return f"“{citation.quote}”[{citation.key}]（{citation.label}{force}）"


def _neighbours(knowledge: KnowledgeBase, quoted: Sequence[Quoted]) -> tuple[str, ...]:
    """The articles next to the best one, as questions that name them."""
    document_id, path = split(quoted[0].citation.address)
    reading = knowledge.registry.reading(document_id)
    places: list[tuple[str, ...]] = [
        p.path for p in reading.provisions.values() if p.rung in ("条", "层") and len(p.path) == 1
    ]
    title = quoted[0].citation.title
    if path[:1] not in places:
        return ()
    at = places.index(path[:1])
    return tuple(f"{label(title, near)}是怎么规定的" for near in places[at + 1 : at + 3] if lookup.find(reading, near))


def _guides(evidence: Evidence) -> tuple[str, ...]:
    """Our guides, items and templates on the same matter: what to do after reading the law."""
    titles = [
        f"{f.passage.kind}：《{f.passage.title}》"
        for f in evidence.findings
        if f.passage.kind in (Kind.GUIDE, Kind.SERVICE_ITEM) and f.share >= ENOUGH_TERMS
    ]
    return tuple(dict.fromkeys(titles))[:3]


def _missing_places(evidence: Evidence) -> str | None:
    if not evidence.missing:
        return None
    return "问题中的下列引用在本库中没有找到：" + "、".join(r.raw for r in evidence.missing)
