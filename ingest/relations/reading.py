"""All that a text says about other texts: what it changes, ends, rests on and refers to, each once and in its order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingest.relations.amendments import amendments
from ingest.relations.citations import citations
from ingest.relations.grounds import grounds
from ingest.relations.named import Found, doubt_about, meant
from ingest.relations.repeals import repeals
from ingest.repeal_lists import ended_by_list
from kb.model import Provision, Relation, Rung
from kb.references import declared_aliases

ALIAS = re.compile("(?:以下|下)[简统合]?称")
UNIT_RUNGS = (Rung.ARTICLE, Rung.HEADING, Rung.TEXT, Rung.ATTACHMENT)
"""What a relation stands in; a table counts as one, its rows do not."""


def relations(title: str, text: str, provisions: Sequence[Provision]) -> tuple[Relation, ...]:
    """Every relation of a repaired text to others, and to its own articles, with the provision it stands in."""
    found: dict[tuple[object, ...], Relation] = {}
    units = [p for p in provisions if p.rung in UNIT_RUNGS or (p.rung is Rung.TABLE and len(p.path) == 1)]
    starts = [unit.start for unit in units]
    named: set[tuple[tuple[str, ...], str]] = set()
    amended: set[tuple[tuple[str, ...], str]] = set()
    for one in _all(title, text, units, provisions):
        index = max(0, bisect_right(starts, one.at) - 1)
        path = units[index].path if units else ()
        if one.kind != "cites":
            (amended if one.kind == "amends" else named).add((path, one.title))
        elif (path, one.title) in amended or (not one.article and (path, one.title) in named):
            continue  # what it changes, its ground, or what it ends: named already for what it is
        number = one.number if one.kind == "repeals" else None  # two former texts of one title are two
        key = (one.kind, path, one.title, one.target or one.article, number)
        if key not in found:
            found[key] = Relation(
                kind=one.kind, path=path, title=one.title, article=one.article, target=one.target, number=one.number,
                evidence=one.words.strip(), doubt=one.doubt,
            )  # fmt: skip
    return tuple(found.values())


def _all(title: str, text: str, units: Sequence[Provision], provisions: Sequence[Provision]) -> Iterator[Found]:
    aliases = declared_aliases(text) if ALIAS.search(text) else {}
    for found in (*amendments(title, text), *repeals(title, text)):
        yield meant(found, title, aliases)
    for ended in ended_by_list(title, text):
        doubt = ended.doubt or doubt_about(ended.title, title)
        yield Found("repeals", ended.at, ended.title, ended.words, number=ended.number, doubt=doubt)
    yield from grounds(text)
    yield from citations(title, text, units, provisions, aliases)
