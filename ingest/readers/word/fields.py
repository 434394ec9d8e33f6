"""Word's fields: the result is text, the instruction is not, and a field without a result shows what it draws."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.readers.word.names import Element, W, child, is_on, whole
from ingest.readers.word.numerals import printed

OVERSTRIKE = re.compile(r"\\o(?:\s?\\a[lcr])?\s?\(\s?([^,，)]{1,9})\s?[,，]\s?([^)]{1,9})\)")
FRACTION = re.compile(r"\\f\s?\(([^,，()]{1,60})[,，]([^()]{1,60})\)")
SWITCH = re.compile(r"\\[a-zA-Z]{1,3}")
RINGS = ("○", "〇", "◯")


@dataclass
class Field:
    """A field being read: its instruction until the separator, its result after it, unless that is not wanted."""

    instruction: list[str] = field(default_factory=list)
    box: str = ""
    silent: bool = True


class Fields:
    """The fields open at one place of a paragraph. `without_pages`: results that are page numbers are not wanted.

    A field that is never ended is forgotten with its paragraph, so that no word after it is lost.
    """

    def __init__(self, *, without_pages: bool) -> None:
        self.silent = 0
        self._open: list[Field] = []
        self._without_pages = without_pages

    def instruct(self, words: str) -> None:
        if self._open:
            self._open[-1].instruction.append(words)

    def mark(self, element: Element) -> str:
        """Take in a w:fldChar; return the words a field shows that keeps no result of its own."""
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            self._open.append(Field(box=_check_box(element)))
            self.silent += 1
        elif kind == "separate" and self._open and self._open[-1].silent:
            if self.wanted("".join(self._open[-1].instruction[:9])):
                self._open[-1].silent = False
                self.silent -= 1
        elif kind == "end" and self._open:
            ended = self._open.pop()
            self.silent -= ended.silent
            return _drawn_by(ended) if ended.silent else ""
        return ""

    def wanted(self, instruction: str) -> bool:
        """Whether the result of a field is text here."""
        return not (self._without_pages and instruction.split()[:1] == ["PAGEREF"])


def _check_box(begin: Element) -> str:
    box = child(begin, "ffData", "checkBox")
    if box is None:
        return ""
    state = child(box, "checked")
    return "☑" if is_on(child(box, "default") if state is None else state) else "□"


def _drawn_by(ended: Field) -> str:
    """What a field without a result draws: a box to tick, a number in a ring, a fraction, else its words."""
    instruction = "".join(ended.instruction).strip()
    if instruction.startswith("FORMCHECKBOX"):
        return ended.box
    if instruction[:2].upper() != "EQ":
        return ""
    if match := OVERSTRIKE.search(instruction):
        ring, inside = match[1].strip(), match[2].strip()
        number = whole(inside, 0) if inside.isascii() and inside.isdigit() else 0
        return printed(number, "decimalEnclosedCircle") if number and ring in RINGS else inside
    if match := FRACTION.search(instruction):
        return f"{match[1].strip()}/{match[2].strip()}"
    return SWITCH.sub("", instruction[2:]).strip(" ()")
