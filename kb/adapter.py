"""The learnt adapter of the bundled encoder: low-rank changes to its upper layers, for questions alone.

A question in plain words and the article that answers it lie apart in an encoder that was never taught law. The adapter
adds to each linear layer from `level` on the product of two thin matrices (LoRA: Hu et al. 2021, arXiv:2106.09685),
learnt by `learning/adapter.py` (docs/decisions/021). `kb/e5_convert.py` puts it in when the model is made, as a second
top over the same lower layers: passages keep the first one, so that none is encoded again.

Learnt in part from the questions of STARD (oneal2000/STARD, MIT licence, copyright its authors).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.embed import Vectors

FILE = Path(__file__).with_name("query_adapter.npz")
PARTS = ("q", "k", "v", "ao", "fi", "fo")
"""The linear layers of one layer of the encoder, by their names in the weight file (`kb.e5_model.LINEAR`)."""


class Adapter(NamedTuple):
    """`weights` is the SHA-256 of the weight file it was learnt on. For each part `down` has shape (layers, rank,
    inputs) and `up` (layers, outputs, rank); the first layer is number `level`, counted from 0."""

    weights: str
    level: int
    down: Mapping[str, Vectors]
    up: Mapping[str, Vectors]

    def change(self, layer: int, part: str) -> Vectors:
        """What is added to the weight of a linear layer, shape (outputs, inputs)."""
        at = layer - self.level
        return np.asarray(self.up[part][at] @ self.down[part][at], np.float32)


def read_adapter(file: Path) -> Adapter:
    """Raises ValueError for a file that holds anything but plain numbers."""
    with np.load(file, allow_pickle=False) as held:
        down, up = ({part: _whole(held, f"{part}_{side}") for part in PARTS} for side in ("down", "up"))
        return Adapter(str(held["weights"]), int(held["level"]), down, up)


def write_adapter(adapter: Adapter, file: Path) -> None:
    """As eight-bit numbers, with one scale for each row."""
    held: dict[str, NDArray[Any]] = {"weights": np.array(adapter.weights), "level": np.array(adapter.level)}
    for side, matrices in (("down", adapter.down), ("up", adapter.up)):
        for part in PARTS:
            scale = np.maximum(np.abs(matrices[part]).max(axis=-1, keepdims=True), 1e-12).astype(np.float32) / 127
            held[f"{part}_{side}"] = np.round(matrices[part] / scale).astype(np.int8)
            held[f"{part}_{side}_scale"] = scale
    np.savez_compressed(file, allow_pickle=False, **held)


def fingerprint(file: Path) -> str:
    """By which a made model is known to hold this adapter."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _whole(held: Mapping[str, NDArray[Any]], name: str) -> Vectors:
    return np.asarray(held[name] * held[f"{name}_scale"], np.float32)
