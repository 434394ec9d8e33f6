"""How the versions of one instrument end and change each other: what is worked out from all of them together.

Sources are believed in this order: the words of the version itself; a clause of another text; the history printed under
the title; the catalogue of instruments; last the record that came with the file. What staff set is left as it is.
Settling twice equals settling once: what was worked out before is taken back first and goes when its ground goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kb.grounds import RECORD, Grounds, KnownStart, KnownVersion, Repeal, naming
from kb.model import CORRECTED, NOT_STATED, Amendment, Conflict, Document
from kb.validity import A_RECORD, AMENDED_BY, BY, KNOWN_BY, PRINTED_IN, REPEALED_BY, named, start, worked_out

SERIAL = re.compile(r"(?:(?P<year>\d{4})\D{1,3})?(?P<serial>\d{1,5})号$")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SIDE_BY_SIDE = re.compile("修正案$")
"""Texts of one name of which none takes the place of another: each amendment to a law stands beside the others."""
MADE_BY_IT = "这一版由它修改而成，随它施行"
SAME_WORDS = "文字比对：与"
UNSAID = "原文只载明"
"""How the evidence of a day that the text leaves open begins."""


def settle(versions: Sequence[Document], grounds: Grounds) -> list[Document]:
    """The published versions of one instrument with their ends and changed places worked out.

    A repeal ends only versions that began before it: a law that repeals its own former text leaves itself in force. A
    known version that is not held does not end the one that is: its text stays findable, marked 已被修改.
    """
    begun = [with_effect(version, grounds) for version in versions]
    return [_settled(version, begun, grounds) for version in begun]


def same_number(one: str | None, other: str | None) -> bool | None:
    """Whether two document numbers are one; None where either is unknown or their forms cannot be compared."""
    left, right = (SERIAL.search(number or "") for number in (one, other))
    if left is None or right is None or (left["year"] is None) != (right["year"] is None):
        return None
    return left["year"] == right["year"] and left["serial"] == right["serial"]


def with_effect(version: Document, grounds: Grounds) -> Document:
    """The version with the day it takes effect, where its own text leaves that open and another source says it. What
    only the record of its source says gives way, too: collections put the day of adoption there."""
    version = _as_read(version)
    evidence, said = version.evidence, version.evidence.get("effective_on", "")
    if said == CORRECTED or (version.effective_on and not A_RECORD.search(said)):
        return version
    made = next((c for c in grounds.changes if c.made.isoformat() == version.version), None)
    listed = next((k for k in grounds.known if k.version == version.version), None)
    if made:
        on, ground = made.on, f"{AMENDED_BY}{made.source}{BY}{MADE_BY_IT}"
    elif listed:
        on, ground = listed.effective_on, _listed_plainly(listed)
    elif (recorded := grounds.recorded_start) and _may_be(version, recorded):
        on, ground = recorded.on, f"{KNOWN_BY}{recorded.number or '该文件'}自 {recorded.on} 起施行"
    else:
        return version
    if on == version.effective_on:
        return version
    ground += f"；{said}" if said.startswith(UNSAID) or version.effective_on else ""
    return version.model_copy(update={"effective_on": on, "evidence": evidence | {"effective_on": ground}})


def _as_read(version: Document) -> Document:
    """The version with what its own text or record says of its first day, before another source was asked."""
    derived = version.evidence.get("effective_on")
    if not worked_out(derived):
        return version
    said = str(derived).rpartition("；")[2]
    recorded = date.fromisoformat(said[-10:]) if A_RECORD.search(said) else None
    evidence = {k: v for k, v in version.evidence.items() if k != "effective_on"}
    evidence |= {"effective_on": said} if recorded or said.startswith(UNSAID) else {}
    conflicts = tuple(c for c in version.conflicts if recorded is None or c.other_from != said)
    return version.model_copy(update={"effective_on": recorded, "evidence": evidence, "conflicts": conflicts})


def _may_be(version: Document, recorded: KnownStart) -> bool:
    """Whether an undated copy is the one text of its name that the catalogue knows: only its number can tell."""
    undated = DAY.fullmatch(version.version) is None
    return undated and same_number(version.number, recorded.number) is True


def _settled(version: Document, versions: Sequence[Document], grounds: Grounds) -> Document:
    begun = start(version)
    later = [start(other) for other in versions if other.id != version.id and begun and _after(other, version)]
    replaced = not SIDE_BY_SIDE.search(version.instrument)
    superseded = min((day for day in later if day and replaced), default=None)
    evidence = {
        field: words
        for field, words in version.evidence.items()
        if field not in ("repealed_on", "amended_on") or not worked_out(words)
    }
    own = version.repealed_on if "repealed_on" in evidence else None
    repeal = None if own or evidence.get("repealed_on") == CORRECTED else _first_repeal(version, grounds)
    if repeal:
        evidence["repealed_on"] = f"{REPEALED_BY}{repeal.by}{BY}{naming(repeal.evidence, version.instrument)}"
    amended_on, ground = _amended(version, versions, grounds)
    if ground:
        evidence["amended_on"] = ground
    settled = version.model_copy(
        update={
            "superseded_on": superseded,
            "amended_on": amended_on,
            "amendments": tuple(_amendments(version, versions, grounds)),
            "repealed_on": own or (repeal.on if repeal else None),
            "evidence": evidence,
        }
    )
    return settled.model_copy(update={"conflicts": (*_own_conflicts(version), *_conflicts(settled, grounds))})


def _first_repeal(version: Document, grounds: Grounds) -> Repeal | None:
    """The clause of another text goes before the record of the catalogue."""
    clauses = [r for r in grounds.repeals if _ends(r, version)]
    recorded = [r for r in (grounds.recorded_repeal,) if r and _ends(r, version)]
    return min(clauses or recorded, key=lambda repeal: repeal.on, default=None)


def _ends(repeal: Repeal, version: Document) -> bool:
    """A text without a day may be the very one that replaced the ended one of its name: only a number, or a clause of
    another instrument that prints none, ends it."""
    begun, same = start(version), same_number(repeal.number, version.number)
    if repeal.by == version.id or version.id in repeal.but or (begun is not None and repeal.on <= begun):
        return False
    if begun is None and same is None:
        return repeal.number is None and repeal.by.partition("@")[0] != version.instrument
    return same is not False


def _amendments(version: Document, versions: Sequence[Document], grounds: Grounds) -> list[Amendment]:
    """The places of a version that later texts changed, in the order of the days; a text that is held goes before the
    catalogue's record of the same change."""
    found = [
        Amendment(on=c.on, places=c.places, by=c.by, source=c.source, evidence=c.evidence, ended=c.ended)
        for c in grounds.changes
        if c.places and _lacks(version, versions, c.on, c.made.isoformat())
    ]
    told = {amendment.on for amendment in found}
    held = {other.version for other in versions}
    found += [
        Amendment(on=k.effective_on, places=k.places, by=k.by or f"{k.version} 版", source=RECORD, evidence=_listed(k))
        for k in grounds.known
        if k.places and k.effective_on not in told and k.version not in held
        and _lacks(version, versions, k.effective_on, k.version)
    ]  # fmt: skip
    return sorted(found, key=lambda amendment: amendment.on)


def _amended(version: Document, versions: Sequence[Document], grounds: Grounds) -> tuple[date | None, str | None]:
    """Since when the words of a version as a whole are out of date though no later version is held, and the ground."""
    told = {change.source for change in grounds.changes if change.places}
    located = {change.on for change in grounds.changes if change.places}
    found = [
        (c.on, f"{AMENDED_BY}{c.source}{BY}{c.evidence}")
        for c in grounds.changes
        if not c.places and c.source not in told and _lacks(version, versions, c.on, c.made.isoformat())
    ]
    held = {other.version for other in versions}
    found += [
        (k.effective_on, _listed(k))
        for k in grounds.known
        if not k.places and k.version not in held and k.effective_on not in located
        and _lacks(version, versions, k.effective_on, k.version)
    ]  # fmt: skip
    known = held | {k.version for k in grounds.known} | {c.made.isoformat() for c in grounds.changes}
    found += [
        (on, f"{PRINTED_IN}{named(other.id)}载明{on}的修改，修改后的文本本库未收录")
        for other in versions
        if _after(other, version)
        for on in _printed(other)
        if on.isoformat() not in known and _lacks(version, versions, on, on.isoformat())
    ]
    return min(found, default=(None, None), key=lambda change: change[0] or date.max)


def _printed(version: Document) -> list[date]:
    """The days of the revisions that stand in the history printed with a text."""
    return [date.fromisoformat(day) for day in DAY.findall(version.evidence.get("history", ""))]


def _lacks(version: Document, versions: Sequence[Document], on: date, made: str) -> bool:
    """Whether a version stands on the day a change takes effect and was made before the change: what is of the same day
    or later has it in its words, and so has what took over by then."""
    begun = start(version)
    if begun is None or begun >= on or version.version[: len(made)] >= made[: len(version.version)]:
        return False
    return not any(_after(other, version) and (day := start(other)) and day <= on for other in versions)


def _listed(known: KnownVersion) -> str:
    return f"{_listed_plainly(known)}，本库未收录"


def _conflicts(version: Document, grounds: Grounds) -> list[Conflict]:
    """Where the catalogue says another thing than the text or the clause that ends it; and where another version has
    the same words."""
    found = []
    if twin := grounds.same_words.get(version.id):
        other_from = f"{SAME_WORDS}{named(twin)}文字完全相同，版本日期可能有误"
        found.append(
            Conflict(
                field="version", kept=version.version, kept_from=version.evidence.get("version", ""),
                other=twin.partition("@")[2], other_from=other_from,
            )
        )  # fmt: skip
    listed = next((k for k in grounds.known if k.version == version.version), None)
    if listed and version.effective_on and listed.effective_on != version.effective_on:
        found.append(_conflict(version, "effective_on", listed.effective_on, _listed_plainly(listed)))
    ground, _, said = version.evidence.get("effective_on", "").rpartition("；")
    if worked_out(ground) and A_RECORD.search(said):
        found.append(_conflict(version, "effective_on", date.fromisoformat(said[-10:]), said))
    recorded = grounds.recorded_repeal
    if recorded and version.repealed_on and recorded.on != version.repealed_on and _ends(recorded, version):
        found.append(_conflict(version, "repealed_on", recorded.on, f"{KNOWN_BY}{recorded.evidence}"))
    for known in (k for k in grounds.known if k.places):
        told = [a for a in version.amendments if a.on == known.effective_on and a.source != RECORD]
        if told and set(told[0].places) != set(known.places):
            kept, other = ("、".join("".join(p) for p in places) for places in (told[0].places, known.places))
            found.append(
                Conflict(
                    field="amendments", kept=kept, kept_from=told[0].evidence, other=other,
                    other_from=_listed_plainly(known),
                )
            )  # fmt: skip
    return found


def _listed_plainly(known: KnownVersion) -> str:
    return f"{KNOWN_BY}{known.version} 版自 {known.effective_on} 起施行"


def _conflict(version: Document, field: str, other: date, other_from: str) -> Conflict:
    kept, words = str(getattr(version, field)), version.evidence.get(field, "")
    return Conflict(field=field, kept=kept, kept_from=words, other=str(other), other_from=other_from)


def _own_conflicts(version: Document) -> tuple[Conflict, ...]:
    """Those found when the text was read or corrected; the others are found anew each time."""
    return tuple(
        _standing(c, version) for c in version.conflicts if not c.other_from.startswith((KNOWN_BY, SAME_WORDS))
    )


def _standing(conflict: Conflict, version: Document) -> Conflict:
    """A conflict about a day that the text leaves open names the day that was worked out, as long as it is."""
    if conflict.field != "effective_on" or not (conflict.kept == NOT_STATED or worked_out(conflict.kept_from)):
        return conflict
    kept = str(version.effective_on) if version.effective_on else NOT_STATED
    return conflict.model_copy(update={"kept": kept, "kept_from": version.evidence.get("effective_on", "")})


def _after(other: Document, version: Document) -> bool:
    return (str(start(other)), other.version) > (str(start(version)), version.version)
