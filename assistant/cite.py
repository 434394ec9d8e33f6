"""Checks the citations in anybody's text against the stored provisions: exact title, edition, number, force, quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assistant.answer_model import CitedPlace, CiteReport
from kb import lookup, validity
from kb.address import EDITION, article_of, instrument_name, join, label
from kb.knowledge import KnowledgeBase
from kb.model import Document, Force, Verdict
from kb.references import Reference, references
from kb.registry import Reading
from kb.search import named_version

TYPES = ("办法", "条例", "规定", "规范", "细则", "解释", "规则", "法")
"""What 该… may refer to, longest first: 该法 is never a 办法."""


LEAST = 4
"""Characters below which quoted words are no quotation."""
A_TERM = 8
"""Below this many characters quoted words may be a mere term or name, unless they are introduced as the text's own."""
_QUOTED = re.compile(r"“([^“”\n]*)”|「([^「」\n]*)」|『([^『』\n]*)』|\"([^\"\n]*)\"|＂([^＂\n]*)＂")
_INTRODUCED = re.compile(r"(?:规定|明确|要求|指出|写明|载明|原文|称|写道|[：:])(?:了|为|是|如下)?[：:，,]?\s*$")
_SENTENCE = re.compile(r"(?:[^。！？!?\n]|(?<=[：:])\n)*(?:[。！？!?\n]+(?:[（(]《[^\n（）()]*[）)][。]?)?|$)")
_NUMERAL = "〇○零一二三四五六七八九十百千万两0-9"
_OMITTED = re.compile(r"…+|\.{3,}|⋯+")
_PUNCTUATION = str.maketrans("。、「」『』“”‘’＂", '.."""""""""') | {0xFF01 + at: 0x21 + at for at in range(94)}


class Quoted(NamedTuple):
    """Quoted words; `[start, end)` is their span with the quotation marks. `introduced`: 规定： or the like stands
    before them; `long`: they are more than a term can be."""

    words: str
    start: int
    end: int
    introduced: bool
    long: bool


class _Cited(NamedTuple):
    """A reference with what the knowledge base holds at it; `words` is None where nothing is held."""

    reference: Reference
    title: str | None
    document: Document | None = None
    reading: Reading | None = None
    words: str | None = None


def verify(knowledge: KnowledgeBase, text: str, *, as_of: date) -> CiteReport:
    """A verdict for each place named in `text`. 该法第…条 refers to the last law named before it; every quotation is
    compared with the provisions cited in its sentence."""
    known = lookup.known_titles(knowledge.registry)
    cited = [_find(knowledge, known, r, title, as_of) for r, title in _titled(references(text, known))]
    compared, wrong = _compare(text, cited)
    return CiteReport(
        citations=tuple(
            _judge(knowledge, known, place, at in compared, at in wrong, as_of) for at, place in enumerate(cited)
        )
    )


def _titled(found: Sequence[Reference]) -> list[tuple[Reference, str | None]]:
    """Each reference with its title; a self-name takes the last title of its own type, and its edition."""
    named: list[tuple[Reference, str | None]] = []
    before: list[Reference] = []
    for reference in found:
        if reference.title:
            before.append(reference)
        last = next((b for b in reversed(before) if _stands_for(reference.self_name, str(b.title))), None)
        if reference.title is None and last is not None:
            named.append((reference._replace(version=last.version), last.title))
        else:
            named.append((reference, reference.title))
    return named


def _stands_for(self_name: str | None, title: str) -> bool:
    if self_name is None:
        return False
    if self_name.startswith(("上述", "前述")) and self_name.endswith("规定"):
        return True
    plain = EDITION.sub("", title.replace("(", "（").replace(")", "）"))
    kind = next((t for t in TYPES if plain.endswith(t)), None)
    return kind is not None and self_name.endswith(kind) and (kind != "法" or not self_name.endswith("办法"))


def _find(
    knowledge: KnowledgeBase, known: Mapping[str, str], reference: Reference, title: str | None, as_of: date
) -> _Cited:
    registry = knowledge.registry
    instrument = known.get(instrument_name(title)) if title else None
    document = named_version(registry, instrument, reference.version, as_of) if instrument else None
    if document is None:
        return _Cited(reference, title)
    reading = registry.reading(document.id)
    provision = lookup.find(reading, reference.path) if reference.path else None
    words = lookup.quotable(reading, provision) if provision else None
    return _Cited(reference, title, document, reading, words if reference.path else reading.text)


def _compare(text: str, cited: Sequence[_Cited]) -> tuple[set[int], set[int]]:
    """Indices of the citations whose words were compared, and of those among them with a quotation that is nowhere in
    what its sentence cites."""
    compared: set[int] = set()
    wrong: set[int] = set()
    sentences = sentence_spans(text)
    for quote in quotations(text):
        start, end = next(s for s in sentences if s[0] <= quote.start < s[1])
        near = [
            at
            for at, place in enumerate(cited)
            if start <= place.reference.start < end and not quote.start <= place.reference.start < quote.end
        ]
        right = {at for at in near if holds(cited[at].words or "", quote.words)}
        compared |= right
        owner = _owner(text, quote, [(at, cited[at].reference) for at in near])
        if right or owner is None or not _is_claim(quote, cited[owner]):
            continue
        compared.add(owner)
        wrong.add(owner)
    return compared, wrong


def _owner(text: str, quote: Quoted, near: Sequence[tuple[int, Reference]]) -> int | None:
    """The citation a quotation belongs to: the one in brackets behind it, else the last before, else the next."""
    before = [at for at, reference in near if reference.end <= quote.start]
    after = [(at, reference) for at, reference in near if reference.start >= quote.end]
    if after and re.fullmatch(
        r"[”」』\"]?[。，,；;]?\s*[（(\[【—－-]+[^（(。]{0,8}", text[quote.end : after[0][1].start]
    ):
        return after[0][0]
    return before[-1] if before else after[0][0] if after else None


def _is_claim(quote: Quoted, place: _Cited) -> bool:
    """Whether a quotation says what the text says: it is introduced as its words, or is too long for a mere term."""
    return quote.introduced or (quote.long and bool(place.reference.path))


def _judge(
    knowledge: KnowledgeBase, known: Mapping[str, str], place: _Cited, compared: bool, wrong: bool, as_of: date
) -> CitedPlace:
    reference, title, document, reading, _ = place

    def verdict(word: Verdict, detail: str, held: Document | None = None) -> CitedPlace:
        address = join(held.id, reference.path) if held else None
        named = label(held.title, reference.path) if held else None
        return CitedPlace(
            raw=reference.raw, span=(reference.start, reference.end), address=address, label=named, verdict=word,
            detail=detail,
        )  # fmt: skip

    if title is None:
        return verdict("ambiguous", "没有写明是哪部文件的条款。")
    if document is None or reading is None:
        return verdict("unknown_document", _not_held(knowledge, known.get(instrument_name(title)), title, reference))
    if reference.path and place.words is None:
        return verdict("not_found", _what_is_there(reading, document, reference), None)
    force = validity.force(document, as_of)
    if force in (Force.REPEALED, Force.NOT_YET, Force.AMENDED):
        return verdict(
            "not_in_force", f"《{document.title}》{document.version} 版在 {as_of} 的效力状态为{force}。", document
        )
    if wrong:
        named = label(document.title, reference.path)
        return verdict("quote_mismatch", f"引号中的文字与{named}的原文不一致。", document)
    if compared:
        return verdict("valid", f"引文与本库所存《{document.title}》{document.version} 版原文一致，{force}。", document)
    there = f"有{''.join(reference.path)}" if reference.path else "已收录"
    return verdict(
        "valid", f"本库所存《{document.title}》{document.version} 版{there}，{force}；未核对引文。", document
    )


def _not_held(knowledge: KnowledgeBase, instrument: str | None, title: str, reference: Reference) -> str:
    if instrument is None:
        return f"本库没有收录《{title}》，无法核对。"
    held = "、".join(f"{v.version} 版" for v in knowledge.registry.versions(instrument))
    return f"本库没有收录《{title}》的“{reference.version}”版本，所存版本：{held}，无法核对。"


def _what_is_there(reading: Reading, document: Document, reference: Reference) -> str:
    article = article_of(reference.path)
    if article and lookup.find(reading, (article,)):
        return f"《{document.title}》有{article}，但没有{''.join(reference.path[1:])}。"
    articles = [p for p in reading.provisions if article_of(p) == p[-1]]
    return f"《{document.title}》没有{''.join(reference.path)}，所存文本共 {len(articles)} 条。"


def quotations(text: str) -> list[Quoted]:
    """Every quotation of at least LEAST characters, in order; outer ones where they are nested."""
    found = []
    for match in _QUOTED.finditer(text):
        words = next(group for group in match.groups() if group is not None)
        if len(words.strip()) >= LEAST:
            introduced = _INTRODUCED.search(text[: match.start()]) is not None
            found.append(Quoted(words, match.start(), match.end(), introduced, len(words.strip()) >= A_TERM))
    return found


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans that cover `text`; a full stop in quotation marks ends none, （《…》第X条） behind one belongs to it."""
    masked = _QUOTED.sub(lambda match: "□" * len(match[0]), text)
    spans = [match.span() for match in _SENTENCE.finditer(masked)]
    return [(start, end) for start, end in spans if start < end] or [(0, len(text))]


def holds(provision: str, quote: str) -> bool:
    """Whether the words stand in the provision, in order where …… leaves some out. White space and the width of
    punctuation do not count; a number, or a negation before the words, must not be cut."""
    text, at = folded(provision), 0
    parts = [part for part in (folded(piece).strip('".,;:!?') for piece in _OMITTED.split(quote)) if part]
    for part in parts:
        match = re.compile(_whole(part)).search(text, at)
        if match is None:
            return False
        at = match.end()
    return bool(parts)


def folded(words: str) -> str:
    """Words as they are compared: white space between two digits stays, so that 1 5 is not 15."""
    plain = words.translate(_PUNCTUATION)
    return re.sub(r"(?<![0-9])\s+|\s+(?![0-9])", "", plain)


def _whole(part: str) -> str:
    before = rf"(?<![{_NUMERAL}])" if re.match(f"[{_NUMERAL}]", part) else "(?<![不未])"
    after = rf"(?![{_NUMERAL}])" if re.search(f"[{_NUMERAL}]$", part) else ""
    return before + re.escape(part) + after
