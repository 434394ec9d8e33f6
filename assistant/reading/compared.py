"""Two versions side by side, as `/api/compare` returns them: every unit with both texts and the words that changed."""

from __future__ import annotations

from collections import Counter
from datetime import date

from kb import validity
from kb.address import join, label
from kb.compare import Change, Mark, Path, changes, marks, words
from kb.knowledge import KnowledgeBase
from kb.model import Document, Force, Frozen
from kb.registry import Reading


class ComparedVersion(Frozen):
    """One of the two documents; `effective_on` is None where its text does not say."""

    id: str
    title: str
    version: str
    effective_on: date | None
    force: Force


class ComparedUnit(Frozen):
    """A unit as one version has it. `label` is its place with the headings above it: 第三十条（第三章 药品生产）."""

    address: str
    label: str
    text: str


class ComparedChange(Frozen):
    """What became of one unit: see `kb.compare.Change`. The `marks` of both sides stand in one list."""

    how: str
    likeness: float
    old: ComparedUnit | None
    new: ComparedUnit | None
    marks: tuple[Mark, ...]


class Comparison(Frozen):
    """The JSON of `/api/compare`."""

    old: ComparedVersion
    new: ComparedVersion
    counts: dict[str, int]
    changes: tuple[ComparedChange, ...]


def comparison(knowledge: KnowledgeBase, old: Document, new: Document, as_of: date) -> Comparison:
    """Both documents must be held; their forces are those of `as_of`."""
    before, after = knowledge.registry.reading(old.id), knowledge.registry.reading(new.id)
    found = changes(before, after)
    counted = Counter(change.how for change in found)
    return Comparison(
        old=_version(old, as_of), new=_version(new, as_of),
        counts={how: counted[how] for how in ("same", "renumbered", "changed", "added", "removed")},
        changes=tuple(_compared(change, (old, before), (new, after)) for change in found),
    )  # fmt: skip


def placed(reading: Reading, path: Path) -> str:
    """A place without its title, with the headings above it."""
    provision = reading.provisions[path]
    trail = " ".join(provision.trail)
    return label("", path).removeprefix("《》") + (f"（{trail}）" if trail else "")


def _version(document: Document, as_of: date) -> ComparedVersion:
    return ComparedVersion(
        id=document.id, title=document.title, version=document.version, effective_on=document.effective_on,
        force=validity.force(document, as_of),
    )  # fmt: skip


def _compared(change: Change, old: tuple[Document, Reading], new: tuple[Document, Reading]) -> ComparedChange:
    before = _unit(*old, change.old) if change.old else None
    after = _unit(*new, change.new) if change.new else None
    return ComparedChange(
        how=change.how, likeness=change.likeness, old=before, new=after,
        marks=tuple(marks(before.text if before else "", after.text if after else "")),
    )  # fmt: skip


def _unit(document: Document, reading: Reading, path: Path) -> ComparedUnit:
    return ComparedUnit(address=join(document.id, path), label=placed(reading, path), text=words(reading, path))
