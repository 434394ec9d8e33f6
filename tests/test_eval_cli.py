"""`regkb eval` as it is called: all suites, one, sets of others, against a saved run, and what its exit code says."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
from live import _free_ports

from kb.settings import Settings
from ui import cli
from ui.access import connect
from ui.evaluated import HttpApi

TERMS = ("药品管理法", "疫苗管理法", "专利法")
OWN = {"tags": ["exact"], "source": "自编"}


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Regkb(Protocol):
    def __call__(self, *words: object) -> Ran: ...


@pytest.fixture(scope="module")
def settings(starter_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A loaded home of this file's own, with two small suites beside our content."""
    place = tmp_path_factory.mktemp("eval")
    shutil.copytree(starter_settings.home, place / "home")
    shutil.copytree(starter_settings.data, place / "data", ignore=shutil.ignore_patterns("eval", "train"))
    write(place / "data" / "eval" / "one.jsonl", *(named(title, 1) for title in TERMS))
    write(place / "data" / "eval" / "two.jsonl", named("药品管理法", 32), named("药品管理法", 2))
    api, _ = _free_ports()
    return starter_settings.model_copy(update={"home": place / "home", "data": place / "data", "api_port": api})


@pytest.fixture
def regkb(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Regkb:
    environment = {"HOME": settings.home, "DATA": settings.data, "API_PORT": settings.api_port, "EMBED_THREADS": 1}
    for name, value in environment.items():
        monkeypatch.setenv(f"REGKB_{name}", str(value))
    monkeypatch.setenv("COLUMNS", "80")

    def runs(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["regkb", "eval", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return runs


def named(title: str, article: int, gold: int | None = None) -> dict[str, Any]:
    """A case that names an article, and whose gold it is, or another one."""
    numerals = {1: "一", 2: "二", 32: "三十二", 999: "九百九十九"}
    label, right = (f"第{numerals[number]}条" for number in (article, gold or article))
    pinyin = ["drug", "vaccine", "patent"][TERMS.index(title)]
    place = {"title": title, "article": right}
    return {"id": f"{pinyin}-{article}", "question": f"{title}{label}", "gold": [place], **OWN}


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")
    return path


def test_without_a_suite_all_are_run_and_summed_up(regkb: Regkb, tmp_path: Path) -> None:
    ran = regkb("--save", tmp_path / "all.json", "--html", tmp_path / "all.html")
    assert ran.code == 0, ran.err
    for words in ("one：3 题", "two：2 题", "总览", "合计", "5/5", "law-hit"):
        assert words in ran.out
    assert "…" not in ran.out[ran.out.index("总览") :], "figures must not be cut at 80 columns"
    saved = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [run["suite"] for run in saved["runs"]] == ["one", "two"]
    assert "drug-32" not in (tmp_path / "all.html").read_text(encoding="utf-8"), "a named article is found and cited"
    again = regkb("two", "--against", tmp_path / "all.json", "--strict")
    assert again.code == 0, again.err
    assert "名次完全相同 2/2" in again.out


def test_other_rankings_are_asked_of_the_same_service(regkb: Regkb) -> None:
    """Over HTTP, where a parameter that is not known would be dropped without a word."""
    ran = regkb("two", "--rankings", "--without", "rerank", "--without", "exact", "--json")
    assert ran.code == 0, ran.err
    ways = {way["name"]: way for way in json.loads(ran.out)["beside"]}
    assert list(ways) == ["dense", "lexical", "fusion", "−rerank", "−exact"]
    hits = {name: {row["measure"]: row["mean"] for row in way["summaries"]}["Hit@1"] for name, way in ways.items()}
    assert hits["−rerank"] == 1.0, "an article that is named comes first however the others are ranked"
    assert hits["dense"] < 1.0, "meaning alone does not know one number from another"
    unknown = regkb("one", "--without", "没有的部件")
    assert unknown.code == 2
    assert "without" in unknown.err


def test_worse_beyond_chance_ends_a_strict_run_with_1_and_says_what(regkb: Regkb, tmp_path: Path) -> None:
    # The golds are moved to an article that no law has: the same answers are now wrong.
    good = write(tmp_path / "set.jsonl", *(named(title, number) for title in TERMS for number in (1, 2)))
    assert regkb(good, "--save", tmp_path / "good.json").code == 0
    write(good, *(named(title, number, 999) for title in TERMS for number in (1, 2)))
    relaxed = regkb(good, "--against", tmp_path / "good.json")
    assert relaxed.code == 0
    assert "题集已改动" in relaxed.out
    strict = regkb(good, "--against", tmp_path / "good.json", "--strict")
    assert strict.code == 1
    assert "set：Recall@10 变差，1.000 → 0.000" in strict.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--strict",), "--against"),
        (("没有的题集",), "现有：one、two"),
        (("one", "--limit", "5"), "BEIR"),
        (("none.jsonl",), "none.jsonl"),
    ],
)
def test_what_cannot_be_run_is_said_before_anything_is(regkb: Regkb, words: tuple[str, ...], says: str) -> None:
    ran = regkb(*words)
    assert ran.code == 2
    assert says in ran.err
    assert ran.out == ""


def test_plain_questions_of_others_are_scored(regkb: Regkb, tmp_path: Path) -> None:
    rows = ({"question": "药品管理法第32条", "gold": [{"law": "中华人民共和国药品管理法", "article": "第32条"}]},)
    ran = regkb(write(tmp_path / "theirs.jsonl", *rows), "--json")
    assert ran.code == 0, ran.err
    (case,) = json.loads(ran.out)["cases"]
    assert case["scores"]["Hit@1"]["value"] == 1.0
    assert case["ranking"][0].endswith("/第三十二条")


def test_beir_folder_is_scored_by_the_real_encoder_and_leaves_the_knowledge_base_alone(
    regkb: Regkb, settings: Settings, tmp_path: Path
) -> None:
    texts = ("产品召回分为三级，按严重程度实施。", "企业应当建立售后服务制度。", "临床试验机构实行备案管理。")
    folder = tmp_path / "small"
    write(folder / "corpus.jsonl", *({"_id": f"d{n}", "title": "", "text": text} for n, text in enumerate(texts)))
    write(folder / "queries.jsonl", {"_id": "q", "text": "做临床试验的医院要不要备案"})
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\td2\t1\n", encoding="utf-8")
    before = (settings.home / "registry.sqlite3").read_bytes()
    ran = regkb(folder, "--json")
    assert ran.code == 0, ran.err
    run = json.loads(ran.out)
    assert run["suite"] == "small-test"
    assert {row["measure"]: row["mean"] for row in run["summaries"]}["Hit@1"] == 1.0
    assert (settings.home / "registry.sqlite3").read_bytes() == before


def test_the_list_of_documents_is_whole_however_many_pages_it_takes(settings: Settings) -> None:
    # A list that is cut off would skip cases in silence; a large knowledge base has more than one page.
    with connect(settings) as client:
        whole, paged = HttpApi(client).documents(), HttpApi(client, page=7).documents()
    assert len(whole["documents"]) > 7
    assert [one["id"] for one in paged["documents"]] == [one["id"] for one in whole["documents"]]
