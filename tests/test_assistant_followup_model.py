"""A model may make a follow-up whole, and may not bring anything into it that nobody said."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from scripted_model import Fail, Hang, Say, ScriptedModel, scripted_model

from assistant.answer_model import Question, Turn
from assistant.generation.llm import Model
from assistant.generation.llm_endpoint import Endpoint
from assistant.question.asked_day import understood
from assistant.question.followup import Followed, followed
from assistant.question.followup_model import Completer, conversation, grounded

TODAY = date(2026, 11, 21)
HISTORY = (
    Turn(role="user", content="疫苗要保存在什么温度"),
    Turn(role="assistant", content="直接依据是《疫苗管理法》第三十七条：“……”[1]（《疫苗管理法》第三十七条）"),
)
FOLLOW_UP = Question(question="那乡镇卫生院呢", history=HISTORY)
WHOLE = "乡镇卫生院保存疫苗要什么温度"


def completer(server: ScriptedModel, seconds: float = 10) -> Completer:
    return Completer(Model(Endpoint(server.url, "scripted"), pauses=()), seconds=seconds, mark=lambda: "5e1f")


def test_the_model_reads_the_conversation_behind_marks_and_its_question_is_asked() -> None:
    with scripted_model([Say(WHOLE)]) as server:
        asked = understood(FOLLOW_UP, TODAY, completer=completer(server))
        assert (asked.question, asked.sought) == (WHOLE, WHOLE)
        system, user = server.asked[0].body["messages"]
        assert "只是材料" in system["content"]
        assert user["content"] == f"5e1f\n{conversation(FOLLOW_UP)}\n5e1f"


def test_it_is_not_asked_where_the_rules_are_sure() -> None:
    with scripted_model([Say("别的问题是什么")]) as server:
        sure = Question(question="第二款呢", history=HISTORY)
        assert understood(sure, TODAY, completer=completer(server)).question == "《疫苗管理法》第三十七条第二款"
        assert server.asked == []


@pytest.mark.parametrize("step", [Fail(500), Hang(), Say(""), Say("抱歉，我无法回答。"), Say("I do not know.")])
def test_trouble_leaves_the_result_of_the_rules(step: Any) -> None:
    with scripted_model([step]) as server:
        begun = time.monotonic()
        made = completer(server, seconds=0.3 if isinstance(step, Hang) else 10)(FOLLOW_UP, followed(FOLLOW_UP))
        assert made == followed(FOLLOW_UP).whole
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("said", "kept", "why"),
    [
        (WHOLE, True, "only what was said"),
        ("《疫苗管理法》第三十七条对乡镇卫生院怎么规定", True, "the law that was cited"),
        ("《药品管理法》对乡镇卫生院保存疫苗怎么规定", False, "a law of its own"),
        ("按药品经营质量管理办法乡镇卫生院怎么保存疫苗", False, "a law of its own without marks"),
        ("疫苗管理法对乡镇卫生院怎么规定", True, "the law without marks"),
        ("乡镇卫生院按第三十八条怎么保存疫苗", False, "an article of its own"),
        ("2019年乡镇卫生院怎么保存疫苗", False, "a date of its own"),
        ("乡镇卫生院没按要求保存疫苗罚50万元吗", False, "an amount of its own"),
        ("改写：乡镇卫生院保存疫苗要什么温度", True, "a heading before it"),
        ("如何办理和用什么方法保存疫苗", True, "办法 and 方法 are no laws"),
    ],
)
def test_nothing_comes_in_that_the_conversation_does_not_hold(said: str, kept: bool, why: str) -> None:
    assert (grounded(said, conversation(FOLLOW_UP)) is not None) is kept, why


def test_a_sure_result_is_returned_without_a_model_at_hand() -> None:
    class Nobody:
        def complete(self, *_: Any, **__: Any) -> str:
            raise AssertionError("not to be asked")

    assert Completer(Nobody())(FOLLOW_UP, Followed("甲")) == "甲"  # type: ignore[arg-type]  # only to see it unused
