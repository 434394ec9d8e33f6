"""Whether a question asks about versions: a wrong yes answers 处罚 with a date, a wrong no hides a repeal."""

from __future__ import annotations

import pytest

from assistant.versions import asked_versions

KNOWN = {name: name for name in ("药品管理法", "商标法", "公司法", "药品召回管理办法")}


@pytest.mark.parametrize(
    ("question", "asked", "why"),
    [
        ("商标法现在执行哪个版本", ["商标法"], "the plain form"),
        ("商标法按2026年11月21日是哪个版本？", ["商标法"], "a day between"),
        ("《药品召回管理办法》还有效吗", ["药品召回管理办法"], "with book marks"),
        ("最新版药品管理法", ["药品管理法"], "before the title"),
        ("药品管理法什么时候施行", ["药品管理法"], "the day of effect of the law itself"),
        ("药品管理法我想确认一下，这部法还有效吗", ["药品管理法"], "the law taken up by 这部法"),
        ("公司法和商标法哪个版本现行有效", ["公司法", "商标法"], "a list shares the words behind it"),
        ("药品管理法对销售失效药品怎么处罚", [], "失效 of goods"),
        ("药品管理法失效的药品怎么处理", [], "失效 of goods, side by side"),
        ("公司法规定股东协议什么时候生效", [], "生效 of a contract"),
        ("药品管理法要求的制度从何时施行才算合规", [], "施行 of a company's rules"),
        ("软件版本变更，药品管理法有要求吗", [], "版本 of software"),
        ("商标权什么时候失效", [], "no title at all"),
        ("药品管理法实施条例还有效吗", [], "another title"),
    ],
)
def test_only_words_beside_a_title_ask_for_its_versions(question: str, asked: list[str], why: str) -> None:
    assert asked_versions(question, KNOWN) == asked, why
