"""Describe: what the text says beats records and names, and what it does not say stays None."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ingest.describe.document import Description, describe
from ingest.describe.topics import TOPICS
from ingest.document_number import normalise, standard
from ingest.issuers import FORMER, joined, present_name
from ingest.structure.text import structure
from kb.address import to_chinese
from kb.model import Kind, Sector, Stage


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
        ("中华人民共和国卫生部令第79号", "卫生部令第79号"),
        ("国家市场监督管理总局第27号令", "国家市场监督管理总局令第27号"),
        ("国家市场监督管理总局　令　第 ２７ 号", "国家市场监督管理总局令第27号"),
        ("国家食品药品监督管理局、海关总署第4号令公布", "国家食品药品监督管理局、海关总署令第4号"),
        ("国家食品药品监督管理局 海关总署令第4号", "国家食品药品监督管理局、海关总署令第4号"),
        ("原国家食品药品监督管理总局、原国家卫生和计划生育委员会令第25号",
         "国家食品药品监督管理总局、国家卫生和计划生育委员会令第25号"),
        ("国药监械[2002]83号", "国药监械〔2002〕83号"),
        ("国药监械注〔２０２３〕２２号", "国药监械注〔2023〕22号"),
        ("国食药监注 [2007] 第 123 号", "国食药监注〔2007〕123号"),
        ("食药监办械函［2009］95号", "食药监办械函〔2009〕95号"),
        ("国药监械（2014）64号", "国药监械〔2014〕64号"),
        ("粤药监规〔2024〕3号", "粤药监规〔2024〕3号"),
        ("穗埔府规〔2025〕9号", "穗埔府规〔2025〕9号"),
        ("按照国药监械〔2002〕83号执行", "国药监械〔2002〕83号"),
        ("法释〔2024〕9号", "法释〔2024〕9号"),
        ("公告（2021年第8号）", "公告2021年第8号"),
        ("2014年第64号公告", "公告2014年第64号"),
        ("2021年 第8号", "2021年第8号"),
        ("国家药品监督管理局通告 2022年 第三十号", "通告2022年第30号"),
        ("第二次会议通过", None),
        ("2021年第8次会议", None),
        ("令人满意的第3号方案", None),
    ],
)  # fmt: skip
def test_document_numbers(words: str, number: str | None) -> None:
    assert normalise(words) == number


GAPS = st.sampled_from(["", " ", "　", "\xa0"])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@drawn(
    st.sampled_from(["国药监械注", "国食药监注", "粤药监规", "穗埔府规", "食药监办械函"]),
    st.integers(1990, 2030), st.integers(1, 9999), st.sampled_from(["〔〕", "[]", "［］", "（）", "()", "【】"]), GAPS,
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_bracketed_numbers_in_every_form(
    body: str, year: int, serial: int, brackets: str, gap: str, wide: bool, with_di: bool
) -> None:
    """Brackets, blanks, full-width digits and 第 are a printer's choice; the number is one."""
    printed = f"{body}{gap}{brackets[0]}{year}{brackets[1]}{gap}{'第' if with_di else ''}{serial}{gap}号"
    assert normalise(printed.translate(WIDE) if wide else printed) == f"{body}〔{year}〕{serial}号"


@drawn(
    st.sampled_from(["国务院", "卫生部", "国家药品监督管理局", "国家市场监督管理总局、国家卫生健康委员会"]),
    st.integers(1, 999), GAPS, st.booleans(), st.sampled_from(["chinese", "arabic", "wide"]),
)  # fmt: skip
def test_orders_in_every_form(body: str, serial: int, gap: str, before: bool, digits: str) -> None:
    printed = {"chinese": to_chinese(serial), "arabic": str(serial), "wide": str(serial).translate(WIDE)}[digits]
    words = f"{body}{gap}第{printed}号{gap}令" if before else f"{body}{gap}令{gap}第{printed}{gap}号"
    assert normalise(words) == f"{body}令第{serial}号"


@drawn(st.integers(1990, 2030), st.integers(1, 999), GAPS, st.sampled_from(["公告", "通告", "公　告"]), st.booleans())
def test_notices_in_every_form(year: int, serial: int, gap: str, form: str, after: bool) -> None:
    printed = f"{year}年{gap}第{serial}号"
    words = f"{printed}{gap}{form}" if after else f"{form}（{printed}）"
    assert normalise(words) == f"{form.replace('　', '')}{year}年第{serial}号"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("GB/T 39735—2020", "GB/T 39735-2020"),
        ("YY 0671-2021", "YY 0671-2021"),
        ("T/CAMDI 001-2020", "T/CAMDI 001-2020"),
        ("GB 9706.1", "GB 9706.1"),
        ("关于GB9706.1-2020实施的通告", None),  # a title that names a standard is not that standard
    ],
)
def test_numbers_of_standards(words: str, number: str | None) -> None:
    assert standard(words) == number


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            "国家药品监督管理局\n公　　告\n2021年 第8号\n国家药监局关于发布《样例管理办法（试行）》的公告\n"
            "现予发布。\n本公告自发布之日起施行。\n特此公告。\n附件：样例管理办法（试行）\n国家药监局\n2021年1月12日",
            ("国家药监局关于发布《样例管理办法（试行）》的公告", "公告2021年第8号", "国家药监局",
             date(2021, 1, 12), date(2021, 1, 12), date(2021, 1, 12)),
        ),
        (
            "国家市场监督管理总局令\n第 31 号\n"
            "《样例管理办法》已于2021年7月22日经局务会议通过，现予公布，自2021年10月1日起施行。\n"
            "局长　张工\n2021年8月26日\n样例管理办法\n第一条　甲。\n第二条　本办法自2021年10月1日起施行。",
            ("样例管理办法", "国家市场监督管理总局令第31号", "国家市场监督管理总局",
             date(2021, 8, 26), date(2021, 8, 26), date(2021, 10, 1)),
        ),
        (
            "样例市人民政府文件\n样府规〔2025〕9号\n样例市人民政府 样例开发区管委会关于印发样例办法的通知\n各单位：\n"
            "第一条　甲。\n第二条　本办法自2025年7月23日起施行。",
            ("样例市人民政府样例开发区管委会关于印发样例办法的通知", "样府规〔2025〕9号",
             "样例市人民政府、样例开发区管委会", None, None, date(2025, 7, 23)),
        ),
        (
            "国家药品监督管理局\n样例审批程序\n（2005年11月18日国家药品监督管理局令第21号公布）\n第一条　甲。\n"
            "第二条　本程序自颁布之日起实施。",
            ("国家药品监督管理局样例审批程序", "国家药品监督管理局令第21号", "国家药品监督管理局",
             date(2005, 11, 18), date(2005, 11, 18), date(2005, 11, 18)),
        ),
    ],
)  # fmt: skip
def test_letterheads(head: str, said: tuple[object, ...]) -> None:
    """A letterhead is not the title, and gives issuer and number; a title on two lines keeps its first."""
    found = told(head)
    assert (
        found.title, found.number, found.issuer, found.issued_on, found.published_on, found.effective_on
    ) == said  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "title", "number", "kind"),
    [
        ("Sheet1\n| 项目 | 金额 |\n| 甲 | 1 |", "收费标准.xlsx", "收费标准", None, Kind.NORMATIVE_DOCUMENT),
        ("一类产品目录\n| 项目 | 类别 |\n| 甲 | 1 |", "附件.xlsx", "一类产品目录", None, Kind.CATALOGUE),
        ("一类目录\n| 项目 |\n| 甲 |\n二类目录\n| 项目 |\n| 乙 |", "产品目录.xlsx", "产品目录", None, Kind.CATALOGUE),
        ("附件\n样例信息表\n| 项目 | 类别 |\n| 甲 | 1 |", "x.md", "样例信息表", None, Kind.NORMATIVE_DOCUMENT),
        ("样例指导原则\n（2022年第8号）\n一、甲\n乙。", "x.md", "样例指导原则", "2022年第8号", Kind.GUIDANCE),
        ("GB/T 39735—2020\n样例工作指南\n1 范围\n甲。", "x.pdf", "样例工作指南", "GB/T 39735-2020", Kind.STANDARD),
        ("样例指南\n（按国药监械〔2002〕83号整理）\n一、甲\n乙。", "x.md", "样例指南", None, Kind.NORMATIVE_DOCUMENT),
    ],
)  # fmt: skip
def test_titles_and_numbers_of_other_texts(text: str, name: str, title: str, number: str | None, kind: Kind) -> None:
    found = told(text, name)
    assert (found.title, found.number, found.kind) == (title, number, kind)


@pytest.mark.parametrize(
    ("closing", "issuer"),
    [
        ("国家药监局\n2021年1月12日", "国家药监局"),
        ("国家药监局　2021年1月12日", "国家药监局"),
        ("国家药监局\n国家卫生健康委\n2021年1月12日", "国家药监局、国家卫生健康委"),
        ("国家药监局 国家卫生健康委\n二〇二一年一月十二日", "国家药监局、国家卫生健康委"),
        ("（此件公开发布）\n2021年1月12日", None),
    ],
)
def test_signatures(closing: str, issuer: str | None) -> None:
    found = told(f"关于样例事项的公告\n现公告如下：\n一、甲\n乙。\n特此公告。\n{closing}")
    assert (found.issuer, found.issued_on) == (issuer, date(2021, 1, 12))


@pytest.mark.parametrize(
    ("clause", "effective", "last_day"),
    [
        ("本办法自2025年7月23日起施行，有效期3年。", date(2025, 7, 23), date(2028, 7, 22)),
        ("本办法自2025年7月23日起施行，有效期至2028年7月23日。", date(2025, 7, 23), date(2028, 7, 23)),
        ("本办法自2025年7月23日起试行，试行期为两年。", date(2025, 7, 23), date(2027, 7, 22)),
        ("本办法自2024年2月29日起施行，有效期一年。", date(2024, 2, 29), date(2025, 2, 28)),
        ("本办法有效期自2025年1月1日起至2027年12月31日。", date(2025, 1, 1), date(2027, 12, 31)),
        ("本办法有效期五年，自2025年1月1日起施行。", date(2025, 1, 1), date(2029, 12, 31)),
        ("许可证有效期5年。\n第三条　本办法自2025年1月1日起施行。", date(2025, 1, 1), None),
        ("本办法所称许可证，有效期为3年。\n第三条　本办法自2025年1月1日起施行。", date(2025, 1, 1), None),
        ("本办法施行前取得的资格，有效期5年。\n第三条　本办法自2025年1月1日起施行。", date(2025, 1, 1), None),
        ("本办法自印发之日起施行，有效期5年。", None, None),  # nothing says from when
    ],
)
def test_the_last_day_a_text_gives_itself(clause: str, effective: date | None, last_day: date | None) -> None:
    """The term of the text, never that of a certificate; the last day counts from the day of effect."""
    found = told(f"样例办法\n第一条　甲。\n第二条　{clause}")
    assert (found.effective_on, found.expires_on) == (effective, last_day)
    if last_day:
        assert found.evidence["expires_on"] in clause


PIECES = st.sampled_from(
    [
        "样例管理办法",
        "国家药品监督管理局",
        "公　告",
        "2021年 第8号",
        "第31号",
        "附件",
        "表1",
        "试行〇年",
        "9999年12月31日",
        "2024年2月29日",
        "第一条　甲。",
        "（2020年1月22日样例总局令第27号公布）",
        "《样例办法》已经通过，现予公布。",
        "（根据2019年2月30日《关于修改的决定》修正）",
        "第二条　本办法自9999年12月31日起施行，有效期99年。",
        "本办法自公布之日起30日后施行。",
        "本办法有效期至2028年7月22日。",
        "根据《甲法》，制定本办法。",
        "《乙办法》同时废止，自公布之日起。",
        "| 1 | 甲 |",
    ]
)


@drawn(st.lists(PIECES | st.text(max_size=12), max_size=12).map("\n".join))
def test_any_text_is_described(text: str) -> None:
    """No text makes description fail, and no date is given without the words or record it rests on."""
    found = told(text)
    assert found.version
    for field in ("number", "issued_on", "published_on", "effective_on", "expires_on"):
        if getattr(found, field) is not None:
            assert found.evidence[field], field


def test_a_term_without_a_first_day_is_said_not_computed() -> None:
    found = told("样例办法\n第一条　甲。\n第二条　本办法自印发之日起施行，有效期5年。")
    assert "原文未载明" in found.evidence["expires_on"]


@pytest.mark.parametrize(
    ("clause", "effective"),
    [
        ("第二条本办法自2021年10月1日起施行", date(2021, 10, 1)),  # no space after the number
        ("（二）本公告自 2024 年 6 月 1 日起施行", date(2024, 6, 1)),
        ("本规定于2024年6月1日起施行。", date(2024, 6, 1)),
        ("2011年7月1日起施行的《样例办法（试行）》同时废止。", None),  # the date of the text that ends
    ],
)
def test_the_day_of_effect_in_other_words(clause: str, effective: date | None) -> None:
    assert told(f"样例公告\n一、甲\n{clause}").effective_on == effective


def test_the_day_of_effect_on_a_line_under_the_title() -> None:
    head = "样例法院关于样例的规定\n2013年12月9日 审判委员会通过\n2021年11月15日 审判委员会通过\n2021年12月1日 施行\n"
    assert told(head + "第一条　甲。\n第二条　乙。").effective_on == date(2021, 12, 1)


@pytest.mark.parametrize(
    ("printed", "title", "recorded", "version", "why"),
    [
        ("2003年5月9日国务院令第376号公布", "样例条例", "2011-01-08", "2011-01-08", "the first promulgation alone"),
        (
            "2003年5月9日国务院令第376号公布　根据2011年1月8日《国务院关于修改部分行政法规的决定》修订",
            "样例条例", "2017-03-01", "2017-03-01", "the last revision is missing",
        ),
        ("2003年5月9日国务院令第376号公布", "样例条例", "2003-09-01", "2003-05-09", "put up some months later"),
        ("2003年5月9日国务院令第376号公布", "样例条例", "2001-01-01", "2003-05-09", "older than the text"),
        ("2003年5月9日审判委员会通过", "最高人民法院关于样例的解释", "2004-03-01", "2003-05-09", "adopted, put up"),
    ],
)  # fmt: skip
def test_a_history_that_is_cut_short_does_not_date_the_version(
    printed: str, title: str, recorded: str, version: str, why: str
) -> None:
    """Copies of amended regulations print their first promulgation alone, over the words of the amended text: two of
    them equal the later version word for word. Called the first version, it was 现行有效 before its revision."""
    text = f"{title}\n（{printed}）\n第一条　甲。\n第二条　本条例自公布之日起施行。"
    found = told(text, version=recorded, published_on=recorded)
    assert found.version == version, why
    if version == recorded:
        assert (found.effective_on, found.valid_from) == (None, date.fromisoformat(version)), (
            "the clause gives the day of the first version"
        )
        (conflict,) = (c for c in found.conflicts if c.field == "version")
        assert conflict.kept_from == f"来源记录：{recorded}"
        assert conflict.other_from in printed, "the words of the text and no others"


def test_the_days_of_printed_revisions_are_kept() -> None:
    printed = "2003年5月9日国务院令第376号公布　根据2011年1月8日《决定》第一次修订　根据2017年3月1日《决定》第二次修订"
    assert told(f"样例条例\n（{printed}）\n第一条　甲。").evidence["history"] == "2011-01-08、2017-03-01"


def test_an_annex_does_not_say_since_when_the_law_applies() -> None:
    """An annex of the Basic Law was made anew in 2021; the law of 1990 was 尚未施行 in 2012."""
    text = "样例基本法\n第一条　甲。\n第二条　乙。\n附件一\n样例产生办法\n一、甲。\n二、本办法自2021年3月31日起施行。"
    assert told(text, version="1990-04-04").effective_on is None


@pytest.mark.parametrize(
    ("issuer", "now"),
    [
        ("国家食品药品监督管理总局", "国家药品监督管理局"),
        ("国家食品药品监督管理局", "国家药品监督管理局"),
        ("卫生部", "国家卫生健康委员会"),
        ("中华人民共和国卫生部", "国家卫生健康委员会"),
        ("国家工商行政管理总局、卫生部", "国家市场监督管理总局、国家卫生健康委员会"),
        ("国家食品药品监督管理局、海关总署", "国家药品监督管理局、海关总署"),
        ("国家药品监督管理局", None),
        ("国家药监局", None),
        ("国务院", None),
        ("样例市样例局", None),  # not in the table: nothing is said
    ],
)
def test_former_names(issuer: str, now: str | None) -> None:
    assert present_name(issuer) == now


def test_every_former_body_leads_to_a_present_one() -> None:
    """A cycle or a dead end in the table would hang or name a body that is gone."""
    gone = {body.name for body in FORMER}
    for body in FORMER:
        assert body.began < body.ended
        assert present_name(body.name) not in gone | {None}


def test_the_present_name_is_beside_the_issuer() -> None:
    found = told("样例办法\n（2016年3月7日国家食品药品监督管理总局令第24号公布）\n第一条　甲。\n第二条　乙。")
    assert (found.issuer, found.evidence["issuer_now"]) == ("国家食品药品监督管理总局", "国家药品监督管理局")
    assert "issuer_now" not in told(RULE).evidence


def test_bodies_printed_side_by_side() -> None:
    assert joined("国家药监局国家卫生健康委") == "国家药监局、国家卫生健康委"
    assert joined("样例局国家药监局") == "样例局国家药监局"


@pytest.mark.parametrize(
    ("text", "topics", "stages", "why"),
    [
        (
            "药物非临床研究质量管理规范\n第一条　甲。\n第二条　乙。",
            ("GLP",), (Stage.NONCLINICAL,), "非临床研究 is no clinical trial",
        ),
        (
            "医疗器械样例条例\n第一章　不良事件的处理与召回\n第一条　甲。\n第二条　乙。",
            ("不良事件", "召回"), (Stage.VIGILANCE,), "a chapter proves a topic",
        ),
        ("样例办法\n第一条　召回、召回、召回。\n第二条　乙。", (), (), "words of the body prove nothing"),
        ("样例指南\n一、真实世界数据\n甲。\n二、真实世界证据\n乙。", ("真实世界数据",), (), "two headings prove it"),
        ("样例指南\n一、真实世界数据来源\n甲。\n二、其他\n乙。", (), (), "one heading does not"),
    ],
)  # fmt: skip
def test_topics_and_stages(text: str, topics: tuple[str, ...], stages: tuple[Stage, ...], why: str) -> None:
    found = told(text)
    assert (found.topics, found.stages) == (topics, stages), why
    for name in topics:
        assert name in found.evidence["topics"]


def test_topics_are_of_the_fixed_list() -> None:
    needed = (
        "GMP GLP GCP GSP UDI 委托生产 临床试验 真实世界数据 细胞与基因治疗 人工智能 脑机接口 标准 收费 人才 资金 "
        "创新审批 不良事件 召回 广告 网络销售 进出口 标签说明书"
    )
    assert set(needed.split()) <= set(TOPICS)
