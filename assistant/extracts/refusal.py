"""Refusing well: what was searched, what came closest, what exists elsewhere, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.answer_model import Answer
from assistant.extracts.authorities import Authority, in_charge
from assistant.extracts.evidence import Evidence
from assistant.extracts.recorded_versions import recorded_versions
from assistant.extracts.versions import IN_FORCE, WHICH, chinese_day
from assistant.question.misplaced import beyond
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry, find_unloaded
from kb.knowledge import KnowledgeBase
from kb.lookup import known_titles, version_on
from kb.model import Document, Passage, State
from kb.references import Reference
from kb.validity import applies

NO_GROUND = "知识库没有依据"
NEAR_ENOUGH = 0.2
"""A nearest provision is shown only when it shares at least this much of the question's words."""
WAY_FORWARD = ("换一个说法，或写明产品类别（药品、医疗器械、化妆品）和所处环节后再问", "转人工：把问题留给平台工作人员")


NEAREST = "下面是字面上最接近的条款，供参考，不构成回答。"
TERMS_TOLD = 8
_OF_VERSIONS = re.compile(f"{WHICH}|{IN_FORCE}|版|现行有效")
"""Without one of these no question is about versions; reading the whole catalogue for every question takes longer."""


class Refusing(NamedTuple):
    """What a refusal is made from. `chosen` are the ids of the documents that alone were to be searched, () for all;
    `corrected` says that corrections of the question stand before it, which are an answer of their own."""

    knowledge: KnowledgeBase
    evidence: Evidence
    as_of: date
    catalogue: Sequence[CatalogueEntry]
    authorities: Sequence[Authority] = ()
    chosen: Sequence[str] = ()
    corrected: bool = False


def nothing_found(refusing: Refusing) -> Answer:
    near, searched = _near(refusing.evidence), f"按{chinese_day(refusing.as_of)}的有效文本检索{_scope(refusing)}"
    words = [
        f"除上面的说明外，{searched}，没有找到可以引用来回答的条款。"
        if refusing.corrected
        else f"{NO_GROUND}：已{searched}，没有找到能回答这个问题的条款。",
        "下面是字面上最接近的条款，供参考，不构成回答。"
        if near
        else "这里回答药品、医疗器械、化妆品的法规与申报问题。",
    ]
    if looked := _terms(refusing.evidence):
        words[0] += f"查找的词：{looked}。"
    made = _refused(refusing, words, "没有足够相关的条款")
    return made.model_copy(update={"nearest": near})


def unknown_place(refusing: Refusing) -> Answer:
    """The question names a law that is not loaded, or an article the law does not have."""
    words = [f"{NO_GROUND}：{_unknown(refusing, reference)}" for reference in refusing.evidence.missing]
    near = _near(refusing.evidence)
    words.append(f"检索了{_scope(refusing)}。{NEAREST if near else ''}")
    made = _refused(refusing, words, "所引文件或条款不在本库")
    return made.model_copy(update={"nearest": near})


def _unknown(refusing: Refusing, reference: Reference) -> str:
    """Why a place cannot be answered from; of a number behind the last article the premises have said it."""
    registry, title, day = refusing.knowledge.registry, str(reference.title), f"按{chinese_day(refusing.as_of)}，"
    instrument = known_titles(registry).get(instrument_name(title))
    if instrument is None:
        return f"{day}本库没有收录《{title}》，不能据其他文件代答。"
    versions = registry.versions(instrument)
    if reference.version and versions:
        held = "、".join(f"{v.version} 版" for v in versions)
        return f"{day}本库没有《{title}》（{reference.version.rstrip('的')}）的文本，所存为 {held}。"
    held_then = version_on(registry, instrument, refusing.as_of)
    if held_then and beyond(registry.reading(held_then.id), reference.path[0]):
        return f"{day}没有所引的这一条，不能据其他条文代答，请核对条号。"
    return f"{day}本库所存《{title}》中没有{''.join(reference.path)}，请核对条号。"


def only_recorded(refusing: Refusing) -> Answer | None:
    """For a question about the versions of a text that is not held: what the catalogue records; None for any other."""
    question, known = refusing.evidence.question, known_titles(refusing.knowledge.registry)
    if not _OF_VERSIONS.search(question):
        return None
    if not recorded_versions(question, refusing.catalogue, known, refusing.as_of):
        return None
    return _refused(refusing, [f"{NO_GROUND}。"], "所问文件不在本库，只有目录记载")


def _refused(refusing: Refusing, words: list[str], reason: str) -> Answer:
    knowledge, evidence, as_of, catalogue, authorities, *_ = refusing
    loaded = {document.title for document in _published(knowledge).values()}
    elsewhere = find_unloaded(evidence.question, loaded, catalogue)[:3]
    steps = [f"《{e.title}》存在但本库未收录，可到{e.published_at or '其发布机关网站'}查阅" for e in elsewhere]
    steps += [authority.advice for authority in in_charge(evidence.question, authorities)]
    words = [*words, *recorded_versions(evidence.question, catalogue, known_titles(knowledge.registry), as_of)]
    return Answer(
        answer_id="", outcome="refused", text="\n\n".join(words), next_steps=(*steps, *WAY_FORWARD), reason=reason,
        as_of=as_of, index_version=knowledge.index_version,
    )  # fmt: skip


def _scope(refusing: Refusing) -> str:
    """How many texts were looked through: those in force on the day, or of the chosen ones those that are held."""
    published, chosen = _published(refusing.knowledge), refusing.chosen
    if not chosen:
        return f" {sum(applies(document, refusing.as_of) for document in published.values())} 部文件"
    held = sum(document_id in published for document_id in dict.fromkeys(chosen))
    rest = len(set(chosen)) - held
    return f"所选的 {held} 部文件" + (f"（另有 {rest} 部不在本库或没有发布，没有检索）" if rest else "")


def _terms(evidence: Evidence) -> str:
    """The words of the question that tell most, in its order."""
    whole = [t for t in evidence.weights if len(t) > 1 and not any(t != o and t in o for o in evidence.weights)]
    telling = sorted(whole, key=lambda t: -evidence.weights[t])[:TERMS_TOLD]
    return "、".join(sorted(telling, key=evidence.question.casefold().find))


def _near(evidence: Evidence) -> tuple[Passage, ...]:
    return tuple(f.passage for f in evidence.findings[:8] if f.share >= NEAR_ENOUGH)[:3]


def _published(knowledge: KnowledgeBase) -> dict[str, Document]:
    held = knowledge.registry.held()
    return {name: one.document for name, one in held.items() if one.document.state is State.PUBLISHED}
