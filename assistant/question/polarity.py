"""Whether quoted words themselves say that one may, may not or must do what is asked: only from the clause that holds
the asked act behind its own 可以, 不得 or 应当. In every doubt there is no verdict: a wrong yes is the worst answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from assistant.question.asking import ASKS_DUTY, ASKS_PERMISSION
from kb.phrases import word_spans


class Polarity(StrEnum):
    """What the words say; the value is how an answer begins."""

    YES = "可以。"
    YES_IF = "可以，但有条件。"
    LEAVE = "须先经批准。"
    NO = "不可以。"
    NO_BUT = "不可以，但原文有例外。"
    MUST = "需要。"
    MUST_IF = "需要，以原文所列的情形为准。"


LONGEST = 5000
"""Characters of a quote that is judged; a longer one is no answer to yes or no."""
_MODAL = re.compile(
    "可不可以|能不能|是否可以|是否允许|是否能够?|是否应当|是否必须|是否需要|能否|可否|允不允许|要不要|需不需要|必不必须|可以|允许|必须|需要|应当|应该|能|要"
)
_MODAL_OF_DUTY = re.compile("要|需|必|应")
_OPERATOR = re.compile("不得|不可以|不应当|不能|禁止|严禁|不准|可以|允许|准予|应当|必须|须|无需|不需要|不必")
_FORBIDS = frozenset(("不得", "不可以", "不应当", "不能", "禁止", "严禁", "不准"))
_PERMITS = frozenset(("可以", "允许", "准予"))
_BINDS = frozenset(("应当", "必须", "须"))
_SENTENCE = re.compile(r"[^。；;\n]+")
_NEGATION = re.compile("[不未无免非勿]")
_EXCEPTION = re.compile("但是?|除外|除.{1,40}外|另有规定")
_CONDITION = re.compile("应当|经.{0,40}(?:批准|同意|许可)|条件|符合|不得|但|除|[^，]的，|后[，方]")
_NEEDS_LEAVE = re.compile("(?:应当|须|必须)(?:先|事先|依法)?[经向][^。；;]{0,60}(?:批准|许可|审批|同意)")
_LISTED = re.compile("、|和|或者|以及|及|与")
_LIGHT_WORDS = """
的 了 吗 么 嘛 呢 吧 啊 也 就 还 再 都 是 请 请问 我 我们 咱们 你 你们 他 他们 现在 目前 到底 究竟 又 先 会 应当 均
一律 任何 或者 和 及 以及 并 等 及其 ， , 。 ？ ? ！ 、 ； “ ” （ ） 所 其
"""
_LIGHT = frozenset(_LIGHT_WORDS.split())
"""Words that neither say nor narrow what is asked."""


class _Asked(NamedTuple):
    subject: tuple[str, ...]
    act: tuple[str, ...]
    duty: bool


def polarity(question: str, quotes: Sequence[str]) -> Polarity | None:
    """The verdict of the quotes on a question of leave or duty; None for any other question, where no clause holds the
    whole of what is asked, or where two clauses disagree."""
    asked = _asked(question)
    if asked is None:
        return None
    said = set(_said(asked, quotes))
    if said & {Polarity.NO, Polarity.NO_BUT} and said - {Polarity.NO, Polarity.NO_BUT}:
        return None
    for verdict in (Polarity.NO_BUT, Polarity.NO, Polarity.LEAVE, Polarity.YES_IF, Polarity.YES, Polarity.MUST_IF):
        if verdict in said:
            return verdict
    return Polarity.MUST if said else None


def _asked(question: str) -> _Asked | None:
    """Who or what, and the act that is asked about: nothing of it may be left out of account."""
    if not (ASKS_PERMISSION.search(question) or ASKS_DUTY.search(question)):
        return None
    modal = _MODAL.search(question)
    if modal is None or _MODAL.search(question, modal.end()):
        return None
    subject, act = _words(question[: modal.start()]), _words(question[modal.end() :])
    if not subject or not act or _NEGATION.search("".join((*subject, *act))):
        return None
    return _Asked(subject, act, _MODAL_OF_DUTY.search(modal[0]) is not None)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for start, end in word_spans(text) if (word := text[start:end].strip()) and word not in _LIGHT)


def _said(asked: _Asked, quotes: Iterable[str]) -> Iterator[Polarity]:
    for quote in quotes:
        if len(quote) > LONGEST:
            continue
        for sentence in _SENTENCE.finditer(quote):
            after = quote[sentence.end() : sentence.end() + 60]
            yield from _of_sentence(asked, sentence[0], quote, after)


def _of_sentence(asked: _Asked, sentence: str, quote: str, after: str) -> Iterator[Polarity]:
    operators = list(_OPERATOR.finditer(sentence))
    for at, operator in enumerate(operators):
        end = operators[at + 1].start() if at + 1 < len(operators) else len(sentence)
        before, governed = sentence[: operator.start()], sentence[operator.end() : end]
        governed = re.split("[，,：:]", governed, maxsplit=1)[0]
        if not _holds(governed, asked.act) or _NEGATION.search(governed):
            continue
        verdict = _verdict(asked, operator[0], before, governed, sentence, quote, after)
        if verdict:
            yield verdict
    if not asked.duty and _needs_leave(asked, sentence):
        yield Polarity.LEAVE


def _verdict(
    asked: _Asked, operator: str, before: str, governed: str, sentence: str, quote: str, after: str
) -> Polarity | None:
    whole = (*asked.subject, *asked.act)
    if operator in _FORBIDS and not asked.duty:
        told = _of_whom(before, asked.subject) if before else _only(governed, whole) and _holds(governed, whole)
        if not told or not _only(governed, whole):
            return None
        return Polarity.NO_BUT if _EXCEPTION.search(after) or "但" in sentence else Polarity.NO
    if not _holds(before, asked.subject) or _NEGATION.search(before):
        return None
    if operator in _PERMITS and not asked.duty:
        plain = _only(before + governed, whole) and not _CONDITION.search(quote)
        return Polarity.YES if plain else Polarity.YES_IF
    if operator in _BINDS and asked.duty:
        plain = _only(before, whole) and not _EXCEPTION.search(sentence + after)
        return Polarity.MUST if plain else Polarity.MUST_IF
    return None


def _needs_leave(asked: _Asked, sentence: str) -> bool:
    """…确需委托生产的，应当经…批准: the act is the case for which leave is needed."""
    case, comma, then = sentence.partition("的，")
    return bool(
        comma and _holds(case, (*asked.subject, *asked.act)) and not _NEGATION.search(case) and _NEEDS_LEAVE.match(then)
    )


def _of_whom(before: str, subject: Sequence[str]) -> bool:
    """A ban is on the one that is asked about: on it alone, or on a list that names it by itself."""
    return any(_holds(one, subject) and _only(one, subject) for one in (before, *_LISTED.split(before)))


def _holds(text: str, words: Iterable[str]) -> bool:
    return all(word in text for word in words)


def _only(text: str, words: Iterable[str]) -> bool:
    """Whether a text says nothing that narrows what is asked."""
    said = "".join(words)
    return all(word in said for word in _words(text))
