"""A text that is not held has no words to quote; what the catalogue records of its versions is told as just that."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.extracts.recorded_versions import recorded_versions
from kb.catalogue import CatalogueEntry, InstrumentVersion
from kb.model import Kind

ENTRY = CatalogueEntry(
    title="中华人民共和国样例条例", aliases=("样例条例",), kind=Kind.ADMINISTRATIVE_REGULATION, status="in_force",
    published_at="中国政府网 www.gov.cn", source="编者整理",
    versions=(
        InstrumentVersion(version=date(2019, 3, 2), effective_on=date(2019, 3, 2)),
        InstrumentVersion(version=date(2026, 1, 16), effective_on=date(2026, 5, 15), note="第四次修订"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("day", "current"), [(date(2022, 1, 1), "2019-03-02"), (date(2026, 11, 21), "2026-01-16")])
def test_the_recorded_version_follows_the_day(day: date, current: str) -> None:
    (told,) = recorded_versions("样例条例现在执行哪个版本", [ENTRY], {}, day)
    assert told.startswith("本库没有收录《样例条例》的文本，以下只据本库文件目录（编者整理），没有原文可引。")
    assert f"执行的是 {current} 版" in told
    assert "2026-01-16 版自2026年5月15日起施行（第四次修订）" in told
    assert told.endswith("请到中国政府网 www.gov.cn核对。")


def test_a_repealed_text_names_what_replaced_it() -> None:
    gone = ENTRY.model_copy(update={"repealed_on": date(2024, 1, 1), "replaced_by": "新样例条例"})
    (told,) = recorded_versions("《样例条例》还有效吗", [gone], {}, date(2026, 11, 21))
    assert "自2024年1月1日起废止，由《新样例条例》替代" in told
    assert "执行的是" not in told


@pytest.mark.parametrize(
    ("question", "held", "why"),
    [
        ("样例条例第五条怎么规定", {}, "asks for words, not for a version"),
        ("样例条例还有效吗", {"样例条例": "样例条例"}, "it is held: its own text answers"),
        ("样例条例实施细则还有效吗", {}, "another title"),
    ],
)
def test_nothing_is_told_where_it_is_not_asked(question: str, held: dict[str, str], why: str) -> None:
    assert recorded_versions(question, [ENTRY], held, date(2026, 11, 21)) == [], why
