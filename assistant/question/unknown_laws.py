"""A law that a question goes by and that is not known by this name: said so, with the names nearest to it.

Only of laws (法) are nearly all held, so that one that is not found can be called unknown; many regulations and rules
exist that are not held.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain

from assistant.question.asked_day import Asked
from kb import lookup
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry
from kb.knowledge import KnowledgeBase
from kb.model import Kind, Level
from kb.references import ELSEWHERE, references
from kb.understanding import understand

_QUOTED = re.compile("《([^《》]{2,30}(?:法|法典))》")
_BY = re.compile("(?:根据|按照|依据|依照|违反了?)([\u4e00-\u9fff]{2,15}?法)(?=[，,第]|的?规定)")
_LOCAL = re.compile("[省市县区州]|自治|特区|草案|征求意见|修正案")
"""Of these texts only a few are held: that one is not is no sign that there is none."""
LEGAL = frozenset((Level.LAW, Level.ADMINISTRATIVE_REGULATION))
_EDITION = re.compile("^年?(?:版|修[订正])?的?")
_GENERAL = re.compile("管理|监督|促进|保护|防治|发展|产业|安全|国家")
"""Words that many titles share."""
LEAST_NAME = 3
CUT_SHORT = 2
"""Characters that a name lacks that is no slip of the pen: 药品法."""
NEAREST = 2
ALIKE = 0.6


def unknown_laws(knowledge: KnowledgeBase, asked: Asked, catalogue: Sequence[CatalogueEntry]) -> Iterator[str]:
    """A sentence for each law that neither texts, clauses nor catalogue know by the name it is given."""
    registry = knowledge.registry
    known = knowledge.lexicon.names(lookup.known_titles(registry))
    names = dict.fromkeys(instrument_name(title) for title in _named(asked.question, known))
    if strange := [name for name in names if not _knows(known, name)]:
        listed = {instrument_name(name) for entry in catalogue for name in (entry.title, *entry.aliases)}
        slips = {
            c.said
            for c in understand(asked.question, knowledge.lexicon, lookup.known_titles(registry)).corrections
            if len(c.meant) - len(c.said) < CUT_SHORT
        }
        strange = [name for name in strange if not any(slip in name for slip in slips)]
        for name in strange:
            if _knows(listed, name) or _LOCAL.search(name) or ELSEWHERE.search(name) or registry.relations_to(name):
                continue
            near = _nearest(knowledge, name, catalogue)
            nearest = f"，名称最接近的是{'、'.join(f'《{one}》' for one in near)}" if near else ""
            yield f"没有查到名为《{name}》的法律{nearest}。"


def _named(question: str, known: Mapping[str, str]) -> Iterator[str]:
    yield from (match[1] for match in chain(_QUOTED.finditer(question), _BY.finditer(question)))
    for reference in references(question, known):
        title = _EDITION.sub("", reference.title or "")
        if reference.path and re.fullmatch("[\u4e00-\u9fff]{2,15}(?:法|法典)", title):
            yield title


def _knows(names: Collection[str], name: str) -> bool:
    """Whether a name, or the end of it behind some chatter, is one that is known: 麻烦看下劳动合同法."""
    return name in names or any(name[start:] in names for start in range(1, len(name) - LEAST_NAME + 1))


def _nearest(knowledge: KnowledgeBase, name: str, catalogue: Sequence[CatalogueEntry]) -> list[str]:
    """The titles that hold every character of the name in its order or are of the same matter, else those most like
    it."""
    held = {h.document.instrument for h in knowledge.registry.held().values() if h.document.level in LEGAL}
    listed = {instrument_name(e.title) for e in catalogue if e.kind in (Kind.LAW, Kind.ADMINISTRATIVE_REGULATION)}
    ended = {instrument_name(e.title) for e in catalogue if e.status in ("repealed", "superseded")}
    titles = sorted((held | listed) - ended)
    matter = re.sub("(?:法典|法|条例)$", "", name)
    whole = [title for title in titles if _in_order(name, title) or (len(matter) > 2 and title.startswith(matter))]
    if whole:
        return sorted(whole, key=lambda title: (not _in_order(name, title), len(title)))[:1]
    matter = _GENERAL.sub("", matter)
    pairs = {matter[at : at + 2] for at in range(len(matter) - 1)}
    alike = [(SequenceMatcher(None, name, title).ratio(), title) for title in titles if any(p in title for p in pairs)]
    return [title for ratio, title in sorted(alike, key=lambda one: -one[0]) if ratio >= ALIKE][:NEAREST]


def _in_order(name: str, title: str) -> bool:
    rest = iter(title)
    return title[:1] == name[:1] and title[-1:] == name[-1:] and all(character in rest for character in name)
