"""What the registry can keep as it is: refused before anything is written, whatever the database would do with it.

SQLite takes any length and cuts nothing, PostgreSQL refuses keys that are too long and the character NUL, and no
encoding has a place for half of a surrogate pair. One rule for both, so that a text that was taken in on one can be
moved to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kb.errors import BadInput
from kb.model import Chunk, Document, Provision, Relation
from kb.rows import SEPARATOR

LONGEST_KEY = 400
"""Characters of a document id or of the path of a provision: they are keys and indexed."""
LONGEST_INSTRUMENT = 300


def check_keepable(
    document: Document, text: str, provisions: Sequence[Provision], chunks: Sequence[Chunk],
    relations: Sequence[Relation], notes: Sequence[str], file_name: str | None,
) -> None:  # fmt: skip
    """Raise BadInput with the place and what to do, for a key that is too long or a character that has no encoding."""
    _check_length("文件编号", document.id, LONGEST_KEY)
    _check_length("题名", document.instrument, LONGEST_INSTRUMENT)
    for place in (provisions, chunks, relations):
        for path in {one.path for one in place}:
            _check_length("条款地址", SEPARATOR.join(path), LONGEST_KEY)
    check_characters("正文", [text, *(chunk.index_text for chunk in chunks)])
    check_characters("条款的编号与标题", _labels(provisions))
    check_characters("对其他文件的引用", strings_of([relation.model_dump() for relation in relations]))
    check_characters("文件的说明", strings_of([document.model_dump(), list(notes)]))
    check_characters("文件名", [file_name or ""])


def check_characters(where: str, said: Iterable[str]) -> None:
    """Raise BadInput for the character NUL or half of a surrogate pair in any of the strings."""
    for words in said:
        at = words.find("\0")
        if at < 0:
            try:
                words.encode()
                continue
            except UnicodeEncodeError as error:
                at = error.start
        raise BadInput(
            f"{where}的第 {at + 1} 个字符（U+{ord(words[at]):04X}）不能保存，没有写入任何内容：请检查来源文件的编码。"
        )


def strings_of(value: object) -> Iterator[str]:
    """Every string in a nest of dicts and lists, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings_of(name)
            yield from strings_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_of(inner)


def _labels(provisions: Sequence[Provision]) -> Iterator[str]:
    for provision in provisions:
        yield from (*provision.path, *provision.trail, provision.number or "", provision.heading or "")


def _check_length(what: str, key: str, longest: int) -> None:
    if len(key) > longest:
        raise BadInput(
            f"{what}有 {len(key)} 个字符，最多 {longest} 个（{key[:40]}…），没有写入任何内容："
            "多半是标题或编号认错了，请检查来源文件的版式。"
        )
