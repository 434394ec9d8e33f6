"""Lines, words and pictures of a page as a browser shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.readers.raw import BLANK

_BREAKING = """
p div section article main header footer aside nav h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption tbody thead
tfoot tr td th blockquote pre center hr figure figcaption address form fieldset legend details summary body dir
menu frameset noframes
"""
BREAKING = frozenset(_BREAKING.split())
PLAIN = frozenset(("span", "b", "strong", "font", "i", "em", "u", "small", "sub", "code", "o:p"))
"""Without attributes these change neither lines nor what is seen."""
DISPLAY = re.compile(r"display\s{0,3}:\s{0,3}([a-z-]{1,20})", re.I)
RAISED = re.compile(r"vertical-align\s{0,3}:\s{0,3}super", re.I)
EDGES = BLANK + "\u2002\u2003\u2009"
"""Blanks that stand before and behind a line; editors indent paragraphs with em spaces."""
HALF = re.compile(r"(?<![\w-])(?:min-)?width\s{0,3}:\s{0,3}(?:[5-9]\d|100)(?:\.\d{1,4})?(?:%|vw)", re.I)
COLLAPSIBLE = re.compile(r"[ \t\r\n\f]+")
WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60“”‘’—…]")
PIXELS = re.compile(r"(?:^|;)\s{0,3}(?:width|height)\s{0,3}:\s{0,3}(\d{1,5})(?:\.\d{1,4})?px", re.I)
ICON = re.compile(r"/icon|icon_|_icon|/ico/|filetype|spacer|blank\.|/btn|loading|^data:image/gif", re.I)
SMALLEST = 32  # pixels; below it a picture is an icon or a bullet


def squeezed(words: str) -> str:
    """White space as a browser shows it: runs are one space; a line break between two Chinese characters is none."""
    out, position = [], 0
    for run in COLLAPSIBLE.finditer(words):
        start, end = run.span()
        if start and end < len(words) and "\n" in run[0] and WIDE.match(words[start - 1]) and WIDE.match(words[end]):
            out.append(words[position:start])
        else:
            out += [words[position:start], " "]
        position = end
    return "".join([*out, words[position:]])


def picture(given: Mapping[str, str]) -> str | None:
    """`[image: alt]` for a picture of real size, None for an icon or a bullet."""
    sizes = [int(size) for size in PIXELS.findall(given.get("style", ""))]
    stated = [given.get(side, "").removesuffix("px") for side in ("width", "height")]
    sizes += [int(size) for size in stated if size.isascii() and size.isdigit() and len(size) < 6]
    if any(size <= SMALLEST for size in sizes) or (not sizes and ICON.search(given.get("src", "")[:300])):
        return None
    alt = " ".join(given.get("alt", "").replace("[", "（").replace("]", "）").split())[:100]
    return f"[image: {alt}]"


def is_raised(tag: str, given: Mapping[str, str]) -> bool:
    """Whether words stand above the line: 10 with a raised 6 is no 106."""
    return tag == "sup" or bool(RAISED.search(given.get("style", "")))


def breaks_line(tag: str, given: Mapping[str, str]) -> bool:
    """Whether an element begins and ends a line of its own."""
    if (style := given.get("style", "")) and (shown := DISPLAY.search(style)):
        kind = shown[1].lower()
        if kind.startswith("inline") and tag in ("div", "section", "p"):
            return bool(HALF.search(style))  # two of them have no room on one line, or stand as two columns
        if kind in ("block", "flex", "grid", "list-item", "table"):
            return True
    return tag in BREAKING
