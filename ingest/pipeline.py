"""The story of a file: read → repair → structure → describe → chunk → replace, and the report of a whole run.

One bad file never stops the rest: it is reported with its reason. Nothing here decides what is searchable; that is
`KnowledgeBase.replace`.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from ingest.chunk import chunks
from ingest.dates import parse
from ingest.describe import Description, describe
from ingest.manifest import NOT_DOCUMENTS, files_in, given_by, records_beside, source_of
from ingest.readers import RawText, read
from ingest.repair import Repaired, repair
from ingest.structure import structure
from kb.errors import RegkbError, UnreadableFile
from kb.model import Chunk, Document, Frozen, Provision, Repair, Rung, Source, State

if TYPE_CHECKING:
    from kb.knowledge import Library

Outcome = Literal["added", "changed", "unchanged", "duplicate", "failed", "skipped"]
Progress = Callable[[str, str, int, int], None]
"""Called with stage, file name, done, total."""

Taken = dict[tuple[str, str], tuple[str, str]]
"""Source and document id → name and text of the file that took that id in this run."""

PAGE_FURNITURE = "网页页眉页脚"


class Prepared(Frozen):
    """A file made ready, with nothing written: what a preview shows and what a replace stores."""

    description: Description
    text: str
    provisions: tuple[Provision, ...]
    chunks: tuple[Chunk, ...]
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]
    sha256: str

    @property
    def counts(self) -> dict[str, int]:
        """Provisions for each rung label, the most telling first."""
        found = Counter(provision.rung for provision in self.provisions)
        return {rung.value: found[rung] for rung in Rung if found[rung]}


class FileReport(Frozen):
    """What became of one file. `reason` says why it failed or was skipped."""

    path: str
    outcome: Outcome
    document_id: str | None = None
    title: str | None = None
    kind: str | None = None
    number: str | None = None
    effective_on: str | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    repairs: int = 0
    warnings: tuple[str, ...] = ()
    reason: str | None = None
    seconds: float = 0.0


class IngestReport(Frozen):
    """Every file of a run and the totals for each outcome."""

    files: tuple[FileReport, ...]
    totals: dict[str, int]


def prepare(name: str, data: bytes, given: Mapping[str, object] | None = None) -> Prepared:
    """Everything but the writing. `given` is the source's record of the document. Raises UnreadableFile."""
    raw = read(name, data)
    repaired = repair(raw.text, raw.pages)
    if not repaired.text.strip():
        raise UnreadableFile(f"“{name}”除网页导航外没有正文。")
    known = {**_page_record(raw, repaired), **(given or {})}
    return _prepared(name, repaired, known, raw.notes, hashlib.sha256(data).hexdigest())


def prepare_text(name: str, text: str, given: Mapping[str, object]) -> Prepared:
    """The same for a text that needs no reader, such as a law rebuilt from a database."""
    return _prepared(name, repair(text), given, (), hashlib.sha256(text.encode()).hexdigest())


def ingest_one(
    knowledge: Library, name: str, data: bytes, *, source: Source, given: Mapping[str, object], state: State
) -> FileReport:
    """Take in one file. An unreadable file is reported, not raised."""
    return _ingest_one(knowledge, name, data, source, given, state, {})


def ingest_paths(knowledge: Library, paths: Sequence[Path], *, state: State, progress: Progress) -> IngestReport:
    """Take in files and folders, folders recursively. Raises nothing for a bad file; see its report."""
    files = list(files_in(paths))
    records = records_beside(files)
    reports: list[FileReport] = []
    taken: Taken = {}
    for done, path in enumerate(files):
        progress("读取", path.name, done, len(files))
        reports.append(_ingest_file(knowledge, path, records.get(path, {}), state, taken))
        progress(reports[-1].outcome, path.name, done + 1, len(files))
    return report_of(reports)


def report_of(files: Iterable[FileReport]) -> IngestReport:
    files = tuple(files)
    return IngestReport(files=files, totals=dict(Counter(file.outcome for file in files)))


def store(
    knowledge: Library, name: str, prepared: Prepared, *, source: Source, state: State,
    original: tuple[str, bytes] | None, started: float,
) -> FileReport:  # fmt: skip
    """Hand a prepared file to the knowledge base and report what it did."""
    document = document_of(prepared, source, state)
    outcome = knowledge.replace(
        document, prepared.text, prepared.provisions, prepared.chunks, prepared.description.relations, prepared.repairs,
        prepared.notes, original,
    )  # fmt: skip
    doubtful = Counter(fix.step for fix in prepared.repairs if not fix.certain)
    return FileReport(
        path=name, outcome=outcome, document_id=document.id, title=document.title, kind=document.kind.value,
        number=document.number, effective_on=document.effective_on.isoformat() if document.effective_on else None,
        counts=document.counts, repairs=len(prepared.repairs), seconds=time.perf_counter() - started,
        warnings=(*prepared.notes, *(f"{step} {count} 处，需人工核对" for step, count in doubtful.items())),
    )  # fmt: skip


def document_of(prepared: Prepared, source: Source, state: State) -> Document:
    """The document a description stands for; force and supersession are the registry's to find."""
    found = prepared.description
    return Document(
        id=f"{found.instrument}@{found.version}",
        counts=prepared.counts,
        state=state,
        source=source.model_copy(update={"sha256": source.sha256 or prepared.sha256}),
        **found.model_dump(exclude={"relations"}),
    )


def _prepared(
    name: str, repaired: Repaired, given: Mapping[str, object], notes: tuple[str, ...], sha256: str
) -> Prepared:
    provisions = structure(repaired.text, repaired.pages)
    description = describe(repaired.text, provisions, name=name, given=given)
    return Prepared(
        description=description, text=repaired.text, provisions=provisions,
        chunks=chunks(description.title, repaired.text, provisions), repairs=repaired.repairs, notes=notes,
        sha256=sha256,
    )  # fmt: skip


def _page_record(raw: RawText, repaired: Repaired) -> dict[str, object]:
    """What the page around the text says: its title, and the date line that repair took out of the text."""
    record: dict[str, object] = {"title": raw.title} if raw.title else {}
    for fix in repaired.repairs:
        if fix.step == PAGE_FURNITURE and (on := parse(fix.before)):
            record |= {"published_on": on.isoformat(), "record": f"网页日期行“{fix.before.strip()}”"}
    return record


def _ingest_file(
    knowledge: Library, path: Path, record: Mapping[str, object], state: State, taken: Taken
) -> FileReport:
    if path.name in NOT_DOCUMENTS:
        return FileReport(path=str(path), outcome="skipped", reason=NOT_DOCUMENTS[path.name])
    try:
        data = path.read_bytes()
    except OSError as error:
        return FileReport(path=str(path), outcome="failed", reason=f"打不开“{path}”：{error.strerror}。")
    report = _ingest_one(knowledge, path.name, data, source_of(record), given_by(record), state, taken)
    return report.model_copy(update={"path": str(path)})


def _ingest_one(
    knowledge: Library, name: str, data: bytes, source: Source, given: Mapping[str, object], state: State,
    taken: Taken,
) -> FileReport:  # fmt: skip
    started = time.perf_counter()
    try:
        prepared = _apart(prepare(name, data, given), name, source, taken)
        return store(knowledge, name, prepared, source=source, state=state, original=(name, data), started=started)
    except RegkbError as error:
        return FileReport(path=name, outcome="failed", reason=str(error), seconds=time.perf_counter() - started)


def _apart(prepared: Prepared, name: str, source: Source, taken: Taken) -> Prepared:
    """Two texts of one source that bear one title and version are kept apart, or each run would swap them."""
    found = prepared.description
    version, copy = found.version, 1
    first = taken.setdefault((source.name, f"{found.instrument}@{version}"), (name, prepared.text))
    while taken.setdefault((source.name, f"{found.instrument}@{version}"), (name, prepared.text))[1] != prepared.text:
        copy += 1
        version = f"{found.version}·{copy}"
    if version == found.version:
        return prepared
    note = f"与“{first[0]}”同名同版而文字有出入，记为 {version} 版，请人工核对"
    described = found.model_copy(update={"version": version})
    return prepared.model_copy(update={"description": described, "notes": (*prepared.notes, note)})
