"""What a sentence claims, as far as it can be held against a text: who may, must or must not do what, with which
figures, dates, names and quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from assistant.generation.figures import Figure, figures
from kb import dates
from kb.lexical import fold

_CLAUSE = re.compile(r"(?:[^，；。：！？\n,;]|(?<=\d),(?=\d{3}))+")
_BOUND = re.compile("不(?:得|能|应当?)?(?:少于|低于|短于|小于|超过|高于|多于|大于|超出|长于)|不足|不满|未满|不限于")
_HARMLESS = re.compile(
    "不良|不同|不断|不仅|不论|不动产|不锈|不可抗力|不可分割|不合理低价|未成年|未来|无菌|无源|无线|无害|无论|无偿|无人|无纺|无形"
    "|非处方|非临床|非免疫规划|非无菌|非居住|非营利|非药品|非法|不正当|许可|认可|可能|可靠|可行|可见|可追溯|可控|可疑|可用"
    "|可核查|响应|适应|供应|对应|反应|效应|相应|应急|应用|应对|应答|应邀|应聘|应激|应付|应收|需求|必需|按需|急需|必要时"
)
_MODES = (
    ("neednot", "无需|无须|毋须|不需要?|不必|不用|免于|豁免"),
    (
        "barred",
        "不得|不应当?|不能(?!达到|满足|证明|提供|保证|保障|确定|正常|有效|按)|不可以?|不准|不许|不允许|禁止|严禁|勿",
    ),
    (
        "must",
        "应当|必须|必需|需要|须|应|需|有义务|有责任|方可|才可以?|才能|方能|要(?=先|显著|标明|注明|按|对|在|经|由|向|有|取得|提[交前]|申请|建立|办理|符合)",
    ),
    ("may", "可以|有权|有(?=[\u3400-\u9fff]{1,24}的权利)|允许|准许|可|能够"),
    ("favoured", "鼓励|提倡|倡导"),
)
_MODE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _MODES))
_DENIAL = re.compile("(?:不|未经?|没有|没|无|非)(.?)")
_REACH = 14
"""Characters behind a denial within which stands what it denies."""
_FILLING = re.compile("[的为处按以并达其约共计、　 ]+$")
_HANZI = re.compile("[\u3400-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z\u0370-\u03ff]+(?:[-./&+][A-Za-z0-9]+)*\d*")
_QUOTED = re.compile(
    r"“([^“”]{1,600})”|「([^「」]{1,600})」|『([^『』]{1,600})』|\"([^\"\n]{1,600})\"|‘([^‘’]{1,600})’"
)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?年(?:\s?(\d{1,2})\s?月)?(?!\s?(?:以上|以下|内|后|前|的时间))")
_OPENING = re.compile(
    "(?:也就是说|换言之|换句话说|简单来说|简单地说|简言之|总的来说|具体来说|具体而言|需要注意的是"
    "|需要说明的是|需要注意|值得注意的是)[，,：: ]?"
)
"""With which a model goes on: they say nothing."""
_CONDITION = re.compile(r"(?:的|时|后|前|下)\s*\Z")
_CONDITION_OPENS = re.compile(r"\s*(?:对|如果|如|若|凡|除|当|在)")
_POINTS_ELSEWHERE = re.compile("下列|以下|前款|前条|上述|违反本")
_AUTHORITY = re.compile(
    "(?:国家|国务院|省、自治区、直辖市|设区的市级?|县级以上|省级以上|省级|市级|县级|省|市|县|区|中央|地方|各级|广东|广州|黄埔|海南|上海|北京"
    "|人民政府|人民|药品|医疗器械|化妆品|食品|市场|卫生健康|卫生|健康|医疗保障|知识产权|海关|公安|审评|检查|检验检疫|检验|监督|管理"
    "|监管|行政|主管|执法|中医药|科学技术|科技|生态环境|环境保护|农业农村|农业|工业和信息化|发展改革|发展和改革|商务|财政|税务|教育|民政"
    "|司法|应急|药监|药|专利|商标|仲裁|疾病预防控制|疾控|网信|广告|价格|统计|审计|法制|外汇|证券|银行|反垄断|和){1,8}"
    "(?:总局|总署|管理局|监督局|局|委员会|卫健委|委|主管部门|部门|机关|法院|检察院|政府|中心|厅|署|部(?!分|件|位|门|署))|(?:海关|公安)(?!总署|机关|部|厅|局)"
)
_LIGHT = """
除外 按规定 规定 要求 明确 根据 依据 按照 依照 需要 必须 禁止 不得 无需 无须 不必 情况 情形 内容 主要
包括 具体 此外 同时 因此 所以 总之 一般 通常 如下 以下 下列 分别 属于 即 也就是说 也就是 换言之 另外
其次 首先 最后 然后 对此 就此 则 且 还 还要 还应 均 仅 只 才 方可 才能 必要 相应 进行 问题 回答 材料
法律 法规 条款 条文 上述 前述 该项 此类 这类 这种 这一 一种 一个 各自 自己 他们 其 如果 若 当 时 后
前 以及 有关 相关 方面 事项 允许 能够 能 不能 可 是指 指的 的话 之后 之前 以后 以前 此时 一旦 只要
只有 无论 不论 均应 都要 都应 须 需 应 期限 时间 时限 为止 以内 之内 起算 计算 办理 来说 而言 法定
最长 最短 最高 最低 至少 至多 不超过 不少于 不低于 超过 少于 低于 提前 属 做好 不由 即使 仍 仍然 仍要 写明 列明
约定 之间 不过
"""
_SIDE = re.compile("([\u3400-\u9fff]{2})(?:之|以)?([前后])(?![期续款项条述置])|([\u3400-\u9fff]{2})之日(起)")
_ABSOLUTE = re.compile(
    "所有(?!权|者|制|人)|凡是|更(?![改换新正名替])|优于|严于|宽于|同样严格|终身|永久|永远|长期|一律|立即|当场|全部|任何|一切|无论|绝对|唯一|仅限|随时|自动|免费|无条件|优先|公开|书面"
)
_SAME_WORDS = (("自己", "自行"), ("到期", "届满"), ("同意", "准予"), ("网上", "网络"))
LIGHT = frozenset(_LIGHT.split())
"""Words of telling, not of matter: nothing has to stand behind them."""


class Clause:
    """Words between two commas. `modes` are of must, may, barred, neednot, favoured; `denied` is for the other denials;
    `pairs` are its pairs of Chinese characters without those words and figures."""

    __slots__ = ("__dict__", "end", "start", "text")

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start, self.end = text, start, start + len(text)

    @cached_property
    def figures(self) -> list[Figure]:
        return figures(self.text)

    @cached_property
    def _plain(self) -> str:
        """The words without figures and their bounds, every place kept; what only looks like a denial is out."""
        text = self.text.replace("能够", "〇〇") if _CONDITION.search(self.text) else self.text
        words = list(_BOUND.sub(_blank, _HARMLESS.sub(lambda found: "〇" * len(found[0]), text)))
        for figure in self.figures:
            words[figure.start : figure.end] = "　" * (figure.end - figure.start)
        return "".join(words)

    @cached_property
    def modes(self) -> frozenset[str]:
        return frozenset(found.lastgroup for found in _MODE.finditer(self._plain) if found.lastgroup)

    @cached_property
    def denied(self) -> tuple[str, ...]:
        """The character behind each denial."""
        return tuple(found[1] for found in _DENIAL.finditer(_MODE.sub(_blank, self._plain)))

    @cached_property
    def undone(self) -> frozenset[str]:
        """The pairs of characters close behind each denial."""
        plain = _MODE.sub(_blank, self._plain)
        return frozenset().union(
            *(_pairs(plain[found.start(1) : found.start(1) + _REACH]) for found in _DENIAL.finditer(plain))
        )

    @cached_property
    def matter(self) -> str:
        """The words without figures, bounds and the words of must and may."""
        words = list(self.text)
        for figure in self.figures:
            words[figure.start : figure.end] = "　" * (figure.end - figure.start)
        for found in _MODE.finditer(self._plain):
            words[found.start() : found.end()] = "　" * len(found[0])
        return _BOUND.sub(_blank, "".join(words))

    @cached_property
    def pairs(self) -> frozenset[str]:
        return _pairs(self.matter)

    def left_of(self, figure: Figure) -> str:
        """The two characters of matter before a figure, "" where there are none right before it."""
        before = _FILLING.sub("", self.matter[: figure.start])
        return before[-2:] if len(before) >= 2 and "　" not in before[-2:] else ""

    @cached_property
    def governed(self) -> dict[str, frozenset[str]]:
        """The pairs of characters behind the words of each mode."""
        found: dict[str, frozenset[str]] = {}
        marks = list(_MODE.finditer(self._plain))
        for at, mark in enumerate(marks):
            end = marks[at + 1].start() if at + 1 < len(marks) else len(self.text)
            name = str(mark.lastgroup)
            found[name] = found.get(name, frozenset()) | _pairs(self.matter[mark.end() : end])
        return found

    @property
    def conditional(self) -> bool:
        """Whether it only says when the next one holds."""
        if _CONDITION.search(self.text):
            return True
        return _CONDITION_OPENS.match(self.text) is not None and not self.modes and not self.figures

    @property
    def case(self) -> frozenset[str]:
        """The pairs of a condition that names its case itself: 情节严重的, and not 有下列行为之一的."""
        return self.pairs if self.conditional and not _POINTS_ELSEWHERE.search(self.text) else frozenset()


def _pairs(text: str) -> frozenset[str]:
    return frozenset(run[at : at + 2] for run in _HANZI.findall(_plainly(fold(text))) for at in range(len(run) - 1))


def _plainly(text: str) -> str:
    for said, meant in _SAME_WORDS:
        text = text.replace(said, meant)
    return text


def _blank(found: re.Match[str]) -> str:
    return "　" * len(found[0])


def clauses(text: str, at: int = 0) -> list[Clause]:
    """The clauses of a text that begins at offset `at`, in order."""
    return [Clause(found[0], at + found.start()) for found in _CLAUSE.finditer(text) if found[0].strip()]


def with_conditions(told: Sequence[Clause]) -> list[list[Clause]]:
    """Clauses with the conditions right before them."""
    found: list[list[Clause]] = []
    waiting: list[Clause] = []
    for clause in told:
        waiting.append(clause)
        if not clause.conditional:
            found.append(waiting)
            waiting = []
    return [*found, waiting] if waiting else found


def told_plainly(text: str) -> str:
    """The sentence with the words it opens with blanked out, every place kept."""
    return _OPENING.sub(_blank, text, count=1) if _OPENING.match(text.lstrip()) else text


def quotations(text: str) -> list[str]:
    """What stands between quotation marks."""
    return [next(one for one in found.groups() if one is not None) for found in _QUOTED.finditer(text)]


def absolutes(text: str) -> list[str]:
    """Words that make a rule wider or stricter by themselves."""
    return _ABSOLUTE.findall(text)


def sides(text: str) -> list[tuple[str, str]]:
    """What something comes before or after: (销售, 前)."""
    return [(found[1] or found[3], found[2] or found[4]) for found in _SIDE.finditer(text)]


def foreign_words(text: str) -> list[str]:
    """Words in Latin or Greek letters."""
    return [found[0] for found in _LATIN.finditer(text)]


def authorities(text: str) -> list[tuple[str, int]]:
    """Names of authorities, as printed, and where they stand."""
    return [(found[0], found.start()) for found in _AUTHORITY.finditer(text)]


def days(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every date: its words, and year, month and day as far as they are given."""
    at = 0
    for match in re.finditer(dates.ANY, text):
        for part in _MONTH.finditer(text, at, match.start()):
            yield part[0], tuple(int(number) for number in part.groups() if number)
        if day := dates.parse(match[0]):
            yield match[0], (day.year, day.month, day.day)
        else:
            yield match[0], (0,)  # no such day: never agrees with one
        at = match.end()
    for part in _MONTH.finditer(text, at):
        yield part[0], tuple(int(number) for number in part.groups() if number)
