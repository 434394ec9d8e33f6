"""What took the place of a text that is no longer, or not yet, in force: who replaced it, since when, and where the
same provision stands now. A reader who holds an old article is one step from the one that applies.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from kb.address import instrument_name, join
from kb.compare import counterpart
from kb.grounds import RECORD
from kb.model import Document, Force, Level
from kb.registry import Registry
from kb.validity import (
    amendments,
    by_another,
    chinese_day,
    chosen,
    cited,
    ended,
    force,
    reason,
    start,
)

STEPS = 8
"""Longest chain of replacements that is followed: a law is not replaced more often in a lifetime."""


class Successor(NamedTuple):
    """What took a text's place: `document_id` and `address` are None where it is not held; `on` is since when, `words`
    says so in one phrase."""

    title: str
    document_id: str | None
    address: str | None
    on: date | None
    words: str


def successor(registry: Registry, document: Document, day: date, path: tuple[str, ...] = ()) -> Successor | None:
    """The held version that applies instead on `day`, with the place where `path` stands in it; else the text that
    repealed or amended it, else what the catalogue names; None where nothing took its place, or nothing is known."""
    found = force(document, day, path or None)
    if found not in (Force.REPEALED, Force.AMENDED):
        return None
    if (following := _next_version(registry, document, day)) is not None:
        address = place_in(registry, document, following, path)
        words = f"{following.version} 版" + (f"自{chinese_day(on)}起施行" if (on := start(following)) else "")
        return Successor(following.title, following.id, address, on, words)
    if ended(document, day):
        return _repealing(registry, document, day)
    return _amending(registry, document, day, path)


def notice(
    registry: Registry, document: Document, day: date, path: tuple[str, ...] = ()
) -> tuple[str | None, str | None]:
    """One sentence where the text is anything but in force on `day`, and the address of what applies instead; both None
    for what is in force, and for reference material, which has no force to lose."""
    found = force(document, day, path or None)
    if found is Force.IN_FORCE or document.level is Level.REFERENCE:
        return None, None
    if found is Force.UNKNOWN:
        return f"这份文件效力不明：{reason(document, day)}", None
    if found is Force.NOT_YET:
        return _not_yet(registry, document, day, path)
    after = successor(registry, document, day, path)
    told = f"这是{_edition(document)}的文字，{reason(document, day, path or None).rstrip('。')}"
    return f"{told}{_instead(document, after, path, told)}。", after.address if after else None


def place_in(registry: Registry, old: Document, new: Document, path: tuple[str, ...]) -> str | None:
    """The address in `new` of what stands at `path` in `old`; the document itself for (), None where it is unsure."""
    if not path:
        return new.id
    found = counterpart(registry.reading(old.id), registry.reading(new.id), path)
    return join(new.id, found) if found else None


def _instead(document: Document, after: Successor | None, path: tuple[str, ...], told: str) -> str:
    """Where to look now, in words that are not among those `told` already."""
    if after is None:
        return ""
    if after.document_id is None:
        return "" if "未收录" in told else "，其现行文本本库未收录"
    instrument, _, version = after.document_id.partition("@")
    if instrument != document.instrument:
        return "" if instrument in told else f"，现在看{cited(after.title)}"
    gone = "，其中没有与这一处对应的条文，或者不能确定" if path and after.address is None else ""
    return f"，现在执行的是 {version} 版{gone}"


def _next_version(registry: Registry, document: Document, day: date) -> Document | None:
    """The later version of the instrument that stands on `day`; the last of them where that has ended, too."""
    versions = registry.versions(document.instrument)
    at = next((n for n, version in enumerate(versions) if version.id == document.id), None)
    later = versions[at + 1 :] if at is not None else []
    begun = [v for v in later if force(v, day) not in (Force.NOT_YET, Force.UNKNOWN)]
    return chosen(begun, day) if begun else None


def _repealing(registry: Registry, document: Document, day: date) -> Successor | None:
    """The text whose clause ended this one; where that has been replaced in turn, the last of the chain."""
    found = by_another(document.evidence.get("repealed_on"))
    if found is None:
        return _recorded(registry, document, day)
    last: Document | None = None
    for _ in range(STEPS):
        held = registry.held().get(found[0])
        if held is None:
            break
        last = chosen(registry.versions(held.document.instrument), day) or held.document
        found = by_another(last.evidence.get("repealed_on")) if force(last, day) is Force.REPEALED else None
        if found is None:
            break
    if last is None:
        return _recorded(registry, document, day)
    return Successor(last.title, last.id, last.id, document.repealed_on, reason(document, day))


def _amending(registry: Registry, document: Document, day: date, path: tuple[str, ...]) -> Successor | None:
    if document.amended_on and day >= document.amended_on:
        found = by_another(document.evidence.get("amended_on"))
        held = registry.held().get(found[0]) if found else None
        if held:
            text = held.document
            return Successor(text.title, text.id, text.id, document.amended_on, reason(document, day))
        return _recorded(registry, document, day)
    for amendment in reversed(amendments(document, day, path or None)):
        held = registry.held().get(amendment.source)
        known = held.document.id if held else None
        title = held.document.title if held else document.title if amendment.source == RECORD else amendment.by
        return Successor(title, known, known, amendment.on, reason(document, day, path or None))
    return None


def _recorded(registry: Registry, document: Document, day: date) -> Successor | None:
    """What the catalogue names in its place: an instrument by its title, or a newer version that is not held."""
    entry = registry.endings.entry(document.instrument)
    if entry is None:
        return None
    on = document.repealed_on or document.amended_on
    if document.repealed_on and entry.replaced_by:
        held = chosen(registry.versions(instrument_name(entry.replaced_by)), day)
        stands = held is not None and not (held.amended_on and day >= held.amended_on)
        last = held.id if held and stands and force(held, day) not in (Force.NOT_YET, Force.REPEALED) else None
        return Successor(entry.replaced_by, last, last, on, f"由{cited(entry.replaced_by)}替代")
    newer = [v for v in entry.versions if v.effective_on and v.effective_on == on]
    if newer and on:
        return Successor(entry.title, None, None, on, f"{newer[-1].version} 版，自{chinese_day(on)}起施行")
    return None


def _not_yet(registry: Registry, document: Document, day: date, path: tuple[str, ...]) -> tuple[str, str | None]:
    words = reason(document, day).rstrip("。")
    current = chosen(registry.versions(document.instrument), day)
    if current is None or current.id == document.id or force(current, day) in (Force.NOT_YET, Force.REPEALED):
        return f"{words}。", None
    return f"{words}，现在执行的是{_edition(current)}。", place_in(registry, document, current, path)


def _edition(document: Document) -> str:
    return f" {document.version} 版" if document.version[:4].isdigit() else cited(document.title)
