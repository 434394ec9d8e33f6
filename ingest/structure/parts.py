"""The parts of a text that are not its body: contents, signature, attachments and their list, footnotes.

An attachment is opened by a line of its own: 附件, 附件1-2, 附录A, 附表, 附：. A line 附件：… above the signature only
lists what is attached, and stays with the text it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.structure.marks import CONTENTS, DATE_LINE, Line
from ingest.structure.tree import Node
from kb.model import Rung

LEADERS = ".…·0123456789 \t\u3000\xa0"
LONGEST_CONTENTS = 400  # lines
LONGEST_ENTRY = 100  # characters of a line of contents, or of the name of an attachment
SIGNATURE = 30  # characters of a signature line
TITLE = 50  # characters of a title that stands on the line after 附件
SIGNER = re.compile(r"^[\u4e00-\u9fa5]{2,30}(?:[局委部院厅会]|政府|中心)\s+")
"""A body printed before the date on one line."""
SENDING = re.compile(
    r"[（(][^（）()]{2,30}[）)]|(?:抄送|分送|主送|联系人)[:：].{0,200}"
    r"|[\u4e00-\u9fa5（）]{2,30}\s*\d{4}年\d{1,2}月\d{1,2}日\s*印发"
)
"""Below a signature: （此件公开发布）, 抄送：…, …办公室 2024年1月5日印发."""
STANDING = re.compile(r"[（(](?:资料性|规范性)(?:附录)?[）)]")
"""Between 附录A of a standard and its title."""
FOOTNOTES = "脚注"
NOTE = re.compile(r"[［\[]注\s?(\d{1,4})[］\]]")
FILE_NAME = re.compile(r"\.(?:docx?|xlsx?|pdf|zip|rar|wps)$", re.I)
NAMES_ATTACHED = re.compile(r"附\s?件?\s?[:：]")
CLOSING = 6  # lines
SENTENCE_END = ("。", "；", ";", "：", ":", "，", ",", "、", "！", "？")


def parts(lines: Sequence[Line]) -> list[list[Line]]:
    """The main text, each attachment, the footnotes. An attachment mark above the title is an orphan, not a part."""
    found: list[list[Line]] = []
    begun = False
    for position, line in enumerate(lines):
        opens = line.mark is not None and line.mark.style == "附件" and begun and not _is_list(lines, position)
        if not found or opens or (line.text == FOOTNOTES and is_footnotes(lines[position : position + 2])):
            found.append([])
        found[-1].append(line)
        begun = begun or position >= 2 or line.text.endswith("。") or len(line.text) > TITLE
    return found


def open_attachment(root: Node, lines: Sequence[Line]) -> tuple[Node, Sequence[Line]]:
    """Add an attachment; return it with the lines of its body. Its title may stand on the line below its mark."""
    line, rest = lines[0], lines[1:]
    mark = line.mark
    assert mark is not None
    title = line.text[mark.body :].strip()
    if not title and rest and STANDING.fullmatch(rest[0].text):
        rest = rest[1:]
    if not title and rest and _is_title(rest[0]):
        title, rest = rest[0].text, rest[1:]
    node = Node(
        Rung.ATTACHMENT, mark.segment, line.start, line.start + mark.body, number=mark.segment, heading=title or None,
        printed=f"{mark.segment} {title}".strip(),
    )  # fmt: skip
    return root.add(node), rest


def is_footnotes(lines: Sequence[Line]) -> bool:
    return len(lines) > 1 and lines[0].text == FOOTNOTES and NOTE.match(lines[1].text) is not None


def add_footnotes(root: Node, lines: Sequence[Line]) -> None:
    """A part of its own, so that a note never reads as the end of the last article; one TEXT for each note."""
    node = root.add(Node(Rung.ATTACHMENT, FOOTNOTES, lines[0].start, lines[0].start, heading=FOOTNOTES))
    node.printed = FOOTNOTES
    for line in lines[1:]:
        if match := NOTE.match(line.text):
            name = f"注{int(match[1])}"
            node.add(Node(Rung.TEXT, name, line.start, line.start + match.end(), number=match[0]))


def split_contents(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line], Sequence[Line]]:
    """A list of contents: from 目录, or a first run of chapter lines, to where its first entry comes again.

    Nothing numbered stands before it: a chapter opened there would reach around it.
    """
    for start, line in enumerate(lines[:40]):
        if start and (mark := lines[start - 1].mark) is not None and mark.style not in ("附件", "表题"):
            break
        titled = CONTENTS.fullmatch(line.text) is not None
        first = start + 1 if titled else start
        if first >= len(lines) or not (titled or (line.mark and line.mark.style in ("编", "章"))):
            continue
        entry = _entry(lines[first].text)
        for again in range(first + 1, min(first + LONGEST_CONTENTS, len(lines))):
            mark = lines[again].mark
            if mark and mark.style == "条":
                break
            if entry and _entry(lines[again].text) == entry:
                return lines[:start], lines[start:again], lines[again:]
        if not titled:
            break
    return lines, (), ()


def split_closing(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line], Sequence[Line]]:
    """Split off what closes a text, in either order: the list of what is attached, and the signature."""
    body, signature = _split_signature(lines)
    first = next((at for at in range(len(body) - 1, 0, -1) if _names_attached(body[at])), len(body))
    after = first + 1
    while after < len(body) and _is_listed(body[after]):
        after += 1
    if after < len(body):  # words follow the list: only a signature may
        rest = body[after:]
        if signature or len(rest) > CLOSING or not any(_is_date(line) for line in rest):
            return body, (), signature
        return body[:first], body[first:after], rest
    listed = body[first:]
    if listed and not signature:
        body, signature = _split_signature(body[:first])
    return body[:first], listed, signature


def _split_signature(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """A date alone on the last line, with the short lines of issuers above it and the record of its sending below."""
    last = len(lines) - 1
    while last > len(lines) - 4 and last > 0 and SENDING.fullmatch(lines[last].text):
        last -= 1
    if last < 3 or not _is_date(lines[last]):
        return lines, ()
    first = last
    while first > last - 3 and _may_sign(lines[first - 1]):
        first -= 1
    return lines[:first], lines[first:]


def _is_list(lines: Sequence[Line], position: int) -> bool:
    """Whether an attachment line only names what is attached: a signature, the end or the attachments follow it."""
    if not _names_attached(lines[position]):
        return False
    after = position + 1
    while after < len(lines) and _is_listed(lines[after]):
        after += 1
    if after == position + 1 and lines[position].text[-1] in "：:":
        return False
    if after == len(lines):
        return True
    mark = lines[after].mark
    if mark is not None:
        return mark.style == "附件"
    closing = lines[after : after + CLOSING]
    return any(_is_date(line) for line in closing) and _may_sign(closing[0])


def _names_attached(line: Line) -> bool:
    return line.mark is not None and line.mark.style == "附件" and NAMES_ATTACHED.match(line.text) is not None


def _is_listed(line: Line) -> bool:
    if len(line.text) > LONGEST_ENTRY or line.text.endswith(SENTENCE_END) or _names_attached(line):
        return False
    return FILE_NAME.search(line.text) is not None or (line.mark is not None and line.mark.style in ("1.", "（1）"))


def _is_title(line: Line) -> bool:
    plain = line.mark is None or line.mark.style == "表题"
    return plain and len(line.text) <= TITLE and not line.text.endswith(SENTENCE_END)


def _is_date(line: Line) -> bool:
    words = SIGNER.sub("", line.text) if len(line.text) <= 2 * SIGNATURE else ""
    return DATE_LINE.fullmatch(re.sub(r"\s", "", words)) is not None


def _may_sign(line: Line) -> bool:
    return line.mark is None and len(line.text) <= SIGNATURE and not line.text.endswith(("。", "；", "：", ":"))


def _entry(text: str) -> str:
    """A line of contents without dot leaders, page number and spaces, to be compared with its heading."""
    return "" if len(text) > LONGEST_ENTRY else re.sub(r"\s", "", text.rstrip(LEADERS))
