"""Words of a page that a reader does not see: by attribute, by style, or by a rule of the page's own style sheet.

Such words are where instructions to a machine are hidden. They are kept out of the text and shown to the curator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from selectolax.lexbor import LexborHTMLParser

from ingest.readers.web.tree import Node, attributes

Sight = Literal["shown", "doubtful", "hidden"]
RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
MEDIA = re.compile(r"@(?:media|supports)[^{};]{0,300}\{")
REMARK = re.compile(r"/\*.*?\*/", re.S)
SIMPLE = re.compile(r"[\w-]{0,40}[.#][\w-]{1,80}")
GONE = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}(?:hidden|collapse)"
    r"|(?<![\w-])opacity\s{0,3}:\s{0,3}0(?:\.0{1,4})?(?![\d.])"
    r"|font-size\s{0,3}:\s{0,3}(?:0(?:\.\d{1,4})?|1(?:\.\d{1,4})?(?:px|pt))(?![\d.%e]|r?em)"
    r"|text-indent\s{0,3}:\s{0,3}-\d{4,6}|(?<![\w-])(?:left|top)\s{0,3}:\s{0,3}-\d{4,6}",
    re.I,
)
WHITE = re.compile(
    r"(?<![\w-])color\s{0,3}:\s{0,3}(?:white|#fff(?:fff)?(?![0-9a-f])"
    r"|rgba?\(\s{0,3}255\s{0,3},\s{0,3}255\s{0,3},\s{0,3}255)",
    re.I,
)
GROUND = re.compile(r"background(?:-color|-image)?\s{0,3}:(?!\s{0,3}(?:none|white|#fff|transparent|inherit))", re.I)
CELLS = ("td", "th")
LEVELS = 12  # how far up a ground colour is looked for


class Eyes:
    """Sees a page as a reader does, once its style sheets are read."""

    def __init__(self, page: LexborHTMLParser) -> None:
        self._hiding: set[str] = set()
        for sheet in page.css("style"):
            self._read(sheet.text())

    def sight(self, node: Node, given: Mapping[str, str]) -> Sight:
        """Whether the words of an element are seen; white ones in a table may stand on a colour of the page."""
        style = given.get("style", "")
        if "hidden" in given or given.get("aria-hidden", "").strip() == "true" or (style and GONE.search(style)):
            return "hidden"
        if self._hiding and self._hidden_by_rule(node, given):
            return "hidden"
        if (style and WHITE.search(style)) or given.get("color", "").lower() in ("#ffffff", "#fff", "white"):
            return self._white(node)
        return "shown"

    def _read(self, sheet: str) -> None:
        # rules for print or small screens say nothing of what a reader sees
        for selectors, declarations in RULE.findall(_without_media(REMARK.sub("", sheet))):
            if GONE.search(declarations):
                self._hiding.update(name for part in selectors.split(",") if SIMPLE.fullmatch(name := part.strip()))

    def _hidden_by_rule(self, node: Node, given: Mapping[str, str]) -> bool:
        names = ["." + name for name in given.get("class", "").split()]
        if given.get("id"):
            names.append("#" + given["id"])
        return any(name in self._hiding or f"{node.tag}{name}" in self._hiding for name in names)

    def _white(self, node: Node) -> Sight:
        above: Node | None = node
        for _ in range(LEVELS):
            if above is None or above.tag == "html":
                break
            given = attributes(above)
            if GROUND.search(given.get("style", "")) or given.keys() & {"bgcolor", "background"}:
                return "shown"
            if above.tag in CELLS:
                return "doubtful"
            above = above.parent
        return "hidden"


def _without_media(sheet: str) -> str:
    parts, position = [], 0
    while match := MEDIA.search(sheet, position):
        parts.append(sheet[position : match.start()])
        depth, position = 1, match.end()
        while depth and position < len(sheet):
            depth += {"{": 1, "}": -1}.get(sheet[position], 0)
            position += 1
    return "".join([*parts, sheet[position:]])
