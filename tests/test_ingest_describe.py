"""Describe: what the text says beats records and names, and what it does not say stays None."""

from __future__ import annotations

from datetime import date

import pytest

from ingest import dates
from ingest.describe import Description, describe
from ingest.document_number import normalise
from ingest.structure import structure
from kb.model import Kind, Sector


def told(text: str, name: str = "文件.txt", **given: object) -> Description:
    return describe(text, structure(text), name=name, given=given)


RULE = (
    "药品样例管理办法\n（2020年1月22日国家市场监督管理总局令第27号公布）\n"
    "第一条　为了规范样例，根据《中华人民共和国药品管理法》、《中华人民共和国疫苗管理法》，制定本办法。\n"
    "第二条　依照《中华人民共和国行政许可法》第三十二条办理。\n"
    "第三条　本办法自2020年7月1日起施行。"
    "2007年7月10日公布的《药品样例管理规定》（原国家药品监督管理局令第二十八号）同时废止。"
)


def test_a_departmental_rule() -> None:
    found = told(RULE, kind="指导原则/技术文件", number="假1号")
    assert (found.title, found.instrument, found.version) == ("药品样例管理办法", "药品样例管理办法", "2020-01-22")
    assert (found.kind, found.number) == (Kind.DEPARTMENT_RULE, "国家市场监督管理总局令第27号")
    assert (found.issuer, found.region, found.sectors) == ("国家市场监督管理总局", None, (Sector.DRUG,))
    assert (found.issued_on, found.published_on) == (date(2020, 1, 22), date(2020, 1, 22))
    assert found.effective_on == found.valid_from == date(2020, 7, 1)
    assert found.evidence["effective_on"].endswith("自2020年7月1日起施行")


def test_relations_say_where_they_stand() -> None:
    found = {(r.kind, r.title, r.article, r.number, r.path) for r in told(RULE).relations}
    assert found == {
        ("implements", "中华人民共和国药品管理法", None, None, ("第一条",)),
        ("implements", "中华人民共和国疫苗管理法", None, None, ("第一条",)),
        ("cites", "中华人民共和国行政许可法", "第三十二条", None, ("第二条",)),
        ("repeals", "药品样例管理规定", None, "国家药品监督管理局令第28号", ("第三条",)),
    }


AMENDED = (
    "中华人民共和国样例法\n（1993年2月22日第七届全国人民代表大会常务委员会第三十次会议通过　"
    "根据2018年12月29日第十三届全国人民代表大会常务委员会第七次会议《关于修改〈中华人民共和国样例法〉的决定》修正）\n"
    "第一条　制定本法。\n第二条　本法自1993年9月1日起施行。"
)


def test_the_first_versions_date_is_not_the_amended_versions() -> None:
    found = told(AMENDED)
    assert (found.instrument, found.version, found.kind) == ("样例法", "2018-12-29", Kind.LAW)
    assert (found.effective_on, found.valid_from) == (None, date(2018, 12, 29))
    assert found.issuer == "全国人民代表大会常务委员会"
    assert "未载明" in found.evidence["effective_on"]


@pytest.mark.parametrize(
    ("recorded", "effective"),
    [("2019-03-01", date(2019, 3, 1)), ("1993-09-01", None)],  # the record's own trap: the first version's date
)
def test_a_record_fills_only_what_is_unstated_and_fits(recorded: str, effective: date | None) -> None:
    assert told(AMENDED, effective_on=recorded, record="某库").effective_on == effective


def test_text_beats_a_wrong_record() -> None:
    """A public copy of one rule carries an effective date a year early; its last article is right."""
    assert told(RULE, effective_on="2019-11-05").effective_on == date(2020, 7, 1)


def test_a_version_known_only_from_a_file_name_does_not_take_an_older_clause() -> None:
    text = "样例条例\n第一条　制定本条例。\n第二条　本条例自1990年1月1日起施行。"
    found = told(text, name="样例条例(2019-03-02).md")
    assert (found.version, found.effective_on, found.valid_from) == ("2019-03-02", None, date(2019, 3, 2))


def test_in_force_on_publication() -> None:
    found = told("样例规定\n（2004年7月8日国家药品监督管理局令第9号公布）\n第一条　本规定自公布之日起施行。")
    assert found.effective_on == date(2004, 7, 8)


def test_a_notice_that_issues_measures_takes_their_title() -> None:
    text = (
        "样例省样例局 印发《关于支持样例 平台的若干措施》的通知\n各单位:\n"
        "现印发给你们。\n样例省样例局\n2026年1月23日\n(此件主动公开)\n"
        "样例省样例局关于支持\n样例平台的若干措施\n为支持平台,制定如下措施:\n一、引领\n1.编制。先编。"
    )
    found = told(text, published_on="2026-01-27")
    assert found.title == "样例省样例局关于支持样例平台的若干措施"
    assert (found.kind, found.issued_on, found.published_on) == (Kind.POLICY, date(2026, 1, 23), date(2026, 1, 27))
    assert (found.number, found.effective_on) == (None, None)


def test_unknown_stays_unknown() -> None:
    found = told(
        "附件2\n广州市黄埔区样例技术\n服务平台建设指南\n为做好工作，制定本指南。\n一、要求\n（一）原则\n公益。"
    )
    assert (found.title, found.region) == ("广州市黄埔区样例技术服务平台建设指南", "广州市黄埔区")
    assert (found.version, found.kind) == ("undated", Kind.NORMATIVE_DOCUMENT)
    assert (found.number, found.issuer, found.issued_on, found.published_on, found.effective_on) == (None,) * 5


def test_edition_words_are_the_version_not_the_instrument() -> None:
    found = told("样例注册审查指导原则（2017年修订版）\n本原则供参考。\n一、范围\n样例。")
    assert (found.instrument, found.version, found.kind) == ("样例注册审查指导原则", "2017", Kind.GUIDANCE)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("主席令第七十七号", "主席令第77号"),
        ("中华人民共和国国务院令第360号公布", "国务院令第360号"),
        ("国家食品药品监督管理局、海关总署第4号令公布", "国家食品药品监督管理局、海关总署令第4号"),
        ("国药监械[2002]83号", "国药监械〔2002〕83号"),
        ("穗埔府规〔2025〕9号", "穗埔府规〔2025〕9号"),
        ("公告（2021年第8号）", "公告2021年第8号"),
        ("第二次会议通过", None),
    ],
)
def test_document_numbers(words: str, number: str | None) -> None:
    assert normalise(words) == number


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("自一九九三年一月一日起", date(1993, 1, 1)),
        ("二〇一九年十二月二十六日", date(2019, 12, 26)),
        ("２０２０年７月１日", date(2020, 7, 1)),
        ("2026-01-27 08:56", date(2026, 1, 27)),
        ("2020年2月30日", None),  # impossible: not corrected
    ],
)
def test_dates(words: str, day: date | None) -> None:
    assert dates.parse(words) == day
