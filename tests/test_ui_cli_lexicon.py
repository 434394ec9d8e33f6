"""`regkb lexicon` as staff use it: the list, and the check of their own file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.errors import BadInput
from ui.cli_lexicon import commands

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGKB_HOME", str(tmp_path))

    def runs(*words: str) -> str:
        result = CliRunner().invoke(commands, ["lexicon", *words], catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    return runs


def test_the_list_is_searched_on_both_sides(run: Run) -> None:
    """Staff look up what people say as well as what it is taken for."""
    assert "有效期届满" in run("list", "快到期")
    assert "快到期" in run("list", "有效期届满")
    assert "《药品管理法》" in run("list", "药法")


def test_a_home_without_a_file_is_fine(run: Run) -> None:
    assert "没有 lexicon.yaml" in run("check")


def test_the_check_tells_what_a_file_changes(run: Run, tmp_path: Path) -> None:
    """New words, changed ones, ones switched off, and ones that need not stand there."""
    (tmp_path / "lexicon.yaml").write_text(
        "entries:\n  - {said: [快到期, 没戏了], meant: [有效期届满], kind: colloquial}\n"
        "  - {said: 炒鱿鱼, meant: [], kind: colloquial}\ntitles: {药法: 药品管理法}\n",
        encoding="utf-8",
    )
    told = json.loads(run("check", "--json"))
    assert [row["said"] for row in told["new"]] == ["没戏了"]
    assert [row["said"] for row in told["changed"]] == ["快到期"]
    assert [row["said"] for row in told["off"]] == ["炒鱿鱼"]
    assert [row["said"] for row in told["same"]] == ["药法"]
    shown = run("check")
    assert "改写：快到期" in shown
    assert "停用：炒鱿鱼" in shown


def test_a_wrong_file_is_refused(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "other.yaml"
    wrong.write_text("entries: [{said: 快, meant: [届满], kind: colloquial}]", encoding="utf-8")
    with pytest.raises(BadInput, match="至少两个字"):
        run("check", str(wrong))
    with pytest.raises(BadInput, match="找不到"):
        run("check", str(tmp_path / "none.yaml"))
