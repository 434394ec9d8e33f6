"""The store of conversations on its own: whose they are, how they branch, what survives, and that it stays fast."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from assistant.answer_model import Answer
from assistant.desk import conversations as module
from assistant.desk import schema
from assistant.desk.branches import Branches, Twig
from assistant.desk.cited_answers import CitedAnswers
from assistant.desk.conversations import Conversations
from assistant.desk.database import FILE, Desk, Table
from assistant.desk.turn_reading import KILLED, OUTDATED
from assistant.desk.visitor import known, mark
from assistant.running import Replies
from kb.errors import Conflict, NotAllowed, NotFound, Unavailable

ONE, OTHER = "a" * 22, "b" * 64
START = datetime(2026, 11, 21, 8, tzinfo=UTC)


class Ticking:
    """A clock that goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def store(desk: Desk) -> Iterator[Conversations]:
    replies = Replies()
    yield Conversations(desk, replies, Ticking())
    replies.close()


def answer(text: str = "应当在三十日内报告[1]。", answer_id: str = "答") -> Answer:
    return Answer(answer_id=answer_id, outcome="answered", text=text, as_of=date(2026, 11, 21), index_version="1")


def asked(
    store: Conversations, conversation: str, question: str, parent: str | None = None, *, afresh: bool = False,
    said: str = "应当在三十日内报告。", visitor: str = ONE,
) -> str:  # fmt: skip
    turn = str(uuid4())
    store.begin(visitor, conversation, turn, question, None, parent=parent, afresh=afresh)
    store.end(turn, "done", answer(said, turn))
    return turn


def begun(store: Conversations, visitor: str = ONE) -> str:
    return store.create(visitor, str(uuid4())).id


def questions(store: Conversations, conversation: str, leaf: str | None = None) -> list[str]:
    return [turn.question for turn in store.read(ONE, conversation, leaf=leaf).turns]


def test_the_first_question_names_a_conversation_and_the_newest_comes_first(store: Conversations) -> None:
    first, second = begun(store), begun(store)
    asked(store, first, "  不良反应应当\n在多少日内报告，" + "要报给谁" * 20)
    page = store.page(ONE)
    assert [head.id for head in page.conversations] == [first, second]
    assert page.conversations[0].title == ("不良反应应当 在多少日内报告，" + "要报给谁" * 20)[:30]
    assert (page.conversations[0].turns, page.conversations[1].title, page.total) == (1, "", 2)
    asked(store, first, "换一个问题")
    assert store.page(ONE).conversations[0].title.startswith("不良反应"), "only the first question names it"
    assert store.rename(ONE, first, "我的对话").title == "我的对话"


def test_what_belongs_to_somebody_else_is_not_there(store: Conversations, desk: Desk, tmp_path: Path) -> None:
    """Knowing the id of a conversation is no key to it, and the file holds no key either."""
    mine = begun(store)
    turn = asked(store, mine, "我的问题")
    tries = [
        lambda: store.read(OTHER, mine), lambda: store.path(OTHER, mine), lambda: store.turn(OTHER, mine, turn),
        lambda: store.begin(OTHER, mine, "x", "问", None), lambda: store.stop(OTHER, mine, turn),
        lambda: store.rename(OTHER, mine, "他的"), lambda: store.delete(OTHER, mine),
    ]  # fmt: skip
    for one in tries:
        with pytest.raises(NotFound):
            one()
    store.delete_all(OTHER)
    assert store.page(OTHER, words="我的").total == 0
    assert questions(store, mine) == ["我的问题"]
    stored = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    assert ONE.encode() not in stored
    assert mark(ONE).encode() in stored


def test_a_turn_of_another_conversation_is_no_parent_and_no_leaf(store: Conversations) -> None:
    one, other = begun(store), begun(store)
    turn = asked(store, other, "别处的问题")
    with pytest.raises(NotFound):
        store.begin(ONE, one, str(uuid4()), "问", None, parent=turn)
    with pytest.raises(NotFound):
        store.read(ONE, one, leaf=turn)
    with pytest.raises(NotFound):
        store.read(ONE, one, before=turn)


def test_editing_and_asking_again_branch_and_nothing_is_lost(store: Conversations) -> None:
    here = begun(store)
    first = asked(store, here, "一")
    second = asked(store, here, "二", first)
    third = asked(store, here, "三", second)
    edited = asked(store, here, "二改", first)
    again = asked(store, here, "二改", first)
    assert questions(store, here) == ["一", "二改"]
    page = store.read(ONE, here)
    assert page.turns[1].siblings == (second, edited, again)
    assert page.turns[1].parent == first
    # A leaf that is none is the beginning of a branch: choosing a sibling shows the whole of its branch.
    assert questions(store, here, second) == ["一", "二", "三"]
    assert [turn.question for turn in store.path(ONE, here, second).turns] == ["一", "二"], (
        "a path ends where it is told"
    )
    other = asked(store, here, "另起", afresh=True)
    assert store.read(ONE, here).turns[0].siblings == (first, other)
    assert questions(store, here, third) == ["一", "二", "三"]


def test_a_path_comes_in_pages(store: Conversations) -> None:
    here = begun(store)
    turns = [asked(store, here, str(number)) for number in range(7)]
    last = store.read(ONE, here, limit=3)
    assert ([turn.question for turn in last.turns], last.earlier) == (["4", "5", "6"], 4)
    before = store.read(ONE, here, limit=3, before=last.turns[0].id)
    assert ([turn.question for turn in before.turns], before.earlier) == (["1", "2", "3"], 1)
    assert store.read(ONE, here, before=turns[0]).turns == ()
    edited = asked(store, here, "6改", turns[5])
    older = store.read(ONE, here, limit=1, before=turns[6])
    assert [turn.question for turn in older.turns] == ["5"], "the turns before one that is not on the newest path"
    assert store.read(ONE, here, before=edited).earlier == 0


def test_history_is_the_path_and_no_other_branch(store: Conversations) -> None:
    here = begun(store)
    first = asked(store, here, "一", said="甲" * 5000)
    asked(store, here, "不走的一支", first)
    second = str(uuid4())
    store.begin(ONE, here, second, "二", None, parent=first)
    store.end(second, "failed", failure="坏了。")
    history = store.begin(ONE, here, str(uuid4()), "三", None, parent=second).history
    assert [(turn.role, turn.content) for turn in history] == [
        ("user", "一"), ("assistant", "甲" * 4000), ("user", "二"),
    ]  # fmt: skip
    for number in range(10):
        asked(store, here, f"续{number}")
    history = store.begin(ONE, here, str(uuid4()), "末", None).history
    assert [turn.content for turn in history if turn.role == "user"] == [f"续{number}" for number in range(4, 10)]


@pytest.mark.parametrize(
    ("words", "found", "why"),
    [
        ("不良反应", True, "words of the question"),
        ("三十日内", True, "words of the answer"),
        ("对话名", True, "words of the title"),
        ("100%", True, "a percent sign is itself"),
        ("10_%", False, "and no wildcard"),
        ("%", True, "alone too"),
        ("三_日", False, "an underscore stands for nothing"),
        ("a_b", True, "but itself"),
        ("it's", True, "a quotation mark ends nothing"),
        ("' OR '1'='1", False, "nor does it begin anything"),
        ("/", False, "the sign that escapes others is itself too"),
        ("😀", True, "an emoji is a character"),
        ("outcome", False, "names of fields are no words of an answer"),
    ],
)
def test_a_search_means_the_words_as_they_are(store: Conversations, words: str, found: bool, why: str) -> None:
    here = begun(store)
    asked(store, here, "不良反应100%要报吗 it's a_b 😀")
    store.rename(ONE, here, "对话名")
    assert (store.page(ONE, words=words).total == 1) is found, why
    assert bool(store.page(ONE, words=words).conversations) is found, why


def test_long_and_odd_questions_come_back_as_they_were(store: Conversations) -> None:
    here = begun(store)
    odd = ["😀" * 1000, "问" * 2000, "a\u0000b", "\u202e倒着\n\n\t写", "'; DROP TABLE turns; --"]
    for question in odd:
        asked(store, here, question, said=question)
    turns = store.read(ONE, here).turns
    assert [turn.question for turn in turns] == odd
    assert [turn.answer.text for turn in turns if turn.answer] == odd


def test_a_turn_without_a_reply_on_its_way_was_killed(store: Conversations) -> None:
    here, turn = begun(store), str(uuid4())
    store.begin(ONE, here, turn, "问", None)
    read = store.turn(ONE, here, turn)
    assert (read.state, read.failure, read.answer) == ("failed", KILLED, None)


def test_an_answer_of_another_version_is_a_failure_with_its_sentence(store: Conversations, tmp_path: Path) -> None:
    """Answers grow fields and lose them; a reader must never get an error page for what was written years ago."""
    here = begun(store)
    for damage in ('{"text": "旧"}', "{", '{"answer_id": "1", "outcome": "answered", "no_such_field": 1}'):
        turn = asked(store, here, "问")
        with closing(sqlite3.connect(tmp_path / FILE)) as sql, sql:
            sql.execute("UPDATE turns SET answer = ? WHERE id = ?", (damage, turn))
        read = store.turn(ONE, here, turn)
        assert (read.question, read.state, read.failure, read.answer) == ("问", "failed", OUTDATED, None)


def test_deleting_takes_the_words_out_of_the_file(store: Conversations, desk: Desk, tmp_path: Path) -> None:
    """Not only out of the lists: what somebody deletes must not lie in free pages."""
    secret = "不许留下的一句话"
    gone, kept = begun(store), begun(store)
    parent = asked(store, gone, secret)
    asked(store, gone, secret, parent)
    asked(store, gone, secret, parent)
    asked(store, kept, "留着")
    store.delete(ONE, gone)
    with pytest.raises(NotFound):
        store.read(ONE, gone)
    assert questions(store, kept) == ["留着"]
    desk.close()  # the last to leave writes the log back into the file
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    store.delete_all(ONE)
    assert store.page(ONE).total == 0


def test_what_nobody_goes_on_with_is_forgotten(desk: Desk) -> None:
    clock, replies = Ticking(), Replies()
    store = Conversations(desk, replies, clock)
    old, gone_on, other = begun(store), begun(store), begun(store, OTHER)
    for conversation in (old, gone_on):
        asked(store, conversation, "问")
    limit = clock.now
    asked(store, gone_on, "再问")
    assert store.forget(limit + timedelta(microseconds=1)) == 2
    assert [head.id for head in store.page(ONE).conversations] == [gone_on]
    assert other not in [head.id for head in store.page(OTHER).conversations]
    replies.close()


def test_limits_are_said_and_nothing_is_deleted_for_them(store: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CONVERSATIONS", 2)
    monkeypatch.setattr(module, "MOST_TURNS", 2)
    here, _ = begun(store), begun(store)
    with pytest.raises(Conflict, match="先删除"):
        begun(store)
    begun(store, OTHER)
    asked(store, here, "一")
    asked(store, here, "二")
    with pytest.raises(Conflict, match="新建"):
        asked(store, here, "三")
    assert questions(store, here) == ["一", "二"]


def test_a_list_stays_fast_among_ten_thousand(store: Conversations, desk: Desk, tmp_path: Path) -> None:
    """20 of one person's 1,000 among 10,000 conversations: 20 ms are asked for, on any machine of two cores."""
    with closing(sqlite3.connect(tmp_path / FILE)) as sql, sql:
        rows = [
            (f"c{n}", mark(ONE if n % 10 == 0 else f"{n % 10}" * 22), f"对话{n}", f"2026-01-01 00:00:00.{n:06}")
            for n in range(10_000)
        ]
        sql.executemany("INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", [(*row, row[3]) for row in rows])
        sql.executemany(
            "INSERT INTO turns (id, conversation, state, asked_at, question, words, answer)"
            " VALUES (?, ?, 'done', '2026-01-01 00:00:00', '问', '答', ?)",
            [(f"t{n}-{turn}", f"c{n}", "x" * 500) for n in range(10_000) for turn in range(3)],
        )
    store.page(ONE)
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        page = store.page(ONE)
        taken.append(time.perf_counter() - start)
    assert (page.total, len(page.conversations), page.conversations[0].turns) == (1000, 20, 3)
    assert min(taken) < 0.02
    print(f"a page of 20 among 10,000: {min(taken) * 1000:.1f} ms")


def test_a_path_of_two_hundred_turns_stays_fast(store: Conversations) -> None:
    here = begun(store)
    for number in range(200):
        asked(store, here, f"第{number}个问题", said="应当在三十日内报告。" * 50)
    start = time.perf_counter()
    page = store.read(ONE, here)
    taken = time.perf_counter() - start
    assert (len(page.turns), page.earlier) == (30, 170)
    assert len(store.path(ONE, here).turns) == 200
    assert taken < 0.1
    print(f"the last 30 of 200 turns: {taken * 1000:.1f} ms")


def test_a_tree_without_turns_and_a_tree_of_one() -> None:
    assert Branches([]).path(Branches([]).newest) == []
    alone = Twig(5, "a", None)
    assert Branches([alone]).path(alone) == [alone]
    assert Branches([alone]).newest_below("a") == alone


@pytest.mark.parametrize("steps", range(len(schema.STEPS)))
def test_a_file_of_every_earlier_step_grows_and_keeps_its_rows(tmp_path: Path, steps: int) -> None:
    """Step 0 with tables is what the first program wrote: no number, the log of answers already there."""
    with closing(sqlite3.connect(tmp_path / FILE)) as sql, sql:
        for statement in [s for step in schema.STEPS[: max(1, steps)] for s in step]:
            sql.execute(statement)
        sql.execute("INSERT INTO cited_answers VALUES (1, '旧', '2026-01-01', '2026-01-01', 'answered')")
        sql.execute("INSERT INTO cited_places VALUES (1, 1, '法@2020-01-01', '法@2020-01-01/第一条')")
        sql.execute(f"PRAGMA user_version = {steps}")
    desk = Desk(tmp_path)
    assert [a.answer_id for a in CitedAnswers(desk).citing("法@2020-01-01")] == ["旧"]
    replies = Replies()
    store = Conversations(desk, replies)
    asked(store, begun(store), "问")
    replies.close()
    desk.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as sql:
        assert sql.execute("PRAGMA user_version").fetchone() == (len(schema.STEPS),)
        assert sql.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_steps_make_the_columns_that_the_rows_have(desk: Desk) -> None:
    """Steps are SQL and rows are classes: they must not drift apart."""
    with desk.reading() as session:
        made = inspect(session.connection())
        for name, table in Table.metadata.tables.items():
            columns = {column["name"]: column["nullable"] for column in made.get_columns(name)}
            assert columns == {column.name: column.nullable for column in table.columns}, name


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as sql:
        sql.execute("PRAGMA user_version = 99")
    with pytest.raises(Unavailable, match="升级"):
        Desk(tmp_path)


def test_two_that_open_a_new_file_at_once_both_succeed(tmp_path: Path) -> None:
    opener = "import sys; from pathlib import Path; from assistant.desk.database import Desk; Desk(Path(sys.argv[1]))"
    running = [subprocess.Popen([sys.executable, "-c", opener, str(tmp_path)]) for _ in range(2)]
    assert [one.wait(timeout=60) for one in running] == [0, 0]


def test_the_file_is_for_its_owner_alone(desk: Desk, store: Conversations, tmp_path: Path) -> None:
    begun(store)
    assert [path.name for path in tmp_path.glob(f"{FILE}*") if path.stat().st_mode & 0o077] == []


def test_a_broken_file_is_said_without_what_people_wrote(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database at all, but it is long enough to look like one")
    with pytest.raises(Unavailable, match=FILE):
        Desk(tmp_path)


WRITER = """
import sys
from pathlib import Path
from uuid import uuid4
from test_desk_conversations import ONE, asked, begun
from assistant.desk.conversations import Conversations
from assistant.desk.database import Desk
from assistant.running import Replies
store = Conversations(Desk(Path(sys.argv[1])), Replies())
here = begun(store)
for number in range(100000):
    turn = asked(store, here, f"第{number}个", afresh=True) if number < 400 else None
    if turn is None:
        here = begun(store)
        turn = asked(store, here, f"第{number}个")
    print(here, turn, flush=True)
"""


def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    """A turn that was acknowledged is there after SIGKILL, and the file is sound."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    seen = [process.stdout.readline().split() for _ in range(40)]
    process.send_signal(signal.SIGKILL)
    seen += [line.split() for line in process.stdout.read().splitlines()]
    process.stdout.close()
    process.wait(timeout=30)
    desk, replies = Desk(tmp_path), Replies()
    store = Conversations(desk, replies)
    for conversation, turn in (pair for pair in seen if len(pair) == 2 and len(pair[1]) == 36):
        read = store.turn(ONE, conversation, turn)
        assert (read.state, bool(read.answer)) == ("done", True)
    replies.close()
    desk.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("key", ["", "a" * 21, "a" * 65, "a" * 21 + " ", "测" * 22, "a" * 22 + "\n", "a" * 21 + "/"])
def test_a_bad_key_is_no_person(key: str) -> None:
    with pytest.raises(NotAllowed, match="X-Regkb-Visitor"):
        known(key)


@pytest.mark.parametrize("key", ["a" * 22, "Zz09_-" * 5, "-" * 64])
def test_a_good_key_is_one(key: str) -> None:
    assert known(key) == key
