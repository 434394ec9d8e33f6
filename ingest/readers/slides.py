"""Slides: `unstructured` orders the shapes of a slide and reads its tables; what it passes over is said or recorded."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from lxml import etree

from ingest.incoming import Incoming
from ingest.readers.ooxml import open_package
from ingest.readers.partition import lines_of, prepare
from ingest.readers.raw import RawText, tidy
from ingest.readers.superscript import superscript
from kb.errors import UnreadableFile
from kb.model import Repair

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

NOTES, HIDDEN = "演讲备注", "隐藏幻灯片"
BEGINNING = 300
RAISED = re.compile(r"[1-9]\d{0,6}%?")
"""How far above the line, in thousandths of a per cent; what is set below it has a minus."""
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError,
    etree.LxmlError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What the two libraries are known to raise on parts that do not fit together."""
PICTURED = ("drawingml/2006/chart", "drawingml/2006/diagram")
"""Graphics whose words are in parts of their own, which the partitioner does not read."""


def read_slides(file: Incoming) -> RawText:
    """Slides in order, each a page; its title first. Raises UnreadableFile."""
    open_package(file)
    prepare()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(file)
    except FAULTS as error:
        raise _damaged(file) from error
    except Exception as error:
        # the library's own errors, which cannot be named before it is imported
        if type(error).__module__.startswith("pptx."):
            raise _damaged(file) from error
        raise


def _read(file: Incoming) -> RawText:
    from pptx import Presentation
    from unstructured.partition.pptx import partition_pptx

    presentation = Presentation(io.BytesIO(file.data))
    slides = list(presentation.slides)
    if len(slides) > file.limits.pages:
        raise UnreadableFile(f"“{file.name}”有 {len(slides)} 页，超过 {file.limits.pages} 页的上限，未读取。")
    data = io.BytesIO(file.data)
    if sum(_raise_figures(slide) for slide in slides):
        data = io.BytesIO()
        presentation.save(data)
        data.seek(0)
    elements = partition_pptx(file=data, languages=["zho"], include_slide_notes=False)
    return _joined(slides, elements)


def _raise_figures(slide: Any) -> int:
    """Turn figures that are raised by their type alone into raised characters, and count them."""
    changed = 0
    for run in slide.element.iter("{*}r"):
        look, words = run.find("{*}rPr"), run.find("{*}t")
        if look is None or words is None or not RAISED.fullmatch(look.get("baseline", "")):
            continue
        if (raised := superscript(words.text or "")) != words.text:
            words.text = raised
            changed += 1
    return changed


def _damaged(file: Incoming) -> UnreadableFile:
    return UnreadableFile(f"“{file.name}”的演示文稿结构已损坏，请用 PowerPoint 打开并另存后再上传。")


def _joined(slides: list[Any], elements: list[Element]) -> RawText:
    by_slide: dict[int, list[Element]] = defaultdict(list)
    for element in elements:
        by_slide[element.metadata.page_number or 1].append(element)
    text, pages, left, pictured = "", [], [], []
    for number, slide in enumerate(slides, 1):
        words = tidy("\n".join(_title_first(slide, lines_of(by_slide[number]))))
        at = len(text) + 1 if text else 0
        if slide.element.get("show") in ("0", "false"):
            left.append(Repair(step=HIDDEN, before=words[:BEGINNING], after="", at=at, certain=False))
            words = ""
        if spoken := _spoken(slide):
            left.append(Repair(step=NOTES, before=spoken[:BEGINNING], after="", at=at, certain=False))
        if any(sort in part.get("uri", "") for part in slide.element.iter("{*}graphicData") for sort in PICTURED):
            pictured.append(number)
        pages.append(at)
        if words:
            text = f"{text}\n{words}" if text else words
    left = [record.model_copy(update={"at": min(record.at, len(text))}) for record in left if record.before]
    notes = (f"第 {'、'.join(map(str, pictured))} 页有图表或图示，其中的文字没有读入",) if pictured else ()
    return RawText(
        text, "pptx", pages=tuple(min(page, len(text)) for page in pages), title=_title_of(slides), notes=notes,
        left_out=tuple(left),
    )  # fmt: skip


def _title_first(slide: Any, lines: list[str]) -> list[str]:
    """The title of a slide may be drawn below other words; read aloud it comes first."""
    title = slide.shapes.title
    if title is None or not title.has_text_frame:
        return lines
    first = [paragraph.text for paragraph in title.text_frame.paragraphs if paragraph.text.strip()]
    rest = list(lines)
    for line in first:
        if line not in rest:
            return lines
        rest.remove(line)
    return [*first, *rest]


def _title_of(slides: list[Any]) -> str | None:
    for slide in slides[:1]:
        if slide.shapes.title is not None and (words := " ".join(slide.shapes.title.text_frame.text.split())):
            return words
    return None


def _spoken(slide: Any) -> str:
    if not slide.has_notes_slide or slide.notes_slide.notes_text_frame is None:
        return ""
    return str(slide.notes_slide.notes_text_frame.text).strip()
