"""The change radar: every change is told once, in the transaction that makes it, with the provisions it is about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import FIRST, SECOND, HashEncoder, chunk, document, provision

from kb.knowledge import KnowledgeBase
from kb.model import Amendment, Document, Relation, State
from kb.radar import ChangeEntry, ended, pointing, touches
from kb.registry import open_registry
from kb.settings import Settings
from kb.store_edge import EdgeStore

DAY = date(2026, 11, 21)
STEPS = ("begin", "add", "flip", "remove", "settle", "finish")
NEWER = document(version="2025-01-01")
REPEAL = Relation(kind="repeals", path=("第一条",), title="药品样例管理办法", evidence="《药品样例管理办法》同时废止")
REPEALING = document("新样例办法", version="2025-06-01")
REPEALING_TEXT = "第一条 新的规定从此适用于样例药品。\n"


def opened(home: Path, checkpoint: Callable[[str], None] = lambda _step: None) -> KnowledgeBase:
    settings = Settings(home=home)
    return KnowledgeBase(
        open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals, checkpoint,
        today=lambda: DAY,
    )  # fmt: skip


def put(knowledge: KnowledgeBase, text: str, held: Document, *relations: Relation) -> str:
    provisions = [provision(line.split()[0], text=line, within=text) for line in text.splitlines()]
    chunks = [chunk(p.path[0], text=text[p.body : p.end], start=p.body) for p in provisions]
    return knowledge.replace(held, text, provisions, chunks, relations, [], [], ("样例.txt", text.encode()))


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    made = opened(tmp_path)
    yield made
    made.close()


def told(knowledge: KnowledgeBase) -> list[tuple[str, str, str | None]]:
    """What happened to which document, compared with which, oldest first."""
    return [(e.event, e.document_id, e.against) for e in reversed(knowledge.registry.changes())]


def newest(knowledge: KnowledgeBase) -> ChangeEntry:
    return knowledge.registry.changes(limit=1)[0]


def places(entry: ChangeEntry) -> list[tuple[str, str | None, str | None]]:
    return [(p.how, p.old and p.old[-1], p.new and p.new[-1]) for p in entry.places]


BETWEEN = [("added", None, "第二条"), ("renumbered", "第二条", "第三条"), ("changed", "第三条", "第四条")]


def test_the_first_text_of_an_instrument_is_told_without_places(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    assert told(knowledge) == [("added", document().id, None)]
    assert (newest(knowledge).recorded_on, newest(knowledge).places) == (DAY, ())


def test_running_twice_tells_once(knowledge: KnowledgeBase) -> None:
    for _ in range(2):
        put(knowledge, FIRST, document())
        put(knowledge, SECOND, NEWER)
    assert len(told(knowledge)) == 3


def test_a_new_version_is_compared_with_the_one_before_it(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    put(knowledge, SECOND, NEWER)
    assert told(knowledge)[1:] == [("added", NEWER.id, document().id), ("superseded", document().id, None)]
    added = knowledge.registry.changes(document=NEWER.id)[0]
    assert places(added) == BETWEEN
    assert "修改 1 处、新增 1 处、只改条号 1 处" in added.words
    assert "自2025年1月1日起" in newest(knowledge).words


def test_an_older_version_that_comes_later_is_compared_with_nothing(knowledge: KnowledgeBase) -> None:
    """It changes nothing for readers: the newer text is already there. That it is superseded is no news either."""
    put(knowledge, SECOND, NEWER)
    put(knowledge, FIRST, document())
    assert told(knowledge) == [("added", NEWER.id, None), ("added", document().id, None)]
    assert knowledge.registry.document(document().id).superseded_on == date(2025, 1, 1)


def test_a_correction_is_told_with_the_places_corrected(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    put(knowledge, FIRST.replace("十五日", "二十日"), document())
    assert told(knowledge)[1:] == [("corrected", document().id, document().id)]
    assert places(newest(knowledge)) == [("changed", "第三条", "第三条")]


@pytest.mark.parametrize("again", [FIRST.replace("，", "， "), FIRST.replace("，", ",")])
def test_other_spaces_and_widths_are_no_correction(knowledge: KnowledgeBase, again: str) -> None:
    put(knowledge, FIRST, document())
    assert put(knowledge, again, document()) == "changed"
    assert len(told(knowledge)) == 1


def test_a_corrected_old_version_is_not_told_to_be_superseded_again(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    put(knowledge, SECOND, NEWER)
    put(knowledge, FIRST.replace("十五日", "二十日"), document())
    assert [event for event, *_ in told(knowledge)] == ["added", "added", "superseded", "corrected"]


def test_a_draft_is_nobodys_concern_until_it_is_published(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    put(knowledge, SECOND, NEWER.model_copy(update={"state": State.DRAFT}))
    assert len(told(knowledge)) == 1
    knowledge.publish(NEWER.id)
    knowledge.publish(NEWER.id)
    assert told(knowledge)[1:] == [("published", NEWER.id, document().id), ("superseded", document().id, None)]
    assert places(knowledge.registry.changes(document=NEWER.id)[0]) == BETWEEN


def test_withdrawing_is_told_once_and_undoes_what_the_text_did(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    put(knowledge, SECOND, NEWER)
    knowledge.withdraw(NEWER.id)
    knowledge.withdraw(NEWER.id)
    assert told(knowledge)[3:] == [("withdrawn", NEWER.id, None), ("superseded", document().id, None)]
    assert "不再视为" in newest(knowledge).words


def test_a_repeal_by_another_text_is_told_with_the_words_of_that_text(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    put(knowledge, REPEALING_TEXT, REPEALING, REPEAL)
    assert told(knowledge)[1:] == [("added", REPEALING.id, None), ("repealed", document().id, REPEALING.id)]
    assert REPEAL.evidence in newest(knowledge).words
    put(knowledge, REPEALING_TEXT + "第二条 样例药品由专门机构负责监督管理。\n", REPEALING)
    assert knowledge.registry.document(document().id).repealed_on is None, "the clause is gone from the corrected text"
    assert newest(knowledge).words.endswith("不再视为已废止。")


def test_an_amendment_of_single_places_is_told_with_these_places(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    amends = Relation(
        kind="amends", path=("第一条",), title="药品样例管理办法", article="第三条", target=("第三条",),
        evidence="将《药品样例管理办法》第三条中的十五日修改为三十日",
    )  # fmt: skip
    order = document("关于修改样例办法的决定", version="2025-06-01")
    put(knowledge, "第一条 将《药品样例管理办法》第三条中的十五日修改为三十日。\n", order, amends)
    found = newest(knowledge)
    assert (found.event, found.document_id, found.against) == ("amended", document().id, order.id)
    assert [(p.old, p.new) for p in found.places] == [(("第三条",), None)], "the new words are not held"


def test_what_staff_set_about_an_end_is_told(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    knowledge.edit(document().id, {"number": "样例令第1号"})
    assert len(told(knowledge)) == 1
    knowledge.edit(document().id, {"repealed_on": "2026-01-01"})
    assert told(knowledge)[1:] == [("repealed", document().id, None)]


CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_kb_radar import NEWER, REPEAL, REPEALING, REPEALING_TEXT, SECOND, opened, put
def stop(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
put(opened(Path(sys.argv[2]), stop), SECOND, NEWER, REPEAL.model_copy(update={"title": "旧样例办法"}))
"""


@pytest.mark.parametrize("step", STEPS)
def test_kill_9_at_any_step_loses_no_change_and_tells_none_twice(step: str, tmp_path: Path) -> None:
    """A new version that also repeals another text: three changes in two instruments, whatever the moment of death."""
    other = document("旧样例办法")
    first = opened(tmp_path)
    put(first, FIRST, document())
    put(first, "第一条 旧样例药品由县级部门负责监督管理。\n", other)
    first.close()
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(tmp_path), step]
    assert subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}).returncode == -signal.SIGKILL
    again = opened(tmp_path)
    put(again, SECOND, NEWER, REPEAL.model_copy(update={"title": "旧样例办法"}))
    assert sorted(told(again)[2:], key=str) == [
        ("added", NEWER.id, document().id), ("repealed", other.id, NEWER.id), ("superseded", document().id, None),
    ]  # fmt: skip
    assert places(again.registry.changes(document=NEWER.id)[-1]) == BETWEEN
    again.close()


def test_the_catalogue_is_no_text_that_ended_another(knowledge: KnowledgeBase) -> None:
    """`against` opens a text: what only the catalogue records has none."""
    put(knowledge, FIRST, document("疫苗流通和预防接种管理条例", version="2005-03-24"))
    put(knowledge, REPEALING_TEXT, REPEALING)
    knowledge.edit("疫苗流通和预防接种管理条例@2005-03-24", {"number": "样例令第1号"})
    held = knowledge.registry.document("疫苗流通和预防接种管理条例@2005-03-24")
    (found,) = ended(held.model_copy(update={"repealed_on": None, "evidence": {}}), held, DAY)
    assert (found.event, found.against) == ("repealed", None)
    assert "本库文件目录记载" in found.words


def test_an_end_that_follows_from_a_correction_is_told(knowledge: KnowledgeBase) -> None:
    """A repeal names the old text by its number: once staff correct the number, the text is no longer the repealed."""
    put(knowledge, FIRST, document(number="样例令第1号"))
    put(knowledge, REPEALING_TEXT, REPEALING, REPEAL.model_copy(update={"number": "样例令第1号"}))
    assert newest(knowledge).event == "repealed"
    knowledge.edit(document().id, {"number": "样例令第2号"})
    assert knowledge.registry.document(document().id).repealed_on is None
    assert (newest(knowledge).event, newest(knowledge).document_id) == ("repealed", document().id)
    assert newest(knowledge).words.endswith("不再视为已废止。")


def test_a_new_version_that_is_not_held_may_have_changed_any_place() -> None:
    text = document()
    (found,) = ended(text, text.model_copy(update={"amended_on": DAY}), DAY)
    assert touches(found, ("第三条",))
    assert touches(found, ())


def test_a_text_without_a_date_is_named_without_a_version(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document().model_copy(update={"version": "undated", "id": "药品样例管理办法@undated"}))
    assert newest(knowledge).words == "收入《药品样例管理办法》，库中没有它之前的版本。"


@pytest.mark.parametrize(
    ("before", "after", "events", "why"),
    [
        ({}, {"amended_on": DAY}, ["amended"], "a version that is not held became known"),
        ({"amended_on": DAY}, {}, ["amended"], "it was taken back"),
        ({"amended_on": DAY}, {"superseded_on": DAY}, ["superseded"], "it came in"),
        ({}, {"superseded_on": DAY, "repealed_on": DAY}, ["repealed", "superseded"], "a new text repeals the old one"),
        ({}, {"effective_on": DAY}, [], "no end has changed"),
    ],
)
def test_each_change_of_an_end_is_one_event(
    before: dict[str, date], after: dict[str, date], events: list[str], why: str
) -> None:
    text = document()
    found = ended(text.model_copy(update=before), text.model_copy(update=after), DAY)
    assert [entry.event for entry in found] == events, why


def test_changes_are_found_by_day_and_by_document(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    put(knowledge, SECOND, NEWER)
    put(knowledge, REPEALING_TEXT, REPEALING)
    registry = knowledge.registry
    assert registry.changes(since=date(2026, 11, 22)) == []
    assert len(registry.changes(since=DAY)) == 4
    assert {e.document_id for e in registry.changes(document=document().id)} == {document().id, NEWER.id}
    assert len(registry.changes(document="药品样例管理办法")) == 3
    assert len(registry.changes(limit=2)) == 2


def citing(name: str, article: str | None, **fields: object) -> tuple[Document, Relation]:
    kind = str(fields.pop("kind", "cites"))
    target = (article,) if article else ()
    relation = Relation.model_validate({
        "kind": kind, "path": ("第一条",), "title": "药品样例管理办法", "article": article, "target": target,
        "evidence": f"《药品样例管理办法》{article or ''}",
    })  # fmt: skip
    return document(name, **fields), relation


@pytest.mark.parametrize(
    ("name", "article", "fields", "points", "why"),
    [
        ("甲细则", "第三条", {}, True, "the article was changed"),
        ("乙细则", "第二条", {}, True, "the article bears another number now"),
        ("丙细则", "第一条", {}, False, "the article is as it was"),
        ("丁细则", None, {}, False, "the text as a whole is still there"),
        ("戊细则", None, {"kind": "implements"}, True, "a text made under it has to be looked at"),
        (
            "己细则",
            "第三条",
            {"repealed_on": date(2024, 1, 1), "evidence": {"repealed_on": "原文"}},
            False,
            "it is over",
        ),
        ("庚细则", "第三条", {"state": State.DRAFT}, False, "it is not published"),
    ],
)
def test_what_points_at_a_change(
    knowledge: KnowledgeBase, name: str, article: str | None, fields: dict[str, object], points: bool, why: str
) -> None:
    put(knowledge, FIRST, document())
    other, relation = citing(name, article, **fields)
    put(knowledge, f"第一条 依照{relation.evidence}办理{name}规定的事项。\n", other, relation)
    put(knowledge, SECOND, NEWER)
    added = knowledge.registry.changes(document=NEWER.id)[0]
    found = [cited.document_id for cited in pointing(knowledge.registry, added, DAY)]
    assert (other.id in found) is points, why


def test_a_repeal_concerns_whatever_points_anywhere_at_the_text(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document())
    for other, relation in (citing("甲细则", "第一条"), citing("丁细则", None)):
        put(knowledge, f"第一条 依照{relation.evidence}办理{other.title}规定的事项。\n", other, relation)
    put(knowledge, REPEALING_TEXT, REPEALING, REPEAL)
    found = {cited.document_id for cited in pointing(knowledge.registry, newest(knowledge), DAY)}
    assert found >= {"甲细则@2020-07-01", "丁细则@2020-07-01"}


def test_places_that_a_text_ends_are_told_as_repealed() -> None:
    """An article that was repealed alone was told as 修改."""
    before = document()
    amendment = Amendment(
        on=DAY, places=(("第一条",),), by="《新办法》", source="新办法@2026", evidence="第一条同时废止", ended=True
    )
    (entry,) = ended(before, before.model_copy(update={"amendments": (amendment,)}), DAY)
    assert "由《新办法》废止（第一条同时废止）" in entry.words
