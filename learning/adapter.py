"""Learn the query adapter: `python -m learning.adapter --home HOME [--lay FILE] [--without FOLD] --to FILE`.

Softmax over every chunk that is held: for each question the chunks of its articles against all others, cosines over a
temperature. The layers below the adapter's stay as they are and are run once. With `--without` the questions of one
fold, grouped by article, are left out, and figures are given on them: the other scripts fit on that fold, with the
adapter that never saw it (`--adapter FILE --fold FOLD`). The shipped one is learnt on all.
"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from kb import bundled_model
from kb.adapter import PARTS, Adapter, read_adapter, write_adapter
from kb.e5_convert import kept_pieces
from kb.e5_model import LINEAR, UpperLayers, bert, turned
from kb.e5_weights import Weights, read_weights
from kb.embed import Vectors
from kb.knowledge import KnowledgeBase
from kb.settings import BUNDLED_MODEL, Settings
from learning.questions import Asked, Texts, parser, questions, texts

LEVEL = 2
RANK = 16
EPOCHS = 3
LEARNING_RATE = 1.5e-3
WARM_UP = 100
DECAY = 0.01
DROPPED = 0.1
TEMPERATURE = 0.01
"""The cosines of the encoder lie within .15 of each other: over this they tell one chunk from 50,000."""
BATCH = 64
RANKS = (1, 10, 50)


def main() -> None:
    options = _options()
    settings = Settings(home=options.home)
    with opened(settings, None) as knowledge:
        held = texts(knowledge, date.today())
        asked = questions(held, options.lay)
    source = bundled_model.weights_file()
    weights = read_weights(source)
    lower = below(weights, settings.models / BUNDLED_MODEL, [one.question for one in asked])
    shown = [at for at, one in enumerate(asked) if one.fold != options.without]
    print(f"{len(asked)} 个问题，学其中 {len(shown)} 个；{len(held.vectors)} 块")
    upper = learn(weights, [lower[at] for at in shown], held, [asked[at] for at in shown])
    write_adapter(_taken(upper, hashlib.sha256(source.read_bytes()).hexdigest()), options.to)
    print(f"已写入 {options.to.name}（{math.ceil(options.to.stat().st_size / 1024)} KB）")
    left = [at for at, one in enumerate(asked) if one.fold == options.without]
    if left:
        unseen, parts = [asked[at] for at in left], [lower[at] for at in left]
        report("原编码器", vectors(UpperLayers(bert(weights), LEVEL), parts), held, unseen)
        report("适配后（没见过的题）", vectors(turned(weights, read_adapter(options.to)), parts), held, unseen)


@contextmanager
def opened(settings: Settings, adapter: Path | None) -> Iterator[KnowledgeBase]:
    """The knowledge base, its encoder with another adapter where one is given; the model is made anew for it."""
    kept = bundled_model.ADAPTER
    bundled_model.ADAPTER = adapter or kept
    try:
        bundled_model.build(settings.models / BUNDLED_MODEL, print)
        knowledge = KnowledgeBase.open(settings, date.today)
        try:
            yield knowledge
        finally:
            knowledge.close()
    finally:
        bundled_model.ADAPTER = kept


def below(weights: Weights, folder: Path, asked: Sequence[str]) -> list[torch.Tensor]:
    """What goes into the first layer that learns, shape (tokens, size) for each question."""
    tokenizer = Tokenizer.from_file(str(folder / bundled_model.TOKENIZER))
    kept = kept_pieces(weights.vocabulary)
    model = bert(weights)
    made = []
    with torch.no_grad():
        for question in asked:
            ids = torch.tensor([[kept[piece] for piece in tokenizer.encode(f"query: {question}").ids]])
            hidden = model.embeddings(ids)
            for layer in model.encoder.layer[:LEVEL]:
                found = layer(hidden)
                hidden = found[0] if isinstance(found, tuple) else found
            made.append(hidden[0])
    return made


def learn(weights: Weights, lower: Sequence[torch.Tensor], held: Texts, asked: Sequence[Asked]) -> UpperLayers:
    """The upper layers with what they learnt beside them. The same questions teach the same."""
    torch.manual_seed(0)
    drawn = np.random.default_rng(0)
    passages = torch.tensor(held.vectors)
    right = [sorted({at for gold in one.gold for at in held.answering(gold)}) for one in asked]
    upper = UpperLayers(bert(weights), LEVEL)
    upper.requires_grad_(False)
    learnt = [number for beside in _put_beside(upper) for number in (beside.down, beside.up)]
    optimiser = torch.optim.AdamW(learnt, lr=LEARNING_RATE, weight_decay=DECAY)
    steps, step = EPOCHS * math.ceil(len(asked) / BATCH), 0
    upper.train()
    for epoch in range(EPOCHS):
        lost = 0.0
        for batch in _batches(lower, drawn):
            rate = min(1, (step + 1) / WARM_UP) * (0.05 + 0.95 * (1 + math.cos(math.pi * step / steps)) / 2)
            optimiser.param_groups[0]["lr"] = LEARNING_RATE * rate
            scores = upper(*_padded([lower[at] for at in batch])) @ passages.T / TEMPERATURE
            chances = [scores[row, right[at]].logsumexp(0) for row, at in enumerate(batch)]
            loss = (scores.logsumexp(1) - torch.stack(chances)).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            step, lost = step + 1, lost + loss.item() * len(batch)
        print(f"第 {epoch + 1} 遍：损失 {lost / len(asked):.3f}", flush=True)
    return upper.train(False)


def vectors(upper: UpperLayers, lower: Sequence[torch.Tensor]) -> Vectors:
    """Unit vectors, shape (questions, size)."""
    with torch.no_grad():
        return np.stack([upper(*_padded([one]))[0].numpy() for one in lower])


class _Beside(torch.nn.Module):
    """A linear layer with a product of two thin matrices beside it; it begins as nothing."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.linear, self.drop = linear, torch.nn.Dropout(DROPPED)
        self.down = torch.nn.Parameter(torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features))
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        return self.linear(given) + (self.drop(given) @ self.down.T) @ self.up.T


def _put_beside(upper: UpperLayers) -> list[_Beside]:
    made = []
    for layer in upper.layers:
        for target in LINEAR.values():
            above, _, name = target.rpartition(".")
            beside = _Beside(layer.get_submodule(target))
            setattr(layer.get_submodule(above), name, beside)
            made.append(beside)
    return made


def _taken(upper: UpperLayers, source: str) -> Adapter:
    """What was learnt, by part and layer."""

    def stacked(side: str, part: str) -> Vectors:
        found = [getattr(layer.get_submodule(LINEAR[part]), side) for layer in upper.layers]
        return np.stack([matrix.detach().numpy() for matrix in found])

    down, up = ({part: stacked(side, part) for part in PARTS} for side in ("down", "up"))
    return Adapter(source, LEVEL, down, up)


def _batches(lower: Sequence[torch.Tensor], drawn: np.random.Generator) -> list[list[int]]:
    """Questions of about the same length together, in an order drawn anew."""
    lengths = np.array([len(one) for one in lower]) + drawn.random(len(lower)) * 4
    order = np.argsort(lengths, kind="stable")
    batches = [order[start : start + BATCH].tolist() for start in range(0, len(order), BATCH)]
    return [batches[at] for at in drawn.permutation(len(batches))]


def _padded(parts: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """As one tensor, shape (questions, tokens, size), and the mask of what is no padding."""
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(one), dtype=torch.long) for one in parts], batch_first=True)
    return torch.nn.utils.rnn.pad_sequence(list(parts), batch_first=True), mask


def report(name: str, vectors: Vectors, held: Texts, asked: Sequence[Asked]) -> None:
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


def parser_on_a_fold(purpose: str, *, required: bool = True) -> argparse.ArgumentParser:
    """What the scripts are told that fit on questions which the adapter never saw."""
    made = parser(purpose)
    made.add_argument("--adapter", type=Path, required=required, help="没有学过这一折的适配（--without）")
    made.add_argument("--fold", type=int, required=required, help="哪一折")
    return made


def _options() -> argparse.Namespace:
    options = parser("学习问题一侧的适配")
    options.add_argument("--without", type=int, help="不学这一折（0–4），并在它上面报告")
    options.add_argument("--to", type=Path, required=True, help="写到哪里；随附的一份是 kb/query_adapter.npz")
    given = options.parse_args()
    if given.to.suffix != ".npz" or not given.to.parent.is_dir():
        options.error(f"{given.to}：要写到一个已有文件夹里的 .npz 文件")
    return given


if __name__ == "__main__":
    main()
