"""Whether the parts of a knowledge base still agree: databases, originals, spans of provisions, index.

Nothing is repaired here. What is found is a list of `Finding`, each with the sentence a person needs.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, and_, func, not_, select
from sqlalchemy import create_engine as connect_engine

from kb.errors import RegkbError, Unavailable
from kb.model import Frozen, State
from kb.settings import Settings
from kb.store import Where, open_store
from kb.tables import ChunkRow, DocumentRow, PendingRow, ProvisionRow

REBUILD = "登记库完好时，先运行 regkb backup，再用 regkb restore --force 恢复它，索引会按登记库重建"
RESTORE = "请用 regkb restore 从备份恢复"


class Damaged(RegkbError):
    """Stored data is not what was written."""

    exit_code = 4


class Finding(Frozen):
    """One thing that was looked at: `ok` is None where it could not be looked at."""

    name: str
    ok: bool | None
    detail: str


def examine(settings: Settings, *, index_in_use: bool) -> list[Finding]:
    """Every check in order; `index_in_use` says that another process owns the embedded index.

    Raises Unavailable when there is no knowledge base to look at.
    """
    registry = settings.home / "registry.sqlite3"
    leftovers = _leftovers(settings.home)
    if not settings.database_url and not registry.is_file():
        if not leftovers.ok:
            return [leftovers]
        raise Unavailable(f"数据目录 {settings.home} 中没有知识库。请检查 REGKB_HOME，或先运行 regkb serve。")
    found = [_database(path) for path in sorted(settings.home.glob("*.sqlite3"))]
    if any(finding.name == registry.name and not finding.ok for finding in found):
        return [*found, Finding(name="其余各项", ok=None, detail="登记库损坏，无法核对原件、条款与索引")]
    engine = connect_engine(settings.database)
    try:
        found += [leftovers, _originals(engine, settings.originals), _spans(engine)]
        found.append(_index(engine, settings, index_in_use))
    finally:
        engine.dispose()
    return found


def database_faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a file; an empty list when it is sound."""
    try:
        with closing(sqlite3.connect(path, timeout=30)) as sql:
            said = [str(row[0]) for row in sql.execute("PRAGMA integrity_check(20)")]
            orphans = sql.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        return [str(error)]
    faults = [words for words in said if words != "ok"]
    return faults + ([f"{len(orphans)} 行指向不存在的文件"] if orphans else [])


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _database(path: Path) -> Finding:
    faults = database_faults(path)
    advice = "该文件可以删除，向量会重新计算" if path.name == "vectors.sqlite3" else RESTORE
    detail = f"已损坏（{'；'.join(faults[:3])}）。{advice}" if faults else "完好"
    return Finding(name=path.name, ok=not faults, detail=detail)


def _leftovers(home: Path) -> Finding:
    left = sorted(path.name for path in home.glob(".replaced-*"))
    detail = f"上次恢复没有完成，留有 {'、'.join(left)}。请重新运行 regkb restore --force" if left else "没有半途的恢复"
    return Finding(name="恢复", ok=not left, detail=detail)


def _originals(engine: Engine, folder: Path) -> Finding:
    query = select(DocumentRow.original, DocumentRow.id).where(DocumentRow.original.is_not(None))
    with engine.connect() as connection:
        kept = [(str(sha256), str(document_id)) for sha256, document_id in connection.execute(query)]
    faults = []
    for sha256, document_id in kept:
        path = folder / sha256[:2] / sha256[2:4] / sha256
        if not path.is_file():
            faults.append(f"{document_id} 的原件不见了（{sha256[:12]}）")
        elif file_hash(path) != sha256:
            faults.append(f"{document_id} 的原件内容变了（{sha256[:12]}）")
    return _finding("原件", f"{len(kept)} 份原件与登记的校验值一致", faults, f"{RESTORE}，或重新入库这些文件")


def _spans(engine: Engine) -> Finding:
    """Every provision and chunk lies inside its text; a quote cut from it is then a quote of the text."""
    length = func.length(DocumentRow.text)
    inside = and_(
        ProvisionRow.start >= 0, ProvisionRow.start <= ProvisionRow.body, ProvisionRow.body <= ProvisionRow.end,
        ProvisionRow.end <= length,
    )  # fmt: skip
    held = and_(ChunkRow.start >= 0, ChunkRow.start < ChunkRow.end, ChunkRow.end <= length)
    faults = []
    with engine.connect() as connection:
        total = connection.scalar(select(func.count()).select_from(ProvisionRow))
        for row, sound, word in ((ProvisionRow, inside, "条款"), (ChunkRow, held, "索引段")):
            outside = (
                select(row.document_id, row.path)
                .join(DocumentRow, DocumentRow.id == row.document_id)
                .where(not_(sound))
            )
            faults += [f"{word} {document}/{path} 超出正文" for document, path in connection.execute(outside)]
    return _finding("条款", f"{total} 个条款都在正文之内", faults, f"{RESTORE}，或重新入库这些文件")


def _index(engine: Engine, settings: Settings, in_use: bool) -> Finding:
    if in_use and not settings.qdrant_url:
        return Finding(name="索引", ok=None, detail="索引由正在运行的服务占用，未核对；停止服务后再运行即可核对")
    if not settings.qdrant_url and not (settings.index / "meta.json").is_file():
        return Finding(name="索引", ok=False, detail=f"索引不存在。{REBUILD}")
    try:
        store = open_store(settings)
    except RegkbError as error:
        return Finding(name="索引", ok=False, detail=str(error))
    try:
        expected, pending = _expected(engine)
        present = store.generations()
        counts = {document: store.count(Where(documents=(document,))) for document in expected.keys() & present.keys()}
    except RegkbError as error:
        return Finding(name="索引", ok=False, detail=f"{error}。{REBUILD}")
    finally:
        store.close()
    # A replace that was cut short is finished at the next opening: not damage.
    looked_at = (expected.keys() | present.keys()) - pending
    faults = list(_differences(looked_at, expected, present, counts))
    waiting = f"；{len(pending)} 份文件的写入上次没有做完，下次打开时自动收尾" if pending else ""
    sound = f"{len(expected)} 份已发布文件的 {sum(counts.values())} 段与登记库一致{waiting}"
    return _finding("索引", sound, faults, REBUILD)


def _expected(engine: Engine) -> tuple[dict[str, tuple[int, int]], set[str]]:
    """Live generation and number of chunks of every published document that has any; documents being replaced."""
    query = (
        select(DocumentRow.id, DocumentRow.generation, func.count())
        .join(ChunkRow, ChunkRow.document_id == DocumentRow.id)
        .where(DocumentRow.state == State.PUBLISHED)
        .group_by(DocumentRow.id, DocumentRow.generation)
    )
    with engine.connect() as connection:
        expected = {str(row[0]): (int(row[1]), int(row[2])) for row in connection.execute(query)}
        return expected, {str(document) for document in connection.scalars(select(PendingRow.document_id))}


def _differences(
    looked_at: set[str], expected: dict[str, tuple[int, int]], present: dict[str, set[int]], counts: dict[str, int]
) -> Iterator[str]:
    for document in sorted(looked_at):
        if document not in expected:
            yield f"{document} 没有发布，索引中却有"
        elif document not in present:
            yield f"{document} 已发布，索引中没有"
        elif present[document] != {expected[document][0]}:
            yield f"{document} 在索引中的代次是 {sorted(present[document])}，登记的是 {expected[document][0]}"
        elif counts[document] != expected[document][1]:
            yield f"{document} 在索引中有 {counts[document]} 段，应有 {expected[document][1]} 段"


def _finding(name: str, sound: str, faults: list[str], advice: str) -> Finding:
    if not faults:
        return Finding(name=name, ok=True, detail=sound)
    more = f"；等共 {len(faults)} 处" if len(faults) > 20 else ""
    return Finding(name=name, ok=False, detail=f"{'；'.join(faults[:20])}{more}。{advice}")
