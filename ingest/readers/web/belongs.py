"""Which lines of a page are the document's. Doubt keeps a line: a lost 附件 or date is worse than a button too many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from ingest.document_number import BRACKETED, NOTICE
from ingest.readers.web.facts import FACTS, box_in
from ingest.readers.web.furniture import PLAIN_DATE, RELATED, date_line, is_furniture
from ingest.readers.web.lines import Piece
from ingest.readers.web.zone import ASIDE, MOSTLY_LINKS

KEPT, SITE, DATE = "", "网页导航", "网页页眉页脚"
"""What becomes of a line: it is text, or it is left out under this step."""
STEP_OF = {"site": SITE, "far": SITE, "hidden": "隐藏文字", "deleted": "删除线文字", "reading": "注音"}
ATTACHED = re.compile(
    r"附\s{0,4}(?:件|表|录)\s{0,4}[\d一二三四五六七八九十]{0,3}\s{0,4}(?:[:：.、]|$)|\d{1,2}[.、].{2,80}\.(?:docx?|pdf|xlsx?|zip|rar|wps)$"
)
SIGNED = re.compile(
    r".{2,40}(?:局|委员会|部|院|厅|办公室|中心|政府|总署|协会|委|办|会)|[\d〇○零一二三四五六七八九]{4}\s?年.{1,4}月.{1,4}日|（?此件.{2,10}）?"
)
SENTENCE = re.compile(r".{20,}[。；：.;:]", re.S)
HEAD, TAIL = 8, 15
"""Lines at the beginning and end of a document among which buttons and read counts are looked for."""
BOX = 30  # lines of a document among which a box of facts ends
MENU = 3  # lines of links in a row that make a menu


def belongs(pieces: Sequence[Piece], title: str | None, *, sure: bool) -> list[str]:
    """For each line KEPT, or the step under which it is left out."""
    fates = [KEPT if piece.zone == "main" else STEP_OF.get(piece.zone, SITE) for piece in pieces]
    inside = [at for at, fate in enumerate(fates) if fate == KEPT]
    if not inside:
        return _all_sentences(pieces, fates)
    first, last = inside[0], inside[-1]
    for at, piece in enumerate(pieces):
        if piece.zone in ("near", "far") and not is_furniture(piece.words):
            fates[at] = _outside(piece, title, sure=sure, before=at < first, after=at > last)
    _take_out_box(pieces, fates, first)
    if not sure:
        _drop_menus(pieces, fates)
    _trim_head(pieces, fates, sure=sure)
    _trim_tail(pieces, fates)
    _drop_repeated_title(pieces, fates)
    return fates


def _take_out_box(pieces: Sequence[Piece], fates: list[str], first: int) -> None:
    """The facts of a document stand above it, or as its first lines where the page does not set them apart."""
    seen = [at for at in range(min(len(pieces), first + BOX)) if pieces[at].zone not in ASIDE]
    for place in box_in([pieces[at].words for at in seen]):
        fates[seen[place]] = FACTS


def _all_sentences(pieces: Sequence[Piece], fates: list[str]) -> list[str]:
    """Of a page whose every part bears the name of a menu, all lines, as soon as two of them are sentences."""
    seen = [at for at, fate in enumerate(fates) if fate == SITE]
    if sum(bool(SENTENCE.fullmatch(pieces[at].words)) and not is_furniture(pieces[at].words) for at in seen) >= 2:
        for at in seen:
            fates[at] = SITE if is_furniture(pieces[at].words) else KEPT
    return fates


def _outside(piece: Piece, title: str | None, *, sure: bool, before: bool, after: bool) -> str:
    """A line beside the document: its title, number, date, attachments, signature, and sentences if it was guessed."""
    words = piece.words
    if date_line(words) or (before and PLAIN_DATE.fullmatch(words)):
        return DATE if before else SITE
    if title and piece.heading and _joined(words) in _joined(title) and len(words) >= 4:
        return KEPT
    if piece.zone == "far":
        return SITE
    if (
        before
        and (BRACKETED.search(words) or NOTICE.search(words))
        and len(words) <= 40
        and piece.linked < MOSTLY_LINKS
    ):
        return KEPT
    if ATTACHED.match(words) or (piece.files and after):
        return KEPT
    if piece.linked >= MOSTLY_LINKS:
        return SITE
    if after and len(words) <= 40 and SIGNED.fullmatch(words):
        return KEPT
    return KEPT if not sure and SENTENCE.fullmatch(words) else SITE


def _drop_menus(pieces: Sequence[Piece], fates: list[str]) -> None:
    run: list[int] = []
    for at in range(len(pieces) + 1):
        kept = at < len(pieces) and fates[at] == KEPT
        if kept and _menu(pieces[at]):
            run.append(at)
            continue
        if at < len(pieces) and not kept:
            continue
        if len(run) >= MENU:
            for link in run:
                fates[link] = SITE
        run = []


def _trim_head(pieces: Sequence[Piece], fates: list[str], *, sure: bool) -> None:
    kept = [at for at, fate in enumerate(fates) if fate == KEPT]
    for at in kept[:HEAD]:
        words = pieces[at].words
        if date_line(words):
            fates[at] = DATE
        elif _button(pieces[at]) or (not sure and _menu(pieces[at]) and not pieces[at].heading):
            fates[at] = SITE


def _trim_tail(pieces: Sequence[Piece], fates: list[str]) -> None:
    """Buttons and notices at the end; with a heading such as 相关阅读 goes all that follows, if it is links."""
    kept = [at for at, fate in enumerate(fates) if fate == KEPT][-4 * TAIL :]
    links = list(
        accumulate((pieces[at].linked > MOSTLY_LINKS and not pieces[at].files for at in reversed(kept)), initial=0)
    )
    for place, at in enumerate(kept):
        behind = len(kept) - place - 1
        if RELATED.fullmatch(pieces[at].words) and links[behind] >= 0.6 * behind:
            for later in kept[place:]:
                fates[later] = SITE
            kept = kept[:place]
            break
    for at in reversed(kept[-TAIL:]):
        if _button(pieces[at]):
            fates[at] = SITE


def _drop_repeated_title(pieces: Sequence[Piece], fates: list[str]) -> None:
    """A title that stands above the text and again in it is one title."""
    kept = [at for at, fate in enumerate(fates) if fate == KEPT]
    above = [at for at in kept if pieces[at].zone != "main" and pieces[at].heading]
    inside = [at for at in kept if pieces[at].zone == "main"][:4]
    if not above or not inside or above[-1] > inside[0]:
        return
    opening = "".join(_joined(pieces[at].words) for at in inside)
    if _joined("".join(pieces[at].words for at in above)) in opening:
        for at in above:
            fates[at] = SITE


def _button(piece: Piece) -> bool:
    return is_furniture(piece.words) and not ATTACHED.match(piece.words)


def _menu(piece: Piece) -> bool:
    return piece.linked > 0.8 and not piece.files and not ATTACHED.match(piece.words)


def _joined(words: str) -> str:
    return "".join(words.split())
