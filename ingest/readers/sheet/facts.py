"""What a worksheet says beside its values: hidden rows and columns, formulas without a result, how far it reaches."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from ingest.incoming import Incoming
from ingest.readers.ooxml import open_package, xml_part
from ingest.readers.sheet.formats import Formats, formats_of, formatted
from ingest.readers.superscript import superscript
from kb.errors import UnreadableFile

REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
TRUE = ("1", "true")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
COLUMNS = 16384
LAST = 10**7


class SheetFacts(NamedTuple):
    """Rows and columns count from 0; `area` is the number of cells between the first and the last filled one."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    uncounted: tuple[tuple[int, int], ...] = ()
    shown: tuple[tuple[int, int, str], ...] = ()
    """Cells whose words the reading library does not give as a reader sees them: formatted numbers, errors."""
    comments: int = 0
    drawn: tuple[str, ...] = ()
    """Words of text boxes, which stand above the cells."""
    last_row: int = 0
    area: int = 0


class Looks(NamedTuple):
    """Of a workbook: formats by style, and words with raised figures by their place in the table of words."""

    formats: Formats
    raised: dict[str, str]


def facts_of(file: Incoming) -> dict[str, SheetFacts]:
    """By the name of the sheet. Raises UnreadableFile for a package that is not safe or not whole."""
    package = open_package(file)
    book, links = xml_part(package, "xl/workbook.xml"), xml_part(package, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise UnreadableFile(f"“{file.name}”缺少工作簿目录，可能已损坏；请用 Excel 打开并另存后再上传。")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    parts = set(package.namelist())
    looks = Looks(formats_of(package), _raised(package))
    found = {}
    for sheet in book.iter("{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key == RELATION or key.endswith("}id")), None)
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path in parts and "worksheets/" in path:
            facts = _facts(package, path, file.name, looks)
            found[sheet.get("name", "")] = facts._replace(**_beside(package, path, parts))
    return found


def _beside(package: zipfile.ZipFile, path: str, parts: set[str]) -> dict[str, Any]:
    """What is fastened to a sheet: how many comments, and the words of its text boxes."""
    folder, name = posixpath.split(path)
    links = xml_part(package, f"{folder}/_rels/{name}.rels")
    comments, drawn = 0, []
    for link in () if links is None else links:
        target = link.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        sort = link.get("Type", "").rpartition("/")[2]
        if part not in parts or sort not in ("comments", "drawing"):
            continue
        root = xml_part(package, part)
        if root is None:
            continue
        if sort == "comments":
            comments += sum(1 for _ in root.iter("{*}comment"))
        else:
            boxes = ["".join(words.text or "" for words in box.iter("{*}t")).strip() for box in root.iter("{*}txBody")]
            drawn += [box for box in boxes if box]
    return {"comments": comments, "drawn": tuple(drawn)}


def _facts(package: zipfile.ZipFile, path: str, name: str, looks: Looks) -> SheetFacts:
    data = package.read(path)
    formulas = b"<f" in data or b":f>" in data or b":f " in data
    rows: set[int] = set()
    columns: set[int] = set()
    uncounted: list[tuple[int, int]] = []
    shown: list[tuple[int, int, str]] = []
    reach, at = _Reach(), 0
    try:
        for element in _elements(data):
            sort = etree.QName(element).localname
            if sort == "col":
                if element.get("hidden") in TRUE:
                    low, high = int(element.get("min", "1")), min(int(element.get("max", "1")), COLUMNS)
                    columns.update(range(low - 1, high))
                continue
            at = int(element.get("r") or at + 1)
            if element.get("hidden") in TRUE:
                rows.add(at - 1)
            for cell in element:
                if len(cell):
                    place = _place(cell, at)
                    reach.add(place)
                    if formulas and _without_result(cell):
                        uncounted.append(place)
                    elif words := _words(cell, looks):
                        shown.append((*place, words))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"“{name}”的工作表已损坏，请用 Excel 打开并另存后再上传。") from error
    return SheetFacts(frozenset(rows), frozenset(columns), tuple(uncounted), tuple(shown))._replace(
        last_row=reach.last_row + 1, area=reach.area
    )


class _Reach:
    """The rectangle around the cells added; every reference counts, since one stray cell makes it huge."""

    def __init__(self) -> None:
        self._rows, self._columns = [LAST, 0], [LAST, 0]

    def add(self, place: tuple[int, int]) -> None:
        row, column = place
        self._rows = [min(self._rows[0], row), max(self._rows[1], row)]
        self._columns = [min(self._columns[0], column), max(self._columns[1], column)]

    @property
    def last_row(self) -> int:
        return self._rows[1]

    @property
    def area(self) -> int:
        high, wide = (last - first + 1 for first, last in (self._rows, self._columns))
        return max(0, high) * max(0, wide)


def _elements(data: bytes) -> Iterator[Any]:
    events = etree.iterparse(
        io.BytesIO(data),
        tag=("{*}row", "{*}col"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _, element in events:
        yield element


def _place(cell: Any, row: int) -> tuple[int, int]:
    """`(row, column)` of a cell, from 0. One without a reference stands behind its neighbour. Raises ValueError."""
    words = cell.get("r")
    if words is None:
        return row - 1, int(cell.getparent().index(cell))
    reference = REFERENCE.fullmatch(words)
    if reference is None:
        raise ValueError(f"no reference: {words[:20]}")
    column = 0
    for letter in reference[1]:
        column = column * 26 + ord(letter) - 64
    return int(reference[2]) - 1, column - 1


def _words(cell: Any, looks: Looks) -> str | None:
    """What a cell shows where its stored value says less: 30% stored as 0.3, 007 stored as 7, 10⁶, an error."""
    sort, style = cell.get("t", "n"), cell.get("s", "")
    value = next((part.text for part in cell if etree.QName(part).localname == "v"), None) or ""
    if sort == "e":
        return value
    if sort == "s":
        return looks.raised.get(value)
    if sort == "n" and style.isdigit() and (words := looks.formats.get(int(style))):
        return formatted(value, words)
    return None


def _raised(package: zipfile.ZipFile) -> dict[str, str]:
    """By their place in the table of words, those with figures set above the line, these as raised characters."""
    name = "xl/sharedStrings.xml"
    if name not in package.namelist() or b"superscript" not in package.read(name):
        return {}
    table = xml_part(package, name)
    found = {}
    for at, entry in enumerate(() if table is None else table.iterchildren("{*}si")):
        if any(mark.get("val") == "superscript" for mark in entry.iter("{*}vertAlign")):
            found[str(at)] = " ".join("".join(map(_run, entry.iterchildren("{*}r"))).split())
    return found


def _run(run: Any) -> str:
    words = "".join(part.text or "" for part in run.iterchildren("{*}t"))
    above = any(mark.get("val") == "superscript" for mark in run.iter("{*}vertAlign"))
    return superscript(words) if above else words


def _without_result(cell: Any) -> bool:
    formula = value = None
    for part in cell:
        sort = etree.QName(part).localname
        if sort == "f":
            formula = part
        elif sort in ("v", "is"):
            value = part
    # a formula that yields empty words is stored as a string cell with an empty value: that is a result
    return formula is not None and (value is None or (not value.text and not len(value) and cell.get("t") != "str"))
