"""The story of a run: what comes in → parsed behind a wall → replaced in the knowledge base → reported file by file.

One bad file never stops the rest: it is reported with its reason. Nothing here decides what is searchable; that is
`KnowledgeBase.replace`. A file whose bytes, record and reader are those of last time is not even parsed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from ingest.fingerprint import fingerprint, mark_of_readers
from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.manifest import files_in, given_by, reason_to_skip, records_beside, source_of
from ingest.prepare import Parser, Prepared
from kb.errors import RegkbError
from kb.model import Document, Frozen, Source, State

if TYPE_CHECKING:
    from kb.knowledge import Library

Outcome = Literal["added", "changed", "unchanged", "duplicate", "failed", "skipped", "preview"]
Progress = Callable[[str, str, int, int], None]
"""Called with stage, file name, done, total."""

Taken = dict[tuple[str, str], tuple[str, str | None]]
"""Source and document id → name and text of the file that took that id in this run; for a file that was known already,
and therefore not read, the SHA-256 of its bytes."""


class FileReport(Frozen):
    """What became of one file. `reason` says why it failed or was skipped; `skipped` lists what of it was left out;
    `repairs` counts every repair, `repaired` those of each step. `confidence` is that of the least certain page."""

    path: str
    outcome: Outcome
    document_id: str | None = None
    title: str | None = None
    kind: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    format: str | None = None
    encoding: str | None = None
    confidence: float | None = None
    repairs: int = 0
    repaired: dict[str, int] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    reason: str | None = None
    seconds: float = 0.0


class IngestReport(Frozen):
    """Every file of a run and the totals for each outcome."""

    files: tuple[FileReport, ...]
    totals: dict[str, int]


def ingest_file(
    library: Library, file: Incoming, *, parser: Parser, source: Source, given: Mapping[str, object], state: State,
    progress: Progress,
) -> tuple[FileReport, ...]:  # fmt: skip
    """Take in one file, or every file of an archive or mail. What cannot be read is reported, not raised."""
    return tuple(_Run(library, parser, state, progress).take(file, source, given))


def ingest_paths(
    library: Library, paths: Sequence[Path], *, parser: Parser, limits: Limits, state: State, progress: Progress
) -> IngestReport:
    """Take in files and folders, folders recursively. Raises nothing for a bad file; see its report."""
    return _each(paths, limits, progress, _Run(library, parser, state, progress).take)


def preview_paths(paths: Sequence[Path], *, parser: Parser, limits: Limits, progress: Progress) -> IngestReport:
    """What `ingest_paths` would read from each file, with nothing opened or written."""

    def look(file: Incoming, source: Source, given: Mapping[str, object]) -> Iterator[FileReport]:
        for member, started in _members(parser, file):
            if isinstance(member, FileReport):
                yield member
                continue
            try:
                prepared = parser.prepare(member, given if member.name == file.name else {})
                document = document_of(prepared, source, State.DRAFT)
                yield _reported(member.name, "preview", prepared, document, time.perf_counter() - started)
            except RegkbError as error:
                yield _failed(member.name, error, started)

    return _each(paths, limits, progress, look)


def report_of(files: Iterable[FileReport]) -> IngestReport:
    files = tuple(files)
    return IngestReport(files=files, totals=dict(Counter(file.outcome for file in files)))


def store(
    library: Library, name: str, prepared: Prepared, *, source: Source, state: State,
    original: tuple[str, bytes] | None, started: float, progress: Progress | None = None,
) -> FileReport:  # fmt: skip
    """Hand a prepared file to the knowledge base and report what it did."""
    document = document_of(prepared, source, state)

    def encoded(_stage: str, done: int, total: int) -> None:
        if progress:
            progress("编码", name, done, total)

    outcome = library.replace(
        document, prepared.text, prepared.provisions, prepared.chunks, prepared.description.relations, prepared.repairs,
        prepared.notes, original, encoded,
    )  # fmt: skip
    return _reported(name, outcome, prepared, document, time.perf_counter() - started)


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


class _Run:
    """One run over files that may bear the same title: it remembers which file took which id."""

    def __init__(self, library: Library, parser: Parser, state: State, progress: Progress) -> None:
        self._library, self._parser, self._state, self._progress = library, parser, state, progress
        self._taken: Taken = {}
        self._readers = mark_of_readers()

    def take(self, file: Incoming, source: Source, given: Mapping[str, object]) -> Iterator[FileReport]:
        for member, started in _members(self._parser, file):
            if isinstance(member, FileReport):
                yield member
                continue
            try:
                # what is recorded of an archive describes none of the files in it
                yield self._take_one(member, source, given if member.name == file.name else {}, started)
            except RegkbError as error:
                yield _failed(member.name, error, started)

    def _take_one(self, file: Incoming, source: Source, given: Mapping[str, object], started: float) -> FileReport:
        mark = fingerprint(file, source, given, self._state, self._readers)
        if known := self._library.taken_in(mark, self._state):
            self._taken[(source.name, known.id)] = (file.name, known.source.sha256)
            return _of_document(file.name, "unchanged", known, time.perf_counter() - started)
        prepared = self._apart(self._parser.prepare(file, given), file.name, source)
        report = store(
            self._library, file.name, prepared, source=source, state=self._state, original=(file.name, file.data),
            started=started, progress=self._progress,
        )  # fmt: skip
        if report.document_id and report.outcome != "duplicate":
            self._library.note_taken_in(mark, report.document_id)
        return report

    def _apart(self, prepared: Prepared, name: str, source: Source) -> Prepared:
        """Two texts of one source that bear one title and version are kept apart, or each run would swap them."""
        found = prepared.description
        version, copy = found.version, 1
        mine, same = (name, prepared.text), (prepared.text, prepared.sha256)
        first = self._taken.setdefault((source.name, f"{found.instrument}@{version}"), mine)
        while self._taken.setdefault((source.name, f"{found.instrument}@{version}"), mine)[1] not in same:
            copy += 1
            version = f"{found.version}·{copy}"
        if version == found.version:
            return prepared
        note = f"与“{first[0]}”同名同版而文字有出入，记为 {version} 版，请人工核对"
        described = found.model_copy(update={"version": version})
        return prepared.model_copy(update={"description": described, "notes": (*prepared.notes, note)})


def _each(
    paths: Sequence[Path], limits: Limits, progress: Progress,
    take: Callable[[Incoming, Source, Mapping[str, object]], Iterator[FileReport]],
) -> IngestReport:  # fmt: skip
    """Every file below the paths, read from disk and handed on, with the record its manifest gives."""
    files = list(files_in(paths))
    records = records_beside(files)
    reports: list[FileReport] = []
    for done, path in enumerate(files):
        progress("读取", path.name, done, len(files))
        reports += _from_disk(path, limits, progress, records.get(path, {}), take)
        progress("读取", path.name, done + 1, len(files))
    return report_of(reports)


def _from_disk(
    path: Path, limits: Limits, progress: Progress, record: Mapping[str, object],
    take: Callable[[Incoming, Source, Mapping[str, object]], Iterator[FileReport]],
) -> Iterator[FileReport]:  # fmt: skip
    if reason := reason_to_skip(path.name):
        yield FileReport(path=str(path), outcome="skipped", reason=reason)
        return
    try:
        size = path.stat().st_size
        if size > limits.file_mb * 2**20:
            reason = f"“{path.name}”有 {size // 2**20} MB，超过 {limits.file_mb} MB 的上限（REGKB_FILE_LIMIT_MB）。"
            yield FileReport(path=str(path), outcome="failed", reason=reason)
            return
        data = path.read_bytes()
    except OSError as error:
        yield FileReport(path=str(path), outcome="failed", reason=f"打不开“{path}”：{error.strerror}。")
        return

    def paged(stage: str, done: int, total: int) -> None:
        progress(stage, path.name, done, total)

    for report in take(Incoming(path.name, data, limits, paged), source_of(record), given_by(record)):
        inside = report.path.removeprefix(path.name)
        yield report.model_copy(update={"path": f"{path}{inside}"})


def _members(parser: Parser, file: Incoming) -> Iterator[tuple[Incoming | FileReport, float]]:
    """The files in a file, each with the time it was begun; what is refused comes as its report."""
    started = time.perf_counter()
    try:
        inside = parser.unpack(file)
    except RegkbError as error:
        yield _failed(file.name, error, started), started
        return
    for refused in inside.refused:
        yield FileReport(path=refused.name, outcome="skipped", reason=refused.reason), started
    for member in inside.files:
        yield member, time.perf_counter()


def _failed(name: str, error: RegkbError, started: float) -> FileReport:
    return FileReport(path=name, outcome="failed", reason=str(error), seconds=time.perf_counter() - started)


def _reported(name: str, outcome: Outcome, prepared: Prepared, document: Document, seconds: float) -> FileReport:
    doubtful = Counter(fix.step for fix in prepared.repairs if not fix.certain)
    left_out = Counter(fix.step for fix in prepared.repairs if fix.before and not fix.after)
    least = min((share for share in prepared.confidence if share is not None), default=None)
    return _of_document(name, outcome, document, seconds).model_copy(
        update={
            "format": prepared.format, "encoding": prepared.encoding, "confidence": least,
            "repairs": len(prepared.repairs), "repaired": dict(Counter(fix.step for fix in prepared.repairs)),
            "skipped": tuple(f"{step} {count} 处" for step, count in left_out.items()),
            "warnings": (*prepared.notes, *(f"{step} {count} 处，需人工核对" for step, count in doubtful.items())),
        }
    )  # fmt: skip


def _of_document(name: str, outcome: Outcome, document: Document, seconds: float) -> FileReport:
    return FileReport(
        path=name, outcome=outcome, document_id=document.id, title=document.title, kind=document.kind.value,
        number=document.number, issuer=document.issuer, issued_on=document.issued_on,
        published_on=document.published_on, effective_on=document.effective_on, expires_on=document.expires_on,
        counts=document.counts, seconds=seconds,
    )  # fmt: skip
