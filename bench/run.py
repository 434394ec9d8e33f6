"""One command for every figure: `python -m bench.run --home .regkb --only search serve ingest --files FOLDER`.

The knowledge base in the home folder must be loaded and no server may run on it. Figures go to stdout as one JSON
document with the machine they were taken on, and to a file with `--json`; the table of goals goes to stderr.
`search` is all about search in one run; `ranking`, `clients`, `encoders` and `growth` are parts of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench import machine, timing
from bench.goals import table
from eval.cases import Case, read_cases
from kb.settings import Settings

SUITE = Path(__file__).parents[1] / "data" / "eval" / "core.jsonl"
SUITES = SUITE.parent
SIZES, SIZE_LIMIT_S = (25_000, 250_000, 1_000_000), 900.0
PARTS = (
    "search", "ranking", "clients", "encoders", "growth", "serve", "cite", "ingest", "stages", "laws", "chat",
    "answers",
)  # fmt: skip


def main() -> None:
    options = _options()
    settings = Settings(home=options.home)
    cases = [case for case in read_cases(SUITE) if case.gold][: options.questions]
    before = machine.facts()
    figures: dict[str, Any] = {"machine": before, "as_of": options.as_of.isoformat()}
    for part in options.only:
        print(f"{part} …", file=sys.stderr, flush=True)
        figures[part] = _measures(options, settings, cases)[part]()
    figures["load_at_end"] = machine.facts()["load"]
    figures["warning"] = machine.warning(before)
    print(f"负载 {before['load']} → {figures['load_at_end']}\n{table(figures)}", file=sys.stderr)
    document = json.dumps(figures, ensure_ascii=False, indent=1)
    print(document)
    if options.json:
        options.json.write_text(document + "\n", encoding="utf-8")


def _measures(
    options: argparse.Namespace, settings: Settings, cases: list[Case]
) -> dict[str, Callable[[], dict[str, Any]]]:
    """Each part by name. Modules are imported when asked for: a part must not need what another one needs."""
    questions = [case.question for case in cases]

    def search() -> dict[str, Any]:
        from bench.search import measure

        return measure(
            settings, cases, _every_case(), options.as_of, options.rounds, options.sizes, options.size_limit
        )  # fmt: skip

    def ranking() -> dict[str, Any]:
        from bench.search import measure_ranking

        return measure_ranking(settings, questions, options.as_of, options.rounds)

    def clients() -> dict[str, Any]:
        from bench.clients import measure

        return measure(settings, [case.question for case in _every_case()], options.as_of, options.rounds)

    def encoders() -> dict[str, Any]:
        from bench.encoders import measure

        return measure(settings, cases, options.rounds)

    def growth() -> dict[str, Any]:
        from bench.growth import measure

        return measure(settings, questions, options.as_of, options.rounds, options.sizes, options.size_limit)

    def serve() -> dict[str, Any]:
        from bench.serve import measure

        return measure(settings, questions, options.as_of, options.rounds)

    def cite() -> dict[str, Any]:
        from bench.cite import measure

        return measure(options.as_of, options.rounds)

    def stages() -> dict[str, Any]:
        from bench.ingest_stages import measure

        if not options.files:
            raise SystemExit("测各阶段耗时请用 --files 给出文件夹。")
        return measure(settings, options.files, options.sample)

    def ingest() -> dict[str, Any]:
        from bench.ingest import measure_again, measure_against, measure_growth

        folder = options.files[0] if options.files else None
        return {
            "unstructured": measure_against(folder, min(options.sample, 8), options.rounds),
            "again": measure_again(settings),
            "growth": measure_growth(options.rounds),
        }

    def laws() -> dict[str, Any]:
        from bench.ingest_stages import measure_laws

        return measure_laws(settings)

    def chat() -> dict[str, Any]:
        from bench.chat import measure

        return measure(settings, questions, options.as_of, options.rounds)

    def answers() -> dict[str, Any]:
        from bench.answers import measure

        return measure(settings, questions, options.as_of, options.rounds)

    parts = (search, ranking, clients, encoders, growth, serve, cite, ingest, stages, laws, chat, answers)
    return {part.__name__: part for part in parts}


def _every_case() -> list[Case]:
    """The cases of all the suites, each question once."""
    cases = [case for suite in sorted(SUITES.glob("*.jsonl")) for case in read_cases(suite)]
    return list({case.question: case for case in cases}.values())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="regkb 的速度、内存与入库吞吐")
    parser.add_argument("--home", type=Path, default=Path(".regkb"), help="已装载的数据目录")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=["ranking", "serve"], help="只测这些部分")
    parser.add_argument("--files", nargs="+", type=Path, default=[], help="测入库用的文件夹；没有时用现造的文件")
    parser.add_argument("--sample", type=int, default=40, help="测入库最多取几个文件")
    parser.add_argument("--questions", type=int, default=60, help="最多用几个问题")
    parser.add_argument("--rounds", type=int, default=timing.ROUNDS, help="重复几轮，不少于 5 轮才可引用")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="规模测试的块数；快测用 25000 250000")
    parser.add_argument("--size-limit", type=float, default=SIZE_LIMIT_S, help="建一个规模最多几秒")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date.today(), help="检索日期")
    parser.add_argument("--json", type=Path, help="另存为 JSON 文件")
    return parser.parse_args()


if __name__ == "__main__":
    main()
