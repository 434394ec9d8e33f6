"""Sources that disagree are shown, and the text stands: an upload date in a record must not move a first day."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.describe.document import Description, describe
from ingest.structure.text import structure

GMP = (
    "医疗器械样例质量管理规范\n（2025年10月30日国家药品监督管理局公告2025年第107号公布）\n"
    "第一条　为了保证样例器械的质量，制定本规范。\n第二条　本规范自2026年11月1日起施行。"
)
AMENDED = (
    "中华人民共和国样例法\n（1993年2月22日第七届全国人民代表大会常务委员会第三十次会议通过　"
    "根据2018年12月29日第十三届全国人民代表大会常务委员会第七次会议《关于修改〈中华人民共和国样例法〉的决定》修正）\n"
    "第一条　制定本法。\n第二条　本法自1993年9月1日起施行。"
)


def told(text: str, name: str = "文件.txt", **given: object) -> Description:
    return describe(text, structure(text), name=name, given=given)


def test_an_upload_date_does_not_move_the_day_of_effect() -> None:
    """The public copy of the device GMP carries the day it was uploaded; its own last article says 2026-11-01."""
    found = told(GMP, effective_on="2025-11-05", record="某公开数据集")
    assert found.effective_on == date(2026, 11, 1)
    (conflict,) = found.conflicts
    assert (conflict.field, conflict.kept, conflict.other) == ("effective_on", "2026-11-01", "2025-11-05")
    assert conflict.kept_from.endswith("自2026年11月1日起施行")
    assert conflict.other_from == "某公开数据集：2025-11-05"


@pytest.mark.parametrize(
    ("given", "fields", "why"),
    [
        ({"effective_on": "2026-11-01"}, [], "they agree"),
        ({}, [], "no record"),
        ({"effective_on": "不详"}, [], "no date at all"),
        ({"number": "国家药品监督管理局公告2025年第107号"}, [], "the same number"),
        ({"number": "2014年第64号"}, ["number"], "another number"),
        ({"published_on": "2025-11-05"}, ["published_on"], "another day of publication"),
        ({"version": "2025-11-04"}, [], "published between adoption and effect: both days are right"),
        ({"version": "2024-01-01"}, ["version"], "another version"),
    ],
)
def test_only_a_real_difference_is_a_conflict(given: dict[str, str], fields: list[str], why: str) -> None:
    assert [c.field for c in told(GMP, **given).conflicts] == fields, why


def test_a_record_with_the_day_of_the_first_version_is_shown_and_not_taken() -> None:
    """A known fault of a public collection: the first version's day of effect stands at every later one."""
    found = told(AMENDED, effective_on="1993-09-01")
    assert found.effective_on is None
    assert [(c.field, c.kept, c.other) for c in found.conflicts] == [("effective_on", "原文未载明", "1993-09-01")]


def test_a_label_of_the_document_is_named_by_its_own_words() -> None:
    found = told("生效日期：2025年11月5日\n" + GMP)
    assert [(c.other, c.other_from) for c in found.conflicts] == [("2025-11-05", "生效日期：2025年11月5日")]


@pytest.mark.parametrize(
    ("text", "valid_from", "why"),
    [
        ("样例器械注册审查指导原则（2023年修订版）\n一、目的\n指导申请人。", date(2023, 12, 31), "标题载明2023年"),
        ("样例器械注册审查指导原则（2018年第120号）\n一、目的\n指导申请人。", date(2018, 12, 31), "文号载明2018年"),
        ("样例器械注册审查指导原则\n一、目的\n指导申请人。", None, "nothing names a year"),
        (
            "样例器械注册技术审查指导原则（2014年第7号）\n该指导原则已修订为：样例器械注册审查指导原则（2024年修订版）\n",
            None,
            "it says itself that it has been replaced: nobody may take it for valid",
        ),
    ],
)
def test_a_year_in_the_title_or_number_bounds_the_first_day(text: str, valid_from: date | None, why: str) -> None:
    """Two hundred guidelines print no day. Issued in 2023, they are there by the end of 2023, and never sooner."""
    found = told(text)
    assert (found.effective_on, found.valid_from) == (None, valid_from), why
    if valid_from:
        assert why in found.evidence["valid_from"]


def test_what_a_signpost_says_is_the_reason() -> None:
    found = told("样例指导原则（2014年第7号）\n该指导原则已修订为：样例注册审查指导原则（2024年修订版）\n")
    assert found.evidence["valid_from"].startswith("该指导原则已修订为：")


def test_effect_on_publication_without_a_day_of_publication_is_said() -> None:
    found = told("关于样例备案有关事项的公告\n一、办理备案应当提交资料。\n二、本公告自发布之日起施行。\n")
    assert found.effective_on is None
    assert "公布日期原文未载明" in found.evidence["effective_on"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("现行有效", "某库：现行有效"),
        ("失效", "某库：已废止"),
        ("repealed (by another text)", "某库：已废止"),
        ("latest in source (2025-04)", None),
        ("有效期内", None),
        (None, None),
    ],
)
def test_what_a_record_says_of_the_force_is_kept_beside_the_text(status: str | None, said: str | None) -> None:
    """A public record calls a law of 2027 现行有效: it decides nothing, and stays in view."""
    found = told(GMP, record="某库", **({"status": status} if status else {}))
    assert found.evidence.get("force") == said
