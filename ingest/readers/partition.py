"""`unstructured` made to work offline: its English model download replaced by a blank Chinese pipeline.

It names no setting for this, so the private loader is replaced; the version is pinned and a test watches the seam.
"""

from __future__ import annotations

import functools
import html
import re
import warnings
from typing import TYPE_CHECKING, Any

from ingest.readers.raw import table_line

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

SENTENCE_ENDS = ["。", "！", "？", "；", "!", "?", "."]
ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.S)
CELL = re.compile(r"<t[dh]([^>]*)>(.*?)</t[dh]>|<t[dh]([^>]*)/>", re.S)
SPAN = re.compile(r'colspan="(\d+)"')


@functools.cache
def prepare() -> None:
    """Once per process, before the first import of a partitioner. It takes seconds, so readers call it lazily."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import spacy
        from unstructured.nlp import tokenize

    def chinese() -> Any:
        pipeline = spacy.blank("zh")  # one token a character: no model files
        pipeline.add_pipe("sentencizer", config={"punct_chars": SENTENCE_ENDS})
        return pipeline

    tokenize._load_spacy_model = chinese
    tokenize._get_nlp.cache_clear()


def table_lines(table_html: str) -> list[str]:
    """A table as `| a | b |` lines; a merged cell keeps its place by empty cells after it."""
    lines = []
    for row in ROW.findall(table_html):
        cells: list[str] = []
        for attributes, content, empty in CELL.findall(row):
            span = SPAN.search(attributes or empty)
            cells += [html.unescape(re.sub(r"<[^>]+>", " ", content)), *[""] * (int(span[1]) - 1 if span else 0)]
        if any(cell.strip() for cell in cells):
            lines.append(table_line(cells))
    return lines


def lines_of(elements: list[Element]) -> list[str]:
    """Text lines of partitioned elements in order; page headers, footers and page numbers left out."""
    lines: list[str] = []
    for element in elements:
        if element.category in ("Header", "Footer", "PageNumber", "PageBreak"):
            continue
        if element.category == "Table" and element.metadata.text_as_html:
            lines += table_lines(element.metadata.text_as_html)
        else:
            lines.append(element.text)
    return lines
