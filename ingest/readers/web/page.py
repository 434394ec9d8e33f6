"""Saved web pages: decoded, parsed, the document found among menus and links, and shown as lines.

Every word of the page ends up either in the text or in the record of what was left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser

from ingest.incoming import Incoming
from ingest.readers.encoding import decode
from ingest.readers.raw import RawText
from ingest.readers.web.belongs import DATE, KEPT, belongs
from ingest.readers.web.facts import FACTS
from ingest.readers.web.furniture import DATA_FILE, LONGEST, ON, is_pager
from ingest.readers.web.hidden import Eyes
from ingest.readers.web.lines import Lines, Piece
from ingest.readers.web.main import find_main
from ingest.readers.web.title import find_title, meta, titled
from ingest.readers.web.tree import parse
from ingest.readers.web.weight import measure
from ingest.readers.web.zone import MOSTLY_LINKS
from kb.errors import UnreadableFile
from kb.model import Repair

CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([\w-]{2,20})", re.I)
XML_CHARSET = re.compile(rb"\A[\s\xef\xbb\xbf]{0,9}<\?xml[^>]{0,100}?encoding\s{0,3}=\s{0,3}[\"']([\w-]{2,20})", re.I)
HEAD = 8192
NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]")
NAMED = 3  # attachments named in a note
PAGES_BY_SCRIPT = re.compile(r"createPageHTML\(\s{0,3}[\"']?(\d{1,4})[\"']?\s{0,3},")
"""How a wide-spread publishing system draws the row of pages; its first argument is their count."""
BEGINNING, BOX = 300, 2000
"""Characters kept of what was left out: enough to see what it was, and of a box of facts all of it."""
FAINT = "疑似隐藏文字"
UNSEEN = ("隐藏文字", "删除线文字")


def read_html(file: Incoming) -> RawText:
    """The document on a saved page. Raises UnreadableFile for a page that only frames others."""
    head = file.data[:HEAD]
    declared = XML_CHARSET.match(head) or CHARSET.search(head)
    found = decode(file.data, file.name, declared[1].decode("ascii") if declared else None)
    raw = read_page(found.text, file.name)
    return raw._replace(encoding=found.encoding, notes=(*found.notes, *raw.notes))


def read_page(text: str, name: str) -> RawText:
    """The document on a page whose characters are known already, such as the body of a mail."""
    page = parse(text)
    body = page.body
    if body is None or page.css_first("frameset") is not None:
        raise _framed(page, name)
    weights = measure(body)
    main = find_main(page, body, weights)
    lines = Lines(body, main, weights, Eyes(page))
    lines.run()
    pieces = titled(list(_numbers_joined(lines.pieces)))
    title = find_title(page, pieces)
    fates = belongs(pieces, title, sure=main.sure)
    raw = _assembled(pieces, fates, _published(page))._replace(title=title)
    if not raw.text and (lines.frames or page.css_first("iframe, frame, object, embed") is not None):
        raise _framed(page, name)
    if not raw.text and pieces:
        raise UnreadableFile(f"“{name}”没有正文，只有导航或链接目录；请打开正文所在的页面，保存后再上传。")
    facts = "；".join(record.before.replace("\n", "；") for record in raw.left_out if record.step == FACTS)
    return raw._replace(
        notes=(
            *_notes(lines),
            *_paged(text, pieces),
            *_linked(pieces, fates),
            *((f"网页信息栏：{facts[:BEGINNING]}",) if facts else ()),
        )
    )


def _numbers_joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """A number in a box of its own beside its heading, as makers of articles for messengers draw it, begins it."""
    number: Piece | None = None
    for piece in pieces:
        if number is not None and piece.zone == "main" and piece.words[0] not in "|[" and not NUMBER.match(piece.words):
            piece = piece._replace(words=number.words + piece.words, faint=(*number.faint, *piece.faint))
            number = None
        if number is not None:
            yield number
            number = None
        if piece.zone == "main" and NUMBER.fullmatch(piece.words):
            number = piece
        else:
            yield piece
    if number is not None:
        yield number


def _assembled(pieces: Sequence[Piece], fates: Sequence[str], published: str) -> RawText:
    """The kept lines as a text, and the others as records that say where in it they would stand."""
    kept: list[str] = []
    left: list[Repair] = []
    doubts: list[Repair] = []
    position, joins = 0, False
    for piece, fate in zip(pieces, fates, strict=True):
        if fate == KEPT:
            doubts += [
                Repair(step=FAINT, before=words, after=words, at=position, certain=False) for words in piece.faint
            ]
            kept.append(piece.words)
            position += len(piece.words) + 1
        elif joins and left[-1].step == fate and fate != DATE and left[-1].at == position:
            most = BOX if fate == FACTS else BEGINNING
            if len(left[-1].before) < most:
                left[-1] = left[-1].model_copy(update={"before": f"{left[-1].before}\n{piece.words}"[:most]})
        else:
            left.append(
                Repair(step=fate, before=piece.words[:BEGINNING], after="", at=position, certain=fate not in UNSEEN)
            )
        joins = fate != KEPT
    text = "\n".join(kept)
    if published and not any(record.step == DATE and ON.search(record.before) for record in left):
        left.insert(0, Repair(step=DATE, before=published, after="", at=0))
    left = [record.model_copy(update={"at": min(record.at, len(text))}) for record in left]
    return RawText(text, "html", left_out=tuple(left), doubts=tuple(doubts))


def _published(page: LexborHTMLParser) -> str:
    """The day the page records of its own publication, as a line, or ''."""
    words = meta(page, "PubDate", "firstpublishedtime", "publishdate", "article:published_time")
    if not words and (shown := page.css_first("#publish_time")) is not None:
        words = shown.text()[:LONGEST]
    on = ON.search(words)
    return f"日期：{on[0]}" if on else ""


def _notes(lines: Lines) -> tuple[str, ...]:
    notes = []
    if lines.frames:
        notes.append(f"网页正文里嵌有 {lines.frames} 个框架或附件，其中的文字没有读入，请另行下载后上传")
    if lines.shortened:
        notes.append("表格的合并单元格过多，超出部分没有重复填写")
    return tuple(notes)


def _paged(text: str, pieces: Sequence[Piece]) -> tuple[str, ...]:
    """A site may cut a long text into pages, of which a saved file is one; its own words or its script say so."""
    drawn = any(int(match[1]) > 1 for match in PAGES_BY_SCRIPT.finditer(text))
    if not drawn and not any(_turns(piece) for piece in pieces):
        return ()
    return ("这篇文章在网站上分成几页，这里只有保存下来的一页；请把其余各页分别保存后上传",)


def _linked(pieces: Sequence[Piece], fates: Sequence[str]) -> tuple[str, ...]:
    """The rule itself is often a file that its notice links to."""
    names = [
        piece.words.strip("| ")[:60]
        for piece, fate in zip(pieces, fates, strict=True)
        if fate == KEPT and (piece.files or (piece.linked > MOSTLY_LINKS and DATA_FILE.search(piece.words)))
    ]
    if not names:
        return ()
    more = "等" if len(names) > NAMED else ""
    return (f"网页链接的附件没有随网页读入，请下载后另行上传：{'；'.join(names[:NAMED])}{more}",)


def _turns(piece: Piece) -> bool:
    """A row that leads to other pages; 第1页 共3页 alone may be printed in the foot of a document."""
    return piece.zone in ("main", "near") and is_pager(piece.words) and ("上" in piece.words or "下" in piece.words)


def _framed(page: LexborHTMLParser, name: str) -> UnreadableFile:
    sources = [node.attributes.get("src") or "" for node in page.css("frame, iframe, object, embed")]
    inside = "、".join(source[:80] for source in sources if source)[:200]
    where = f"（{inside}）" if inside else ""
    return UnreadableFile(f"“{name}”只是一个框架页，正文在另外的页面里{where}；请打开正文所在的页面，保存后再上传。")
