"""Refusing well: what was searched, what came closest, what exists elsewhere, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

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
from kb.validity import applies

NO_GROUND = "知识库没有依据"
NEAR_ENOUGH = 0.2
"""A nearest provision is shown only when it shares at least this much of the question's words."""
WAY_FORWARD = ("换一个说法，或写明产品类别（药品、医疗器械、化妆品）和所处环节后再问", "转人工：把问题留给平台工作人员")


NEAREST = "下面是字面上最接近的条款，供参考，不构成回答。"
TERMS_TOLD = 8
_OF_VERSIONS = re.compile(f"{WHICH}|{IN_FORCE}|版|现行有效")
"""Without one of these no question is about versions; reading the whole catalogue for every question takes longer."""


def nothing_found(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry], *,
    authorities: Sequence[Authority] = (), chosen: Sequence[str] = (),
) -> Answer:  # fmt: skip
    """`chosen` are the ids of the documents that alone were to be searched, () for all."""
    near = _near(evidence)
    words = [
        f"{NO_GROUND}：已按{chinese_day(as_of)}的有效文本检索{_scope(knowledge, as_of, chosen)}，"
        "没有找到能回答这个问题的条款。",
        "下面是字面上最接近的条款，供参考，不构成回答。"
        if near
        else "这里回答药品、医疗器械、化妆品的法规与申报问题。",
    ]
    if looked := _terms(evidence):
        words[0] += f"查找的词：{looked}。"
    made = _refused(knowledge, evidence, as_of, catalogue, authorities, words, "没有足够相关的条款")
    return made.model_copy(update={"nearest": near})


def unknown_place(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry], *,
    authorities: Sequence[Authority] = (), chosen: Sequence[str] = (),
) -> Answer:  # fmt: skip
    """The question names a law that is not loaded, or an article the law does not have."""
    known = known_titles(knowledge.registry)
    begun = f"{NO_GROUND}：按{chinese_day(as_of)}，"
    words = []
    for reference in evidence.missing:
        title = str(reference.title)
        versions = knowledge.registry.versions(known.get(instrument_name(title), ""))
        if reference.version and versions:
            held = "、".join(f"{v.version} 版" for v in versions)
            words.append(f"{begun}本库没有《{title}》（{reference.version}）的文本，所存为 {held}。")
        elif instrument_name(title) in known:
            words.append(f"{begun}{_lacks(knowledge, title, known[instrument_name(title)], reference.path, as_of)}")
        else:
            words.append(f"{begun}本库没有收录《{title}》，不能据其他文件代答。")
    near = _near(evidence)
    words.append(f"检索了{_scope(knowledge, as_of, chosen)}。{NEAREST if near else ''}")
    made = _refused(knowledge, evidence, as_of, catalogue, authorities, words, "所引文件或条款不在本库")
    return made.model_copy(update={"nearest": near})


def _lacks(knowledge: KnowledgeBase, title: str, instrument: str, path: tuple[str, ...], as_of: date) -> str:
    """That a text does not have a place; of a number behind its last article the premises have said it."""
    held = version_on(knowledge.registry, instrument, as_of)
    if held and path and beyond(knowledge.registry.reading(held.id), path[0]):
        return "不能据其他条文代答，请核对条号。"
    return f"本库所存《{title}》中没有{''.join(path)}，请核对条号。"


def only_recorded(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry], *,
    authorities: Sequence[Authority] = (),
) -> Answer | None:  # fmt: skip
    """For a question about the versions of a text that is not held: what the catalogue records; None for any other."""
    if not _OF_VERSIONS.search(evidence.question):
        return None
    if not recorded_versions(evidence.question, catalogue, known_titles(knowledge.registry), as_of):
        return None
    return _refused(
        knowledge, evidence, as_of, catalogue, authorities, [f"{NO_GROUND}。"], "所问文件不在本库，只有目录记载"
    )


def _refused(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry],
    authorities: Sequence[Authority], words: list[str], reason: str,
) -> Answer:  # fmt: skip
    loaded = {document.title for document in _published(knowledge).values()}
    elsewhere = find_unloaded(evidence.question, loaded, catalogue)[:3]
    steps = [f"《{e.title}》存在但本库未收录，可到{e.published_at or '其发布机关网站'}查阅" for e in elsewhere]
    steps += [authority.advice for authority in in_charge(evidence.question, authorities)]
    words = [*words, *recorded_versions(evidence.question, catalogue, known_titles(knowledge.registry), as_of)]
    return Answer(
        answer_id="", outcome="refused", text="\n\n".join(words), next_steps=(*steps, *WAY_FORWARD), reason=reason,
        as_of=as_of, index_version=knowledge.index_version,
    )  # fmt: skip


def _scope(knowledge: KnowledgeBase, as_of: date, chosen: Sequence[str]) -> str:
    """How many texts were looked through: those in force on the day, or of the chosen ones those that are held."""
    published = _published(knowledge)
    if not chosen:
        return f" {sum(applies(document, as_of) for document in published.values())} 部文件"
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
