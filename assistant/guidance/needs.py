"""Reading a need in plain Chinese: which field, which device class, which stage, and what is wanted of us.

Only word tables and rules, so that what was understood can be shown and corrected; nothing is guessed beyond them.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, get_args

from assistant.model import DeviceClass, EnterpriseProfile, Stage
from kb.model import Sector

Phase = Literal[
    "研发", "临床前", "IND", "临床试验", "BE", "NDA", "分类界定", "注册检验", "注册申报", "生产许可",
    "现场核查", "委托生产", "进口", "上市后", "变更", "再注册", "延续", "备案",
]  # fmt: skip

SECTOR_WORDS: dict[Sector, str] = {
    Sector.DRUG: (
        "药品|药物|新药|仿制药|原料药|制剂|中药|化药|化学药|生物制品|疫苗|抗体|细胞治疗|基因治疗|药(?!监|械|店)|"
        "(?<![A-Za-z])(?:IND|A?NDA|BLA|BE)(?![A-Za-z])|生物等效|再注册|一致性评价"
    ),
    Sector.DEVICE: (
        "器械|体外诊断|试剂盒|诊断试剂|导管|支架|植入|缝合|敷料|口罩|注射器|血糖仪|呼吸机|监护仪|内窥镜|影像|看片|"
        "手术机器人|脑机接口|独立软件|医用软件|分类界定|注册检验|软件升级|软件更新|吻合器|[一二三ⅠⅡⅢ123]类(?:器械|证)"
    ),
    Sector.COSMETIC: "化妆品|护肤|面膜|防晒|染发|烫发|祛斑|美白|牙膏|精华液|彩妆|防脱",
}
PHASE_WORDS: dict[Phase, str] = {
    "变更": (
        "变更|补充申请|软件升级|软件更新|"
        "(?:换|改|更换|修改)(?:了|个)?(?:供应商|工艺|处方|型号|场地|原料|包材|地址|说明书)"
    ),
    "再注册": "再注册",
    "延续": "延续|续期|续证|续展|到期|届满|快过期",
    "BE": r"(?<![A-Za-z])BE(?![A-Za-z])|生物等效|等效性|一致性评价",
    "IND": r"(?<![A-Za-z])IND(?![A-Za-z])|临床试验申请|申报临床|报临床|临床批件|药物临床试验|新药临床|进临床",
    "临床前": "临床前|非临床研究资料|药理毒理",
    "临床试验": "临床试验(?!申请)|[ⅠⅡⅢ一二三I]+期临床|临床[ⅠⅡⅢ一二三I]+期",
    "NDA": (r"(?<![A-Za-z])(?:A?NDA|BLA)(?![A-Za-z])|上市许可(?!持有人)|上市申请|报产|申报生产|新药上市|药品注册"),
    "分类界定": "分类界定|[属是]于?第?几类|第?几类|算不算医疗器械|管理类别|类别确认|产品分类|按.{0,4}类管",
    "注册检验": "注册检验|自检|送检|型式检验|检验报告|检测报告",
    "生产许可": "生产许可|生产证",
    "现场核查": "现场核查|体系核查|注册核查|符合性检查|预检查|模拟检查",
    "委托生产": "委托生产|受托生产|代工|(?<![A-Za-z])B证",
    "进口": "进口",
    "备案": (
        "备案|(?:化妆品|护肤品?|面膜|精华液?|彩妆|牙膏)[^，。；？]{0,6}(?:想|要|准备|打算|怎么)[^，。；？]{0,3}"
        "(?:卖|上市)"
    ),
    "注册申报": (
        "(?<!再)注册(?!检验|证|资本|地)|注册证(?!.{0,6}(?:到期|续|延|变更|快过期))|"
        "拿证|取证|办证|[一二三]类证|申报资料|申报材料|(?:想|要|准备|打算|怎么|申请)上市(?!后|许可|公司|融资)"
    ),
    "上市后": "已上市|上市后|已获批|已取证|商业化",
    "研发": "研发|概念验证|立项|早期|样机|在研",
}
CLASS_WORDS: dict[DeviceClass, str] = {
    "一类": "第?(?:一|Ⅰ|(?<![I0-9])(?:I|1))类(?!创新药|新药)",
    "二类": "第?(?:二|Ⅱ|(?<![I0-9])(?:II|2))类(?!新药)",
    "三类": "第?(?:三|Ⅲ|(?<![I0-9])(?:III|3))类(?!新药)",
}
ROUTE_WORDS = re.compile(
    "步骤|流程|怎么办|怎么走|怎么做|如何|怎么(?:申请|注册|备案|申报|变更|延续|续)|路径|要走哪些|先后|多久|多长时间|哪些材料|什么材料|手续"
)
REVIEW_WORDS = re.compile(
    "预审|把关|先看|看看|看一下|看一遍|过一遍|帮.{0,6}看|找人.{0,4}看|审一审|审一下|预检|模拟检查|写完|写好"
)
HELP_WORDS = re.compile("帮|指导|服务|支持|辅导|沟通|协调|咨询|对接|怎么入门|从哪|不懂")
CLASS_QUESTION = re.compile("几类|算不算(?:医疗)?器械|管理类别|分类界定|哪一类|哪类")
STAGE_WORDS: dict[Stage, str] = {
    "初创": "初创|刚成立|刚起步|新公司|创业|新手",
    "成长": "成长型|成长期",
    "成熟": "成熟型|成熟期|成熟企业",
}


class Need(NamedTuple):
    """What was understood of a need; empty tuples and None where it does not say."""

    text: str
    sectors: tuple[Sector, ...]
    device_class: DeviceClass | None
    phases: tuple[Phase, ...]
    stage: Stage | None
    asks_class: bool
    asks_route: bool
    asks_review: bool
    asks_help: bool


def read_need(text: str, profile: EnterpriseProfile | None = None) -> Need:
    """Read a need; the profile fills in the field and growth stage only where the words leave them open."""
    plain = re.sub(r"\s+", "", text)
    sectors = sectors_of(text)
    classes = [name for name, words in CLASS_WORDS.items() if re.search(words, plain, re.IGNORECASE)]
    if not sectors and profile and len(profile.sectors) == 1:
        sectors = profile.sectors
    stage = next((name for name, words in STAGE_WORDS.items() if re.search(words, plain)), None)
    return Need(
        text=plain,
        sectors=sectors,
        device_class=classes[0] if len(classes) == 1 and Sector.DRUG not in sectors else None,
        phases=phases_of(text),
        stage=stage or (profile.stage if profile else None),
        asks_class=bool(CLASS_QUESTION.search(plain)),
        asks_route=asks_how(plain),
        asks_review=bool(REVIEW_WORDS.search(plain)),
        asks_help=bool(HELP_WORDS.search(plain)),
    )


def asks_how(text: str) -> bool:
    """Whether a question asks for a way of doing something, not only for what a rule says."""
    return bool(ROUTE_WORDS.search(re.sub(r"\s+", "", text)))


def sectors_of(text: str) -> tuple[Sector, ...]:
    """The fields that a text names or implies, in the order of the enum."""
    return tuple(sector for sector, words in SECTOR_WORDS.items() if re.search(words, text, re.IGNORECASE))


def phases_of(text: str) -> tuple[Phase, ...]:
    """The stages of a product's life that a text names: `准备IND` → (`IND`,); () when none is recognised."""
    found = {phase for phase, words in PHASE_WORDS.items() if re.search(words, text, re.IGNORECASE)}
    return tuple(phase for phase in get_args(Phase) if phase in found)
