"""Rows of the registry to the types of `kb.model` and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row

from kb.corrections import contradicted
from kb.errors import BadInput
from kb.model import CORRECTED, Chunk, Document, Provision, Relation, Source
from kb.tables import ChunkRow, DocumentRow, EditRow, ProvisionRow, RelationRow

SEPARATOR = "/"
PLAIN_FIELDS = (
    "id", "instrument", "version", "title", "kind", "level", "number", "issuer", "region", "issued_on", "published_on",
    "effective_on", "valid_from", "expires_on", "repealed_on", "superseded_on", "amended_on", "state",
)  # fmt: skip
VALIDITY_FIELDS = ("amendments", "conflicts")
EDITABLE_FIELDS = frozenset((
    "title", "kind", "level", "number", "issuer", "region", "sectors", "topics", "stages", "issued_on", "published_on",
    "effective_on", "valid_from", "expires_on", "repealed_on",
))  # fmt: skip


def document_of(row: DocumentRow) -> Document:
    plain = {name: getattr(row, name) for name in PLAIN_FIELDS}
    return Document.model_validate(
        plain
        | {name: getattr(row, name) for name in ("sectors", "topics", "stages", "counts", "evidence", *VALIDITY_FIELDS)}
        | {"source": Source.model_validate(row.source)}
    )


def document_columns(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in PLAIN_FIELDS} | {
        "sectors": [str(s) for s in document.sectors],
        "topics": list(document.topics),
        "stages": [str(s) for s in document.stages],
        "counts": document.counts,
        "evidence": document.evidence,
        "source": document.source.model_dump(),
        "amendments": [a.model_dump(mode="json") for a in document.amendments],
        "conflicts": [c.model_dump() for c in document.conflicts],
    }


def edited(document: Document, edits: Mapping[str, EditRow]) -> Document:
    """The document with what staff corrected laid over what was read."""
    values = {name: json.loads(row.value) if row.value else None for name, row in edits.items()}
    if not values:
        return document
    derived = {
        "evidence": document.evidence | dict.fromkeys(values, CORRECTED), "conflicts": contradicted(document, values),
    }  # fmt: skip
    try:
        return Document.model_validate(document.model_dump() | values | derived)
    except ValidationError as error:
        fields = "、".join(sorted({str(problem["loc"][0]) for problem in error.errors()}))
        raise BadInput(f"更正的内容不合格式：{fields}。日期请写成 2026-11-21，类别请用文件库所列的名称。") from error


PROVISION = (
    ProvisionRow.path, ProvisionRow.rung, ProvisionRow.number, ProvisionRow.heading, ProvisionRow.start,
    ProvisionRow.body, ProvisionRow.end, ProvisionRow.page, ProvisionRow.trail,
)  # fmt: skip
"""The columns that a provision is read from."""


def provision_of(
    row: ProvisionRow | Row[str, str, str | None, str | None, int, int, int, int | None, list[str]],
) -> Provision:
    return Provision(
        path=tuple(row.path.split(SEPARATOR)), rung=row.rung, number=row.number, heading=row.heading,
        start=row.start, body=row.body, end=row.end, page=row.page, trail=tuple(row.trail),
    )  # fmt: skip


def provision_columns(provision: Provision, ordinal: int) -> dict[str, Any]:
    return provision.model_dump(exclude={"path", "trail"}) | {
        "path": SEPARATOR.join(provision.path),
        "trail": list(provision.trail),
        "ordinal": ordinal,
    }


def chunk_of(row: ChunkRow) -> Chunk:
    return Chunk(
        path=tuple(row.path.split(SEPARATOR)), part=row.part, start=row.start, end=row.end, index_text=row.index_text
    )


def chunk_columns(chunk: Chunk) -> dict[str, Any]:
    return chunk.model_dump(exclude={"path"}) | {"path": SEPARATOR.join(chunk.path)}


def relation_of(row: RelationRow) -> Relation:
    return Relation(
        kind=row.kind, path=tuple(row.path.split(SEPARATOR)), title=row.title,
        article=row.article, target=tuple(row.target.split(SEPARATOR)) if row.target else (), number=row.number,
        evidence=row.evidence, doubt=row.doubt,
    )  # fmt: skip


def relation_columns(relation: Relation, instrument: str) -> dict[str, Any]:
    return relation.model_dump(exclude={"path", "target"}) | {
        "path": SEPARATOR.join(relation.path),
        "target": SEPARATOR.join(relation.target),
        "instrument": instrument,
    }
