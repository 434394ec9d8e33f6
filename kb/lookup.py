"""From an address or a spoken title to the stored words, as of a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from kb import succession, validity
from kb.address import article_of, instrument_name, join, label, split
from kb.errors import NotFound
from kb.model import Document, FoundBy, Passage, Provision, Rung, State
from kb.outlines import outline_path
from kb.registry import Reading, Registry

LONGEST_PASSAGE = 3000
"""Characters of a provision shown whole in a search result; a longer one (a big table) is shown by its best part."""
FINE = frozenset((Rung.ARTICLE, Rung.PARAGRAPH, Rung.ITEM, Rung.SUBITEM, Rung.HEADING, Rung.TEXT, Rung.ROW))
"""Rungs that are cited before a chapter or a table of the same words."""


def known_titles(registry: Registry) -> Mapping[str, str]:
    """Every name a published instrument goes by → the instrument (see `Registry.titles`)."""
    return registry.titles()


def version_on(registry: Registry, instrument: str, day: date) -> Document | None:
    """The version that applies on `day`; where there is none, the last one before it, else the first one after it."""
    return validity.chosen(registry.versions(instrument), day)


def resolve(registry: Registry, name: str, day: date) -> Document:
    """A document by its id, or by its instrument as of `day`. Raises NotFound."""
    held = registry.held().get(name)
    if held and held.document.state is State.PUBLISHED:
        return held.document
    document = version_on(registry, instrument_name(name.split("@")[0]), day) if "@" not in name else None
    if document is None:
        raise NotFound(f"知识库中没有已发布的文件「{name}」。")
    return document


def locate(registry: Registry, address: str, day: date) -> tuple[Document, Provision]:
    """The provision at an address, e.g. `药品管理法/第三十二条` or `药品管理法@2019-08-26/第三十二条/第二款`."""
    name, path = split(address)
    document = resolve(registry, name, day)
    provision = find(registry.reading(document.id), path)
    if provision is None:
        raise NotFound(f"{label(document.title, path)} 在知识库所存文本中不存在。")
    return document, provision


def find(reading: Reading, path: Iterable[str]) -> Provision | None:
    """The provision at a path. 第一款 of an article with one paragraph is the article; an article number that stands
    in one attachment only is found there; 第三条 of a text that has no articles is its entry 三."""
    wanted = tuple(path)
    if wanted in reading.provisions:
        return reading.provisions[wanted]
    if len(wanted) > 1 and wanted[1] == "第一款" and not _has_paragraphs(reading, wanted[:1]):
        return find(reading, (wanted[0], *wanted[2:]))
    if len(wanted) == 2 and wanted[1].startswith("第（"):
        under = [p for p in reading.provisions if p[0] == wanted[0] and p[-1] == wanted[1]]
        if under:
            return reading.provisions[under[0]] if len(under) == 1 else None
    if wanted and wanted[0] == article_of(wanted):
        under = [p for p in reading.provisions if p[-len(wanted) :] == wanted]
        if under:
            return reading.provisions[under[0]] if len(under) == 1 else None
    if (outline := outline_path(wanted)) and not any(p.rung is Rung.ARTICLE for p in reading.provisions.values()):
        return reading.provisions.get(outline)
    return None


def _has_paragraphs(reading: Reading, article: tuple[str, ...]) -> bool:
    return (*article, "第二款") in reading.provisions


def words(reading: Reading, provision: Provision) -> tuple[int, int]:
    """The span of a provision's quotable text: without its number, without blank ends."""
    start, end = provision.body, provision.end
    while end > start and reading.text[end - 1].isspace():
        end -= 1
    while start < end and reading.text[start].isspace():
        start += 1
    return start, end


def finest(reading: Reading, start: int, end: int) -> Provision:
    """The smallest provision whose quotable text holds `[start, end)`. Raises ValueError when none does."""
    holding = []
    for provision in reading.provisions.values():
        if not (provision.body <= start and end <= provision.end):
            continue
        first, last = words(reading, provision)
        if first <= start and end <= last:
            holding.append((last - first, provision.rung not in FINE, -len(provision.path), provision))
    if not holding:
        raise ValueError(f"没有条款包含区间 [{start}, {end})")
    return min(holding, key=lambda found: found[:3])[3]


def quotable(reading: Reading, provision: Provision) -> str:
    """The stored text of a provision: what its citations are slices of."""
    start, end = words(reading, provision)
    return reading.text[start:end]


def passage(
    registry: Registry, document: Document, provision: Provision, day: date, *,
    score: float, found_by: Iterable[FoundBy], part: tuple[int, int] | None = None,
) -> Passage:  # fmt: skip
    """A provision as a search result; `part` is the span that was found, shown where the provision is too long."""
    reading = registry.reading(document.id)
    text = quotable(reading, provision)
    if len(text) > LONGEST_PASSAGE and part:
        text = reading.text[part[0] : part[1]].strip()
    notice, replaced_by = succession.notice(registry, document, day, provision.path)
    return Passage(
        address=join(document.id, provision.path), document_id=document.id, title=document.title,
        label=label(document.title, provision.path), article=article_of(provision.path), path=provision.trail,
        text=text, kind=document.kind, force=validity.force(document, day, provision.path),
        effective_on=document.effective_on, repealed_on=document.repealed_on, score=round(score, 6),
        found_by=tuple(found_by), notice=notice, replaced_by=replaced_by,
    )  # fmt: skip
