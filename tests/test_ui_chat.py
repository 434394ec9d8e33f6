"""The chat page over the contract, without a browser: what is asked, what is drawn, and an answer still coming."""

from __future__ import annotations

import threading
from collections.abc import Generator
from datetime import date
from typing import Any

import contract_server as contract
import pytest
from drawn_page import draw, html, labels, page, press
from streamlit.testing.v1 import AppTest

from assistant.answer_model import Answer
from assistant.events import Cited, Token
from kb.errors import Unavailable
from kb.model import Citation
from ui import answered
from ui.answering import Answering, Answerings, Asking, Progress
from ui.client import Client
from ui.contract_desk import Begun, StoredTurn, TurnEvent

VISITOR = "v" * 32
KEYED = [contract.citation("1"), contract.citation("2") | {"force": "已废止", "notice": "已于2025年废止。"}]
TABLE = {
    "columns": ["药品", f"化妆品{contract.HOSTILE}"],
    "rows": [{"name": "时限", "cells": [{"text": "六十日[1]", "keys": ["1"]}, {"text": "没有找到", "keys": []}]}],
}
RECKONING = {
    "rule": "六十个工作日内", "keys": ["1"], "steps": ["自受理次日起算", f"跳过休息日{contract.HOSTILE}"],
    "start": "2026-11-23", "end": "2027-02-22",
}  # fmt: skip
ESCAPED = "&lt;script&gt;"


def held(site: Client, world: contract.World, turns: int, **params: str) -> AppTest:
    """The page of a conversation with so many answered turns."""
    identity = world.desk.begin(VISITOR, turns, contract.answer())
    test = AppTest.from_function(draw, default_timeout=20, args=("ask", site))
    test.session_state["visitor"] = VISITOR
    for name, value in {"c": identity, **params}.items():
        test.query_params[name] = value
    return test.run()


def questions(world: contract.World) -> list[dict[str, Any]]:
    """The questions put in conversations, oldest first."""
    return [body for _, path, body in world.sent if path == contract.TURNS]


def made(**changed: Any) -> Answer:
    return Answer.model_validate(contract.answer(**changed))


def test_a_long_conversation_shows_its_last_thirty_turns_and_the_rest_by_pages(
    site: Client, world: contract.World
) -> None:
    """A hundred turns at once would take seconds to draw and nobody reads them; each press brings a page more."""
    test = held(site, world, 70)
    assert html(test).count('class="question"') == 30
    assert "第 70 问" in html(test)
    test = press(test, "显示更早的 30 条")
    assert html(test).count('class="question"') == 60
    test = press(test, "显示更早的 10 条")
    assert html(test).count('class="question"') == 70
    assert html(test).index("第 1 问") < html(test).index("第 70 问")
    assert not any("更早" in label for label in labels(test))


def test_only_one_turn_has_widgets(site: Client, world: contract.World) -> None:
    """What makes a long conversation slow is a widget for each mark, so older turns must have none."""
    few, many = held(site, world, 2), held(site, world, 30)
    assert len(labels(few)) == len(labels(many))
    assert html(many).count('class="settled"') == 29


def test_a_follow_up_follows_the_turn_on_screen(site: Client, world: contract.World) -> None:
    """On another branch "the newest turn" would be that of the wrong one."""
    test = held(site, world, 2)
    identity = test.query_params["c"]
    first = world.desk.kept[identity]["turns"][0]["id"]
    world.desk.put(identity, {"question": "改过的问题", "parent": first}, contract.answer())
    second = world.desk.kept[identity]["turns"][1]["id"]
    test.query_params["turn"] = second
    test = test.run()
    assert "1/2" in html(test)
    test = test.chat_input[0].set_value("接着问").run()
    assert questions(world)[-1] == {"question": "接着问", "parent": second}
    assert "turn" not in test.query_params, "the branch asked in is the newest one now"


def test_asking_again_stands_beside_the_first_answer(site: Client, world: contract.World) -> None:
    """The first answer may have been the better one: it is kept as a sibling."""
    test = press(held(site, world, 2), "重新回答")
    first = world.desk.kept[test.query_params["c"]]["turns"][0]["id"]
    assert questions(world)[-1] == {"question": "第 2 问", "parent": first}
    assert "2/2" in html(test)


def test_a_first_question_asked_again_begins_anew(site: Client, world: contract.World) -> None:
    press(held(site, world, 1), "重新回答")
    assert questions(world)[-1] == {"question": "第 1 问", "parent": None}


def test_questions_of_an_old_address_are_asked_once(site: Client, world: contract.World) -> None:
    test = page("ask", site, q="可以委托生产吗")
    assert "q" not in test.query_params
    test.run()
    assert len(questions(world)) == 1
    test.query_params["q"] = "可以委托生产吗"  # the way back
    test = test.run()
    assert len(questions(world)) == 1
    assert len(world.desk.kept) == 1


def test_a_conversation_of_somebody_else_is_not_shown(site: Client, world: contract.World) -> None:
    theirs = world.desk.begin("w" * 32, 1, contract.answer())
    test = held(site, world, 0)
    test.query_params["c"] = theirs
    test = test.run()
    assert "打不开这段问答" in html(test)
    assert "第 1 问" not in html(test)


def test_rating_is_sent_once_and_with_its_reason(site: Client, world: contract.World) -> None:
    """A redrawing must not send it again."""
    test = held(site, world, 1)
    pills = test.button_group[-1]
    test = pills.set_value("没用").run()
    test = test.button_group[-1].set_value("引用不对").run().run()
    assert world.desk.rated == [
        {"answer_id": "a1", "useful": False},
        {"answer_id": "a1", "useful": False, "reason": "引用不对"},
    ]


def test_a_profile_goes_with_each_question(site: Client, world: contract.World) -> None:
    """It is said above the box while it is used."""
    from assistant.model import EnterpriseProfile

    test = held(site, world, 1)
    test.session_state["firm"] = EnterpriseProfile.model_validate({"name": "甲公司", "sectors": ["化妆品"]})
    test = test.chat_input[0].set_value("要备案吗").run()
    assert questions(world)[-1]["profile"] == {"name": "甲公司", "sectors": ["化妆品"]}
    assert any("按企业情况回答：甲公司、化妆品" in label for label in labels(test))


@pytest.mark.parametrize(
    ("changed", "expected", "absent"),
    [
        ({"asked": "可以委托生产吗？"}, [], ["理解为"]),  # the same question, but for a sign
        ({"asked": "化妆品可以委托生产吗"}, ["理解为：化妆品可以委托生产吗"], []),
        ({"removed": 2}, ["有 2 句在材料中没有找到依据"], []),
        (
            {"premises": ["该规定已废止[1]。"], "text": "该规定已废止[1]。\n\n可以委托[1]。"},
            ["先说明一点", '<div class="answer"><p>可以委托'],
            [],
        ),
        (
            {"table": TABLE},
            ['<th scope="col">药品</th>', '<th scope="row">时限</th>', '<td class="unknown">没有找到</td>', ESCAPED],
            [],
        ),
        ({"reckonings": [RECKONING]}, ["期限推算", "2026-11-23", "2027-02-22", "自受理次日起算", ESCAPED], []),
        ({"reckonings": [RECKONING | {"start": None, "end": None}]}, ["自受理次日起算"], ["reckoned"]),
        ({"reason": "只找到一半"}, ["只找到部分依据", "只找到一半"], []),
    ],
)
def test_what_an_answer_holds_is_shown(changed: dict[str, Any], expected: list[str], absent: list[str]) -> None:
    words = answered.said(made(**changed), "可以委托生产吗")
    assert [one for one in expected if one not in words] == []
    assert [one for one in absent if one in words] == []
    assert "<script" not in words


def test_a_premise_stands_once(site: Client) -> None:
    """The text begins with the premises, for those who read nothing else; the page says them in their own place."""
    answer = made(premises=["该规定已废止。"], text="该规定已废止。\n\n可以。", notes=["该规定已废止。"])
    assert answered.said(answer, "问").count("该规定已废止。") == 1
    assert answered.untold(answer) == []


def test_service_items_are_folded_with_what_they_ask_for() -> None:
    words = answered.items(made(items=[contract.ITEM]).items)
    for expected in ("<details", "示例预审", "线下", "提交资料", "原文未载明", ESCAPED, contract.PLACE):
        assert expected in words
    assert "<script" not in words


def test_the_badge_of_generated_content_is_on_every_answer() -> None:
    assert "AI生成，仅供参考" in answered.manner(made())
    words = answered.manner(made(mode="generative", model=f"某模型{contract.HOSTILE}"))
    assert "某模型" in words
    assert "AI生成，仅供参考" in words
    assert "<script" not in words


def test_a_row_says_why_a_text_is_not_in_force() -> None:
    words = answered.row(Citation.model_validate(KEYED[1]))
    assert "已废止" in words
    assert "已于2025年废止。" in words


def test_a_stored_turn_of_a_later_contract_is_read() -> None:
    """A field that the service adds later must not break the page."""
    body = {"id": "t", "parent": None, "question": "问", "state": "done", "mood": "later", "as_of": "2026-11-21"}
    turn = StoredTurn.read(body)
    assert (turn.as_of, turn.siblings, turn.answer) == (date(2026, 11, 21), ("t",), None)


class Script:
    """A stream of events that goes on when it is told to, and notes that it was closed."""

    def __init__(self, *events: TurnEvent | Exception) -> None:
        self.events, self.go_on, self.closed = events, threading.Semaphore(0), threading.Event()
        self.stopped: list[str] = []

    def stream(self) -> Generator[TurnEvent]:
        try:
            for event in self.events:
                assert self.go_on.acquire(timeout=5)
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed.set()

    def start(self) -> Answering:
        return Answering(Asking("问"), None, self.stream(), self.stopped.append)

    def release(self, one: Answering, seen: Progress) -> Progress:
        self.go_on.release()
        return one.wait(seen, 5)


def test_an_answer_is_read_while_nobody_looks() -> None:
    """A press draws the page anew; the answer must go on and be found whole."""
    whole = made()
    script = Script(Begun("t1", None), Token("可以"), Token("委托。"), Cited(whole.citations[0]), whole)
    one = script.start()
    seen = script.release(one, one.progress)
    assert seen.turn == "t1"
    seen = script.release(one, seen)
    seen = script.release(one, seen)
    assert (seen.text, seen.ended) == ("可以委托。", False)
    script.go_on.release(10)
    while not seen.ended:
        seen = one.wait(seen, 5)
    assert (seen.text, seen.citations, seen.failure) == (whole.text, whole.citations, None)
    assert script.closed.wait(5)


def test_a_stop_is_told_to_the_service_even_before_the_turn_has_a_name() -> None:
    script = Script(Begun("t1", None), made())
    one = script.start()
    one.stop()
    assert script.stopped == []
    script.release(one, one.progress)
    script.go_on.release()
    while not one.progress.ended:
        one.wait(one.progress, 5)
    assert script.stopped == ["t1"]


@pytest.mark.parametrize(
    ("error", "said"), [(Unavailable("索引正在重建。"), "索引正在重建。"), (ValueError("不是 JSON"), "中断")]
)
def test_a_broken_stream_ends_the_wait_with_a_sentence(error: Exception, said: str) -> None:
    script = Script(Begun("t1", None), error)
    one = script.start()
    script.go_on.release(2)
    seen = one.progress
    while not seen.ended:
        seen = one.wait(seen, 5)
    assert said in str(seen.failure)


def test_an_answer_that_is_coming_belongs_to_one_person() -> None:
    """A reload finds it by key and conversation, and nobody else does."""
    answerings, script = Answerings(), Script(made())
    one = script.start()
    answerings.put("甲", "c", one)
    assert answerings.of("甲", "c") is one
    assert answerings.of("乙", "c") is None
    assert answerings.of("甲", None) is None
    answerings.done("甲", "c", one)
    assert answerings.of("甲", "c") is None
    script.go_on.release()
    assert script.closed.wait(5)
