"""What points at a change: provisions, templates, cases, guides and questions of other texts, service items, routes,
measures, and answers that were given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from assistant.desk.cited_answers import CitedAnswer
from assistant.model import Measure, ProvisionReference, RegulatoryPath, ServiceItem
from kb.address import instrument_name, join, label, split
from kb.compare import Path
from kb.model import Frozen, Kind
from kb.radar import ChangeEntry, pointing, touches
from kb.registry import Registry

TouchKind = Literal["provision", "template", "case", "guide", "qa", "service_item", "route", "measure", "answer"]
KIND: dict[Kind, TouchKind] = {Kind.TEMPLATE: "template", Kind.CASE: "case", Kind.GUIDE: "guide", Kind.QA: "qa"}
WORDS = 120


class Touch(Frozen):
    """One thing that points at a change. `address` is where it stands, None for what is no provision; `words` are those
    by which it points there."""

    kind: TouchKind
    id: str
    title: str
    address: str | None
    words: str


def touched(
    registry: Registry, entry: ChangeEntry, day: date, *, items: Sequence[ServiceItem],
    paths: Sequence[RegulatoryPath], measures: Sequence[Measure], answers: Iterable[CitedAnswer],
) -> list[Touch]:  # fmt: skip
    """Everything that points at the changed places as they were before, texts first. `answers` are those that cite the
    document that the entry is about, or the one it was compared with."""
    return list(
        dict.fromkeys((
            *_texts(registry, entry, day),
            *_records(entry, items, paths, measures),
            *_answers(entry, answers),
        ))
    )  # fmt: skip


def _texts(registry: Registry, entry: ChangeEntry, day: date) -> Iterator[Touch]:
    for document_id, relation in pointing(registry, entry, day):
        document = registry.document(document_id)
        yield Touch(
            kind=KIND.get(document.kind, "provision"), id=document_id, title=document.title,
            address=join(document_id, relation.path), words=relation.evidence[:WORDS],
        )  # fmt: skip


def _records(
    entry: ChangeEntry, items: Sequence[ServiceItem], paths: Sequence[RegulatoryPath], measures: Sequence[Measure]
) -> Iterator[Touch]:
    for item in items:
        yield from _resting("service_item", item.id, item.name, item.basis, entry)
    for path in paths:
        for step in path.steps:
            yield from _resting("route", f"{path.id}/{step.id}", f"{path.name}：{step.name}", step.basis, entry)
    for measure in measures:
        rests = (measure.reference, *(condition.reference for condition in measure.conditions))
        yield from _resting("measure", measure.id, measure.title, rests, entry)


def _resting(
    kind: TouchKind, name: str, title: str, basis: Iterable[ProvisionReference], entry: ChangeEntry
) -> Iterator[Touch]:
    for reference in basis:
        names = {instrument_name(title) for title in (reference.title, *reference.also)}
        if entry.instrument in names and touches(entry, reference.path):
            yield Touch(kind=kind, id=name, title=title, address=None, words=label(reference.title, reference.path))


def _answers(entry: ChangeEntry, answers: Iterable[CitedAnswer]) -> Iterator[Touch]:
    for answer in answers:
        cited = [
            (document_id, path) for document_id, path in map(split, answer.addresses) if _about(entry, document_id)
        ]
        places: list[Path] = [path for _, path in cited if touches(entry, path)]
        if places:
            words = "、".join(label(entry.instrument, path) for path in places)
            title = f"{answer.day} 的回答"
            yield Touch(kind="answer", id=answer.answer_id, title=title, address=None, words=words[:WORDS])


def _about(entry: ChangeEntry, document_id: str) -> bool:
    """Answers that quoted the text as it was before: for a new version that is the version before it."""
    before = entry.against if entry.event in ("added", "published") else entry.document_id
    return document_id == before
