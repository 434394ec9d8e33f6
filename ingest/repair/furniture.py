"""What is in a file but not of the document: invisible characters, word-processor marks, page numbers, odd spaces."""

from __future__ import annotations

import re

from ingest.readers.raw import BLANK, LINE_BREAK
from ingest.repair.edit import Edit, apart, drop, flag

INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]+"
)
"""Control, zero-width, direction and tag characters. Variants of a Chinese character (U+E0100 on) and private ones
stay: they may be all that a rare name has."""

BLANK_RUN = re.compile(rf"(?:{LINE_BREAK}|[{BLANK}])+")
LINE_END = re.compile(LINE_BREAK)

SPACE = r"[^\S\n]{1,4}"
ARTEFACT = re.compile(
    r"^(?:\[bookmark:[^\]\n]{0,200}\]){1,50}\n|(?:\[bookmark:[^\]\n]{0,200}\])+"
    rf'|\bHYPERLINK{SPACE}(?:\\l{SPACE})?"[^"\n]{{0,300}}"(?:{SPACE}\\[a-z](?:{SPACE}"[^"\n]{{0,200}}")?){{0,3}}'
    rf"|\bPAGEREF{SPACE}_Toc\d{{1,12}}(?:{SPACE}\\[a-z]){{0,3}}"
    rf'|\bTOC(?:{SPACE}\\[a-z](?:{SPACE}"[^"\n]{{0,40}}")?){{1,6}}'
    rf"|\bSEQ{SPACE}\S{{1,12}}{SPACE}\\\*{SPACE}ARABIC|\\\*{SPACE}MERGEFORMAT",
    re.M,
)
"""Bookmark names, with the line when nothing else stands on it, and field codes that were saved as text."""
ARTEFACT_SIGNS = ("[bookmark:", "HYPERLINK", "PAGEREF", "TOC", "SEQ", "MERGEFORMAT", "错误", "Error!")
"""One of these stands in every artefact; to look for them first is ten times as fast."""
LOST_REFERENCE = re.compile(
    r"错误[!！] ?未(?:找到引用源|定义书签)[。.]?|Error! (?:Reference source|Bookmark) not (?:found|defined)\."
)
IMAGE = re.compile(r"\[image:[^\]\n]{0,300}\]")
MISSING = "［缺图］"

PAGE_NUMBER = re.compile(
    r"^[^\S\n]*(?:[-—–]{1,2}[^\S\n]*\d{1,4}[^\S\n]*[-—–]{1,2}"
    r"|第[^\S\n]?\d{1,4}[^\S\n]?页(?:[^\S\n]?[，,/]?[^\S\n]?共[^\S\n]?\d{1,4}[^\S\n]?页)?)[^\S\n]*(?:\n|\Z)",
    re.M,
)
HEADING = re.compile(r"^(第[〇零一二三四五六七八九十百\d]{1,6}(?:分编|[编章节]))([^\S\n]*)([^\n，。；、]{1,40})$", re.M)
CONTENTS = re.compile(r"^目[^\S\n]+录$", re.M)
INNER_SPACE = re.compile(r"(?<=[\u3400-\u9fff])[^\S\n]+(?=[\u3400-\u9fff])")


def invisible(text: str) -> list[Edit]:
    return drop(INVISIBLE, text)


def layout(text: str) -> list[Edit]:
    """Line ends unified, blank edges of lines and blank lines dropped: one paragraph to a line."""
    edits = []
    for match in BLANK_RUN.finditer(text):
        inner = match.start() > 0 and match.end() < len(text)
        after = "\n" if inner and LINE_END.search(match[0]) else "" if not inner else match[0]
        if after != match[0]:
            edits.append(Edit(match.start(), match.end(), after))
    return edits


def artefacts(text: str) -> list[Edit]:
    """Marks go; a reference that the word processor itself had lost is flagged."""
    if not any(sign in text for sign in ARTEFACT_SIGNS):
        return []
    return apart(drop(ARTEFACT, text) + flag(LOST_REFERENCE, text))


def images(text: str) -> list[Edit]:
    """A figure that is not here: said in its place, so that nobody takes the text for complete."""
    return [Edit(match.start(), match.end(), MISSING, certain=False) for match in IMAGE.finditer(text)]


def page_numbers(text: str) -> list[Edit]:
    return drop(PAGE_NUMBER, text)


def heading_spaces(text: str) -> list[Edit]:
    """第一章　总　　则 → 第一章 总则: spaces that only set the type."""
    edits = []
    for match in HEADING.finditer(text):
        title = INNER_SPACE.sub("", match[3].strip())
        # without a space after the number this may be a sentence ("第三章规定的…"), not a heading
        if match[2] and title and (clean := f"{match[1]} {title}") != match[0]:
            edits.append(Edit(match.start(), match.end(), clean))
    return apart(edits + [Edit(match.start(), match.end(), "目录") for match in CONTENTS.finditer(text)])
