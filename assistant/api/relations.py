"""Routes of relations for staff: what was read from the texts, what waits for a decision, and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from assistant.api.dependencies import ServiceAtHand, Staff
from kb import address
from kb.errors import BadInput
from kb.model import Frozen, RelationKind
from kb.registry_reader import RegistryReader
from kb.relation_reviews import Cited

routes = APIRouter(prefix="/api/relations", dependencies=[Staff])


class Review(Frozen):
    """A decision about one relation: `address` is that of the provision whose words say it."""

    document_id: str
    kind: RelationKind
    address: str
    title: str
    accepted: bool


@routes.get("")
def relations(
    service: ServiceAtHand, waiting: bool = False, kind: RelationKind | None = None,
    document: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=50_000)] = 1000, offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:  # fmt: skip
    """Relations of the published documents, each with its words; `waiting`: only those in doubt."""
    registry = service.knowledge.registry
    found = registry.relations(kind, waiting=waiting)
    found = [cited for cited in found if document in (None, cited.document_id)]
    return {"total": len(found), "relations": _rows(registry, found[offset : offset + limit])}


@routes.post("/review")
def review(service: ServiceAtHand, decision: Review) -> dict[str, str]:
    """Accept a relation, which then acts on the validity of the text it names, or refuse it, which takes it out."""
    document_id, path = address.split(decision.address)
    if document_id != decision.document_id:
        raise BadInput("address 应是 document_id 那份文件中的条款地址。")
    service.knowledge.review(document_id, decision.kind, path, decision.title, decision.accepted, service.today())
    return {"outcome": "accepted" if decision.accepted else "refused"}


def _rows(registry: RegistryReader, found: Iterable[Cited]) -> list[dict[str, Any]]:
    held = registry.held()
    return [
        {
            "document_id": document_id, "document_title": held[document_id].document.title, "kind": relation.kind,
            "address": address.join(document_id, relation.path), "title": relation.title, "article": relation.article,
            "target": relation.target, "number": relation.number, "evidence": relation.evidence,
            "doubt": relation.doubt,
        }
        for document_id, relation in found
    ]  # fmt: skip
