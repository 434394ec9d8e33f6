"""Hybrid search: exact places named in the question, meaning, and terms, fused by reciprocal rank, as of a date.

Reciprocal rank fusion: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet…", SIGIR 2009,
score = Σ 1 / (60 + rank).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from kb import lookup, validity
from kb.address import instrument_name
from kb.knowledge import KnowledgeBase
from kb.lexical import query_terms
from kb.model import Document, Force, FoundBy, Kind, Passage, Provision, Sector, State
from kb.references import Reference, edition_year, loose_places, mentioned_titles, references
from kb.registry import Registry
from kb.rerank import Asked, Candidate, asked, effect, finest, operative, share, standing
from kb.rows import SEPARATOR
from kb.store import Hit, Where

RANK_CONSTANT = 60
CANDIDATES = 100
"""Chunks taken from each side before fusion."""
NAMED_LAW = 1.5
"""How much a passage gains when the question names its instrument."""
BY_EFFECT = 0.3
"""How much of its fused score a text gains or loses by its effect level before the cut: our own guides, cases and
templates explain the law, they must not take its place among the candidates."""
EXACT = 3.0
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
    force, and documents that are chosen one by one are searched whatever theirs. Equal index versions and questions
    give equal results."""
    exact = [_exact_finding(knowledge, p, as_of) for p in named_places(knowledge, question, as_of, filters)]
    dense, lexical = _both_sides(knowledge, question, as_of, filters)
    fused = _fuse(knowledge, question, dense, lexical)[:RERANKED]
    found = _reranked(knowledge, question, fused, as_of)
    named = {finding.passage.address for finding in exact}
    return [*exact, *(f for f in found if f.passage.address not in named)][:limit]


def named_places(knowledge: KnowledgeBase, question: str, as_of: date, filters: Filters = NO_FILTERS) -> list[Place]:
    """Provisions the question names by title and number, in its order; of the edition it names, where it names one."""
    registry = knowledge.registry
    known = lookup.known_titles(registry)
    titled = [reference for reference in references(question, known) if reference.title and reference.path]
    places = [named_place(registry, reference, as_of, filters) for reference in titled]
    if not titled:
        loose = loose_places(question, known)
        places = [_place(registry, instrument, None, path, as_of, filters) for instrument, path in loose]
    found: dict[tuple[str, tuple[str, ...]], Place] = {}
    for held in places:
        if held:
            found.setdefault((held.document.id, held.provision.path), held)
    return list(found.values())


def named_place(registry: Registry, reference: Reference, as_of: date, filters: Filters = NO_FILTERS) -> Place | None:
    """The stored provision a reference names by title, edition and number; None when any of them is not held, or not
    among the documents that are chosen."""
    instrument = lookup.known_titles(registry).get(instrument_name(reference.title or ""))
    return _place(registry, instrument, reference.version, reference.path, as_of, filters) if instrument else None


def _place(
    registry: Registry, instrument: str, version: str | None, path: tuple[str, ...], as_of: date, filters: Filters
) -> Place | None:
    document = named_version(registry, instrument, version, as_of, filters.documents)
    provision = lookup.find(registry.reading(document.id), path) if document else None
    return Place(document, provision) if document and provision else None


def named_version(
    registry: Registry, instrument: str, version: str | None, as_of: date, among: Sequence[str] = ()
) -> Document | None:
    """The version on `as_of`, or the held one of the year that `version` (2015年修正) names: the year it was made in
    goes before the year it took effect. None when no such version is held, or none `among` those ids, if there are."""
    held = [v for v in registry.versions(instrument) if not among or v.id in among]
    if version is None:
        return validity.chosen(held, as_of)
    year = edition_year(version)
    made = [v for v in held if v.version.startswith(str(year))]
    begun = [v for v in held if v.effective_on and v.effective_on.year == year]
    return next(iter((made or begun)[::-1]), None)


class _Candidate(NamedTuple):
    document: str
    path: str
    score: float
    cosine: float
    part: tuple[int, int]
    found_by: tuple[FoundBy, ...]
    named: bool = False


def _both_sides(knowledge: KnowledgeBase, question: str, as_of: date, filters: Filters) -> tuple[list[Hit], list[Hit]]:
    where = Where(
        day=None if filters.documents else validity.day_number(as_of), kinds=tuple(map(str, filters.kinds)),
        sectors=tuple(map(str, filters.sectors)), region=filters.region, documents=filters.documents,
    )  # fmt: skip
    vector = knowledge.encoder.queries([question])[0]
    dense, lexical = knowledge.store.both(vector.tolist(), query_terms(question), where, CANDIDATES)
    held = knowledge.registry.held()

    def live(hit: Hit) -> bool:
        entry = held.get(str(hit.payload["document"]))
        return bool(entry and entry.generation == hit.payload["generation"] and entry.document.state is State.PUBLISHED)

    return [h for h in dense if live(h)], [h for h in lexical if live(h)]


def _fuse(knowledge: KnowledgeBase, question: str, dense: Sequence[Hit], lexical: Sequence[Hit]) -> list[_Candidate]:
    """Chunks of one provision count once, by their best rank on each side. Best first for the cut before the second
    look; `score` stays the fused one."""
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
    for candidate in (c for c in fused.values() if c.document in held):
        document = held[candidate.document].document
        weight = (NAMED_LAW if document.instrument in named else 1.0) * (1 + BY_EFFECT * effect(document))
        weighted.append((candidate.score * weight, candidate._replace(named=document.instrument in named)))
    return [c for _, c in sorted(weighted, key=lambda w: (-w[0], -w[1].cosine, w[1].document, w[1].path))]


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


def _reranked(knowledge: KnowledgeBase, question: str, candidates: Sequence[_Candidate], as_of: date) -> list[Finding]:
    """Candidates as findings in the order of a second look; of two that come down to one entry the better stays."""
    read = asked(question, knowledge.term_weights(question))
    most = max((candidate.score for candidate in candidates), default=1.0)
    cosines = [candidate.cosine for candidate in candidates if candidate.cosine] or [0.0]
    low, width = min(cosines), max(cosines) - min(cosines)
    held = knowledge.registry.held()
    found = []
    for candidate in (c for c in candidates if c.document in held):
        document = held[candidate.document].document
        if tuple(candidate.path.split(SEPARATOR)) not in knowledge.registry.reading(document.id).provisions:
            continue  # replaced between the search and the reading: the next search has it
        meaning = max(candidate.cosine - low, 0.0) / width if width else 0.0
        found.append(_finding(knowledge, document, candidate, read, candidate.score / most, meaning, as_of))
    best: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda f: (-f.passage.score, f.passage.address)):
        best.setdefault(finding.passage.address, finding)
    return list(best.values())


def _finding(
    knowledge: KnowledgeBase, document: Document, candidate: _Candidate, read: Asked, fused: float, meaning: float,
    as_of: date,
) -> Finding:  # fmt: skip
    registry = knowledge.registry
    reading = registry.reading(document.id)
    provision = finest(reading, reading.provisions[tuple(candidate.path.split(SEPARATOR))], document.title, read)
    passage = lookup.passage(
        registry, document, provision, as_of, score=0.0, found_by=candidate.found_by, part=candidate.part
    )
    headings = f"{passage.title} {' '.join(passage.path)}"
    rules = operative(provision.path, article=passage.article is not None)
    current = passage.force not in (Force.AMENDED, Force.REPEALED)
    read_in = Candidate(document, fused, meaning, headings, passage.text, rules, candidate.named, current)
    passage = passage.model_copy(update={"score": round(standing(read_in, read), 6)})
    return Finding(passage, candidate.cosine, share(read.weights, f"{headings} {passage.text}"))


def _exact_finding(knowledge: KnowledgeBase, place: Place, as_of: date) -> Finding:
    passage = lookup.passage(
        knowledge.registry, place.document, place.provision, as_of, score=EXACT, found_by=("exact",)
    )
    return Finding(passage, 1.0, 1.0)
