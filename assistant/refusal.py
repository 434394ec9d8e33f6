"""Refusing well: what was searched, what came closest, what exists elsewhere, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answer_model import Answer
from assistant.evidence import Evidence
from assistant.recorded_versions import recorded_versions
from assistant.versions import chinese_day
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry, find_unloaded
from kb.knowledge import KnowledgeBase
from kb.lookup import known_titles
from kb.model import State

NO_GROUND = "知识库没有依据"
NEAR_ENOUGH = 0.2
"""A nearest provision is shown only when it shares at least this much of the question's words."""
WAY_FORWARD = ("换一个说法，或写明产品类别（药品、医疗器械、化妆品）和所处环节后再问", "转人工：把问题留给平台工作人员")


def nothing_found(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry]
) -> Answer:
    searched = _published(knowledge)
    near = tuple(f.passage for f in evidence.findings[:8] if f.share >= NEAR_ENOUGH)[:3]
    words = [f"{NO_GROUND}：已按{chinese_day(as_of)}的有效文本检索 {searched} 部文件，没有找到能回答这个问题的条款。"]
    words.append(
        "下面是字面上最接近的条款，供参考，不构成回答。" if near else "这里回答药品、医疗器械、化妆品的法规与申报问题。"
    )
    return _refused(knowledge, evidence, as_of, catalogue, words, "没有足够相关的条款").model_copy(
        update={"nearest": near}
    )


def unknown_place(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry]
) -> Answer:
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
            words.append(f"{begun}本库所存《{title}》中没有{''.join(reference.path)}，请核对条号。")
        else:
            words.append(f"{begun}本库没有收录《{title}》，不能据其他文件代答。")
    near = tuple(f.passage for f in evidence.findings[:8] if f.share >= NEAR_ENOUGH)[:3]
    made = _refused(knowledge, evidence, as_of, catalogue, words, "所引文件或条款不在本库")
    return made.model_copy(update={"nearest": near})


def only_recorded(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry]
) -> Answer | None:
    """For a question about the versions of a text that is not held: what the catalogue records; None for any other."""
    if not recorded_versions(evidence.question, catalogue, known_titles(knowledge.registry), as_of):
        return None
    return _refused(knowledge, evidence, as_of, catalogue, [f"{NO_GROUND}。"], "所问文件不在本库，只有目录记载")


def _refused(
    knowledge: KnowledgeBase, evidence: Evidence, as_of: date, catalogue: Sequence[CatalogueEntry],
    words: list[str], reason: str,
) -> Answer:  # fmt: skip
    loaded = {h.document.title for h in knowledge.registry.held().values() if h.document.state is State.PUBLISHED}
    elsewhere = find_unloaded(evidence.question, loaded, catalogue)[:3]
    steps = [f"《{e.title}》存在但本库未收录，可到{e.published_at or '其发布机关网站'}查阅" for e in elsewhere]
    words = [*words, *recorded_versions(evidence.question, catalogue, known_titles(knowledge.registry), as_of)]
    return Answer(
        answer_id="", outcome="refused", text="\n\n".join(words), next_steps=(*steps, *WAY_FORWARD), reason=reason,
        as_of=as_of, index_version=knowledge.index_version,
    )  # fmt: skip


def _published(knowledge: KnowledgeBase) -> int:
    return sum(h.document.state is State.PUBLISHED for h in knowledge.registry.held().values())
