"""What `load`, `ingest` and `show` print for people: a run file by file, a document with what it rests on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from kb.model import NOT_STATED
from ui.render import Body, force
from ui.words import FIELD_LABEL, OUTCOME_LABEL, RELATION_LABEL, STATE_LABEL

GOOD = ("added", "changed", "unchanged", "duplicate", "preview")
GOOD_SHOWN = 12
"""Good files listed without being asked: a handful is worth reading, four hundred bury the bad ones."""
WARNINGS_SHOWN = 12
COUNTED = re.compile(r"^(.{1,40}?) (\d{1,9}) 处")
PLAIN = ("title", "kind", "level", "number", "issuer", "region")
DATES = ("issued_on", "published_on", "effective_on", "expires_on", "repealed_on")
LISTS = ("sectors", "stages", "topics")
FIRST_WORDS = 36


def ingested(body: Body, console: Console, *, verbose: bool) -> None:
    """Totals last, where the eye ends; above them only what somebody has to look at."""
    good = [found for found in body["files"] if found["outcome"] in GOOD]
    if good and (verbose or len(good) <= GOOD_SHOWN):
        for found in good:
            _file(found, console)
    for outcome in ("skipped", "failed"):
        for found in (f for f in body["files"] if f["outcome"] == outcome):
            words = f"{OUTCOME_LABEL[outcome]}  {found['path']}：{found['reason'] or NOT_STATED}"
            style = "red" if outcome == "failed" else "yellow"
            console.print(words, style=style, highlight=False, markup=False, soft_wrap=True)
    warnings = _warnings(body["files"])
    if warnings:
        console.print("提示与待核对", style="bold")
        for line in warnings[: None if verbose else WARNINGS_SHOWN]:
            console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
        if len(warnings) > WARNINGS_SHOWN and not verbose:
            console.print(f"  另有 {len(warnings) - WARNINGS_SHOWN} 种，加 --verbose 全部列出。", highlight=False)
    totals = "，".join(
        f"{OUTCOME_LABEL[name]} {body['totals'][name]}" for name in OUTCOME_LABEL if name in body["totals"]
    )
    seconds = sum(found["seconds"] for found in body["files"])
    console.print(f"共 {len(body['files'])} 个文件：{totals or '没有可读的文件'}（{seconds:.1f} 秒）", highlight=False)


def _file(found: Body, console: Console) -> None:
    """A file in two lines, which a narrow terminal shows whole; a table of eight columns it does not."""
    console.print(f"{OUTCOME_LABEL[found['outcome']]}  {found['path']}", highlight=False, markup=False, soft_wrap=True)
    counts = " ".join(f"{rung}{count}" for rung, count in found["counts"].items())
    facts = [
        f"《{found['title']}》", found["kind"], f"文号{found['number'] or NOT_STATED}",
        f"{found['effective_on']} 施行" if found["effective_on"] else f"施行日期{NOT_STATED}", counts,
        f"修复 {found['repairs']} 处" if found["repairs"] else None,
        f"识别可信度最低 {found['confidence']:.0%}" if found["confidence"] is not None else None,
    ]  # fmt: skip
    line = " · ".join(fact for fact in facts if fact)
    console.print(f"        {line}", style="dim", highlight=False, markup=False, soft_wrap=True)


def _warnings(files: Sequence[Body]) -> list[str]:
    """One line for each sort of warning: in how many files, how often, and one file by name."""
    places: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for found in files:
        for words in found["warnings"]:
            counted = COUNTED.match(words)
            what = counted.group(1) if counted else words
            places[what].append(found["path"].rsplit("/", 1)[-1])
            counts[what] += int(counted.group(2)) if counted else 0
    lines = []
    for what, names in sorted(places.items(), key=lambda entry: -len(entry[1])):
        many = f" {counts[what]} 处" if counts[what] else ""
        where = names[0] if len(set(names)) == 1 else f"{len(set(names))} 个文件，如 {names[0]}"
        lines.append(f"{what}{many}（{where}）")
    return lines


def explained(body: Body, console: Console) -> None:
    console.print(f"对照页已写到 {body['page']}，用浏览器打开即可。", highlight=False, markup=False, soft_wrap=True)


def document(body: Body, console: Console) -> None:
    """What a document is, what each date rests on, and what was done to its text."""
    console.print(f"[bold]{escape(body['title'])}[/bold]  {force(body['force'])}  {STATE_LABEL[body['state']]}")
    console.print(f"[dim]{escape(body['id'])}[/dim]\n", highlight=False)
    facts = Table.grid(padding=(0, 2))
    for field in (*PLAIN[1:], *DATES, *LISTS):
        value = "、".join(body[field]) if field in LISTS else body[field]
        words = body["evidence"].get(field, "")
        rests = f"[dim]依据：{escape(_short(words))}[/dim]" if value and words else ""
        facts.add_row(f"[dim]{FIELD_LABEL[field]}[/dim]", escape(value or NOT_STATED), rests)
    facts.add_row("[dim]来源[/dim]", escape(body["source"]["name"]), "")
    facts.add_row("[dim]条款[/dim]", escape(" ".join(f"{rung}{n}" for rung, n in body["counts"].items())), "")
    console.print(facts)
    _list(console, "修复", [f"{step} {made}" for step, made in _by_step(body["repairs"])])
    _list(console, "读取说明", body["notes"])
    related = [f"{RELATION_LABEL[r['kind']]}《{r['title']}》{r['article'] or ''}" for r in body["relations"]]
    counted = Counter(related)
    _list(console, "关联文件", [f"{words}{f'（{n} 次）' if n > 1 else ''}" for words, n in counted.items()])
    _list(console, "版本", [f"{v['version']}  {v['force']}" for v in body["versions"] if len(body["versions"]) > 1])


def outline(body: Body, console: Console) -> None:
    """The places of a document as a tree: number, heading or first words, and the page where there are pages."""
    tree = Tree(f"[bold]{escape(body['title'])}[/bold]", guide_style="dim")
    pending = [(tree, entry) for entry in reversed(body["provisions"])]
    while pending:
        above, entry = pending.pop()
        # an unnumbered place has a name of ours, 第二条／第一款, of which only the end is not said by the tree itself
        label = entry["label"].rsplit("／", 1)[-1]
        words = entry["heading"] or _short(entry["text"], FIRST_WORDS)
        page = f"  第 {entry['page']} 页" if entry["page"] else ""
        line = Text.assemble((label, "bold"), f"  {words}", (page, "dim"), no_wrap=True, overflow="ellipsis")
        branch = above.add(line)
        pending += [(branch, child) for child in reversed(entry["children"])]
    console.print(tree, highlight=False)


def _by_step(repairs: Sequence[Body]) -> list[tuple[str, str]]:
    """Each step with how often it was applied, and how often somebody should look."""
    made = Counter(repair["step"] for repair in repairs)
    doubtful = Counter(repair["step"] for repair in repairs if not repair["certain"])
    return [
        (step, f"{n} 处" + (f"，{doubtful[step]} 处需人工核对" if doubtful[step] else "")) for step, n in made.items()
    ]


def _list(console: Console, heading: str, lines: Sequence[str]) -> None:
    if lines:
        console.print(f"\n[bold]{heading}[/bold]")
        for line in lines:
            console.print(f"· {line}", highlight=False, markup=False, soft_wrap=True)


def _short(words: str, most: int = 60) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[:most] + "…"
