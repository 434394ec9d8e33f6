"""Instruments known to exist, loaded or not, so that a refusal can say what is missing and where to find it.

Also the one reader of our content files: a broken entry is refused with the file and the entry named, none is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import ValidationError

from kb.address import instrument_name
from kb.errors import BadInput
from kb.grounds import RECORD, KnownVersion, Repeal
from kb.model import Frozen, Kind, Sector
from kb.plain_yaml import parsed
from kb.references import mentioned_titles

Record = TypeVar("Record", bound=Frozen)
TOPIC_LIMIT = 5


class InstrumentVersion(Frozen):
    """A known version of an instrument: the day it was adopted, and the day from which it applies. `places` are the
    paths of the provisions it changed, where it is known that it changed no others, and `by` is what made it."""

    version: date
    effective_on: date | None = None
    note: str | None = None
    places: tuple[tuple[str, ...], ...] = ()
    by: str | None = None


class CatalogueEntry(Frozen):
    """An instrument that is known to exist, whether or not its text is loaded. Unknown values are None.

    `published_at` names the official site; `source` says what the entry rests on; `topics` are words of its field.
    """

    title: str
    aliases: tuple[str, ...] = ()
    kind: Kind
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    repealed_on: date | None = None
    status: Literal["in_force", "repealed", "superseded", "not_yet", "unknown"]
    replaced_by: str | None = None
    sectors: tuple[Sector, ...] = ()
    topics: tuple[str, ...] = ()
    published_at: str | None = None
    versions: tuple[InstrumentVersion, ...] = ()
    source: str


def load_catalogue(path: Path) -> tuple[CatalogueEntry, ...]:
    """The instruments of the catalogue file, in file order; two entries may not be the same instrument."""
    return read_records(path, "instruments", CatalogueEntry, lambda entry: instrument_name(entry.title))


def known_versions(catalogue: Iterable[CatalogueEntry]) -> dict[str, tuple[KnownVersion, ...]]:
    """The versions with an effective date that the catalogue knows of, by instrument."""
    return {
        instrument_name(entry.title): tuple(
            KnownVersion(v.version.isoformat(), v.effective_on, v.places, v.by)
            for v in entry.versions
            if v.effective_on
        )
        for entry in catalogue
    }


def effective_dates(catalogue: Iterable[CatalogueEntry]) -> dict[tuple[str, str], date]:
    """The effective dates of versions that the catalogue records, by instrument and version."""
    known = known_versions(catalogue)
    return {(name, version.version): version.effective_on for name, versions in known.items() for version in versions}


def known_repeals(catalogue: Iterable[CatalogueEntry]) -> dict[str, Repeal]:
    """The repeals that the catalogue records, by instrument."""
    return {
        instrument_name(entry.title): Repeal(entry.repealed_on, RECORD, f"由《{entry.replaced_by}》替代")
        for entry in catalogue
        if entry.repealed_on and entry.replaced_by
    }


def find_unloaded(
    question: str, loaded_titles: Collection[str], catalogue: Sequence[CatalogueEntry]
) -> tuple[CatalogueEntry, ...]:
    """Known instruments that a question is about and that are not loaded.

    Instruments named in the question come alone; where none is named, those whose topic words stand in the question,
    the longest words first, at most TOPIC_LIMIT. Titles compare by instrument, never by substring. A repealed
    instrument is returned only when it is named.
    """
    loaded = {instrument_name(title) for title in loaded_titles}
    missing = [entry for entry in catalogue if not _names(entry) & loaded]
    spoken = {name: entry.title for entry in catalogue for name in _names(entry)}
    named = {title for _, title in mentioned_titles(question, spoken)}
    if named:
        return tuple(entry for entry in missing if entry.title in named)
    folded = question.casefold()
    touched = ((max(map(len, _topics_in(folded, entry)), default=0), entry) for entry in missing)
    current = [
        (length, entry) for length, entry in touched if length and entry.status not in ("repealed", "superseded")
    ]
    return tuple(entry for _, entry in sorted(current, key=lambda scored: -scored[0])[:TOPIC_LIMIT])


def read_records(
    path: Path, section: str, record: type[Record], identity: Callable[[Record], Hashable]
) -> tuple[Record, ...]:
    """The list `section` of a YAML file as frozen records, each with its own identity.

    Raises BadInput naming the file and the entry that cannot be read, is incomplete or stands there twice.
    """
    loaded: dict[Hashable, Record] = {}
    for number, row in enumerate(_rows(path, section), start=1):
        named = row if isinstance(row, dict) else {}
        name = named.get("id") or named.get("title") or f"第{number}条"
        try:
            entry = record.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "整条"
            raise BadInput(f"{path.name} 的条目“{name}”有误：字段 {field}：{first['msg']}。请改正后重试。") from error
        if identity(entry) in loaded:
            raise BadInput(f"{path.name} 中条目“{name}”重复，请删去其一。")
        loaded[identity(entry)] = entry
    return tuple(loaded.values())


def require_known(path: Path, entry: str, names: Iterable[str], known: Collection[str]) -> None:
    """Raise BadInput when an entry of a content file refers to something that does not exist."""
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise BadInput(f"{path.name} 的条目“{entry}”引用了不存在的 {'、'.join(unknown)}，请改正。")


def _rows(path: Path, section: str) -> list[Any]:
    try:
        content = parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadInput(f"找不到内容文件 {path.name}，请确认 data 文件夹完整。") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"内容文件 {path.name} 不是有效的 YAML：{error}") from error
    rows = content.get(section) if isinstance(content, dict) else None
    if not isinstance(rows, list) or not rows:
        raise BadInput(f"内容文件 {path.name} 缺少“{section}”列表，请补全。")
    return rows


def _names(entry: CatalogueEntry) -> set[str]:
    return {instrument_name(name) for name in (entry.title, *entry.aliases)}


def _topics_in(folded: str, entry: CatalogueEntry) -> list[str]:
    return [topic for topic in entry.topics if topic.casefold() in folded]
