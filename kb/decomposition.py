"""A question that compares things or asks several, taken apart into questions that stand alone.

药品和医疗器械的再注册期限有什么区别 becomes 药品的再注册期限 and 医疗器械的再注册期限. A list alone is no comparison:
生产和经营需要什么条件 asks for what both need. Where a part would not stand alone, nothing is taken apart. A question
that leaves a point open and wants every case, 变更怎么办（分别说明）, has a part for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.open_points import each_case
from kb.phrases import word_spans

MOST_PARTS = 5
LONGEST_MEMBER = 24
LONGEST_CONTEXT = 40
LONGEST = 400
"""Characters of a question that is taken apart; a longer one is a story, and its clauses lean on each other."""

_COMPARES = re.compile(
    "区别|(?<!大)不同(?!意)|不一样|差别|差异|异同|对比|相比|比较|区分|分别(?!是否)|各自|各(?=[是要需有由])"
    "|(?:哪个|哪种|哪类|哪边|哪一个|谁)更?|一样吗|是否一样|相同吗|是否相同"
)
_LEAD = re.compile(
    r"^(?:你好|您好|请问|请教|咨询|想问|我想问|想知道|我想知道|想了解|问一下|一下|帮我|麻烦|请|对比|比较|区分|列出|说明|说说"
    r"|分别|[，,：: ])+"
)
_VERDICT = re.compile(
    r"[，, ]*(?:(?:相比|比较|比起来|相比较|对比|比)?[，, ]*(?:之间|两者|二者|三者)?(?:到底|究竟|都|又)?(?:存在|有)?"
    r"(?:什么|何|哪些|啥|多大)?的?(?:本质|主要|具体)?(?:区别|不同|不一样|差别|差异|异同|相同)(?:之处|点)?"
    r"(?:都?有哪些|是什么|是啥|在哪里?|在哪儿|有多大|吗|呢)?|(?:是否|是不是|一不)?一样(?:吗|么|呢)?|哪一?[个种](?:更|比较)?好|相?比较?一?下?)[？?。！!]*$"
)
_DEGREE = re.compile(
    "(?:(?:哪一?[个种类边]|谁)的?(?:比较|更加|更|最)?|比较|更加|更|最)(?:快|慢|好|贵|便宜|重|轻|严格?|高|低|久|长|短|简单|合适|划算)$"
)
_KINDS_OF = re.compile("^(.{1,12}?)[两二三四五几]种(.+)$")
"""报告三种变更, at the end of a list: its members are kinds of 变更."""
_BETTER = re.compile("[，, ]*(?:(?:哪一?[个种类边])的?(?:比较|更加|更|最)?|谁的?(?:比较|更加|更|最))")
_EACH = re.compile("分别|各自|各(?=[是要需有由])")
EACH = "\x1e"
"""Stands for 分别 or 各自: the list ends there."""
_CLASSES = re.compile("(第?)([一二三四甲乙丙])[、和]第?([一二三四甲乙丙])(?:[、和]第?([一二三四甲乙丙]))?([类级期])")
_RUN_OF_CLASSES = re.compile("(?:第?[一二三四甲乙丙][类级期]){2,4}")
_ONE_CLASS = re.compile("第?[一二三四甲乙丙][类级期]")
_CONNECTORS = frozenset(("、", "和", "与", "跟", "同", "及", "以及", "或", "还是", "vs", "VS", "Vs"))
_BEHIND_LIST = """
的 在 对 由 是 有 都 要 需要 需 应当 应该 应 怎么 怎样 如何 多久 多少 什么 什么时候 哪些 能 能否 可以 归 按 须 必须
办理 申请 适用 属于 审批 收费 几 几年 几天 于 从 为 谁 哪里 到底 究竟 之间 最 最长 大概 一般 被 会 该
"""
_TAIL = frozenset(_BEHIND_LIST.split())
_ASPECT_WORDS = """
处罚 罚款 罚则 期限 时限 时间 流程 程序 条件 材料 资料 要求 有效期 义务 责任 费用 收费 标准 定义 含义 概念 范围 作用
主体 渠道 周期 后果 权利 待遇 税率 承担 适用 处理 监管 管理 办理 审批 审评
"""
_ASPECTS = frozenset(_ASPECT_WORDS.split())
_ATTRIBUTE = re.compile(
    "境内|境外|国内|国外|进口|国产|首次|初次|普通|特殊|一般|重大|中等|微小|新|旧|老|省级|国家级|市级|大型|小型|线上|线下"
    r"|个人|企业|单位|自然人|法人|有源|无源|创新|第?[一二三四甲乙丙ⅠⅡⅢI123]{1,3}[类级期]|(?:19|20)\d{2}年?版?"
)
_SUBJECT = re.compile("药品|药物|医疗器械|器械|化妆品|疫苗|体外诊断试剂|中药|生物制品|原料药|食品|商标|专利")
_TITLE = re.compile("(?:法|法典|条例|办法|规定|规范|细则|规则)$")
_CLAUSE = re.compile(r"[^，,；;。？?！!\n]+[，,；;。？?！!\n]*")
_ASKS = re.compile(
    "什么|怎么|怎样|如何|多久|多长|多少|几(?=[天年个次倍种类份家人日])|哪|谁|吗|是否|是不是|能不能|可不可以|要不要|有没有|需不需要|咋|啥"
    "|合不合法|违不违法|算不算|[？?]$"
)
_BEFORE_ASKING = re.compile(
    "(?:应当|应该|需要|必须|大概|一般|具体|到底|究竟|要|得|由|在|会|能|可以|都|是|有)*(?:什么|怎么|怎样|如何|多久|多长|多少|几|哪|谁|是否|是不是"
    "|能不能|可不可以|要不要|有没有|需不需要|咋|啥|吗|能|可以|算不算)"
    "|(?<![重主必需只])(?:需要|要|会|算|应当|应该|还)(?![求件约计])(?=[^，]{1,12}吗$)"
)
_OWN_MATTER = re.compile("^(?:如果|要是|假如|若|另外|还有|同时|那么?|然后|并且|而且|以及|又|再|还)+")


def parts_of(question: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """The questions that `question` consists of, at least two, or (). `known` are names of instruments."""
    if len(question) > LONGEST:
        return ()
    parts = each_case(question) or _compared(question, known) or _several(question)
    return tuple(parts) if 2 <= len(parts) <= MOST_PARTS and len(set(parts)) == len(parts) else ()


class _List(NamedTuple):
    members: list[str]
    tail: str


def _compared(question: str, known: Mapping[str, str]) -> list[str]:
    marker = _COMPARES.search(question)
    if marker is None:
        return []
    body = _LEAD.sub("", _LEAD.sub("", question).rstrip("？?。！! ")).replace("相比", "比")
    verdict = _VERDICT.search(body)
    body = body[: verdict.start()] if verdict else body
    body = _DEGREE.sub("", body)
    body = _EACH.sub(EACH, _BETTER.sub("", _spread(body)))
    listed = _listed(body.strip("，, 的"), known)
    if listed is None:
        return []
    members = _completed(listed.members, known)
    if any(not 2 <= len(member) <= LONGEST_MEMBER for member in members):
        return []
    return [f"{member}{listed.tail}".strip("，, 的") for member in members]


def _spread(text: str) -> str:
    """一、二类 and 一类二类 as 一类、二类."""
    text = _CLASSES.sub(lambda m: "、".join(f"{m[1]}{number}{m[5]}" for number in (m[2], m[3], m[4]) if number), text)
    return _RUN_OF_CLASSES.sub(lambda m: "、".join(_ONE_CLASS.findall(m[0])), text)


def _listed(body: str, known: Mapping[str, str]) -> _List | None:
    """The members of the list that a clause begins with, and what is said of them; None where it begins with none."""
    words = [body[start:end] for start, end in _joined_titles(body, known)]
    joints = [at for at, word in enumerate(words) if word in _CONNECTORS or (word == "比" and at)]
    joints = [at for at in joints if 0 < at < len(words) - 1]
    if not joints:
        return None
    # A list goes on from joint to joint; behind the last member stands what is said of all.
    last = joints[0]
    for joint in joints[1:]:
        if any(word in _TAIL for word in words[last + 1 : joint]):
            break
        last = joint
    used = [joint for joint in joints if joint <= last]
    behind = words[last + 1 :]
    cut = next((at for at in range(1, len(behind)) if _ends_list(behind[at], words[used[0] - 1])), len(behind))
    edges = [-1, *used]
    members = ["".join(words[low + 1 : high]) for low, high in zip(edges, used, strict=False)]
    members.append("".join(behind[:cut]))
    if any(_ASKS.search(member) for member in members):
        return None
    return _List([member.strip("，, ") for member in members], "".join(behind[cut:]).replace(EACH, ""))


def _ends_list(word: str, before_joint: str) -> bool:
    """Whether a word behind the last member speaks of all of them: 假药和劣药处罚, but not 注册条件和备案条件."""
    return word == EACH or word in "，," or word in _TAIL or (word in _ASPECTS and word != before_joint)


def _joined_titles(body: str, known: Mapping[str, str]) -> list[tuple[int, int]]:
    """The words of a clause, a name of an instrument being one: 行政复议法与行政诉讼法, not 复议 法 与 行政."""
    spans = word_spans(body)
    joined: list[tuple[int, int]] = []
    for at, (start, end) in enumerate(spans):
        if joined and start < joined[-1][1]:
            continue
        near = (stop for _, stop in spans[at + 1 : at + LONGEST_MEMBER] if stop <= start + LONGEST_MEMBER)
        longest = max((stop for stop in near if body[start:stop] in known), default=end)
        joined.append((start, longest))
    return joined


def _completed(members: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """Each member with what it shares with the others: 药品批发和零售 are 药品批发 and 药品零售, 境内和境外申请人 are
    境内申请人 and 境外申请人."""
    first, last = members[0], members[-1]
    if kinds := _KINDS_OF.match(last):
        return [*(member + kinds[2] for member in members[:-1]), kinds[1] + kinds[2]]
    attribute = _ATTRIBUTE.match(last)
    if attribute and len(last) > attribute.end() and all(_ATTRIBUTE.fullmatch(member) for member in members[:-1]):
        shared = last[attribute.end() :]
        return [*(member + shared for member in members[:-1]), last]
    if "的" in first[1:-1]:
        head = first[: first.rindex("的") + 1]
        return [first, *(head + member for member in members[1:])]
    subject = _SUBJECT.match(first)
    named = any(member in known or _TITLE.search(member) or _SUBJECT.search(member) for member in members[1:])
    if subject and len(first) > subject.end() + 1 and not named and first not in known:
        return [first, *(subject[0] + member for member in members[1:])]
    return list(members)


def _several(question: str) -> list[str]:
    """The clauses that ask, each with what the first one is about and the facts told before it."""
    clauses = [clause[0].strip(" \n，,；;。！!") for clause in _CLAUSE.finditer(_LEAD.sub("", question))]
    clauses = [clause for clause in clauses if clause]
    asking = [at for at, clause in enumerate(clauses) if _ASKS.search(clause)]
    if len(asking) < 2:
        return []
    told = "，".join(clauses[: asking[0]])
    if len(told) > LONGEST_CONTEXT or any(at not in asking for at in range(asking[0], asking[-1])):
        return []  # facts between the questions belong to some of them only
    first = clauses[asking[0]].rstrip("？?")
    subject = _subject(first)
    if len(told or subject) < 2:
        return []
    lead = f"{told}，{subject}" if told else subject
    parts = [f"{told}，{first}" if told else first]
    for at in asking[1:]:
        clause = _OWN_MATTER.sub("", clauses[at].rstrip("？?"))
        if not clause:
            return []
        parts.append(clause if _SUBJECT.match(clause) else f"{lead}{clause}")
    return parts


def _subject(clause: str) -> str:
    """What a question is about: its words before the ones that ask."""
    asks = _BEFORE_ASKING.search(clause)
    return clause[: asks.start()].strip(" ，,") if asks else ""
