"""What the catalogue of instruments records of a text that is not held: its versions and their days, with the source
named. Facts beside a refusal, never an answer: there is no text to quote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.extracts.versions import asked_versions
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry, InstrumentVersion
from kb.model import NOT_STATED
from kb.validity import chinese_day, cited


def recorded_versions(
    question: str, catalogue: Sequence[CatalogueEntry], held: Mapping[str, str], as_of: date
) -> list[str]:
    """One paragraph for each instrument whose versions a question asks about and that is not held; `held` maps the
    spoken titles of what is."""
    missing = {instrument_name(e.title): e for e in catalogue if instrument_name(e.title) not in held}
    spoken = {instrument_name(name): key for key, entry in missing.items() for name in (entry.title, *entry.aliases)}
    return [_told(missing[instrument], as_of) for instrument in asked_versions(question, spoken)]


def _told(entry: CatalogueEntry, as_of: date) -> str:
    versions = sorted(entry.versions, key=lambda version: version.version)
    told = [f"本库没有收录{cited(entry.title)}的文本，以下只据本库文件目录（{entry.source}），没有原文可引"]
    if entry.repealed_on:
        by = f"，由{cited(entry.replaced_by)}替代" if entry.replaced_by else ""
        told.append(f"自{chinese_day(entry.repealed_on)}起废止{by}")
    elif current := _current(versions, as_of):
        told.append(f"按{chinese_day(as_of)}，执行的是 {current.version} 版")
    elif entry.effective_on:
        told.append(f"自{chinese_day(entry.effective_on)}起施行")
    if versions:
        told.append("；".join(_line(version) for version in versions))
    elif not (entry.effective_on or entry.repealed_on):
        told.append("各版本的日期未记载")
    return "。".join(told) + f"。请到{entry.published_at or '发布机关网站'}核对。"


def _current(versions: Sequence[InstrumentVersion], as_of: date) -> InstrumentVersion | None:
    begun = [v for v in versions if v.effective_on and v.effective_on <= as_of]
    return max(begun, key=lambda v: str(v.effective_on), default=None)


def _line(version: InstrumentVersion) -> str:
    since = f"自{chinese_day(version.effective_on)}起施行" if version.effective_on else f"施行日期{NOT_STATED}"
    return f"{version.version} 版{since}" + (f"（{version.note}）" if version.note else "")
