"""Fit the weights of the second look: `python -m learning.ranking --home HOME [--lay FILE] --adapter FILE --fold FOLD`.

The questions of a fold are searched with an adapter that never saw it; the features of their candidates are put in
order by a softmax over them (listwise), the right ones against the rest, with a small ridge. Five parts of the fold,
grouped by article, say how well the weights do on questions they were not fitted on. What is printed goes into
`kb.rerank.WEIGHTS` by hand, scaled and rounded, so that the product holds numbers that a person can read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from kb import known_questions, rerank, search, second_look
from kb.address import article_of
from kb.embed import Vectors
from kb.knowledge import KnowledgeBase
from kb.rerank import WEIGHTS, features
from kb.settings import Settings
from learning.adapter import opened, parser_on_a_fold
from learning.questions import FOLDS, Asked, Gold, covers, questions, texts

RIDGE = 1e-3
NAMES = tuple(name for name in WEIGHTS if name != "known")
"""What is fitted; a training question is a known one itself, so that it can say nothing of their weight."""


class Listed(NamedTuple):
    """The candidates of one question: features, shape (candidates, features), and the place of each, with the one of
    the right provisions that it is, or None."""

    asked: Asked
    features: Vectors
    places: tuple[Gold, ...]
    golds: tuple[Gold | None, ...]

    @property
    def right(self) -> np.ndarray:
        return np.array([gold is not None for gold in self.golds])


def main() -> None:
    options = _options()
    day = date.today()
    with opened(Settings(home=options.home), options.adapter) as knowledge:
        asked = [one for one in questions(texts(knowledge, day), options.lay) if one.fold == options.fold]
        listed = [_listed(knowledge, one, day) for one in asked]
    if options.keep:
        np.savez_compressed(options.keep, **_flat(listed))
    now = np.array([WEIGHTS[name] for name in NAMES], np.float32)
    report("现在的权重", listed, [one.features @ now for one in listed])
    fitted = [fit([one for one in listed if one.asked.group % FOLDS != part]) for part in range(FOLDS)]
    report("重新拟合（没见过的题）", listed, [one.features @ fitted[one.asked.group % FOLDS] for one in listed])
    weights = fit(listed)
    scale = sum(abs(weights))
    for name, weight, spread in zip(NAMES, weights, np.std(fitted, axis=0), strict=True):
        print(f"{name:14} {weight / scale * 3:6.3f} ± {spread / scale * 3:.3f}")


def fit(listed: Sequence[Listed]) -> Vectors:
    """Weights, one a feature, that put the right candidates first."""
    shown = [one for one in listed if one.right.any()]
    most = max(len(one.places) for one in shown)
    given = torch.zeros(len(shown), most, len(NAMES))
    held, right = torch.zeros(len(shown), most, dtype=torch.bool), torch.zeros(len(shown), most, dtype=torch.bool)
    for row, one in enumerate(shown):
        count = len(one.places)
        given[row, :count], held[row, :count] = torch.tensor(one.features), True
        right[row, :count] = torch.tensor(one.right)
    weights = torch.zeros(len(NAMES), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        chances = torch.log_softmax((given @ weights).masked_fill(~held, -1e9), 1)
        wrong = -torch.logsumexp(chances.masked_fill(~right, -1e9), 1).mean() + RIDGE * (weights * weights).sum()
        wrong.backward()
        return wrong

    optimiser.step(loss)
    return weights.detach().numpy()


def report(name: str, listed: Sequence[Listed], scores: Sequence[Vectors]) -> None:
    """Hit@1, Recall@10 and nDCG@10 over articles, by source of the question."""
    for source in sorted({one.asked.source for one in listed}):
        rows = [_measured(one, score) for one, score in zip(listed, scores, strict=True) if one.asked.source == source]
        hit, recall, gain = np.mean(rows, axis=0)
        print(f"{name} {source} {len(rows)} 题：Hit@1 {hit:.3f} Recall@10 {recall:.3f} nDCG@10 {gain:.3f}")


def _measured(one: Listed, scores: Vectors) -> tuple[float, float, float]:
    """A right provision counts once, at its first place; a later part of it takes a place and earns nothing."""
    order = np.argsort(-scores, kind="stable")
    seen: set[Gold] = set()
    top: list[bool] = []
    for _place, gold in dict.fromkeys((one.places[at], one.golds[at]) for at in order):
        top.append(gold is not None and gold not in seen)
        seen |= {gold} if gold else set()
        if len(top) == 10:
            break
    wanted, gains = len(one.asked.gold), 1 / np.log2(np.arange(2, 12))
    gained = sum(gain for gain, right in zip(gains, top, strict=False) if right)
    return float(bool(top and top[0])), sum(top) / wanted, gained / gains[: min(10, wanted)].sum()


def _listed(knowledge: KnowledgeBase, one: Asked, day: date) -> Listed:
    rows: list[list[float]] = []
    places: list[Gold] = []

    def seen(read: rerank.Read, asked: rerank.Asked) -> dict[str, float]:
        found = features(read, asked)
        rows.append([found[name] for name in NAMES])
        article = article_of(read.path)
        places.append((read.document.instrument, (article,) if article else read.path))
        return found

    with replaced(second_look, "features", seen), replaced(known_questions, "known_questions_for", lambda _name: None):
        search.found(knowledge, one.question, as_of=day, limit=50, how=search.How(without=frozenset({"parts"})))
    golds = [next((g for g in one.gold if g[0] == name and covers(g[1], path)), None) for name, path in places]
    return Listed(one, np.array(rows, np.float32).reshape(len(rows), len(NAMES)), tuple(places), tuple(golds))


@contextmanager
def replaced(module: object, name: str, value: object) -> Iterator[None]:
    """The product's own search, looked into at one place."""
    kept = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, kept)


def _flat(listed: Sequence[Listed]) -> dict[str, np.ndarray]:
    return {
        "features": np.concatenate([one.features for one in listed]),
        "right": np.concatenate([one.right for one in listed]),
        "query": np.repeat(np.arange(len(listed)), [len(one.places) for one in listed]),
        "fold": np.array([one.asked.fold for one in listed]),
        "names": np.array(NAMES),
    }


def _options() -> argparse.Namespace:
    options = parser_on_a_fold("拟合第二眼排序的权重")
    options.add_argument("--keep", type=Path, help="把特征存为 npz，供试验")
    return options.parse_args()


if __name__ == "__main__":
    main()
