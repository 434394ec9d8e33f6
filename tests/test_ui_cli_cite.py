"""`regkb cite` as scripts and people use it: texts and files, exit codes like a linter's, the page it writes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

import docx
import pytest
from command_line import Ran, Run
from drawn_pdf import drawn
from selectolax.lexbor import LexborHTMLParser

RIGHT = "依据《药品管理法》第三十二条。"
WRONG = "依据《药品管理法》第三十二条和第九百九十九条。"


class Cite(Protocol):
    def __call__(self, *words: str, stdin: str = "") -> Ran: ...


@pytest.fixture
def cite(run: Run, monkeypatch: pytest.MonkeyPatch) -> Cite:
    """Runs `regkb cite WORDS` in a narrow window, where a table would have to cut its cells."""
    monkeypatch.setenv("COLUMNS", "80")
    return partial(run, "cite")


def verdicts(ran: Ran) -> list[str]:
    return [one["verdict"] for one in ran.json["citations"]]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((RIGHT, "--strict"), 0, "all are valid"),
        ((WRONG, "--strict"), 1, "one is not: like a linter that found something"),
        ((WRONG,), 0, "the check itself was done in full"),
        (("今天天气很好。", "--strict"), 0, "there is nothing to find fault with"),
        (("依据药品管理法第三十二条（许可/备案）", "--strict"), 0, "a stroke makes no path of a text"),
    ],
)
def test_the_exit_code_says_whether_all_is_well(cite: Cite, words: tuple[str, ...], code: int, why: str) -> None:
    assert cite(*words).code == code, why


def test_words_come_with_the_reason_in_whole(cite: Cite) -> None:
    """A table that cuts its cells hides the very article that is there instead."""
    ran = cite(WRONG)
    assert "共 155 条（第一条至第一百五十五条）。" in ran.out
    assert "有效 1，条款不存在 1" in ran.out


def files(folder: Path) -> dict[str, Path]:
    """The same sentence in each kind of file people have."""
    document = docx.Document()
    document.add_paragraph(WRONG)
    document.save(str(folder / "报告.docx"))
    (folder / "报告.txt").write_bytes(WRONG.encode("gb18030"))
    (folder / "报告.md").write_text(f"# 报告\n\n{WRONG}\n", encoding="utf-8")
    (folder / "报告.html").write_text(f"<html><body><p>{WRONG}</p></body></html>", encoding="utf-8")
    (folder / "报告.pdf").write_bytes(drawn(lambda canvas: canvas.drawString(60, 700, WRONG)))
    return {path.suffix: path for path in folder.iterdir()}


@pytest.mark.parametrize("suffix", [".docx", ".txt", ".md", ".html", ".pdf"])
def test_a_file_is_read_and_checked(cite: Cite, tmp_path: Path, suffix: str) -> None:
    ran = cite(str(files(tmp_path)[suffix]), "--json")
    assert (ran.code, verdicts(ran)) == (0, ["valid", "not_found"]), ran.err


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("没有这个.docx", 2, "找不到文件"),
        ("./没有这个", 2, "找不到文件"),
        (".", 2, "文件夹"),
        ("空白.pdf", 4, "文字"),
        ("坏的.docx", 4, "坏的.docx"),
    ],
)
def test_a_file_that_cannot_be_checked_is_a_sentence(
    cite: Cite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "空白.pdf").write_bytes(drawn(lambda canvas: canvas.rect(10, 10, 20, 20)))
    (tmp_path / "坏的.docx").write_bytes(b"PK\x03\x04 not a Word file")
    ran = cite(name)
    assert (ran.code, ran.out) == (code, ""), ran.err
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_the_page_holds_the_text_with_every_citation_marked(cite: Cite, tmp_path: Path) -> None:
    source, target = tmp_path / "报告.txt", tmp_path / "报告.html"
    source.write_text(f"<script>x</script>{WRONG}", encoding="utf-8")
    ran = cite(str(source), "--html", str(target), "--json", "--as-of", "2026-11-21")
    assert verdicts(ran) == ["valid", "not_found"]
    tree = LexborHTMLParser(target.read_text(encoding="utf-8"))
    assert [mark.attributes["class"] for mark in tree.css(".text a.c")] == ["c valid", "c not_found wrong"]
    assert not tree.css("script")
    assert "报告.txt" in tree.css_first("h1").text()
    assert "2026-11-21" in tree.css_first(".quiet").text()


def test_the_day_asked_decides(cite: Cite) -> None:
    assert verdicts(cite("依据《药品管理法》第三十二条。", "--as-of", "2015-01-01", "--json")) == ["not_in_force"]
