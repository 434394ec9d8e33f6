"""Text that was once read in the wrong encoding and saved so: turned back where that is proved, else pointed out.

鑽搧 is 药品, UTF-8 read as GBK; è¯å“ is the same read as Latin-1, Ò©Æ· its GBK bytes read so. A line is turned back
only when every byte of it takes part and the result reads as Chinese while the line did not; a line that lost a few
bytes on the way is turned back with U+FFFD for each character lost, and flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.readers.encoding_characters import likelihood
from ingest.repair.edit import Edit, apart, flag

FAR_BETTER = 0.3  # by how much the restored line must read better
WELL = 0.6  # and how well: prose has 0.9
FEW = 2  # restored Chinese characters; one proves nothing
MAY_LACK = 0.1  # share of characters a restored line may lack

UNREADABLE = re.compile(r"(?:锟斤拷)+|\?{4,}|烫{3,}|屯{3,}|(?:ï¿½)+|[\ufffd\ud800-\udfff]+")
"""What is left when bytes were replaced: beyond repair. Half of a surrogate pair cannot even be stored."""
SUSPECT = re.compile(r"[锟?烫屯ï\ufffd\ud800-\udfff]")
LONE = re.compile(r"[\ud800-\udfff]")
HAN = re.compile(r"[\u3400-\u9fff]")
_WINDOWS = {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_WINDOWS_BYTES = {ord(character): byte for character, byte in _WINDOWS.items()}
LATIN_PAIR = re.compile(rf"[\u00b0-\u00ff][\u0080-\u00ff{''.join(map(re.escape, _WINDOWS))}]")
GBK_PAIR = re.compile(
    "["
    + "".join(bytes([lead, trail]).decode("gb18030") for lead in range(0xE3, 0xEA) for trail in range(0x80, 0xC0))
    + "]"
)
"""What the first two bytes of a Chinese character in UTF-8 look like when they are read as GBK."""
LINE = re.compile(r"[^\n]+")
LOST = re.compile(r"\ufffd+\??")  # some programs write ? where a byte had no partner


def restored(text: str) -> list[Edit]:
    """Lines turned back whole."""
    edits = []
    for line in LINE.finditer(text):
        if not line[0].isascii() and (after := _restored_line(line[0])):
            edits.append(Edit(line.start(), line.end(), after, certain="\ufffd" not in after))
    return edits


def garbled(text: str) -> list[Edit]:
    """Replaced characters, and lines that would read as Chinese if bytes of theirs were not lost; kept and flagged."""
    found = flag(UNREADABLE, text) if SUSPECT.search(text) else []
    edits = [edit._replace(after=LONE.sub("\ufffd", edit.after)) for edit in found]
    if GBK_PAIR.search(text) or LATIN_PAIR.search(text):
        lines = (line for line in LINE.finditer(text) if not line[0].isascii() and _half_lost(line[0]))
        edits += [Edit(line.start(), line.end(), LONE.sub("\ufffd", line[0]), certain=False) for line in lines]
    return apart(edits)


def _restored_line(line: str) -> str | None:
    for data, encoding in _origins(line):
        after = LOST.sub("\ufffd", data.decode(encoding, "replace"))
        if after.count("\ufffd") <= MAY_LACK * len(after) and _better(line, after):
            return after
    return None


def _half_lost(line: str) -> bool:
    """Whether a line makes Chinese when the bytes that do not fit are left out."""
    return any(_better(line, data.decode(encoding, "ignore"), more=FEW) for data, encoding in _origins(line))


def _origins(line: str) -> Iterator[tuple[bytes, str]]:
    """The bytes a line may have been misread from, each with the encoding they were in."""
    if GBK_PAIR.search(line) and (data := _bytes(line, "gb18030")):
        yield data, "utf-8"
    if LATIN_PAIR.search(line) and (data := _bytes(line.translate(_WINDOWS_BYTES), "latin-1")):
        yield data, "utf-8"
        yield data, "gb18030"


def _better(before: str, after: str, *, more: int = 0) -> bool:
    enough = len(HAN.findall(after)) >= FEW + more
    return enough and likelihood(after) >= max(WELL, likelihood(before) + FAR_BETTER)


def _bytes(text: str, encoding: str) -> bytes | None:
    """The bytes of a text; a character that was lost becomes a byte that is in no encoding."""
    try:
        return b"\xff".join(part.encode(encoding) for part in text.split("\ufffd"))
    except UnicodeEncodeError:
        return None
