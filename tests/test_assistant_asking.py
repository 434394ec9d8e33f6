"""What a plain question asks for decides how its answer is led in: each row is a way people put one."""

from __future__ import annotations

import pytest

from assistant.question.asking import Asking, asking

ROWS: dict[Asking, tuple[str, ...]] = {
    Asking.COMPARISON: (
        "药品和医疗器械的再注册有什么不同",
        "假药跟劣药的区别",
        "卖一类、二类、三类器械，要不要证各不一样吧",
        "新旧版商标法差别在哪",
        "药品持有人和疫苗持有人的年度报告分别报给哪一级",
        "药厂和疫苗厂不守规范，各罚多少",
        "基因样本出境和数据出境程序一样吗",
        "对比一下药品和化妆品的广告规定",
        "普通药和疫苗找别人代工，规矩差在哪",
    ),
    Asking.MEANING: (
        "什么是上市许可持有人",
        "什么样的药算假药",
        "BLA是什么意思",
        "中小企业是怎么定义的",
        "什么行为属于商业贿赂",
        "何谓劣药",
    ),
    Asking.PERMISSION: (
        "药品上市许可持有人可以委托生产吗",
        "疫苗能不能网上卖",
        "处方药能在电视上打广告吗",
        "大学可以自己决定把成果作价入股吗",
        "自己配的制剂拿去市场上卖行不行",
        "要被吊销许可证了，能不能要求听证",
        "头一回违规而且马上改了，能不能不罚",
        "给代理商定死最低价，违法吗",
        "麻醉药品临床试验能否招募健康受试者",
        "化妆品可不可以找代工厂做",
    ),
    Asking.DUTY: (
        "做疫苗的企业必须买责任保险吗",
        "药品换生产工艺，要不要重新报批",
        "进口普通化妆品需不需要备案",
        "跟外国公司合作要审批吗",
        "收集健康数据是否需要单独同意",
        "非得有个工会吗",
    ),
    Asking.PENALTY: (
        "生产假药罚多少",
        "没有药品经营许可证卖药怎么罚",
        "出借许可证，罚款是货值的几倍",
        "临床数据造假会怎么处罚",
        "泄露个人信息情节严重最多罚多少",
        "把用过的实验动物流入市场，罚款幅度",
        "逾期没做完后续研究会怎样",
        "进口药未备案逾期不改，后果是",
    ),
    Asking.DEADLINE: (
        "药品注册证书有效期届满前多久申请再注册",
        "临床试验申请多少个工作日内没回复算同意",
        "行政许可一般几天出结果",
        "商标什么时候续展",
        "疫苗销售记录要保存几年",
        "最晚哪天能提异议",
        "审批时限是多少日",
        "药品生产许可证管几年",
        "对检验结果不服，几日内能申请复验",
    ),
    Asking.WHO: (
        "药品上市放行要谁签字",
        "药品广告找哪里审批",
        "二类器械归哪个部门管",
        "持有人的年度报告交给谁",
        "做药品批发去省里还是市里办证",
        "炮制饮片应向哪一级药监备案",
        "这笔钱由谁出",
    ),
    Asking.MATERIALS: (
        "药品注册申请要什么材料",
        "开药店要准备哪些资料",
        "申请延续要交哪些文件",
        "备案资料清单",
        "寄精神类药品要什么手续",
    ),
    Asking.AMOUNT: (
        "三类器械首次注册交多少钱",
        "仓库相对湿度控制在多少",
        "有职称的人要占几成",
        "研发费用加计扣除比例",
        "场地要多大",
    ),
    Asking.CONDITION: (
        "开药店需要具备哪些条件",
        "什么药可以申请突破性治疗",
        "哪些情况药品不给再注册",
        "什么情况下生产者不用赔",
        "质量负责人有什么要求",
    ),
    Asking.PROCEDURE: (
        "注册证快到期了怎么办",
        "医院急需国内没批的药，怎么少量进口",
        "创新器械怎么申请绿色通道",
        "办生产许可证的流程",
        "网上卖药要注意什么",
    ),
    Asking.WHAT: (
        "药品管理法第一百二十三条",
        "化妆品标签上不能写什么",
        "哪些药不能放在网上卖",
        "药过了有效期还卖，算假药还是劣药",
        "广告法16条说了什么",
        "哪几类药品在进口时须检验",
        "海南支持概念验证中心吗",
    ),
}


@pytest.mark.parametrize(("question", "kind"), [(row, kind) for kind, rows in ROWS.items() for row in rows])
def test_a_plain_question_is_of_its_kind(question: str, kind: Asking) -> None:
    assert asking(question) is kind


def test_there_are_enough_ways_of_putting_it() -> None:
    """The rules stand on examples: fewer rows than this and a kind has hardly any."""
    assert sum(map(len, ROWS.values())) >= 60
    assert set(ROWS) == set(Asking)


@pytest.mark.parametrize("question", ["", "？", "　", "😀", "药" * 5000])
def test_what_asks_nothing_is_of_no_special_kind(question: str) -> None:
    assert asking(question) is Asking.WHAT
