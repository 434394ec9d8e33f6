"""The quoted words of an amendment, blanked: what stands in quotation marks is the new or the old text of another
instrument, and its own 第X条 and 修改为 are no instructions.

Each paragraph of a long quote opens with its own mark and only the last one closes; copies use “ ” or plain " marks.
"""

from __future__ import annotations

import re

from ingest.structure.marks import mark_of

QUOTE = re.compile(r'["“”]')
BLANK = "□"
OWN_LINE = re.compile(r"本(?:决定|办法|公告|通知|修正案)自|附件")
"""Such a line is never part of a quote, whatever marks were lost before it."""


def without_new_words(text: str) -> str:
    """The text with every quoted character but line breaks and quotation marks blanked; offsets stay."""
    out, depth, last = [], 0, 0
    for line in text.split("\n"):
        bare = line.strip()
        mark = mark_of(bare) if bare else None
        numbered = mark is not None and mark.style == "一、"
        if depth and bare and (OWN_LINE.match(bare) or (numbered and mark is not None and mark.value == last + 1)):
            depth = 0
        if not depth and numbered and mark is not None:
            last = mark.value
        blanked, depth = _blanked(line, depth)
        out.append(blanked)
    return "\n".join(out)


def _blanked(line: str, depth: int) -> tuple[str, int]:
    out, position, opening = [], 0, len(line) - len(line.lstrip())
    for match in QUOTE.finditer(line):
        words = line[position : match.start()]
        out += [BLANK * len(words) if depth else words, match[0]]
        again = depth and match.start() == opening
        position = match.end()
        if match[0] == '"':
            depth = 1 if again or not depth else 0
        elif match[0] == "“":
            depth = depth if again else depth + 1
        else:
            depth = max(0, depth - 1)
    rest = line[position:]
    return "".join([*out, BLANK * len(rest) if depth else rest]), depth
