"""Hybrid search: exact places named in the question, meaning, and terms, fused by reciprocal rank, as of a date.

Reciprocal rank fusion: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet…", SIGIR 2009,
score = Σ 1 / (60 + rank).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from kb import lookup, validity
from kb.address import LOOSE_PLACE, instrument_name, mentioned_titles, place, references
from kb.knowledge import KnowledgeBase
from kb.lexical import query_terms
from kb.model import Document, FoundBy, Kind, Passage, Provision, Sector, State
from kb.relevance import coverage
from kb.rerank import Candidate, standing
from kb.rows import SEPARATOR
from kb.store import Hit, Where

RANK_CONSTANT = 60
CANDIDATES = 60
"""Chunks taken from each side before fusion."""
NAMED_LAW = 1.5
"""How much a passage gains when the question names its instrument."""
REFERENCE_ONLY = 0.7
"""Weight of our own guides, cases and templates beside texts with force: they explain, they do not outrank the law."""
EXACT = 2.0
"""Score of a place named in so many words, above any other."""
RERANKED = 40
"""Fused candidates that get a second look."""
WITHOUT_FORCE = frozenset(
    (Kind.CASE, Kind.TEMPLATE, Kind.GLOSSARY, Kind.GUIDE, Kind.SERVICE_ITEM, Kind.QA, Kind.INTERPRETATION)
)


class Filters(NamedTuple):
    kinds: tuple[Kind, ...] = ()
    sectors: tuple[Sector, ...] = ()
    region: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


NO_FILTERS = Filters()


class Finding(NamedTuple):
    """A passage with what was made of it: `cosine` is 0 where meaning did not find it, `share` is the weighted share
    in [0, 1] of the question's terms that its title, headings and text hold."""

    passage: Passage
    cosine: float
    share: float


class Place(NamedTuple):
    document: Document
    provision: Provision


def search(
    knowledge: KnowledgeBase, question: str, *, as_of: date, limit: int = 10, filters: Filters = NO_FILTERS
) -> list[Passage]:
    return [finding.passage for finding in findings(knowledge, question, as_of=as_of, limit=limit, filters=filters)]


def findings(
    knowledge: KnowledgeBase, question: str, *, as_of: date, limit: int = 10, filters: Filters = NO_FILTERS
) -> list[Finding]:
    """The best passages for a question in force on `as_of`, best first; a place named in it comes first whatever its
    force. Equal index versions and questions give equal results."""
    exact = [_exact_finding(knowledge, p, as_of) for p in named_places(knowledge, question, as_of, filters)]
    dense, lexical = _both_sides(knowledge, question, as_of, filters)
    fused = _fuse(knowledge, question, dense, lexical)[:RERANKED]
    found = _reranked(knowledge, question, [_finding(knowledge, candidate, as_of) for candidate in fused])
    named = {finding.passage.address for finding in exact}
    return [*exact, *(f for f in found if f.passage.address not in named)][:limit]


def named_places(knowledge: KnowledgeBase, question: str, as_of: date, filters: Filters = NO_FILTERS) -> list[Place]:
    """Provisions the question names by title and number, in its order."""
    registry = knowledge.registry
    known = lookup.known_titles(registry)
    wanted = [(known.get(instrument_name(r.title)), r.path) for r in references(question, known) if r.title and r.path]
    if not any(instrument for instrument, _ in wanted):
        loose = next((p for p in map(place, LOOSE_PLACE.finditer(question)) if p), None)
        wanted = [(instrument, loose) for _, instrument in mentioned_titles(question, known) if loose]
    found: dict[tuple[str, tuple[str, ...]], Place] = {}
    for instrument, path in wanted:
        document = lookup.version_on(registry, instrument, as_of) if instrument else None
        provision = lookup.find(registry.reading(document.id), path) if document else None
        if document and provision and (not filters.documents or document.id in filters.documents):
            found.setdefault((document.id, provision.path), Place(document, provision))
    return list(found.values())


class _Candidate(NamedTuple):
    document: str
    path: str
    score: float
    cosine: float
    part: tuple[int, int]
    found_by: tuple[FoundBy, ...]


def _both_sides(knowledge: KnowledgeBase, question: str, as_of: date, filters: Filters) -> tuple[list[Hit], list[Hit]]:
    where = Where(
        day=validity.day_number(as_of), kinds=tuple(map(str, filters.kinds)), sectors=tuple(map(str, filters.sectors)),
        region=filters.region, documents=filters.documents,
    )  # fmt: skip
    vector = knowledge.encoder.queries([question])[0]
    dense, lexical = knowledge.store.both(vector.tolist(), query_terms(question), where, CANDIDATES)
    held = knowledge.registry.held()

    def live(hit: Hit) -> bool:
        entry = held.get(str(hit.payload["document"]))
        return bool(entry and entry.generation == hit.payload["generation"] and entry.document.state is State.PUBLISHED)

    return [h for h in dense if live(h)], [h for h in lexical if live(h)]


def _fuse(knowledge: KnowledgeBase, question: str, dense: Sequence[Hit], lexical: Sequence[Hit]) -> list[_Candidate]:
    """Chunks of one provision count once, by their best rank on each side."""
    named = {i for _, i in mentioned_titles(question, lookup.known_titles(knowledge.registry))}
    held = knowledge.registry.held()
    fused: dict[tuple[str, str], _Candidate] = {}
    sides: tuple[tuple[FoundBy, Sequence[Hit]], ...] = (("dense", dense), ("lexical", lexical))
    for side, hits in sides:
        for rank, hit in enumerate(_first_of_each(hits), start=1):
            key = _place_of(hit)
            known = fused.get(key) or _Candidate(*key, 0.0, 0.0, _part_of(hit), ())
            fused[key] = known._replace(
                score=known.score + 1 / (RANK_CONSTANT + rank),
                cosine=hit.score if side == "dense" else known.cosine,
                found_by=(*known.found_by, side),
            )
    weighted = []
    for candidate in fused.values():
        document = held[candidate.document].document
        weight = NAMED_LAW if document.instrument in named else 1.0
        weighted.append(candidate._replace(score=candidate.score * weight))
    return sorted(weighted, key=lambda c: (-c.score, -c.cosine, c.document, c.path))


def _first_of_each(hits: Iterable[Hit]) -> list[Hit]:
    first: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        first.setdefault(_place_of(hit), hit)
    return list(first.values())


def _place_of(hit: Hit) -> tuple[str, str]:
    return str(hit.payload["document"]), str(hit.payload["path"])


def _part_of(hit: Hit) -> tuple[int, int]:
    start, end = hit.payload["start"], hit.payload["end"]
    return (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)


def _finding(knowledge: KnowledgeBase, candidate: _Candidate, as_of: date) -> Finding:
    registry = knowledge.registry
    document = registry.document(candidate.document)
    provision = registry.reading(document.id).provisions[tuple(candidate.path.split(SEPARATOR))]
    passage = lookup.passage(
        registry, document, provision, as_of, score=candidate.score, found_by=candidate.found_by, part=candidate.part
    )
    return Finding(passage, candidate.cosine, 0.0)


def _reranked(knowledge: KnowledgeBase, question: str, found: Sequence[Finding]) -> list[Finding]:
    """Fused findings in the order of a second look, each with its new score."""
    weights = knowledge.term_weights(question)
    best = max((finding.passage.score for finding in found), default=1.0)
    scored = []
    for finding in found:
        passage = finding.passage
        indexed = f"{passage.title} {' '.join(passage.path)} {passage.text}"
        document = knowledge.registry.document(passage.document_id)
        score = standing(Candidate(document, passage.score / best, passage.text, indexed), weights)
        weight = REFERENCE_ONLY if passage.kind in WITHOUT_FORCE else 1.0
        passage = passage.model_copy(update={"score": round(score * weight, 6)})
        scored.append(Finding(passage, finding.cosine, coverage(weights, indexed)))
    return sorted(scored, key=lambda f: (-f.passage.score, f.passage.address))


def _exact_finding(knowledge: KnowledgeBase, place: Place, as_of: date) -> Finding:
    passage = lookup.passage(
        knowledge.registry, place.document, place.provision, as_of, score=EXACT, found_by=("exact",)
    )
    return Finding(passage, 1.0, 1.0)
