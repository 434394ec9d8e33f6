"""What the documents promise is there, and what is there is documented."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.main import get_command

from eval.measures import MEASURES
from eval.suites import find_suites, read_suite
from kb.search import Part
from kb.settings import Settings
from ui.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EVALUATION = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
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


@cache
def options() -> dict[str, set[str]]:
    """Every command of the program, groups spelled out (`load laws`), with its options."""
    found: dict[str, set[str]] = {}
    pending: list[tuple[str, Any]] = [("", get_command(app))]
    while pending:
        name, command = pending.pop()
        below = getattr(command, "commands", None)
        if below:
            pending += [(f"{name} {sub}".strip(), inner) for sub, inner in below.items()]
        else:
            found[name] = {o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("-")}
    return found


def commands() -> set[str]:
    return set(options())


def command_of(words: str) -> str:
    """The command that words such as `lexicon list 代工 --json` begin with."""
    first, _, rest = words.partition(" ")
    grouped = {name for name in commands() if name.startswith(f"{first} ")}
    return f"{first} {rest.partition(' ')[0]}" if grouped else first


def pages() -> list[Path]:
    """What we wrote for readers; a virtual environment beside it holds pages of others."""
    ours = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    beside = [page for folder in ours for page in folder.rglob("README.md")]
    return sorted({*ROOT.glob("*.md"), *beside, *(ROOT / "docs").rglob("*.md")})


def code(words: str) -> Iterator[str]:
    """Every line of the blocks of a page, and every span."""
    block = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)
    yield from (line for inside in block.findall(words) for line in inside.splitlines())
    yield from re.findall(r"`([^`]+)`", block.sub("", words))


def test_every_command_is_in_the_readme_table_and_every_one_there_exists() -> None:
    rows = re.findall(r"^\| `regkb ([^`]+)`", README, re.MULTILINE)
    assert {command_of(row) for row in rows} == commands()


def test_no_command_is_named_that_does_not_exist() -> None:
    known = {name.split()[0] for name in commands()}
    for page in pages():
        named = set(re.findall(r"`(?:\.venv/bin/)?regkb ([a-z]+)", page.read_text(encoding="utf-8")))
        assert named <= known, page.name


def test_every_option_that_is_named_with_a_command_is_one_of_its_own() -> None:
    """In code spans, in blocks and in the row of the command in the README."""
    own, seen = options(), 0
    for page in pages():
        lines = code(page.read_text(encoding="utf-8"))
        for said in (found[1] for line in lines if (found := re.match(r"(?:\.venv/bin/)?regkb ([a-z][^#]*)", line))):
            named = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", said))
            assert named <= own[command_of(said)], f"{page.name}: {said}"
            seen += len(named)
    for said, rest in re.findall(r"^\| `regkb ([^`]+)` \|(.*)$", README, re.MULTILINE):
        named = set(re.findall(r"`(--[a-z-]+)", rest))
        assert named <= own[command_of(said)], said
        seen += len(named)
    assert seen > 30


def test_every_setting_is_in_the_readme_and_every_one_there_exists() -> None:
    listed = set(re.findall(r"\bREGKB_[A-Z_]+\b", README))
    assert listed == {f"REGKB_{name.upper()}" for name in Settings.model_fields}


def test_defaults_in_the_readme_are_the_real_ones() -> None:
    """A port or limit that was changed in the code only would send people to the wrong place."""
    fields = Settings.model_fields
    told = ("api_host", "upload_limit_mb", "file_limit_mb", "parse_seconds", "parse_memory_mb", "scanned_pages",
            "embed_threads", "rerank_max_tokens", "query_model")  # fmt: skip
    for name in told:
        assert re.search(rf"^\| `REGKB_{name.upper()}` \|.*\| {fields[name].default} \|$", README, re.MULTILINE), name
    assert f"| 端口 | {fields['api_port'].default}、{fields['ui_port'].default} |" in README


def test_every_suite_is_told_of_with_its_number_of_questions() -> None:
    """Figures are read against it: a suite that grew in silence makes two reports look alike that are not."""
    there = {path.stem: len(read_suite(path).cases) for path in find_suites(ROOT / "data/eval")}
    told = dict(re.findall(r"^\| `([a-z]+)` \| (\d+) \|", EVALUATION, re.MULTILINE))
    assert {name: int(number) for name, number in told.items()} == there


def test_every_measure_and_every_part_that_can_be_left_out_is_explained() -> None:
    assert [measure.name for measure in MEASURES if measure.name not in EVALUATION] == []
    search = (ROOT / "docs/search.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `without` \|.*$", search, re.MULTILINE)
    paragraph = re.findall(r"\*\*拆部件\*\*.*?\n\n", EVALUATION, re.DOTALL)
    for (words,) in (told, paragraph):
        assert set(re.findall(r"`([a-z]+)`", words)) - {"without"} == set(get_args(Part))


def test_every_training_file_is_told_of_with_its_number_of_questions() -> None:
    there = {path.name: len(list(rows(path))) for path in (ROOT / "data/train").glob("*.jsonl")}
    words = (ROOT / "learning/README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `data/train/([a-z]+\.jsonl)` \| (\d+) \|", words, re.MULTILINE)
    assert {name: int(number) for name, number in told} == there


def rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def pairs(question: str) -> frozenset[str]:
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", question)).lower()
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def alike(shared: int, one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions share so many of their pairs of characters that one is the other in other words."""
    return shared >= 0.6 * (len(one) + len(other) - shared) > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("药品再注册要提前多久申请", "药品再注册要提前多久申请？", True),
        ("群体器械不良事件几小时内报告", "获知群体器械不良事件，须在几小时内报告", True),
        ("药品再注册要提前多久申请", "医疗器械延续注册要提前多久申请", False),
        ("怎么办", "离婚了房子归谁", False),
    ],
)
def test_questions_that_are_alike_are_told_from_those_on_like_matters(one: str, other: str, same: bool) -> None:
    assert alike(len(pairs(one) & pairs(other)), pairs(one), pairs(other)) is same


def asked_in(row: dict[str, Any]) -> str:
    """What a case asks: a follow-up, which may be no more than the option that was picked, with what was before it."""
    return "".join((*row.get("history", ()), row["question"]))


def test_nothing_is_learnt_from_a_question_that_is_measured_with() -> None:
    """A figure on a question that was learnt from says nothing about the next one."""
    suites = {p.stem: [asked_in(row) for row in rows(p)] for p in (ROOT / "data/eval").glob("*.jsonl")}
    kept = [(name, question, pairs(question)) for name, asked in suites.items() for question in asked]
    by_pair: dict[str, list[int]] = {}
    for at, (_, _, held) in enumerate(kept):
        for pair in held:
            by_pair.setdefault(pair, []).append(at)
    found = []
    for path in sorted((ROOT / "data/train").glob("*.jsonl")):
        for row in rows(path):
            mine = pairs(row["question"])
            shared = Counter(at for pair in mine for at in by_pair.get(pair, ()))
            near = [kept[at][:2] for at, count in shared.items() if alike(count, mine, kept[at][2])]
            found += [f"{path.name} {row['question']} = {name} {question}" for name, question in near]
    assert found == []


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


def test_the_index_of_decisions_names_every_one() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    notes = {note.name for note in (ROOT / "docs/decisions").glob("[0-9]*.md")}
    linked = re.findall(r"\[(\d{3})\]\((\d{3})(-[a-z0-9-]+\.md)\)", index)
    assert {number + rest for _, number, rest in linked} >= notes
    assert all(said == number for said, number, _ in linked)


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
