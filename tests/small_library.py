"""A small knowledge base of texts written for a test: real registry, real embedded index, real search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from factories import HashEncoder, chunk, document, provision

from kb.embed import Encoder
from kb.knowledge import KnowledgeBase
from kb.lexicon import Lexicon
from kb.model import Document, Kind, Level, Provision, Rung
from kb.registry import open_registry
from kb.reranker import Reranker
from kb.settings import Settings
from kb.store_edge import EdgeStore

LAW: dict[str, Any] = {"kind": Kind.LAW, "level": Level.LAW}
LOCAL: dict[str, Any] = {"kind": Kind.LOCAL_REGULATION, "level": Level.LOCAL_REGULATION, "region": "海南省"}
GUIDE: dict[str, Any] = {"kind": Kind.GUIDE, "level": Level.REFERENCE}
GUIDANCE: dict[str, Any] = {"kind": Kind.GUIDANCE, "level": Level.GUIDANCE}
COURT: dict[str, Any] = {"kind": Kind.JUDICIAL_INTERPRETATION, "level": Level.LAW}


def empty_library(
    home: Path, encoder: Encoder | None = None, *, lexicon: Lexicon | None = None, reranker: Reranker | None = None
) -> KnowledgeBase:
    """Nothing is held yet; the encoder is the instant one unless another is given."""
    settings = Settings(home=home)
    registry, store = open_registry(settings), EdgeStore(settings.index)
    return KnowledgeBase(
        registry, store, encoder or HashEncoder(), settings.originals, lexicon=lexicon, reranker=reranker
    )


def put(knowledge: KnowledgeBase, title: str, text: str, **fields: Any) -> Document:
    """A text of articles, one a line, each line opening with its number and a blank."""
    places = [provision(line.split()[0], text=line, within=text) for line in text.splitlines()]
    return stored(knowledge, text, places, places, document(title, **fields))


def put_outline(
    knowledge: KnowledgeBase, title: str, text: str, places: list[Provision], indexed: list[str]
) -> Document:
    """An outline whose chunks are the entries with the paths `indexed`."""
    chosen = [p for p in places if "/".join(p.path) in indexed]
    held = document(title, kind=Kind.POLICY, level=Level.NORMATIVE_DOCUMENT)
    return stored(knowledge, text, places, chosen, held)


def stored(
    knowledge: KnowledgeBase, text: str, places: list[Provision], chosen: list[Provision], held: Document
) -> Document:
    chunks = [chunk(*p.path, text=text[p.body : p.end], title=held.title, start=p.body) for p in chosen]
    knowledge.replace(held, text, places, chunks, [], [], [], None)
    return held


def entry(text: str, *path: str, opens: str, ends: str, **fields: Any) -> Provision:
    """The entry of an outline that runs from the words `opens` to the words `ends` of `text`."""
    start, end = text.index(opens), text.index(ends) + len(ends)
    return provision(*path, text=text[start:end], within=text, rung=Rung.HEADING, **fields)
