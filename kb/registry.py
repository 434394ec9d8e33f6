"""The registry: what each text says, since when, whether published, and what staff corrected. The truth is here;
the vector index only finds places in it.

Every write bumps `revision`, by which readers in this and other processes know that their snapshot is old.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from kb import change_log, relation_reviews, rows
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry, load_catalogue
from kb.database import hold_for_writing, open_database
from kb.endings import Endings
from kb.errors import BadInput
from kb.keepable import check_characters, check_keepable, strings_of
from kb.model import Chunk, Document, Provision, Relation, RelationKind, Repair, State
from kb.radar import ChangeEntry
from kb.registry_reader import Held, Reading, RegistryReader, held_of
from kb.settings import Settings
from kb.settlement import settle
from kb.tables import ChunkRow, DocumentRow, EditRow, IntakeRow, MetaRow, PendingRow, ProvisionRow, RelationRow

MANY = 20
"""Instruments from which on one reading of all relations is cheaper than two questions for each."""

__all__ = ["Held", "Reading", "Registry", "open_registry", "stands"]


def open_registry(settings: Settings) -> Registry:
    """Open or create the registry and bring it to the newest schema. Raises Unavailable with what to do."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database)
    return Registry(engine, load_catalogue(settings.data / "catalogue.yaml"))


def stands(held: State, wanted: State) -> bool:
    """Whether a document may stay in the state it is in: what staff withdrew, only staff bring back."""
    return held is wanted or (held, wanted) == (State.WITHDRAWN, State.PUBLISHED)


class Registry(RegistryReader):
    """The reading side, and the few verbs that write."""

    def __init__(self, engine: Engine, catalogue: Sequence[CatalogueEntry] = ()) -> None:
        super().__init__(engine, {instrument_name(entry.title): entry.aliases for entry in catalogue})
        self.catalogue = catalogue
        self.endings = Endings(catalogue)
        self._held_for_writing: Connection | None = None

    def hold_for_writing(self) -> None:
        """Keep other processes from writing until `close`. Raises Unavailable while another one does."""
        self._held_for_writing = hold_for_writing(self._engine)

    def close(self) -> None:
        if self._held_for_writing:
            # given back as such, the connection would go on holding the lock in the pool
            self._held_for_writing.invalidate()
            self._held_for_writing = None
        super().close()

    def write(
        self, document: Document, text: str, digest: str, generation: int, *,
        provisions: Sequence[Provision], chunks: Sequence[Chunk], relations: Sequence[Relation],
        repairs: Sequence[Repair], notes: Sequence[str], original: tuple[str, str] | None,
        changes: Sequence[ChangeEntry] = (),
    ) -> Document:  # fmt: skip
        """Put one version in place of what stood under its id, in one transaction; staff edits are laid over it.
        Raises BadInput, with nothing written, for what no database can keep."""
        check_keepable(document, text, provisions, chunks, relations, notes, original[0] if original else None)
        with self._changing(document.id, changes) as session:
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

    def set_state(
        self, document_id: str, state: State, generation: int, changes: Sequence[ChangeEntry] = ()
    ) -> None:  # fmt: skip
        self._update(document_id, {"state": state, "generation": generation}, changes)

    def edit(
        self, document_id: str, values: Mapping[str, Any],
        changed: Callable[[Document, Document], Sequence[ChangeEntry]] = lambda _before, _after: (),
    ) -> Document:  # fmt: skip
        """Lay staff corrections over a document. Raises BadInput for a field that may not be edited. `changed` says
        what that changes for readers."""
        refused = sorted(set(values) - rows.EDITABLE_FIELDS)
        if refused:
            raise BadInput(
                f"这些字段不能更正：{'、'.join(refused)}。可更正：{'、'.join(sorted(rows.EDITABLE_FIELDS))}。"
            )
        check_characters("更正的内容", strings_of(dict(values)))
        current = self.document(document_id)
        edits = {
            n: EditRow(document_id=document_id, field=n, value=json.dumps(v, ensure_ascii=False))
            for n, v in values.items()
        }
        document = rows.edited(current, edits)
        with self._changing(document_id, changed(current, document)) as session:
            for row in edits.values():
                session.merge(row)
            session.execute(
                update(DocumentRow).where(DocumentRow.id == document_id).values(**rows.document_columns(document))
            )
        return document

    def review(
        self, document_id: str, kind: RelationKind, path: Sequence[str], title: str, accepted: bool, decided_on: date
    ) -> None:
        """Keep what staff decided about a relation (see `kb.relation_reviews`). Raises NotFound when there is none."""
        with self._changing(document_id, ()) as session:
            relation_reviews.decide(session, document_id, kind, path, title, accepted, decided_on)

    def unsettled(self, instruments: Iterable[str]) -> list[Document]:
        """The published versions of these instruments whose ends are not as they should be, as they should be."""
        found, wanted = [], sorted(set(instruments))
        if len(wanted) > MANY:
            self.read_ending_relations()
        for instrument in wanted:
            versions = self.versions(instrument)
            settled = settle(versions, self.endings.grounds(self, instrument))
            found += [new for old, new in zip(versions, settled, strict=True) if new != old]
        return found

    def save(self, document: Document, changes: Sequence[ChangeEntry] = ()) -> None:
        """Store what was worked out anew of a held document."""
        self._update(document.id, rows.document_columns(document), changes)

    def changes(self, *, since: date | None = None, document: str | None = None, limit: int = 50) -> list[ChangeEntry]:
        """The change log, newest first (see `kb.change_log.entries`)."""
        return change_log.entries(self._engine, since=since, document=document, limit=limit)

    def overlaid(self, document: Document) -> Document:
        """A document with what staff corrected on the one held under its id."""
        with Session(self._engine) as session:
            edits = session.scalars(select(EditRow).where(EditRow.document_id == document.id))
            return rows.edited(document, {edit.field: edit for edit in edits})

    # files that were taken in before

    def note_taken_in(self, fingerprint: str, document_id: str) -> None:
        """Remember that a file gave the document as it is now held."""
        digest = self.held()[document_id].digest
        with Session(self._engine) as session, session.begin():
            session.merge(IntakeRow(fingerprint=fingerprint, document_id=document_id, digest=digest))

    def taken_in(self, fingerprint: str, state: State) -> Document | None:
        """The document that this very file gave, if it is held unchanged and taking the file in would leave it so."""
        with Session(self._engine) as session:
            row = session.get(IntakeRow, fingerprint)
        held = self.held().get(row.document_id) if row else None
        if row is None or held is None or held.digest != row.digest:
            return None
        return held.document if stands(held.document.state, state) else None

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

    def mark(self, name: str) -> None:
        """Remember that something was done once and for all."""
        with Session(self._engine) as session, session.begin():
            session.merge(MetaRow(name=name, value="1"))

    def marked(self, name: str) -> bool:
        with Session(self._engine) as session:
            return session.get(MetaRow, name) is not None

    def remember(self, name: str, value: str) -> None:
        """Keep a value by name (at most 40 characters); it is no write that readers would see."""
        if self.recalled(name) != value:
            with Session(self._engine) as session, session.begin():
                session.merge(MetaRow(name=name, value=value))

    def recalled(self, name: str) -> str | None:
        with Session(self._engine) as session:
            row = session.get(MetaRow, name)
            return row.value if row else None

    def _update(self, document_id: str, values: Mapping[str, Any], changes: Sequence[ChangeEntry]) -> None:
        with self._changing(document_id, changes) as session:
            session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(**values))

    @contextmanager
    def _changing(self, document_id: str, changes: Sequence[ChangeEntry] = ()) -> Iterator[Session]:
        """One transaction that counts as one write, with what it changes for readers; once it is in, the snapshot is
        brought along."""
        with Session(self._engine) as session, session.begin():
            yield session
            change_log.record(session, changes)
            row = session.get(MetaRow, "revision", with_for_update=True) or MetaRow(name="revision", value="0")
            before, row.value = int(row.value), str(int(row.value) + 1)
            session.add(row)
            session.flush()
            changed = session.get(DocumentRow, document_id, populate_existing=True)
            held = held_of(changed) if changed else None
        self._revision, self._read_at = before + 1, self._clock()
        if self._snapshot[0] == before and held:
            self._snapshot = (before + 1, self._snapshot[1] | {document_id: held})
