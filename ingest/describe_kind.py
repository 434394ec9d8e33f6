"""Kind, region and sectors of a document, by ordered tables: the first rule that fits decides."""

from __future__ import annotations

import re
from collections.abc import Sequence

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

BY_TITLE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"^最高人民(?:法院|检察院)"), Kind.JUDICIAL_INTERPRETATION),
    (re.compile(r"若干(?:政策)?措施|政策措施|扶持办法|奖励办法"), Kind.POLICY),
    (re.compile(r"解读(?:[（(]|$)"), Kind.INTERPRETATION),
    (re.compile(r"指导原则|(?:技术|注册)审查|审评要点|技术审评|指导意见"), Kind.GUIDANCE),
    (re.compile(r"目录(?:_?\d*|[（(].*)$"), Kind.CATALOGUE),
)
BY_FORM: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?<!办)法(?:典)?(?:[（(].*)?$|法》?的决定$|修正案"), Kind.LAW),
    (re.compile(r"条例(?:[（(].*)?$|实施细则$"), Kind.ADMINISTRATIVE_REGULATION),
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
    (Sector.DEVICE, re.compile(r"医疗器械|器械|诊断试剂|测定试剂|检测试剂|医用|植入|唯一标识")),
    (Sector.COSMETIC, re.compile(r"化妆品|牙膏")),
)
OFTEN, SHARE = 5, 0.3


def find_kind(
    title: str, issuer: str | None, number: str | None, region: str | None, given: object
) -> tuple[Kind, str]:
    """`(kind, what it rests on)`."""
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
    if body == "国务院" or (number or "").startswith("国务院令"):
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
        match = REGION.match(words)
        if match and (match["province"] or match["city"]):
            return match[0]
        for name, region in FREE_PORT:
            if words.startswith(name):
                return region
    return None


def find_sectors(title: str, text: str) -> tuple[tuple[Sector, ...], str]:
    """From the title; else the words that dominate the text. `(sectors, what they rest on)`."""
    named = tuple(sector for sector, pattern in SECTOR_WORDS if pattern.search(title))
    if named:
        return named, "标题"
    counts = {sector: text.count(sector.value) for sector in Sector}
    most = max(counts.values())
    dominant: Sequence[Sector] = [s for s, n in counts.items() if n >= OFTEN and n >= SHARE * most]
    return tuple(dominant), "正文用词"
