"""The file a document was read from, as it was handed in: kept under its hash, named by the registry."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kb.errors import NotFound
from kb.knowledge import KnowledgeBase


class Original(NamedTuple):
    """`name` is the last part of the name it came with: a word for people, never a path that is opened."""

    name: str
    place: Path

    @property
    def data(self) -> bytes:
        return self.place.read_bytes()


def original_of(knowledge: KnowledgeBase, document_id: str) -> Original:
    """The original of a document. Raises NotFound with the reason when there is none."""
    document = knowledge.registry.document(document_id)
    kept = knowledge.registry.original(document_id)
    if kept is None:
        raise NotFound(f"《{document.title}》没有保存原件：它来自“{document.source.name}”，不是由文件读入的。")
    name, place = plain_name(kept[0]), knowledge.original(kept[1])
    if not place.is_file():
        way_out = "请从备份恢复，或把同一个文件重新入库；regkb verify 列出全部缺失。"
        raise NotFound(f"《{document.title}》的原件“{name}”不见了。{way_out}")
    return Original(name, place)


def plain_name(name: str) -> str:
    """The last part of a name such as `archive.zip/dir/file.docx`."""
    return PurePosixPath(name.replace("\\", "/")).name
