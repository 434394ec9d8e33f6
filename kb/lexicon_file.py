"""A lexicon file: what stands in it and what is wrong with it.

It has up to four parts: `entries` (what is said, what it means), `titles` (spoken names of instruments), `misspelt`
(slips that a dictionary takes for words) and `lookalikes` (characters that are taken for each other).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from kb.errors import BadInput
from kb.lexical import fold
from kb.model import Frozen, Sector
from kb.phrases import GAP
from kb.plain_yaml import parsed

EntryKind = Literal["colloquial", "abbreviation", "english", "former", "synonym"]
MOST_MEANT = 8


class Entry(Frozen):
    """`said` are the words people use, with at most one … for words between; `meant` are the words of the statutes."""

    said: tuple[str, ...] = Field(min_length=1)
    meant: tuple[str, ...] = Field(max_length=MOST_MEANT)
    kind: EntryKind
    sectors: tuple[Sector, ...] = ()
    note: str | None = None

    @field_validator("said", "meant", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("said")
    @classmethod
    def _findable(cls, said: tuple[str, ...]) -> tuple[str, ...]:
        for words in said:
            if len(words.replace(GAP, "")) < 2 or words.count(GAP) > 1 or words.strip(GAP + " ") != words:
                raise ValueError(f"“{words}”至少两个字，省略号至多一处且不在两端")
        return said

    @field_validator("meant")
    @classmethod
    def _spoken(cls, meant: tuple[str, ...]) -> tuple[str, ...]:
        if any(not words.strip() for words in meant):
            raise ValueError("所指不能是空白")
        return meant


class LexiconFile(Frozen):
    """What one file holds."""

    entries: tuple[Entry, ...] = ()
    titles: dict[str, str] = Field(default_factory=dict)
    misspelt: dict[str, str] = Field(default_factory=dict)
    lookalikes: tuple[str, ...] = ()


def folded(words: str) -> str:
    """Words as they are compared; the gap stays one."""
    return GAP.join(fold(part) for part in words.split(GAP))


def read(path: Path) -> LexiconFile:
    """One file, checked entry by entry. Raises BadInput."""
    try:
        content = parsed(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"词表 {path} 读不出来，不是有效的 YAML：{error}") from error
    if content is None:
        return LexiconFile()
    if not isinstance(content, dict) or (strange := set(content) - set(LexiconFile.model_fields)):
        parts = "、".join(LexiconFile.model_fields)
        wrong = f"有不认识的部分“{'、'.join(map(str, strange))}”" if isinstance(content, dict) else "不是一张表"
        raise BadInput(f"词表 {path} {wrong}，只能有 {parts}。")
    rows = content.get("entries") or []
    if not isinstance(rows, list):
        raise BadInput(f"词表 {path} 的 entries 应是一个列表。")
    entries = tuple(_entry(path, number, row) for number, row in enumerate(rows, start=1))
    _refuse_twice(path, entries)
    rest = {name: value for name, value in content.items() if name != "entries" and value is not None}
    try:
        return LexiconFile(entries=entries, **rest)
    except ValidationError as error:
        raise BadInput(f"词表 {path} 的 {_wrong(error)}") from error


def _entry(path: Path, number: int, row: Any) -> Entry:
    said = row.get("said") if isinstance(row, dict) else None
    name = f"第 {number} 条（{said if isinstance(said, str) else '、'.join(map(str, said)) if said else '没有 said'}）"
    try:
        return Entry.model_validate(row)
    except ValidationError as error:
        raise BadInput(f"词表 {path} {name}有误：{_wrong(error)}") from error


def _wrong(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"])) or "整条"
    message = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
    return f"{field}：{message}。请改正后重试。"


def _refuse_twice(path: Path, entries: Iterable[Entry]) -> None:
    seen: dict[str, str] = {}
    for entry in entries:
        for words in entry.said:
            if folded(words) in seen:
                raise BadInput(f"词表 {path} 中“{words}”出现两次（{seen[folded(words)]}），请并成一条。")
            seen[folded(words)] = "、".join(entry.said)
