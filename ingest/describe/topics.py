"""Topics and stages of life of a text, from fixed lists in our own terms.

One is proved by the title, by a chapter or section heading, or by at least OFTEN headings of an outline, of which they
are one in ONE_IN; a heading that names another text, as in a list of references, is not counted.
Words of the body prove nothing: nearly every rule mentions 召回 somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from kb.model import Provision, Rung, Sector, Stage

OFTEN = 2
ONE_IN = 12
ANOTHER_TEXT = re.compile(r"《|[局中心院会][.．]")
Name = TypeVar("Name")
DIVISIONS = (Rung.PART, Rung.CHAPTER, Rung.SECTION, Rung.ATTACHMENT)

TOPICS: Mapping[str, str] = {
    "GMP": r"生产质量管理规范|GMP|配制质量管理规范",
    "GLP": r"非临床研究质量管理规范|GLP",
    "GCP": r"临床试验质量管理规范|GCP",
    "GSP": r"经营质量管理规范|GSP",
    "UDI": r"唯一标识|UDI",
    "委托生产": r"委托(?:生产|配制|加工)",
    "临床试验": r"临床试验|(?<!非)临床研究",
    "临床评价": r"临床评价",
    "真实世界数据": r"真实世界",
    "细胞与基因治疗": r"(?:干|免疫)?细胞(?:治疗|产品|和基因)|基因(?:治疗|产业|编辑)|CAR-?T",
    "人工智能": r"人工智能|深度学习|智能化?医疗",
    "脑机接口": r"脑机接口",
    "软件与网络安全": r"软件|网络安全|移动医疗",
    "注册分类": r"注册分类",
    "分类界定": r"分类(?:目录|规则|界定)|产品目录",
    "变更": r"变更",
    "再注册与延续": r"再注册|延续注册|延续",
    "标准": r"标准(?:管理|化|制定|信息|实施)|行业标准|国家标准",
    "命名": r"命名",
    "收费": r"收费|费用标准",
    "人才": r"人才",
    "资金": r"资金|奖补|补贴|资助|扶持|奖励(?:办法|措施|政策)",
    "创新审批": r"创新医疗器械|创新药|特别审[查批]|优先审[评批]|应急审批|绿色通道|突破性治疗",
    "不良反应": r"不良反应|药物警戒",
    "不良事件": r"不良事件|再评价",
    "召回": r"召回",
    "广告": r"广告",
    "网络销售": r"网络销售|互联网药品|网络交易",
    "进出口": r"进口|出口|境外",
    "标签说明书": r"说明书|标签|(?<!唯一)标识(?!的)",
    "现场检查": r"飞行检查|现场检查|核查|检查要点|检查员",
    "检验": r"检验|批签发|自检",
    "特殊管理药品": r"麻醉药品|精神药品|毒性药品|放射性药品|易制毒",
    "疫苗": r"疫苗|预防接种",
    "血液制品": r"血液制品|原料血浆",
    "中药": r"中药|中医药|药材|饮片",
    "医疗机构制剂": r"医疗机构制剂",
    "体外诊断试剂": r"体外诊断|诊断试剂|(?:检测|测定)试剂",
    "专利": r"专利|知识产权",
    "数据与隐私": r"个人信息|数据安全|隐私",
    "生物安全": r"生物安全|病原微生物|人类遗传资源|转基因",
    "法律责任": r"行政处罚|刑事案件|惩罚性赔偿",
}

STAGES: Mapping[Stage, str] = {
    Stage.NONCLINICAL: r"非临床|临床前|动物试验|药理|毒理|GLP",
    Stage.CLINICAL_TRIAL: r"临床试验|(?<!非)临床研究|生物等效性|GCP",
    Stage.CLASSIFICATION: r"分类界定|分类目录|分类规则|产品目录|通用名称命名",
    Stage.TESTING: r"注册检验|注册自检|检验报告|技术要求编写",
    Stage.REGISTRATION: (
        r"注册(?!商标|申请人|人)|(?<!许可与)备案|审评|上市许可|申报资料|审批程序|特别审[查批]|优先审[评批]|临床评价"
    ),
    Stage.PRODUCTION: r"生产|配制|批签发",
    Stage.DISTRIBUTION: r"经营(?!者)|流通|销售|使用质量|药品使用|广告|药品进口|进口药材|处方药",
    Stage.CHANGE: r"(?<!》的)变更",
    Stage.RENEWAL: r"再注册|延续",
    Stage.VIGILANCE: r"不良反应|不良事件|警戒|召回|再评价|飞行检查",
    Stage.WITHDRAWAL: r"注销|撤市",
}

_TOPICS = {name: re.compile(words) for name, words in TOPICS.items()}
_STAGES = {stage: re.compile(words) for stage, words in STAGES.items()}


def find_topics(title: str, provisions: Sequence[Provision]) -> tuple[tuple[str, ...], str]:
    """`(topics in the order of TOPICS, what they rest on)`."""
    found = list(_proved(_TOPICS, title, provisions))
    return tuple(name for name, _ in found), "；".join(f"{name}：{words}" for name, words in found)


def find_stages(
    title: str, provisions: Sequence[Provision], sectors: Sequence[Sector]
) -> tuple[tuple[Stage, ...], str]:
    """`(stages in the order of life, what they rest on)`; none for a text of no sector: 商标 are registered as well."""
    found = list(_proved(_STAGES, title, provisions)) if sectors else []
    return tuple(stage for stage, _ in found), "；".join(f"{stage.value}：{words}" for stage, words in found)


def _proved(
    patterns: Mapping[Name, re.Pattern[str]], title: str, provisions: Sequence[Provision]
) -> Iterator[tuple[Name, str]]:
    divisions = [p.heading for p in provisions if p.heading and p.rung in DIVISIONS]
    headings = [p.heading for p in provisions if p.heading and p.rung is Rung.HEADING]
    entries = [heading for heading in headings if not ANOTHER_TEXT.search(heading)]
    enough = max(OFTEN, len(entries) / ONE_IN)
    for name, pattern in patterns.items():
        if match := pattern.search(title):
            yield name, f"标题“{match[0]}”"
        elif chapter := next((heading for heading in divisions if pattern.search(heading)), None):
            yield name, f"章节“{chapter}”"
        elif (count := sum(pattern.search(heading) is not None for heading in entries)) >= enough:
            yield name, f"小标题 {count} 处"
