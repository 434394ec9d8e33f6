"""Characters of the symbol fonts Word keeps without a meaning of their own: boxes, ticks, bullets, Greek letters."""

from __future__ import annotations

UNKNOWN = "〓"
"""Printers' mark for a character that is not to hand."""

GREEK = {
    **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±",
    0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "·", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈",
    0xBC: "…", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xD0: "∠", 0xD2: "®", 0xD3: "©", 0xD4: "™",
    0xD5: "∏", 0xD6: "√", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
SYMBOLS: dict[str, dict[int, str]] = {
    "symbol": GREEK,
    "wingdings": {
        0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□",
        0x72: "□", 0x73: "◆", 0x74: "◆", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x7A: "⌘", 0x80: "⓪", 0x9E: "·", 0x9F: "•",
        0xA1: "○", 0xA4: "◎", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓",
        0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
        **{0x81 + number: chr(ord("①") + number) for number in range(10)},
        **{0x8C + number: chr(ord("❶") + number) for number in range(10)},
    },
    "wingdings 2": {
        0x2A: "□", 0x2B: "□", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x56: "⊗", 0x97: "●",
        0x9A: "•", 0xA1: "■", 0xA2: "■", 0xA3: "□", 0xAE: "◆", 0xEA: "★",
        **{0x6A + number: chr(ord("①") + number) for number in range(10)},
    },
    "wingdings 3": {0x22: "↔", 0x7B: "◀", 0x7D: "▶", 0x75: "◀", 0x84: "▶", 0xC6: "↗"},
    "webdings": {0x61: "✓", 0x63: "□", 0x67: "■", 0x72: "✗", 0x6E: "●"},
}  # fmt: skip
"""Font → character code (its last byte) → the character that looks like it."""


def symbol(font: str, code: int) -> str:
    """The character a code of a font shows; UNKNOWN where the font keeps its meaning to itself."""
    if not 0x20 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return UNKNOWN
    table = SYMBOLS.get(font.lower())
    private = 0xE000 <= code <= 0xF8FF
    if table is None:
        return UNKNOWN if private else chr(code)
    if code in (0x20, 0xF020):
        return " "
    return table.get(code & 0xFF, UNKNOWN) if private or code < 0x100 else chr(code)


def is_symbol_font(font: str) -> bool:
    return bool(font) and font.lower() in SYMBOLS
