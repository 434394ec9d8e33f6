"""The title of a page, as the page itself shows it, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from ingest.readers.web.furniture import is_furniture
from ingest.readers.web.lines import Piece

SEPARATOR = re.compile(
    r"\s{0,3}[_|｜]{1,2}\s{0,3}|\s{1,3}[-—–]{1,2}\s{1,3}|(?<=[\u3400-\u9fff）》])(?:-{1,2}|—{1,2}|–)(?=[\u3400-\u9fff])"
)
SITE = re.compile(
    r".{0,40}(?:局|网|网站|中心|政府|委员会|门户|官网|协会|研究院|公众号|平台|部|厅|院|频道|栏目|专栏|首页|新闻|动态|公告|通知公告|公司|法规|政策|文件|法律|公开|资讯|要闻|解读)"
)
CHANNEL = re.compile(r"(?<=[\u3400-\u9fff）》])_[\u3400-\u9fff]{2,8}(_[\u3400-\u9fff]{2,20}网)$")
"""The channel between title and site that the portal of the government prints: _其他_中国政府网."""
TITLE_LIKE = re.compile(
    r"[^。；：:>]{2,110}(?:法|条例|办法|规定|规则|规范|细则|决定|指南|指引|措施|原则|通知|公告|通告|意见|标准|目录|程序|要求|要点|制度"
    r"|方案|规划|批复|函|解读|计划|问答)(?:[（(][^（）()]{1,30}[）)]){0,3}"
)
BEGUN = re.compile(r"[^。；：:>]{0,60}(?:关于|印发|发布)[^。；：:>]{0,60}")
"""The first line of a title that is broken over two."""
BODY = re.compile(r".{2,40}(?:局|委员会|网|网站|中心|政府|门户|部|院|厅)")
SHORTEST, LEAST, LONGEST = 4, 6, 120
SURELY = 8  # characters of a title without 关于; a channel has fewer
ABOVE = 8  # lines above the document in which its title stands


def titled(pieces: Sequence[Piece]) -> list[Piece]:
    """The lines with the title above the document marked as a heading, where the page draws it by style alone."""
    marked = list(pieces)
    first = next((at for at, piece in enumerate(marked) if piece.zone == "main"), 0)
    above = range(first - 1, max(-1, first - 1 - ABOVE), -1)
    if any(
        marked[at].heading and len(marked[at].words) >= LEAST and not BODY.fullmatch(marked[at].words) for at in above
    ):
        return marked
    for at in above:
        words = marked[at].words
        if _stands_above(marked[at], TITLE_LIKE) and (len(words) >= SURELY or BEGUN.fullmatch(words)):
            marked[at] = marked[at]._replace(heading=2)
            if at and _stands_above(marked[at - 1], BEGUN):
                marked[at - 1 : at + 1] = (part._replace(heading=1) for part in marked[at - 1 : at + 1])
            break
    return marked


def _stands_above(piece: Piece, pattern: re.Pattern[str]) -> bool:
    words = piece.words
    return (
        piece.zone == "near"
        and not piece.linked
        and len(words) <= LONGEST
        and not is_furniture(words)
        and pattern.fullmatch(words) is not None
    )


def find_title(page: LexborHTMLParser, pieces: Sequence[Piece]) -> str | None:
    """The heading that the page's own record or head confirms, else the record, the only heading, the head."""
    recorded = [words for name in ("ArticleTitle", "og:title") if (words := _without_site(_meta(page, name), page))]
    head = page.css_first("head > title") or page.css_first("title")
    named = _clean(head.text()) if head is not None else ""
    headings = _headings(pieces)
    headings = [heading for heading in headings if not BODY.fullmatch(heading)] or headings
    for heading in headings:
        if any(_same(heading, words) for words in (*recorded, named)):
            return heading
    if recorded:
        return recorded[0]
    if len(headings) == 1 and any(piece.heading == 1 and piece.words in headings[0] for piece in pieces):
        return headings[0]
    likely = [heading for heading in headings if len(heading) >= LEAST and TITLE_LIKE.fullmatch(heading)]
    if len(likely) == 1 and not (len(named) >= LEAST and TITLE_LIKE.fullmatch(named)):
        return likely[0]
    return _without_site(named, page) or None


def meta(page: LexborHTMLParser, *names: str) -> str:
    """The first of these records that the page carries, or ''."""
    return next((words for name in names if (words := _meta(page, name))), "")


def _meta(page: LexborHTMLParser, name: str) -> str:
    for node in page.css("meta"):
        given = node.attributes
        if (given.get("name") or given.get("property") or "").lower() == name.lower():
            return _clean(given.get("content") or "")
    return ""


def _headings(pieces: Sequence[Piece]) -> list[str]:
    """Headings outside menus, those broken over two lines as one."""
    found: list[str] = []
    last = 0
    for piece in pieces:
        if piece.heading and piece.heading <= 3 and piece.zone in ("main", "near", "far"):
            if piece.heading == last and piece.heading == 1 and found:
                found[-1] += piece.words
            else:
                found.append(piece.words)
            last = piece.heading
        else:
            last = 0
    return [words for words in found if SHORTEST <= len(words) <= 200]


def _same(heading: str, words: str) -> bool:
    one, other = "".join(heading.split()), "".join(words.split())
    return (len(one) >= SHORTEST and other.startswith(one)) or (len(other) >= 8 and one.startswith(other))


def _without_site(words: str, page: LexborHTMLParser) -> str:
    site = _meta(page, "SiteName")
    words = CHANNEL.sub(r"\1", words)
    parts = [part for part in SEPARATOR.split(words) if part]
    while len(parts) > 1 and ((site and site in parts[-1]) or (len(parts[-1]) <= 20 and SITE.fullmatch(parts[-1]))):
        cut = words.rfind(parts.pop())
        kept = SEPARATOR.sub("", words[:cut][-8:])
        words = words[: max(0, cut - 8)] + kept if words[:cut].count("《") == words[:cut].count("》") else words
    return words.strip(" _-|｜—–")


def _clean(words: str) -> str:
    return " ".join(words.split())[:300]
