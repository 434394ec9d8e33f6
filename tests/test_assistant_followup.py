"""A short follow-up leans on the question before it; a question that stands alone is left as it is."""

from __future__ import annotations

import pytest

from assistant.answer_model import Question, Turn
from assistant.followup import open_matter, standing_alone
from kb.lexical import terms

BEFORE = "生产假药罚多少？"


@pytest.mark.parametrize(
    ("follow_up", "expected", "why"),
    [
        ("那劣药呢", "生产假药罚多少，那劣药呢", "what is asked stands only in the question before"),
        ("2018年的时候怎么规定", "生产假药罚多少，2018年的时候怎么规定", "a date without a matter"),
        ("疫苗可以委托生产吗", "疫苗可以委托生产吗", "a new matter is not mixed with the old one"),
        (
            "那医疗器械注册证书有效期届满之前多久要申请延续注册",
            "那医疗器械注册证书有效期届满之前多久要申请延续注册",
            "long",
        ),
    ],
)
def test_a_follow_up_is_completed_from_the_last_question(follow_up: str, expected: str, why: str) -> None:
    history = (Turn(role="user", content=BEFORE), Turn(role="assistant", content="见第一百一十六条。"))
    assert standing_alone(Question(question=follow_up, history=history)) == expected, why


def test_without_history_nothing_is_added() -> None:
    assert standing_alone(Question(question="那劣药呢")) == "那劣药呢"


@pytest.mark.parametrize(
    ("question", "asked_back", "why"),
    [
        ("罚多少", True, "a penalty for nothing in particular"),
        ("要不要备案", True, "a filing of nothing in particular"),
        ("那疫苗呢", True, "a follow-up to nothing"),
        ("1", True, "a number alone"),
        ("生产假药罚多少", False, "the matter is named"),
        ("牙膏按什么管", False, "one word of matter is enough"),
        ("药品注册申请要什么材料", False, "a sector and a procedure are a matter"),
        ("药品要什么材料", True, "a sector alone is none"),
        ("什么是药品", False, "a meaning is asked"),
        ("？？？", False, "no term at all is refused, not asked back"),
    ],
)
def test_a_question_without_a_matter_is_asked_back(question: str, asked_back: bool, why: str) -> None:
    assert (open_matter(question, terms(question)) is not None) is asked_back, why
