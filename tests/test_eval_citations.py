"""The verifier's own test must be able to fail, and must call wrong only what the loaded texts show to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import httpx
import pytest

from assistant.service import Service
from eval.citation_forms import Draw, arabic, compact, self_name
from eval.citation_texts import Holdings, Law, bare, read_holdings
from eval.citations import RIGHT, WRONG, check_citations
from kb.errors import BadInput
from kb.settings import Settings
from ui.access import InProcess
from ui.evaluated import HttpApi

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def api(starter_settings: Settings) -> Iterator[HttpApi]:
    service = Service.open(starter_settings)
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as client:
        yield HttpApi(client)


@pytest.fixture(scope="module")
def holdings(api: HttpApi) -> Holdings:
    return read_holdings(api, DAY)


class Saying:
    """The loaded texts with another verifier: one that says the same of every citation."""

    def __init__(self, api: HttpApi, verdict: str | None) -> None:
        self.documents, self.document, self._verdict = api.documents, api.document, verdict

    def cite(self, text: str, _as_of: date | None) -> dict[str, Any]:
        one = {"raw": text, "span": [0, 1], "verdict": self._verdict, "detail": "", "quote": None}
        return {"citations": [one] if self._verdict else []}


def test_no_wrong_citation_passes_and_the_right_ones_do(api: HttpApi) -> None:
    """The measure of `regkb eval citations`, on a draw small enough for every run."""
    run = check_citations(api, size=120, seed=3, as_of=DAY)
    assert (run.wrong, run.right) == (120, 120)
    assert [false.text for false in run.false_verdicts if false.expected == "无效"] == []
    assert run.right_valid_rate >= 0.99, run.false_verdicts


@pytest.mark.parametrize(
    ("verdict", "all_wrong_pass", "why"),
    [
        ("valid", True, "whoever believes everything lets all the wrong ones pass, and compared no quotation"),
        ("not_found", False, "whoever believes nothing fails all the right ones"),
        (None, True, "whoever sees nothing fails both"),
    ],
)
def test_a_bad_verifier_is_found_out(api: HttpApi, verdict: str | None, all_wrong_pass: bool, why: str) -> None:
    run = check_citations(Saying(api, verdict), size=40, seed=3, as_of=DAY)
    assert run.false_valid == (run.wrong if all_wrong_pass else 0), why
    assert run.right_valid < run.right if verdict == "valid" else run.right_valid == 0, why
    assert len(run.false_verdicts) == run.false_valid + run.right - run.right_valid


def test_a_seed_gives_the_same_citations_again(api: HttpApi) -> None:
    runs = [check_citations(Saying(api, "valid"), size=30, seed=5, as_of=DAY) for _ in range(2)]
    assert runs[0] == runs[1]


NOT_IN_NATIONAL_LAWS = ("已被他文修改的那一处", "名称去了实施条例等", "目", "注明文号")
"""Kinds for which the starter laws have nothing: no partial amendment, no implementing rules, no 目, no number."""


@pytest.mark.parametrize("kind", [kind for kind in WRONG if kind not in NOT_IN_NATIONAL_LAWS])
def test_every_kind_of_wrong_citation_is_made(holdings: Holdings, kind: str) -> None:
    """A kind that never comes up would count as never passed."""
    draw = Draw(holdings, Random(1))
    assert any(WRONG[kind](draw) for _ in range(2000)), kind


@pytest.mark.parametrize("kind", [kind for kind in RIGHT if kind not in NOT_IN_NATIONAL_LAWS])
def test_every_kind_of_right_citation_is_made(holdings: Holdings, kind: str) -> None:
    draw = Draw(holdings, Random(1))
    assert any(RIGHT[kind](draw) for _ in range(2000)), kind


def test_kinds_that_national_laws_do_not_offer_are_made_from_other_texts() -> None:
    rule = Law(
        id="样例实施条例@2020-01-01", title="样例实施条例", version="2020-01-01", number="国务院令第9号",
        force="已被修改", changed=frozenset({("第二条",)}), ended=False,
        entries={("第一条",): "", ("第一条", "第（一）项"): "", ("第一条", "第（一）项", "第1目"): "", ("第二条",): ""},
    )  # fmt: skip
    draw = Draw(Holdings((rule,), (), frozenset({"样例实施条例"}), {"样例实施条例": ("2020-01-01",)}), Random(1))
    made = [{**WRONG, **RIGHT}[kind](draw) for kind in NOT_IN_NATIONAL_LAWS]
    texts = [one if isinstance(one, str) else one.text if one else "" for one in made]
    wanted = ("《样例实施条例》第二条", "《样例法》", "第一条第（一）项第1目", "（国务院令第9号）")
    assert all(words in text for words, text in zip(wanted, texts, strict=True)), texts


def test_quotations_stand_in_their_place(holdings: Holdings) -> None:
    draw = Draw(holdings, Random(1))
    for _ in range(200):
        law = draw.law()
        found = draw.quoted_place(law)
        assert found is None or bare(found[1]) in law.words(found[0])


def test_nothing_to_cite_is_said(api: HttpApi) -> None:
    empty = Saying(api, "valid")
    empty.documents = lambda: {"total": 0, "documents": []}
    with pytest.raises(BadInput, match="load laws"):
        check_citations(empty, size=10, seed=1, as_of=DAY)


@pytest.mark.parametrize(
    ("path", "figures", "short"),
    [
        (("第三十二条", "第二款"), "第32条第2款", "32条2款"),
        (("第五条", "第（三）项"), "第5条第（3）项", "5条3项"),
        (("第一百二十条之一",), "第120条之一", "第一百二十条之一"),
    ],
)
def test_places_are_written_as_people_do(path: tuple[str, ...], figures: str, short: str) -> None:
    assert (arabic(path), compact(path)) == (figures, short)


def test_a_law_is_named_again_by_its_kind() -> None:
    named = [self_name(title) for title in ("药品管理法", "管理条例", "管理办法", "样例目录")]
    assert named == ["该法", "该条例", "该办法", None]


def test_a_place_that_was_changed_is_not_called_right() -> None:
    law = Law(
        id="样例法@2020-01-01", title="样例法", version="2020-01-01", number=None, force="已被修改",
        changed=frozenset({("第二条", "第一款")}), ended=False, entries={("第一条",): "", ("第二条",): ""},
    )  # fmt: skip
    assert law.only_places_changed
    assert [law.usable(p) for p in (("第一条",), ("第二条",), ("第二条", "第二款"))] == [True, False, True]
