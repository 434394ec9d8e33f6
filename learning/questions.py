"""Training questions with the chunks that answer them, over an opened knowledge base."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from kb import validity
from kb.address import article_of, instrument_name
from kb.embed import Vectors
from kb.knowledge import KnowledgeBase
from kb.model import State

OURS = Path(__file__).parents[1] / "data" / "train"
SOURCES = ("questions", "field", "general", "practice", "matters", "guidance", "articles")
FOLDS = 5

Gold = tuple[str, tuple[str, ...]]
"""Instrument and path of a provision that answers: an article's number, or the entries of an outline."""


class Asked(NamedTuple):
    """A question, the provisions that answer it, its source, its group and its fold: questions on one provision share
    both, so that none is judged by what another one of the same provision taught."""

    question: str
    gold: frozenset[Gold]
    source: str
    group: int
    fold: int


class Texts(NamedTuple):
    """Every chunk of the knowledge base: its vector, shape (chunks, size), and where it stands."""

    vectors: Vectors
    chunks_of: dict[str, list[tuple[tuple[str, ...], int]]]
    """Instrument → (path, number of the chunk)."""
    instruments: dict[str, str]
    """Printed name → instrument: an edition in the title (2022年修订版) is no part of the instrument."""

    def answering(self, gold: Gold) -> list[int]:
        return [at for path, at in self.chunks_of.get(gold[0], ()) if covers(gold[1], path)]


def covers(gold: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether a chunk or a passage at `path` holds the provision that answers, or lies in it."""
    shared = min(len(gold), len(path))
    return gold[:shared] == path[:shared]


def parser(purpose: str) -> argparse.ArgumentParser:
    """What every one of these commands is told: where the texts are, and further questions."""
    made = argparse.ArgumentParser(description=purpose)
    made.add_argument("--home", type=Path, required=True, help="装有训练题所涉条文的数据目录")
    made.add_argument("--lay", type=Path, help="另一份通俗问题（JSONL：question 与 gold 的 law、article）")
    return made


def texts(knowledge: KnowledgeBase, day: date) -> Texts:
    """The texts that apply on `day`, or whose force is not known."""
    chunks_of: defaultdict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    words: list[str] = []
    instruments: dict[str, str] = {}
    for held in knowledge.registry.held().values():
        document = held.document
        valid, ended = validity.interval(document)
        if document.state is not State.PUBLISHED or not valid <= validity.day_number(day) < ended:
            continue
        instruments[instrument_name(document.title)] = document.instrument
        for chunk in knowledge.registry.chunks(document.id):
            chunks_of[document.instrument].append((chunk.path, len(words)))
            words.append(chunk.index_text)
    return Texts(knowledge.encoder.passages(words), dict(chunks_of), instruments)


def questions(held: Texts, lay: Path | None) -> list[Asked]:
    """Our questions and, where the file is given, the lay ones; those whose provisions are not held are left out."""
    files = [(OURS / f"{name}.jsonl", name) for name in SOURCES] + ([(lay, "lay")] if lay else [])
    found = []
    for file, source in files:
        for row in _rows(file):
            named = {_gold(entry, held.instruments) for entry in row["gold"]}
            gold = frozenset(one for one in named if held.answering(one))
            if gold:
                found.append((str(row["question"]), gold, source))
    groups = _groups([gold for _, gold, _ in found])
    first: dict[int, Gold] = {}
    for (_, gold, _), group in zip(found, groups, strict=True):
        first[group] = min(first.get(group, min(gold)), *gold)
    return [Asked(*one, group, _fold(first[group])) for one, group in zip(found, groups, strict=True)]


def _fold(place: Gold) -> int:
    """By the first place of a group, not by its number: one more question, or a text that is not held, leaves the
    others in their folds, and an adapter learnt before has still not seen its own."""
    return int.from_bytes(blake2b("/".join((place[0], *place[1])).encode(), digest_size=4).digest(), "big") % FOLDS


def _groups(golds: Sequence[frozenset[Gold]]) -> list[int]:
    """A number for each question; those with a provision in common have the same, also over a third question."""
    above: dict[Gold, Gold] = {}

    def top(place: Gold) -> Gold:
        while (higher := above.setdefault(place, place)) != place:
            above[place] = place = above.setdefault(higher, higher)
        return place

    units = [sorted({_unit(place) for place in gold}) for gold in golds]
    for first, *others in units:
        for other in others:
            above[top(other)] = top(first)
    numbers: dict[Gold, int] = {}
    return [numbers.setdefault(top(first), len(numbers)) for first, *_ in units]


def _unit(place: Gold) -> Gold:
    """An article; of an outline the whole document, for its entries lie in one another."""
    return place if article_of(place[1]) else (place[0], ())


def _gold(entry: dict[str, Any], instruments: dict[str, str]) -> Gold:
    title = instrument_name(entry.get("title") or entry["law"])
    return instruments.get(title, title), (entry["article"],) if "article" in entry else tuple(entry["path"])


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
