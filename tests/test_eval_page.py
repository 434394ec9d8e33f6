"""The report as a file: it stands alone, shows what was measured at its place, and takes nothing for markup."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import numpy as np

from eval.beside import RANKINGS, without
from eval.compared import compare
from eval.measures import MEASURES
from eval.record import Beside, CaseRun, Evaluation, Gain, Run
from eval.report_page import page
from eval.score import Score
from eval.summary import latencies, summaries

DAY = date(2026, 11, 21)
EVIL = "</script><b onclick=x>《甲法》&"


def case(
    name: str, hit: float, *, question: str = "怎么办", seconds: float = 0.03, skipped: str | None = None
) -> CaseRun:
    rank = Score(value=hit, why="排在前面" if hit else "前 10 条未见")
    scores = {} if skipped else dict.fromkeys(("Recall@10", "nDCG@10", "MRR@10", "Hit@1"), rank)
    return CaseRun(
        id=name, question=question, tags=("colloquial",), skipped=skipped, outcome="answered", results=1,
        ranking=(f"甲法@2020-01-01/{name}",), search_seconds=seconds, ask_seconds=seconds * 2, scores=scores,
    )  # fmt: skip


def run(*cases: CaseRun, name: str = "甲集", beside: tuple[Beside, ...] = ()) -> Run:
    scored = [one for one in cases if one.skipped is None]
    rows = summaries([one.scores for one in scored], MEASURES, np.random.default_rng(0))
    return Run(
        suite=name, suite_sha256="0", index_version="r1", seed=0, summaries=rows, latencies=latencies(scored),
        empty_results=0, errors=0, cases=cases, beside=beside,
    )  # fmt: skip


def evaluation(*runs: Run) -> Evaluation:
    scored = [case for one in runs for case in one.scored]
    pooled = summaries([case.scores for case in scored], MEASURES, np.random.default_rng(0))
    return Evaluation(runs=runs, summaries=pooled, latencies=latencies(scored))


def said(text: str, section: str) -> list[str]:
    """What the plots of a section say to those who cannot see them."""
    inside = text[text.index(f'<section id="{section}"') :]
    return re.findall(r'role="img" aria-label="([^"]*)"', inside[: inside.index("</section>")])


class Elements(HTMLParser):
    """Every tag with its attributes, and tags that are closed in the wrong order."""

    EMPTY = frozenset(("meta", "wbr", "line", "circle", "rect"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


FULL = run(case("a", 1.0), case("b", 0.5, question=EVIL), case("c", 0.0), case("d", 0, skipped="未收录《乙法》"))


def test_the_file_asks_for_nothing_and_runs_nothing() -> None:
    # It is opened offline, from a mail or a share; a report that phones home is no report.
    read = Elements(page(evaluation(FULL), made_on=DAY))
    assert read.wrong == []
    assert read.open == []
    for tag, attributes in read.found:
        assert tag not in ("script", "link", "img", "iframe", "object")
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "style")}
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"https?://", page(evaluation(FULL), made_on=DAY))


def test_words_of_a_question_are_never_markup() -> None:
    text = page(evaluation(FULL), made_on=DAY)
    assert EVIL not in text
    assert "&lt;/script&gt;&lt;b onclick=x&gt;《甲法》&amp;" in text


def test_every_link_leads_to_a_section_and_sections_without_content_are_left_out() -> None:
    read = Elements(page(evaluation(FULL), made_on=DAY))
    ids = {str(attributes["id"]) for tag, attributes in read.found if tag == "section"}
    assert {str(attributes["href"])[1:] for tag, attributes in read.found if tag == "a"} == ids
    assert {"overview", "suites", "tags", "ranks", "latency", "misses", "skipped"} == ids


def test_misses_are_shown_with_their_reason_and_full_marks_are_not() -> None:
    text = page(evaluation(FULL), made_on=DAY)
    misses = text[text.index('id="misses"') : text.index('id="skipped"')]
    assert "2 题有失分，1 题满分" in misses
    assert "前 10 条未见" in misses
    assert "Recall@10 0.00、nDCG@10 0.00" in misses, "measures with one reason stand together"
    assert "<code>a</code>" not in misses
    assert "未收录《乙法》" in text


def test_the_overview_says_what_each_measure_means() -> None:
    # On a phone there is nothing to hover over, and the names are English terms.
    text = page(evaluation(FULL), made_on=DAY)
    for row in FULL.summaries:
        assert f"<dt>{row.measure}</dt><dd>{row.means}</dd>" in text


def test_ranks_and_latencies_are_counted_into_their_bars() -> None:
    text = page(evaluation(run(case("a", 1.0), case("b", 1 / 4, seconds=0.3), case("c", 0.0))), made_on=DAY)
    (ranks,) = said(text, "ranks")
    assert ranks == (
        "甲集：第一条应找条文的名次：第 1 位 1 33%；第 2 位 0 0%；第 3 位 0 0%；第 4–5 位 1 33%；第 6–10 位 0 0%；"
        "前 10 条未见 1 33%"
    )
    search, _ = said(text, "latency")
    assert "20–50 毫秒 2 67%" in search
    assert "200–500 毫秒 1 33%" in search


def test_suites_stand_beside_each_other_under_every_measure() -> None:
    other = run(case("x", 0.5), name="乙集")
    text = page(evaluation(FULL, other), made_on=DAY)
    shown = {plot.split("：")[0]: plot for plot in said(text, "suites")}
    assert shown.keys() == {row.measure for row in FULL.summaries}
    assert "甲集 0.500" in shown["Recall@10"]
    assert "乙集 0.500 0.500–0.500" in shown["Recall@10"]
    assert len(said(text, "ranks")) == 3, "all together, then each"


def test_a_run_in_which_nothing_could_be_asked_is_still_a_page() -> None:
    # A knowledge base without the documents of a suite: every case skipped, no plot to draw.
    text = page(evaluation(run(case("d", 0, skipped="未收录《乙法》"))), made_on=DAY)
    assert "评 0 题，跳过 1 题" in text
    assert "<svg" not in text


def test_gains_losses_and_other_rankings_have_their_place() -> None:
    before = run(*(case(str(number), 1.0) for number in range(8)))
    worse = run(*(case(str(number), 0.5 if number else 1.0) for number in range(8)))
    sides = tuple(
        Beside(
            name=way.name, ranking=way.ranking, summaries=worse.summaries,
            differences=compare(worse, before).differences,
        )
        for way in RANKINGS
    )  # fmt: skip
    gain = Gain(measure="nDCG@10", over=("dense", "lexical"), better="dense", gain=0.125, low=0.05, high=0.2)
    after = worse.model_copy(update={"changes": compare(worse, before), "beside": sides, "gains": (gain,)})
    text = page(evaluation(after), made_on=DAY)
    changed = text[text.index('id="changes"') : text.index('id="misses"')]
    assert "名次完全相同 8/8 题" in changed
    assert 'fill="var(--bad)"' in changed
    assert "Recall@10 降 7 升 0" in said(text, "changes")[1]
    assert "降 7 题" in changed, "a case that moved under several measures is one case"
    assert changed.count("<code>3</code>") == 1
    assert '1.00 → <span class="bad">0.50</span>' in changed
    assert "相对 +12.5%（95% 区间 +5.0% 到 +20.0%）" in text
    for name in ("产品 product", "只用语义 dense", "只用字面 lexical", "简单融合 fusion"):
        assert f">{name}</text>" in text
    assert "只用字面 lexical +0.000" not in said(text, "beside")[1], "it stands apart from the product"


def test_several_suites_show_other_rankings_at_a_glance_with_their_key() -> None:
    before = run(*(case(str(number), 1.0) for number in range(4)))
    worse = run(*(case(str(number), 0.25) for number in range(4)))
    sides = tuple(
        Beside(
            name=way.name, ranking=way.ranking, without=way.without, summaries=worse.summaries,
            differences=compare(worse, before).differences,
        )
        for way in (*RANKINGS, without("rerank"))
    )  # fmt: skip
    both = [before.model_copy(update={"suite": name, "beside": sides}) for name in ("甲集", "乙集")]
    text = page(evaluation(*both).model_copy(update={"beside": sides}), made_on=DAY)
    glance, *_ = said(text, "beside")
    assert "● 产品　□ 只用语义　△ 只用字面　◇ 简单融合" in text
    assert "全部题集 1.000 0.250、0.250、0.250；甲集 1.000 0.250、0.250、0.250；乙集" in glance
    assert "去掉 rerank 0.250" in text, "a part switched off has its place suite by suite"
