"""Which files a run takes in, and what the `manifest.jsonl` beside them records about each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kb.model import Source

MANIFEST = "manifest.jsonl"
NOT_DOCUMENTS = {MANIFEST: "清单文件，读作来源记录，不是法规正文", "README.md": "文件夹说明，不是法规正文"}
"""File names that are never documents, with the reason a report gives."""
LEFT_BY_SYSTEMS = ("Thumbs.db", "desktop.ini")


def reason_to_skip(name: str) -> str | None:
    """Why a file of this name is no document, or None."""
    if name in LEFT_BY_SYSTEMS or name.startswith("~$"):
        return "系统或 Office 的临时文件，不是文档"
    return NOT_DOCUMENTS.get(name)


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """Files as named and every file below a folder, in a fixed order, hidden ones left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        else:
            yield path


def records_beside(files: Sequence[Path]) -> dict[Path, dict[str, object]]:
    """The lines of every manifest among (or beside) the files, by the file they describe."""
    manifests = {path for path in files if path.name == MANIFEST} | {
        beside for path in files if (beside := path.parent / MANIFEST).is_file()
    }
    records = {}
    for manifest in sorted(manifests):
        for line in manifest.read_text(encoding="utf-8").splitlines():
            try:
                record = json.loads(line)
                records[manifest.parent / record["file"]] = record
            except (json.JSONDecodeError, KeyError, TypeError):
                continue  # a line that describes no file gives no record; the file itself is still read
    return records


def source_of(record: Mapping[str, object]) -> Source:
    """Where a file came from, as its manifest line says; 本地文件 without one."""

    def words(*names: str) -> str | None:
        return next((str(record[name]) for name in names if record.get(name)), None)

    return Source(name=words("source", "source_repo") or "本地文件", url=words("source_url"), licence=words("licence"))


def given_by(record: Mapping[str, object]) -> dict[str, object]:
    """A manifest line in the terms of `describe`; a source marked unreliable is not asked for numbers and dates."""
    fields = {
        "title": "title", "kind": "kind", "version": "version_date", "published_on": "publish_date", "status": "status",
    }  # fmt: skip
    if "unreliable" not in str(record.get("caveat") or ""):
        fields |= {"number": "doc_no", "issuer": "issuer", "effective_on": "effective_date"}
    return {ours: record[theirs] for ours, theirs in fields.items() if record.get(theirs)}
