"""`regkb backup`, `restore` and `verify`: when each may run, and what people read of it.

A backup is made from the files themselves, so it needs no running service and disturbs none. A restore replaces the
files and rebuilds the index, so no service may be running.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from kb.errors import Unavailable
from kb.integrity import Finding, examine
from kb.restore import Restored, inspect_archive
from kb.restore import restore as bring_back
from kb.settings import Settings
from ui.access import is_running
from ui.progress import reported
from ui.serve import prepare_encoder

Body = dict[str, Any]
MARKS = {True: "[green]通过[/green]", False: "[red]有问题[/red]", None: "[yellow]未核对[/yellow]"}


def restore(settings: Settings, archive: Path, *, force: bool, console: Console) -> Restored:
    """Check the archive, prepare the encoder where it is missing, and restore with progress on `console`."""
    if is_running(settings):
        raise Unavailable(f"服务正在 {settings.api_url} 运行：请先停止它再恢复。")
    inspect_archive(settings, archive, force=force)
    prepare_encoder(settings, console)
    with reported(console) as progress:
        return bring_back(settings, archive, force=force, progress=lambda stage, n, of: progress(stage, "", n, of))


def verify(settings: Settings) -> tuple[list[Finding], int]:
    """The findings, and the exit code that says the worst of them: 4 damage, 1 something not looked at, 0 sound."""
    findings = examine(settings, index_in_use=is_running(settings))
    seen = {finding.ok for finding in findings}
    return findings, 4 if False in seen else 1 if None in seen else 0


def show_backup(body: Body, console: Console) -> None:
    manifest = body["manifest"]
    console.print(
        f"已备份 {manifest['documents']} 部文件到 {escape(body['path'])}（{body['bytes'] / 2**20:.1f} MB）。"
        "索引与工作人员令牌不在其中：前者恢复时重建，后者每处自有。",
        highlight=False,
        soft_wrap=True,
    )
    for name in body["damaged"]:
        console.print(f"[red]原件已损坏，按现状备份[/red]：{escape(name)}。请运行 regkb verify。", highlight=False)


def show_restored(body: Body, console: Console) -> None:
    console.print(
        f"已恢复 {body['documents']} 部文件（其中 {body['published']} 部已发布并可检索），"
        f"备份时间 {body['manifest']['made_at']}。",
        highlight=False,
        soft_wrap=True,
    )


def show_findings(body: Body, console: Console) -> None:
    for finding in body["findings"]:
        words = f"{escape(finding['name'])}：{escape(finding['detail'])}"
        console.print(f"{MARKS[finding['ok']]}  {words}", highlight=False, soft_wrap=True)
