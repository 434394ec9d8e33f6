"""One thing of a question swapped for another of its kind: 生产假药罚多少, 那劣药呢 becomes 生产劣药罚多少.

Words are of a kind when they stand for each other in a question: sectors and products, classes, firms, periods.
What is of no kind with anything in the question is not swapped, so that nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_KINDS = """
假药 劣药
药品 普通药品 普通药 疫苗 血液制品 麻醉药品 精神药品 放射性药品 生物制品 化学药 化药 中药 中成药 中药饮片 \
中药材 原料药 仿制药 创新药 处方药 非处方药 医疗器械 器械 体外诊断试剂 化妆品 \
特殊化妆品 普通化妆品 牙膏 食品 保健食品 保健品 特殊食品 医疗机构制剂
一类 二类 三类 第一类 第二类 第三类
有限公司 有限责任公司 股份公司 股份有限公司 合伙企业 个人独资企业 个体工商户 分公司 子公司
发明专利 实用新型专利 外观设计专利 发明 实用新型 外观设计
生产企业 经营企业 持有人 上市许可持有人 注册人 备案人 受托生产企业 进口商 代理人 医疗机构 \
疾控机构 疾病预防控制机构 接种单位
批发 零售 批发企业 零售企业 药店 网上销售 网络销售
中医诊所 中医医院 诊所 医院 门诊部
注册 备案 首次注册 延续注册 变更注册 再注册 注册变更 变更备案 转让 委托生产
生产许可证 经营许可证 注册证 备案凭证 营业执照
境内 境外 国内 国外 国产 进口 本市 外省 跨省
太高 太低 过高 过低 偏高 偏低
审批 备案类变更 重大变更 中等变更 微小变更
固定期限劳动合同 无固定期限劳动合同
员工 职工 劳动者
公司 用人单位 企业 个人
申请行政复议 申请复议 行政复议 复议 提起行政诉讼 行政诉讼 提起诉讼 起诉 申请仲裁 仲裁
仓库 厂房 车间 门店
生产 经营 销售 使用 进口 研制
临床试验 生物等效性试验
广东 海南 北京 上海 深圳 广州 苏州
"""
KINDS: tuple[tuple[str, ...], ...] = tuple(
    tuple(sorted(line.split(), key=len, reverse=True)) for line in _KINDS.replace("\\\n", "").strip().splitlines()
)
"""The longest words first; a word may be of several kinds, the first that fits the question holds."""

_ATTRIBUTES = (("普通", "特殊"), ("进口", "国产", "境外", "境内"))
_THINGS = ("化妆品", "医疗器械", "药品", "牙膏")
_NUMERAL = "0-9零〇一二两三四五六七八九十百千半"
_PERIOD = re.compile(
    f"(?:不满|不足|超过|满|至少)?[{_NUMERAL}]{{1,6}}(?:年|个月|个星期|周|天|个工作日|日(?!用))(?:以上|以下|以内)?"
)
MONEY = re.compile(
    r"(?P<base>(?:涉案)?货值(?:金额)?|违法所得|销售金额)?(?:只有|是|为|大概|约|有|达到?)?"
    rf"(?P<sum>(?:\d[\d.]{{0,9}}|[{_NUMERAL}]{{1,6}})(?:[十百千]?万(?:元|块)?|[千百]?(?:元|块)))(?:钱|左右|多)?"
)
_TITLED = re.compile("《[^《》]*》|[\u4e00-\u9fff]{2,20}?(?:管理法|条例|管理规范|管理办法)")
_LIGHT = re.compile(
    "(?:^(?:如果|要是|假如|换成|换做|改成|万一|对于|对|若)?(?:属于|是|换成|做|搞|签|办)?(?:一个|个)?|(?:的话|的情况|的时候|的)$)"
)
"""What stands round the new thing and is none of it."""
ENDING = 2
"""Characters at the end that make two words of one kind: 接种记录 and 销售记录."""
LONGEST_NEW = 16


def swapped(before: str, said: str) -> str | None:
    """`before` with the thing that `said` names in the place of what it stands for; None where nothing fits."""
    new = said.strip("，,。 ？?")
    if not new or len(new) > LONGEST_NEW:
        return None
    return _amount(before, new) or _of_a_kind(before, new) or _period(before, new) or _of_an_ending(before, bare(new))


def attributed(before: str, said: str) -> str | None:
    """普通的 said of 化妆品备案: the question before of the things of that sort; None for any other word."""
    rivals = next((words for words in _ATTRIBUTES if said in words), ())
    thing = next((name for name in _THINGS if name in before), None)
    if not rivals or thing is None or f"{said}{thing}" in before:
        return None
    held = next((f"{word}{thing}" for word in rivals if f"{word}{thing}" in before), thing)
    return before.replace(held, f"{said}{thing}", 1)


def names_a_kind(words: str) -> bool:
    """Whether a word of any kind stands in the words."""
    return any(word in words for kind in KINDS for word in kind)


def bare(new: str) -> str:
    """如果是进口的 as 进口."""
    while (shorter := _LIGHT.sub("", new)) != new and shorter:
        new = shorter
    return new


def _of_a_kind(before: str, new: str) -> str | None:
    for kind in KINDS:
        named = next((word for word in kind if word in new), None)
        if named is None or new.count(named) > 1:
            continue
        for old in _whole_words(kind, before):
            rest = new.replace(named, "", 1)
            if old == named:
                break
            said = named if not bare_or_none(rest) else bare(new)
            return before.replace(old, said) if _TITLED.search(before) is None else _outside_titles(before, old, said)
    return None


def _outside_titles(before: str, old: str, new: str) -> str | None:
    """The swap where no title of a law is cut up by it: 药品管理法 is not 医疗器械管理法; None where there is no place
    but in a title."""
    ends = [0, *(edge for title in _TITLED.finditer(before) for edge in title.span()), len(before)]
    parts = [before[low:high] for low, high in pairwise(ends)]
    made = "".join(part if at % 2 else part.replace(old, new) for at, part in enumerate(parts))
    return made if made != before else None


def bare_or_none(words: str) -> str:
    """What is left of the words beside light ones."""
    left = _LIGHT.sub("", words)
    return "" if not left or left in "的了呢属于是做如果要是签" else left


def _whole_words(kind: tuple[str, ...], text: str) -> Iterator[str]:
    """The words of a kind in a text, the one that stands first before the others, none inside a longer one."""
    found = sorted((at, -len(word), word) for word in kind if (at := text.find(word)) >= 0)
    taken = -1
    for at, length, word in found:
        if at >= taken:
            yield word
            taken = at - length


def _amount(before: str, new: str) -> str | None:
    """货值20万 for the one sum of the question before, with what it is the sum of."""
    given, held = MONEY.fullmatch(new), list(MONEY.finditer(before))
    if given is None or len(held) != 1 or (given["base"] and held[0]["base"] and given["base"] != held[0]["base"]):
        return None
    base = given["base"] or held[0]["base"] or ""
    return before[: held[0].start()] + base + given["sum"] + before[held[0].end() :]


def _period(before: str, new: str) -> str | None:
    given, held = _PERIOD.search(new), list(_PERIOD.finditer(before))
    if given is None or len(held) != 1:
        return None
    return before[: held[0].start()] + given[0] + before[held[0].end() :]


def _of_an_ending(before: str, new: str) -> str | None:
    """Two words that end alike: as many characters before the ending are swapped as the new one has."""
    if not ENDING < len(new) <= ENDING * 4 or not re.fullmatch("[\u4e00-\u9fff]+", new):
        return None
    at = before.find(new[-ENDING:])
    start = at - (len(new) - ENDING)
    if start < 0 or before.find(new) >= 0 or not re.fullmatch("[\u4e00-\u9fff]+", before[start:at]):
        return None
    return before[:start] + new + before[at + ENDING :]
