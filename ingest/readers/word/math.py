"""Equations in one line: (a+b)/c, x^2, √(y). Only what keeps the meaning is added to the letters of the equation."""

from __future__ import annotations

from ingest.readers.word.names import Element, M, W

REVISED_AWAY = (W + "del", W + "moveFrom")
BETWEEN = {"f": ("num", "/", "den"), "sSup": ("e", "^", "sup"), "sSub": ("e", "_", "sub")}


def equation(element: Element) -> str:
    """The text of an m:oMath or of any part of one."""
    name = element.tag.rpartition("}")[2]
    if element.tag == M + "t":
        return element.text or ""
    if element.tag in REVISED_AWAY:
        return ""
    if name in BETWEEN:
        first, sign, second = BETWEEN[name]
        return f"{_grouped(element, first)}{sign}{_grouped(element, second)}"
    if name == "sSubSup":
        return f"{_grouped(element, 'e')}_{_grouped(element, 'sub')}^{_grouped(element, 'sup')}"
    if name == "rad":
        degree = _part(element, "deg")
        return f"{degree}√{_grouped(element, 'e')}"
    if name == "nary":
        sign = element.find(f"{M}naryPr/{M}chr")
        low, high = _part(element, "sub"), _part(element, "sup")
        limits = (f"_({low})" if low else "") + (f"^({high})" if high else "")
        return f"{'∫' if sign is None else sign.get(M + 'val')}{limits}{_part(element, 'e')}"
    if name == "d":
        opening, closing = (element.find(f"{M}dPr/{M}{end}Chr") for end in ("beg", "end"))
        inner = "，".join(equation(part) for part in element.findall(M + "e"))
        return f"{_sign(opening, '(')}{inner}{_sign(closing, ')')}"
    return "".join(equation(part) for part in element if isinstance(part.tag, str))


def _part(element: Element, name: str) -> str:
    part = element.find(M + name)
    return "" if part is None else equation(part)


def _grouped(element: Element, name: str) -> str:
    words = _part(element, name).strip()
    return words if len(words) == 1 or words.isalnum() else f"({words})"


def _sign(element: Element | None, default: str) -> str:
    return default if element is None else element.get(M + "val") or ""
