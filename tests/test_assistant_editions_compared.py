"""Which questions compare whole editions: a wrong yes hides the matter that is asked about behind a list of dates."""

from __future__ import annotations

import time

import pytest

from assistant.extracts.editions_compared import whole_editions

KNOWN = {name: name for name in ("药品管理法", "商标法", "公司法")}


@pytest.mark.parametrize(
    ("question", "named", "why"),
    [
        ("药品管理法2019年版和新版有什么不同", ["药品管理法"], "an edition by its year beside 新版"),
        ("新旧商标法有什么变化", ["商标法"], "before the title"),
        ("《商标法》新旧版的主要区别是什么？", ["商标法"], "with book marks"),
        ("请问公司法修订前后有哪些地方不一样", ["公司法"], "修订前后"),
        ("商标法2013年版和2019年版对比一下", ["商标法"], "two years"),
        ("商标法新旧版对续展的规定有什么不同", [], "a matter"),
        ("药品管理法第三十二条新旧版有什么不同", [], "an article"),
        ("新旧版有什么不同", [], "no text is named"),
        ("新旧商标法和公司法有什么不同", [], "two texts"),
        ("药品管理法新版什么时候施行", [], "nothing is compared"),
        ("药品和化妆品的新旧包装有什么不同", [], "new and old of goods"),
    ],
)
def test_only_a_question_without_a_matter_compares_whole_editions(question: str, named: list[str], why: str) -> None:
    assert whole_editions(question, KNOWN) == named, why


@pytest.mark.parametrize("words", ["新旧区别" + "修订前" * 20_000, "药品管理法2019年版" * 5_000 + "新版不同"])
def test_a_long_question_is_read_at_once(words: str) -> None:
    begun = time.process_time()
    whole_editions(words, KNOWN)
    assert time.process_time() - begun < 2
