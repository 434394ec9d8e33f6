"""`regkb eval`: search and answers scored on suites, beside other rankings and against a saved run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import httpx
import typer
from rich.console import Console

from kb.errors import BadInput
from kb.settings import Settings
from ui import cli_cite
from ui.console import AsJson, errors, print_json

if TYPE_CHECKING:
    from eval.record import Difference, Evaluation
    from eval.suites import Suite

commands = typer.Typer()


@commands.command("eval")
def evaluate(
    suite: Annotated[
        str | None,
        typer.Argument(
            help="题集：名称（如 core）、JSONL 文件（自编题集，或每行 question 与 gold 的普通题集）、BEIR 文件夹；"
            "不写就评全部题集；citations 检验引用核对本身"
        ),
    ] = None,
    against: Annotated[Path | None, typer.Option(help="与保存的一次结果逐题比较", exists=True)] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="与 --against 同用：有指标变差且不能归于偶然时退出码为 1")
    ] = False,
    rankings: Annotated[
        bool, typer.Option("--rankings", help="同题同库再评只用语义、只用字面、简单融合三种排序")
    ] = False,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="PART", help="再评一次去掉某个部件的排序，可写多次")
    ] = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="另请评审模型（REGKB_JUDGE_URL、REGKB_JUDGE_MODEL）给回答打分")
    ] = False,
    mode: Annotated[
        Literal["extractive", "generative"],
        typer.Option("--mode", help="generative：同题再由语言模型（REGKB_LLM_URL）作答，与摘录的回答逐题比较"),
    ] = "extractive",
    save: Annotated[Path | None, typer.Option(help="把结果存为 JSON")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="把报告写成一个网页文件", dir_okay=False)] = None,
    misses: Annotated[
        bool | None, typer.Option("--misses/--no-misses", help="列出每一道失分的题；默认只评一个题集时列出")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="BEIR：至多取多少篇文献")] = None,
    seed: Annotated[int, typer.Option(help="置信区间重抽样的种子；citations 时是造引用的种子")] = 7,
    size: Annotated[int, typer.Option(min=1, max=20_000, help="citations：错、对的引用各造几条")] = 2000,
    as_json: AsJson = False,
) -> None:
    """给检索与回答打分，附置信区间；不写题集就评全部。

    citations 用造出来的错引与正引检验引用核对，有误判时退出码为 1。"""
    if suite == "citations":
        raise typer.Exit(cli_cite.evaluate(size, seed, as_json))
    if strict and not against:
        raise BadInput("--strict 要与 --against 一起用：没有可比的结果，就说不上变差。")
    from eval.beside import RANKINGS
    from eval.beside import without as leaving_out
    from eval.compared import worsened
    from eval.judge import open_judge
    from eval.measures import MEASURES
    from eval.record import save as save_record
    from eval.run import evaluate_suites
    from ui.evaluated import HttpApi
    from ui.progress import reported

    settings = Settings()
    if mode == "generative" and not settings.llm_url:
        raise BadInput("--mode generative 要先用 REGKB_LLM_URL 和 REGKB_LLM_MODEL 指明语言模型。")
    ways = (*(RANKINGS if rankings else ()), *map(leaving_out, without or ()))
    by_model = open_judge(settings) if judge else None
    with _opened(suite, limit, settings) as (client, suites), reported(errors) as progress:
        evaluation = evaluate_suites(
            suites, HttpApi(client), against=against, seed=seed, ways=ways, mode=mode,
            measures=(*MEASURES, *(by_model.measures if by_model else ())),
            progress=lambda name, done, total: progress("评测", name, done, total),
        )  # fmt: skip
    if by_model and by_model.note:
        errors.print(by_model.note, style="yellow", highlight=False, markup=False, soft_wrap=True)
    record = evaluation.runs[0] if suite and len(evaluation.runs) == 1 else evaluation
    if save:
        save_record(record, save)
    if html:
        from eval.report_page import page

        html.write_text(page(evaluation, made_on=date.today()), encoding="utf-8")
        errors.print(f"已写入 {html}", highlight=False, markup=False, soft_wrap=True)
    if as_json:
        print_json(record.model_dump(mode="json"))
    else:
        _show(evaluation, Console(), misses=len(evaluation.runs) == 1 if misses is None else misses)
    raise typer.Exit(1 if strict and _warn(worsened(evaluation.runs)) else 0)


@contextmanager
def _opened(target: str | None, limit: int | None, settings: Settings) -> Iterator[tuple[httpx.Client, list[Suite]]]:
    """The suites that are meant, and the service to put them to: the user's own, or for a BEIR folder one over a
    knowledge base made of its documents, gone afterwards."""
    from eval.beir import is_beir
    from eval.suites import read_suite
    from ui.access import connect

    if target and is_beir(Path(target)):
        with TemporaryDirectory(prefix="regkb-beir-") as place:
            yield from _over_documents(Path(target), limit, settings, Path(place))
        return
    if limit:
        raise BadInput("--limit 只用于 BEIR 文件夹。")
    suites = [read_suite(path) for path in _paths(target, settings.data / "eval")]
    _prepare(settings)
    with connect(settings) as client:
        yield client, suites


def _paths(target: str | None, own: Path) -> Sequence[Path]:
    """The suite files that a name, a file or a folder means. Raises BadInput with the names there are."""
    from eval.suites import find_suites

    if target is None:
        return find_suites(own)
    path = Path(target)
    if path.is_dir():
        return find_suites(path)
    if path.suffix == ".jsonl":
        return (path,)
    known = {found.stem: found for found in find_suites(own)}
    if target not in known:
        raise BadInput(f"没有题集“{target}”。现有：{'、'.join(known)}；也可以给出 JSONL 文件或 BEIR 文件夹的路径。")
    return (known[target],)


def _prepare(settings: Settings) -> None:
    """On a fresh machine: the encoder, and the starter knowledge base where there is nothing at all to be asked."""
    from kb.knowledge import KnowledgeBase
    from kb.registry import open_registry
    from ui.access import is_running
    from ui.progress import reported
    from ui.serve import STARTER, prepare_encoder
    from ui.starter import load_starter

    if is_running(settings):
        return
    prepare_encoder(settings, errors)
    registry = open_registry(settings)
    empty = not registry.held()
    registry.close()
    if not empty:
        return
    knowledge = KnowledgeBase.open(settings)
    try:
        with reported(errors) as progress:
            reports = load_starter(knowledge, settings.data, progress)
        if all(report.outcome != "failed" for report in reports):
            knowledge.registry.mark(STARTER)
    finally:
        knowledge.close()


def _over_documents(
    folder: Path, limit: int | None, settings: Settings, home: Path
) -> Iterator[tuple[httpx.Client, list[Suite]]]:
    from eval.beir import load, read_beir
    from kb.knowledge import KnowledgeBase
    from ui.access import connect
    from ui.progress import reported
    from ui.serve import prepare_encoder

    judged = read_beir(folder, limit)
    prepare_encoder(settings, errors)
    # A home, database and index of its own: the user's knowledge base is not to meet these documents.
    apart = settings.model_copy(update={"home": home, "database_url": None, "qdrant_url": None})
    if settings.models.is_dir():
        apart.models.symlink_to(settings.models.resolve(), target_is_directory=True)
    knowledge = KnowledgeBase.open(apart)
    try:
        with reported(errors) as progress:
            load(knowledge, judged.texts, lambda done, total: progress("建库", folder.name, done, total))
    finally:
        knowledge.close()
    with connect(apart) as client:
        yield client, [judged.suite]


def _show(evaluation: Evaluation, console: Console, *, misses: bool) -> None:
    from eval import report

    for run in evaluation.runs:
        console.print(report.table(run), report.by_tag(run))
        if run.beside:
            console.print(report.beside(run.suite, run))
        if misses:
            console.print(report.misses(run))
        if run.changes:
            console.print(report.compared(run.suite, run.changes), report.changes(run.changes))
    if len(evaluation.runs) > 1:
        console.print(report.overview(evaluation))
        if evaluation.beside:
            console.print(report.beside("全部题集", evaluation))


def _warn(worse: Sequence[tuple[str, Difference]]) -> bool:
    """Say on stderr what got worse beyond chance, and whether anything did."""
    for suite, row in worse:
        interval = f"差的 95% 区间 {row.low:+.3f}…{row.high:+.3f}"
        words = f"{suite}：{row.measure} 变差，{row.before:.3f} → {row.after:.3f}（{interval}）"
        errors.print(words, style="red", highlight=False, markup=False, soft_wrap=True)
    return bool(worse)
