"""What staff decided about relations that were read from texts: accepted ones act, refused ones are left out.

A decision is kept by what the relation says (text, kind, place, title), not by its row, so it survives every re-ingest;
a relation that is read anew finds its decision again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import NotFound
from kb.model import Relation, RelationKind
from kb.rows import SEPARATOR
from kb.tables import RelationRow, ReviewRow


class Cited(NamedTuple):
    """A relation with the document it stands in."""

    document_id: str
    relation: Relation


def decide(
    session: Session, document_id: str, kind: RelationKind, path: Sequence[str], title: str, accepted: bool, on: date
) -> None:
    """Keep a decision in place of any earlier one. Raises NotFound when no such relation was read."""
    place = SEPARATOR.join(path)
    wanted = select(RelationRow.id).where(
        RelationRow.document_id == document_id, RelationRow.kind == kind, RelationRow.path == place,
        RelationRow.title == title,
    )  # fmt: skip
    if session.scalars(wanted).first() is None:
        raise NotFound(f"文件「{document_id}」的{place or '正文'}中没有关于《{title}》的这条关系，请刷新列表后重试。")
    session.merge(
        ReviewRow(document_id=document_id, kind=kind, path=place, title=title, accepted=accepted, decided_on=on)
    )


def reviewed(session: Session, found: Iterable[Cited]) -> list[Cited]:
    """The relations as they stand after review, in the same order."""
    relations = list(found)
    asked = {cited.document_id for cited in relations}
    if not asked:
        return []
    query = select(ReviewRow)
    if len(asked) == 1:
        query = query.where(ReviewRow.document_id == next(iter(asked)))
    decisions = {(row.document_id, row.kind, row.path, row.title): row.accepted for row in session.scalars(query)}
    if not decisions:
        return relations
    kept = ((cited, decisions.get(_key(cited))) for cited in relations)
    return [_accepted(cited) if accepted else cited for cited, accepted in kept if accepted is not False]


def _key(cited: Cited) -> tuple[str, str, str, str]:
    relation = cited.relation
    return cited.document_id, relation.kind, SEPARATOR.join(relation.path), relation.title


def _accepted(cited: Cited) -> Cited:
    return cited._replace(relation=cited.relation.model_copy(update={"doubt": None}))
