"""Small builders of real objects for tests: an encoder that needs no weights, and documents, provisions and chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np

from kb.embed import Vectors
from kb.lexical import query_terms
from kb.model import Chunk, Document, Kind, Level, Provision, Rung, Sector, Source, State

SOURCE = Source(name="测试来源", url="https://example.org/law", licence="公有领域")
FIRST = (
    "第一条 持有人可以自行生产样例药品，也可以委托药品生产企业生产。\n"
    "第二条 疫苗、血液制品不得委托生产，国务院药品监督管理部门另有规定的除外。\n"
    "第三条 持有人应当在十五日内报告样例药品的不良反应。\n"
)
SECOND = (
    "第一条 持有人可以自行生产样例药品，也可以委托药品生产企业生产。\n"
    "第二条 国家鼓励样例药品的研究和创制，对临床急需的品种优先审评审批。\n"
    "第三条 疫苗、血液制品不得委托生产，国务院药品监督管理部门另有规定的除外。\n"
    "第四条 持有人应当在三十日内报告样例药品的不良反应。\n"
)
"""Two versions of one rule: the second puts an article in, which moves one, and rewords the last."""


class HashEncoder:
    """A real, if crude, encoder: each term points in a direction drawn from its id, a text is the sum of its terms.

    Texts that share terms are near each other, so searches over it behave; it is deterministic and instant.
    """

    taught = False

    def __init__(self, size: int = 64) -> None:
        self.size = size
        self.name = f"hash-{size}"

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.size), np.float32)

    def turned(self, texts: Sequence[str]) -> Vectors:
        return self.queries(texts)

    def passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        vectors = self.queries(texts)
        if progress:
            progress(len(texts), len(texts))
        return vectors

    def _vector(self, text: str) -> Vectors:
        # A text without any term gets a direction of its own: a zero vector has no cosine.
        indices = query_terms(text).indices or [0]
        total = np.sum([np.random.default_rng(index).standard_normal(self.size) for index in indices], axis=0)
        return np.asarray(total / np.linalg.norm(total), np.float32)


def document(title: str = "药品样例管理办法", *, version: str = "2020-07-01", **fields: Any) -> Document:
    """A published departmental rule on drugs in force since `version`; any field may be given."""
    instrument = str(fields.pop("instrument", title))
    values: dict[str, Any] = {
        "id": f"{instrument}@{version}",
        "instrument": instrument,
        "version": version,
        "title": title,
        "kind": Kind.DEPARTMENT_RULE,
        "level": Level.DEPARTMENT_RULE,
        "sectors": (Sector.DRUG,),
        "effective_on": date.fromisoformat(version),
        "valid_from": date.fromisoformat(version),
        "state": State.PUBLISHED,
        "source": SOURCE,
    }
    return Document(**(values | fields))


def provision(*path: str, text: str, within: str | None = None, rung: Rung = Rung.ARTICLE, **fields: Any) -> Provision:
    """The provision at `path` whose words are `text` (its last segment is its number), found in `within`.

    Raises ValueError when `within` does not hold the words. Without `within` it stands at offset 0.
    """
    start = within.index(text) if within is not None else 0
    number = path[-1] if text.startswith(path[-1]) else None
    printed = len(number) if number else 0
    body = start + printed + (len(text[printed:]) - len(text[printed:].lstrip(" \u3000")))
    values: dict[str, Any] = {
        "path": path, "rung": rung, "number": number, "start": start, "body": body, "end": start + len(text),
    }  # fmt: skip
    return Provision(**(values | fields))


def chunk(*path: str, text: str, title: str = "药品样例管理办法", start: int = 0, part: int = 0) -> Chunk:
    """A chunk of `text` at `start`, with the index text that the title gives it."""
    return Chunk(path=path, part=part, start=start, end=start + len(text), index_text=f"{title}\n{text}")
