"""What a question leaves out: taken from the conversation where there is one, asked back where not.

The person's questions are gone through in turn, each made whole from the one before it and the answer between: that is
what lets 那麻醉药品呢 be understood after three others of its sort. Only forms that cannot stand alone are touched;
every other question starts afresh.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from assistant.answer_model import Question, Turn
from assistant.model import Clarification
from assistant.question import follow_up_forms as forms
from assistant.question.elided import continued, statement, topic
from assistant.question.spoken_places import other_place, this_place
from assistant.question.swapping import KINDS, MONEY, attributed, bare, names_a_kind, swapped
from kb.lexical import terms
from kb.model import Sector
from kb.numerals import ordinal
from kb.open_points import ALL, DEVICE_CLASSES, WANTS_ALL, open_point

LONGEST_FOLLOW_UP = 40
"""Characters above which a question speaks for itself."""
LONGEST = 2000
LONGEST_DEED_ELIDED = 7
"""Characters of a denial from which it names the whole deed: 未取得许可证生产药品, but not 没备案."""
LONGEST_OPTION, LONGEST_CLOSE, MOST_CLOSE, LEAST_MATTER = 16, 12, 2, 4


class Followed(NamedTuple):
    """A question made whole; `unsure` where the rules could only put it behind the matter before, or left a short
    question alone that names nothing of the field."""

    whole: str
    unsure: bool = False


def standing_alone(question: Question) -> str:
    """The question itself, or, where it leans on those before it, a question that stands alone."""
    return followed(question).whole


def followed(question: Question) -> Followed:
    """The same, and whether the rules are sure of it. Time grows with the length of the conversation alone."""
    matter = ""
    for words, said in _asked(question.history):
        if not forms.COURTESY.fullmatch(words[:LONGEST_FOLLOW_UP]):
            matter = made_whole(matter, said, words).whole
    said = question.history[-1].content if question.history and question.history[-1].role == "assistant" else ""
    return made_whole(matter, said, question.question.strip())


def made_whole(before: str, said: str, words: str) -> Followed:
    """One follow-up: `before` is the question before it, whole, and `said` the answer to that."""
    if not before or len(words) > LONGEST_FOLLOW_UP or not words or forms.COURTESY.fullmatch(words):
        return Followed(words)
    if forms.OUR_QUESTION.match(said) and (picked := _picked(before, said, words)):
        return Followed(picked[:LONGEST])
    for made in _ways(before, said, words):
        if made:
            return Followed(made[:LONGEST])
    if forms.SWAP.fullmatch(words) and not forms.QUESTION_WORD.search(words) and "引用" not in words:
        return Followed(f"{before.rstrip('？?。 ')}，{words}"[:LONGEST], unsure=True)
    short = len(words) <= LONGEST_CLOSE and not names_a_kind(words) and not forms.NAMED_MATTER.search(words)
    return Followed(words, unsure=short)


def _ways(before: str, said: str, words: str) -> Iterator[str | None]:
    """What the question may have been meant to be, the surest first."""
    yield other_place(before, said, words)
    yield this_place(before, said, words)
    yield before if forms.AGAIN.fullmatch(words) else None
    yield _corrected(before, words)
    yield _of_another_day(before, words)
    yield _with_another(before, words)
    yield _narrowed(before, words)
    yield _of_a_sum(before, words)
    yield continued(before, words)
    yield _about_it(before, words)
    yield _close(before, said, words)


def _asked(history: tuple[Turn, ...]) -> Iterator[tuple[str, str]]:
    """The person's questions, each with the answer to the one before."""
    said = ""
    for turn in history:
        if turn.role == "user":
            yield turn.content.strip(), said
            said = ""
        else:
            said = turn.content


def _picked(before: str, said: str, words: str) -> str | None:
    """The matter with the option of our question back that the person picks, in words or by its place."""
    point = open_point(before)
    options = [option for option, _ in point.cases] if point else [*ASK_MATTER.options] if _asks_matter(said) else []
    if forms.ALL_OF_THEM.fullmatch(words) or words.strip("。 ") == ALL:
        return before if WANTS_ALL.search(before) else f"{before.rstrip('？?。 ')}（{ALL}）"
    if match := forms.PICK.fullmatch(words):
        at = ordinal((match["place"] or match["number"]).replace("两", "二")) - 1
        words = options[at] if 0 <= at < len(options) else words
    plain = bare(forms.THEN.sub("", words.strip("？?。，, ").removesuffix("呢")))
    fitting = [one for one in options if plain and (plain in one or one in plain)]
    if point and len(fitting) == 1:
        return point.settled(before, fitting[0])
    of_class = next((name for name in DEVICE_CLASSES if name in plain), None)
    if point and of_class and str(Sector.DEVICE) in options:
        return point.settled(before, str(Sector.DEVICE)).replace(str(Sector.DEVICE), f"第{of_class}{Sector.DEVICE}")
    if len(plain) > LONGEST_OPTION or forms.QUESTION_WORD.search(plain):
        return None
    return swapped(before, plain) or f"{plain}{forms.THEN.sub('', before)}"


def _asks_matter(said: str) -> bool:
    return ASK_MATTER.question in said


def _corrected(before: str, words: str) -> str | None:
    match = forms.CORRECTED.fullmatch(words)
    if match is None:
        return None
    old, new = (match["old"] or "").strip(), match["new"].strip()
    if old and old in before and not forms.QUESTION_WORD.search(new):
        return before.replace(old, new)
    return swapped(before, new) or (new if forms.QUESTION_WORD.search(new) else f"{new}，{before}")


def _of_another_day(before: str, words: str) -> str | None:
    if match := forms.OTHER_DAY.fullmatch(words):
        day = match["day"]
        plain = forms.HELD_DAY.sub("", before).strip("，, ") or before
        return plain if day in ("现在", "今天") else f"{day}时，{plain}"
    if match := forms.OTHER_EDITION.fullmatch(words):
        return f"按{match['edition'].removesuffix('的规定')}的规定，{before}"
    return None


def _with_another(before: str, words: str) -> str | None:
    """那劣药呢, 如果是进口的呢: another thing of a kind, a condition more, or another matter with the same question."""
    condition = forms.CONDITION.fullmatch(words)
    match = condition or forms.SWAP.fullmatch(words)
    if match is None and (also := forms.ALSO.fullmatch(words)):
        new = bare(also["new"])
        return swapped(before, new) if any(new in kind for kind in KINDS) else None
    if match is None or forms.QUESTION_WORD.search(match["new"]):
        return None
    new = match["new"].strip()
    if forms.DENIES.match(new):
        return _other_deed(before, new)
    if other := swapped(before, new):
        return other
    if condition:
        return f"{new.removeprefix('是') or new}，{before}"
    asks = before[len(topic(before)) :]
    alike = not names_a_kind(new) and len(new) >= LEAST_MATTER and len(asks) > 1
    return f"{bare(new)}{asks}" if alike and forms.ACT.match(new) else None


def _other_deed(before: str, new: str) -> str | None:
    """未取得许可证生产药品呢 after the penalty for another deed, with the sum that was named."""
    asks = before[len(topic(before)) :]
    if "罚" not in asks or not names_a_kind(new) or len(new) < LONGEST_DEED_ELIDED:
        return None
    sums = list(MONEY.finditer(before))
    return f"{new}，{sums[0][0]}{asks}" if len(sums) == 1 and sums[0]["base"] else f"{new}{asks}"


def _narrowed(before: str, words: str) -> str | None:
    """三类的, 化妆品: a word of some kind and nothing else, said of the matter before."""
    new = bare(words.strip("？?。，, "))
    if told := attributed(before, new):
        return told
    if not any(new in kind for kind in KINDS):
        return None
    point = open_point(before)
    fitting = [option for option, _ in point.cases if option in new or new in option] if point else []
    if point and len(fitting) == 1:
        return point.settled(before, fitting[0])
    return swapped(before, new) or (None if new in before else f"{new}{forms.THEN.sub('', before)}")


def _of_a_sum(before: str, words: str) -> str | None:
    """货值2万元罚多少, said of the deed or the place before."""
    named = MONEY.match(words)
    if named is None or not named["base"] or names_a_kind(words) or forms.NAMED_MATTER.search(words):
        return None
    return f"{statement(before)}，{words}"


def _about_it(before: str, words: str) -> str | None:
    match = forms.IT.match(words)
    return f"{topic(before)}{words[match.end() :]}" if match and topic(before) != words else None


def _close(before: str, said: str, words: str) -> str | None:
    """A short question of two words at most, all of them words of the last answer: it asks more about the matter."""
    plain = forms.THEN.sub("", words).strip("？?。！! ")
    if len(plain) > LONGEST_CLOSE or names_a_kind(plain):
        return None
    told = [term for term in dict.fromkeys(terms(plain)) if term not in GENERIC]
    told = [term for term in told if not any(term != other and term in other for other in told)]
    if not said or not told or len(told) > MOST_CLOSE or not all(term in said for term in told):
        return None
    if any(term in before for term in told) or forms.NAMED_MATTER.search(plain):
        return None
    return f"{statement(before)}，{plain}"


_GENERIC = """
不要 产品 企业 公司 内容 别的 别的要求 办理 化妆品 医疗 医疗器械 变更 可以 后果 器械 处罚
备案 多久 审批 延续 怎样 情况 手续 文件 时间 时限 有效 期限 材料 条件 标准 注册
流程 申请 罚 罚款 药品 要求 规定 许可 证 责任 费用 资料 还有 问题 需要
"""
GENERIC = frozenset(_GENERIC.split())
"""Words that say what is wanted but not of what: alone they match everything and answer nothing."""
SECTORS = frozenset(("药品", "医疗器械", "化妆品"))
PROCEDURES = frozenset(("注册", "备案", "延续", "变更"))
"""A sector and a procedure together are a matter: 药品注册申请要什么材料."""
MEANING = re.compile("什么是|是什么意思|指什么|的定义|的含义")
BARE_FOLLOW_UP = re.compile(r"^那么?.{1,8}呢[？?]?$")
ASK_MATTER = Clarification(
    question="请补充一下：是哪一类产品、哪个环节或哪件事？",
    options=("药品注册", "医疗器械注册", "化妆品备案", "生产与委托生产", "处罚"),
)
ASK_MORE = Clarification(
    question="好的。还想了解哪一类产品、哪个环节的规定，可以接着问。",
    options=("药品注册", "医疗器械注册", "化妆品备案", "生产与委托生产", "处罚"),
)
"""What is said to thanks, which is no question."""


def open_matter(question: str, terms: Collection[str]) -> Clarification | None:
    """The question back when a question names no matter: it is a follow-up to nothing, or holds only generic words.

    A question without any term is no matter of ours and is left to be refused.
    """
    if forms.COURTESY.fullmatch(question.strip()[:LONGEST_FOLLOW_UP]):
        return ASK_MORE
    if BARE_FOLLOW_UP.match(question):
        return ASK_MATTER
    told = [term for term in terms if term not in GENERIC and not term.isdigit()]
    matter = (SECTORS & set(terms) and PROCEDURES & set(terms)) or MEANING.search(question)
    return ASK_MATTER if terms and not told and not matter else None
