"""Kind, region and sectors of a document, by ordered tables: the first rule that fits decides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document_number import standard
from kb.model import Kind, Sector

PROVINCES = """
北京市 天津市 上海市 重庆市 河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省
河南省 湖北省 湖南省 广东省 海南省 四川省 贵州省 云南省 陕西省 甘肃省 青海省 台湾省
内蒙古自治区 广西壮族自治区 西藏自治区 宁夏回族自治区 新疆维吾尔自治区 香港特别行政区 澳门特别行政区
"""
REGION = re.compile(
    rf"(?P<province>{'|'.join(PROVINCES.split())})?"
    r"(?P<city>(?!国家)[\u4e00-\u9fa5]{2,3}?(?<![上都超门城股])市)?"
    r"(?P<district>[\u4e00-\u9fa5]{2,3}?(?:新区|区|县)(?!域))?"
)
FREE_PORT = (("海南自由贸易港", "海南省"), ("海南经济特区", "海南省"))

EDITION = r"(?:[_（(].{0,40})?$"
BY_TITLE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"^最高人民(?:法院|检察院)"), Kind.JUDICIAL_INTERPRETATION),
    (re.compile(rf"征求.{{0,80}}意见(?:的(?:公告|通告|通知|函))?{EDITION}"), Kind.NOTICE),
    (re.compile(rf"(?:问答|答疑|解答|简答|常见问题){EDITION}"), Kind.QA),
    (re.compile(rf"(?:办事|服务)指南{EDITION}"), Kind.GUIDE),
    (re.compile(rf"(?:示范文本|模板|范本){EDITION}"), Kind.TEMPLATE),
    (re.compile(rf"案例{EDITION}"), Kind.CASE),
    (re.compile(rf"(?:合同|协议书?|招标文件|操作规程|(?<!审判工作)会议纪要){EDITION}"), Kind.INTERNAL),
    (re.compile(r"公司.{0,40}(?:制度|规程|手册)$"), Kind.INTERNAL),
    (re.compile(r"若干(?:政策)?措施|若干政策|政策措施|扶持办法|奖励办法"), Kind.POLICY),
    (re.compile(r"解读(?:[（(]|$)"), Kind.INTERPRETATION),
    (re.compile(r"指导原则|(?:技术|注册)审查|审评要点|技术审评|指导意见"), Kind.GUIDANCE),
    (re.compile(r"目录(?:_?\d*|[（(].*)$"), Kind.CATALOGUE),
    (re.compile(rf"关于.{{1,100}}(?:公告|通告|通知|函|批复){EDITION}"), Kind.NOTICE),
)
POLICY_OF_COUNCIL = re.compile(rf"(?:意见|规划|计划|方案|纲要){EDITION}")
"""The State Council issues these as documents of its own (国发), not as administrative regulations."""
BY_FORM: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?<!办)法(?:典)?(?:[（(].*)?$|法》?的决定$|修正案"), Kind.LAW),
    (re.compile(r"条例(?:[（(].*)?$|(?:法|条例)实施细则$"), Kind.ADMINISTRATIVE_REGULATION),
    (re.compile(r"(?:公告|通告|通知|函|公示)(?:[（(].*)?$|公告|通告"), Kind.NOTICE),
    (re.compile(r"指南|规范|办法|规定|规则|程序|决定|要求|意见|方案|标准"), Kind.NORMATIVE_DOCUMENT),
)
GIVEN = {
    "法律": Kind.LAW,
    "行政法规": Kind.ADMINISTRATIVE_REGULATION,
    "司法解释": Kind.JUDICIAL_INTERPRETATION,
    "地方性法规": Kind.LOCAL_REGULATION,
    "部门规章": Kind.DEPARTMENT_RULE,
    "部门规章/规范性文件": Kind.NORMATIVE_DOCUMENT,
    "指导原则/技术文件": Kind.GUIDANCE,
} | {kind.value: kind for kind in Kind}

SECTOR_WORDS: tuple[tuple[Sector, re.Pattern[str]], ...] = (
    (
        Sector.DRUG,
        re.compile(r"药品|药物|疫苗|中药|中医药|药材|制剂|血液制品|生物制品|麻醉|精神药|毒性药|处方药|药用|新药"),
    ),
    (
        Sector.DEVICE,
        re.compile(r"器械|诊断试剂|测定试剂|检测试剂|医用|植入|唯一标识|注册(?:技术)?审查"),
    ),
    (Sector.COSMETIC, re.compile(r"化妆品|牙膏")),
)
PLAIN_WORDS = {
    Sector.DRUG: re.compile("药品"),
    Sector.DEVICE: re.compile("医疗器械|诊断试剂"),
    Sector.COSMETIC: re.compile("化妆品"),
}
"""Words that name the sector itself and no product of another."""
OFTEN, SHARE = 2, 0.3
ONE_IN = 1500
"""Characters: a word that stands more seldom is not what the text is about."""
BODY_WORDS = re.compile(
    "(?:食品)?药品(?:监督管理|监管)(?:总局|局|部门|机构|委员会|人员)?|(?:食品)?药监(?:总局|局|部门)"
    "|(?:食品)?药品(?:审评|评价|审核查验|检验|检定)[\u4e00-\u9fa5]{0,6}?(?:中心|院|所|机构)"
)
"""Names of regulators: they say nothing of the sector, the drug regulator rules devices as well."""


def find_kind(
    title: str, issuer: str | None, number: str | None, region: str | None, given: object
) -> tuple[Kind, str]:
    """`(kind, what it rests on)`."""
    if number and standard(number):
        return Kind.STANDARD, "标准号"
    for pattern, kind in BY_TITLE:
        if pattern.search(title):
            return kind, "标题"
    body = issuer or ""
    if "人民代表大会" in body and region:
        return Kind.LOCAL_REGULATION, "制定机关"
    if "人民代表大会" in body or title.startswith("全国人民代表大会"):
        return Kind.LAW, "制定机关"
    if region is None and re.search(r"条例(?:[（(].*)?$", title):
        return Kind.ADMINISTRATIVE_REGULATION, "标题"  # some were promulgated by a ministry's order with approval
    if (body == "国务院" and not POLICY_OF_COUNCIL.search(title)) or (number or "").startswith("国务院令"):
        return Kind.ADMINISTRATIVE_REGULATION, "制定机关"
    if number and "令第" in number:
        return (Kind.LOCAL_RULE, "文号") if region else (Kind.DEPARTMENT_RULE, "文号")
    if isinstance(given, str) and given in GIVEN:
        return GIVEN[given], "来源记录：类别"
    for pattern, kind in BY_FORM:
        if pattern.search(title):
            local = region is not None and kind is Kind.ADMINISTRATIVE_REGULATION
            return (Kind.LOCAL_REGULATION if local else kind), "标题"
    return Kind.NORMATIVE_DOCUMENT, "无法判断，按规范性文件处理"


def find_region(title: str, issuer: str | None) -> str | None:
    """The place a document is for, from its title or issuer; None means national or not stated."""
    for words in (title, issuer or ""):
        match = REGION.match(words.removeprefix("中共"))
        if match and (match["province"] or match["city"]):
            return match[0]
        for name, region in FREE_PORT:
            if words.startswith(name):
                return region
    return None


def find_sectors(title: str, text: str) -> tuple[tuple[Sector, ...], str]:
    """From the title; else the words that dominate the text. `(sectors, what they rest on)`."""
    title, text = BODY_WORDS.sub("", title), BODY_WORDS.sub("", text)
    counts = {sector: len(words.findall(text)) for sector, words in PLAIN_WORDS.items()}
    most = max(counts.values())
    named = tuple(sector for sector, pattern in SECTOR_WORDS if pattern.search(title))
    # 麻醉机, 药物涂层支架: a word of one sector in the name of a product of another
    sure = tuple(s for s in named if PLAIN_WORDS[s].search(title) or counts[s] >= SHARE * most)
    if sure:
        return sure, "标题"
    enough = max(OFTEN, len(text) // ONE_IN)
    dominant: Sequence[Sector] = [s for s, n in counts.items() if n >= enough and n >= SHARE * most]
    return tuple(dominant) or named, "标题" if named and not dominant else "正文用词"
