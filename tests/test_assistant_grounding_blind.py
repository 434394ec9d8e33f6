"""Sentences written before the rules were read, held against stored law: what a model leaves out or turns round is
taken out, and the same in plain words stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from held_sentence import TODAY, let_out

from assistant.service import Service
from kb.settings import Settings


@pytest.fixture(scope="module")
def opened(starter_settings: Settings) -> Iterator[Service]:
    service = Service.open(starter_settings, lambda: TODAY)
    assert service.trouble is None
    yield service
    service.close()


WRONG = [
    (
        "疫苗管理法/第三十条",
        "批签发机构发现疫苗存在质量风险的，应当及时向国务院药品监督管理部门报告",
        "a condition dropped",
    ),
    ("疫苗管理法/第三十条", "批签发机构应当立即对疫苗上市许可持有人进行现场检查", "another acts"),
    (
        "疫苗管理法/第三十条",
        "批签发机构应当向国务院药品监督管理部门或者省级药品监督管理部门报告",
        "and and or exchanged",
    ),
    ("疫苗管理法/第三十条", "疫苗上市许可持有人整改完成后，接到报告的部门再进行现场检查", "the order turned"),
    ("疫苗管理法/第三十条", "疫苗上市许可持有人拒不整改的，吊销其药品注册证书", "a consequence invented"),
    ("疫苗管理法/第三十条", "批签发机构责令疫苗上市许可持有人整改", "another acts"),
    ("疫苗管理法/第五十四条", "接种单位应当设立专门机构，配备专职人员，主动收集疑似预防接种异常反应", "another acts"),
    (
        "疫苗管理法/第五十四条",
        "疫苗上市许可持有人应当将疑似预防接种异常反应向药品监督管理部门报告",
        "another authority",
    ),
    ("疫苗管理法/第五十四条", "疫苗上市许可持有人应当将质量分析报告提交疾病预防控制机构", "another authority"),
    (
        "疫苗管理法/第五十四条",
        "医疗机构发现疑似预防接种异常反应的，应当在24小时内向疾病预防控制机构报告",
        "the figure of a neighbour",
    ),
    ("疫苗管理法/第五十四条", "接种者发现疑似预防接种异常反应的，应当向疾病预防控制机构报告", "another acts"),
    ("产品质量法/第四十五条", "因产品存在缺陷造成损害要求赔偿的诉讼时效期间为十年", "the figure of a neighbour"),
    ("产品质量法/第四十五条", "诉讼时效期间自产品交付最初消费者时起计算", "runs from another day"),
    (
        "产品质量法/第四十五条",
        "因产品存在缺陷造成损害要求赔偿的请求权，在缺陷产品交付最初消费者满十年一律丧失",
        "the exception dropped",
    ),
    ("产品质量法/第四十五条", "依据《民法典》，产品缺陷损害赔偿的诉讼时效期间为二年", "another law"),
    (
        "消费者权益保护法/第五十五条",
        "经营者提供商品有欺诈行为的，增加赔偿的金额为消费者购买商品价款的二倍",
        "the figure of a neighbour",
    ),
    (
        "消费者权益保护法/第五十五条",
        "经营者提供缺陷商品的，受害人有权要求所受损失二倍以下的惩罚性赔偿",
        "a condition dropped",
    ),
    ("消费者权益保护法/第五十五条", "增加赔偿的金额最高不超过五百元", "compared"),
    ("消费者权益保护法/第五十五条", "经营者应当增加赔偿消费者购买商品价款的三倍", "a condition dropped"),
    (
        "消费者权益保护法/第五十五条",
        "经营者明知商品存在缺陷仍然提供，造成健康严重损害的，受害人有权依照《产品质量法》第四十九条要求赔偿",
        "another reference",
    ),
    ("行政强制法/第二十五条", "查封、扣押经批准延长的，延长期限不得超过六十日", "the figure of a neighbour"),
    ("行政强制法/第二十五条", "查封、扣押的期限经行政机关负责人批准可以延长", "a condition dropped"),
    ("行政强制法/第二十五条", "检测、检验的费用由当事人承担", "another acts"),
    ("行政强制法/第二十五条", "查封、扣押的期间包括检测、检验、检疫或者技术鉴定的期间", "the denial turned"),
    ("行政强制法/第二十五条", "情况复杂的，经上一级行政机关批准，可以延长查封、扣押期限", "another authority"),
    ("反不正当竞争法/第八条", "经营者在交易活动中不得向中间人支付佣金", "the denial turned"),
    ("反不正当竞争法/第八条", "经营者的工作人员进行贿赂的，一律认定为经营者的行为", "the exception dropped"),
    ("反不正当竞争法/第八条", "经营者不得采用给予财物的手段与交易相对方的工作人员往来", "a condition dropped"),
    ("反不正当竞争法/第八条", "只有支付折扣的经营者应当如实入账，接受折扣的经营者不必入账", "another acts"),
    ("专利法/第四十二条", "外观设计专利权的期限为十年，自申请日起计算", "the figure of a neighbour"),
    ("专利法/第四十二条", "发明专利权的期限为二十年，自授权公告日起计算", "runs from another day"),
    ("专利法/第四十二条", "国务院专利行政部门主动对新药相关发明专利给予专利权期限补偿", "a condition dropped"),
    ("专利法/第四十二条", "自发明专利申请日起满四年后授予发明专利权的，给予专利权期限补偿", "the exception dropped"),
    ("专利法/第四十二条", "新药相关发明专利的补偿期限不超过十四年", "the figure of a neighbour"),
    (
        "个人信息保护法/第二十三条",
        "个人信息处理者向其他个人信息处理者提供个人信息的，无需取得个人的单独同意",
        "the denial turned",
    ),
    ("个人信息保护法/第二十三条", "接收方应当向个人告知接收方的名称、联系方式、处理目的和处理方式", "another acts"),
    ("个人信息保护法/第二十三条", "接收方应当在收到个人信息后重新取得个人同意", "runs from another day"),
    ("中医药法/第三十二条", "药品监督管理部门应当加强对备案的中药制剂品种的不良反应监测", "another acts"),
    ("中医药法/第三十二条", "医疗机构应当加强对所有中药制剂品种的不良反应监测", "wider"),
    ("中医药法/第三十二条", "应用传统工艺配制的中药制剂品种，应当向卫生健康主管部门备案", "another authority"),
    ("行政许可法/第五十条", "被许可人应当在行政许可有效期届满六十日前提出延续申请", "the figure of a neighbour"),
    ("行政许可法/第五十条", "被许可人应当在行政许可有效期届满后三十日内提出延续申请", "the order turned"),
    ("行政许可法/第五十条", "行政机关逾期未作决定的，视为不予延续", "the denial turned"),
    ("行政许可法/第五十条", "行政机关应当在该行政许可有效期届满后作出是否准予延续的决定", "the exception dropped"),
    ("行政复议法/第二十条", "申请人可以自行政行为作出之日起六十日内提出行政复议申请", "runs from another day"),
    ("行政复议法/第二十条", "申请期限自障碍消除之日起继续计算", "a condition dropped"),
    (
        "行政复议法/第二十条",
        "行政机关作出行政行为时，申请期限自公民知道申请行政复议的权利之日起计算",
        "a condition dropped",
    ),
    ("行政复议法/第二十条", "自知道或者应当知道行政行为内容之日起最长不得超过六十日", "the figure of a neighbour"),
    (
        "数据安全法/第三十六条",
        "境内的组织、个人不得向外国司法或者执法机构提供存储于中华人民共和国境内的数据",
        "a condition dropped",
    ),
    ("数据安全法/第三十六条", "非经主管机关批准，境内的组织、个人不得向境外提供数据", "wider"),
    ("数据安全法/第三十六条", "境内组织向外国司法机构提供数据前，应当通过安全评估并经主管机关批准", "a step added"),
    ("疫苗管理法/第四十条", "疫苗处置记录应当保存至疫苗有效期满后不少于两年", "the figure of a neighbour"),
    ("疫苗管理法/第四十条", "疫苗上市许可持有人应当建立疫苗定期检查制度", "another acts"),
    (
        "疫苗管理法/第四十条",
        "疾病预防控制机构、接种单位应当对疫苗采取隔离存放、设置警示标志等措施",
        "a condition dropped",
    ),
    ("疫苗管理法/第四十条", "处置记录应当自处置之日起保存不少于五年", "runs from another day"),
    ("疫苗管理法/第二十六条", "不予批签发的疫苗，由批签发机构监督销毁", "another acts"),
    ("疫苗管理法/第二十六条", "疫苗应当由口岸所在地药品监督管理部门监督销毁", "a condition dropped"),
    ("疫苗管理法/第二十六条", "每批疫苗销售后，应当经批签发机构审核、检验", "the order turned"),
    ("疫苗管理法/第二十六条", "不符合要求的，发给批签发证明", "the denial turned"),
    ("劳动合同法/第十九条", "劳动合同期限一年以上不满三年的，试用期不得超过一个月", "the figure of a neighbour"),
    ("劳动合同法/第十九条", "三年以上固定期限的劳动合同，应当约定六个月试用期", "a condition dropped"),
    (
        "药品管理法/第八十一条",
        "对药品，国务院药品监督管理部门可以采取停止生产、销售、使用等紧急控制措施",
        "a condition dropped",
    ),
    ("药品管理法/第八十一条", "对发生不良反应的药品，应当在五日内组织鉴定", "a condition dropped"),
    ("药品管理法/第八十一条", "自不良反应发生之日起十五日内依法作出行政处理决定", "runs from another day"),
    ("药品管理法/第八十一条", "药品上市许可持有人应当在五日内组织鉴定", "another acts"),
]
LEFT = [
    (
        "个人信息保护法/第二十三条",
        "个人信息处理者提供其处理的个人信息的，只需告知接收方的名称和联系方式",
        "a condition dropped",
    ),
    (
        "中医药法/第三十二条",
        "中药制剂品种向药品监督管理部门备案后即可配制，不需要取得制剂批准文号",
        "a condition dropped",
    ),
    (
        "行政复议法/第二十条",
        "公民认为行政行为侵犯其合法权益的，应当自知道该行政行为之日起六十日内提出行政复议申请",
        "may and must exchanged",
    ),
]
"""Known to be let out still; a row that is taken out one day fails here and moves up."""
FAITHFUL = [
    ("疫苗管理法/第三十条", "批签发中发现疫苗有重大质量风险，批签发机构应及时报告国务院和省级药品监督管理部门"),
    ("疫苗管理法/第三十条", "持有人应当立即整改，并将整改情况报告责令整改的部门"),
    ("疫苗管理法/第五十四条", "疫苗持有人应设立专门机构、配备专职人员，主动收集和跟踪分析疑似预防接种异常反应"),
    ("疫苗管理法/第五十四条", "质量分析报告由疫苗上市许可持有人提交省级药品监督管理部门"),
    ("产品质量法/第四十五条", "缺陷产品交付最初消费者满十年的，赔偿请求权丧失，但未超过明示的安全使用期的除外"),
    ("消费者权益保护法/第五十五条", "商家有欺诈行为的，按消费者要求增加赔偿价款的三倍，不足五百元的按五百元"),
    (
        "消费者权益保护法/第五十五条",
        "明知商品有缺陷仍向消费者提供，造成死亡或者健康严重损害的，受害人可要求损失二倍以下的惩罚性赔偿",
    ),
    ("行政强制法/第二十五条", "查封、扣押一般不超过30日，情况复杂的经行政机关负责人批准可以延长，延长不超过30日"),
    ("行政强制法/第二十五条", "检验、技术鉴定的费用由行政机关负担"),
    ("反不正当竞争法/第八条", "经营者支付折扣或佣金的，应当如实入账"),
    ("专利法/第四十二条", "实用新型专利权期限为十年，从申请日起算"),
    ("专利法/第四十二条", "新药专利期限补偿不超过五年，上市后总有效专利权期限不超过十四年"),
    ("个人信息保护法/第二十三条", "接收方变更原先的处理目的或者处理方式的，应当重新取得个人同意"),
    ("中医药法/第三十二条", "仅应用传统工艺配制的中药制剂品种，向省级药品监督管理部门备案后即可配制"),
    ("中医药法/第三十二条", "医疗机构要加强对备案中药制剂品种的不良反应监测"),
    ("行政许可法/第五十条", "行政机关逾期未作决定的，视为准予延续"),
    ("行政复议法/第二十条", "因不可抗力耽误法定申请期限的，自障碍消除之日起继续计算"),
    ("疫苗管理法/第四十条", "疾病预防控制机构和接种单位应当如实记录处置情况，记录保存至疫苗有效期满后不少于5年"),
    ("疫苗管理法/第四十条", "接种单位应建立疫苗定期检查制度"),
    ("疫苗管理法/第二十六条", "不予批签发的疫苗不能销售，由省级药品监督管理部门监督销毁"),
    ("疫苗管理法/第二十六条", "每批疫苗在销售前或者进口时都要经批签发机构审核、检验"),
    ("劳动合同法/第十九条", "同一用人单位与同一劳动者只能约定一次试用期"),
    ("劳动合同法/第十九条", "合同期限三个月以上不满一年的，试用期最长一个月"),
    ("药品管理法/第八十一条", "发现疑似不良反应的，应及时报告药品监督管理部门和卫生健康主管部门"),
    (
        "药品管理法/第八十一条",
        "对已确认发生严重不良反应的药品，药品监督管理部门根据实际情况采取停止生产、销售、使用等紧急控制措施，并应在5日内组织鉴定",
    ),
]


@pytest.mark.parametrize(("address", "sentence", "why"), WRONG, ids=[row[1][:16] for row in WRONG])
def test_what_says_more_or_else_is_taken_out(opened: Service, address: str, sentence: str, why: str) -> None:
    # A wrong sentence under a true citation is the worst that this part can do.
    assert not let_out(opened, address, sentence), why


@pytest.mark.parametrize(("address", "sentence", "why"), LEFT, ids=[row[1][:16] for row in LEFT])
@pytest.mark.xfail(strict=True, reason="规则还看不出这种改动；补上之后这里会失败，届时移到 WRONG")
def test_what_is_still_let_out_is_known(opened: Service, address: str, sentence: str, why: str) -> None:
    # The limits of the rules are written down, so that nobody takes them for proof.
    assert not let_out(opened, address, sentence), why


@pytest.mark.parametrize(("address", "sentence"), FAITHFUL, ids=[row[1][:16] for row in FAITHFUL])
def test_the_same_in_plain_words_stays(opened: Service, address: str, sentence: str) -> None:
    # Taking everything out would pass the rows above.
    assert let_out(opened, address, sentence)
