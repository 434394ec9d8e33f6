"""Laws, articles and authorities that a sentence names, held against the blocks it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.generation import claims
from assistant.generation.ground import Ground
from kb import lookup
from kb.address import instrument_name
from kb.knowledge import KnowledgeBase
from kb.lexical import fold
from kb.references import Reference, references

_BOOK = re.compile(r"《[^《》\n]{1,80}》")
_OPENS = re.compile(
    r"(?:\A|[，。；：、（(\s])(?:根据|依据|按照|依照|按|依|由|在|因此|所以|同时|此外|另外|其中|，)*\s*\Z"
)
_TELLS = re.compile(r"(?:中|也|还|均|都|已|的)*(?:规定|明确|要求|指出|写明|载明|列明|表明|可知|[，,：:]|）|\))|\Z")
_NATIONAL = re.compile("国家药品?监督?管?理?局|国家药监部门|国家局|国务院药监部门|国务院药品监督管理部门")
_PROVINCIAL = re.compile("(?:省级?|省、自治区、直辖市)(?:人民政府)?(?:药品监督管理|药监|药品监管)(?:部门|局|机构)|省局")
_COMMON = re.compile("(?<=[级上市省])人民政府(?=[^\\s，。；、]{2,12}部门)|地方|的|行政(?=主管|部门|机关)")
_UNSPECIFIC = frozenset(
    ("行政机关", "机关", "部门", "主管部门", "行政部门", "行政主管部门", "监管部门", "政府", "政府部门")
)
"""Names that say which authority is meant only by what stands around them."""
_BY = frozenset("向由经报")
_OF_WHOM = re.compile("^(?:国家|国务院|省级?|市级?|县级?|设区的市级?)")
_PLACE_WORDS = re.compile("^(?:当地|所在地|有关|相关|负责|和|、)+")


class Named(NamedTuple):
    """`grounds` are the cited blocks, limited to the places that a sentence names; `plain` is the sentence without the
    names and without those of `authorities`, each with where it stands."""

    grounds: list[Ground]
    plain: str
    authorities: list[tuple[str, int]]


class Names:
    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._known = knowledge.lexicon.names(lookup.known_titles(knowledge.registry))

    def read(self, text: str, cited: Sequence[Ground]) -> Named | None:
        """None where the sentence names a law, a place or an authority that is not that of the blocks."""
        grounds = list(cited)
        plain = list(text)
        for reference in references(text, self._known) if grounds else []:
            meant = self._meant(reference, text, grounds)
            if meant is None:
                return None
            grounds = meant
            plain[reference.start : reference.end] = "　" * (reference.end - reference.start)
        for book in _BOOK.finditer(text):
            if not any(self._is(book[0], ground) or _squeezed(book[0]) in _squeezed(ground.text) for ground in grounds):
                return None
            plain[book.start() : book.end()] = "　" * len(book[0])
        authorities = claims.authorities("".join(plain))
        for name, at in authorities:
            plain[at : at + len(name)] = "　" * len(name)
        return Named(grounds, "".join(plain), authorities)

    def _meant(self, reference: Reference, text: str, grounds: Sequence[Ground]) -> list[Ground] | None:
        """The blocks that a reference may stand for: those of the place it names, or, where the blocks themselves refer
        to that place, all of them."""
        if not reference.path and reference.title is None:
            return list(grounds)  # 该办法
        placed = [one for ground in grounds if (one := self._at(reference, ground)) is not None]
        if placed:
            others = [ground for ground in grounds if not any(one.key == ground.key for one in placed)]
            return placed if _attributes(reference, text) else [*placed, *others]
        if _attributes(reference, text):
            return None
        raw = _squeezed(reference.raw)
        return list(grounds) if any(raw in _squeezed(ground.text) for ground in grounds) else None

    def _at(self, reference: Reference, ground: Ground) -> Ground | None:
        """The block as far as it is the place of a reference."""
        given = ground.given
        if reference.title is not None and not self._is(reference.title, ground):
            return None
        path, own = reference.path, given.provision.path
        if own[: len(path)] == path:
            return ground
        provision = lookup.find(given.reading, path)
        if provision is None:
            return None
        if given.provision.start >= provision.start and given.provision.end <= provision.end:
            return ground
        limited = Ground(given, (provision.start, provision.end))
        return limited if limited.text.strip() else None

    def _is(self, title: str, ground: Ground) -> bool:
        name = instrument_name(title.strip("《》"))
        return self._known.get(name, name) == ground.given.document.instrument or name == instrument_name(ground.title)


def _attributes(reference: Reference, text: str) -> bool:
    """Whether a reference says where the sentence has its words from: 根据…规定，…, …第十条明确……"""
    left, right = text[: reference.start], text[reference.end :]
    return _OPENS.search(left) is not None and _TELLS.match(right) is not None


def asked_of(text: str, at: int) -> str:
    """How a sentence brings in the authority that it names at a place: 向, 由, 经 or 报."""
    left = text[:at]
    for _ in range(2):
        left = re.sub("(?:当地|所在地|有关|相关|县级以上)$", "", left)
    return left[-1:] if left[-1:] in _BY else ""


def speaks_of(text: str, name: str) -> bool:
    """Whether a text speaks of an authority, by this name or by one that means the same."""
    first, joined, last = name.partition("和")
    if joined and _OF_WHOM.fullmatch(first):  # 国务院和省级药品监督管理部门
        return speaks_of(text, first + _OF_WHOM.sub("", last)) and speaks_of(text, last)
    plain, held = _shortened(_PLACE_WORDS.sub("", name)), _shortened(text)
    if not plain or plain in held or plain in _UNSPECIFIC:
        return True
    for same in (_NATIONAL, _PROVINCIAL):
        if same.fullmatch(plain):
            return same.search(held) is not None
    return False


def _shortened(text: str) -> str:
    """省级以上人民政府药品监督管理部门 and 省级以上药监部门 are one."""
    plain = _COMMON.sub("", fold(text).replace("省、自治区、直辖市", "省级")).replace("人民政府", "政府")
    return plain.replace("药监", "药品监督管理").replace("药品监管", "药品监督管理")


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
