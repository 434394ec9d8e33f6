"""The command line and composition root: each command reads the settings once and passes them down. The commands that
people ask with are in `ui.cli_ask`, those that take texts in and show them in `ui.cli_library`.

Exit codes: 0 ok, 1 partial, 2 usage, 3 environment, 4 bad data. Results go to stdout, progress and errors to stderr.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from kb.errors import RegkbError
from kb.settings import Settings
from ui import (
    cli_ask,
    cli_cite,
    cli_eval,
    cli_lexicon,
    cli_library,
    cli_mcp,
    cli_reindex,
    cli_relations,
    cli_unanswered,
    cli_validity,
    cli_versions,
    cli_watch,
    render,
)
from ui.cli_ask import AsOf, day, read_profile
from ui.console import AsJson, call, errors, show

app = typer.Typer(
    help="中国生物医药法规知识库与智能助手", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=True
)
app.add_typer(cli_ask.commands)
app.add_typer(cli_library.commands)
app.add_typer(cli_cite.commands)
app.add_typer(cli_eval.commands)
app.add_typer(cli_lexicon.commands)
app.add_typer(cli_mcp.commands)
app.add_typer(cli_relations.commands)
app.add_typer(cli_reindex.commands)
app.add_typer(cli_validity.commands)
app.add_typer(cli_versions.commands)
app.add_typer(cli_watch.commands)
app.add_typer(cli_unanswered.commands, name="unanswered")


@app.command()
def navigate(
    need: Annotated[str, typer.Argument(help="想办的事")], as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """找到该办的事项与顺序。"""
    call("POST", "/api/navigate", render.navigation, as_json, json={"need": need} | day(as_of))


@app.command()
def match(
    profile: Annotated[Path, typer.Option("--profile", help="企业画像（JSON 或 YAML）", exists=True, dir_okay=False)],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """按企业画像匹配政策，逐条说明满足、不满足、待补充。"""
    call("POST", "/api/match", render.matches, as_json, json={"profile": read_profile(profile)} | day(as_of))


@app.command()
def serve(
    only: Annotated[
        Literal["api", "ui"] | None, typer.Option("--only", help="只启动接口或页面；页面经 REGKB_API_HOST 找接口")
    ] = None,
    listen: Annotated[str | None, typer.Option("--listen", help="监听地址，默认同 REGKB_API_HOST")] = None,
) -> None:
    """启动接口与页面；首次运行会准备模型并装载起始知识库。"""
    from ui.serve import serve as run

    run(Settings(), errors, only, listen)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """检查运行环境，每一项说明好坏与办法。"""
    from ui.doctor import examine

    findings = examine(Settings())
    show({"checks": [f._asdict() for f in findings]}, as_json, render.checks)
    raise typer.Exit(3 if any(f.ok is False for f in findings) else 0)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE.zip", help="备份写到哪个文件")], as_json: AsJson = False
) -> None:
    """备份登记库、原件与向量缓存；服务运行时也可以。索引与令牌不在其中。"""
    from kb.backup import back_up
    from ui.backup import show_backup

    made = back_up(Settings(), target, datetime.now().astimezone())
    show(made.model_dump(mode="json"), as_json, show_backup)
    raise typer.Exit(1 if made.damaged else 0)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE.zip", help="备份文件", exists=True, dir_okay=False)],
    force: Annotated[bool, typer.Option("--force", help="替换数据目录中已有的知识库")] = False,
    as_json: AsJson = False,
) -> None:
    """从备份恢复：先核对全部校验值并重建索引，再替换。"""
    from ui.backup import restore as bring_back
    from ui.backup import show_restored

    done = bring_back(Settings(), archive, force=force, console=errors)
    show(done.model_dump(mode="json"), as_json, show_restored)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """核对数据：数据库完好、原件校验值、条款位置、索引与登记库一致；只看不改。"""
    from ui.backup import show_findings
    from ui.backup import verify as look

    findings, code = look(Settings())
    show({"findings": [f.model_dump(mode="json") for f in findings]}, as_json, show_findings)
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; our own errors end in one sentence and their exit code, never in a traceback."""
    try:
        app()
    except RegkbError as error:
        errors.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except SQLAlchemyError as error:
        errors.print(
            f"登记库暂时无法读写：{type(error).__name__}。请稍后再试，或运行 regkb verify。",
            style="red",
            soft_wrap=True,
        )
        sys.exit(3)
    except ValidationError as error:
        names = "、".join(f"REGKB_{problem['loc'][0]}".upper() for problem in error.errors())
        errors.print(f"设置有误：{names}。各项含义见 README 的“设置”。", style="red", soft_wrap=True)
        sys.exit(2)
    except OSError as error:
        errors.print(f"系统错误：{error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(3)
