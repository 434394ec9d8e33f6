"""What the documents promise is there, and what is there is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from kb.settings import Settings
from ui.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MADE = {"__pycache__", "build", "dist", "artifacts", "node_modules"}
HIDDEN_BUT_OURS = {".ci", ".streamlit", ".gitignore"}
MACHINE_PATH = re.compile(r"(?<![\w./~>$}-])/(?:" + "|".join(("work", "tmp", "home", "root", "Users")) + r")/[\w.]")
HOSTS = ("pypi" + r"\.org/(?!project/)", "python" + "hosted", "hugging" + r"face\.co", "mirrors" + r"\.")
REGISTRY_HOST = re.compile("|".join(HOSTS))
"""Where packages are fetched from; the page of a project, cited as a source, is another matter."""


def texts() -> Iterator[Path]:
    """Every text file of the repository, without what is made by running it."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        ours = not any((p.startswith(".") and p not in HIDDEN_BUT_OURS) or p in MADE or ".egg-info" in p for p in parts)
        if ours and path.is_file() and b"\0" not in path.read_bytes()[:1024]:
            yield path


def commands() -> set[str]:
    """Every command of the program, groups spelled out: `load laws`."""
    found: set[str] = set()
    pending = [("", get_command(app))]
    while pending:
        name, command = pending.pop()
        below = getattr(command, "commands", None)
        if below:
            pending += [(f"{name} {sub}".strip(), inner) for sub, inner in below.items()]
        else:
            found.add(name)
    return found


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("*/**/README.md")),
            *sorted((ROOT / "docs").rglob("*.md"))]  # fmt: skip


def test_every_command_is_in_the_readme_table_and_every_one_there_exists() -> None:
    listed = set(re.findall(r"^\| `regkb ((?:load )?[a-z]+)", README, re.MULTILINE))
    assert listed == commands()


def test_no_command_is_named_that_does_not_exist() -> None:
    known = {name.split()[0] for name in commands()}
    for page in pages():
        named = set(re.findall(r"`(?:\.venv/bin/)?regkb ([a-z]+)", page.read_text(encoding="utf-8")))
        assert named <= known, page.name


def test_every_setting_is_in_the_readme_and_every_one_there_exists() -> None:
    listed = set(re.findall(r"\bREGKB_[A-Z_]+\b", README))
    assert listed == {f"REGKB_{name.upper()}" for name in Settings.model_fields}


def test_defaults_in_the_readme_are_the_real_ones() -> None:
    """A port or limit that was changed in the code only would send people to the wrong place."""
    fields = Settings.model_fields
    for name in ("api_host", "embed_threads", "upload_limit_mb"):
        assert re.search(rf"^\| `REGKB_{name.upper()}` \|.*\| {fields[name].default} \|$", README, re.MULTILINE), name
    assert f"| 端口 | {fields['api_port'].default}、{fields['ui_port'].default} |" in README


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in pages():
        named = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, page.name
    assert {"run", "test"} <= targets


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    broken = [t for t in targets if "://" not in t and not t.startswith("mailto:") and not (page.parent / t).exists()]
    assert broken == []


def test_every_decision_has_one_number_and_says_it() -> None:
    notes = [note for note in sorted((ROOT / "docs/decisions").glob("*.md")) if note.name != "README.md"]
    numbers = [note.name[:3] for note in notes]
    assert numbers == [f"{n:03}" for n in range(1, len(notes) + 1)]
    for note in notes:
        words = note.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{3}-[a-z0-9-]+\.md", note.name), note.name
        assert words.startswith(f"# {note.name[:3]} "), note.name
        assert all(f"**{part}**" in words for part in ("背景", "决定")), note.name


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("cd /" + "work/main", True), ('open("/' + 'tmp/x")', True), ("见 /" + "root/.cache", True),
        ("https://example.org/" + "home/index.html", False), ("src/" + "work/x.py", False),
    ],
)  # fmt: skip
def test_the_pattern_of_machine_paths_tells_them_apart(line: str, found: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is found


def test_no_path_of_a_machine_and_no_registry_host_in_any_file() -> None:
    """They work for one person on one day."""
    wrong = []
    for path in texts():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if MACHINE_PATH.search(line) or REGISTRY_HOST.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert wrong == []
