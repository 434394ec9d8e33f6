"""The change radar: what happened to which text, which of its provisions changed, and what in other texts points at
them. Entries are made here and kept by `kb.change_log`; nothing here reads a clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from kb import validity
from kb.compare import Change, Path, changes
from kb.model import Amendment, Document, Frozen
from kb.registry_reader import Reading, RegistryReader
from kb.relation_reviews import Cited

Event = Literal["added", "corrected", "superseded", "repealed", "amended", "withdrawn", "published"]
WHOLE: tuple[Event, ...] = ("repealed", "withdrawn")
"""Events that touch whatever points anywhere at the document."""


class ChangeEntry(Frozen):
    """One thing that happened to a document. `against` is the document it was compared with or ended by, where that is
    held; `places` are the units that are not the same as before (of an amendment whose text is not held `new` is None);
    `words` says in a sentence what happened. `id` is None until the entry is stored."""

    id: int | None = None
    recorded_on: date
    event: Event
    document_id: str
    instrument: str
    against: str | None = None
    places: tuple[Change, ...] = ()
    words: str


def arrived(registry: RegistryReader, document: Document, reading: Reading, event: Event, day: date) -> ChangeEntry:
    """A text that is read from now on: compared with the version before it, where one is held."""
    before = previous(registry, document)
    verb = "收入" if event == "added" else "发布"
    if before is None:
        return _entry(document, event, day, f"{verb}{_name(document)}，库中没有它之前的版本。")
    places = changed_places(registry.reading(before.id), reading)
    earlier = _edition(before, otherwise="前一版")
    words = f"{verb}{_name(document)}，与{earlier}相比{_counted(places)}。"
    return _entry(document, event, day, words, before.id, places)


def corrected(document: Document, old: Reading, new: Reading, day: date) -> ChangeEntry | None:
    """Other words under the same id; None where only spaces or widths differ."""
    places = changed_places(old, new)
    words = f"{_name(document)}的文字有更正，{_counted(places)}。"
    return _entry(document, "corrected", day, words, document.id, places) if places else None


def withdrawn(document: Document, day: date) -> ChangeEntry:
    return _entry(document, "withdrawn", day, f"撤回{_name(document)}，不再检索。")


def ended(before: Document, after: Document, day: date) -> list[ChangeEntry]:
    """What changed about the end of a version: by a repeal, by a later version, by an amendment."""
    found = []
    name = _name(after)
    if before.repealed_on != after.repealed_on:
        by, ground = _ground(after, "repealed_on")
        on = after.repealed_on
        words = f"{name}自{validity.chinese_day(on)}起废止{ground}。" if on else f"{name}不再视为已废止。"
        found.append(_entry(after, "repealed", day, words, by))
    if before.superseded_on != after.superseded_on:
        on = after.superseded_on
        then = f"自{validity.chinese_day(on)}起由后一版本取代。" if on else "不再视为已由后一版本取代。"
        found.append(_entry(after, "superseded", day, name + then))
    if before.amendments != after.amendments or _newly_known(before, after):
        found.append(_amended(before, after, day, name))
    return found


def previous(registry: RegistryReader, document: Document) -> Document | None:
    """The published version of the instrument that comes just before this one."""
    key = (str(validity.start(document) or ""), document.version)
    versions = [v for v in registry.versions(document.instrument) if v.id != document.id]
    earlier = [v for v in versions if (str(validity.start(v) or ""), v.version) < key]
    return earlier[-1] if earlier else None


def changed_places(old: Reading, new: Reading) -> tuple[Change, ...]:
    return tuple(change for change in changes(old, new) if change.how != "same")


def pointing(registry: RegistryReader, entry: ChangeEntry, day: date) -> Iterator[Cited]:
    """The relations of other instruments that point at what changed, read from texts that are in force or to come on
    `day`. A text made under the changed one is named for a new version, whatever it says of single articles."""
    held = registry.held()
    for cited in registry.relations_to(entry.instrument):
        document = held[cited.document_id].document
        relation = cited.relation
        if document.instrument == entry.instrument or over(document, day):
            continue
        place = relation.target or ((relation.article,) if relation.article else ())
        under = relation.kind == "implements" and entry.against is not None and bool(entry.places)
        if touches(entry, place) or under:
            yield cited


def touches(entry: ChangeEntry, place: Path) -> bool:
    """Whether what stands at a place of the old text is part of the change, or holds a part of it. Which articles a
    chapter holds its path does not say, so any may be in it; an empty place is the whole text. Of an amendment whose
    places are not known any place may have changed."""
    if entry.event in WHOLE or (entry.event == "amended" and not entry.places):
        return True
    if not place or validity.CONTAINER.match(place[0]):
        return bool(place and entry.places)
    named = _without_first(place)
    old = (_without_first(change.old) for change in entry.places if change.old)
    return any(path[: len(named)] == named[: len(path)] for path in old)


def _without_first(path: Path) -> Path:
    """An item of an article with a single paragraph is written with 第一款 or without it."""
    return tuple(segment for segment in path if segment != "第一款")


def over(document: Document, day: date) -> bool:
    """Whether a text is out of use on a day, so that what it points at is nobody's concern any more."""
    return any(end is not None and day >= end for end in (document.repealed_on, document.superseded_on))


def _newly_known(before: Document, after: Document) -> bool:
    """Whether it became known, or was taken back, that there is a version which is not held; that such a version came
    in is told as what it is."""
    came_in = after.amended_on is None and after.superseded_on is not None
    return before.amended_on != after.amended_on and not came_in


def _amended(before: Document, after: Document, day: date, name: str) -> ChangeEntry:
    fresh = [amendment for amendment in after.amendments if amendment not in before.amendments]
    gone = [amendment for amendment in before.amendments if amendment not in after.amendments]
    places = dict.fromkeys(path for amendment in (*fresh, *gone) for path in amendment.places)
    said = [f"自{validity.chinese_day(a.on)}起由{a.by}{_done(a)}（{a.evidence}）" for a in fresh]
    said += [f"不再视为由{a.by}{_done(a)}" for a in gone]
    by, ground = _ground(after, "amended_on")
    if _newly_known(before, after):
        on = after.amended_on
        said.append(f"自{validity.chinese_day(on)}起另有本库未收录的版本{ground}" if on else "不再视为另有新版本")
    changed = tuple(Change(how="changed", old=path, new=None, likeness=0) for path in places)
    return _entry(
        after,
        "amended",
        day,
        f"{name}：{'；'.join(said)}。",
        next((a.source for a in fresh if "@" in a.source), by),
        changed,
    )


def _done(amendment: Amendment) -> str:
    return "废止" if amendment.ended else "修改"


def _ground(document: Document, field: str) -> tuple[str | None, str]:
    """The id of the text whose words a worked-out end rests on, None where it is no text, and the words in brackets."""
    evidence = document.evidence.get(field)
    if found := validity.by_another(evidence):
        by, words = found
        return (by, f"（{validity.named(by)}：{words}）") if "@" in by else (None, f"（{by}记载：{words}）")
    return None, f"（{evidence}）" if evidence else ""


def _entry(
    document: Document, event: Event, day: date, words: str, against: str | None = None,
    places: tuple[Change, ...] = (),
) -> ChangeEntry:  # fmt: skip
    return ChangeEntry(
        recorded_on=day, event=event, document_id=document.id, instrument=document.instrument, against=against,
        places=places, words=words,
    )  # fmt: skip


def _name(document: Document) -> str:
    return validity.cited(document.title) + _edition(document, otherwise="")


def _edition(document: Document, otherwise: str) -> str:
    return f" {document.version} 版" if document.version[:4].isdigit() else otherwise


def _counted(places: tuple[Change, ...]) -> str:
    names = {"changed": "修改", "added": "新增", "removed": "删去", "renumbered": "只改条号"}
    counts = {how: sum(change.how == how for change in places) for how in names}
    said = [f"{names[how]} {count} 处" for how, count in counts.items() if count]
    return "、".join(said) if said else "文字相同"
