"""A file made ready with nothing written: read → repair → structure → describe → chunk.

Everything here is a pure function of the bytes and the source's record, so that it can run in a process of its own.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from ingest.chunk import chunks
from ingest.containers import unpack
from ingest.describe.document import Description, describe
from ingest.explain.page import comparison
from ingest.incoming import Incoming, Unpacked
from ingest.readers import RawText, read
from ingest.readers.web.facts import FACTS, day_in, record_in
from ingest.repair.steps import Repaired, repair
from ingest.structure.text import structure
from kb.errors import UnreadableFile
from kb.model import Chunk, Frozen, Provision, Repair, Rung

PAGE_FURNITURE = "网页页眉页脚"


class Prepared(Frozen):
    """A file made ready: what a preview shows and what a replace stores. `confidence` is as in RawText."""

    description: Description
    text: str
    provisions: tuple[Provision, ...]
    chunks: tuple[Chunk, ...]
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]
    sha256: str
    format: str
    encoding: str | None = None
    confidence: tuple[float | None, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Provisions for each rung label, the most telling first."""
        found = Counter(provision.rung for provision in self.provisions)
        return {rung.value: found[rung] for rung in Rung if found[rung]}


class Parser(Protocol):
    """Where files are parsed: here (`Here`), or in a child process with limits (`ingest.sandbox.parser.Sandbox`).

    Each raises UnreadableFile with the reason when the file cannot be read.
    """

    def prepare(self, file: Incoming, given: Mapping[str, object]) -> Prepared: ...

    def explain(self, file: Incoming, given: Mapping[str, object]) -> str:
        """An HTML page: original and repaired text side by side, repairs marked, the outline beside them."""
        ...

    def unpack(self, file: Incoming) -> Unpacked:
        """The file itself, or the files in it."""
        ...


class Here:
    """Parses in this process: for texts we wrote, which need no wall around them."""

    def prepare(self, file: Incoming, given: Mapping[str, object]) -> Prepared:
        return prepare(file, given)

    def explain(self, file: Incoming, given: Mapping[str, object]) -> str:
        return explain(file, given)

    def unpack(self, file: Incoming) -> Unpacked:
        return unpack(file)


def prepare(file: Incoming, given: Mapping[str, object] | None = None) -> Prepared:
    """Everything but the writing. `given` is the source's record of the document. Raises UnreadableFile."""
    return _read(file, given or {})[2]


def explain(file: Incoming, given: Mapping[str, object] | None = None) -> str:
    """What was made of a file, as one HTML page. Raises UnreadableFile."""
    raw, repaired, prepared = _read(file, given or {})
    return comparison(
        file.name, raw, repaired, prepared.provisions, title=prepared.description.title, notes=prepared.notes
    )


def prepare_text(name: str, text: str, given: Mapping[str, object]) -> Prepared:
    """The same for a text that needs no reader, such as a law rebuilt from a database."""
    raw = RawText(text, "text")
    return _prepared(name, raw, repair(text), given, hashlib.sha256(text.encode()).hexdigest())


def _read(file: Incoming, given: Mapping[str, object]) -> tuple[RawText, Repaired, Prepared]:
    raw = read(file)
    repaired = repair(raw.text, raw.pages)
    if not repaired.text.strip():
        raise UnreadableFile(f"“{file.name}”除网页导航外没有正文。")
    known = {**_page_record(raw, repaired), **given}
    return raw, repaired, _prepared(file.name, raw, repaired, known, hashlib.sha256(file.data).hexdigest())


def _prepared(name: str, raw: RawText, repaired: Repaired, given: Mapping[str, object], sha256: str) -> Prepared:
    provisions = structure(repaired.text, repaired.pages)
    description = describe(repaired.text, provisions, name=name, given=given)
    return Prepared(
        description=description, text=repaired.text, provisions=provisions,
        chunks=chunks(description.title, repaired.text, provisions),
        repairs=(*raw.left_out, *raw.doubts, *repaired.repairs), notes=(*raw.notes, *repaired.notes), sha256=sha256,
        format=raw.format, encoding=raw.encoding, confidence=raw.confidence,
    )  # fmt: skip


def _page_record(raw: RawText, repaired: Repaired) -> dict[str, object]:
    """What the page around the text says: its title, the date line taken out of the text, and its box of facts."""
    record: dict[str, object] = {"title": raw.title} if raw.title else {}
    for fix in (*raw.left_out, *repaired.repairs):
        if fix.step == PAGE_FURNITURE and (on := day_in(fix.before)):
            record |= {"published_on": on.isoformat(), "record": f"网页日期行“{fix.before.strip()}”"}
    for fix in raw.left_out:
        if fix.step == FACTS and (facts := record_in(fix.before)):
            record |= facts | {"record": "网页信息栏"}
    return record
