"""Sentences as models write them, held against stored law: the exchanges that keep nearly every word of a provision
are taken out, and plain paraphrases stay."""

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
    ("行政处罚法/第三十三条", "违法行为轻微或者及时改正的，不予行政处罚", "and made or"),
    ("行政处罚法/第三十三条", "行政机关有证据足以证明当事人没有主观过错的，才不予行政处罚", "made the only way"),
    ("行政处罚法/第三十六条", "涉及公民生命健康安全或者有危害后果的，期限延长至五年", "and made or"),
    ("行政处罚法/第三十六条", "违法行为在二年内未被发现的，仍应给予行政处罚", "the refusal turned"),
    ("行政处罚法/第三十六条", "二年的期限从违法行为被发现之日起计算", "runs from another day"),
    ("行政处罚法/第三十六条", "违法行为有连续状态的，期限从行为开始之日起计算", "runs from another day"),
    ("行政处罚法/第六十三条", "行政机关作出任何罚款决定前，都必须组织听证", "wider"),
    ("行政处罚法/第六十三条", "当事人应当承担行政机关组织听证的费用", "the denial dropped"),
    ("行政处罚法/第三十条", "已满十四周岁不满十八周岁的人有违法行为的，应当从轻和减轻行政处罚", "or made and"),
    ("行政处罚法/第二十八条", "当事人应当责令行政机关改正违法行为", "who and whom exchanged"),
    ("行政处罚法/第四十五条", "当事人必须充分听取行政机关的意见", "who and whom exchanged"),
    ("行政处罚法/第四十五条", "行政机关可以因当事人申辩而给予更重的处罚", "the ban dropped"),
    ("行政处罚法/第六十六条", "当事人申请后，罚款即可分期缴纳，无需行政机关批准", "a condition dropped"),
    ("广告法/第十六条", "化妆品广告不得含有表示功效、安全性的断言或者保证", "another sector"),
    ("广告法/第十六条", "非处方药广告应当显著标明“本广告仅供医学药学专业人士阅读”", "the words of another"),
    ("广告法/第四十六条", "医疗器械广告应当在发布后由有关部门进行审查", "after made of before"),
    (
        "药品管理法/第一百三十五条",
        "药品生产企业拒不配合召回的，处应召回药品货值金额五倍以上十倍以下的罚款",
        "fine of another",
    ),
    ("药品管理法/第一百三十五条", "持有人拒不召回的，处十万元以上五十万元以下的罚款", "fine of another"),
    ("药品管理法/第一百三十五条", "货值金额不足5万元的，按10万元计算", "figure"),
]
FAITHFUL = [
    ("行政处罚法/第三十三条", "当事人能够证明自己没有主观过错的，不予行政处罚，法律、行政法规另有规定的除外"),
    ("行政处罚法/第三十三条", "即使不予处罚，行政机关也应当对当事人进行教育"),
    ("行政处罚法/第三十六条", "违法行为两年内没有被发现的，不再给予行政处罚"),
    ("行政处罚法/第三十六条", "涉及公民生命健康安全、金融安全且有危害后果的，期限延长到5年"),
    ("行政处罚法/第六十三条", "行政机关拟作出较大数额罚款决定的，应当告知当事人有权要求听证"),
    ("行政处罚法/第三十条", "也就是说，不满14周岁的未成年人有违法行为的，不予行政处罚"),
    ("行政处罚法/第二十八条", "行政机关处罚时，应当责令当事人改正或者限期改正违法行为"),
    ("行政处罚法/第四十五条", "当事人提出的事实、理由或者证据成立的，行政机关应当采纳"),
    ("行政处罚法/第六十六条", "确有经济困难的，经当事人申请和行政机关批准，可以暂缓或者分期缴纳罚款"),
    ("广告法/第十六条", "药品广告不得利用广告代言人作推荐、证明"),
    ("药品管理法/第一百三十五条", "持有人拒不召回的，处应召回药品货值金额5倍以上10倍以下的罚款"),
    ("药品管理法/第一百三十五条", "药品生产企业、经营企业、医疗机构拒不配合召回的，处10万元以上50万元以下罚款"),
]


@pytest.mark.parametrize(("address", "sentence", "why"), WRONG, ids=[row[1][:12] for row in WRONG])
def test_an_exchange_is_taken_out(opened: Service, address: str, sentence: str, why: str) -> None:
    # The worst thing this part can do is to let a wrong sentence out under a true citation.
    assert not let_out(opened, address, sentence), why


@pytest.mark.parametrize(("address", "sentence"), FAITHFUL, ids=[row[1][:12] for row in FAITHFUL])
def test_plain_words_for_the_same_stay(opened: Service, address: str, sentence: str) -> None:
    # A grounder that takes everything out would pass the test above.
    assert let_out(opened, address, sentence)
