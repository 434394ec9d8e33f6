"""The words of a language model as plain text: no markup, nothing invisible, and never a link."""

from __future__ import annotations

import re
import unicodedata

_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u061c\u17b4\u17b5")
"""Characters that are letters or signs by their category and yet show nothing."""
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])?")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])")
_TAG = re.compile(r"<!--[^\n]{0,2000}?-->|</?[A-Za-z][^<>\n]{0,1000}>|<https?:[^<>\s]{0,2000}>", re.I)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}:\s{0,3}//|\b(?:javascript|data|vbscript|mailto|file|tel)\s{0,3}:|\bwww\s{0,3}\."
    r"|[a-z0-9_.+-]{1,60}@[a-z0-9-]{1,60}\.[a-z]"
    r"|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,4}\.(?:com|net|org|cn|io|top|xyz|info|cc|gov|edu|app|dev|me|co|ru|test"
    r"|example|invalid|local|site|online|shop|vip|link)(?![a-z0-9])"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b|&#x?\d|&[a-z]{2,8};|%[0-9a-f]{2}%[0-9a-f]{2}|\]\s?\(",
    re.I,
)
_BULLET = re.compile(
    r"\s*(?:[-*+•·●○◦▪–—]\s+|[-•●▪](?=[^\s\d-])|\d{1,2}\s?[.．、)）]\s*(?!\d)|[（(]\s?[\d一二三四五六七八九十]{1,3}\s?[）)]\s*"
    r"|[①-⑳⑴-⒇⒈-⒛]\s*)"
)
_HEADING = re.compile(r"\s*#{1,6}\s*")
_QUOTED = re.compile(r"\s*>+\s?")
_RULE = re.compile(
    r"\s*(?:[-*_=]\s?){3,}\s*|\s*\|?(?:\s?:?-{2,}:?\s?\|){1,50}\s?(?::?-{2,}:?)?\s*|\s*(?:```|~~~)[\w-]{0,30}\s*"
)
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)[^*_\n]{1,60}(?:\*\*|__)\s*[：:]?\s*")
_MARKS = re.compile(r"\*{1,3}|_{2,3}|~~|`+|\\(?=[*_`#\[\]()])")
_AFFIRMED = re.compile(r"\s*(?:是的|对的|不是的|没错|当然|好的|否|对|不)[，,。！!]\s*")


def visible(text: str) -> str:
    """The text without characters that are not seen: zero width, direction, tags, variation selectors, private use."""
    unseen = {one for one in set(text) if not _seen(one)}
    return "".join(one for one in text if one not in unseen) if unseen else text


def has_address(text: str) -> bool:
    """Whether any of it could be taken for a link or an address to write to."""
    return _ADDRESS.search(unicodedata.normalize("NFKC", text)) is not None


def plain(line: str) -> tuple[str, str]:
    """One line or sentence of Markdown or HTML as plain text, and what it is: "list", "heading" or ""."""
    kind = ""
    if _RULE.fullmatch(line):
        return "", ""
    line = _QUOTED.sub("", line, count=1) if line.lstrip().startswith(">") else line
    if heading := _HEADING.match(line) if line.lstrip().startswith("#") else None:
        kind, line = "heading", line[heading.end() :]
    elif _BOLD_LINE.fullmatch(line):
        kind = "heading"
    elif bullet := _BULLET.match(line):
        kind, line = "list", line[bullet.end() :]
    line = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", line)))
    if line.count("|") >= 2 or line.lstrip().startswith("|"):
        line = "，".join(cell.strip() for cell in line.split("|") if cell.strip())
    line = _MARKS.sub("", line)
    line = _AFFIRMED.sub("", line, count=1) if _AFFIRMED.match(line) else line
    return " ".join(line.split()), kind


def _seen(one: str) -> bool:
    if one in "\n\t":
        return True
    category = unicodedata.category(one)
    if category[0] == "C" or category in ("Zl", "Zp") or one in _FILLERS:
        return False
    return not ("\ufe00" <= one <= "\ufe0f" or "\U000e0000" <= one <= "\U000e0fff")
