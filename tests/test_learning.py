"""What is learnt from: questions that name places which exist, folds that share none; and the scripts, end to end."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import HashEncoder
from small_library import LAW, empty_library, put
from suite_texts import DATA, Collection, content, corpus, is_there, laws, seeds, texts

from eval.cases import Gold
from kb import bundled_model
from kb.adapter import FILE, read_adapter, write_adapter
from kb.bundled_model import weights_file
from kb.e5_model import UpperLayers, bert, turned
from kb.e5_weights import read_weights
from kb.embed import unit
from kb.knowledge import KnowledgeBase
from kb.rerank import WEIGHTS
from kb.settings import BUNDLED_MODEL, Settings
from learning import adapter, ranking, sufficiency
from learning import questions as asking
from learning.questions import FOLDS, OURS, SOURCES, Asked, Texts, covers

DAY = date(2026, 11, 21)
ANSWERABLE = [OURS / f"{name}.jsonl" for name in SOURCES]
FILES = sorted((DATA / "train").glob("*.jsonl"))
ARTICLE = re.compile("第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十]+)?")


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        yield number, json.loads(line)


def plain(question: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", question)).lower()


def test_every_file_is_known() -> None:
    """A file that no script reads teaches nothing and is trusted all the same."""
    assert {path.name for path in FILES} == {path.name for path in ANSWERABLE} | {"unanswerable.jsonl"}


@pytest.mark.parametrize("path", ANSWERABLE, ids=lambda path: path.stem)
def test_every_question_that_can_be_answered_says_where(path: Path) -> None:
    """One malformed line would stop an hour of learning at its end."""
    wrong = []
    for number, row in rows(path):
        golds = row.get("gold", [])
        named = [(gold.get("title"), gold.get("article"), tuple(gold.get("path", ()))) for gold in golds]
        fine = (
            row.keys() == {"question", "gold"}
            and 3 <= len(plain(row["question"])) <= 200
            and row["question"] == row["question"].strip()
            and golds
            and len(set(named)) == len(named)
            and all(set(g) in ({"title", "article"}, {"title", "path"}) for g in golds)
            and all(isinstance(title, str) and title == title.strip() and title for title, _, _ in named)
            and all((ARTICLE.fullmatch(article) if article else all(way)) for _, article, way in named)
        )
        if not fine:
            wrong.append((number, row))
    assert wrong == []


def test_every_question_without_an_answer_says_why() -> None:
    reasons = {row.get("why") for _, row in rows(DATA / "train/unanswerable.jsonl")}
    assert reasons == {"out-of-scope", "absent"}
    assert all(row.keys() == {"question", "why"} for _, row in rows(DATA / "train/unanswerable.jsonl"))


def test_no_question_comes_twice() -> None:
    """Told apart only by punctuation it would weigh double, and may lie in two folds."""
    where = defaultdict(list)
    for path in FILES:
        for number, row in rows(path):
            where[plain(row["question"])].append(f"{path.name}:{number}")
    assert {question: places for question, places in where.items() if len(places) > 1} == {}


EDITION = re.compile("（[0-9]{4}年版）$|一、概述$")
"""What a file name adds to the title of its text."""


@pytest.fixture(scope="module")
def library() -> list[Collection]:
    if not (is_there("corpus") and is_there("seeds")):
        pytest.skip("not every collection is beside the checkout")
    files = corpus()
    untold: Collection = {}
    for name, held in files.items():
        if EDITION.search(name):
            untold.setdefault(EDITION.sub("", name), []).extend(held)
    return [laws(), files, untold, content(), seeds()]


@pytest.mark.parametrize("path", ANSWERABLE, ids=lambda path: path.stem)
def test_what_answers_stands_in_the_texts(path: Path, library: list[Collection]) -> None:
    """A place that does not exist is left out in silence: the question would teach nothing."""
    wrong = []
    for number, row in rows(path):
        for entry in row["gold"]:
            gold = Gold(title=entry["title"], article=entry.get("article"), path=tuple(entry.get("path", ())))
            if not texts(gold, library):
                wrong.append(f"{number} {gold}")
    assert wrong == []


# Folds.


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A law and a regulation of forty articles each, every article about one thing."""
    made = empty_library(tmp_path_factory.mktemp("learning"), HashEncoder(384))
    for title, fields in (("中华人民共和国样例法", {"instrument": "样例法", **LAW}), ("样例条例", {})):
        lines = [
            f"第{numeral(n)}条 {title[-3:]}登记事项{n}号应当由{THINGS[n % 10]}在{n}日内办理。" for n in range(1, 41)
        ]
        put(made, title, "\n".join(lines), **fields)
    yield made
    made.close()


THINGS = ("苹果园", "水库", "码头", "学校", "工厂", "仓库", "车站", "邮局", "剧院", "牧场")


def numeral(n: int) -> str:
    digits, tens = "一二三四五六七八九", n // 10
    return ("" if n < 10 else ("十" if tens == 1 else digits[tens - 1] + "十")) + (digits[n % 10 - 1] if n % 10 else "")


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of training files in place of ours: small, so that learning takes a moment."""
    for name in (*SOURCES, "unanswerable"):
        (tmp_path / f"{name}.jsonl").write_text("", encoding="utf-8")
    monkeypatch.setattr(asking, "OURS", tmp_path)
    monkeypatch.setattr(sufficiency, "OURS", tmp_path)
    lines = [
        {
            "question": f"{THINGS[n % 10]}的登记事项{n}号几日办好",
            "gold": [{"title": title, "article": f"第{numeral(n)}条"}],
        }
        for title in ("样例法", "样例条例")
        for n in range(1, 41)
    ]
    write(tmp_path / "questions.jsonl", lines)
    return tmp_path


def write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")


@pytest.fixture
def held(knowledge: KnowledgeBase) -> Texts:
    return asking.texts(knowledge, DAY)


def gold(*articles: int) -> list[dict[str, str]]:
    return [{"title": "样例法", "article": f"第{numeral(n)}条"} for n in articles]


def test_questions_that_share_a_provision_share_a_fold(ours: Path, held: Texts) -> None:
    """Also over a third question: one learnt from may never hold what another one is judged by."""
    chains = [(n, n + 1) for n in range(1, 30)]
    write(ours / "questions.jsonl", [{"question": f"问{a}和{b}", "gold": gold(a, b)} for a, b in chains])
    write(ours / "general.jsonl", [{"question": f"另问{n}", "gold": gold(n)} for n in range(1, 41)])
    folds = defaultdict(set)
    for one in asking.questions(held, None):
        for place in one.gold:
            folds[place].add(one.fold)
    assert {place: numbers for place, numbers in folds.items() if len(numbers) > 1} == {}


def test_our_own_questions_share_no_provision_over_folds() -> None:
    """The same over all that we wrote, as if every provision were held: an entry lies in the entry above it, too."""
    everything = _Everything(np.zeros((0, 1), np.float32), {}, {})
    by_title = defaultdict(list)
    for one in asking.questions(everything, None):
        for title, path in one.gold:
            by_title[title].append((path, one.fold))
    wrong = {
        (title, path, other)
        for title, places in by_title.items()
        for path, fold in set(places)
        for other, other_fold in set(places)
        if fold != other_fold and covers(path, other)
    }
    assert sorted(wrong) == []


class _Everything(Texts):
    """Texts in which every place is held."""

    def answering(self, gold: asking.Gold) -> list[int]:
        return [0]


def test_every_fold_has_its_share(ours: Path, held: Texts) -> None:
    sizes = np.bincount([one.fold for one in asking.questions(held, None)], minlength=FOLDS)
    assert len(sizes) == FOLDS
    assert sizes.min() >= 10


def test_a_question_whose_provision_is_not_held_is_left_out(ours: Path, held: Texts, tmp_path: Path) -> None:
    """Of several provisions those that are held count. The lay file may say `law` for the title."""
    lines = [
        {"question": "没有的法", "gold": [{"title": "没有的法", "article": "第一条"}]},
        {"question": "没有的条", "gold": [*gold(1), {"title": "样例法", "article": "第九百条"}]},
    ]
    write(ours / "questions.jsonl", lines)
    lay = tmp_path / "lay.jsonl"
    write(lay, [{"question": "通俗", "gold": [{"law": "中华人民共和国样例法", "article": "第二条"}]}])
    found = asking.questions(held, lay)
    assert [(one.question, one.source, one.gold) for one in found] == [
        ("没有的条", "questions", frozenset({("样例法", ("第一条",))})),
        ("通俗", "lay", frozenset({("样例法", ("第二条",))})),
    ]


@pytest.mark.parametrize(
    ("place", "chunk", "expected"),
    [
        (("第一条",), ("第一条",), True),
        (("第一条",), ("第一条", "第二款"), True),
        (("七", "（一）"), ("七",), True),
        (("第一条",), ("第一条之一",), False),
        (("七", "（一）"), ("七", "（二）"), False),
    ],
)
def test_a_chunk_answers_that_holds_the_place_or_lies_in_it(
    place: tuple[str, ...], chunk: tuple[str, ...], expected: bool
) -> None:
    assert covers(place, chunk) is expected


def test_only_the_edition_that_applies_answers(tmp_path: Path) -> None:
    """第一条 of the edition before is another rule under the same number: learnt as an answer it teaches the wrong
    thing."""
    made = empty_library(tmp_path)
    put(made, "样例规则", "第一条 旧的规定。", version="2015-01-01")
    put(made, "样例规则", "第一条 新的规定。", version="2021-01-01")
    put(made, "样例细则", "第一条 将来的规定。", version="2031-01-01")
    for day, version in ((date(2020, 1, 1), 0), (DAY, 1)):
        held = asking.texts(made, day)
        words = made.encoder.passages(["样例规则\n" + ("旧的规定。", "新的规定。")[version]])
        assert len(held.vectors) == 1
        assert held.vectors == pytest.approx(words, abs=1e-6)
        assert held.answering(("样例规则", ("第一条",))) == [0]
    made.close()


# The scripts.


@pytest.fixture
def learnt_from(ours: Path, held: Texts) -> list[Asked]:
    return asking.questions(held, None)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """One layer, few steps: enough to learn eighty questions by heart."""
    for name, value in {"LEVEL": 11, "EPOCHS": 12, "WARM_UP": 5, "BATCH": 16}.items():
        monkeypatch.setattr(adapter, name, value)


@pytest.mark.usefixtures("quickly")
def test_an_adapter_is_learnt_written_and_read_again(
    bundled_settings: Settings, held: Texts, learnt_from: list[Asked], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Rounded to eight bits it must still turn as it was learnt to, and bring a question nearer to what it learnt."""
    weights = read_weights(weights_file())
    lower = adapter.below(weights, bundled_settings.models / BUNDLED_MODEL, [one.question for one in learnt_from])
    upper = adapter.learn(weights, lower, held, learnt_from)
    learnt = adapter.vectors(upper, lower)
    again = adapter.vectors(adapter.learn(weights, lower, held, learnt_from), lower)
    assert np.array_equal(learnt, again), "the same questions teach the same"
    write_adapter(adapter._taken(upper, "weights"), tmp_path / "adapter.npz")
    read = read_adapter(tmp_path / "adapter.npz")
    assert (read.weights, read.level) == ("weights", 11)
    rounded = adapter.vectors(turned(weights, read), lower)
    assert (rounded * learnt).sum(axis=1).min() > 0.99
    before = adapter.vectors(UpperLayers(bert(weights), 11), lower)
    assert _mean_rank(rounded, held, learnt_from) < _mean_rank(before, held, learnt_from) / 2
    capsys.readouterr()
    adapter.report("试", rounded, held, learnt_from)
    assert "questions 80 题：R@1" in capsys.readouterr().out


def _mean_rank(vectors: np.ndarray, held: Texts, asked: list[Asked]) -> float:
    ranks = []
    for vector, one in zip(vectors, asked, strict=True):
        likeness = held.vectors @ vector
        right = max(likeness[at] for place in one.gold for at in held.answering(place))
        ranks.append(int((likeness > right).sum()))
    return float(np.mean(ranks))


class Enough(Exception):
    """Raised where learning would begin."""


def test_the_adapter_without_a_fold_never_saw_it(
    knowledge: KnowledgeBase, learnt_from: list[Asked], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All figures on unseen questions hang on this, and so does what the other scripts fit."""
    seen: list[Asked] = []

    def watched(_weights: object, lower: Sequence[int], _held: Texts, asked: Sequence[Asked]) -> None:
        assert [learnt_from[at] for at in lower] == list(asked), "each with what belongs to it"
        seen.extend(asked)
        raise Enough

    monkeypatch.setattr(adapter, "opened", lambda _settings, _adapter: nullcontext(knowledge))
    monkeypatch.setattr(adapter, "below", lambda _weights, _folder, asked: list(range(len(asked))))
    monkeypatch.setattr(adapter, "learn", watched)
    arguments = ["adapter", "--home", str(tmp_path), "--without", "2", "--to", str(tmp_path / "a.npz")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(Enough):
        adapter.main()
    assert {one.fold for one in seen} == {0, 1, 3, 4}
    assert len(seen) == sum(one.fold != 2 for one in learnt_from)


def test_another_adapter_is_put_in_and_taken_out_again(
    bundled_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scripts open a home with an adapter that never saw a fold; afterwards the product has its own again."""
    made: list[Path] = []
    monkeypatch.setattr(bundled_model, "build", lambda _folder, _say: made.append(bundled_model.ADAPTER))
    monkeypatch.setattr(KnowledgeBase, "open", lambda _settings, _today: empty_library(tmp_path, HashEncoder()))
    other = tmp_path / "other.npz"
    with pytest.raises(Enough), adapter.opened(bundled_settings, other):
        raise Enough
    assert made == [other]
    assert bundled_model.ADAPTER == FILE


def test_the_weights_of_the_second_look_are_fitted(
    knowledge: KnowledgeBase, learnt_from: list[Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    """Over the real search: the fitted weights put the right article higher than no weights at all."""
    listed = [ranking._listed(knowledge, one, DAY) for one in learnt_from]
    assert {one.features.shape[1] for one in listed} == {len(WEIGHTS) - 1}, "what a known question says is not learnt"
    assert any(one.right.any() for one in listed)
    for one in listed:
        for place, found in zip(one.places, one.golds, strict=True):
            assert (found is not None) == any(g[0] == place[0] and covers(g[1], place[1]) for g in one.asked.gold)
    weights = ranking.fit(listed)
    assert np.isfinite(weights).all()
    fitted = np.mean([ranking._measured(one, one.features @ weights) for one in listed], axis=0)
    blank = np.mean([ranking._measured(one, np.zeros(len(one.places))) for one in listed], axis=0)
    assert (fitted >= blank).all(), (fitted, blank)
    assert fitted[2] > blank[2], "nDCG rises"
    ranking.report("试", listed, [one.features @ weights for one in listed])
    assert re.search(r"试 questions 80 题：Hit@1 [01]\.\d{3} Recall@10", capsys.readouterr().out)
    flat = ranking._flat(listed)
    assert len(flat["features"]) == len(flat["right"]) == len(flat["query"])


def test_the_product_is_as_it_was_after_it_was_looked_into(knowledge: KnowledgeBase, learnt_from: list[Asked]) -> None:
    """The scripts look into the search at one place: it must be put back, also after an error."""
    from kb import known_questions, search, second_look

    before = second_look.features, search.beside_known, known_questions.known_questions_for
    ranking._listed(knowledge, learnt_from[0], DAY)

    def failing(*_: object) -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"), ranking.replaced(search, "beside_known", failing):
        search.search(knowledge, "登记", as_of=DAY)
    assert (second_look.features, search.beside_known, known_questions.known_questions_for) == before


@pytest.mark.parametrize(
    ("order", "hit", "recall"), [((0, 1, 2), 1.0, 1.0), ((2, 1, 0), 0.0, 1.0), ((1, 1, 1), 0.0, 1.0)]
)
def test_a_right_provision_counts_once(order: tuple[int, ...], hit: float, recall: float) -> None:
    """Two entries of one provision that was asked for are one success."""
    right = ("样例法", ("第一条",))
    places = (right, ("样例法", ("第二条",)), ("样例法", ("第三条",)))
    one = ranking.Listed(
        Asked("问", frozenset({right}), "questions", 0, 0), np.zeros((3, 1), np.float32), places, (right, None, None)
    )
    scores = -np.argsort(np.argsort(order, kind="stable"), kind="stable").astype(np.float32)
    measured = ranking._measured(one, scores)
    if order == (1, 1, 1):
        measured = ranking._measured(one._replace(golds=(None, right, right)), np.zeros(3, np.float32))
    assert measured[:2] == (hit, recall)
    assert 0 < measured[2] <= 1


def test_signals_of_answerable_and_other_questions_are_told_apart(
    knowledge: KnowledgeBase, learnt_from: list[Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    """End to end on a few questions: signals of both sorts, a fit, and the shares answered at each threshold."""
    right = [sufficiency._signals(knowledge, one.question, DAY, one) for one in learnt_from]
    found = [row for row in right if row]
    assert len(found) > 20
    wrong = [sufficiency._signals(knowledge, question, DAY, None) for question in OUT_OF_SCOPE]
    given = found + [row for row in wrong if row]
    assert len({tuple(row) for row in given}) == 1, "every question gives the same signals"
    names = list(given[0])
    wanted = np.array([True] * len(found) + [False] * (len(given) - len(found)))
    sources = np.array(["questions"] * len(found) + ["out-of-scope"] * (len(given) - len(found)))
    matrix = np.array([[row[name] for name in names] for row in given], np.float32)
    assert np.isfinite(matrix).all()
    sufficiency.report(names, matrix, wanted, sources)
    said = capsys.readouterr().out
    assert "门槛 0.50" in said
    assert all(f'"{name}":' in said for name in names)
    half = re.search(r"门槛 0\.50 .*out-of-scope (\d\.\d+) questions (\d\.\d+)", said)
    assert half is not None
    assert float(half[1]) < float(half[2])


OUT_OF_SCOPE = (
    "明天会不会下雨", "三亚能游泳吗", "红烧肉怎么做", "写一首诗", "世界杯谁赢了", "股票明天涨吗", "唐朝有几个皇帝",
    "附近哪里有好吃的", "帮我翻译一句英语", "电影几点开场",
)  # fmt: skip


def test_vectors_of_the_small_base_are_of_unit_length(held: Texts) -> None:
    """Cosines are taken as plain products in all three scripts."""
    assert held.vectors == pytest.approx(unit(held.vectors, [""] * len(held.vectors)), abs=1e-6)
