"""Places named in a text: titles and numbers as people write them, read into titles and paths.

The text is read from one anchor to the next (《…》, 第…, 前款, …号); a title without 《》 is looked for to the left of
its place. Titles resolve exactly or by a declared short form, never by substring.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb import document_number, places, self_names
from kb.aliases import declared, declared_aliases
from kb.anchors import ANCHOR
from kb.mended import Mended, mended
from kb.mentions import LISTED, loose_places, mentioned_titles, place, title_spans
from kb.outlines import behind_title
from kb.places import ARTICLE, GAP, NUMBER, PARAGRAPH, RUNGS, Written, rung_of
from kb.self_names import SPOKEN_OF, Home, Paragraphs, own_place
from kb.subjects import LOOK_BACK, Subject, Subjects, goes_on, heads_clause
from kb.titles import ELSEWHERE, PAPER, Alias, Names, edition_year

__all__ = [
    "ELSEWHERE", "LISTED", "Home", "Reference", "declared_aliases", "edition_year", "loose_places", "mentioned_titles",
    "place", "references", "title_spans",
]  # fmt: skip

_SELF = re.compile(self_names.PLACE)
_SIGN = re.compile(document_number.SIGN)
_GLUE = re.compile(
    r"\s{0,6}(?:(?:[中里]面?|当中)?的|[中里]面?|当中|之|[：:]|[（(](?=[第\d０-９])|[总分附]则(?=\s?第))?\s{0,6}"
)
_TO_TITLE = re.compile(r"(?:公告|通告|令|文)?(?:公布|发布|印发|颁布|下发)?的?[ \u3000]?")
_HEADED = re.compile(rf"[ \u3000\t\xa0]{{1,4}}(?!\n|$|第{GAP}[（(]?{NUMBER}[）)]?[款项])")
_CONTINUES = re.compile("至|到|和|或|与|及|以及|的|规定|所|第|款|项|目|中|之|要求|明确|修改|增加|改为|指出|情形")
_CLOSING = re.compile(rf"{GAP}[）)]{GAP}(?:的|中|之)?{GAP}(?=第)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d年(?=的?$)")
_BLANK = " \u3000\t\xa0"


class Reference(NamedTuple):
    """A place named in a text. `title` is None when the text only says 第X条; `path` is () for a whole document.

    `version` is the edition named with the title, as printed (`2015年修正`); `self_name` the word that stands for a
    text or a place named before (`该法`, `前款`), where it could not be told which; `number` the document number
    printed with the title or instead of it, in its normal form; `since` the first path of a range whose last is `path`.
    """

    raw: str
    start: int
    end: int
    title: str | None
    path: tuple[str, ...]
    version: str | None = None
    self_name: str | None = None
    number: str | None = None
    since: tuple[str, ...] | None = None


def references(text: str, known: Mapping[str, str], home: Home | None = None) -> list[Reference]:
    """Every place named in `text`, in order and never overlapping. `known` maps each spoken title (full, short, alias)
    to its instrument; `home` is the provision whose words `text` is, so that 本法, 前款 and a bare 第X条 can be read.

    A bare name (without 《》) counts as a title when a known name ends right before 第X条 and a word begins with it;
    otherwise the whole run of characters is returned as an unknown title, so that it is reported, not resolved to a
    shorter one: 美国专利法 is not 专利法. In a text of nobody (`home` None) 该法 and 该条 stand for what was cited
    last, while 本法 and 前款 stay unresolved. The number at the head of an article is no reference.
    """
    whole = mended(text)
    reader = _Reader(whole.words, known, home)
    at = 0
    while anchor := ANCHOR.search(whole.words, at):
        at = max(reader.take(anchor), anchor.start() + 1)
    return [_printed(one, text, whole) for one in reader.found] if whole.words != text else reader.found


def _printed(reference: Reference, text: str, whole: Mended) -> Reference:
    """The reference as it stands in the text that was given."""
    start, end = whole.original(reference.start), whole.original(reference.end - 1) + 1
    return reference._replace(raw=text[start:end], start=start, end=end)


class _Reader:
    """Reads one text from left to right; each method takes what stands at one kind of anchor and returns its end."""

    def __init__(self, text: str, known: Mapping[str, str], home: Home | None) -> None:
        self.text, self.home, self.found = text, home, list[Reference]()
        declarations = declared(text)
        inherited = [Alias(name, title, -1, -1) for name, title in home.aliases.items()] if home else []
        self._declarations = declarations[::-1]
        self._subjects = Subjects(text, Names(known, (*inherited, *declarations)), home)
        self._paragraphs = Paragraphs(text)

    def take(self, anchor: re.Match[str]) -> int:
        at = anchor.start()
        while self._declarations and self._declarations[-1].end <= at:
            self._declarations.pop()
        if self._declarations and self._declarations[-1].start <= at:
            return self._declarations[-1].end
        if at < self._low:
            return self._low
        if anchor["book"] is not None:
            return self._book(anchor)
        if anchor["number"] is not None and (end := self._number(at)):
            return end
        if anchor["self"] is not None:
            return self._self(at)
        if self.text[at] == "第":
            return self._place(at)
        return self._loose(at) if anchor["loose"] is not None else at

    @property
    def _low(self) -> int:
        return self.found[-1].end if self.found else 0

    def _book(self, anchor: re.Match[str]) -> int:
        """《…》 with what is printed around it, and the places behind it."""
        start, end = anchor.span()
        title = re.sub(r"\s*\n\s*", "", anchor["title"]).strip()
        subject, end, closed = self._subjects.in_marks(title, start, end, self._low)
        numbered = self._number_before(start)
        if numbered is not None and subject.number is None:
            subject = subject._replace(start=numbered.start, number=numbered.number)
        glue = _GLUE.match(self.text, closed)
        at = glue.end() if glue else closed
        written = behind_title(self.text, at, adjacent=at == closed)
        if written and not subject.version and (year := _YEAR.search(self.text, max(self._low, start - 6), start)):
            subject = subject._replace(version=year[0], start=year.start())
        paper = PAPER.search(title) and not self._subjects.known(title, start)
        if not written and (paper or subject.title is None):
            return end
        return self._add(subject, written or [Written(start, end, ())])

    def _number_before(self, start: int) -> Reference | None:
        """The number that was read right before a title, which then belongs to it: 国务院令第739号公布的《…》."""
        last = self.found[-1] if self.found else None
        if last is None or last.title or last.path or not last.number or start - last.end > 9:
            return None
        return self.found.pop() if _TO_TITLE.fullmatch(self.text, last.end, start) else None

    def _number(self, at: int) -> int | None:
        """A document number: alone, or with a place behind it."""
        sign = _SIGN.match(self.text, at)
        number = document_number.read(self.text, sign, self._low) if sign else None
        if number is None or number.words[0].isdigit():
            return None
        if (closing := self._behind_bare_title(number)) is not None:
            return closing
        glue = _GLUE.match(self.text, number.end)
        written = behind_title(self.text, glue.end() if glue else number.end, adjacent=False)
        subject = Subject(number.start, number=number.words)
        return self._add(subject, written or [Written(number.start, number.end, ())])

    def _behind_bare_title(self, number: document_number.Number) -> int | None:
        """Where the brackets around a number end, when they stand between a title without 《》 and its place."""
        before = self.text[max(self._low, number.start - LOOK_BACK) : number.start].rstrip(_BLANK)
        closing = _CLOSING.match(self.text, number.end)
        if not closing or not before.endswith(("（", "(")):
            return None
        return closing.end() if self._subjects.is_title(before[:-1].rstrip(_BLANK), number.start) else None

    def _place(self, at: int) -> int:
        """第…: it goes on with the list before it, or its title stands to its left, or it is one of the home's own."""
        first = places.first(self.text, at)
        if first is None:
            return at + 1
        if self._is_heading(at, first.end):
            subject = self._subjects.before(at, self._low, names_only=True)
        else:
            subject = self._listed(at, first.rung)
            if subject is None:
                # 第1部分 behind what is no known title belongs to a longer name
                subject = self._subjects.before(at, self._low, known_only=first.rung < ARTICLE)
                if subject is not None and first.rung > ARTICLE:
                    return first.end  # 第二款 of a whole text is no place
            subject = subject or self._untitled(at, first)
        return self._add(subject, places.read(self.text, at, subject.within)) if subject else first.end

    def _loose(self, at: int) -> int:
        """32条 without 第 counts right behind a known title only."""
        first = places.first(self.text, at)
        before = self.text[at - 1 : at]
        if first is None or first.rung != ARTICLE or not before or before in _BLANK + "的中里之第0123456789.．-":
            return at + 1
        subject = self._subjects.before(at, self._low, names_only=True)
        return self._add(subject, places.read(self.text, at)) if subject else first.end

    def _is_heading(self, at: int, end: int) -> bool:
        """Whether 第三十条 stands at the head of a line with its words behind a blank: the text's own number."""
        before = self.text[max(0, at - 12) : at].rstrip(_BLANK)
        if before and before[-1] != "\n" and not (self.home and before[-1] == "。"):
            return False
        if self.home and self.text[end : end + 1] in ("", "\n", "\r"):
            return True
        if before and "\u4e00" <= self.text[end : end + 1] <= "\u9fff" and not _CONTINUES.match(self.text, end):
            return True  # 第三十条药品上市许可持有人…, printed without a blank
        return _HEADED.match(self.text, end) is not None

    def _listed(self, at: int, rung: int) -> Subject | None:
        """The subject of the place before, when the list goes on from there: 第三十二条，第三十三条."""
        last = self.found[-1] if self.found else None
        if last is None or not goes_on(self.text, last.end, at):
            return None
        if self.home and not last.path:
            return None
        above = tuple(segment for segment in last.path if rung_of(segment) < rung) if rung > ARTICLE else ()
        return Subject(at, last.title, last.version, last.self_name, last.number, above)

    def _untitled(self, at: int, first: places.First) -> Subject | None:
        """A place without a title: one of the home's own, else a paragraph of the article named before it, else an
        article of nobody knows what."""
        if self.home is None:
            if first.rung == PARAGRAPH and self.found and heads_clause(self.text, self._low, at):
                return self._subjects.cited_last(at, ARTICLE)
            return Subject(at) if first.rung == ARTICLE else None
        plain = first.rung <= PARAGRAPH or first.bracketed or SPOKEN_OF.match(self.text, first.end)
        return self._subjects.own(at, first.rung) if plain else None

    def _self(self, at: int) -> int:
        """前款, 本条, 该条 and what stands behind them."""
        word = _SELF.match(self.text, at)
        if word is None:
            return at + 1
        if word["which"] in ("该", "此", "同", "同一", "其", "其中"):
            return self._antecedent(word)
        meant = None
        if self.home is not None:
            paragraph = self._paragraphs.at(at) if word["unit"] == "款" else None
            meant = own_place(self.home, word["which"], word["count"], word["unit"], paragraph)
        behind = places.read(self.text, word.end(), meant.path if meant else ())
        pointing = word["which"] != "本" or SPOKEN_OF.match(self.text, word.end()) is not None
        if meant and self.home and (behind or pointing):
            return self._add(Subject(at, self.home.title), behind or [Written(at, word.end(), meant.path, meant.since)])
        if behind or (word["which"] != "本" and SPOKEN_OF.match(self.text, word.end())):
            return self._add(Subject(at, self_name=word[0]), behind or [Written(at, word.end(), ())])
        return word.end()

    def _antecedent(self, word: re.Match[str]) -> int:
        """该条, 同款, 其第二款: the place cited last, or its article or paragraph."""
        start, end = word.span()
        rung = RUNGS[word["unit"]] if word["unit"] else ARTICLE
        subject = self._subjects.cited_last(start, rung)
        behind = places.read(self.text, end, subject.within if subject else ())
        if behind and rung_of(behind[0].path[-1]) <= rung:
            behind = []
        if subject and (behind or (word["unit"] and SPOKEN_OF.match(self.text, end))):
            return self._add(subject, behind or [Written(start, end, subject.within)])
        if behind and word["unit"]:
            return self._add(Subject(start, self_name=word[0]), behind)
        return end

    def _add(self, subject: Subject, written: Sequence[Written]) -> int:
        """Appends the places of one list; the first begins with the words for its text."""
        starts = [subject.start, *(one.start for one in written[1:])]
        version = subject.version if subject.title else None
        for start, (_, end, path, since) in zip(starts, written, strict=True):
            raw = self.text[start:end]
            self.found.append(
                Reference(raw, start, end, subject.title, path, version, subject.self_name, subject.number, since)
            )
        self._subjects.remember(subject, written[-1].path)
        return self.found[-1].end
