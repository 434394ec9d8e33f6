"""A question in other words by a language model, for the search alone: an option, off unless it is asked for.

`hypothetical` is a provision that might answer the question, whose vector is averaged with that of the question;
`rewritten` is the question in the words of statutes. What comes back is searched with and never shown as law: names of
laws, numbers of articles, amounts and periods that the question did not hold are taken out, so that nothing the model
remembers steers the search to a certain place. When it fails or is slow, the search goes on without it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Literal, NamedTuple

from assistant.generation import prompts
from assistant.generation.llm import Message, Model
from kb.errors import Unavailable

Way = Literal["hypothetical", "rewritten"]
SECONDS = 5.0
"""As long as somebody who searches may be kept waiting for it."""
KEPT = 256
"""Questions whose words are kept, so that the same question gives the same ranking."""
LEAST = 4
"""Chinese characters below which a text says nothing."""

_NUMERAL = "0-9０-９零〇一二两三四五六七八九十百千万亿"
_REMEMBERED = (
    re.compile("《[^《》]{0,80}》"),
    re.compile(f"第[{_NUMERAL}]{{1,9}}[编章节条款项目](?:之[{_NUMERAL}]{{1,3}})?"),
    re.compile(
        f"[{_NUMERAL}][{_NUMERAL}.]{{0,15}}(?=个?(?:工作日|自然日|小时|日|天|周|月|年|万?元|倍|%|％))(?<!统一)(?<!同一)"
    ),
)
_MARKUP = re.compile(r"https?://[!-~]{1,300}|<[^<>]{1,200}>|[*#`>|_~]")
_OPENING = re.compile(r"\A\s*(?:改写|检索语句|条文|法规条文|答|答案|问题)[^：:]{0,6}[：:]")
_DECLINED = re.compile(
    r"\s*(?:很?抱歉|对不起|作为(?:一个|一款)?(?:AI|人工智能|语言模型)|I(?:'m| am) sorry|I cannot)", re.I
)


class _Task(NamedTuple):
    ask: Callable[[str, str], list[Message]]
    longest: int
    tokens: int


_TASKS: dict[Way, _Task] = {
    "hypothetical": _Task(prompts.hypothetical, 240, 400),
    "rewritten": _Task(prompts.rewritten, 120, 200),
}


class Rewritten(NamedTuple):
    """`text` is what to search with beside the question, None where there is none; `note` then says why."""

    text: str | None
    note: str | None


def open_rewriter(model: Model | None, way: Literal["off"] | Way) -> Rewriter | None:
    """None when it is off. Without a model it says at every question what is missing."""
    return None if way == "off" else Rewriter(model, way)


class Rewriter:
    """Asks the model for a question in other words. Safe to share between threads; never raises an Unavailable."""

    def __init__(
        self, model: Model | None, way: Way, *, seconds: float = SECONDS,
        mark: Callable[[], str] = prompts.new_mark,
    ) -> None:  # fmt: skip
        self._model, self.way, self._seconds, self._mark = model, way, seconds, mark
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._guard = Lock()

    def __call__(self, question: str) -> Rewritten:
        with self._guard:
            if question in self._kept:
                self._kept.move_to_end(question)
                return Rewritten(self._kept[question], None)
        if self._model is None:
            return _without("没有设置语言模型（REGKB_LLM_URL）")
        task = _TASKS[self.way]
        try:
            said = self._model.complete(
                task.ask(question, self._mark()), limit_tokens=task.tokens, seconds=self._seconds
            )
        except Unavailable as error:
            return _without(str(error).rstrip("。"))
        text = searchable(said, question, task.longest)
        if text is None:
            return _without("语言模型没有给出可以检索的文字")
        with self._guard:
            self._kept[question] = text
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return Rewritten(text, None)


def searchable(said: str, question: str, longest: int) -> str | None:
    """The model's words as one line of plain text, not longer than `longest` characters and without names of laws,
    articles, amounts and periods of its own; None where nothing usable is left."""
    plain = said[: longest * 4]
    if _DECLINED.match(plain):
        return None
    plain = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in plain)
    plain = _MARKUP.sub(" ", _OPENING.sub("", plain, count=1))
    for pattern in _REMEMBERED:
        plain = pattern.sub(lambda found: found[0] if found[0] in question else "", plain)
    plain = " ".join(plain.split())[:longest].strip()
    return plain if len(re.findall("[\u4e00-\u9fff]", plain)) >= LEAST else None


def remembered(said: str, held: str) -> bool:
    """Whether the words name a law, an article, an amount, a period or a date that `held` does not."""
    return any(found[0] not in held for pattern in _REMEMBERED for found in pattern.finditer(said))


def _without(why: str) -> Rewritten:
    return Rewritten(None, f"{why}，这次检索只用了原来的问题。")
