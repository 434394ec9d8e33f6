"""The blocks of a story (body, cell, text box, note) in order: paragraphs with their numbers, and tables."""

from __future__ import annotations

from ingest.readers.word.lines import Lines, Mark
from ingest.readers.word.names import ALTERNATE, Element, W, alternative, child
from ingest.readers.word.numbering import Numbering
from ingest.readers.word.paragraph import DELETED, FIGURE, HIDDEN, Found, Paragraph, words_of
from ingest.readers.word.styles import shaded
from ingest.readers.word.table import is_hidden_row, write_table


class Body:
    """Walks blocks and writes their lines; counts lists on the way, so stories are read in their order."""

    def __init__(self, found: Found, numbering: Numbering, *, ground: bool = False) -> None:
        self._found, self._numbering = found, numbering
        self._ground = ground

    def write(self, container: Element, out: Lines, *, ground: bool = False) -> None:
        """Add the blocks of a container. `ground`: white letters can be seen there."""
        outer, self._ground = self._ground, self._ground or ground
        joined = self._blocks(container, out, None)
        self._finish(joined, out)
        self._ground = outer

    def _blocks(self, container: Element, out: Lines, joined: Paragraph | None) -> Paragraph | None:
        """Blocks in order; `joined` is a paragraph that the next one goes on with."""
        for block in container:
            tag = block.tag
            if tag == PARAGRAPH:
                joined = self._paragraph(block, out, joined)
            elif tag == W + "tbl":
                self._finish(joined, out)
                joined = None
                write_table(block, out, self._cell, lambda dropped: self._dropped(dropped, out))
            elif tag == W + "del" or tag == W + "moveFrom":
                self._dropped(block, out)
            elif tag == ALTERNATE + "AlternateContent":
                chosen = alternative(block)
                joined = joined if chosen is None else self._blocks(chosen, out, joined)
            elif len(block) and tag not in NO_BLOCKS:
                joined = self._blocks(block, out, joined)
        return joined

    def _paragraph(self, element: Element, out: Lines, joined: Paragraph | None) -> Paragraph | None:
        properties = child(element, "pPr")
        style = self._found.styles.style_of(properties)
        paragraph = Paragraph(
            self._found, style, ground=self._ground or shaded(properties),
            contents=self._found.styles.is_contents(style),
        )  # fmt: skip
        paragraph.read(element)
        end = child(properties, "rPr")
        if end is not None and (child(end, "del") is not None or child(end, "moveFrom") is not None):
            # its end was deleted or moved away: the next paragraph goes on in its line
            self._found.deleted += 1
            return self._after(joined, paragraph)
        hidden = self._found.styles.look(end, style).hidden
        if not hidden or paragraph.text.strip():
            number = self._numbering.label(properties, style)
            if number and joined is not None and not joined.numbered:
                joined.prefix(number)
            elif number and joined is None:
                paragraph.prefix(number)
            paragraph.numbered = bool(number)
        whole = self._after(joined, paragraph)
        if hidden:
            return whole
        self._finish(whole, out)
        return None

    def _after(self, joined: Paragraph | None, paragraph: Paragraph) -> Paragraph:
        if joined is None:
            return paragraph
        joined.join(paragraph)
        joined.numbered = joined.numbered or paragraph.numbered
        return joined

    def _finish(self, paragraph: Paragraph | None, out: Lines) -> None:
        """Write a paragraph, then what is drawn beside it."""
        if paragraph is None:
            return
        out.add(paragraph.text, paragraph.marks)
        for drawn in paragraph.after:
            for box in drawn.boxes:
                self.write(box, out, ground=True)
            for line in drawn.lines:
                out.add(line)
            if drawn.figure:
                out.add(FIGURE)

    def _cell(self, cell: Element, ground: bool) -> Lines:
        lines = Lines()
        self.write(cell, lines, ground=ground)
        return lines

    def _dropped(self, element: Element, out: Lines) -> None:
        if element.tag == W + "moveFrom":
            self._found.moved += 1
            return
        hidden = is_hidden_row(element)
        self._found.deleted += not hidden
        if words := words_of(element):
            out.marks.append(Mark(HIDDEN if hidden else DELETED, words, 0, line=len(out.lines), certain=not hidden))


PARAGRAPH = W + "p"
NO_BLOCKS = frozenset((W + "sectPr", W + "sdtPr", W + "sdtEndPr", W + "tcPr", W + "customXmlPr"))
