"""The first knowledge base of a fresh machine: the national laws a firm needs and the content we wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from assistant.guidance.navigate import load_items, service_documents
from assistant.model import ServiceItem
from ingest.incoming import Incoming
from ingest.laws import load_laws
from ingest.pipeline import FileReport, IngestReport, Progress, ingest_file
from ingest.prepare import Here
from kb.catalogue import effective_dates, load_catalogue
from kb.errors import BadInput
from kb.knowledge import Library
from kb.model import Kind, Source, State

OWN = Source(name="regkb 自编内容（非官方文本）")
FRONT = "---\n"


def load_starter(library: Library, data: Path, progress: Progress) -> list[FileReport]:
    """Load the default laws, then our guides, cases, glossary and service items; running twice changes nothing."""
    reports = list(load_national_laws(library, data, progress, everything=False).files)
    reports += load_content(library, data, load_items(data / "services.yaml"), progress)
    library.optimize()
    return reports


def load_national_laws(library: Library, data: Path, progress: Progress, *, everything: bool) -> IngestReport:
    recorded = effective_dates(load_catalogue(data / "catalogue.yaml"))
    return load_laws(library, everything=everything, state=State.PUBLISHED, progress=progress, recorded=recorded)


def load_content(library: Library, data: Path, items: Iterable[ServiceItem], progress: Progress) -> list[FileReport]:
    texts = [_article(path) for folder in ("guides", "cases") for path in sorted((data / folder).glob("*.md"))]
    texts += [(title, text, {"title": title, "kind": kind}) for title, text, kind in service_documents(list(items))]
    texts.append(_glossary(data / "glossary.yaml"))
    reports: list[FileReport] = []
    for done, (title, text, given) in enumerate(texts, start=1):
        progress("自编内容", title, done, len(texts))
        reports += ingest_file(
            library, Incoming(f"{title}.md", text.encode()), parser=Here(), source=OWN, given=given,
            state=State.PUBLISHED, progress=lambda *_: None,
        )  # fmt: skip
    return reports


def _article(path: Path) -> tuple[str, str, dict[str, object]]:
    """A guide or case: its front matter describes it, the rest is its text."""
    whole = path.read_text(encoding="utf-8")
    if not whole.startswith(FRONT) or FRONT not in whole[len(FRONT) :]:
        raise BadInput(f"{path.name} 缺少开头的说明块（--- 之间的 YAML）。")
    head, body = whole[len(FRONT) :].split(FRONT, 1)
    front = yaml.safe_load(head)
    given = {"title": front["title"], "kind": front["kind"], "sectors": front.get("sectors", [])}
    return front["title"], f"{body.strip()}\n", given


def _glossary(path: Path) -> tuple[str, str, dict[str, object]]:
    title = "监管常用术语"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["terms"]
    lines = [f"{n}. {_names(entry)}：{entry['definition']}" for n, entry in enumerate(entries, start=1)]
    return title, f"{title}\n\n一、术语\n" + "\n".join(lines) + "\n", {"title": title, "kind": Kind.GLOSSARY}


def _names(entry: dict[str, Any]) -> str:
    """A term with its full and other names, so that any of them finds it."""
    others = [name for name in (entry.get("full"), *(entry.get("also") or ())) if name]
    return str(entry["term"]) + (f"（{'、'.join(others)}）" if others else "")
