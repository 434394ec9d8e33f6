"""One paragraph: the words a reader of the page sees, and beside them those the file holds but the page does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.readers.superscript import superscript
from ingest.readers.word.drawing import Drawn, drawn
from ingest.readers.word.fields import Fields
from ingest.readers.word.lines import Mark
from ingest.readers.word.math import equation
from ingest.readers.word.names import ALTERNATE, Element, M, W, alternative, child
from ingest.readers.word.parts import WordParts
from ingest.readers.word.styles import Look, Styles
from ingest.readers.word.symbols import UNKNOWN, is_symbol_font, symbol

DELETED, HIDDEN, COMMENT, STRUCK, GLOSS = "修订中已删除的文字", "隐藏文字", "批注", "带删除线的文字", "拼音注音"
FIGURE = "[image: ]"
RECORD = 2000
"""Characters after which a run of hidden words goes on in a record of its own."""


@dataclass
class Found:
    """What is learned of a file while its text is read."""

    styles: Styles
    parts: WordParts
    comments: dict[str, str]
    inserted: int = 0
    deleted: int = 0
    moved: int = 0
    foreign: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Footnotes and endnotes in the order of their marks: ("footnote" | "endnote", id)."""
    commented: set[str] = field(default_factory=set)


class Paragraph:
    """The text of a paragraph in the making. `after` holds what is drawn beside it: text boxes and figures."""

    def __init__(self, found: Found, style: str | None, *, ground: bool, contents: bool) -> None:
        self.marks: list[Mark] = []
        self.after: list[Drawn] = []
        self.length = 0
        self.numbered = False
        self._parts: list[str] = []
        self._found, self._style, self._ground = found, style, ground
        self._fields = Fields(without_pages=contents)
        self._look = Look()

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def prefix(self, words: str) -> None:
        """Put words before all the others: the number of a list."""
        self._parts.insert(0, words)
        self.length += len(words)
        self.marks = [mark._replace(at=mark.at + len(words)) for mark in self.marks]

    def join(self, other: Paragraph) -> None:
        """Go on with the next paragraph, as when the mark between the two was deleted."""
        self.marks += [mark._replace(at=mark.at + self.length) for mark in other.marks]
        self._parts += other._parts
        self.length += other.length
        self.after += other.after

    def read(self, element: Element) -> None:
        """Read the content of a w:p, or of anything in it that holds runs."""
        for inner in element:
            action = INLINE.get(inner.tag)
            if action is not None:
                action(self, inner)
            elif len(inner) and inner.tag not in NO_TEXT:
                self.read(inner)

    def _run(self, run: Element) -> None:
        if not len(run):
            return
        first = run[0]
        self._look = self._found.styles.look(first if first.tag == PROPERTIES else None, self._style)
        for inner in run:
            tag = inner.tag
            if tag == TEXT:
                self._put(self._shown(inner.text or ""))
            elif (action := RUN.get(tag)) is not None:
                action(self, inner)
                if tag in REFERENCES and (inner.get(W + "customMarkFollows") or "0") not in ("0", "false"):
                    break  # what follows in this run is the printed mark

    def _put(self, words: str) -> None:
        if not words or self._fields.silent:
            return
        look = self._look
        if look.hidden or look.tiny or (look.white and not look.ground and not self._ground):
            self._beside(HIDDEN, words, certain=False)
            return
        if look.struck and words.strip():
            self.marks.append(Mark(STRUCK, words, self.length, certain=False, inside=True))
        self._parts.append(words)
        self.length += len(words)

    def _beside(self, step: str, words: str, *, certain: bool = True) -> None:
        """Leave words out, together with those of the same kind just before them."""
        last = self.marks[-1] if self.marks else None
        alike = last is not None and (last.step, last.at) == (step, self.length) and step != COMMENT
        if last and alike and len(last.words) < RECORD:
            self.marks[-1] = last._replace(words=last.words + words)
        elif words.strip():
            self.marks.append(Mark(step, words, self.length, certain=certain))

    def _shown(self, words: str) -> str:
        """Words as their font shows them; a line end within a w:t is a blank of the file, not of the text."""
        words = words.replace("\n", " ")
        if self._look.raised:
            words = superscript(words)
        if not is_symbol_font(self._look.font):
            return words
        shown = "".join(symbol(self._look.font, ord(word)) for word in words)
        self._found.foreign += shown.count(UNKNOWN)
        return shown

    def _break(self, element: Element) -> None:
        self._put("\n")

    def _tab(self, element: Element) -> None:
        self._put(" ")

    def _hyphen(self, element: Element) -> None:
        self._put("-")

    def _symbol(self, element: Element) -> None:
        try:
            code = int(element.get(W + "char") or "", 16)
        except ValueError:
            code = -1
        shown = symbol(element.get(W + "font") or "", code)
        self._found.foreign += shown == UNKNOWN
        self._put(shown)

    def _ruby(self, element: Element) -> None:
        above, base = child(element, "rt"), child(element, "rubyBase")
        if base is not None:
            look = self._look
            self.read(base)
            self._look = look
        if above is not None:
            self._beside(GLOSS, words_of(above))

    def _deleted(self, element: Element) -> None:
        self._found.deleted += 1
        self._beside(DELETED, words_of(element))

    def _moved_away(self, element: Element) -> None:
        self._found.moved += 1

    def _inserted(self, element: Element) -> None:
        self._found.inserted += element.tag == W + "ins"
        self.read(element)

    def _control(self, element: Element) -> None:
        content = child(element, "sdtContent")
        if content is not None:
            self.read(content)

    def _alternative(self, element: Element) -> None:
        chosen = alternative(element)
        for inner in () if chosen is None else chosen:
            if (action := RUN.get(inner.tag)) is not None:
                action(self, inner)
            elif inner.tag == TEXT:
                self._put(self._shown(inner.text or ""))
            elif inner.tag == W + "r":
                self._run(inner)
            else:
                self.read(inner)

    def _equation(self, element: Element) -> None:
        self._look = Look()
        self._put(equation(element))

    def _drawing(self, element: Element) -> None:
        if self._look.hidden or self._fields.silent:
            return
        figure = drawn(element, self._found.parts)
        if figure.figure and figure.inline:
            self._look = Look()
            self._put(f" {FIGURE} " if self.length else FIGURE)
            figure = figure._replace(figure=False)
        if figure.boxes or figure.lines or figure.figure:
            self.after.append(figure)

    def _note(self, element: Element) -> None:
        kind = "footnote" if element.tag == W + "footnoteReference" else "endnote"
        if not self._look.hidden:
            self._found.notes.append((kind, element.get(W + "id") or ""))

    def _comment(self, element: Element) -> None:
        name = element.get(W + "id") or ""
        if name in self._found.comments and name not in self._found.commented:
            self._found.commented.add(name)
            self._beside(COMMENT, self._found.comments[name])

    def _instruction(self, element: Element) -> None:
        self._fields.instruct(element.text or "")

    def _field(self, element: Element) -> None:
        words = self._fields.mark(element)
        if words:
            self._put(words)

    def _simple_field(self, element: Element) -> None:
        if self._fields.wanted(element.get(W + "instr") or ""):
            self.read(element)


TEXT, PROPERTIES = W + "t", W + "rPr"
REFERENCES = frozenset((W + "footnoteReference", W + "endnoteReference"))
Action = Callable[[Paragraph, Element], None]
_P = Paragraph
INLINE: dict[str, Action] = {
    W + "r": _P._run, W + "del": _P._deleted, W + "moveFrom": _P._moved_away, W + "ins": _P._inserted,
    W + "moveTo": _P._inserted, W + "sdt": _P._control, W + "fldSimple": _P._simple_field, M + "oMath": _P._equation,
    M + "oMathPara": _P._equation, ALTERNATE + "AlternateContent": _P._alternative,
}  # fmt: skip
"""What stands in a paragraph beside containers that are simply entered (links, smart tags, directions)."""
RUN: dict[str, Action] = {
    W + "br": _P._break, W + "cr": _P._break, W + "tab": _P._tab, W + "ptab": _P._tab, W + "noBreakHyphen": _P._hyphen,
    W + "sym": _P._symbol, W + "ruby": _P._ruby, W + "drawing": _P._drawing, W + "pict": _P._drawing,
    W + "object": _P._drawing, W + "fldChar": _P._field, W + "instrText": _P._instruction,
    W + "commentReference": _P._comment, W + "footnoteReference": _P._note, W + "endnoteReference": _P._note,
    ALTERNATE + "AlternateContent": _P._alternative,
}  # fmt: skip
NO_TEXT = frozenset(
    (W + "pPr", W + "rPr", W + "sdtPr", W + "sdtEndPr", W + "smartTagPr", W + "customXmlPr", W + "fldData")
)


def words_of(element: Element) -> str:
    """All the words of something that is left out, deleted ones too."""
    out = []
    for inner in element.iter(W + "t", W + "delText", W + "tab", W + "br", W + "p"):
        if inner.tag in (W + "t", W + "delText"):
            out.append(inner.text or "")
        elif out:
            out.append(" ")
    return "".join(out).strip()
