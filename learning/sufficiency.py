"""Fit when an answer is given: `python -m learning.sufficiency --home HOME [--lay FILE] --adapter FILE --fold FOLD`.

Questions of a fold that can be answered, searched with an adapter that never saw it and only where a right provision
stands among the first three, against questions of `data/train/unanswerable.jsonl`. Logistic regression over
`assistant.extracts.sufficiency.signals` of the best of the first three findings; five folds say how often an unseen
question is wrongly refused or wrongly answered at each threshold. The questions are known ones themselves: the
search knows none, and of the nearest known one the question itself is left out.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from assistant.extracts.evidence import CONSIDERED, gather
from assistant.extracts.sufficiency import signals
from kb import known_questions, search
from kb.address import split
from kb.embed import Vectors
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from learning.adapter import opened, parser_on_a_fold
from learning.known import kept
from learning.questions import OURS, Asked, covers, questions, texts
from learning.ranking import replaced

ANSWERABLE = 2000
STRENGTH = 0.5


def main() -> None:
    options = _options()
    day = date.today()
    rows: list[dict[str, float]] = []
    right: list[bool] = []
    sources: list[str] = []

    def add(one: Asked | None, question: str, source: str) -> None:
        if found := _signals(knowledge, question, day, one):
            rows.append(found)
            right.append(one is not None)
            sources.append(source)

    with (
        opened(Settings(home=options.home), options.adapter) as knowledge,
        replaced(search, "beside_known", lambda *_: None),
        replaced(known_questions, "known_questions_for", lambda _name: known),
    ):
        every = questions(texts(knowledge, day), options.lay)
        known = kept(knowledge, every, day)
        asked = [one for one in every if one.fold == options.fold]
        for at in np.random.default_rng(0).permutation(len(asked))[:ANSWERABLE]:
            add(asked[at], asked[at].question, asked[at].source)
        for line in (OURS / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            add(None, case["question"], case["why"])
    names = list(rows[0])
    given, wanted = np.array([[row[name] for name in names] for row in rows], np.float32), np.array(right)
    if options.keep:
        np.savez_compressed(options.keep, given=given, wanted=wanted, names=np.array(names), sources=np.array(sources))
    report(names, given, wanted, np.array(sources))


def report(names: list[str], given: Vectors, wanted: np.ndarray, sources: np.ndarray) -> None:
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000)
    chances = cross_val_predict(model, given, wanted, cv=5, method="predict_proba")[:, 1]
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        shares = " ".join(f"{s} {np.mean(chances[sources == s] >= threshold):.3f}" for s in sorted(set(sources)))
        print(f"门槛 {threshold:.2f} 作答的份额：{shares}")
    model.fit(given, wanted)
    for name, weight in zip(names, model.coef_[0], strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"BIAS = {model.intercept_[0]:.2f}")


def _signals(knowledge: KnowledgeBase, question: str, day: date, one: Asked | None) -> dict[str, float] | None:
    """Of the right finding among the first ones, or of the first one where nothing is right; None where a question that
    has an answer did not find it."""
    evidence = gather(knowledge, question, as_of=day)
    for finding in evidence.findings[:CONSIDERED]:
        document, path = split(finding.passage.address)
        instrument = knowledge.registry.document(document).instrument
        if one is None or any(gold[0] == instrument and covers(gold[1], path) for gold in one.gold):
            known = evidence.known.but_for_itself() if evidence.known else None
            return signals(evidence.question, evidence.weights, finding, known=known)
    return None


def _options() -> argparse.Namespace:
    options = parser_on_a_fold("拟合何时作答、何时拒答")
    options.add_argument("--keep", type=Path, help="把信号存为 npz，供试验")
    return options.parse_args()


if __name__ == "__main__":
    main()
