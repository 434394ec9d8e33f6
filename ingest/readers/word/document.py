"""Word files: the final text as Word shows it, numbers of lists printed, and beside it what the file holds unseen.

The XML is walked as it stands; legal structure is found later, from the text. Page breaks are no part of the text:
where pages end is only known to a program that lays them out.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from ingest.incoming import Incoming
from ingest.readers.ooxml import open_package
from ingest.readers.raw import RawText
from ingest.readers.word.body import Body
from ingest.readers.word.lines import Lines, Mark
from ingest.readers.word.names import Element, W
from ingest.readers.word.numbering import Numbering
from ingest.readers.word.paragraph import COMMENT, FIGURE, Found, words_of
from ingest.readers.word.parts import WordParts
from ingest.readers.word.styles import Styles
from ingest.readers.word.symbols import UNKNOWN
from kb.errors import UnreadableFile

FURNITURE, UNREFERENCED = "页眉页脚", "未引用的脚注"
NOTES_HEADING = "脚注"
PAGE_NUMBER = re.compile(r"[\s\d\-—–－~·.0-9０-９一二三四五六七八九十百第共页/]*")
SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


def read_docx(file: Incoming) -> RawText:
    """Read a Word file. Raises UnreadableFile: damaged, locked, over a limit, or no Word file."""
    with open_package(file) as package:
        try:
            return _read(file.name, package)
        except RecursionError as error:
            raise UnreadableFile(f"“{file.name}”的表格或文本框嵌套过深，未读取；请展开嵌套后再上传。") from error


def _read(name: str, package: zipfile.ZipFile) -> RawText:
    parts = WordParts(package)
    document = parts.document()
    body = None if document is None else document.find(W + "body")
    if document is None or body is None:
        raise UnreadableFile(f"“{name}”里找不到 Word 正文，可能已损坏；请用 Word 打开并另存后再上传。")
    styles = Styles(parts.one("styles"))
    found = Found(styles, parts, dict(_comments(parts)))
    out = Lines()
    # a page of its own colour shows white letters
    writer = Body(found, Numbering(parts.one("numbering"), styles), ground=document.find(W + "background") is not None)
    writer.write(body, out)
    noted = len(found.notes)
    _write_notes(parts, found, writer, out)
    out.marks += [Mark(COMMENT, words, 0) for key, words in found.comments.items() if key not in found.commented]
    out.marks += [Mark(FURNITURE, words, 0) for words in _furniture(parts, found, styles)]
    left_out, doubts = out.records()
    notes = tuple(_notes(package, parts, body, found, noted))
    return RawText(out.text(), "docx", notes=notes, left_out=left_out, doubts=doubts)


def _comments(parts: WordParts) -> Iterator[tuple[str, str]]:
    root = parts.one("comments")
    for comment in () if root is None else root.findall(W + "comment"):
        if words := words_of(comment):
            yield comment.get(W + "id") or "", words


def _write_notes(parts: WordParts, found: Found, writer: Body, out: Lines) -> None:
    """Footnotes and endnotes after the text, in the order of their marks; a note nobody points to is left out."""
    held: dict[tuple[str, str], Element] = {}
    for kind in ("footnote", "endnote"):
        root = parts.one(kind + "s")
        for note in () if root is None else root.findall(W + kind):
            if note.get(W + "type") not in SEPARATORS:
                held[(kind, note.get(W + "id") or "")] = note
    count = 0
    for key in list(dict.fromkeys(found.notes)):
        lines = Lines()
        if (note := held.pop(key, None)) is not None:
            writer.write(note, lines)
        if lines.lines:
            if not count:
                out.add(NOTES_HEADING)
            count += 1
            out.add_row(f"［注{count}］{lines.words()}", [lines])
    for note in held.values():
        if words := words_of(note):
            out.marks.append(Mark(UNREFERENCED, words, 0, line=len(out.lines)))


def _furniture(parts: WordParts, found: Found, styles: Styles) -> Iterator[str]:
    """Page headers and footers, each wording once; a bare page number is no wording."""
    seen: set[str] = set()
    for kind in ("header", "footer"):
        for root in parts.all(kind):
            lines = Lines()
            Body(Found(styles, parts, {}), Numbering(None, styles), ground=True).write(root, lines)
            words = " ".join(line for line in lines.lines if line != FIGURE and not PAGE_NUMBER.fullmatch(line))
            if words and words not in seen:
                seen.add(words)
                yield words


def _notes(package: zipfile.ZipFile, parts: WordParts, body: Element, found: Found, noted: int) -> Iterator[str]:
    """Sentences for the curator."""
    counts = (("插入", found.inserted), ("删除", found.deleted), ("移动", found.moved))
    if any(count for _, count in counts):
        told = "、".join(f"{what} {count} 处" for what, count in counts if count)
        yield f"带有未接受的修订（{told}），已按全部接受后的文字读取"
    if found.comments:
        yield f"有批注 {len(found.comments)} 条，未收入正文"
    if noted:
        yield f"有脚注或尾注 {noted} 条，已移到文末“{NOTES_HEADING}”之后"
    if found.foreign:
        yield f"有 {found.foreign} 个符号字体的字符无法识别，以{UNKNOWN}代替"
    if any(part.lower().endswith("vbaproject.bin") for part in package.namelist()):
        yield "文件带有宏，未运行也未读取"
    if any(True for _ in body.iter(W + "altChunk", W + "subDoc")):
        yield "文件里嵌入或链接了另一份文档，其内容未读取，请单独上传"
