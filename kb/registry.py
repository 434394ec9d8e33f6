"""The registry: what each text says, since when, whether published, and what staff corrected. The truth is here;
the vector index only finds places in it.

Every write bumps `revision`, by which readers in this and other processes know that their snapshot is old.
"""

from __future__ import annotations

import json
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Engine, create_engine, delete, event, func, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from kb import migrations, rows, validity
from kb.address import instrument_name, spoken_names
from kb.catalogue import CatalogueEntry, known_repeals, known_versions, load_catalogue
from kb.model import BadInput, Chunk, Document, NotFound, Provision, Relation, Repair, State, Unavailable
from kb.settings import Settings
from kb.tables import ChunkRow, DocumentRow, EditRow, MetaRow, PendingRow, ProvisionRow, RelationRow

FRESH_SECONDS = 0.25
TEXTS_KEPT = 256
"""How many document texts with their provisions stay in memory (about 50 KB each)."""


class Held(NamedTuple):
    """A document with the generation of its points that is live; 0 means it has none."""

    document: Document
    generation: int
    digest: str


class Reading(NamedTuple):
    """The words of one document: its repaired text and its provisions by path, in order."""

    text: str
    provisions: dict[tuple[str, ...], Provision]


class Cited(NamedTuple):
    """A relation with the document it stands in."""

    document_id: str
    relation: Relation


def open_registry(settings: Settings) -> Registry:
    """Open or create the registry and bring it to the newest schema. Raises Unavailable with what to do."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = create_engine(settings.database)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
    try:
        migrations.upgrade(engine)
    except DatabaseError as error:
        raise Unavailable(
            f"登记库无法打开（{settings.database}）：{error.__cause__ or error}。请检查磁盘空间与权限。"
        ) from error
    return Registry(engine, load_catalogue(settings.data / "catalogue.yaml"))


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Registry:
    """SQL behind a few verbs. Reads are served from a snapshot of the document rows and a bounded store of texts."""

    def __init__(
        self, engine: Engine, catalogue: Sequence[CatalogueEntry] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._revision, self._read_at = 0, -math.inf
        self._known_versions = known_versions(catalogue)
        self._known_repeals = known_repeals(catalogue)
        self._titles: tuple[Mapping[str, Held], Mapping[str, str]] = ({}, {})
        self._snapshot: tuple[int, dict[str, Held]] = (-1, {})
        self._readings: OrderedDict[tuple[str, str], Reading] = OrderedDict()
        self._lock = Lock()

    def close(self) -> None:
        self._engine.dispose()

    # reading

    @property
    def revision(self) -> int:
        """The count of writes. Our own are known at once; another process's within FRESH_SECONDS, so that one search
        does not ask the database a hundred times."""
        if self._clock() - self._read_at >= FRESH_SECONDS:
            with self._engine.connect() as connection:
                value = connection.scalar(select(MetaRow.value).where(MetaRow.name == "revision"))
            self._revision, self._read_at = int(value or 0), self._clock()
        return self._revision

    def held(self) -> dict[str, Held]:
        """Every document by id, newest state."""
        revision = self.revision
        if self._snapshot[0] != revision:
            with Session(self._engine) as session:
                found = session.scalars(select(DocumentRow).order_by(DocumentRow.id)).all()
                self._snapshot = (revision, {row.id: _held_of(row) for row in found})
        return self._snapshot[1]

    def document(self, document_id: str) -> Document:
        held = self.held().get(document_id)
        if held is None:
            raise NotFound(f"知识库中没有文件「{document_id}」。")
        return held.document

    def versions(self, instrument: str, *, published: bool = True) -> list[Document]:
        found = [h.document for h in self.held().values() if h.document.instrument == instrument]
        found = [d for d in found if not published or d.state is State.PUBLISHED]
        return sorted(found, key=lambda d: (str(validity.start(d) or ""), d.version))

    def titles(self) -> Mapping[str, str]:
        """Every name a published instrument goes by, without spaces → the instrument. A name that two instruments share
        is left out, unless it is the very name of one."""
        held = self.held()
        if self._titles[0] is not held:
            published = [h.document for h in held.values() if h.document.state is State.PUBLISHED]
            exact = {document.instrument for document in published}
            names: dict[str, set[str]] = {}
            for document in published:
                for name in spoken_names(document.title) | {document.instrument}:
                    names.setdefault(name, set()).add(document.instrument)
            found = {n: n if n in exact else min(who) for n, who in names.items() if len(who) == 1 or n in exact}
            self._titles = (held, found)
        return self._titles[1]

    def reading(self, document_id: str) -> Reading:
        """The stored words of a document. Raises NotFound."""
        key = (document_id, self._held(document_id).digest)
        with self._lock:
            if key in self._readings:
                self._readings.move_to_end(key)
                return self._readings[key]
        with Session(self._engine) as session:
            text = session.scalar(select(DocumentRow.text).where(DocumentRow.id == document_id)) or ""
            places = session.scalars(
                select(ProvisionRow).where(ProvisionRow.document_id == document_id).order_by(ProvisionRow.ordinal)
            )
            reading = Reading(text, {p.path: p for p in map(rows.provision_of, places)})
        with self._lock:
            self._readings[key] = reading
            if len(self._readings) > TEXTS_KEPT:
                self._readings.popitem(last=False)
        return reading

    def chunks(self, document_id: str) -> list[Chunk]:
        with Session(self._engine) as session:
            found = session.scalars(select(ChunkRow).where(ChunkRow.document_id == document_id).order_by(ChunkRow.id))
            return [rows.chunk_of(row) for row in found]

    def curation(self, document_id: str) -> tuple[list[Repair], list[str]]:
        """The repairs made to a document and the notes of its reading."""
        with Session(self._engine) as session:
            row = session.get(DocumentRow, document_id)
            if row is None:
                raise NotFound(f"知识库中没有文件「{document_id}」。")
            return [Repair.model_validate(r) for r in row.repairs], list(row.notes)

    def relations_from(self, document_id: str) -> list[Relation]:
        with Session(self._engine) as session:
            found = session.scalars(select(RelationRow).where(RelationRow.document_id == document_id))
            return [rows.relation_of(row) for row in found]

    def relations_to(self, instrument: str, kind: str | None = None) -> list[Cited]:
        """Relations of published documents that point at an instrument."""
        query = select(RelationRow).where(RelationRow.instrument == instrument)
        if kind:
            query = query.where(RelationRow.kind == kind)
        held = self.held()
        with Session(self._engine) as session:
            found = [Cited(row.document_id, rows.relation_of(row)) for row in session.scalars(query)]
        return [c for c in found if held[c.document_id].document.state is State.PUBLISHED]

    def counted(self) -> dict[str, int]:
        """How many provisions of each rung the published documents hold."""
        query = (
            select(ProvisionRow.rung, func.count())
            .join(DocumentRow, DocumentRow.id == ProvisionRow.document_id)
            .where(DocumentRow.state == State.PUBLISHED)
            .group_by(ProvisionRow.rung)
        )
        with self._engine.connect() as connection:
            return {str(rung): int(count) for rung, count in connection.execute(query)}

    # writing

    def write(
        self, document: Document, text: str, digest: str, generation: int, *,
        provisions: Sequence[Provision], chunks: Sequence[Chunk], relations: Sequence[Relation],
        repairs: Sequence[Repair], notes: Sequence[str], original: tuple[str, str] | None,
    ) -> Document:  # fmt: skip
        """Put one version in place of what stood under its id, in one transaction; staff edits are laid over it."""
        with self._changing(document.id) as session:
            edits = {e.field: e for e in session.scalars(select(EditRow).where(EditRow.document_id == document.id))}
            document = rows.edited(document, edits)
            session.execute(delete(DocumentRow).where(DocumentRow.id == document.id))
            name, sha256 = original or (None, None)
            session.execute(
                insert(DocumentRow).values(
                    **rows.document_columns(document), text=text, digest=digest, generation=generation,
                    notes=list(notes), repairs=[r.model_dump() for r in repairs], original=sha256, original_name=name,
                )
            )  # fmt: skip
            place = {"document_id": document.id}
            for table, found in (
                (ProvisionRow, [rows.provision_columns(p, n) for n, p in enumerate(provisions)]),
                (ChunkRow, [rows.chunk_columns(c) for c in chunks]),
                (RelationRow, [rows.relation_columns(r, instrument_name(r.title)) for r in relations]),
            ):
                if found:
                    session.execute(insert(table), [place | columns for columns in found])
        return document

    def set_state(self, document_id: str, state: State, generation: int) -> None:
        self._update(document_id, {"state": state, "generation": generation})

    def edit(self, document_id: str, values: Mapping[str, Any]) -> Document:
        """Lay staff corrections over a document. Raises BadInput for a field that may not be edited."""
        refused = sorted(set(values) - rows.EDITABLE_FIELDS)
        if refused:
            raise BadInput(
                f"这些字段不能更正：{'、'.join(refused)}。可更正：{'、'.join(sorted(rows.EDITABLE_FIELDS))}。"
            )
        current = self.document(document_id)
        edits = {
            n: EditRow(document_id=document_id, field=n, value=json.dumps(v, ensure_ascii=False))
            for n, v in values.items()
        }
        document = rows.edited(current, edits)
        with self._changing(document_id) as session:
            for row in edits.values():
                session.merge(row)
            session.execute(
                update(DocumentRow).where(DocumentRow.id == document_id).values(**rows.document_columns(document))
            )
        return document

    def settle(self, instruments: Iterable[str]) -> list[Document]:
        """Work out anew how the published versions of these instruments end; returns those that changed."""
        changed = []
        for instrument in sorted(set(instruments)):
            versions = self.versions(instrument)
            known = self._known_versions.get(instrument, ())
            settled = validity.settle(versions, self._repeals(instrument), known)
            changed += [new for old, new in zip(versions, settled, strict=True) if new != old]
        for document in changed:
            self._update(document.id, rows.document_columns(document))
        return changed

    def _repeals(self, instrument: str) -> list[validity.Repeal]:
        held = self.held()
        recorded = self._known_repeals.get(instrument)
        found = [recorded] if recorded else []
        for document_id, relation in self.relations_to(instrument, "repeals"):
            day = validity.start(held[document_id].document)
            if day:
                found.append(validity.Repeal(day, document_id, relation.evidence))
        return found

    # the journal of unfinished replaces, and named values

    def begin(self, document_id: str) -> None:
        with Session(self._engine) as session, session.begin():
            session.merge(PendingRow(document_id=document_id))

    def finish(self, document_id: str) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(delete(PendingRow).where(PendingRow.document_id == document_id))

    def unfinished(self) -> list[str]:
        with Session(self._engine) as session:
            return list(session.scalars(select(PendingRow.document_id)))

    def _held(self, document_id: str) -> Held:
        self.document(document_id)
        return self.held()[document_id]

    def _update(self, document_id: str, values: Mapping[str, Any]) -> None:
        with self._changing(document_id) as session:
            session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(**values))

    @contextmanager
    def _changing(self, document_id: str) -> Iterator[Session]:
        """One transaction that counts as one write; once it is in, the snapshot is brought along."""
        with Session(self._engine) as session, session.begin():
            yield session
            row = session.get(MetaRow, "revision", with_for_update=True) or MetaRow(name="revision", value="0")
            before, row.value = int(row.value), str(int(row.value) + 1)
            session.add(row)
            session.flush()
            changed = session.get(DocumentRow, document_id, populate_existing=True)
            held = _held_of(changed) if changed else None
        self._revision, self._read_at = before + 1, self._clock()
        if self._snapshot[0] == before and held:
            self._snapshot = (before + 1, self._snapshot[1] | {document_id: held})


def _held_of(row: DocumentRow) -> Held:
    return Held(rows.document_of(row), row.generation, row.digest)
