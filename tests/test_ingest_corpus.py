"""The real texts beside the checkout, read from file to provisions: counts, outlines and what each says of itself.

The expected values were read by hand (`golden/word_files.yaml`, `golden/outlines.json`) or counted by others (the
manifest; the counts of domain study 2d). A newcomer's clone has no `../shared`: then these are skipped.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.incoming import Incoming
from ingest.manifest import given_by
from ingest.prepare import Prepared, prepare
from kb.address import article_segment
from kb.model import Rung

SHARED = Path(__file__).parents[2] / "shared"
GOLDEN = Path(__file__).parent / "golden"
OUTLINES: dict[str, Any] = json.loads((GOLDEN / "outlines.json").read_text(encoding="utf-8"))["seeds"]
WORD_FILES: list[dict[str, Any]] = yaml.safe_load((GOLDEN / "word_files.yaml").read_text(encoding="utf-8"))
SAID = ("title", "number", "issuer", "issued_on", "published_on", "effective_on")
RIGHT = 57  # of 60

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="没有 ../shared（真实文本），略过真实语料测试")


@cache
def read(name: str) -> Prepared:
    path = SHARED / name
    return prepare(Incoming(path.name, path.read_bytes()))


def articles(prepared: Prepared) -> list[str]:
    """The articles of the main text, in order."""
    return [p.path[0] for p in prepared.provisions if p.rung is Rung.ARTICLE and len(p.path) == 1]


def test_what_the_word_files_say_of_themselves() -> None:
    """Title, number, issuer and the three dates, all right together; one wrong date makes a rule look repealed."""
    wrong = {}
    for row in WORD_FILES:
        found = read(f"corpus_docx/{row['file']}").description
        unlike = {field: (row[field], getattr(found, field)) for field in SAID if getattr(found, field) != row[field]}
        if unlike:
            wrong[row["file"]] = unlike
    assert len(WORD_FILES) == len(list((SHARED / "corpus_docx").glob("*.docx"))) == 60
    print(wrong)
    assert len(WORD_FILES) - len(wrong) >= RIGHT, wrong


def test_articles_of_the_word_files() -> None:
    """The main text of each numbers its articles from 1 without a gap, as many as were counted by hand."""
    for row in WORD_FILES:
        found = articles(read(f"corpus_docx/{row['file']}"))
        assert found == [article_segment(n) for n in range(1, row["articles"] + 1)], row["file"]


def test_every_field_of_the_word_files_names_its_words() -> None:
    """A value without evidence cannot be checked by a curator, and a quoted one must stand in the file."""
    for row in WORD_FILES:
        prepared = read(f"corpus_docx/{row['file']}")
        found = prepared.description
        for field in ("number", "issued_on", "published_on", "effective_on", "expires_on"):
            if getattr(found, field) is not None:
                assert found.evidence[field] in prepared.text, (row["file"], field)
        assert all(found.evidence[field] for field in ("topics", "stages") if getattr(found, field)), row["file"]


def test_article_counts_of_the_markdown_files() -> None:
    """Every Markdown text has as many articles as its manifest counts."""
    records = [json.loads(line) for line in (SHARED / "corpus/manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    wrong = {}
    for record in records:
        path = SHARED / "corpus" / record["file"]
        counted = prepare(Incoming(path.name, path.read_bytes()), given_by(record)).counts.get("条", 0)
        if counted != record["articles"]:
            wrong[record["file"]] = (record["articles"], counted)
    assert len(records) == 390
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "chapters", "sections", "count"),
    [
        ("corpus/law/药品管理法(2019-08-26).md", 12, 0, 155),
        ("corpus_docx/中华人民共和国药品管理法.docx", 12, 0, 155),
        ("corpus/law/疫苗管理法(2019-06-29).md", 11, 0, 100),
        ("corpus_docx/中华人民共和国疫苗管理法.docx", 11, 0, 100),
        ("corpus/admin_regulation/药品管理法实施条例(2019-03-02).md", 10, 0, 80),
        ("corpus_docx/中华人民共和国药品管理法实施条例.docx", 10, 0, 80),
        ("corpus/admin_regulation/医疗器械监督管理条例(2021-02-09).md", 8, 0, 107),
        ("corpus/nmpa_rule/医疗器械监督管理条例.md", 8, 0, 107),
        ("corpus_docx/医疗器械监督管理条例.docx", 8, 0, 107),
        ("corpus/admin_regulation/化妆品监督管理条例(2020-06-16).md", 6, 0, 80),
        ("corpus_docx/化妆品监督管理条例.docx", 6, 0, 80),
        ("corpus/dept_rule/医疗器械注册与备案管理办法(2021-08-26).md", 10, 9, 124),
        ("corpus/nmpa_rule/医疗器械注册与备案管理办法.md", 10, 9, 124),
        ("corpus_docx/医疗器械注册与备案管理办法.docx", 10, 9, 124),  # its chapters are numbered by Word itself
        ("corpus/dept_rule/医疗器械生产监督管理办法(2022-03-10).md", 6, 0, 81),
        ("corpus_docx/医疗器械生产监督管理办法.docx", 6, 0, 81),
        ("corpus/law/行政许可法(2019-04-23).md", 8, 6, 83),
        ("corpus/law/个人信息保护法(2021-08-20).md", 8, 3, 74),
        ("corpus/admin_regulation/优化营商环境条例(2019-10-22).md", 7, 0, 72),
    ],
)
def test_chapters_sections_and_articles_of_known_laws(name: str, chapters: int, sections: int, count: int) -> None:
    counts = read(name).counts
    assert [counts.get(rung, 0) for rung in "章节条"] == [chapters, sections, count]


@pytest.mark.parametrize("name", sorted(OUTLINES))
def test_seed_outlines(name: str) -> None:
    """The two founding documents: addresses and counts read by hand, no junk left, nothing invented."""
    expected = OUTLINES[name]
    prepared = read(f"seeds/{name}")
    found = prepared.description
    assert [list(p.path) for p in prepared.provisions] == expected["paths"]
    assert {field: getattr(found, field) for field in ("title", "issuer", "region", "number")} == expected["says"]
    dates = {field: str(getattr(found, field)) for field in ("issued_on", "published_on", "effective_on")}
    assert dates == expected["dates"]
    assert found.expires_on is None
    assert sum(not fix.certain for fix in prepared.repairs) == expected["flags"]
    for junk in expected["gone"]:
        assert junk not in prepared.text


def test_the_hainan_notice_has_fourteen_measures_across_six_sections() -> None:
    prepared = read("seeds/hainan_measures_scraped.txt")
    assert [p.path[-1] for p in prepared.provisions if len(p.path) == 2] == [str(n) for n in range(1, 15)]
    assert len([p for p in prepared.provisions if len(p.path) == 1 and p.rung is Rung.HEADING]) == 6
    assert prepared.text.count("**") == 4  # masked words are kept and flagged, never guessed


def test_the_guangzhou_guide_says_what_is_missing() -> None:
    """Nine parts, two circled lists under the right parents, 25 bookmarks gone, two missing figures said."""
    prepared = read("seeds/guangzhou_platform_guide.txt")
    parents = Counter(p.path[:-1] for p in prepared.provisions if p.path[-1] in set("①②③④⑤⑥⑦"))
    assert parents == {("三", "（二）", "2", "（1）"): 7, ("三", "（二）", "2", "（2）"): 4}
    assert len([p for p in prepared.provisions if len(p.path) == 1 and p.rung is Rung.HEADING]) == 9
    assert sum("bookmark" in fix.before for fix in prepared.repairs) == 25
    assert sum("[image" in fix.before and not fix.certain for fix in prepared.repairs) == 2
