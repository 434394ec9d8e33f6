"""Suites: which there are, and what a path holds, one of ours or a plain set of questions."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from eval.cases import Case, read_cases
from eval.plain_sets import read_plain
from kb.errors import BadInput


class Suite(NamedTuple):
    """Cases to be run together. `answers` is False where only the ranking is to be judged."""

    name: str
    cases: tuple[Case, ...]
    sha256: str
    answers: bool = True


def find_suites(folder: Path) -> list[Path]:
    """Every suite file of a folder by name. Raises BadInput when there is none."""
    found = sorted(folder.glob("*.jsonl"))
    if not found:
        raise BadInput(f"{folder} 里没有题集（*.jsonl）。")
    return found


def read_suite(path: Path) -> Suite:
    """The suite of a JSONL file. One of ours tags its cases; a plain set, see `eval.plain_sets`, has no tags.

    Raises BadInput naming file and line.
    """
    cases = read_plain(path) if path.is_file() and _is_plain(path) else read_cases(path)
    return Suite(path.stem, cases, sha256(path.read_bytes()).hexdigest())


def _is_plain(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    try:
        row = json.loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and "question" in row and "tags" not in row
