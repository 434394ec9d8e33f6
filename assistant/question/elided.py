"""What a follow-up leaves out, put back from the question before: 员工入职多久内要签劳动合同, 不签会怎么样 becomes
员工入职不签劳动合同有什么责任.

A follow-up of this sort is known by what it lacks: it begins with a verb, a question word or a word for time and names
nothing that could be asked about on its own. A question that names such a thing is never touched.
"""

from __future__ import annotations

import re

LONGEST = 16
"""Characters above which a question speaks for itself."""


def _any(*words: str) -> str:
    return "|".join("|".join(part.split()) for part in words)


_IF = "(?:那么?|如果|要是|万一|假如|又)*"
_CONSEQUENCE = _any(
    "会怎么罚 怎么罚 怎么处罚 会怎么处罚 罚多少 罚多少钱 要罚多少 会罚多少 会被罚吗 会罚款吗 罚款吗 罚款多少",
    "怎么处理 会怎么处理 会怎么样 会怎样",
    "怎么样 有什么后果 会有什么后果 什么后果 后果是什么 什么责任 要承担什么责任 承担什么责任 怎么办 咋办 怎么赔",
    "谁赔 谁来赔 找谁赔 谁负责 谁担责 谁承担责任 赔多少 要赔吗 会坐牢吗",
    "算犯罪吗 违法吗 行吗 可以吗",
)
_DENIAL = _any(
    "无证 未经许可 未经批准 擅自 拒不 逾期不 逾期没有 逾期没 逾期未 过期不 到期不 故意不 没有 没 未 不",
)
_DENIED = re.compile(f"^{_IF}(?P<denial>{_DENIAL})(?P<rest>.+)$")
_LATE = _any("晚了 迟了 逾期 逾期了 过期 过期了 超期 超期了 超时 超时了 错过 错过了 违反 违反了 违反规定 违规 违规了")
_FAILED = _any("没做到 做不到 没达到 不符合 不合格 出问题 出了问题 出事 出事了")
_BARE_CONSEQUENCE = re.compile(f"{_IF}(?P<late>{_LATE}|{_FAILED})?(?:的话)?[，,]?(?:又|就|会|要|该)?(?:{_CONSEQUENCE})")
_BARE_LATE = re.compile(f"{_IF}(?P<late>{_LATE})(?:的话)?呢")
_TIME = _any(
    "多久 多长时间 什么时候 何时 哪天 哪一天 几天 几日 几年 几个月 几个工作日 最晚 最迟 最早 最长 最短 最多 最少",
    "最低 最高 时效 期限",
    "有效期 从什么时候 从哪天 从何时",
)
_OTHER = _any(
    "找谁 找哪 去哪 到哪 在哪 向谁 向哪 由谁 谁来 谁负责 归谁 哪个部门 哪个机关 哪里办 什么材料 哪些材料 材料 资料",
    "什么条件 哪些条件 条件",
    "什么手续 手续 流程 步骤 程序 怎么申请 怎么办理 怎么办 怎么提 怎么交 怎么算 怎么写 如何办理 如何申请 要钱吗",
    "收费 收不收费 费用",
    "多少钱 要花多少 能网上办 网上能办",
)
_BEFORE = _any(
    "那么 那 这个 具体 一般 大概 到底 到期 期满 届满 之前 前 需要 需 要 得 应当 应该 该 能 可以 会 还 又 都 在 提前",
    "交 提交 提供 准备 带 报 递交",
    "花 等 保存 保留 至少",
    "是 有 从 办 提 审批 审查 审核 大约 必须 通常 总共 一共 给出 给 有没有 内 之 的",
)
_ASPECT = re.compile(f"(?:{_BEFORE})*(?:{_TIME}|{_OTHER})(?P<tail>.{{0,9}})")
_BEHIND = _any(
    "内 之内 前 之前 以内 开始 起 能 可以 要 得 需要 应当 该 就 才 给 是 有 办 提 批 算 计算 起算 出来 下来 完",
    "好 交 答复 结果 起诉",
    "延续 延 续 申请 提交 提出 备案 审批 审 办理 做 到 来 去 拿 回复 通知 公告 上 网 钱 费 呢 吗 啊 多 少 久 长",
    "最 什么 时候 时间 部门",
    "哪 个 里 谁 找 的 了 用 准备 哪些 怎么 具体 限 期 有效 保存 不 收 吧",
)
_TAIL = re.compile(f"(?:{_BEHIND})*")
_NAMED = re.compile(
    _any(
        "药 疫苗 器械 化妆 食品 公司(?!法) 股东 企业 机构 合同 商标 专利 员工 职工 劳动 许可证 注册证 持有人 广告",
        "试验 税 数据 个人信息",
        "网络 消费 法院 仲裁 复议 听证 行政 社保 工伤 处方 标签 说明书 平台",
    )
)
"""What a question may be about on its own."""
_HOW_LONG = _any("多久 多长时间 几天 几个工作日 几个月 几年 多少天 多少日 什么时候 何时")
_ASKING = re.compile(
    f"(?:要|应该|应当|该|需要|得)?(?:在|提前)?(?:{_HOW_LONG})(?:之?内|以内|之前|前)?"
    "(?:要|应该|应当|该|能|可以|得|需要|才能)?"
    "|最多(?:能有|能|有|可以)?多少个?|最[多少]|(?:最长|最晚|最迟)(?:在|到)?(?:哪一?天|几号)?|由谁来?|该由谁|谁来|怎么样?(?!么)|如何|怎样|"
    + _any("是不是 是否 能不能 可不可以 要不要 需不需要 用不用 有没有 可以 需要 应当 应该")
    + "|要(?!求)|能(?!力)|(?<![取获])得(?!到|了)|到底|一般|请问|想问|去?哪个部门|去?哪里|去哪|多少钱|多少"
    "|(?:有|是|要|需要)?(?:什么|哪些|啥)(?:样的)?|谁|吗|呢|啊|么$|罚多少|几(?=[个位名])|[？?。！!]"
)
_CHOICE = re.compile("[，,]?(?:是要|是|要|算|该|去)[^，,是要算该]{1,8}还是.*$")
_HOW_TO = re.compile(
    "(?:该?由谁|谁来?|找谁|怎么|如何|怎样)(?:来|去)?(?:申请|办理?|审查|审批|批准|批|记录|提出?|提交|交|处理|负责|管|规定)[？?。呢吗]*$"
)
"""What a question asks where the deed itself says little."""
_ANY_DEED = re.compile(
    "(?:办理?|做到?|交|报|申请|提交|遵守|照做|达到|完成|改正?|整改|去|履行|按时|按规定做?|这么做|这样做)"
    f"了?(?:的话)?[，,]?(?:呢|{_CONSEQUENCE})"
)
_GOES_ON = re.compile(f"(?:了|过|的话)?[，,]?(?:{_CONSEQUENCE}|(?:就|能|可以|还能|还可以|会|要|算|行|该).{{0,8}})?")
_DONE = re.compile(f"{_IF}(?P<verb>[\u4e00-\u9fff]{{1,3}})(?P<done>了|过|完)(?:的话)?[，,]?(?P<asked>{_CONSEQUENCE})")
_PENAL = re.compile("罚|责任|后果|会怎么?样")
_FIELD = re.compile("临床试验|生物等效性试验|批签发|疫苗|药品|医疗器械|化妆品|食品|药")
_LIABLE = re.compile("会?怎么?样$|会?(?:有|承担)什么后果$")
_LEFT = re.compile(f"(?:{_any('经过 经 得到 取得 办理 办 拿到 拿 给 要 由 应当 去 的')})+$")
_LEFT_OVER = re.compile("(?<=..)(?<![代举承查主开])(?:办|做|交)$|(?<=...)的?(?:条件|材料|资料|手续|流程)$")
"""What is left of 要办什么 and 要什么条件 without what was asked."""
_THEN = re.compile("^(?:那么?|这个)")


def continued(before: str, words: str) -> str | None:
    """A follow-up without a thing of its own, made whole with what `before` is about; None for any other question."""
    plain = words.strip("？?。！!， ,")
    if not plain or len(plain) > LONGEST:
        return None
    if match := _BARE_CONSEQUENCE.fullmatch(plain):
        return f"{statement(before)}{'，' if match['late'] else ''}{_THEN.sub('', plain)}"
    if match := _BARE_LATE.fullmatch(plain):
        return f"{statement(before)}，{match['late']}会怎么处罚"
    if _NAMED.search(plain):
        return None
    if match := _DENIED.match(plain):
        return _denied(before, match["denial"], match["rest"])
    if (match := _ASPECT.fullmatch(plain)) and _TAIL.fullmatch(match["tail"]):
        return f"{statement(_HOW_TO.sub('', before))}{_THEN.sub('', plain)}"
    return _done(statement(before), plain)


def statement(question: str) -> str:
    """What a question is about, without what it asks of it: 行政复议怎么申请 → 行政复议申请."""
    plain = question.strip("？?。！! ")
    chosen = _CHOICE.sub("", plain) if "还是" in plain else plain
    left = (_ASKING.sub("", chosen) or chosen or plain).strip("，, ")
    return _LEFT_OVER.sub("", left) or left


def topic(question: str) -> str:
    """The subject of a question: what stands before it asks."""
    match = _ASKING.search(question, 2)
    return question[: match.start()].strip("，, ") if match else question.strip("？?。 ")


def _denied(before: str, denial: str, rest: str) -> str | None:
    """The denial before the verb that it denies, where the question before has it; behind everything where what is
    denied is any deed at all, and None for a deed of its own."""
    about = statement(before)
    verb = next((rest[:size] for size in range(min(4, len(rest)), 0, -1) if rest[:size] in before), None)
    asked = rest.removesuffix("呢").removesuffix("的话") + "会怎么处罚" if rest.endswith("呢") else rest
    if verb is None:
        return f"{about}，{denial}{asked}" if _ANY_DEED.match(rest) else None
    if not _GOES_ON.fullmatch(asked[len(verb) :]):
        return None
    at = about.rfind(verb) if verb in about else len(about)
    left, right = _LEFT.sub("", about[:at]), about[at + len(verb) :]
    if _PENAL.search(asked) and (field := _FIELD.search(left)):
        left = field[0]  # a penalty is found by the deed: whose duty it is stands in the article of the duty
    return f"{left}{denial}{verb}{right}{_LIABLE.sub('有什么责任', asked[len(verb) :])}"


def _done(about: str, plain: str) -> str | None:
    """抽走了会怎么样: what the question before asks about is done."""
    match = _DONE.fullmatch(plain)
    if match is None:
        return None
    joined = match["done"] if about.endswith(match["verb"]) else f"，{match['verb']}{match['done']}"
    return f"{about}{joined}{match['asked']}"
