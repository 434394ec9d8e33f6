"""A follow-up is made whole from the conversation; a question that stands alone is left as it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.answer_model import Question, Turn
from assistant.question.followup import followed, open_matter, standing_alone
from kb.lexical import terms

FINE = "生产假药罚多少"
CITED = (
    "按2026年11月21日现行文本，直接依据是《药品管理法》第一百一十六条：\n\n“生产、销售假药的，……”[1]（《药品管理法》第一百一十六条）\n\n"
    "相关规定：\n\n“……的股东应当赔偿”[2]（《药品管理法》第一百一十八条第一款）"
)
REFUSED = "知识库没有依据。"


def conversation(*asked: str, said: str = CITED) -> tuple[Turn, ...]:
    return tuple(
        turn for words in asked for turn in (Turn(role="user", content=words), Turn(role="assistant", content=said))
    )


def whole(asked: tuple[str, ...], words: str, said: str = CITED) -> str:
    return standing_alone(Question(question=words, history=conversation(*asked, said=said)))


SWAPS = [
    ((FINE,), "那劣药呢", "生产劣药罚多少"),
    ((FINE,), "那么劣药呢？", "生产劣药罚多少"),
    (("药品可以委托生产吗",), "那疫苗呢", "疫苗可以委托生产吗"),
    (("药品可以委托生产吗",), "疫苗呢", "疫苗可以委托生产吗"),
    (("化妆品备案要什么材料",), "那医疗器械呢", "医疗器械备案要什么材料"),
    (("医疗器械注册要什么材料",), "那化妆品呢", "化妆品注册要什么材料"),
    (("第二类医疗器械注册找哪个部门",), "三类呢", "三类医疗器械注册找哪个部门"),
    (("第二类医疗器械注册找哪个部门",), "如果是第三类呢", "第三类医疗器械注册找哪个部门"),
    (("医疗器械注册要多久",), "备案呢", "医疗器械备案要多久"),
    (("药品批发要什么证",), "那零售呢", "药品零售要什么证"),
    (("药品生产许可证有效期几年",), "那经营许可证呢", "药品经营许可证有效期几年"),
    (("中医诊所开业要审批吗",), "中医医院呢", "中医医院开业要审批吗"),
    (("发明专利保护多少年",), "外观设计呢", "外观设计保护多少年"),
    (("有限公司最少几个股东",), "股份公司呢", "股份公司最少几个股东"),
    (("国产药品怎么注册",), "进口的呢", "进口药品怎么注册"),
    (("劳动合同签一年，试用期最长多久",), "签三年呢", "劳动合同签三年，试用期最长多久"),
    (("疫苗销售记录要保存几年",), "接种记录呢", "疫苗接种记录要保存几年"),
    ((FINE,), "如果是销售呢", "销售假药罚多少"),
    ((FINE,), "如果是给孕妇用的呢", "给孕妇用的，生产假药罚多少"),
    (("网购能七天退货吗",), "要是定做的呢", "定做的，网购能七天退货吗"),
    (("没办社保登记怎么罚",), "那欠缴社保费呢", "欠缴社保费怎么罚"),
    (("疫苗可以委托生产吗", "普通药品呢", "血液制品呢"), "那麻醉药品呢", "麻醉药品可以委托生产吗"),
    (("医疗器械注册要多久",), "三类的", "第三类医疗器械注册要多久"),
    (("药品召回找谁",), "化妆品", "化妆品召回找谁"),
    (("疫苗可以委托生产吗", "谢谢"), "普通药品呢", "普通药品可以委托生产吗"),
    (("网上能卖处方药吗",), "那疫苗可以吗", "网上能卖疫苗吗"),
    (("网上能卖处方药吗", "那疫苗可以吗"), "罚多少", "网上卖疫苗罚多少"),
    (("卖假药罚多少？货值3万元",), "要是货值20万呢", "卖假药罚多少？货值20万"),
    (("劣药货值5万元罚多少",), "未取得许可证生产药品呢", "未取得许可证生产药品，货值5万元罚多少"),
    (("劣药货值5万元罚多少", "未取得许可证生产药品呢"), "货值200万呢", "未取得许可证生产药品，货值200万罚多少"),
    (("药品管理法第一百一十七条",), "货值2万元罚多少", "药品管理法第一百一十七条，货值2万元罚多少"),
    (("化妆品怎么备案",), "普通的", "普通化妆品怎么备案"),
    (("特殊化妆品怎么注册",), "普通的", "普通化妆品怎么注册"),
    (("药品管理法第四十三条怎么规定",), "疫苗管理法呢", "疫苗管理法第四十三条怎么规定"),
    (("申请行政复议最晚哪天",), "那起诉呢", "起诉最晚哪天"),
    (("药品生产许可证变更地址要办什么",), "交什么材料", "药品生产许可证变更地址交什么材料"),
    (("药店怎么开", "要什么条件"), "去哪办", "药店开去哪办"),
    (("经营二类医疗器械要什么手续",), "无证经营怎么罚", "无证经营二类医疗器械怎么罚"),
    (("药品委托生产要签什么协议",), "出了问题谁赔", "药品委托生产签协议，出了问题谁赔"),
]
PLACES = [
    (("药品管理法第八十一条",), "那第八十二条呢", "药品管理法第八十二条"),
    (("药品管理法第八十一条是什么",), "第82条呢", "药品管理法第八十二条"),
    ((FINE,), "那第一百一十七条呢", "《药品管理法》第一百一十七条"),
    (("药品管理法第八十一条",), "第二款呢", "药品管理法第八十一条第二款"),
    (("药品管理法第八十一条第一款",), "第二款呢", "药品管理法第八十一条第二款"),
    (("药品管理法第八十一条",), "第二款说的是什么", "药品管理法第八十一条第二款"),
    (("药品管理法第八十一条",), "下一条", "药品管理法第八十二条"),
    (("药品管理法第八十一条",), "上一条呢", "药品管理法第八十条"),
    (("药品管理法第八十一条", "下一条"), "再下一条", "药品管理法第八十三条"),
    (("药品管理法第八十一条", "下一条"), "上一条", "药品管理法第八十一条"),
    ((FINE,), "下一条", "《药品管理法》第一百一十七条"),
    (("药品管理法第一条",), "上一条", "上一条"),
    ((FINE,), "这条罚款最低多少", "《药品管理法》第一百一十六条罚款最低多少"),
    (("公司法第四十七条",), "该条什么时候开始施行", "公司法第四十七条什么时候开始施行"),
    ((FINE,), "第二条引用讲了什么", "《药品管理法》第一百一十八条第一款"),
    ((FINE,), "第1个引用呢", "《药品管理法》第一百一十六条"),
    ((FINE,), "引用[2]是什么", "《药品管理法》第一百一十八条第一款"),
    ((FINE,), "第九个引用呢", "第九个引用呢"),
    ((FINE,), "那第二三十条呢", f"{FINE}，那第二三十条呢"),
]
CONSEQUENCES = [
    (("员工入职多久内要签劳动合同",), "不签会怎么罚", "员工入职不签劳动合同会怎么罚"),
    (("药品持有人要不要交年度报告",), "不交怎么罚", "药品不交年度报告怎么罚"),
    (("药品有安全隐患该由谁召回",), "不召回呢", "药品不召回会怎么处罚"),
    (("做生物等效性试验是要批准还是备案就行",), "没备案会怎么罚", "生物等效性试验没备案会怎么罚"),
    (("药品上市放行要谁签字",), "不签能出厂吗", "药品上市放行不签字能出厂吗"),
    (("药品再注册什么时候申请",), "晚了怎么办", "药品再注册申请，晚了怎么办"),
    (("药品再注册什么时候申请",), "逾期了会怎么样", "药品再注册申请，逾期了会怎么样"),
    (("处理个人信息要同意吗",), "违反了罚多少", "处理个人信息同意，违反了罚多少"),
    (("什么样的药算假药",), "会怎么罚", "药算假药会怎么罚"),
    (("股东出资后能把钱抽走吗",), "抽走了会怎么样", "股东出资后把钱抽走了会怎么样"),
]
ASPECTS = [
    (("行政复议怎么申请",), "要多久", "行政复议要多久"),
    (("行政复议怎么申请",), "多久", "行政复议多久"),
    (("行政复议怎么申请",), "找谁", "行政复议找谁"),
    (("药品再注册怎么办",), "在哪办", "药品再注册在哪办"),
    (("药品再注册怎么申请",), "要什么材料", "药品再注册要什么材料"),
    (("药品再注册怎么申请",), "收费吗", "药品再注册收费吗"),
    (("药品再注册怎么申请",), "那要提前多久", "药品再注册要提前多久"),
    (("商标能续展吗",), "什么时候办", "商标续展什么时候办"),
    (("疫苗接种信息由谁记录",), "要保存多久", "疫苗接种信息要保存多久"),
    (("网上卖药的第三方平台要不要备案",), "它要审核商家资质吗", "网上卖药的第三方平台要审核商家资质吗"),
    (("公司的注册资本多久缴足",), "股东要赔偿吗", "公司的注册资本缴足，股东要赔偿吗"),
]
AGAIN = [
    ((FINE,), words, FINE)
    for words in (
        "为什么",
        "依据是什么",
        "依据是哪一条",
        "根据什么",
        "原文呢",
        "说简单点",
        "没看懂",
        "哪条规定的",
        "具体说说",
        "再说一遍？",
    )
]
CORRECTIONS = [
    (("药品注册要多久",), "不是药品，是医疗器械", "医疗器械注册要多久"),
    ((FINE,), "不对，我问的是劣药", "生产劣药罚多少"),
    ((FINE,), "我说的是劣药", "生产劣药罚多少"),
    (("疫苗销售记录要保存几年",), "不是销售记录，是接种记录", "疫苗接种记录要保存几年"),
    ((FINE,), "我问的是药品召回由谁负责", "药品召回由谁负责"),
]
DAYS = [
    (("药品委托生产怎么规定",), "2018年的时候呢", "2018年时，药品委托生产怎么规定"),
    (("2018年时，药品委托生产怎么规定",), "那2015年呢", "2015年时，药品委托生产怎么规定"),
    (("2018年时，药品委托生产怎么规定",), "现在呢", "药品委托生产怎么规定"),
    (("药品委托生产怎么规定",), "前年呢", "前年时，药品委托生产怎么规定"),
    (("药品委托生产怎么规定",), "按旧法呢", "按旧法的规定，药品委托生产怎么规定"),
    (("2018年时，药品可以委托生产吗",), "疫苗呢", "2018年时，疫苗可以委托生产吗"),
]
ALONE = [
    ((FINE,), words, words)
    for words in (
        "疫苗可以委托生产吗", "公司注册资本多久缴足", "那员工辞职要提前几天说", "那药品召回由谁负责", "谢谢",
        "没有药品生产许可证就生产药品，罚多少", "不动产不登记产权会转移吗", "他欠我五千，我欠他三千，能对冲吗",
        "第一类医疗器械怎么备案", "好的，明白了",
        "其他共有人的优先购买权", "如果公司不签劳动合同，员工能要求什么赔偿",
        "未成年人犯法怎么处理", "药品管理法第三十二条说了什么",
        "那医疗器械注册证书有效期届满之前多久要申请延续注册", "多久可以申请商标续展", "怎么申请行政复议",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "words", "expected"),
    [*SWAPS, *PLACES, *CONSEQUENCES, *ASPECTS, *AGAIN, *CORRECTIONS, *DAYS, *ALONE],
)
def test_a_follow_up_is_made_whole(asked: tuple[str, ...], words: str, expected: str) -> None:
    assert whole(asked, words) == expected


ASK_SECTOR = "请问是哪一类产品？三类产品的办法各不相同。"


@pytest.mark.parametrize(
    ("before", "picked", "expected"),
    [
        ("注册要走哪些步骤", "化妆品", "化妆品注册要走哪些步骤"),
        ("变更要怎么办理", "第二个", "医疗器械变更要怎么办理"),
        ("变更要怎么办理", "2", "医疗器械变更要怎么办理"),
        ("变更要怎么办理", "那医疗器械呢", "医疗器械变更要怎么办理"),
        ("变更要怎么办理", "第两个", "医疗器械变更要怎么办理"),
        ("变更要怎么办理", "选医疗器械", "医疗器械变更要怎么办理"),
        ("变更要怎么办理", "都要", "变更要怎么办理（分别说明）"),
        ("变更要怎么办理", "分别说明", "变更要怎么办理（分别说明）"),
        ("医疗器械注册要走哪些步骤", "三类", "第三类医疗器械注册要走哪些步骤"),
        ("医疗器械注册要走哪些步骤", "三类的", "第三类医疗器械注册要走哪些步骤"),
        ("变更要怎么办理", "公司注册资本多久缴足", "公司注册资本多久缴足"),
        ("第三十二条", "药品管理法", "药品管理法第三十二条"),
    ],
)
def test_the_option_picked_settles_the_open_question(before: str, picked: str, expected: str) -> None:
    # The person has answered us: what they were asking must not be lost. An option may stand for
    # more words than it has.
    assert whole((before,), picked, said=ASK_SECTOR).endswith(expected)


def test_an_option_is_picked_at_every_level() -> None:
    history = (*conversation("注册要走哪些步骤", said=ASK_SECTOR), *conversation("医疗器械", said="请问按第几类管理？"))
    made = standing_alone(Question(question="三类的", history=history))
    assert made == "第三类医疗器械注册要走哪些步骤"


def test_without_history_nothing_is_added() -> None:
    assert standing_alone(Question(question="那劣药呢")) == "那劣药呢"


def test_what_the_rules_can_only_put_behind_the_matter_is_marked_unsure() -> None:
    # A model, where there is one, may do better there; where the rules are sure it is not asked.
    assert followed(Question(question="那劣药呢", history=conversation(FINE))).unsure is False
    glued = followed(Question(question="那乡镇卫生院呢", history=conversation(FINE)))
    assert (glued.whole, glued.unsure) == (f"{FINE}，那乡镇卫生院呢", True)


SUBJECTS = ("药品", "疫苗", "第三类医疗器械", "特殊化妆品", "商标", "发明专利", "劳动合同", "有限责任公司", "个人信息")
MATTERS = ("注册", "转让", "备案", "到期之后的续展", "委托生产", "解除", "处罚", "召回", "跨境提供")
ENDS = ("要多久", "怎么办理", "由谁批准", "要交哪些材料", "有什么法律责任", "可以吗", "需要满足什么条件")


@given(
    st.sampled_from(SUBJECTS), st.sampled_from(MATTERS), st.sampled_from(ENDS), st.sampled_from(SUBJECTS),
    st.sampled_from(MATTERS), st.sampled_from(("", CITED, REFUSED)),
)  # fmt: skip
@example("药品", "召回", "可以吗", "疫苗", "处罚", CITED)
def test_a_complete_question_never_changes(
    subject: str, matter: str, end: str, other: str, other_matter: str, said: str
) -> None:
    question = f"{subject}{matter}{end}"
    assert whole((f"{other}{other_matter}怎么规定",), question, said) == question


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=300))
def test_any_words_can_be_said(before: str, words: str, said: str) -> None:
    history = (Turn(role="user", content=before), Turn(role="assistant", content=said))
    made = followed(Question(question=words or "？", history=history)).whole
    assert len(made) <= 2000


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("要" * 2000, "《药品管理法》" * 2500),
        ("第一条" * 600, "[1]（《" * 4000),
        ("怎么" * 1000, "第" * 20_000),
        ("还是" * 1000, "《" * 20_000),
        ("2018年" * 400, "\n" * 20_000),
    ],
)
def test_a_long_conversation_takes_no_longer_than_reading_it(before: str, said: str) -> None:
    history = conversation(*[before] * 25, said=said)
    begun = time.perf_counter()
    for words in (
        "那劣药呢",
        "第二款呢",
        "不办呢",
        "要需要需要需要需要要需要多久",
        "它呢",
        "第二条引用呢",
        "2015年呢",
        "股东要赔偿吗",
    ):
        standing_alone(Question(question=words, history=history))
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    ("question", "asked_back", "why"),
    [
        ("罚多少", True, "a penalty for nothing in particular"),
        ("要不要备案", True, "a filing of nothing in particular"),
        ("那疫苗呢", True, "a follow-up to nothing"),
        ("1", True, "a number alone"),
        ("谢谢", True, "no question, and no refusal either"),
        ("好的，明白了。", True, "no question"),
        ("生产假药罚多少", False, "the matter is named"),
        ("牙膏按什么管", False, "one word of matter is enough"),
        ("药品注册申请要什么材料", False, "a sector and a procedure are a matter"),
        ("药品要什么材料", True, "a sector alone is none"),
        ("什么是药品", False, "a meaning is asked"),
        ("？？？", False, "no term at all is refused, not asked back"),
    ],
)
def test_a_question_without_a_matter_is_asked_back(question: str, asked_back: bool, why: str) -> None:
    assert (open_matter(question, terms(question)) is not None) is asked_back, why


def test_no_title_of_a_law_is_cut_up_by_a_swap() -> None:
    """药品管理法 with another sector in it would be a law that does not exist."""
    made = whole(("药品管理法第四十三条怎么规定",), "那医疗器械呢")
    assert "医疗器械管理法" not in made
    assert "药品管理法第四十三条" in made


def test_a_class_picked_for_the_sector_settles_both() -> None:
    """Only devices have classes: 二类的 answers which sector as well."""
    made = whole(("怎么注册？",), "二类的", said="请问是哪一类产品？三类产品的办法各不相同。")
    assert made == "第二类医疗器械怎么注册？"
