"""A backup of the knowledge base: one zip with everything that cannot be made again, and the hash of every member.

In: the SQLite files under `home` (the registry with texts, versions and corrections; the vector cache, so that a
restore need not encode again) and the originals. Out: the index, which is rebuilt from the registry; the encoder,
which is rebuilt from its wheel; the staff token, which is a secret of one installation.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from kb import bundled_model
from kb.errors import BadInput, Unavailable
from kb.integrity import Damaged, database_faults
from kb.model import Frozen
from kb.settings import BUNDLED_MODEL, Settings

FORMAT: Literal[1] = 1
MANIFEST = "manifest.json"
REGISTRY = "registry.sqlite3"
ORIGINAL = re.compile(r"originals/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
BLOCK = 1 << 20


class Manifest(Frozen):
    """What an archive holds: `members` maps each member's name to the SHA-256 of its bytes."""

    regkb_backup: Literal[1] = FORMAT
    made_at: datetime
    schema_revision: str
    encoder: str
    documents: int
    members: dict[str, str]


class Backup(Frozen):
    """A finished backup. `damaged` names originals whose bytes no longer match their hash; they went in as they are."""

    path: str
    bytes: int
    manifest: Manifest
    damaged: tuple[str, ...]


def back_up(settings: Settings, target: Path, made_at: datetime) -> Backup:
    """Write `target` whole or not at all; a running service may go on writing meanwhile.

    Raises BadInput for a target or a database that cannot be used, Damaged when the registry itself is broken.
    """
    registry = registry_file(settings)
    if not registry.is_file():
        raise Unavailable(f"数据目录 {settings.home} 中没有知识库，无可备份。请检查 REGKB_HOME。")
    if target.is_dir() or not target.resolve().parent.is_dir():
        raise BadInput(f"不能写到 {target}：请给出已有文件夹中的一个文件名。")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with TemporaryDirectory(prefix=".regkb-", dir=target.resolve().parent) as folder:
            # The registry before the originals: what it names was stored before it was named.
            snapshots = [_snapshot(path, Path(folder) / path.name) for path in databases(settings.home)]
            partial.touch(mode=0o600)
            manifest, damaged = _write(settings, partial, snapshots, made_at)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return Backup(path=str(target), bytes=target.stat().st_size, manifest=manifest, damaged=tuple(damaged))


def registry_file(settings: Settings) -> Path:
    """The SQLite file of the registry. Raises BadInput when the registry is a database of its own."""
    if settings.database_url:
        raise BadInput("登记库由 REGKB_DATABASE_URL 指定：请用该数据库自带的工具备份与恢复（如 pg_dump、pg_restore）。")
    return settings.home / REGISTRY


def databases(home: Path) -> list[Path]:
    """The SQLite files of a home, the registry first."""
    return sorted(home.glob("*.sqlite3"), key=lambda path: (path.name != REGISTRY, path.name))


def schema_revision(registry: Path) -> str:
    """The schema that a registry's file has. Raises Damaged when it is no registry."""
    return str(_one(registry, "SELECT version_num FROM alembic_version"))


def _write(
    settings: Settings, partial: Path, snapshots: list[Path], made_at: datetime
) -> tuple[Manifest, list[str]]:  # fmt: skip
    members: dict[str, str] = {}
    damaged: list[str] = []
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for snapshot in snapshots:
            members[snapshot.name] = _add(archive, snapshot.name, snapshot)
        for name, path, sha256 in originals(settings.originals):
            members[name] = _add(archive, name, path)
            damaged += [name] if members[name] != sha256 else []
        manifest = Manifest(
            made_at=made_at, schema_revision=schema_revision(snapshots[0]), encoder=_encoder_name(settings),
            documents=int(str(_one(snapshots[0], "SELECT count(*) FROM documents"))), members=members,
        )  # fmt: skip
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest, damaged


def originals(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Member name, path and promised SHA-256 of every stored original; half-written ones are passed over."""
    for path in sorted(folder.glob("*/*/*")):
        name = f"originals/{path.relative_to(folder).as_posix()}"
        if ORIGINAL.fullmatch(name):
            yield name, path, path.name


def _snapshot(source: Path, copy: Path) -> Path:
    """A consistent copy of a database that may be in use."""
    try:
        with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(copy)) as still:
            live.backup(still)
    except sqlite3.Error as error:
        raise Damaged(f"{source} 读不出来（{error}），没有备份。请从较早的备份恢复。") from error
    faults = database_faults(copy)
    if faults:
        raise Damaged(f"{source} 已损坏（{faults[0]}），没有备份。请从较早的备份恢复。")
    return copy


def _add(archive: zipfile.ZipFile, name: str, source: Path) -> str:
    """Put a file into the archive and return the SHA-256 of what went in."""
    info = zipfile.ZipInfo.from_file(source, name, strict_timestamps=False)
    info.compress_type = zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    with source.open("rb") as read, archive.open(info, "w") as written:
        while block := read.read(BLOCK):
            digest.update(block)
            written.write(block)
    return digest.hexdigest()


def _encoder_name(settings: Settings) -> str:
    folder = settings.models / BUNDLED_MODEL
    if settings.embed_model == BUNDLED_MODEL and bundled_model.is_ready(folder):
        return bundled_model.identity(folder)
    return settings.embed_model


def _one(registry: Path, query: str) -> object:
    try:
        with closing(sqlite3.connect(registry)) as sql:
            return sql.execute(query).fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        raise Damaged(f"{registry.name} 不是 regkb 的登记库（{error}）。") from error
