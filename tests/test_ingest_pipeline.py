"""The whole way of a file into the knowledge base, and of a folder with good and bad files."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from factories import HashEncoder

from ingest.incoming import Incoming
from ingest.laws import in_default_set, law_text, load_laws, open_data, read_laws
from ingest.limits import Limits
from ingest.pipeline import FileReport, IngestReport, ingest_file, ingest_paths, preview_paths
from ingest.prepare import Here, Parser, Prepared, prepare
from kb.knowledge import KnowledgeBase
from kb.model import Source, State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store import open_store

RULE = (
    "样例管理办法\n（2020年1月22日样例管理总局令第1号公布）\n"
    "第一条　为了规范样例，制定本办法。\n第二条　本办法自2020年7月1日起施行。"
)


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path / "home")
    made = KnowledgeBase(open_registry(settings), open_store(settings), HashEncoder(), settings.originals)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files of a test lie, apart from the home."""
    made = tmp_path / "texts"
    made.mkdir()
    return made


def quiet(_stage: str, _name: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def by_name(files: tuple[FileReport, ...]) -> dict[str, FileReport]:
    return {Path(file.path).name: file for file in files}


def taken_in(knowledge: KnowledgeBase, *paths: Path, parser: Parser | None = None) -> IngestReport:
    return ingest_paths(
        knowledge, paths, parser=parser or Here(), limits=Limits(), state=State.PUBLISHED, progress=quiet
    )  # fmt: skip


def one(knowledge: KnowledgeBase, name: str, data: bytes, **fields: Any) -> tuple[FileReport, ...]:
    wanted: dict[str, Any] = {"parser": Here(), "source": Source(name="测试"), "given": {}, "state": State.PUBLISHED}
    return ingest_file(knowledge, Incoming(name, data), progress=quiet, **(wanted | fields))


class Watched(Here):
    """The real parser, with the names of the files that reached it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def prepare(self, file: Incoming, given: Mapping[str, object]) -> Prepared:
        self.asked.append(file.name)
        return super().prepare(file, given)


def test_one_file_and_the_same_again(knowledge: KnowledgeBase) -> None:
    reports = [*one(knowledge, "办法.txt", RULE.encode()), *one(knowledge, "办法.txt", RULE.encode())]
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

    report = ingest_paths(
        knowledge, [folder], parser=Here(), limits=Limits(), state=State.PUBLISHED, progress=watch
    )  # fmt: skip
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
    first, again = taken_in(knowledge, *paths), taken_in(knowledge, *paths)
    assert [file.document_id for file in first.files] == ["样例指南@undated", "样例指南@undated·2"]
    assert again.totals == {"unchanged": 2}
    assert "人工核对" in first.files[1].warnings[0]
    paths[1].write_text("样例指南\n一、乙\n第二份改了文字，仍然是另一份文件。", encoding="utf-8")
    changed = taken_in(knowledge, *paths)  # the first is known unread, and its place must still be kept for it
    assert [(file.outcome, file.document_id) for file in changed.files] == [
        ("unchanged", "样例指南@undated"), ("changed", "样例指南@undated·2"),
    ]  # fmt: skip


def test_a_file_known_from_last_time_is_not_parsed_again(knowledge: KnowledgeBase, folder: Path) -> None:
    (folder / "a.txt").write_text(RULE, encoding="utf-8")
    parser = Watched()
    outcomes = [taken_in(knowledge, folder, parser=parser).files[0].outcome for _ in range(2)]
    assert (outcomes, parser.asked) == (["added", "unchanged"], ["a.txt"])


def test_a_known_file_is_read_again_when_what_it_gave_was_replaced(knowledge: KnowledgeBase) -> None:
    other = RULE.replace("为了规范样例", "为了规范另一种样例").encode()
    for data, outcome in ((RULE.encode(), "added"), (other, "changed"), (RULE.encode(), "changed")):
        (report,) = one(knowledge, "办法.txt", data)
        assert report.outcome == outcome
    assert "为了规范样例" in knowledge.registry.reading(report.document_id or "").text


def test_a_known_file_does_not_bring_back_what_staff_withdrew(knowledge: KnowledgeBase) -> None:
    (first,) = one(knowledge, "办法.txt", RULE.encode())
    knowledge.withdraw(first.document_id or "")
    (again,) = one(knowledge, "办法.txt", RULE.encode())
    assert again.outcome == "unchanged"
    assert knowledge.registry.document(first.document_id or "").state is State.WITHDRAWN


def test_a_draft_of_a_known_file_can_be_published(knowledge: KnowledgeBase) -> None:
    (draft,) = one(knowledge, "办法.txt", RULE.encode(), state=State.DRAFT)
    (published,) = one(knowledge, "办法.txt", RULE.encode())
    assert (draft.outcome, published.outcome) == ("added", "changed")
    assert knowledge.registry.document(draft.document_id or "").state is State.PUBLISHED


def test_a_lost_original_comes_back_with_the_same_file(knowledge: KnowledgeBase) -> None:
    (report,) = one(knowledge, "办法.txt", RULE.encode())
    kept = knowledge.registry.original(report.document_id or "")
    assert kept is not None
    knowledge.original(kept[1]).unlink()
    (again,) = one(knowledge, "办法.txt", RULE.encode())
    assert again.outcome == "unchanged"
    assert knowledge.original(kept[1]).read_bytes() == RULE.encode()


def test_an_archive_reports_every_file_in_it(knowledge: KnowledgeBase, folder: Path) -> None:
    """What is recorded of the archive (its title, its number) must not be put on the files inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("部门/办法.txt", RULE)
        archive.writestr("坏.pdf", b"%PDF-1.4 broken")
    (folder / "一包.zip").write_bytes(out.getvalue())
    line = {"file": "一包.zip", "title": "不该用的标题"}
    (folder / "manifest.jsonl").write_text(json.dumps(line), encoding="utf-8")
    report = taken_in(knowledge, folder / "一包.zip")
    assert {(Path(f.path).name, f.outcome, f.title) for f in report.files} == {
        ("办法.txt", "added", "样例管理办法"), ("坏.pdf", "failed", None),
    }  # fmt: skip
    assert report.files[0].path.startswith(str(folder / "一包.zip"))


def test_a_preview_says_what_would_be_read_and_writes_nothing(folder: Path) -> None:
    (folder / "a.txt").write_text(RULE, encoding="utf-8")
    (folder / "b.pdf").write_bytes(b"%PDF-1.4 broken")
    before = sorted(folder.rglob("*"))
    report = preview_paths([folder], parser=Here(), limits=Limits(), progress=quiet)
    assert [(f.outcome, f.title) for f in report.files] == [("preview", "样例管理办法"), ("failed", None)]
    assert report.files[0].counts["条"] == 2
    assert str(report.files[0].effective_on) == "2020-07-01"
    assert sorted(folder.rglob("*")) == before


def test_a_file_over_the_limit_is_not_even_read(knowledge: KnowledgeBase, folder: Path) -> None:
    with (folder / "大.txt").open("wb") as sparse:
        sparse.truncate(2 * 2**20)
    report = ingest_paths(
        knowledge, [folder], parser=Here(), limits=Limits(file_mb=1), state=State.PUBLISHED, progress=quiet
    )  # fmt: skip
    assert report.files[0].outcome == "failed"
    assert "超过 1 MB" in (report.files[0].reason or "")


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
        prepared = prepare(Incoming(f"{law}.txt", text.encode()), {"title": law.partition("@")[0]})
        printed = re.findall(r"^第[零一二三四五六七八九十百]+条(?:之.+?)?　", text, re.M)
        assert prepared.counts.get("条", 0) == len(printed), law
    drugs = str(laws["中华人民共和国药品管理法@2019-08-26"]["text"])
    assert prepare(Incoming("药.txt", drugs.encode())).counts["条"] == 155


def test_the_default_laws_load(knowledge: KnowledgeBase) -> None:
    report = load_laws(knowledge, everything=False, state=State.DRAFT, progress=quiet)
    assert report.totals == {"added": len(report.files)}
    assert len(report.files) >= 50
    assert knowledge.registry.document("药品管理法@2019-08-26").effective_on is not None


def test_two_undated_texts_of_one_name_do_not_replace_each_other(knowledge: KnowledgeBase) -> None:
    """收费标准.xlsx and an unrelated 收费标准.txt bear one title and no date: neither may push the other out."""
    first = "收费标准\n一、注册费\n首次注册每个品种五万六千元，延续注册每个品种两万三千元，变更注册减半收取。"
    other = "收费标准\n一、停车费\n小型车辆每小时三元，大型车辆每小时六元，夜间停放一律免费，员工凭证件减半。"
    (held,) = one(knowledge, "标准一.txt", first.encode())
    (refused,) = one(knowledge, "标准二.txt", other.encode())
    assert (held.outcome, refused.outcome) == ("added", "failed")
    assert "标准一.txt" in (refused.reason or "")
    assert "五万六千元" in knowledge.registry.reading(held.document_id or "").text
    (corrected,) = one(knowledge, "标准一.txt", first.replace("五万", "六万").encode())
    assert corrected.outcome == "changed"  # the same file may say something else tomorrow


def test_the_same_words_in_other_bytes_settle(knowledge: KnowledgeBase, folder: Path) -> None:
    """A scan and its photograph give one text: they must not take turns in replacing each other."""
    (folder / "a.txt").write_text(RULE, encoding="utf-8")
    (folder / "b.txt").write_text(RULE, encoding="gb18030")
    first, again = taken_in(knowledge, folder), taken_in(knowledge, folder)
    assert first.totals == {"added": 1, "unchanged": 1}
    assert again.totals == {"unchanged": 2}


def test_a_copy_of_a_known_file_raises_no_doubt(knowledge: KnowledgeBase, folder: Path) -> None:
    (folder / "a.txt").write_text(RULE, encoding="utf-8")
    taken_in(knowledge, folder)
    (folder / "b.txt").write_text(RULE, encoding="utf-8")
    again = taken_in(knowledge, folder)
    assert [(f.outcome, f.warnings) for f in again.files] == [("unchanged", ()), ("unchanged", ())]


def test_what_systems_leave_behind_is_skipped(knowledge: KnowledgeBase, folder: Path) -> None:
    for name in ("~$办法.docx", "Thumbs.db", "desktop.ini"):
        (folder / name).write_bytes(bytes(range(256)))
    assert taken_in(knowledge, folder).totals == {"skipped": 3}
