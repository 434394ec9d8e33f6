"""Learn the query adapter: `python -m learning.adapter --home HOME [--lay FILE] [--write]`.

Softmax over hard and random chunks: for each question the chunks of its articles against the 40 nearest of it and its
batch and 4,000 drawn ones, cosines over a temperature. Five folds grouped by article give figures on questions it never
saw; the shipped matrix is learnt on all, rounded to eight bits a row.
"""

from __future__ import annotations

import argparse
import math
from datetime import date
from pathlib import Path

import numpy as np
import torch

from kb.adapter import FILE, Adapter
from kb.embed import Vectors
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from learning.questions import FOLDS, Asked, Texts, parser, questions, texts

EPOCHS = 12
LEARNING_RATE = 1e-3
DECAY = 0.1
TEMPERATURE = 0.03
BATCH = 64
HARD = 40
DRAWN = 4000
RANKS = (1, 10, 50)


def main() -> None:
    options = _options()
    knowledge = KnowledgeBase.open(Settings(home=options.home), date.today)
    try:
        held = texts(knowledge, date.today())
        asked = questions(held, options.lay)
        vectors = knowledge.encoder.queries([one.question for one in asked])
        name = knowledge.encoder.name
    finally:
        knowledge.close()
    print(f"{len(asked)} 个问题，{len(held.vectors)} 块")
    report("原编码器", vectors, held, asked)
    crossed = cross_fitted(vectors, held, asked)
    turned = np.stack([crossed[one.fold](vector) for vector, one in zip(vectors, asked, strict=True)])
    report("适配后（没见过的题）", turned, held, asked)
    if options.write:
        write(learn(vectors, held, asked), name, FILE)


def cross_fitted(vectors: Vectors, held: Texts, asked: list[Asked]) -> list[Adapter]:
    """One adapter a fold, learnt without the questions of that fold."""
    made = []
    for fold in range(FOLDS):
        rows = [at for at, one in enumerate(asked) if one.fold != fold]
        made.append(Adapter(*learn(vectors[rows], held, [asked[at] for at in rows])))
    return made


def learn(vectors: Vectors, held: Texts, asked: list[Asked]) -> tuple[Vectors, Vectors]:
    """The matrix, shape (size, size), and the bias, shape (size,)."""
    torch.manual_seed(0)
    drawn = np.random.default_rng(0)
    asks, passages = torch.tensor(vectors), torch.tensor(held.vectors)
    gold = [np.array(sorted({at for gold in one.gold for at in held.answering(gold)})) for one in asked]
    near = torch.cat([torch.topk(part @ passages.T, HARD, dim=1).indices for part in asks.split(256)]).numpy()
    size = asks.shape[1]
    turn = torch.nn.Linear(size, size)
    torch.nn.init.zeros_(turn.weight)
    torch.nn.init.zeros_(turn.bias)
    optimiser = torch.optim.AdamW(turn.parameters(), lr=LEARNING_RATE, weight_decay=DECAY)
    for _epoch in range(EPOCHS):
        order = drawn.permutation(len(asked))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            others = drawn.integers(0, len(passages), DRAWN)
            among = np.unique(np.concatenate([near[batch].ravel(), others, *(gold[at] for at in batch)]))
            turned = torch.nn.functional.normalize(asks[batch] + turn(asks[batch]), dim=1)
            likeness = turned @ passages[among].T / TEMPERATURE
            right = [
                torch.logsumexp(likeness[row, np.searchsorted(among, gold[at])], 0) for row, at in enumerate(batch)
            ]
            loss = (torch.logsumexp(likeness, 1) - torch.stack(right)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return turn.weight.detach().numpy(), turn.bias.detach().numpy()


def write(learnt: tuple[Vectors, Vectors], encoder: str, file: Path) -> None:
    """Rows as eight-bit numbers with one scale each: a quarter of the size, cosine to the full matrix above 0.9999."""
    matrix, bias = learnt
    scale = np.abs(matrix).max(axis=1) / 127
    whole = np.round(matrix / scale[:, None]).astype(np.int8)
    np.savez_compressed(
        file, matrix=whole, scale=scale.astype(np.float32), bias=bias.astype(np.float32), encoder=np.array(encoder)
    )
    print(f"已写入 {file.name}（{math.ceil(file.stat().st_size / 1024)} KB），编码器 {encoder}")


def report(name: str, vectors: Vectors, held: Texts, asked: list[Asked]) -> None:
    """Share of the articles found among the first chunks, by source of the question."""
    for source in sorted({one.source for one in asked}):
        rows = [at for at, one in enumerate(asked) if one.source == source]
        found = dict.fromkeys(RANKS, 0.0)
        for at in rows:
            likeness = held.vectors @ vectors[at]
            best = {gold: likeness[held.answering(gold)].max() for gold in asked[at].gold}
            for rank in RANKS:
                cut = np.partition(likeness, -rank)[-rank]
                found[rank] += sum(score >= cut for score in best.values()) / len(best)
        print(f"{name} {source} {len(rows)} 题：" + " ".join(f"R@{r} {n / len(rows):.3f}" for r, n in found.items()))


def _options() -> argparse.Namespace:
    options = parser("学习问题向量的适配矩阵")
    options.add_argument("--write", action="store_true", help="写入随附的矩阵")
    return options.parse_args()


if __name__ == "__main__":
    main()
