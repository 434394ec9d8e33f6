"""What a place belongs to: the title printed around it, the word that stands for one, and what was cited before."""

from __future__ import annotations

import re
from typing import NamedTuple

from kb import document_number
from kb.mentions import LISTED
from kb.places import ARTICLE, GAP, GROUP, rung_of
from kb.self_names import GENERIC, INSTRUMENT, Home, kind_of
from kb.titles import (
    ABROAD,
    EDITION_BEFORE,
    EDITION_BEHIND,
    EDITION_TAIL,
    NAMED_EDITION,
    OTHER_TEXT,
    Names,
    instrument_name,
    unknown_name,
    with_edition,
)

LOOK_BACK = 120
"""Characters looked at before a place for its title."""
_PARTICLES = ("当中的", "里面的", "中的", "里的", "当中", "里面", "中面", "的", "中", "里", "之")
_BRACKETS = re.compile(
    rf"{GAP}(?:[（(](?P<round>[^（）()\n]{{1,80}}(?:[（(][^（）()\n]{{1,20}}[）)][^（）()\n]{{0,60}})?)[）)]"
    rf"|[\[【](?P<square>[^\[\]【】\n]{{1,40}})[\]】])"
)
_LAST_BRACKETS = re.compile(r"[（(\[【]([^（）()\[\]【】\n]{1,40})[）)\]】]$")
_PIECE = re.compile(r"[，,；;、 \u3000]+")

_BEHIND_QUOTATION = "”」』，,；;、和及而并且"
_QUOTATION = re.compile(
    r"[^，。；“”「」『』\n]{0,12}[：:，,]?\s?[“「『][^“”「」『』]{1,400}[”」』][，,；;、]?\s?(?:以及|并且|[和及而并])?"
)
LONGEST_QUOTATION = 430
_CLAUSE = re.compile(r"[，,；;][ \u3000]?(?:而|但是?|且|并且|其中|同时|以及|又)?$")
_SENTENCE = re.compile(r"[。！？!?\n]")
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」")


class Subject(NamedTuple):
    """What a place belongs to, and where its words begin; `within` is the path its places hang on."""

    start: int
    title: str | None = None
    version: str | None = None
    self_name: str | None = None
    number: str | None = None
    within: tuple[str, ...] = ()


class InMarks(NamedTuple):
    """A title in 《》: where its words end, and where they end with all the brackets behind it."""

    subject: Subject
    end: int
    closed: int


class Subjects:
    """Finds the subject of each place of one text, and remembers the titles and the place cited last."""

    def __init__(self, text: str, names: Names, home: Home | None) -> None:
        self._text, self._names, self._home = text, names, home
        self._by_kind: dict[str, Subject] = {}
        self._kinds: dict[str, set[str]] = {}
        self._titled: Subject | None = None
        self.placed: tuple[Subject, tuple[str, ...]] | None = None

    def remember(self, subject: Subject, path: tuple[str, ...]) -> None:
        """Takes note of a reference, for the words that stand for it later."""
        if path:
            self.placed = (subject, path)
        if subject.title is None:
            return
        self._titled = subject
        if kind := kind_of(subject.title):
            self._by_kind[kind] = subject
            self._kinds.setdefault(kind, set()).add(instrument_name(subject.title))

    def known(self, title: str, at: int) -> bool:
        return self._names.holds(instrument_name(title), at)

    def in_marks(self, title: str, start: int, end: int, low: int) -> InMarks:
        """The title in 《》 at `[start, end)` with the edition and the number in brackets behind it, or before it."""
        version, number, closed = None, None, end
        if abroad := ABROAD.search(self._text[max(low, start - 12) : start]):
            title, start = f"{abroad[0].removesuffix('的')}{title}", start - len(abroad[0])
        known = self.known(title, start)
        for _ in range(3):
            brackets = _BRACKETS.match(self._text, closed)
            if brackets is None:
                break
            words = brackets["round"] or brackets["square"]
            if GROUP.match(words):
                break  # 《…》（第三条）
            edition, printed = printed_with(words)
            longer = f"{title}（{words}）"
            if OTHER_TEXT.search(words) or (not known and self.known(longer, start)):
                title, known, end = longer, self.known(longer, start), brackets.end()
            if edition or printed:
                version, number, end = version or edition, number or printed, brackets.end()
            closed = brackets.end()
        if behind := EDITION_BEHIND.match(self._text, closed):
            version, closed = version or behind["version"], behind.end()
        before, begun = self._edition_before(start, low)
        title, version = with_edition(title, version or before, known)
        subject = Subject(begun, self._names.title(title, start), version, None, number)
        if not known and not version and GENERIC.fullmatch(title):
            subject = self._meant(begun, f"《{title}》", title)
        return InMarks(subject, end, closed)

    def _edition_before(self, start: int, low: int) -> tuple[str | None, int]:
        """The edition printed before a title, and where it begins."""
        before = self._text[max(low, start - 24) : start]
        if edition := EDITION_BEFORE.search(before):
            return edition[0], start - len(edition[0])
        bracketed = _LAST_BRACKETS.search(before)
        if bracketed and NAMED_EDITION.fullmatch(bracketed[1]):
            return bracketed[1], start - len(bracketed[0])
        return None, start

    def before(self, at: int, low: int, *, names_only: bool = False, known_only: bool = False) -> Subject | None:
        """The title without 《》 right before a place, or the word for one, or an unknown title, each as far as asked
        for; its words do not begin before `low`."""
        low = max(low, at - LOOK_BACK)
        left = self._text[low:at].rstrip()
        if not names_only:
            left = next((left[: -len(p)].rstrip() for p in _PARTICLES if left.endswith(p)), left)
        version = number = None
        name = self._names.at_end(left, at)
        while name is None and (printed := _LAST_BRACKETS.search(left) or EDITION_TAIL.search(left)):
            edition, numbered = printed_with(printed[1])
            version, number = version or edition, number or numbered
            left = left[: printed.start()].rstrip()
            name = self._names.at_end(left, at)
        end = low + len(left)
        if name is None and names_only:
            return None
        if name is None and (word := INSTRUMENT.search(left[-16:])):
            return self._meant(end - len(word[0]), word[0], word["kind"], word["which"])
        if name is None and not known_only and "\n" not in self._text[end:at]:
            name = unknown_name(left)
        if name is None:
            return None
        begun = end - len(name)
        if GENERIC.fullmatch(name) and not self.known(name, at):
            return None if self._home else Subject(begun, self_name=name)
        if edition_before := EDITION_BEFORE.search(self._text[max(low, begun - 24) : begun]):
            version, begun = version or edition_before[0], begun - len(edition_before[0])
        title, version = with_edition(name, version, self.known(name, at))
        return Subject(begun, self._names.title(title, at), version, None, number)

    def is_title(self, before: str, at: int) -> bool:
        """Whether some words end in a title without 《》."""
        return self._names.at_end(before, at) is not None or unknown_name(before) is not None

    def _meant(self, start: int, word: str, kind: str, which: str | None = None) -> Subject:
        """The text that 本法, 该条例, 上述规定 or a bare 《条例》 stands for, as far as that can be told."""
        home, plain = self._home, kind_of(kind)
        if which == "本":
            return Subject(start, home.title, within=home.within) if home else Subject(start, self_name=word)
        last = self._by_kind.get(plain) if plain else None
        if which is None and len(self._kinds.get(plain or "", ())) != 1:
            last = None  # 《条例》 in a text that cites two of them is neither
        if which in ("上述", "前述") and kind in ("规定", "文件", "要求"):
            last = self._titled
        return last._replace(start=start, within=()) if last else Subject(start, self_name=word)

    def cited_last(self, start: int, rung: int) -> Subject | None:
        """The subject of the place cited last, with that place's path down to `rung` (该条, 同款)."""
        subject, path = self.placed or (None, ())
        base = tuple(segment for segment in path if rung_of(segment) <= rung)
        if subject is None or not base or rung_of(base[-1]) != rung:
            return None
        return subject._replace(start=start, within=base)

    def own(self, start: int, rung: int) -> Subject | None:
        """The home's own text as the subject of a bare place of a rung: 第二十条, or 第一款 of the same article."""
        home = self._home
        if home is None or (rung > ARTICLE and not home.article):
            return None
        above = tuple(segment for segment in home.path if rung_of(segment) < rung)
        return Subject(start, home.title, within=home.within if rung <= ARTICLE else above)


def goes_on(text: str, end: int, at: int) -> bool:
    """Whether the list of a place that ends at `end` goes on at `at`: only its sign stands between, or the quoted words
    of that place (第三条规定：“…”，第四条规定：“…”)."""
    if at - end <= 6:
        return LISTED.fullmatch(text, end, at) is not None
    if at - end > LONGEST_QUOTATION or text[at - 1] not in _BEHIND_QUOTATION:
        return False
    return _QUOTATION.fullmatch(text, end, at) is not None


def heads_clause(text: str, end: int, at: int) -> bool:
    """Whether `at` is the head of a clause in the sentence of the place that ends at `end`: …，第二款另有规定."""
    if at - end > LOOK_BACK or not _CLAUSE.search(text, max(end, at - 4), at):
        return False
    return _SENTENCE.search(_QUOTED.sub("", text[end:at])) is None


def printed_with(words: str) -> tuple[str | None, str | None]:
    """Edition and document number among the words in brackets behind a title."""
    edition = next((piece for piece in _PIECE.split(words) if NAMED_EDITION.fullmatch(piece)), None)
    return edition, document_number.normalise(words) if "号" in words else None
