"""The parts of a Word package: the main text and what its relationships point to."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator

from ingest.readers.ooxml import xml_part
from ingest.readers.word.names import A, Element

DIAGRAM_POINT = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}pt"


class WordParts:
    """Parts by the kind of their relationship to the main text, or by its id."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        main = next((target for _, kind, target in self._links("_rels/.rels", "") if kind == "officeDocument"), None)
        self.main = main if main in package.namelist() else "word/document.xml"
        folder, name = posixpath.split(self.main)
        self._drawn: set[str] = set()
        self._related = list(self._links(f"{folder}/_rels/{name}.rels", folder))

    def document(self) -> Element | None:
        return xml_part(self._package, self.main)

    def one(self, kind: str) -> Element | None:
        """The part of a kind (styles, numbering, footnotes …), None without one."""
        return next(iter(self.all(kind)), None)

    def all(self, kind: str) -> Iterator[Element]:
        for target in dict.fromkeys(target for _, found, target in self._related if found == kind):
            if (part := xml_part(self._package, target)) is not None:
                yield part

    def diagram(self, relationship: str) -> list[str]:
        """The words of a SmartArt drawing, one line for each of its shapes; nothing when it is asked for again."""
        target = next((target for name, _, target in self._related if name == relationship), None)
        if target is None or target in self._drawn:
            return []
        self._drawn.add(target)
        part = xml_part(self._package, target)
        shapes = () if part is None else part.iter(DIAGRAM_POINT)
        return ["".join(word.text or "" for word in shape.iter(A + "t")) for shape in shapes]

    def _links(self, part: str, folder: str) -> Iterator[tuple[str, str, str]]:
        """Id, kind and target of each relationship inside the package."""
        links = xml_part(self._package, part)
        for link in () if links is None else links:
            if link.get("TargetMode") == "External":
                continue
            target = link.get("Target") or ""
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield link.get("Id") or "", (link.get("Type") or "").rpartition("/")[2], path
