"""Number formats of a workbook that change what a number says: a share shown as 30 %, a code shown with its zeros."""

from __future__ import annotations

import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ingest.readers.ooxml import xml_part

BUILT_IN = {9: "0%", 10: "0.00%"}
"""Formats that every workbook has without listing them, as ECMA-376 part 1, 18.8.30 numbers them."""
ASIDE = re.compile(r'"[^"]{0,200}"|\\.|\[[^\]]{0,100}\]|_.|\*.')
"""What a format prints beside the number: words, colours, fillers."""
SHARE = re.compile(r"[#0,]{1,20}(?:\.(0{1,20}))?%")
CODE = re.compile(r"0{2,20}")
LONGEST = 20  # digits before or behind the point

Formats = dict[int, str]
"""Index of a cell's style → its format: only shares, and codes of a fixed length."""


def formats_of(package: zipfile.ZipFile) -> Formats:
    """Raises UnreadableFile for broken XML; a workbook without styles has none."""
    styles = xml_part(package, "xl/styles.xml")
    if styles is None:
        return {}
    named = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter("{*}numFmt")}
    cells = styles.find("{*}cellXfs")
    found: Formats = {}
    for at, style in enumerate(() if cells is None else cells):
        number = style.get("numFmtId", "0")
        words = named.get(number) or BUILT_IN.get(int(number) if number.isdigit() else 0, "")
        bare = ASIDE.sub("", words.split(";")[0]).strip()
        if SHARE.fullmatch(bare) or CODE.fullmatch(bare):
            found[at] = bare
    return found


def formatted(value: str, words: str) -> str | None:
    """A stored number under one of `Formats`, as the program shows it; None for what is no number."""
    try:
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > LONGEST:
            return None
        if share := SHARE.fullmatch(words):
            step = Decimal(1).scaleb(-len(share[1] or ""))
            return f"{(number * 100).quantize(step, ROUND_HALF_UP):f}%"
        whole = int(number.quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation:
        return None
    return f"{'-' * (whole < 0)}{abs(whole):0{len(words)}d}"
