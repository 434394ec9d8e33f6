"""Which encoding a Chinese text file is in, decided by proof, else by how well it reads.

A byte-order mark proves; strict UTF-8 proves unless it is made of two-byte sequences alone, which GBK pairs imitate
(目前 in GBK is valid UTF-8 for two Latin letters). All else is read in every encoding, and the reading that consists of
common characters wins, provided that no other comes near: better an error naming the candidates than wrong text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.readers.encoding_characters import likelihood
from kb.errors import UnreadableFile

__all__ = ["LIKELY", "Decoded", "decode", "likelihood"]

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
BIG5_KINDS = ("big5", "cp950", "big5hkscs")  # the standard, what Windows writes, what Hong Kong added
GB_KINDS = ("gb2312", "gbk", "gb18030", "cp936")
LIKELY = 0.4
LIKELY_SHORT = 0.8
"""Score a reading must reach: prose in the right encoding has 0.9 and more, in a wrong one 0.25 at most."""
CLEAR = 0.15
CLEAR_CHARACTERS = 1.6
"""By how much it must beat every other: by a share, and in a short text by more than one character."""
SHORT = 12
FEW_BROKEN, BROKEN_SHARE = 3, 0.02  # broken bytes forgiven in any file, and in a long one as a share of its characters
NEARLY = 0.8  # score of the rest of a file that is forgiven broken bytes
MIXED_CLEAR = 0.3  # by how much a line of a mixed file must read better as UTF-8 than as GB18030
LISTED = 8  # line numbers named in a note
CONTROL_SHARE = 0.02  # of control characters, from which on valid UTF-8 may be something else
LATIN_SHARE = 0.1  # of characters beyond ASCII to letters, below which a text is English with a few accents

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")  # 1A is the end mark of old DOS files
_WORDS = re.compile(rb"[\w\s.,:/-]*")
_LETTER = re.compile(r"[A-Za-z]")
_ALL_HAN = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff01-\uff5e\s]+")
_HAN_PAIR = re.compile(r"[\u3400-\u9fff]{2}")
_THREE_BYTES = re.compile(rb"[\xe0-\xef]")


class Decoded(NamedTuple):
    """`notes` are sentences for the curator: a mixed file, a character that could not be read."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


class _Reading(NamedTuple):
    score: float
    decoded: Decoded


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The text of some bytes, exactly as stored, less a byte-order mark.

    `declared` is what a page or mail says of itself: believed only where it decodes strictly and reads no worse than
    any other. Raises UnreadableFile, naming the candidates, when no encoding gives Chinese text or two give it.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _marked(data, encoding, name)
    data = data.removeprefix(codecs.BOM_UTF8)
    if (proved := _proved_utf8(data, declared)) or (proved := _line_by_line(data)):
        return proved
    return _best(list(_readings(data, declared)), name, declared)


def _marked(data: bytes, encoding: str, name: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding).removeprefix("\ufeff"), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"“{name}”开头标明是 {encoding.upper()}，第 {error.start + 1} 个字节起却不符，文件可能已损坏，请换一份。"
        ) from error


def _proved_utf8(data: bytes, declared: str | None) -> Decoded | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found, head = Decoded(text, "utf-8"), text[:4096]
    if len(_CONTROL.findall(head)) > CONTROL_SHARE * len(head):
        return None
    if not declared and _short_wide(data) and (text.isascii() or likelihood(text) < LIKELY):
        return None
    if text.isascii():
        return found
    score, rival = likelihood(text), _strict(data, "gb18030") or ""
    if score < 0 and len(data) < 2 * SHORT:  # a few foreign letters or unassigned characters prove nothing
        return None
    if _THREE_BYTES.search(data):  # GBK imitates these only where every third character is a rare one
        return found if "\ufffd" not in text or score >= likelihood(rival) else None
    plausible = likelihood(rival) >= LIKELY_SHORT or score < 0 or not re.search("[0-9A-Za-z]", text)
    chinese = rival and plausible and (_HAN_PAIR.search(rival) or not _latin(text))
    return found if score >= LIKELY or not chinese else None


def _short_wide(data: bytes) -> bool:
    """Whether a few bytes make common characters as UTF-16: 整 is the two letters "te", which prove nothing."""
    if len(data) % 2 or len(data) > 2 * SHORT:
        return False
    readings = [text for kind in ("utf-16-le", "utf-16-be") if (text := _decoded(data, kind)) is not None]
    if _WORDS.fullmatch(data):
        return any(likelihood(text) >= NEARLY for text in readings)
    return any(_ALL_HAN.fullmatch(text) for text in readings)


def _latin(text: str) -> bool:
    """English with a few accents."""
    return sum(character > "\x7f" for character in text) < LATIN_SHARE * len(_LETTER.findall(text))


def _line_by_line(data: bytes) -> Decoded | None:
    """A file put together from UTF-8 and GB18030: every line decodes strictly, some of each kind beyond doubt."""
    parts, gb_lines, utf8_lines = [], [], 0
    for number, line in enumerate(data.split(b"\n"), 1):
        utf8 = None if line.isascii() else _decoded(line, "utf-8")
        gb = None if utf8 and not _THREE_BYTES.search(line) else _strict(line, "gb18030")
        if line.isascii():
            parts.append(line.decode())
        elif utf8 is not None and (gb is None or likelihood(utf8) > likelihood(gb) + MIXED_CLEAR):
            utf8_lines += likelihood(utf8) >= LIKELY
            parts.append(utf8)
        elif gb is not None and likelihood(gb) >= LIKELY:
            gb_lines.append(number)
            parts.append(gb)
        else:
            return None
    if not (gb_lines and utf8_lines):
        return None
    named = "、".join(map(str, gb_lines[:LISTED])) + (" 等" if len(gb_lines) > LISTED else "")
    note = f"文件里混有两种编码：第 {named} 行（共 {len(gb_lines)} 行）按 GB18030 读，其余按 UTF-8 读，请核对"
    return Decoded("\n".join(parts), "utf-8+gb18030", (note,))


def _readings(data: bytes, declared: str | None) -> Iterator[_Reading]:
    """The bytes in every encoding that takes them strictly, then in those that take all but a few of them."""
    strict = [("gb18030",), BIG5_KINDS, ("utf-8",)]
    if len(data) % 2 == 0:
        strict += [("utf-16-le",), ("utf-16-be",)]
    if (own := _codec(declared)) and own not in {kind for kinds in strict for kind in kinds}:
        strict.append((own,))
    for kinds in strict:
        for kind in kinds:
            if (text := _strict(data, kind)) is not None:
                yield _Reading(likelihood(text), Decoded(text.removeprefix("\ufeff"), kind))
                break
        else:
            if kinds[0] in ("utf-8", "gb18030") and (nearly := _nearly(data, kinds[0])):
                yield nearly


def _nearly(data: bytes, encoding: str) -> _Reading | None:
    text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    rest = text.replace("\ufffd", "")
    if broken > max(FEW_BROKEN, BROKEN_SHARE * len(rest)) or rest.isascii() or likelihood(rest) < NEARLY:
        return None
    note = f"有 {broken} 处字节读不出（不是 {encoding.upper()}），记作“\ufffd”，请核对原件"
    return _Reading(likelihood(text), Decoded(text, encoding, (note,)))


def _best(readings: list[_Reading], name: str, declared: str | None) -> Decoded:
    """The reading that beats all others clearly; between near ones, the one the file declares."""
    readings.sort(key=lambda reading: -reading.score)  # stable: of equals the first tried stays first
    best, own = readings[0] if readings else None, _codec(declared)
    beyond_ascii = sum(character > "\x7f" for character in best.decoded.text[:4096]) if best else 0
    if best is None or best.score < (LIKELY_SHORT if beyond_ascii < SHORT else LIKELY):
        accented = [one for one in readings if one.decoded.encoding == own and one.score >= 0]
        if accented and _latin(accented[0].decoded.text):
            return accented[0].decoded
        raise _unclear(name, readings[:1])
    # one or two characters are decided only if no other encoding makes characters of them at all
    margin = max(CLEAR, CLEAR_CHARACTERS / beyond_ascii) if beyond_ascii > 2 else 1.01
    near = [one for one in readings if one.score > best.score - margin]
    if best.decoded.encoding.startswith("utf-16") and beyond_ascii < SHORT:
        # with its bytes swapped, a short text may be another that is made of Chinese characters as well
        near += [one for one in readings[1:] if one.decoded.encoding.startswith("utf-16") and one.score >= 0]
    if len({one.decoded.text for one in near}) == 1:
        return best.decoded
    for one in near:
        if one.decoded.encoding == own and one.score == best.score:
            return one.decoded
    raise _unclear(name, near)


def _unclear(name: str, likely: list[_Reading]) -> UnreadableFile:
    tried = "试过 UTF-8、GB18030、Big5、UTF-16"
    nearest = "或".join(one.decoded.encoding.upper() for one in likely)
    most = f"，最像 {nearest}，但不能确定" if nearest else "，都读不通"
    return UnreadableFile(f"“{name}”编码不明：{tried}{most}。请用记事本打开，看清内容后另存为 UTF-8 再上传。")


def _codec(declared: str | None) -> str | None:
    """The codec a label names, by the name we give it; None for an unknown label."""
    try:
        found = codecs.lookup(declared).name if declared else None
    except (LookupError, ValueError):
        return None
    return "gb18030" if found in GB_KINDS else found


def _strict(data: bytes, encoding: str) -> str | None:
    return _decoded(data, encoding, "euro" if encoding == "gb18030" else "strict")


def _decoded(data: bytes, encoding: str, errors: str = "strict") -> str | None:
    try:
        return data.decode(encoding, errors)
    except (UnicodeError, LookupError):  # a label may name a codec that is not for text
        return None


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Windows writes the euro sign as the single byte 80 in a GBK file; no standard knows it."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:
        return "€", error.start + 1
    raise error


codecs.register_error("euro", _euro)
