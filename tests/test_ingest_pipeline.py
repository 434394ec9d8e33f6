"""The whole way of a file into the knowledge base, and of a folder with good and bad files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import HashEncoder

from ingest.laws import in_default_set, law_text, load_laws, open_data, read_laws
from ingest.pipeline import FileReport, ingest_one, ingest_paths, prepare
from kb.address import article_segment
from kb.knowledge import KnowledgeBase
from kb.model import Source, State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store import open_store

SHARED = Path(__file__).parents[2] / "shared"
GOLDEN = json.loads((Path(__file__).parent / "golden" / "outlines.json").read_text(encoding="utf-8"))
RULE = (
    "样例管理办法\n（2020年1月22日样例管理总局令第1号公布）\n"
    "第一条　为了规范样例，制定本办法。\n第二条　本办法自2020年7月1日起施行。"
)

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared texts are not beside this checkout")


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path / "home")
    made = KnowledgeBase(open_registry(settings), open_store(settings), HashEncoder(), settings.originals)
    yield made
    made.close()


def quiet(_stage: str, _name: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def by_name(files: tuple[FileReport, ...]) -> dict[str, FileReport]:
    return {Path(file.path).name: file for file in files}


def test_one_file_and_the_same_again(knowledge: KnowledgeBase) -> None:
    source = Source(name="测试")
    reports = [
        ingest_one(knowledge, "办法.txt", RULE.encode(), source=source, given={}, state=State.PUBLISHED)
        for _ in range(2)
    ]
    assert [report.outcome for report in reports] == ["added", "unchanged"]
    assert reports[0].document_id == "样例管理办法@2020-01-22"
    assert reports[0].counts == {"条": 2, "段": 1}
    assert knowledge.registry.document("样例管理办法@2020-01-22").source.sha256


def test_a_folder_with_bad_files_goes_through(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(RULE, encoding="gb18030")
    (folder / "sub" / "b.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "sub" / "c.md").write_text("样例公告\n一、范围\n样例。", encoding="utf-8")
    (folder / "README.md").write_text("about", encoding="utf-8")
    line = {
        "file": "sub/c.md", "title": "不该用的标题", "doc_no": "公告2021年第8号",
        "source_repo": "某库", "licence": "CC BY 4.0",
    }  # fmt: skip
    (folder / "manifest.jsonl").write_text(json.dumps(line) + "\nnot json\n", encoding="utf-8")
    seen: list[tuple[int, int]] = []

    def watch(_stage: str, _name: str, done: int, total: int) -> None:
        seen.append((done, total))

    report = ingest_paths(knowledge, [folder], state=State.PUBLISHED, progress=watch)
    files = by_name(report.files)
    assert report.totals == {"added": 2, "failed": 1, "skipped": 2}
    assert "损坏" in (files["b.pdf"].reason or "")
    assert files["README.md"].reason
    assert (files["c.md"].title, files["c.md"].number) == ("样例公告", "公告2021年第8号")
    document = knowledge.registry.document(files["c.md"].document_id or "")
    assert (document.source.name, document.source.licence) == ("某库", "CC BY 4.0")
    assert document.evidence["number"].startswith("来源记录")
    assert seen[-1] == (5, 5)


def test_two_texts_of_one_title_and_version_do_not_swap_on_every_run(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("样例指南\n一、甲\n先做这件事情，再做那件事情。", encoding="utf-8")
    (tmp_path / "b.txt").write_text("样例指南\n一、乙\n另有完全不同的要求和说明内容。", encoding="utf-8")
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    first = ingest_paths(knowledge, paths, state=State.PUBLISHED, progress=quiet)
    again = ingest_paths(knowledge, paths, state=State.PUBLISHED, progress=quiet)
    assert [file.document_id for file in first.files] == ["样例指南@undated", "样例指南@undated·2"]
    assert again.totals == {"unchanged": 2}
    assert "人工核对" in first.files[1].warnings[0]


@pytest.fixture(scope="module")
def laws() -> Iterator[dict[str, dict[str, object]]]:
    with open_data() as connection:
        yield {
            f"{law.name}@{law.version}": {"effective_on": law.effective_on, "text": law_text(connection, law)}
            for law in read_laws(connection)
            if in_default_set(law.name)
        }


@pytest.mark.parametrize(
    ("law", "effective"),
    [
        ("中华人民共和国商标法@2026-06-26", "2027-01-01"),  # not yet in force, though the data calls it so
        ("中华人民共和国商标法@2019-04-23", None),  # the data gives the first version's date of 1983
        ("中华人民共和国食品安全法@2025-09-12", "2025-12-01"),  # found in the decision of the same day
        ("中华人民共和国医疗保障法@2026-08-28", "2027-01-01"),
    ],
)
def test_effective_dates_of_the_law_data_are_checked(
    laws: dict[str, dict[str, object]], law: str, effective: str | None
) -> None:
    assert laws[law]["effective_on"] == effective


def test_rebuilt_laws_have_every_article_in_order(laws: dict[str, dict[str, object]]) -> None:
    for law, record in laws.items():
        text = str(record["text"])
        prepared = prepare(f"{law}.txt", text.encode(), {"title": law.partition("@")[0]})
        printed = re.findall(r"^第[零一二三四五六七八九十百]+条(?:之.+?)?　", text, re.M)
        assert prepared.counts.get("条", 0) == len(printed), law
    assert prepare("药.txt", str(laws["中华人民共和国药品管理法@2019-08-26"]["text"]).encode()).counts["条"] == 155


def test_the_default_laws_load(knowledge: KnowledgeBase) -> None:
    report = load_laws(knowledge, everything=False, state=State.DRAFT, progress=quiet)
    assert report.totals == {"added": len(report.files)}
    assert len(report.files) >= 50
    assert knowledge.registry.document("药品管理法@2019-08-26").effective_on is not None


@needs_shared
@pytest.mark.parametrize("name", sorted(GOLDEN["seeds"]))
def test_seed_outlines(name: str) -> None:
    """The two founding documents: addresses and counts read by hand, no junk left, nothing invented."""
    expected = GOLDEN["seeds"][name]
    prepared = prepare(name, (SHARED / "seeds" / name).read_bytes())
    found = prepared.description
    assert [list(p.path) for p in prepared.provisions] == expected["paths"]
    assert {field: getattr(found, field) for field in ("title", "issuer", "region", "number")} == expected["says"]
    dates = {field: str(getattr(found, field)) for field in ("issued_on", "published_on", "effective_on")}
    assert dates == expected["dates"]
    assert sum(not fix.certain for fix in prepared.repairs) == expected["flags"]
    for junk in expected["gone"]:
        assert junk not in prepared.text


@needs_shared
def test_article_counts_of_the_corpus() -> None:
    """Every Markdown text has as many articles as its manifest counts."""
    wrong = {}
    for line in (SHARED / "corpus" / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        path = SHARED / "corpus" / record["file"]
        counted = prepare(path.name, path.read_bytes(), {"title": record["title"]}).counts.get("条", 0)
        if counted != record["articles"]:
            wrong[record["file"]] = (record["articles"], counted)
    assert wrong == {}


@needs_shared
def test_articles_of_the_word_files_are_unbroken() -> None:
    """The main text of each Word file numbers its articles from 1 without a gap."""
    for path in sorted((SHARED / "corpus_docx").glob("*.docx")):
        prepared = prepare(path.name, path.read_bytes())
        numbers = [p.path[0] for p in prepared.provisions if len(p.path) == 1 and p.rung.value == "条"]
        assert numbers == [article_segment(n) for n in range(1, len(numbers) + 1)], path.name
