"""What a question leaves open though the answer turns on it: the sector, the class of a device, the kind of a change.

A question is open only when it says nothing but a procedure and how to take it: every other word in it may be what the
answer turns on, so that one word we do not know is enough to answer it as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from kb.model import Sector

ALL = "分别说明"
"""The option that wants every case answered."""
WANTS_ALL = re.compile(
    r"[（(，,\s]*(?:分别说明|(?:[两三四五]种情况|各种情况|以上)?(?:全部)?都(?:说|要|想知道|讲)(?:一下)?)[）)。\s]*$"
)
DEVICE_CLASSES = ("一类", "二类", "三类")


class OpenPoint(NamedTuple):
    """What is unknown: the short question that settles it, and the options with the words each stands for."""

    question: str
    cases: tuple[tuple[str, str], ...]
    anchor: re.Pattern[str]

    @property
    def options(self) -> tuple[str, ...]:
        return (*(option for option, _ in self.cases), ALL)

    def settled(self, question: str, option: str) -> str:
        """The question with an option put where it belongs; it stands alone."""
        words = dict(self.cases)[option]
        said, times = self.anchor.subn(words, question, count=1)
        return said if times else f"{words}{question}"

    def each(self, question: str) -> tuple[str, ...]:
        """One question for each case."""
        return tuple(self.settled(question, option) for option, _ in self.cases)


FIELDS: dict[Sector, re.Pattern[str]] = {
    Sector.DRUG: re.compile(
        "(?<![农兽火弹炸])药|疫苗|制剂|生物制品|血液制品|生物等效|再注册|批签发|一致性评价|上市许可|补充申请"
        "|(?<![A-Za-z])(?:IND|A?NDA|BLA|BE|MAH|GMP|GSP|GLP)(?![A-Za-z])"
    ),
    Sector.DEVICE: re.compile(
        "械|体外诊断|诊断试剂|试剂盒|(?<![A-Za-z])IVD(?![A-Za-z])|导管|支架|植入|敷料|口罩|注射器|[第一二三ⅠⅡⅢ]类(?!新药|创新)"
    ),
    Sector.COSMETIC: re.compile("化妆|美妆|护肤|面膜|牙膏|防晒|染发|烫发|祛斑|美白|彩妆|防脱|精华液"),
}
_CLASS = re.compile("第?[一二三ⅠⅡⅢ123]{1,3}类|(?<![A-Za-z])I{1,3}类")
_MEANS = re.compile("什么是|什么叫|是什么意思|指什么|定义|含义|概念")
_FUNCTION = (
    "我们(?:的|公司|企业|厂)?|本(?:公司|企业)|我(?:的|司)?|请问|想问|想要?|准备|打算|需要|应当|应该|必须|怎么办理?|怎么样?"
    "|如何|怎样|办理|申请|申报|提交|报送|准备|办|做|走|交|去|找|要|得|需|手续|流程|步骤|程序|材料|资料|文件|哪些|什么|啥|多久|多长时间"
    "|多少[天日]|几[天日]|多少个?工作日|时间|时限|期限|条件|要求|哪个|哪里|哪儿|哪|部门|机关|最|先|快|马上|就|该|会|能|可以|是|在|有"
    "|和|还是|或者?|一下|这个|那个|新|前|之前|提前|届满|到期|期满|的|了|吗|呢|啊|证书?|许可|产品|由|谁|第一次|首次|写|内容|规定|手里|[，,、。？?！!\\s]"
)
_PROCEDURES = (
    "注册证书?|注册|备案|变更|延续|续期|续证|续办|续|许可证|生产许可|经营许可|委托(?:别人|别的厂|别家|他人)?(?:生产|加工|代工)?|代工|贴牌"
    "|上市|进口|召回|说明书|标签上?|(?:在)?网[上络](?:卖|销售)?|销售|经营|卖|临床试验|审批|有效期届满|别的厂|厂|生产"
)


def _only(*words: str) -> re.Pattern[str]:
    return re.compile("|".join((*words, _FUNCTION)))


class _Matter(NamedTuple):
    """When a point is open: the question is of `sector` alone (None: of none), says one of `about`, none of `known`,
    and nothing beyond `only`."""

    sector: Sector | None
    about: re.Pattern[str]
    known: re.Pattern[str]
    only: re.Pattern[str]
    point: OpenPoint


_NEVER = re.compile("(?!)")
_PRODUCT = "(?:我们|我们公司)?(?:的|做的|这个|那个|新)*产品"
_ASK_SECTOR = "请问是哪一类产品？三类产品的办法各不相同。"
_SECTOR = OpenPoint(_ASK_SECTOR, tuple((str(sector), str(sector)) for sector in Sector), re.compile(_PRODUCT))
_CHANGED = OpenPoint(
    _ASK_SECTOR,
    (
        (str(Sector.DRUG), "已上市药品的注册事项"), (str(Sector.DEVICE), "已注册的医疗器械"),
        (str(Sector.COSMETIC), "已注册或者备案的化妆品"),
    ),
    re.compile(_PRODUCT),
)  # fmt: skip
_DEVICE_NAME = "体外诊断试剂|诊断试剂|IVD产品|IVD|医疗器械(?:产品)?|器械(?:产品)?"
_DEVICE_CLASS = OpenPoint(
    "请问产品按第几类医疗器械管理？类别不同，办法不同。",
    tuple((name, f"第{name}医疗器械") for name in DEVICE_CLASSES),
    re.compile(f"{_DEVICE_NAME}|{_PRODUCT}"),
)
_DEVICE_TRADE = OpenPoint(
    _DEVICE_CLASS.question,
    tuple((name, f"经营第{name}医疗器械") for name in DEVICE_CLASSES),
    re.compile(f"(?:卖|销售|经营)?(?:{_DEVICE_NAME}|{_PRODUCT})"),
)
_COSMETIC_NAME = "化妆品|护肤品|美妆产品|美妆|彩妆"
_COSMETIC_CLASS = OpenPoint(
    "请问是特殊化妆品还是普通化妆品？染发、烫发、祛斑美白、防晒、防脱发以及宣称新功效的是特殊化妆品。",
    (("特殊化妆品", "特殊化妆品"), ("普通化妆品", "普通化妆品")),
    re.compile(f"{_COSMETIC_NAME}|{_PRODUCT}"),
)
_CHANGE_KIND = OpenPoint(
    "请问是哪一种变更？变更的类别决定走审批、备案还是年度报告。",
    (("重大变更（审批类）", "重大变更"), ("中等变更（备案类）", "中等变更"), ("微小变更（报告类）", "微小变更")),
    re.compile("变更"),
)
_APPLICATION = OpenPoint(
    "请问是哪一种申请？申请不同，资料和时限都不同。",
    (
        ("临床试验申请", "药物临床试验申请"), ("上市许可申请", "药品上市许可申请"),
        ("补充申请", "药品上市后变更补充申请"), ("再注册申请", "药品再注册申请"),
    ),
    re.compile("药品注册|新药|药品|药物"),
)  # fmt: skip
_FIRM = OpenPoint(
    "请问是药品生产企业还是药品经营企业？两者的要求分别规定。",
    (("生产企业", "药品生产企业"), ("经营企业", "药品经营企业")),
    re.compile("药品企业|医药企业|药企|药品公司"),
)
_MATTERS = (
    _Matter(None, re.compile("变更"), re.compile("商标|专利|公司|行政许可|许可证"), _only(_PROCEDURES), _CHANGED),
    _Matter(None, re.compile(_PROCEDURES), re.compile("商标|专利|公司|行政许可"), _only(_PROCEDURES), _SECTOR),
    _Matter(
        Sector.DEVICE, re.compile("经营|销售|卖"), re.compile(f"{_CLASS.pattern}|备案|延续|委托|变更|上市|生产"),
        _only(_DEVICE_NAME, "经营|销售|卖"), _DEVICE_TRADE,
    ),
    _Matter(
        Sector.DEVICE, re.compile("注册(?!证)|上市|生产|开厂"),
        re.compile(f"{_CLASS.pattern}|备案|延续|委托|变更"),
        _only(_DEVICE_NAME, "注册|上市|开厂|生产|经营|销售|卖|多少钱|费用|收费|钱|厂"), _DEVICE_CLASS,
    ),
    _Matter(
        Sector.COSMETIC, re.compile("上市|变更|卖"), re.compile("特殊|普通|还是|进口"),
        _only(_COSMETIC_NAME, "上市|变更|配方|销售|卖"), _COSMETIC_CLASS,
    ),
    _Matter(
        Sector.DRUG, re.compile("变更.*(?:怎么|如何|怎样|办|手续|材料|资料|申报|多久|流程)"), re.compile("分几|还是"),
        _only("药品|药物|上市后|已上市|变更"), _CHANGE_KIND,
    ),
    _Matter(
        Sector.DRUG, re.compile("申报资料|(?:审评|审批|注册|批).*(?:多久|多长时间|多少[天日]|几[天日])"), _NEVER,
        _only("药品|药物|新药|审评|审批|注册|批准|批"), _APPLICATION,
    ),
    _Matter(
        Sector.DRUG, re.compile("质量负责人|企业负责人|质量管理负责人"), re.compile("生产|经营|批发|零售|药店|连锁"),
        _only("药品企业|医药企业|药企|药品公司|质量负责人|企业负责人|质量管理负责人|学历|资格|资质|学位|具备"), _FIRM,
    ),
)  # fmt: skip


def sectors_in(question: str) -> frozenset[Sector]:
    """The sectors that a question speaks of."""
    return frozenset(sector for sector, words in FIELDS.items() if words.search(question))


def open_point(question: str, sectors: Collection[Sector] = (), device_class: str | None = None) -> OpenPoint | None:
    """The point that `question` leaves open, None where it can be answered as it stands. `sectors` and `device_class`
    are what is known of who asks; more than one sector settles nothing."""
    if _MEANS.search(question):
        return None
    named = sectors_in(question) or (frozenset(sectors) if len(set(sectors)) == 1 else frozenset())
    for matter in _MATTERS:
        fits = not named if matter.sector is None else named == {matter.sector}
        if not fits or not matter.about.search(question) or matter.known.search(question):
            continue
        if device_class and matter.point in (_DEVICE_CLASS, _DEVICE_TRADE):
            continue
        if not matter.only.sub("", question):
            return matter.point
    return None


def each_case(question: str) -> tuple[str, ...]:
    """One question for each case of what a question leaves open, for one that wants all: 变更怎么办（分别说明）; () for
    any other."""
    wants = WANTS_ALL.search(question)
    if wants is None:
        return ()
    open_question = question[: wants.start()]
    point = open_point(open_question)
    return point.each(open_question) if point else ()


def picked(question: str) -> str | None:
    """A question with an option behind it (医疗器械怎么注册，三类) as one sentence; None where none stands there."""
    open_question, comma, option = question.rpartition("，")
    point = open_point(open_question) if comma else None
    if point is None:
        return None
    said = option.strip("。 ").removeprefix("第")
    fitting = [name for name, words in point.cases if said and (name.startswith(said) or said in (words, words[1:]))]
    return point.settled(open_question, fitting[0]) if len(fitting) == 1 else None
