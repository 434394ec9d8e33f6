"""Whether a sentence of a model follows from the provisions it cites, claim by claim; what does not is left out.

A claim is a clause with the condition before it. It is supported where one sentence of a cited block, with the words
that lead into it, holds enough of its terms and all of its figures, in the same bounds, and says must, may or must not
where the claim does. Quotations, dates, laws, articles, authorities and foreign words must be those of the cited
blocks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.generation import claims
from assistant.generation.agreement import likeness, no_other_mode, pairs_of, same_figures, same_modes, same_sides
from assistant.generation.citation_stream import Segment, Sentence
from assistant.generation.claims import Clause, clauses
from assistant.generation.dropped import dropped
from assistant.generation.everyday import PLAIN, foreign
from assistant.generation.exchanged import exchanged
from assistant.generation.ground import OWN_CASE, Ground, Unit
from assistant.generation.names import Names, asked_of, speaks_of
from kb.knowledge import KnowledgeBase
from kb.lexical import fold
from kb.relevance import coverage

ENOUGH = 0.8
"""Least weighted share of a claim's terms that the sentence it rests on must hold."""
ENOUGH_OF_SEVERAL = 0.85
"""…and that several sentences of one place must hold together, where a claim sums them up."""
TOPIC = 0.6
"""Least share of the first claim's terms that the ground of a later one must hold too: it is about the same thing."""
IN_CASE = 3
ALL, OWN_TOPIC = 0.95, 8
"""…unless nearly all of it is held and it has at least so many pairs of characters of its own."""
HALVED = 4
"""Characters of a term that also counts where its two words stand apart: 提出申请."""


class Support(NamedTuple):
    """The key of a block and the span of its document's text that a sentence rests on."""

    key: str
    start: int
    end: int


class Grounder:
    """Holds the sentences of one answer against the blocks that were given for it, by their keys."""

    def __init__(self, knowledge: KnowledgeBase, grounds: Mapping[str, Ground]) -> None:
        self._knowledge, self._grounds = knowledge, grounds
        self._names = Names(knowledge)

    def supports(self, sentence: Sentence, keys: Sequence[str] = ()) -> list[tuple[Segment, list[Support]]] | None:
        """What each segment of a sentence rests on, None where any claim of it has no ground. `keys` stand for those
        of a lead that has none of its own."""
        segments = list(sentence.segments)
        if len(segments) > 1 and not segments[-1].keys:
            last = segments.pop()
            segments[-1] = Segment(segments[-1].text + last.text, segments[-1].keys)
        found = []
        for segment in segments:
            rests = self._segment(segment.text, segment.keys or tuple(keys))
            if not rests:
                return None
            found.append((segment, rests))
        return found

    def claims_nothing(self, text: str) -> bool:
        """Whether words (具体如下：) say nothing that would need a ground."""
        told = clauses(text)
        read = self._names.read(text, ())
        plain = (
            read is not None and not read.authorities and not claims.quotations(text) and not claims.foreign_words(text)
        )
        told_something = any(one.modes or one.denied or one.figures for one in told) or any(claims.days(text))
        return plain and not told_something and not self._weights(told)

    def _segment(self, text: str, keys: Sequence[str]) -> list[Support]:
        """What the words rest on, nothing where any of them has no ground."""
        cited = [self._grounds[key] for key in dict.fromkeys(keys)]
        named = self._names.read(text, cited)
        if named is None or not named.grounds:
            return []
        grounds = named.grounds
        if not self._exact(text, grounds):
            return []
        found: dict[Support, None] = {}
        topic: dict[str, float] = {}
        told = clauses(claims.told_plainly(named.plain))
        before: frozenset[str] = frozenset()
        last: list[Support] = []
        for claim in claims.with_conditions(told):
            weights = self._weights(claim)
            said = [
                (name, asked_of(text, at), text[at + len(name) :][:2])
                for name, at in named.authorities if claim[0].start <= at < claim[-1].end
            ]  # fmt: skip
            modes = frozenset().union(*(clause.modes for clause in claim))
            if not weights and not any(clause.figures for clause in claim) and not said:
                if not self._empty(claim, told):
                    return []
                continue
            tried = [self._rests(ground, text, claim, said, weights, topic, before, told, last) for ground in grounds]
            rests = [rest for rest in tried if rest is not None]
            if not rests:
                return []
            before = modes or before
            topic = topic or weights
            last = rests
            found |= dict.fromkeys(rests)
        return list(found)

    def _empty(self, claim: Sequence[Clause], told: Sequence[Clause]) -> bool:
        """Whether words without matter are in place: 可以， must agree with what comes after it."""
        modes = frozenset().union(*(clause.modes for clause in claim))
        denied = any(clause.denied for clause in claim)
        if not modes and not denied:
            return True
        after = [clause for clause in told if clause.start >= claim[-1].end]
        return bool(after) and any(modes == clause.modes and not denied for clause in after[:2])

    def _rests(
        self, ground: Ground, text: str, claim: Sequence[Clause], authorities: Sequence[tuple[str, str, str]],
        weights: Mapping[str, float],
        topic: Mapping[str, float], before: frozenset[str], told: Sequence[Clause],
        last: Sequence[Support],
    ) -> Support | None:  # fmt: skip
        """The best sentence, or sentences, of a block that support a claim."""
        words = "，".join(clause.text for clause in claim)
        pairs, figures = pairs_of(told), [figure for clause in told for figure in clause.figures]
        counted = [clause for clause in claim if clause.figures]
        best: tuple[float, Unit] | None = None
        if not all(no_other_mode(clause, ground) for clause in claim):
            return None
        if foreign(weights, words, ground.title + "\n" + ground.text, self._meant(words)):
            return None
        for unit in ground.units:
            held = self._covered(words, weights, ground.title + unit.around)
            enough = ENOUGH if len(unit.parts) == 1 else ENOUGH_OF_SEVERAL
            if held < enough or (counted and len(unit.parts) > 1):
                continue
            if unit.own_case and not _of_case(unit.own_case, pairs, told):
                continue
            if not same_sides(claim, unit) or exchanged(told, claim, unit, ground.title):
                continue
            if dropped(text, claim, unit):
                continue
            if not all(word in unit.around for word in claims.absolutes(words)):
                continue
            if not all(_addressed(ground.title, unit, name, how, deed) for name, how, deed in authorities):
                continue
            on_topic = not topic or coverage(topic, ground.title + unit.around) >= TOPIC or _stands_alone(claim, held)
            if not on_topic and not (counted and _goes_on(ground.key, unit, last)):
                continue
            if not all(same_figures(clause, claim, figures, unit, ground) for clause in counted):
                continue
            if not same_modes(claim, unit, before):
                continue
            worth = held - 0.05 * (len(unit.parts) > 1) + 0.3 * likeness(claim, unit)
            if best is None or worth > best[0]:
                best = (worth, unit)
        if best is None:
            return None
        start, end = ground.quotable(best[1], pairs_of(claim))
        return Support(ground.key, start, end)

    def _covered(self, words: str, weights: Mapping[str, float], text: str) -> float:
        """As `coverage`; a term also counts where the lexicon's words for it stand in the text."""
        if not weights:
            return 1.0
        held = coverage(weights, text)
        if held >= 1.0:
            return held
        folded = fold(text)
        halves = {
            term for term in weights
            if len(term) == HALVED and term[:2] in folded and term[2:] in folded
        }  # fmt: skip
        meant = {
            term for said, others in self._meant(words) if any(fold(other) in folded for other in others)
            for term in weights if term in said
        }  # fmt: skip
        meant |= halves | {
            term for said, others in PLAIN if said in words and any(other in folded for other in others)
            for term in weights if term in said
        }  # fmt: skip
        if not meant:
            return held
        rest = {term: weight for term, weight in weights.items() if term not in meant}
        whole = sum(weights.values())
        return (coverage(rest, text) * sum(rest.values()) + whole - sum(rest.values())) / whole

    def _meant(self, words: str) -> list[tuple[str, tuple[str, ...]]]:
        return [(fold(one.said), one.meant) for one in self._knowledge.lexicon.expansions(words)]

    def _weights(self, claim: Sequence[Clause]) -> dict[str, float]:
        """The terms of a claim that say what it is about; figures and modes are compared on their own."""
        found = self._knowledge.term_weights("，".join(clause.matter for clause in claim))
        return {term: weight for term, weight in found.items() if term not in claims.LIGHT and not term[0].isdigit()}

    def _exact(self, text: str, grounds: Sequence[Ground]) -> bool:
        """Whether quotations, dates and foreign words stand in the cited blocks."""
        if not all(any(ground.words.holds(quote) for ground in grounds) for quote in claims.quotations(text)):
            return False
        held = "\n".join(ground.title + "\n" + ground.text for ground in grounds)
        known = [day for _, day in claims.days(held)]
        for _, day in claims.days(text):
            if not any(other[: len(day)] == day for other in known):
                return False
        folded = fold(held)
        meant = self._meant(text)
        for word in claims.foreign_words(text):
            plain = fold(word)
            standing = re.search(rf"(?<![a-z]){re.escape(plain)}(?![a-z])", folded)
            if not standing and not any(
                plain in said and any(fold(other) in folded for other in others) for said, others in meant
            ):
                return False
        return True


def _of_case(case: frozenset[str], pairs: frozenset[str], told: Sequence[Clause]) -> bool:
    """Whether a sentence of a model speaks of a case: with enough of its words, or with a condition all of which stands
    in it."""
    return len(case & pairs) >= OWN_CASE * len(case) or any(
        clause.conditional and len(clause.pairs) >= IN_CASE and clause.pairs <= case for clause in told
    )


def _stands_alone(claim: Sequence[Clause], held: float) -> bool:
    """Whether a later claim names its own subject or case, and all of it is held: it needs no topic of the first."""
    return held >= ALL and len(pairs_of(claim)) >= OWN_TOPIC and not any(clause.figures for clause in claim)


def _goes_on(key: str, unit: Unit, last: Sequence[Support]) -> bool:
    """Whether a sentence is that which the claim before rests on, or the next one: it goes on about the same thing."""
    return any(one.key == key and one.start <= unit.start <= one.end + 1 for one in last)


def _addressed(title: str, unit: Unit, name: str, how: str, deed: str) -> bool:
    """Whether a sentence speaks of an authority; where a claim says 向 or 由 of it, in a clause that says so too."""
    if not how:
        return speaks_of(title + unit.around, name)
    doing = [clause.text for clause in unit.clauses if deed in clause.text and claims.authorities(clause.text)]
    if how == "由" and doing:  # 由省级部门批准后，报国家局更新: it is not the former that 更新
        return any(speaks_of(text, name) for text in doing)
    return any(how in clause.text and speaks_of(clause.text, name) for clause in unit.clauses)
