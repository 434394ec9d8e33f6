"""The measures of an answer: what it cites, whether the quotes are the law's own words and in force, and whether it
answered, refused or asked back as it should.

Citation measures are means of per-case shares. An answerable case that was refused counts as cited nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from eval.cases import Case
from eval.score import Measure, Score, Seen
from kb.model import Force

PASSED_TAGS = frozenset(("follow-up", "clarify", "premise"))
_NUMERAL = "0-9零〇一二三四五六七八九十百千万亿"
_NOT_USABLE = {Force.NOT_YET.value, Force.REPEALED.value, Force.AMENDED.value}


def _citation_precision(case: Case, seen: Seen) -> Score | None:
    if not case.gold:
        return None
    if not seen.cited:
        return Score(value=0.0, why="没有引用")
    right = (*case.gold, *case.accept)
    wrong = [str(cited.place) for cited in seen.cited if not any(gold.covers(cited.place) for gold in right)]
    return Score(value=1 - len(wrong) / len(seen.cited), why=f"多引{_listed(wrong)}" if wrong else "引用都对题")


def _citation_recall(case: Case, seen: Seen) -> Score | None:
    if not case.gold:
        return None
    missed = [str(gold) for gold in case.gold if not any(gold.covers(cited.place) for cited in seen.cited)]
    return Score(value=1 - len(missed) / len(case.gold), why=f"未引{_listed(missed)}" if missed else "应引的都引了")


def _quote_exactness(case: Case, seen: Seen) -> Score | None:
    if not seen.cited:
        return None
    wrong = [str(cited.place) for cited in seen.cited if not cited.exact]
    return Score(value=1 - len(wrong) / len(seen.cited), why=f"与原文不符{_listed(wrong)}" if wrong else "逐字一致")


def _validity(case: Case, seen: Seen) -> Score | None:
    """A text without force may be quoted, marked as such, where the question is about that very text."""
    if not seen.cited:
        return None
    asked = (*case.gold, *case.accept, *case.about)
    wrong = [
        f"{cited.place}（{cited.force}）"
        for cited in seen.cited
        if cited.force in _NOT_USABLE and not any(gold.covers(cited.place) for gold in asked)
    ]
    return Score(value=1 - len(wrong) / len(seen.cited), why=f"当日不适用{_listed(wrong)}" if wrong else "当日适用")


def _number_exactness(case: Case, seen: Seen) -> Score | None:
    numbers = [fact for fact in case.must_say if re.search(f"[{_NUMERAL}]", fact)]
    if not numbers:
        return None
    quotes = [cited.quote for cited in seen.cited]
    missed = [fact for fact in numbers if not any(says(quote, fact) for quote in quotes)]
    why = f"引文里没有{_listed(missed)}" if missed else "数字都在引文里"
    return Score(value=1 - len(missed) / len(numbers), why=why)


def _must_say(case: Case, seen: Seen) -> Score | None:
    if not case.must_say and not case.must_not_say:
        return None
    if seen.error:
        return Score(value=0.0, why=_outcome_words(seen))
    said = [seen.text, *(cited.quote for cited in seen.cited)]
    missed = [fact for fact in case.must_say if not any(says(words, fact) for words in said)]
    forbidden = [fact for fact in case.must_not_say if any(says(words, fact) for words in said)]
    wrong = len(missed) + len(forbidden)
    why = "；".join([f"没有说{_listed(missed)}"] * bool(missed) + [f"不该说{_listed(forbidden)}"] * bool(forbidden))
    return Score(value=1 - wrong / (len(case.must_say) + len(case.must_not_say)), why=why or "该说的都说了")


def _expected_outcome(expected: str) -> Callable[[Case, Seen], Score | None]:
    def score(case: Case, seen: Seen) -> Score | None:
        if case.outcome != expected:
            return None
        return Score(value=1.0 if seen.outcome == expected else 0.0, why=_outcome_words(seen))

    return score


def _premise_said(case: Case, seen: Seen) -> Score | None:
    if not case.premise:
        return None
    missed = [fact for fact in case.premise if not any(says(words, fact) for words in seen.premises)]
    why = f"没有先指出{_listed(missed)}" if missed else "先指出了"
    return Score(value=1 - len(missed) / len(case.premise), why=why)


def _options_offered(case: Case, seen: Seen) -> Score | None:
    if not case.options:
        return None
    missed = [option for option in case.options if not any(says(words, option) for words in seen.options)]
    why = f"选项里没有{_listed(missed)}" if missed else "选项齐全"
    return Score(value=1 - len(missed) / len(case.options), why=why)


def _passed(case: Case, seen: Seen) -> Score | None:
    """Every expectation of a case at once, for the sorts of questions where one of them alone says little."""
    if not PASSED_TAGS & set(case.tags):
        return None
    failed = list(_failed(case, seen))
    return Score(value=0.0 if failed else 1.0, why="；".join(failed) or "各项都符合")


def _failed(case: Case, seen: Seen) -> Iterator[str]:
    met = {"partial", "answered"} if case.outcome == "answered" and case.premise else {case.outcome}
    if seen.error or (case.outcome != "any" and seen.outcome not in met):
        yield _outcome_words(seen)
    if case.gold and not any(gold.covers(cited.place) for gold in case.gold for cited in seen.cited):
        yield f"未引{_listed([str(gold) for gold in case.gold])}"
    for score in (_must_say(case, seen), _premise_said(case, seen), _options_offered(case, seen)):
        if score and score.value < 1 and not seen.error:
            yield score.why


def _false_refusal(case: Case, seen: Seen) -> Score | None:
    if case.outcome != "answered":
        return None
    return Score(value=1.0 if seen.outcome == "refused" else 0.0, why=_outcome_words(seen))


ANSWER_MEASURES: tuple[Measure, ...] = (
    Measure("Citation precision", "引用里有多少对题", _citation_precision),
    Measure("Citation recall", "应引条文有多少被引用", _citation_recall),
    Measure("Quote exactness", "引文有多少与库存原文逐字一致", _quote_exactness),
    Measure("Validity", "引用里有多少在所问日期适用", _validity),
    Measure("Number exactness", "应答数字有多少出现在引文里", _number_exactness),
    Measure("Must say", "该说的说了、不该说的没说", _must_say),
    Measure("Refusal accuracy", "该拒答的有多少拒答了", _expected_outcome("refused")),
    Measure("Clarify accuracy", "该追问的有多少追问了", _expected_outcome("clarify")),
    Measure("Premise said", "问题里不对的前提有多少先指出了", _premise_said),
    Measure("Options offered", "追问该给的选项有多少给了", _options_offered),
    Measure("Passed", "结果、引用、该说的话样样符合的题有多少（多轮、追问、前提）", _passed),
    Measure("False refusal", "能答的有多少被拒答（越低越好）", _false_refusal, lower_is_better=True),
)


def says(words: str, fact: str) -> bool:
    """True when one spelling of the fact stands in the words as a whole number: 五年 is not said by 十五年."""
    folded = _fold(words)
    return any(re.search(_whole(_fold(spelling)), folded) for spelling in fact.split("|") if spelling)


def _whole(fact: str) -> str:
    before = f"(?<![{_NUMERAL}.])" if re.match(f"[{_NUMERAL}]", fact) else ""
    after = f"(?![{_NUMERAL}])" if re.search(f"[{_NUMERAL}]$", fact) else ""
    return before + re.escape(fact) + after


def _fold(words: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words))


def _listed(names: Sequence[str]) -> str:
    return "：" + "、".join(dict.fromkeys(names))


def _outcome_words(seen: Seen) -> str:
    return f"出错：{seen.error}" if seen.error else f"结果是 {seen.outcome}"
