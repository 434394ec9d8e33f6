"""What answers searches at one moment: an encoder, the index it built, and the weights of that index's terms.

They change together, in one assignment, when another encoder's index takes over: a search that reads them once is never
half of one and half of another.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from kb.embed import Encoder
from kb.lexicon import Lexicon
from kb.reencode import label
from kb.relevance import TermWeights
from kb.reranker import Reranker
from kb.store import VectorStore


class Serving(NamedTuple):
    """`version` is a mark of all that a ranking rests on besides the texts."""

    encoder: Encoder
    store: VectorStore
    weights: TermWeights
    version: str


def serving(encoder: Encoder, store: VectorStore, lexicon: Lexicon, reranker: Reranker | None) -> Serving:
    rests_on = (label(encoder), lexicon.version, reranker.name if reranker else "")
    mark = hashlib.sha256("\0".join(rests_on).encode()).hexdigest()[:6]
    return Serving(encoder, store, TermWeights(store), mark)
