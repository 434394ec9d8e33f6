"""A law whose name is misspelt right before an article: one sound or character off, and only where one law is left."""

from __future__ import annotations

import pytest

from kb.misnamed import misnamed

NAMES = {
    name: name
    for name in (
        "民法典",
        "公司法",
        "社会保险法",
        "个人信息保护法",
        "消费者权益保护法",
        "药品管理法",
        "药品管理法实施条例",
        "专利法",
    )
} | {"个保法": "个人信息保护法"}


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        # the last character sounds alike
        ("个人信息保护发第二十四条", "个人信息保护法第二十四条"),
        ("民法点第680条讲什么", "民法典第680条讲什么"),
        ("社会保险发86条", "社会保险法86条"),
        ("《社会保险发》第86条", "《社会保险法》第86条"),
        ("请问个保发的第十三条", "请问个保法的第十三条"),
        # a character is missing, or one too many
        ("消费者权益护法第二十四条", "消费者权益保护法第二十四条"),
        ("消费者权益的保护法第二十四条", "消费者权益保护法第二十四条"),
        # the longest name that fits: the rules under the law, not the law
        ("药品管里法实施条例第三条", "药品管理法实施条例第三条"),
        # right as it is, or no law of ours
        ("药品管理法第三十二条", None),
        ("第五届专利法第三条", None),
        ("员工手册第三条", None),
        ("我们公司第三条生产线", None),
        ("个人信息保护发在哪一条", None),
        ("第三条", None),
    ],
)
def test_a_name_before_an_article(question: str, mended: str | None) -> None:
    text, corrections = misnamed(question, NAMES)
    assert text == (mended or question)
    assert len(corrections) == (1 if mended else 0)


def test_two_laws_one_sound_away_are_left_alone() -> None:
    assert misnamed("样离法第一条", {"样例法": "甲", "样利法": "乙"}) == ("样离法第一条", ())


def test_a_long_run_of_characters_is_read_at_once() -> None:
    text = "法" * 200_000 + "第一条"
    assert misnamed(text, NAMES)[0] == text
