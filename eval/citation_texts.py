"""The loaded texts as a maker of citations needs them, read through the API: which places there are, what each says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from kb.address import COUNTRY, spoken_names
from kb.citation_index import Path, number_of
from kb.errors import BadInput

ARTICLE = re.compile(r"第[^章节编款项目（）]+条(?:之.+)?")
PLAIN_TITLE = re.compile(r"[\u4e00-\u9fff]{2,30}")
LEAST_ARTICLES = 5
IN_FORCE, AMENDED, UNKNOWN = "现行有效", "已被修改", "不明"


class CitationApi(Protocol):
    """The public API, called in process. Each call returns the JSON body; errors are raised as RegkbError."""

    def documents(self) -> dict[str, Any]: ...
    def document(self, document_id: str, as_of: date | None) -> dict[str, Any]: ...
    def cite(self, text: str, as_of: date | None) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Law:
    """A loaded text with articles. `entries` maps the path of each place to its own words, without those below it."""

    id: str
    title: str
    version: str
    number: str | None
    force: str
    changed: frozenset[Path]
    ended: bool
    entries: Mapping[Path, str]

    @property
    def short(self) -> str:
        return self.title.removeprefix(COUNTRY)

    @cached_property
    def articles(self) -> list[Path]:
        """Its articles outside attachments, in order."""
        return [path for path in self.entries if len(path) == 1 and ARTICLE.fullmatch(path[0])]

    def chapter_of(self, article: Path) -> str | None:
        """The chapter an article stands in, by the order of the text."""
        return self._chapters.get(article)

    @cached_property
    def _chapters(self) -> dict[Path, str]:
        found: dict[Path, str] = {}
        chapter: str | None = None
        for path in self.entries:
            chapter = path[-1] if re.fullmatch("第.+章", path[-1]) else chapter
            if chapter and path in self._article_set:
                found[path] = chapter
        return found

    @cached_property
    def _article_set(self) -> frozenset[Path]:
        return frozenset(self.articles)

    @cached_property
    def last(self) -> int:
        """The highest number an article has."""
        return max((number_of(path[0]) or (0, 0))[0] for path in self.articles)

    @cached_property
    def _under(self) -> dict[Path, list[str]]:
        found: dict[Path, list[str]] = {}
        for path in self.entries:
            found.setdefault(path[:-1], []).append(path[-1])
        return found

    def under(self, path: Path, unit: str) -> list[str]:
        """The segments of a unit right under a place."""
        return [segment for segment in self._under.get(path, ()) if segment.endswith(unit)]

    def words(self, path: Path) -> str:
        """All the words of a place and of what is below it, without signs and spaces."""
        return bare("".join(self.entries[p] for p in self._family.get(path[0], ()) if p[: len(path)] == path))

    @cached_property
    def _family(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in self.entries:
            found.setdefault(path[0], []).append(path)
        return found

    @property
    def year(self) -> str | None:
        return self.version[:4] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.version) else None

    @property
    def only_places_changed(self) -> bool:
        return self.force == AMENDED and bool(self.changed) and not self.ended

    def usable(self, path: Path) -> bool:
        """Whether a place is there to be cited: not one that a later text changed."""
        return not any(path[: len(p)] == p or p[: len(path)] == path for p in self.changed)


@dataclass(frozen=True)
class Holdings:
    """Everything that is loaded: the laws in force, the versions that are not, and every name that is taken."""

    current: tuple[Law, ...]
    past: tuple[Law, ...]
    names: frozenset[str]
    versions: Mapping[str, tuple[str, ...]]
    """The versions held of each instrument."""


def read_holdings(api: CitationApi, as_of: date) -> Holdings:
    """Read every text with articles; others are known by name only. Raises BadInput for a listing that is cut off."""
    listing = api.documents()
    listed = listing["documents"]
    if len(listed) < int(listing["total"]):
        raise BadInput(f"文档清单不完整：共 {listing['total']} 部，只列出 {len(listed)} 部，请取全后再评测。")
    versions: dict[str, list[str]] = {}
    for row in listed:
        versions.setdefault(row["id"].partition("@")[0], []).append(row["version"])
    laws = [_law(api.document(row["id"], as_of)) for row in listed if row["counts"].get("条", 0) >= LEAST_ARTICLES]
    laws = [law for law in laws if len(law.articles) >= LEAST_ARTICLES and PLAIN_TITLE.fullmatch(law.short)]
    alone = {law.id for law in laws if len(versions[law.id.partition("@")[0]]) == 1}
    current = [
        law
        for law in laws
        if law.force == IN_FORCE or law.only_places_changed or (law.force == UNKNOWN and law.id in alone)
    ]
    past = [law for law in laws if law not in current and law.force != UNKNOWN]
    names = frozenset(name for row in listed for name in spoken_names(row["title"]))
    return Holdings(tuple(current), tuple(past), names, {name: tuple(held) for name, held in versions.items()})


def bare(words: str) -> str:
    """Words without signs and spaces."""
    return re.sub(r"[\W_]+", "", words)


def _law(page: Mapping[str, Any]) -> Law:
    prefix = len(page["id"]) + 1
    entries = {tuple(e["address"][prefix:].split("/")): e["text"] for e in _flat(page["provisions"])}
    changed = {tuple(place) for amendment in page.get("amendments", ()) for place in amendment["places"]}
    return Law(
        id=page["id"], title=page["title"], version=page["version"], number=page["number"], force=page["force"],
        changed=frozenset(changed), ended=bool(page["superseded_on"] or page["amended_on"] or page["repealed_on"]),
        entries=entries,
    )  # fmt: skip


def _flat(entries: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for entry in entries:
        yield entry
        yield from _flat(entry["children"])
