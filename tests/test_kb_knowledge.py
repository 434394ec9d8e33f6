"""The safe replace: what is acknowledged is found, what is cut short leaves exactly one live version."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import HashEncoder, chunk, document, provision

from kb.errors import BadInput, Conflict
from kb.knowledge import KnowledgeBase
from kb.model import Document, Relation, Rung, Sector, State
from kb.registry import open_registry
from kb.search import Filters, search
from kb.settings import Settings
from kb.store_edge import EdgeStore

DAY = date(2026, 11, 21)
STEPS = ("begin", "add", "flip", "remove", "settle", "finish")
FIRST = "第一条 持有人可以自行生产样例药品。\n第二条 疫苗不得委托生产。\n"
SECOND = "第一条 持有人可以委托他人生产样例药品。\n第二条 疫苗不得委托生产。\n"


def opened(home: Path, checkpoint: object = None) -> KnowledgeBase:
    settings = Settings(home=home)
    hook = checkpoint if callable(checkpoint) else lambda _step: None
    return KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals, hook)


def put(knowledge: KnowledgeBase, text: str, held: Document | None = None, relations: tuple[Relation, ...] = ()) -> str:
    lines = text.splitlines()
    provisions = [provision(line.split()[0], text=line, within=text) for line in lines]
    chunks = [chunk(p.path[0], text=text[p.body : p.end], start=p.body) for p in provisions]
    return knowledge.replace(
        held or document(), text, provisions, chunks, relations, [], [], ("样例.txt", text.encode())
    )  # fmt: skip


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeBase]:
    made = opened(tmp_path)
    yield made
    made.close()


def texts(knowledge: KnowledgeBase, question: str, day: date = DAY) -> list[str]:
    return [p.text for p in search(knowledge, question, as_of=day)]


def test_running_twice_equals_running_once(knowledge: KnowledgeBase) -> None:
    assert put(knowledge, FIRST) == "added"
    version = knowledge.index_version
    assert put(knowledge, FIRST) == "unchanged"
    assert knowledge.index_version == version
    assert knowledge.store.count() == 2


def test_a_changed_text_takes_the_place_of_the_old_one(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    assert put(knowledge, SECOND) == "changed"
    assert texts(knowledge, "持有人可以委托他人生产吗")[0] == "持有人可以委托他人生产样例药品。"
    assert "持有人可以自行生产样例药品。" not in texts(knowledge, "持有人可以自行生产")
    assert knowledge.store.count() == 2


def test_the_same_words_from_another_source_are_not_stored_twice(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    copy = document(source=document().source.model_copy(update={"name": "另一网站"}))
    assert put(knowledge, FIRST.replace(" ", "\u3000"), copy) == "duplicate"


def test_the_original_is_kept_under_its_hash(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    put(knowledge, FIRST)
    kept = [p for p in (tmp_path / "originals").rglob("*") if p.is_file()]
    assert [p.read_bytes() for p in kept] == [FIRST.encode()]


def test_withdrawn_is_gone_and_published_is_back(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    knowledge.withdraw(document().id)
    assert texts(knowledge, "疫苗委托生产") == []
    knowledge.publish(document().id)
    assert "疫苗不得委托生产。" in texts(knowledge, "疫苗委托生产")


def test_a_draft_is_not_found_and_does_not_push_out_what_is_published(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST, document(state=State.DRAFT))
    assert texts(knowledge, "疫苗委托生产") == []
    knowledge.publish(document().id)
    with pytest.raises(Conflict, match="已经发布"):
        put(knowledge, SECOND, document(state=State.DRAFT))
    assert "持有人可以自行生产样例药品。" in texts(knowledge, "持有人自行生产")


def test_staff_corrections_survive_a_new_reading(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    knowledge.edit(document().id, {"number": "样例令第1号", "effective_on": "2030-01-01"})
    assert texts(knowledge, "疫苗委托生产") == []  # the index follows the corrected date
    put(knowledge, SECOND)
    again = knowledge.registry.document(document().id)
    assert (again.number, again.effective_on) == ("样例令第1号", date(2030, 1, 1))
    assert again.evidence["number"] == "工作人员更正"


def test_a_text_that_repeals_another_ends_it_in_the_index(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    newer = document("新样例办法", version="2025-01-01")
    repeal = Relation(
        kind="repeals", path=("第一条",), title="药品样例管理办法", evidence="《药品样例管理办法》同时废止"
    )
    put(knowledge, "第一条 新的规定从此适用于样例药品。\n", newer, (repeal,))
    assert "疫苗不得委托生产。" not in texts(knowledge, "疫苗委托生产")
    assert "疫苗不得委托生产。" in texts(knowledge, "疫苗委托生产", date(2024, 1, 1))


CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_kb_knowledge import FIRST, SECOND, opened, put
def stop(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
put(opened(Path(sys.argv[2]), stop), SECOND)
"""


@pytest.mark.parametrize("step", STEPS)
def test_kill_9_at_any_step_leaves_one_live_version(step: str, tmp_path: Path) -> None:
    """Killed before the flip the old text answers, after it the new one; never both, never neither; and the next run
    finishes the work."""
    first = opened(tmp_path)
    put(first, FIRST)
    first.close()
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(tmp_path), step]
    assert subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}).returncode == -signal.SIGKILL
    again = opened(tmp_path)
    live = {t for t in texts(again, "持有人可以生产样例药品") if t.startswith("持有人")}
    old, new = {"持有人可以自行生产样例药品。"}, {"持有人可以委托他人生产样例药品。"}
    assert live == (old if STEPS.index(step) <= STEPS.index("flip") else new)
    assert again.store.count() == 2, "the orphans were swept when it was opened"
    assert again.registry.unfinished() == []
    put(again, SECOND)
    assert {t for t in texts(again, "持有人可以生产样例药品") if t.startswith("持有人")} == new
    again.close()


def test_rungs_are_counted(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    assert knowledge.registry.counted() == {str(Rung.ARTICLE): 2}


def test_a_deleted_index_is_built_again_from_the_registry(tmp_path: Path) -> None:
    """Never "no content": whoever deletes the index folder gets the same answers after the next opening."""
    first = opened(tmp_path)
    put(first, FIRST)
    first.close()
    shutil.rmtree(tmp_path / "index")
    again = opened(tmp_path)
    assert "疫苗不得委托生产。" in texts(again, "疫苗委托生产")
    again.close()


def test_what_staff_withdrew_stays_out_when_the_file_is_read_again(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    knowledge.withdraw(document().id)
    assert put(knowledge, FIRST) == "unchanged"
    assert put(knowledge, SECOND) == "changed"
    assert texts(knowledge, "持有人委托生产") == []


def test_a_corrected_sector_reaches_the_index(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    knowledge.edit(document().id, {"sectors": ["医疗器械"]})
    drugs = search(knowledge, "疫苗委托生产", as_of=DAY, filters=Filters(sectors=(Sector.DRUG,)))
    devices = search(knowledge, "疫苗委托生产", as_of=DAY, filters=Filters(sectors=(Sector.DEVICE,)))
    assert (drugs, [p.text for p in devices][:1]) == ([], ["疫苗不得委托生产。"])


def test_staff_can_undo_a_repeal_that_was_read_wrongly(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    newer = document("新样例办法", version="2025-01-01")
    repeal = Relation(kind="repeals", path=("第一条",), title="药品样例管理办法", evidence="同时废止")
    put(knowledge, "第一条 新的规定从此适用于样例药品。\n", newer, (repeal,))
    knowledge.edit(document().id, {"repealed_on": None})
    assert "疫苗不得委托生产。" in texts(knowledge, "疫苗委托生产")


def test_a_repeal_of_one_article_leaves_the_rest_in_force(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    newer = document("新样例办法", version="2025-01-01")
    repeal = Relation(
        kind="repeals", path=("第一条",), title="药品样例管理办法", article="第二条", evidence="第二条同时废止"
    )
    put(knowledge, "第一条 新的规定从此适用于样例药品。\n", newer, (repeal,))
    assert knowledge.registry.document(document().id).repealed_on is None


def test_a_wrong_correction_is_refused_with_a_sentence(knowledge: KnowledgeBase) -> None:
    put(knowledge, FIRST)
    with pytest.raises(BadInput, match="effective_on"):
        knowledge.edit(document().id, {"effective_on": "2026-13-01"})
    assert knowledge.registry.document(document().id).effective_on == date(2020, 7, 1)
