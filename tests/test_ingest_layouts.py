"""What documents say of themselves in the layouts they really come in; each row was read wrongly before."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.describe.document import Description, describe
from ingest.describe.labels import split_labels
from ingest.structure.text import structure
from kb.model import Kind, Sector


def told(text: str, name: str = "x.txt", **given: object) -> Description:
    return describe(text, structure(text), name=name, given=given)


ORDER = (
    "中华人民共和国国务院令\n第739号\n《样例条例》已经2020年12月21日国务院第119次常务会议修订通过，现予公布，"
    "自2021年6月1日起施行。\n总理　某某\n2021年2月9日\n样例条例\n（2000年1月4日中华人民共和国国务院令第276号公布　"
    "2020年12月21日国务院第119次常务会议修订通过）\n第一条　甲。\n第二条　本条例自2021年6月1日起施行。"
)


def test_the_order_a_text_is_printed_with_is_its_latest() -> None:
    """The history under the title names only the first order: its number is that of a text no longer in force."""
    found = told(ORDER)
    assert (found.number, found.published_on) == ("国务院令第739号", date(2021, 2, 9))
    assert found.evidence["published_on"].endswith("（2021年2月9日）")


@pytest.mark.parametrize(
    ("text", "title", "number", "issuer"),
    [
        (
            "000012\n特　急\n样例省样例局文件\n样药监规〔2024〕7号\n样例省样例局关于支持\n样例产业若干措施\n各市局：\n"
            "一、甲\n乙。",
            "样例省样例局关于支持样例产业若干措施", "样药监规〔2024〕7号", "样例省样例局",
        ),
        (
            "样例市人民政府办公室关于印发样例办法的通知\n样府办规〔2023〕12号\n各区：\n现印发给你们。\n"
            "样例市人民政府办公室\n2023年6月8日\n样例办法\n第一条　甲。\n第二条　乙。",
            "样例办法", "样府办规〔2023〕12号", "样例市人民政府办公室",
        ),
        (
            "中共样例市委办公室　样例市人民政府办公室\n印发《关于样例的实施意见》的通知\n各区：\n现印发给你们。\n"
            "关于样例的实施意见\n一、甲\n乙。",
            "关于样例的实施意见", None, "中共样例市委办公室、样例市人民政府办公室",
        ),
        (
            "样例省样例局关于发布《样例程序（试行）》的通告\n2023年第5号\n现予发布。\n样例省样例局\n2023年7月19日\n"
            "样例程序（试行）\n第一条　甲。\n第二条　乙。",
            "样例程序（试行）", "通告2023年第5号", "样例省样例局",
        ),
        (
            "样例省样例局关于印发样例细则的通知\n样局规〔2024〕1号\n各市局：\n现印发。\n附件：\n1.样例细则\n2.乙细则\n"
            "样例省样例局\n2024年1月3日",
            "样例省样例局关于印发样例细则的通知", "样局规〔2024〕1号", "样例省样例局",
        ),
        (
            "海南省人民代表大会常务委员会公告\n第12号\n《样例条例》已由海南省第七届人民代表大会常务委员会第四次会议于"
            "2023年6月15日通过，现予公布。\n海南省人民代表大会常务委员会\n2023年6月15日\n样例条例\n第一条　甲。\n"
            "第二条　乙。",
            "样例条例", "海南省人民代表大会常务委员会公告第12号", "海南省人民代表大会常务委员会",
        ),
        ("核准日期：2020年3月5日\n样例片说明书\n【成份】\n甲。", "样例片说明书", None, None),
        ("《样例办法》政策解读\n一、甲\n乙。", "《样例办法》政策解读", None, None),
        (
            "ICS 11.040\nC 30\nYY\n中华人民共和国医药行业标准\nYY/T 1833.2—2022\n代替YY/T 0001—2008\n样例器械　要求\n"
            "第2部分：数据\n2022-07-01发布　2023-07-01实施\n国家药品监督管理局　发布\n1 范围\n甲。",
            "样例器械要求第2部分：数据", "YY/T 1833.2-2022", None,
        ),
        ("中华人民共和国样例典\n2020年版\n一、总则\n甲。", "中华人民共和国样例典（2020年版）", None, None),
        ("样例指导原则\n国家药品监督管理局药品审评中心\n2023年4月\n一、甲\n乙。", "样例指导原则", None,
         "国家药品监督管理局药品审评中心"),
        ("样例指导原则\n国家药品监督管理局2021年第108号通告\n一、甲\n乙。", "样例指导原则", "通告2021年第108号",
         "国家药品监督管理局"),
    ],
)  # fmt: skip
def test_heads(text: str, title: str, number: str | None, issuer: str | None) -> None:
    found = told(text)
    assert (found.title, found.number, found.issuer) == (title, number, issuer)


@pytest.mark.parametrize(
    ("closing", "issuer"),
    [
        ("国务院办公厅\n2024年12月30日\n（本文有删减）", "国务院办公厅"),
        ("国务院办公厅\n2024年12月30日\n抄送：某部。\n某室　2024年12月31日印发", "国务院办公厅"),
    ],
)
def test_words_may_follow_a_signature(closing: str, issuer: str) -> None:
    found = told(f"国务院办公厅关于样例的意见\n国办发〔2024〕53号\n各部门：\n一、甲\n乙。\n{closing}")
    assert (found.issuer, found.issued_on) == (issuer, date(2024, 12, 30))


def test_a_date_in_a_form_is_no_signature() -> None:
    form = "附件1\n申请表\n一、申请单位\n某某公司技术部\n2024年1月1日\n（盖章）"
    text = f"样例局关于样例的通知\n各单位：\n一、甲\n乙。\n{form}"
    assert told(text).issued_on is None


def test_one_body_printed_on_two_lines_is_one() -> None:
    """A centre below its parent was taken for a second issuer."""
    closing = "国家药品监督管理局\n医疗器械技术审评中心\n2023年3月30日"
    found = told(f"关于样例的通告\n一、甲\n乙。\n特此通告。\n{closing}")
    assert found.issuer == "国家药品监督管理局医疗器械技术审评中心"


PAGE = (
    "索引号：FG-2024-5　主题分类：文件\n标　题：样例局关于样例的通告\n发文机关：样例局\n发文字号：样局〔2024〕8号\n"
    "成文日期：2024年03月11日\n发布日期：2024-03-15\n样例局关于样例的通告\n现予发布。\n一、甲\n乙。"
)


def test_the_labelled_lines_of_a_government_page() -> None:
    found = told(PAGE, published_on="2024-05-01")
    assert (found.title, found.number, found.issuer) == ("样例局关于样例的通告", "样局〔2024〕8号", "样例局")
    assert (found.issued_on, found.published_on) == (date(2024, 3, 11), date(2024, 3, 15))
    assert found.evidence["number"] == "发文字号：样局〔2024〕8号"
    assert found.evidence["published_on"] == "发布日期：2024-03-15"


def test_the_head_of_a_procedure() -> None:
    """A firm's own document is internal and has no effect of law, however it is worded."""
    found = told(
        "偏差处理标准操作规程\n文件编号：SOP-QA-012　版本号：03\n颁发日期：2024.01.15\n生效日期：2024.02.01\n"
        "1 目的\n甲。\n2 范围\n乙。"
    )
    assert (found.kind, found.number) == (Kind.INTERNAL, "SOP-QA-012")
    assert (found.issued_on, found.effective_on) == (date(2024, 1, 15), date(2024, 2, 1))


def test_a_clause_stands_above_a_label() -> None:
    found = told("生效日期：2024年2月1日\n样例办法\n第一条　甲。\n第二条　本办法自2024年3月1日起施行。")
    assert found.effective_on == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("| 名称 | 规格 |", True),  # the head of any table
        ("发布日期以网站为准。", True),
        ("来源于国家局的文件：甲", True),
        ("| 文　号 | 样局〔2024〕1号 | 有效性 | 有效 |", False),
    ],
)
def test_only_labels_are_taken_out(line: str, kept: bool) -> None:
    lines, _ = split_labels([line, "样例办法"])
    assert (line in lines) is kept


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("医疗器械注册常见问题解答（三）", Kind.QA),
        ("第二类医疗器械产品注册办事指南", Kind.GUIDE),
        ("药品委托生产质量协议", Kind.INTERNAL),
        ("医疗器械委托生产质量协议编制指南", Kind.NORMATIVE_DOCUMENT),
        ("国家药监局综合司公开征求《样例办法（征求意见稿）》意见", Kind.NOTICE),
        ("国务院关于改革样例制度的意见", Kind.NORMATIVE_DOCUMENT),
        ("国务院关于加强样例管理的特别规定", Kind.ADMINISTRATIVE_REGULATION),
        ("医疗器械注册审查指导原则", Kind.GUIDANCE),
        ("样例市支持产业发展若干政策", Kind.POLICY),
    ],
)
def test_kinds(title: str, kind: Kind) -> None:
    assert told(f"{title}\n一、甲\n乙。").kind is kind


def test_a_question_is_no_title() -> None:
    assert told("问：何时申请？\n答：届满前。", name="延续注册问答.txt").title == "延续注册问答"


def test_a_notice_is_a_notice_whatever_a_record_calls_its_class() -> None:
    assert told("关于样例有关事项的公告\n一、甲\n乙。", kind="部门规章/规范性文件").kind is Kind.NOTICE


@pytest.mark.parametrize(
    ("text", "sectors"),
    [
        (
            "样例床注册审查指导原则\n" + "国家药品监督管理局发布的医疗器械文件。国家药品监督管理部门。" * 8,
            (Sector.DEVICE,),
        ),
        ("国家药品监督管理局关于样例产品的复函\n" + "该产品按医疗器械管理。" * 3, (Sector.DEVICE,)),
        ("药物涂层导管注册审查指导原则\n" + "医疗器械样例。" * 10 + "药品", (Sector.DEVICE,)),
        ("体外诊断试剂目录\n" + "用于药品。" * 10, (Sector.DEVICE,)),
        ("麻醉面罩产品指导原则\n" + "医疗器械样例。" * 10, (Sector.DEVICE,)),
        ("抗菌药物说明书指导原则\n" + "药品样例。" * 10, (Sector.DRUG,)),
        ("样例法院关于食品药品纠纷的规定\n第一条　甲。", (Sector.DRUG,)),
        ("样例法\n" + "甲乙丙丁。" * 2000 + "药品。" * 5, ()),  # named in passing
    ],
)
def test_the_regulators_name_is_no_sector(text: str, sectors: tuple[Sector, ...]) -> None:
    """A fourth of the device guidances were filed under drugs because the drug regulator issues them."""
    assert told(text).sectors == sectors


@pytest.mark.parametrize(
    ("text", "effective"),
    [
        ("《样例办法》解读\n一、何时施行\n答：《样例办法》自2021年10月1日起施行。", None),  # another text's day
        ("样例规范附录\n第一章　范围\n第一条　甲。\n第二条　自2020年7月1日起施行。", date(2020, 7, 1)),
        ("样例通告\n现予发布，自2022年1月1日起施行。\n一、甲\n乙。", date(2022, 1, 1)),
    ],
)
def test_whose_day_of_effect(text: str, effective: date | None) -> None:
    assert told(text).effective_on == effective


def test_the_term_of_an_agreement() -> None:
    found = told("样例质量协议\n第一条　甲。\n第二条　本协议自2024年1月1日起生效，有效期3年。")
    assert (found.effective_on, found.expires_on) == (date(2024, 1, 1), date(2026, 12, 31))


def test_two_bodies_that_adopt_on_two_days() -> None:
    text = (
        "样例解释\n（2022年2月28日甲法院审判委员会第1865次会议、2022年2月25日乙检察院检察委员会第九十二次会议通过）\n"
        "第一条　甲。\n第二条　乙。"
    )
    assert told(text).version == "2022-02-28"


def test_few_headings_among_many_prove_no_topic() -> None:
    """Every guidance has a heading 检验报告; a list of references names other texts."""
    others = "".join(f"（{n}）样例\n甲。\n" for n in "一二三四五六七八九十") * 4
    references = "三、《医疗器械召回办法》\n四、《召回指南》\n"
    text = f"医疗器械样例指南\n一、检验报告\n甲。\n{others}二、检验要求\n乙。\n{references}"
    assert told(text).topics == ()


def test_a_text_of_no_sector_has_no_stage() -> None:
    assert told("样例商标法\n第一章　商标注册的申请\n第一条　甲。\n第二章　注册商标的变更\n第二条　乙。").stages == ()
