"""The client and the address: what the pages send, what they make of answers, and what they say without an answer."""

from __future__ import annotations

import re
import socket
from datetime import date
from pathlib import Path
from typing import Any

import contract_server as contract
import pytest

from assistant.answer_model import Answer
from assistant.model import EnterpriseProfile
from kb.errors import BadInput, NotAllowed, NotFound, Unavailable
from kb.model import Force
from ui import state
from ui.client import Client
from ui.views.workbench import corrections
from ui.wire import events, given
from ui.words import TEXT


@pytest.fixture
def client(site: Client) -> Client:
    return site


def test_search_sends_only_what_is_known(client: Client, world: contract.World) -> None:
    """An absent filter must not reach the service as an empty one, which would match nothing."""
    found = client.search("委托生产", k=5, as_of=date(2026, 11, 21), kind="行政法规", region=None)
    assert world.sent[-1][2] == {"q": "委托生产", "k": "5", "as_of": "2026-11-21", "kind": "行政法规"}
    assert [(one.article, one.force) for one in found["passages"]] == [("第二条", Force.IN_FORCE)]


def test_ask_yields_the_text_then_the_answer(client: Client) -> None:
    """The page writes pieces as they come, and trusts only the checked answer at the end."""
    *pieces, whole = client.ask("可以委托生产吗")
    assert isinstance(whole, Answer)
    assert pieces
    assert whole.text.startswith("".join(str(piece) for piece in pieces))
    assert whole.citations[0].quote == contract.QUOTE


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("停一下", "索引正在重建"),  # the service's own sentence reaches the reader
        ("断在途中", "断开"),  # a stream without its last event is never taken for an answer
    ],
)
def test_ask_tells_a_failure_from_an_answer(client: Client, question: str, said: str) -> None:
    with pytest.raises(Unavailable, match=said):
        list(client.ask(question))


def test_a_service_that_is_down_is_named_with_its_address() -> None:
    """Nothing listens on a port just given back: the sentence must say which service, and what to do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    client = Client(url, timeout=2)
    with pytest.raises(Unavailable, match=re.escape(url)):
        client.coverage()
    with pytest.raises(Unavailable, match="管理员"):
        list(client.ask("可以吗"))
    client.close()


def test_errors_keep_their_kind_and_sentence(client: Client) -> None:
    """The reader tells a missing provision from a failing service by the error's class."""
    with pytest.raises(NotFound, match="没有这一条"):
        client.provision("示例品条例/第九十九条")
    with pytest.raises(NotAllowed, match="令牌"):
        client.correct(contract.DOCUMENT, {"state": "published"})


def test_staff_actions_carry_the_token(world: contract.World) -> None:
    """Upload, publish and withdraw work with the token, in this order, as a curator does them."""
    with contract.serving(world) as url:
        staff = Client(url, contract.TOKEN, timeout=5)
        taken = staff.upload("示例.txt", "第一条　示例。".encode())
        assert taken["state"] == "draft"
        assert [report["outcome"] for report in taken["reports"]] == ["added", "failed"]
        assert staff.correct(contract.DOCUMENT, {"state": "published"})["state"] == "published"
        staff.withdraw(contract.DOCUMENT)
        assert world.state == "withdrawn"
        staff.close()


def test_addresses_with_brackets_and_slashes_arrive_whole(client: Client, world: contract.World) -> None:
    """Addresses hold Chinese, （一） and slashes; a mangled one would open the wrong provision."""
    with pytest.raises(NotFound):
        client.provision("示例品条例@2020-01-01/第三条/第一款/第（二）项")
    assert world.sent[-1][1] == "/api/provisions/示例品条例@2020-01-01/第三条/第一款/第（二）项"


def test_an_unknown_profile_field_is_not_sent(client: Client, world: contract.World) -> None:
    """Absent means unknown: an empty list sent along could be read as "none"."""
    profile = EnterpriseProfile.model_validate(
        {"name": "甲", "kinds": ["研发"], "products": [{"class": "1类", "phase": "准备IND"}]}
    )
    assert [match.level for match in client.match(profile)] == ["match", "potential", "no"]
    sent = world.sent[-1][2]["profile"]
    assert sent == {"name": "甲", "kinds": ["研发"], "products": [{"class": "1类", "phase": "准备IND"}]}


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (["event: token", 'data: {"text": "甲"}', ""], [("token", {"text": "甲"})]),
        ([": 心跳", "", "event: done", "data: {}", ""], [("done", {})]),  # comments keep a line open
        (["event: done", 'data: {"a":', "data: 1}", ""], [("done", {"a": 1})]),  # data may be folded
        (["event: token", 'data: "甲"'], []),  # cut before the blank line: not an event
    ],
)
def test_event_streams_are_read_as_the_standard_says(lines: list[str], read: list[tuple[str, Any]]) -> None:
    assert list(events(iter(lines))) == read


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, None),
        ({"read": "甲法/第一条"}, state.Reading("甲法/第一条")),
        ({"read": "甲法/第一条~3-9"}, state.Reading("甲法/第一条", 3, 9)),
        ({"read": "甲法/第一条~9-3"}, state.Reading("甲法/第一条")),  # backwards
        ({"read": "甲法/第一条~三-九"}, state.Reading("甲法/第一条")),  # not digits
        ({"read": "甲法/第一条~3"}, state.Reading("甲法/第一条")),  # cut
        ({"read": "~3-9"}, None),  # a span of nothing
    ],
)
def test_reading_survives_damaged_addresses(params: dict[str, str], expected: state.Reading | None) -> None:
    """Links are cut by chat programs; what is left must still open."""
    assert state.reading(params) == expected


@pytest.mark.parametrize("place", [state.Reading("甲法/第一条", 0, 4), state.Reading("甲法/第一条"), None])
def test_reading_round_trips_through_the_address(place: state.Reading | None) -> None:
    """What the page shows is what a reload shows."""
    params = {"read": "旧~1-2", "as_of": "2020-01-01"}
    state.put_reading(params, place)
    assert state.reading(params) == place
    assert params["as_of"] == "2020-01-01"


def test_today_is_not_frozen_into_the_address() -> None:
    """A bookmark made today must mean "today" when it is opened next year; a chosen date must stay."""
    params = {"as_of": "2020-01-01"}
    today = date(2026, 11, 21)
    assert state.as_of(params) == date(2020, 1, 1)
    state.put_as_of(params, today, today)
    assert state.as_of(params) is None
    assert state.as_of({"as_of": "去年"}) is None


def test_given_leaves_out_the_unknown() -> None:
    """Zero is a value; None and empty text are not."""
    assert given(a=None, b="", c=0, d=date(2026, 1, 2)) == {"c": 0, "d": "2026-01-02"}


@pytest.mark.parametrize(
    ("typed", "changes"),
    [
        ({"number": "甲〔2020〕1号"}, {"number": "甲〔2020〕1号"}),
        ({"issuer": " 示例机关 "}, {}),  # blanks alone are no correction
        ({"effective_on": ""}, {"effective_on": None}),  # emptied means unknown
        ({"effective_on": "2020-02-01"}, {"effective_on": "2020-02-01"}),
        ({"stages": ["生产"], "topics": ["示例主题"]}, {}),  # lists as they were
        ({"stages": ["生产", "注销"]}, {"stages": ["生产", "注销"]}),
        ({"topics": []}, {"topics": []}),  # emptied
    ],
)
def test_only_corrections_are_sent(typed: dict[str, str | list[str]], changes: dict[str, object]) -> None:
    """Sending untouched fields back would turn everything read from the text into a human edit."""
    assert corrections(contract.PAGE, typed) == changes


def test_a_date_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="施行日期"):
        corrections(contract.PAGE, {"effective_on": "2020年2月"})


def test_every_sentence_used_is_in_the_table() -> None:
    """A missing sentence would break a page only when somebody reaches it."""
    ui = Path(__file__).parents[1] / "ui"
    files = [*ui.glob("views/*.py"), ui / "app.py", ui / "client.py", ui / "theme.py", ui / "law.py"]
    used = {
        key for file in files for key in re.findall(r'say\(\s*["\']([\w.]+)["\']', file.read_text(encoding="utf-8"))
    }
    assert len(used) > 50
    assert used <= TEXT.keys()
