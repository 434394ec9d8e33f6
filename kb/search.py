"""Hybrid search: exact places named in the question, meaning, and terms, fused and read again, as of a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, zip_longest
from types import MappingProxyType
from typing import Literal, NamedTuple

from kb import lookup, validity
from kb.candidates import Candidate, Side, fused
from kb.defined_terms import defining
from kb.embed import Vectors, unit
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.known_places import led_to
from kb.known_questions import beside_known
from kb.lexical import SparseTerms, query_terms
from kb.model import Document, FoundBy, Kind, Passage, Sector, State
from kb.named_places import Place, named_places
from kb.references import mentioned_titles
from kb.rerank import Asked
from kb.second_look import Looked, judged, second_look
from kb.store import Hit, Where
from kb.understanding import Understood, understand

CANDIDATES = 100
"""Chunks taken from each side before fusion."""
EXPANDED = 0.5
"""Weight of a term that the lexicon gives, beside 1 for one that the question says."""
EXACT = 4.0
"""Score of a place named in so many words, above any other."""
DEFINED = 2.0
"""Score of a provision that defines the term a question asks the meaning of."""
DEFINING = 2
RERANKED = 50
"""Fused candidates that get a second look, beside a few that known questions lead to."""
WITHOUT_FORCE = frozenset(
    (Kind.CASE, Kind.TEMPLATE, Kind.GLOSSARY, Kind.GUIDE, Kind.SERVICE_ITEM, Kind.QA, Kind.INTERPRETATION)
)

Ranking = Literal["full", "fusion", "dense", "lexical"]
"""`full` is the product; `fusion` is plain reciprocal rank fusion of the two sides and nothing else, `dense` and
`lexical` are one side alone: what the product is measured against."""
Part = Literal["exact", "definitions", "corrections", "lexicon", "adapter", "known", "rerank", "parts"]


class How(NamedTuple):
    """How to rank. `without` names parts of the product to leave out, so that each can be measured."""

    ranking: Ranking = "full"
    without: frozenset[Part] = frozenset()


FULL = How()


class Filters(NamedTuple):
    kinds: tuple[Kind, ...] = ()
    sectors: tuple[Sector, ...] = ()
    region: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def let_through(self, document: Document) -> bool:
        """What the index decides for the rest (`kb.store.Where`): a general text passes the filter of any sector."""
        sectors = not self.sectors or not document.sectors or bool(set(self.sectors) & set(document.sectors))
        kinds = not self.kinds or document.kind in self.kinds
        return kinds and sectors and (not self.region or document.region in self.region)


NO_FILTERS = Filters()


class Finding(NamedTuple):
    """A passage with what was made of it: `cosine` (the question as turned by the adapter) and `plain` (as encoded)
    are 0 where meaning did not find it, `share` is the weighted share in [0, 1] of the question's terms that its title,
    headings and text hold, `part` the number (from 1) of the part of the question that it was found for, 0 for the
    whole, `features` what the second look saw (`kb.rerank`), nothing for a place that was named."""

    passage: Passage
    cosine: float
    share: float
    part: int = 0
    plain: float = 0.0
    features: Mapping[str, float] = MappingProxyType({})


class Found(NamedTuple):
    """`notes` are sentences for the reader: what was corrected, and what failed and was left out. `named` are the
    places that the question names and that are held."""

    findings: list[Finding]
    understood: Understood
    notes: tuple[str, ...]
    named: tuple[Place, ...] = ()


def search(
    knowledge: KnowledgeBase, question: str, *, as_of: date, limit: int = 10, filters: Filters = NO_FILTERS
) -> list[Passage]:
    return [finding.passage for finding in findings(knowledge, question, as_of=as_of, limit=limit, filters=filters)]


def findings(
    knowledge: KnowledgeBase, question: str, *, as_of: date, limit: int = 10, filters: Filters = NO_FILTERS
) -> list[Finding]:
    return found(knowledge, question, as_of=as_of, limit=limit, filters=filters).findings


def found(
    knowledge: KnowledgeBase, question: str, *, as_of: date, limit: int = 10, filters: Filters = NO_FILTERS,
    how: How = FULL, other_words: str | None = None,
) -> Found:  # fmt: skip
    """The best passages for a question in force on `as_of`, best first; a place named in it comes first whatever its
    force, and documents that are chosen one by one are searched whatever theirs. Of a question in parts the best of
    each part come in turn. `other_words` is the same matter as a model would put it: it bends the question's vector and
    nothing else, so that no name or number of a model is ever looked for. Equal index versions and questions give equal
    results."""

    def work() -> Found:
        return _found(knowledge, question, _Sought(knowledge, as_of, filters, how, limit, other_words), how, limit)

    return knowledge.in_turn(work)


def _found(knowledge: KnowledgeBase, question: str, sought: _Sought, how: How, limit: int) -> Found:
    if how.ranking != "full":
        return Found(sought.plain(question), Understood(question, (), (), (), frozenset()), ())
    known = lookup.known_titles(knowledge.registry)
    understood = understand(question, knowledge.lexicon, known, correct="corrections" not in how.without)
    named = [] if "exact" in how.without else sought.named(understood.question)
    ranked = sought.ranked(understood, understood.question)
    if understood.parts and "parts" not in how.without:
        each = [sought.ranked(understood, part, number) for number, part in enumerate(understood.parts, start=1)]
        ranked = [f for f in chain.from_iterable(zip_longest(*each, ranked)) if f]
    best: dict[str, Finding] = {}
    meanings = sought.defined(understood.question) if not named and "definitions" not in how.without else []
    for finding in (*sought.exact(named), *meanings, *ranked):
        best.setdefault(finding.passage.address, finding)
    notes = (*_told(understood), *dict.fromkeys(sought.failed))
    return Found(list(best.values())[:limit], understood, notes, tuple(named))


def _told(understood: Understood) -> list[str]:
    """What was corrected, in a sentence for each slip and one for all traditional characters."""
    slips = [c for c in understood.corrections if c.why != "traditional"]
    told = [f"已把“{c.said}”按“{c.meant}”检索。" for c in slips]
    return told + (["已把繁体字按简体检索。"] if len(slips) < len(understood.corrections) else [])


class _Sought:
    """One search: where it looks, as of which day, and what failed on the way."""

    def __init__(
        self, knowledge: KnowledgeBase, as_of: date, filters: Filters, how: How, limit: int,
        other_words: str | None,
    ) -> None:  # fmt: skip
        self._other_words = other_words
        self._limit = limit
        self._knowledge, self._as_of, self._filters, self._how = knowledge, as_of, filters, how
        self._serving = knowledge.serving
        self._held = knowledge.registry.held()
        self._documents = {name: held.document for name, held in self._held.items()}
        self.failed: list[str] = []

    def named(self, question: str) -> list[Place]:
        places = named_places(self._knowledge, question, self._as_of, self._filters.documents)
        return [place for place in places if self._filters.let_through(place.document)]

    def exact(self, places: Sequence[Place]) -> list[Finding]:
        return [Finding(self._passage(p.document, p.provision.path, EXACT, ("exact",)), 1.0, 1.0) for p in places]

    def defined(self, question: str) -> list[Finding]:
        """The provisions that say what a term means, for a question that asks just that."""
        places = defining(self._knowledge.registry, question, self._as_of)
        places = [place for place in places if self._lets_through(place.document)][:DEFINING]
        return [
            Finding(self._passage(p.document, p.provision.path, DEFINED, ("lexical",)), 1.0, 1.0, 0, 1.0)
            for p in places
        ]

    def _lets_through(self, document: Document) -> bool:
        chosen = self._filters.documents
        return self._filters.let_through(document) and (not chosen or document.id in chosen)

    def plain(self, question: str) -> list[Finding]:
        """One side, or both fused by rank alone, with the encoder as it comes."""
        sides = self._sides(self._vector(question), None, query_terms(question), self._where())
        chosen: dict[Side, list[Hit]] = {s: h for s, h in sides.items() if self._how.ranking in ("fusion", s)}
        candidates = fused(chosen, self._documents, weigh=False)[: self._limit]
        return [
            Finding(self._passage(c.document, c.path, c.fused, c.found_by, c.part), c.cosine, 0.0) for c in candidates
        ]

    def ranked(self, understood: Understood, question: str, part: int = 0) -> list[Finding]:
        """Candidates as findings in the order of the second look."""
        meant = () if "lexicon" in self._how.without else self._meant(understood, question)
        weights = self._knowledge.term_weights(question)
        vector = self._vector(question)
        read = Asked(question, weights, self._expanded(meant, weights), understood.sectors)
        near = None if "known" in self._how.without else beside_known(self._serving.encoder, question)
        if near:
            read = read._replace(known=near)
        terms = query_terms(question, dict.fromkeys(read.meant, EXPANDED))
        taught = self._serving.encoder.taught and "adapter" not in self._how.without
        turned = self._vector(question, turned=True) if taught else None
        sides = self._sides(vector, turned, terms, self._where())
        titles = self._knowledge.lexicon.names(lookup.known_titles(self._knowledge.registry))
        named = {instrument for _, instrument in mentioned_titles(question, titles)}
        ranked = fused(sides, self._documents, named)
        candidates = ranked[:RERANKED]
        if near:
            candidates += led_to(
                self._knowledge.registry, near, ranked, RERANKED, self._as_of,
                lambda document: self._within(document, vector, turned, terms),
            )  # fmt: skip
        return [self._finding(one, part) for one in self._read(candidates, read)[: self._limit]]

    def _read(self, candidates: Sequence[Candidate], asked: Asked) -> list[Looked]:
        looked = second_look(self._knowledge.registry, candidates, asked, self._as_of)
        if "rerank" in self._how.without:
            return sorted(looked, key=lambda one: (-one.candidate.fused, one.address))
        if self._knowledge.reranker is None:
            return looked
        try:
            return judged(self._knowledge.reranker, asked.words, looked)
        except Unavailable as error:
            self.failed.append(f"重排模型这次没有用上（{error}），结果按内置特征排序。")
            return looked

    def _finding(self, one: Looked, part: int) -> Finding:
        candidate = one.candidate
        passage = self._passage(candidate.document, one.provision.path, one.score, candidate.found_by, candidate.part)
        return Finding(passage, candidate.cosine, one.share, part, candidate.plain, one.features)

    def _meant(self, understood: Understood, question: str) -> tuple[str, ...]:
        return tuple(m for e in understood.expansions if e.said in question for m in e.meant)

    def _expanded(self, meant: Sequence[str], own: Mapping[str, float]) -> dict[str, float]:
        told = self._knowledge.term_weights(" ".join(meant)) if meant else {}
        return {term: weight for term, weight in told.items() if term not in own}

    def _vector(self, question: str, *, turned: bool = False) -> Vectors:
        encoder = self._serving.encoder
        encode = encoder.turned if turned else encoder.queries
        vector: Vectors = encode([question])[0]
        if self._other_words:
            vector = unit((vector + encode([self._other_words])[0])[None, :], [question])[0]
        return vector

    def _where(self) -> Where:
        filters = self._filters
        return Where(
            day=None if filters.documents else validity.day_number(self._as_of), kinds=tuple(map(str, filters.kinds)),
            sectors=tuple(map(str, filters.sectors)), region=filters.region, documents=filters.documents,
        )  # fmt: skip

    def _sides(
        self, vector: Vectors, turned: Vectors | None, terms: SparseTerms, where: Where
    ) -> dict[Side, list[Hit]]:
        store = self._serving.store
        near, worded = store.both(vector.tolist(), terms, where, CANDIDATES)
        sides: dict[Side, list[Hit]] = {"dense": near, "lexical": worded}
        if turned is not None:
            sides = {"dense": store.dense(turned.tolist(), where, CANDIDATES), "plain": near, "lexical": worded}
        return {side: [hit for hit in hits if self._live(hit)] for side, hits in sides.items()}

    def _within(
        self, document: Document, vector: Vectors, turned: Vectors | None, terms: SparseTerms
    ) -> dict[Side, list[Hit]]:
        if not self._lets_through(document):
            return {}
        return self._sides(vector, turned, terms, self._where()._replace(documents=(document.id,)))

    def _live(self, hit: Hit) -> bool:
        entry = self._held.get(str(hit.payload["document"]))
        return bool(entry and entry.generation == hit.payload["generation"] and entry.document.state is State.PUBLISHED)

    def _passage(
        self, document: Document, path: tuple[str, ...], score: float, found_by: Sequence[FoundBy],
        part: tuple[int, int] | None = None,
    ) -> Passage:  # fmt: skip
        registry = self._knowledge.registry
        provision = registry.reading(document.id).provisions[path]
        return lookup.passage(registry, document, provision, self._as_of, score=score, found_by=found_by, part=part)
