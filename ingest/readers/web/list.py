"""Numbers that a browser would print before the entries of a list, where the page itself sets them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kb.address import to_chinese

PRINTED = re.compile(
    r"\s*(?:[（(]?\s?[\d０-９]{1,3}\s?(?:[.．、）)]|$)|[（(]?[〇零一二三四五六七八九十百]{1,5}(?:[、）)．.]|$)|第.{1,6}[条章节项]|[①-⑳]|[A-Za-z][.、）)])"
)
"""An entry that begins like this prints its own number."""
STYLE = re.compile(r"list-style(?:-type)?\s{0,3}:\s{0,3}([\w-]{1,30})", re.I)
BY_TYPE = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Numbered:
    """An `ol` that says how it is numbered; one that does not is mostly drawn without numbers by a style sheet."""

    def __init__(self, given: Mapping[str, str]) -> None:
        style = STYLE.search(given.get("style", ""))
        kind = style[1].lower() if style else BY_TYPE.get(given.get("type", ""), "decimal")
        self._print = PRINTERS.get(kind) if style or given.keys() & {"start", "type"} else None
        self._next = _whole(given.get("start"), 1)

    def mark(self, given: Mapping[str, str]) -> str:
        """The number of the next entry as printed, or ''."""
        number = _whole(given.get("value"), self._next)
        self._next = number + 1
        return self._print(number) if self._print and 0 < number < 4000 else ""


def _whole(words: str | None, otherwise: int) -> int:
    words = (words or "").strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) < 6 else otherwise


def _alpha(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(97 + rest) + letters
    return letters


def _roman(number: int) -> str:
    letters = ""
    for value, sign in ROMAN:
        count, number = divmod(number, value)
        letters += sign * count
    return letters


PRINTERS: dict[str, Callable[[int], str]] = {
    "decimal": lambda number: f"{number}.",
    "lower-alpha": lambda number: f"{_alpha(number)}.",
    "lower-latin": lambda number: f"{_alpha(number)}.",
    "upper-alpha": lambda number: f"{_alpha(number).upper()}.",
    "upper-latin": lambda number: f"{_alpha(number).upper()}.",
    "lower-roman": lambda number: f"{_roman(number)}.",
    "upper-roman": lambda number: f"{_roman(number).upper()}.",
    "cjk-ideographic": lambda number: f"{to_chinese(number)}、",
    "simp-chinese-informal": lambda number: f"{to_chinese(number)}、",
    "trad-chinese-informal": lambda number: f"{to_chinese(number)}、",
}
