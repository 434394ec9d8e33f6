"""The pages that lead a newcomer through the assistant name all of it, and nothing that is not there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import assistant.api
from assistant.answer_model import Answer
from assistant.service import Service
from kb.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
API = (ROOT / "docs/api.md").read_text(encoding="utf-8")
METHOD = "(?:GET|POST|PATCH|DELETE)"
TABLE = ARCHITECTURE.split("## 在 assistant 里找文件")[1].split("\n## ")[0]


def modules(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / "assistant").glob(f"{folder}/*.py" if folder else "*.py")} - {"__init__"}


def named(row: str) -> set[str]:
    """Modules in the rows of the table, without the folder they may be written with."""
    return {name.rpartition("/")[2] for name in re.findall(r"`((?:api/)?[a-z_]+)`", row)}


def test_every_module_of_the_assistant_is_in_the_table_and_every_one_there_exists() -> None:
    """A hundred files in one folder are found by the table or not at all."""
    there = modules("") | modules("*")
    rows = "\n".join(line for line in TABLE.splitlines() if line.startswith("|"))
    assert (sorted(there - named(rows)), sorted(named(rows) - there)) == ([], [])


def test_a_row_names_the_folders_of_its_modules() -> None:
    """Six folders hold most of them; a wrong one is worse than none."""
    folder = {path.stem: path.parent.name for path in (ROOT / "assistant").glob("*/*.py")}
    for line in TABLE.splitlines():
        *_, where, _ = ["", "", *line.split("|")]
        told = set(re.findall(r"([a-z]+)/", where))
        if line.startswith("|") and told and not told & {"desk", "export", "api"}:
            assert told == {folder[name] for name in named(line.rpartition("|")[0]) if name in folder}, line


@pytest.mark.parametrize("folder", ["desk", "export"])
def test_a_folder_has_its_modules_in_its_own_row(folder: str) -> None:
    (row,) = [line for line in TABLE.splitlines() if line.startswith("|") and f"`{folder}/`" in line]
    assert named(row) == modules(folder)


def routes(app: Any) -> set[tuple[str, str]]:
    """Method and path of each route, its parameters without their names."""
    paths = app.openapi()["paths"]
    return {(method.upper(), re.sub(r"\{[^}]*\}", "{}", path)) for path, by in paths.items() for method in by}


def test_every_route_that_is_told_of_exists(tmp_path: Path) -> None:
    """An example that leads to 404 is worse than none."""
    service = Service(
        settings=Settings(home=tmp_path), knowledge_or_none=None, trouble="", items=(), paths=(), measures=(),
        catalogue=(), templates=(), staff_token="x", today=lambda: date(2026, 11, 21),
    )  # fmt: skip
    there = routes(assistant.api.create_app(service))
    told = {
        (method, re.sub(r"\{[^}]*\}", "{}", path))
        for methods, path in re.findall(rf"`({METHOD}(?:`、`{METHOD})*) (/[^`?]+)`", API)
        for method in methods.split("`、`")
    }
    assert len(told) > 12
    assert told - there == set()


def test_every_field_of_an_answer_is_told_of() -> None:
    told = set(re.findall(r"`([a-z_]+)`", API.split("| 回答的字段 |")[1].split("\n\n")[0])) | {"outcome"}
    assert sorted(set(Answer.model_fields) - told) == []


def test_the_days_that_conversations_are_kept_are_the_real_ones() -> None:
    """It is a promise to the people whose words are kept."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (days,) = re.findall(r"^\| `REGKB_CONVERSATION_DAYS` \|.*\| (\d+) \|$", readme, re.MULTILINE)
    assert int(days) == Settings.model_fields["conversation_days"].default
