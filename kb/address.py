"""Legal addresses: how a provision is named in an URL, in a sentence, and in what people type.

An address is `document_id/segment/segment…`, e.g. `药品管理法@2019-08-26/第三十二条/第二款`. Titles resolve exactly or
by a declared short form, never by substring: 药品管理法实施条例 is not 药品管理法.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kb import places
from kb.numerals import DIGITS, NUMERAL, UNITS, to_chinese, to_number
from kb.outlines import behind_title
from kb.places import article_segment
from kb.titles import (
    COUNTRY,
    EDITION,
    EDITION_BEHIND,
    EDITION_TAIL,
    EDITION_WORDS,
    NAMED_EDITION,
    instrument_name,
    unknown_name,
    with_edition,
)

__all__ = [
    "COUNTRY", "EDITION", "NUMERAL", "Address", "article_of", "article_segment", "instrument_name", "join", "label",
    "parse", "printed", "split", "spoken_names", "to_chinese", "to_number",
]  # fmt: skip

LONGEST = 400
BOOK = re.compile(r"《([^《》]{1,120}(?:《[^《》]{1,120}》[^《》]{0,120}){0,3})》")
PARTICLE = re.compile(r"(?:[中里]面?|当中)?的|[中里]面?|当中|之|[:：,，·-]")
PARTICLE_END = re.compile(r"(?:[中里]面?的?|当中的?|的|之|[:：,，·\s-])$")
_EDITION_FIRST = re.compile(
    rf"(?:[（(\[](?P<bracketed>{EDITION_WORDS})[）)\]]|(?P<plain>{EDITION_WORDS})(?:后?的)?)\s*"
)
_BEHIND = re.compile(
    r"\s?(?:[（(]([^（）()\n]{1,80}(?:[（(][^（）()\n]{1,20}[）)][^（）()\n]{0,60})?)[）)]|[\[【]([^\[\]【】\n]{1,40})[\]】])"
)
_PLACE_BEGINS = re.compile("[第附0-9０-９〇○零一二三四五六七八九十百千两（(]")
_NESTED = str.maketrans("《》", "〈〉")


class Address(NamedTuple):
    """A place as people name it. `title` is without 《》 and without the country's name, None where only the place is
    given; `version` the edition as printed (`2019年修订`); `path` is () for a whole text."""

    title: str | None
    version: str | None
    path: tuple[str, ...]


def spoken_names(title: str) -> set[str]:
    """The names an instrument goes by: its title, without the country's name, and without （试行） or an edition."""
    instrument = instrument_name(title)
    return {re.sub(r"[\s\u3000《》]", "", title), instrument, EDITION.sub("", instrument)}


def join(document_id: str, path: Iterable[str]) -> str:
    return "/".join((document_id, *path))


def split(address: str) -> tuple[str, tuple[str, ...]]:
    """`(document or instrument id, path)` of an address."""
    document_id, *path = address.strip("/").split("/")
    return document_id, tuple(path)


def label(title: str, path: Iterable[str]) -> str:
    """How people cite it: 《药品管理法》第三十二条第二款; 《…指南》七（四）."""
    short = title.removeprefix(COUNTRY) if len(title) > len(COUNTRY) + 1 else title
    segments = [s for s in path if s not in ("序言", "落款")]
    words = ""
    for segment in segments:
        words += _between(words[-1:], segment[0]) + segment
    return f"《{short}》{words}"


def _between(last: str, first: str) -> str:
    """二 and 4 read as 二、4; 1 and 2 as 1·2; everything else stands side by side."""
    if not first.isascii() or not last:
        return ""
    return "·" if last.isascii() else "、" if last in DIGITS or last in UNITS else ""


def printed(address: Address) -> str:
    """The canonical form, which `parse` reads back as it was: 《药品管理法》（2019年修订）第三条第（三）项."""
    words = "".join(_between("".join(address.path[:at])[-1:], s[0]) + s for at, s in enumerate(address.path))
    if address.title is None:
        return words
    version = f"（{address.version}）" if address.version else ""
    return f"《{address.title}》{version}{words}"


def parse(words: str) -> tuple[Address, ...]:
    """Every place that words name, in any form people write; a list or a range gives several, a range at most
    `places.MOST`. Raises ValueError, in Chinese, when the words are no address or hold more than one."""
    text = words.strip()
    if not text or len(text) > LONGEST:
        raise ValueError("请写出文件名称和条款号，例如《药品管理法》第三十二条。")
    title, version, at = _title(text)
    if at == len(text) and title:
        return (Address(title, version, ()),)
    for start in (match.start() for match in _PLACE_BEGINS.finditer(text, at)):
        before = text[at:start].strip()
        if title is not None and before and not PARTICLE.fullmatch(before):
            break
        written = behind_title(text, start, least=1)
        if title is None and not before and not written:
            written = places.read(text, start)
        if not written or text[written[-1].end :].strip(" \u3000。.、"):
            continue
        if title is None and before:
            title, version = _bare(before)
        found = [path for one in written for path in places.members(one.since, one.path)]
        return tuple(Address(title, version, path) for path in found)
    if title is None and unknown_name(text) == text:
        return (Address(*_bare(text), ()),)
    raise ValueError(f"读不出文件名称和条款号：{text}。请写成《药品管理法》第三十二条第二款这样的形式。")


def _title(text: str) -> tuple[str | None, str | None, int]:
    """The title in 《》 at the head of an address, its edition, and where they end."""
    before = _EDITION_FIRST.match(text)
    start = before.end() if before else 0
    book = BOOK.match(text, start)
    if book is None:
        return None, None, 0
    title, at = book[1], book.end()
    version = before["bracketed"] or before["plain"] if before else None
    while brackets := _BEHIND.match(text, at):
        inner = brackets[1] or brackets[2]
        if NAMED_EDITION.fullmatch(inner):
            version = inner
        elif "号" not in inner and "称" not in inner:
            title = f"{title}（{inner}）"
        at = brackets.end()
    if behind := EDITION_BEHIND.match(text, at):
        version, at = behind["version"], behind.end()
    return (*_canonical(title, version), at)


def _bare(words: str) -> tuple[str, str | None]:
    """A title without 《》 and its edition, before it or behind it."""
    plain, version = PARTICLE_END.sub("", words), None
    if before := _EDITION_FIRST.match(plain):
        version, plain = before["bracketed"] or before["plain"], plain[before.end() :]
    if tail := EDITION_TAIL.search(plain):
        version, plain = tail[1], plain[: tail.start()]
    return _canonical(plain, version)


def _canonical(title: str, version: str | None) -> tuple[str, str | None]:
    plain, version = with_edition(re.sub(r"[\s《》]*\n[\s]*", "", title).strip(), version, False)
    plain = plain.translate(_NESTED)
    if plain.startswith(COUNTRY) and len(plain) > len(COUNTRY) + 1:
        plain = plain[len(COUNTRY) :].lstrip()
    return plain, re.sub("(?:后?的)+$", "", version) if version else None


def article_of(path: Iterable[str]) -> str | None:
    """The bare article label of a path, or None for a text without articles."""
    return next((s for s in path if re.fullmatch(r"第[^章节编款项目（）]+条(?:之.+)?", s)), None)
