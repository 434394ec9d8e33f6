"""Retrieval sets in the BEIR layout, scored over a knowledge base made of their documents.

A folder holds `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and `qrels/*.tsv` with a heading
line (query, document, grade). Each document becomes one instrument without articles, its chunks are made and encoded as
those of any other text, and each judged query becomes a case whose golds carry their grades, so that nDCG@10 is the
figure that BEIR reports. Recall@10 here is over all relevant documents, also where there are more than ten.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from eval.cases import Case, Gold
from eval.suites import Suite
from ingest.chunk import chunks
from kb.address import instrument_name
from kb.errors import BadInput
from kb.knowledge import Library
from kb.model import Document, Kind, Level, Provision, Rung, Source, State

CORPUS, QUERIES, JUDGEMENTS = "corpus.jsonl", "queries.jsonl", "qrels"
PREFERRED = ("test", "dev")
EMPTY = "（原文为空）"
BODY = ("正文",)
VERSION = "1"

Judged = dict[str, dict[str, int]]
"""Query id → document id → grade, only grades above zero."""


class Text(NamedTuple):
    """One document of a set; `name` is its id, made fit to be that of an instrument."""

    name: str
    title: str
    text: str


class RetrievalSet(NamedTuple):
    texts: tuple[Text, ...]
    suite: Suite


def is_beir(path: Path) -> bool:
    return (path / CORPUS).is_file() and (path / QUERIES).is_file() and (path / JUDGEMENTS).is_dir()


def read_beir(folder: Path, limit: int | None = None) -> RetrievalSet:
    """The set, or a part of it: with `limit` at most so many documents, first those relevant to the first queries, up
    to half of the limit, then the others in their order; and only queries all of whose relevant documents are among
    them. A part is easier than the whole, and its name says that it is one.

    Raises BadInput naming file and line of a bad row, or when nothing is left to be asked.
    """
    judgements = _chosen(folder / JUDGEMENTS)
    judged = _judged(judgements)
    queries = {_field(row, "_id", place): _field(row, "text", place) for row, place in _rows(folder / QUERIES)}
    rows = {_field(row, "_id", place): (row, place) for row, place in _rows(folder / CORPUS)}
    kept = _part(rows, judged, limit) if limit and limit < len(rows) else list(rows)
    names = {identity: _name(identity, number) for number, identity in enumerate(kept, start=1)}
    cases = [
        _case(number, text, judged[query], names)
        for number, (query, text) in enumerate(queries.items(), start=1)
        if query in judged and judged[query].keys() <= names.keys()
    ]
    if not cases:
        raise BadInput(f"{folder} 里没有可评的问题：{judgements.name} 判为相关的文献不在所取的文献之内。")
    digest = sha256(b"".join(path.read_bytes() for path in (judgements, folder / QUERIES)))
    name = f"{folder.resolve().name}-{judgements.stem}" + (f"-{len(kept)}篇" if len(kept) < len(rows) else "")
    suite = Suite(name, tuple(cases), digest.hexdigest(), answers=False)
    return RetrievalSet(tuple(_text(names[identity], *rows[identity]) for identity in kept), suite)


def load(library: Library, texts: Sequence[Text], progress: Callable[[int, int], None]) -> None:
    """Put every document in, one version each, and build the index."""
    for number, text in enumerate(texts, start=1):
        body = Provision(path=BODY, rung=Rung.TEXT, start=0, body=0, end=len(text.text))
        library.replace(
            _document(text), text.text, [body], chunks(text.title, text.text, (body,)), relations=(), repairs=(),
            notes=(), original=None,
        )  # fmt: skip
        progress(number, len(texts))
    library.optimize()


def _document(text: Text) -> Document:
    return Document(
        id=f"{text.name}@{VERSION}", instrument=text.name, version=VERSION, title=text.title,
        kind=Kind.NORMATIVE_DOCUMENT, level=Level.NORMATIVE_DOCUMENT, state=State.PUBLISHED,
        source=Source(name="评测文献"),
    )  # fmt: skip


def _part(rows: Mapping[str, object], judged: Judged, limit: int) -> list[str]:
    wanted: dict[str, None] = {}
    for relevant in judged.values():
        fresh = [identity for identity in relevant if identity in rows and identity not in wanted]
        if len(wanted) + len(fresh) > limit // 2:
            break
        wanted.update(dict.fromkeys(fresh))
    return list(dict.fromkeys((*wanted, *rows)))[:limit]


def _case(number: int, text: str, relevant: Mapping[str, int], names: Mapping[str, str]) -> Case:
    golds = tuple(Gold(title=names[identity], grade=grade) for identity, grade in relevant.items())
    return Case(id=f"query-{number}", question=text, gold=golds, tags=("general",), source="检索评测集的查询")


def _text(name: str, row: Mapping[str, Any], place: str) -> Text:
    words = _field(row, "text", place)
    title = row.get("title") or name
    return Text(name, str(title), words.strip() or str(row.get("title") or EMPTY))


def _name(identity: str, number: int) -> str:
    """The id itself where it can stand in an address, so that reasons name what the set names."""
    plain = re.fullmatch(r"[\w.-]{1,80}", identity) and instrument_name(identity) == identity
    return identity if plain else f"text-{number}"


def _chosen(folder: Path) -> Path:
    found = {path.stem: path for path in sorted(folder.glob("*.tsv"))}
    if not found:
        raise BadInput(f"{folder} 里没有判断文件（*.tsv）。")
    return next((found[name] for name in PREFERRED if name in found), next(iter(found.values())))


def _judged(path: Path) -> Judged:
    judged: Judged = {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows, None)  # the heading
        for number, row in enumerate(rows, start=2):
            try:
                query, document, grade = row[0], row[1], int(row[2])
            except (IndexError, ValueError) as error:
                raise BadInput(f"{path.name} 第 {number} 行有误：应是查询、文献、等级三列，等级是整数。") from error
            if grade > 0:
                judged.setdefault(query, {})[document] = grade
    return judged


def _rows(path: Path) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each row with the words that name its place."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            place = f"{path.name} 第 {number} 行"
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise BadInput(f"{place}有误：不是 JSON。") from error
            if not isinstance(row, dict):
                raise BadInput(f"{place}有误：应是一个对象。")
            yield row, place


def _field(row: Mapping[str, Any], name: str, place: str) -> str:
    if not isinstance(row.get(name), str):
        raise BadInput(f"{place}有误：缺少文字 {name}。")
    return str(row[name])
