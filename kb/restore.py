"""Bring a knowledge base back from a backup: everything is unpacked, checked and indexed in a folder beside the live
data, and only then takes its place, so that a bad archive or a failure leaves what was there before.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout
from pydantic import ValidationError

from kb import migrations
from kb.backup import BLOCK, MANIFEST, ORIGINAL, REGISTRY, Manifest, registry_file, schema_revision
from kb.embed import CachedEncoder, open_encoder
from kb.errors import Conflict, Unavailable
from kb.integrity import Damaged, database_faults
from kb.knowledge import KnowledgeBase, Progress
from kb.model import Frozen
from kb.registry import open_registry
from kb.settings import Settings
from kb.store import open_store

DATABASE = re.compile(r"[a-z][a-z_]*\.sqlite3")
SPARE_FACTOR = 2
"""Room needed beside the unpacked files, for the index and the journals: as much again."""


class Restored(Frozen):
    """What a restore did: how many documents the archive held, how many of them are published and searchable."""

    documents: int
    published: int
    manifest: Manifest


def inspect_archive(settings: Settings, archive: Path, *, force: bool) -> Manifest:
    """Refuse at once what could never be restored: Damaged for a bad archive, Conflict for a home that is in use."""
    registry_file(settings)
    with _opened(archive) as packed:
        manifest = _manifest(packed, archive)
    if manifest.schema_revision not in {script.revision for script in _schema().walk_revisions()}:
        raise Damaged(f"{archive} 的登记库版本 {manifest.schema_revision} 比本程序新：请先升级 regkb 再恢复。")
    if not force and any(settings.home.glob("*.sqlite3")):
        raise Conflict(f"数据目录 {settings.home} 已有知识库。要替换它请加 --force，或设 REGKB_HOME 换一个目录。")
    return manifest


def restore(settings: Settings, archive: Path, *, force: bool, progress: Progress) -> Restored:
    """Replace the knowledge base under `home` by the archive's; the encoder and the staff token stay as they are.

    `progress` is called with (stage, done, total). Raises as `inspect_archive` does, Unavailable when the index is
    in use or the encoder is missing. With a Qdrant server the shared index is rewritten just before the swap.
    """
    manifest = inspect_archive(settings, archive, force=force)
    settings.home.mkdir(parents=True, exist_ok=True)
    with _index_to_ourselves(settings):
        _clear(settings.home, ".restoring-*")
        staged = settings.model_copy(update={"home": Path(mkdtemp(prefix=".restoring-", dir=settings.home))})
        try:
            _unpack(archive, manifest, staged.home, progress)
            if settings.models.is_dir():
                shutil.copytree(settings.models, staged.models)
            documents, published = _index(staged, progress)
            shutil.rmtree(staged.models, ignore_errors=True)
            _swap(settings.home, staged.home)
        finally:
            shutil.rmtree(staged.home, ignore_errors=True)
    return Restored(documents=documents, published=published, manifest=manifest)


def _manifest(packed: zipfile.ZipFile, archive: Path) -> Manifest:
    """The manifest, once it is clear that the archive holds what it names and nothing else."""
    names = packed.namelist()
    try:
        manifest = Manifest.model_validate_json(packed.read(MANIFEST))
    except (KeyError, ValidationError) as error:
        raise Damaged(f"{archive} 不是 regkb 的备份，或由不兼容的版本写成：没有可读的 {MANIFEST}。") from error
    ours = [name for name in names if name == MANIFEST or DATABASE.fullmatch(name) or ORIGINAL.fullmatch(name)]
    strange = sorted(set(names) - set(ours))
    if strange:
        raise Damaged(f"{archive} 含有不属于备份的成员 {strange[0]!r}，没有恢复。")
    if len(names) != len(set(names)) or set(names) != {MANIFEST, *manifest.members} or REGISTRY not in names:
        raise Damaged(f"{archive} 的成员与清单不符，没有恢复。请换一份备份。")
    return manifest


def _unpack(archive: Path, manifest: Manifest, folder: Path, progress: Progress) -> None:
    with _opened(archive) as packed:
        room = sum(info.file_size for info in packed.infolist()) * SPARE_FACTOR
        if shutil.disk_usage(folder).free < room:
            raise Unavailable(f"磁盘空间不足：恢复约需 {room // 2**20} MB，请清理 {folder.parent} 所在磁盘后重试。")
        for done, (name, sha256) in enumerate(manifest.members.items(), start=1):
            target = folder.joinpath(*PurePosixPath(name).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with packed.open(name) as read, target.open("xb") as written:
                while block := read.read(BLOCK):
                    digest.update(block)
                    written.write(block)
            if digest.hexdigest() != sha256:
                raise Damaged(f"{archive} 中的 {name} 与清单的校验值不符，没有恢复。请换一份备份。")
            progress("解包", done, len(manifest.members))
    for name in manifest.members:
        faults = database_faults(folder / name) if DATABASE.fullmatch(name) else []
        if faults:
            raise Damaged(f"{archive} 中的 {name} 已损坏（{faults[0]}），没有恢复。")
    if schema_revision(folder / REGISTRY) != manifest.schema_revision:
        raise Damaged(f"{archive} 的登记库版本与清单不符，没有恢复。")


def _index(staged: Settings, progress: Progress) -> tuple[int, int]:
    """Build the index of the unpacked registry; returns documents and published documents."""
    encoder = open_encoder(staged)
    knowledge = KnowledgeBase(open_registry(staged), open_store(staged), encoder, staged.originals)
    try:
        published = knowledge.reindex(progress)
        return len(knowledge.registry.held()), published
    finally:
        knowledge.close()
        if isinstance(encoder, CachedEncoder):
            encoder.close()


def _swap(home: Path, fresh: Path, step: Callable[[str], None] = lambda _name: None) -> None:
    """Put the fresh entries in place of the old ones; when one cannot be moved, everything goes back.

    `step` is called with each entry's name before it is moved, so that a test can fail there.
    """
    old = Path(mkdtemp(prefix=".replaced-", dir=home))
    entries = sorted(path.name for path in fresh.iterdir())
    journals = [f"{name}{end}" for name in entries if DATABASE.fullmatch(name) for end in ("-wal", "-shm")]
    leaving = [name for name in sorted({"originals", "index", *entries, *journals}) if (home / name).exists()]
    moved: list[tuple[Path, Path]] = []
    moves = [(home / name, old / name) for name in leaving] + [(fresh / name, home / name) for name in entries]
    try:
        for source, target in moves:
            step(source.name)
            source.rename(target)
            moved.append((source, target))
    except BaseException:
        for source, target in reversed(moved):
            target.rename(source)
        old.rmdir()
        raise
    _clear(home, ".replaced-*")


@contextmanager
def _index_to_ourselves(settings: Settings) -> Iterator[None]:
    """Hold the lock that the embedded index is opened with: its file may be broken, so the index itself is not."""
    if not settings.index.is_dir():
        yield
        return
    lock = FileLock(settings.index / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Unavailable(f"索引 {settings.index} 正被另一个进程使用：请先停止 regkb serve 再恢复。") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as packed:
            yield packed
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise Damaged(f"{archive} 不是完整的备份文件（{error}），没有恢复。请换一份备份。") from error


def _schema() -> ScriptDirectory:
    return ScriptDirectory(str(Path(migrations.__file__).parent))


def _clear(home: Path, pattern: str) -> None:
    for left in home.glob(pattern):
        shutil.rmtree(left)
