"""A question that names its day in words is answered by that day's law, and says so: through the API, on real laws."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from assistant.service import Service
from kb.settings import Settings
from ui.access import InProcess

TODAY = date(2026, 11, 21)
OLD, NEW = "商标法@2019-04-23", "商标法@2026-06-26"
RENEWAL = "商标续展怎么规定"


@pytest.fixture(scope="module")
def client(starter_settings: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url="http://regkb", transport=InProcess(Service.open(starter_settings, lambda: TODAY))
    ) as made:
        yield made


def asked(client: httpx.Client, question: str, **given: Any) -> dict[str, Any]:
    response = client.post("/api/ask", json={"question": question, **given}, headers={"DNT": "1"})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def turns(*questions: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question} for question in questions]


@pytest.mark.parametrize(
    ("question", "given", "day", "document", "why"),
    [
        (RENEWAL, {}, "2026-11-21", OLD, "no day is today"),
        (f"截至2024年6月30日，{RENEWAL}", {}, "2024-06-30", OLD, "the day in words"),
        (f"2027年1月2日{RENEWAL}", {}, "2027-01-02", NEW, "a day to come"),
        (f"2027年时{RENEWAL}", {"as_of": "2024-06-30"}, "2024-06-30", OLD, "the day that is set goes first"),
        ("2027年时商标法（2019年修正）第四十条", {}, "2027-12-31", OLD, "the edition that is named goes first"),
        ("2027年时商标法第四十四条", {}, "2027-12-31", NEW, "时 is no part of the title"),
        ("2027年时商标法执行哪个版本", {}, "2027-12-31", NEW, "a question about versions"),
        ("要多久", {"history": turns(f"2027年时{RENEWAL}")}, "2027-12-31", NEW, "a follow-up keeps the day"),
        ("那2024年呢", {"history": turns(f"2027年时{RENEWAL}")}, "2024-12-31", OLD, "its own day goes before"),
        (f"请问{RENEWAL}和注册商标的有效期", {"history": turns(f"2027年{RENEWAL}")}, "2026-11-21", OLD, "starts anew"),
    ],
)  # fmt: skip
def test_the_answer_is_by_the_day_that_is_named(
    client: httpx.Client, question: str, given: dict[str, Any], day: str, document: str, why: str
) -> None:
    body = asked(client, question, **given)
    assert (body["outcome"], body["as_of"]) == ("answered", day), why
    assert body["citations"][0]["document_id"] == document, why


@pytest.mark.parametrize(
    ("question", "given", "notes"),
    [
        (RENEWAL, {}, []),
        (f"2024年时{RENEWAL}", {}, ["问题写的是2024年，按2024年12月31日的有效文本回答"]),
        (f"2024年时{RENEWAL}", {"as_of": "2024-12-31"}, []),
        (f"2024年时{RENEWAL}", {"as_of": "2025-03-01"}, ["这里按所选日期2025年3月1日的有效文本回答"]),
        (RENEWAL, {"as_of": "2099-01-01"}, ["2099年1月1日还没有到"]),
        (f"2030年时{RENEWAL}", {}, ["按2030年12月31日的有效文本回答", "2030年12月31日还没有到"]),
        ("2024年时罚款多少", {}, ["按2024年12月31日的有效文本回答"]),
        ("2024年时火星殖民地的飞船年检怎么办", {}, ["按2024年12月31日的有效文本回答"]),
    ],
)
def test_the_reader_is_told_by_which_day(
    client: httpx.Client, question: str, given: dict[str, Any], notes: list[str]
) -> None:
    """Whatever the outcome: an answer by another day than today, or by law that may still change, says so first."""
    made = asked(client, question, **given)
    said = [*made["notes"], *made["premises"]]
    assert len(said) >= len(notes)
    assert all(words in note for words, note in zip(notes, said, strict=False))
    assert notes or not any("有效文本回答" in note or "还没有到" in note for note in said)


def test_the_words_of_the_day_are_not_searched_for(client: httpx.Client) -> None:
    """The clause on the day of effect holds every word of a date and answers nothing else."""
    dated, plain = asked(client, f"2027年1月2日{RENEWAL}"), asked(client, RENEWAL, as_of="2027-01-02")
    assert [c["address"] for c in dated["citations"]] == [c["address"] for c in plain["citations"]]
