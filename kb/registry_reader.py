"""The registry's reading side: documents, texts, provisions and relations, from a snapshot that follows every write."""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from kb import rows, validity
from kb.address import EDITION, instrument_name, spoken_names
from kb.citation_index import CitationIndex
from kb.definitions import DefinedTerms
from kb.errors import NotFound
from kb.model import Chunk, Document, Provision, Relation, Repair, State
from kb.relation_reviews import Cited, reviewed
from kb.tables import ChunkRow, DocumentRow, MetaRow, ProvisionRow, RelationRow

FRESH_SECONDS = 0.25
READ_TRIES = 5
_DATED = re.compile(r"\d{4}")
"""An alias with a year in it means one edition only."""
ENDING = ("repeals", "amends")
"""Kinds of relations by which a text ends or changes another."""
TEXTS_KEPT = 1024
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


class RegistryReader:
    """Reads are served from a snapshot of the document rows and a bounded store of texts."""

    def __init__(
        self, engine: Engine, aliases: Mapping[str, tuple[str, ...]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._aliases = _by_instrument(aliases)
        self._clock = clock
        self._revision, self._read_at = 0, -math.inf
        self._instruments: tuple[Mapping[str, Held], Mapping[str, list[Document]]] = ({}, {})
        self._ending: tuple[int, Mapping[tuple[str, str], list[Cited]]] = (-1, {})
        self._titles: tuple[Mapping[str, Held], Mapping[str, str]] = ({}, {})
        self._snapshot: tuple[int, dict[str, Held]] = (-1, {})
        self._readings: OrderedDict[tuple[str, str], Reading] = OrderedDict()
        self._lock = Lock()
        self.citable = CitationIndex(engine, lambda: self.revision)
        self.defined_terms = DefinedTerms(lambda name: self._held(name).digest, self.citable.text)

    def close(self) -> None:
        self._engine.dispose()

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
                self._snapshot = (revision, {row.id: held_of(row) for row in found})
        return self._snapshot[1]

    def document(self, document_id: str) -> Document:
        held = self.held().get(document_id)
        if held is None:
            raise NotFound(f"知识库中没有文件「{document_id}」。")
        return held.document

    def versions(self, instrument: str, *, published: bool = True) -> list[Document]:
        found = [d for d in self._editions(instrument) if not published or d.state is State.PUBLISHED]
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
                declared = self._aliases.get(document.instrument, set())
                for name in spoken_names(document.title) | {document.instrument} | declared:
                    names.setdefault(name, set()).add(document.instrument)
            found = {n: n if n in exact else min(who) for n, who in names.items() if len(who) == 1 or n in exact}
            self._titles = (held, found)
        return self._titles[1]

    def original(self, document_id: str) -> tuple[str, str] | None:
        """Name and SHA-256 of the file a document was read from, None where none was kept."""
        wanted = select(DocumentRow.original_name, DocumentRow.original).where(DocumentRow.id == document_id)
        with Session(self._engine) as session:
            row = session.execute(wanted).first()
        return (row.original_name, row.original) if row and row.original_name and row.original else None

    def reading(self, document_id: str) -> Reading:
        """The stored words of a document. Raises NotFound."""
        key = (document_id, self._held(document_id).digest)
        with self._lock:
            if key in self._readings:
                self._readings.move_to_end(key)
                return self._readings[key]
        reading = self._read(document_id, key[1])
        with self._lock:
            self._readings[key] = reading
            if len(self._readings) > TEXTS_KEPT:
                self._readings.popitem(last=False)
        return reading

    def _read(self, document_id: str, digest: str) -> Reading:
        """Text and provisions of one generation: read again when a replace came between the two."""
        for _ in range(READ_TRIES):
            with Session(self._engine) as session:
                found = session.execute(
                    select(DocumentRow.text, DocumentRow.digest).where(DocumentRow.id == document_id)
                ).first()
                # columns, not objects: a text is read three times as fast
                places = session.execute(
                    select(*rows.PROVISION)
                    .where(ProvisionRow.document_id == document_id)
                    .order_by(ProvisionRow.ordinal)
                )
                provisions = {p.path: p for p in map(rows.provision_of, places)}
                after = session.scalar(select(DocumentRow.digest).where(DocumentRow.id == document_id))
            if found and found.digest == after:
                return Reading(found.text, provisions)
        raise NotFound(f"文件「{document_id}」正在更新，请稍后再试。")

    def indexed_chunks(self) -> int:
        """How many chunks the published documents have: what the index must hold."""
        query = (
            select(func.count())
            .select_from(ChunkRow)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(DocumentRow.state == State.PUBLISHED)
        )
        with self._engine.connect() as connection:
            return int(connection.scalar(query) or 0)

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
        """What a document says of others, in the order of its text; as it stands after review by staff."""
        query = select(RelationRow).where(RelationRow.document_id == document_id).order_by(RelationRow.id)
        found = self._relations(query)
        return [cited.relation for cited in found]

    def relations_to(self, instrument: str, kind: str | None = None) -> list[Cited]:
        """Relations of published documents that point at an instrument, as they stand after review by staff."""
        known_at, known = self._ending
        if kind in ENDING and known_at == self.revision:
            return known.get((instrument, kind), [])
        query = select(RelationRow).where(RelationRow.instrument == instrument).order_by(RelationRow.id)
        return self._published(query.where(RelationRow.kind == kind) if kind else query)

    def read_ending_relations(self) -> None:
        """Read at once what `relations_to` is asked of many instruments when all of them are settled; it holds until
        the next write."""
        revision = self.revision
        query = select(RelationRow).where(RelationRow.kind.in_(ENDING)).order_by(RelationRow.id)
        by_target: dict[tuple[str, str], list[Cited]] = {}
        for cited in self._published(query):
            by_target.setdefault((instrument_name(cited.relation.title), cited.relation.kind), []).append(cited)
        self._ending = (revision, by_target)

    def relations(self, kind: str | None = None, *, waiting: bool = False) -> list[Cited]:
        """Every relation of the published documents; of those in doubt only, when staff's work list is asked for."""
        query = select(RelationRow).order_by(RelationRow.document_id, RelationRow.id)
        query = query.where(RelationRow.kind == kind) if kind else query
        found = self._published(query.where(RelationRow.doubt.is_not(None)) if waiting else query)
        return [cited for cited in found if cited.relation.doubt] if waiting else found

    def _published(self, query: Select[RelationRow]) -> list[Cited]:
        held = self.held()
        known = ((cited, held.get(cited.document_id)) for cited in self._relations(query))
        return [cited for cited, by in known if by and by.document.state is State.PUBLISHED]

    def _relations(self, query: Select[RelationRow]) -> list[Cited]:
        with Session(self._engine) as session:
            found = [Cited(row.document_id, rows.relation_of(row)) for row in session.scalars(query)]
            return reviewed(session, found)

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

    def _editions(self, instrument: str) -> list[Document]:
        """Every held version of an instrument, in the order of the ids."""
        held = self.held()
        if self._instruments[0] is not held:
            found: dict[str, list[Document]] = {}
            for one in held.values():
                found.setdefault(one.document.instrument, []).append(one.document)
            self._instruments = (held, found)
        return self._instruments[1].get(instrument, [])

    def _held(self, document_id: str) -> Held:
        self.document(document_id)
        return self.held()[document_id]


def _by_instrument(aliases: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """The short names of each title, and of the title without its edition: what a text is stored under."""
    found: dict[str, set[str]] = {}
    for title, names in aliases.items():
        found.setdefault(title, set()).update(names)
        if (plain := EDITION.sub("", title)) != title:
            found.setdefault(plain, set()).update(name for name in names if not _DATED.search(name))
    return found


def held_of(row: DocumentRow) -> Held:
    return Held(rows.document_of(row), row.generation, row.digest)
