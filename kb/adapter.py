"""The learnt turn of a question's vector towards the provisions that answer it; passages stay as they were encoded.

A question in plain words and the article that answers it lie apart in an encoder that was never taught law. The adapter
is one matrix on top of the frozen bundled encoder: q ↦ unit(q + M·q + b), learnt by `learning/adapter.py`
(docs/decisions/021). Because only questions are turned, no passage is encoded again and a search costs a millisecond
in a thousand more.

Learnt in part from the questions of STARD (oneal2000/STARD, MIT licence, copyright its authors).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from kb.embed import Vectors, unit

FILE = Path(__file__).with_name("query_adapter.npz")


class Adapter:
    """`matrix` has shape (size, size), `bias` (size,); both in the encoder's own numbers."""

    def __init__(self, matrix: Vectors, bias: Vectors) -> None:
        self._matrix, self._bias = matrix, bias

    def __call__(self, vector: Vectors) -> Vectors:
        """The turned vector of one question, of unit length; shape (size,) in and out."""
        turned: Vectors = unit((vector + self._matrix @ vector + self._bias)[None, :], ["问题"])
        return np.asarray(turned[0], np.float32)


@lru_cache(maxsize=4)
def adapter_for(encoder: str, file: Path = FILE) -> Adapter | None:
    """The adapter learnt for the encoder of this name; None for any other encoder, whose vectors mean other things."""
    with np.load(file, allow_pickle=False) as held:
        if str(held["encoder"]) != encoder:
            return None
        scale = held["scale"].astype(np.float32)
        return Adapter(held["matrix"].astype(np.float32) * scale[:, None], held["bias"].astype(np.float32))
