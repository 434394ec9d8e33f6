"""What ingest promises when it is killed, run twice, or run by two at once: acknowledged is searchable, nothing is
half-visible, the next run finishes, and work that was done is not done again."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import HashEncoder
from live import _free_ports

from ingest.incoming import Incoming, Unpacked
from ingest.limits import Limits
from ingest.pipeline import IngestReport, ingest_paths
from ingest.prepare import Here, Parser, Prepared
from ingest.sandbox.parser import Sandbox
from kb.embed import CachedEncoder, Encoder, Vectors
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.model import State
from kb.registry import open_registry
from kb.search import Filters, search
from kb.settings import Settings
from kb.store import Where
from kb.store_edge import EdgeStore
from kb.vector_cache import VectorCache

DAY = date(2026, 11, 22)
FILES = 16
LIMITS = Limits(quiet_seconds=60)
SUBJECTS = ("疫苗批签发", "冷链运输", "召回处置", "药物警戒", "委托检验", "进口通关", "网络销售", "不良事件")
DUTY = "从事{subject}活动的单位应当建立档案，按照档案编号{number}逐笔登记经办人员和办理日期，并至少保存五年备查。"


class Acknowledging(KnowledgeBase):
    """Says each document on standard output once `replace` is back: from then on it must never be lost."""

    def replace(self, *given: Any, **more: Any) -> Any:
        outcome = super().replace(*given, **more)
        print(given[0].id, flush=True)
        return outcome


def law(title: str, articles: int, changed: tuple[int, str] | None = None) -> str:
    """A rule of so many articles, each longer than what is indexed together with its neighbour."""
    duties = {
        number: DUTY.format(subject=SUBJECTS[number % len(SUBJECTS)], number=f"{title}{number:03}")
        for number in range(1, articles)
    }
    duties |= dict([changed]) if changed else {}
    lines = [f"第{_chinese(number)}条　{words}" for number, words in duties.items()]
    return "\n".join((title, *lines, f"第{_chinese(articles)}条　本办法自2024年1月1日起施行。"))


def opened(home: Path, encoder: Encoder | None = None, kind: type[KnowledgeBase] = KnowledgeBase) -> KnowledgeBase:
    settings = Settings(home=home)
    return kind(open_registry(settings), EdgeStore(settings.index), encoder or HashEncoder(), settings.originals)


def take_in(knowledge: KnowledgeBase, folder: Path, parser: Parser | None = None) -> IngestReport:
    def quiet(_stage: str, _name: str, _done: int, _total: int) -> None:
        """Progress that nobody watches."""

    return ingest_paths(
        knowledge, [folder], parser=parser or Here(), limits=LIMITS, state=State.PUBLISHED, progress=quiet
    )


def main(home: str, folder: str) -> None:
    """The process that is killed: as the command line does it, with acknowledgements."""
    knowledge = opened(Path(home), kind=Acknowledging)
    with Sandbox(LIMITS) as parser:
        print("ready", flush=True)
        take_in(knowledge, Path(folder), parser)
    knowledge.close()


def started(function: Callable[..., None], *words: str) -> subprocess.Popen[str]:
    code = f"import sys; from test_ingest_crash import {function.__name__}; {function.__name__}(*sys.argv[1:])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], env=environment | {"OMP_NUM_THREADS": "1"}, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def visible(knowledge: KnowledgeBase) -> set[str]:
    """Ids of the published documents, each of them whole: the index holds the points of one generation and all."""
    registry, store = knowledge.registry, knowledge.store
    assert registry.unfinished() == []
    held = {key: found for key, found in registry.held().items() if found.document.state is State.PUBLISHED}
    assert store.generations() == {key: {found.generation} for key, found in held.items()}
    for key in held:
        assert store.count(Where(documents=(key,))) == len(registry.chunks(key)) > 0
    return set(held)


def is_found(knowledge: KnowledgeBase, document_id: str) -> bool:
    title = knowledge.registry.document(document_id).title
    found = search(knowledge, f"{title}的档案", as_of=DAY, filters=Filters(documents=(document_id,)))
    return any(title in passage.text for passage in found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("texts")
    for number in range(FILES):
        (made / f"{number:02}.txt").write_text(law(f"样例{_chinese(number + 1)}号办法", 6), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty") / "home"
    opened(home).close()
    return home


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 12))])
def test_c1_kill_9_at_a_random_moment(seed: int, folder: Path, empty_home: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    home = shutil.copytree(empty_home, tmp_path / "home")
    with started(main, str(home), str(folder)) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        acknowledged = [process.stdout.readline().strip() for _ in range(chance.randrange(FILES))]
        time.sleep(chance.uniform(0, 0.06))
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.read().split()
    knowledge = opened(home)
    try:
        live = visible(knowledge)
        assert set(acknowledged) <= live
        assert all(is_found(knowledge, document_id) for document_id in acknowledged)
        assert len(live) - len(acknowledged) <= 1, "no more than the one that was about to be acknowledged"
        take_in(knowledge, folder)
        assert len(visible(knowledge)) == FILES
        version = knowledge.index_version
        assert take_in(knowledge, folder).totals == {"unchanged": FILES}
        assert knowledge.index_version == version
    finally:
        knowledge.close()


def test_p1_a_second_process_is_told_that_the_first_is_writing(folder: Path, empty_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(empty_home, tmp_path / "home")
    with started(main, str(home), str(folder)) as first:
        assert first.stdout
        assert first.stdout.readline() == "ready\n"
        with pytest.raises(Unavailable, match="正被另一个进程使用"):
            opened(home)
        first.communicate(timeout=60)
    assert first.returncode == 0
    knowledge = opened(home)
    assert take_in(knowledge, folder).totals == {"unchanged": FILES}
    assert len(visible(knowledge)) == FILES
    knowledge.close()


def command_line(*words: str) -> None:
    from ui.cli import main as regkb

    sys.argv = ["regkb", *words]
    regkb()


@pytest.mark.timeout(240)
def test_p1_two_commands_over_one_folder_give_one_document_each(
    folder: Path, bundled_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first, and then finds everything taken in."""
    home, few = tmp_path / "home", tmp_path / "few"
    few.mkdir()
    for path in sorted(folder.iterdir())[:4]:
        shutil.copy(path, few)
    home.mkdir()
    (home / "models").symlink_to(bundled_settings.models.resolve(), target_is_directory=True)
    monkeypatch.setenv("REGKB_HOME", str(home))
    monkeypatch.setenv("REGKB_API_PORT", str(_free_ports()[0]))
    both = [started(command_line, "ingest", str(few), "--json") for _ in range(2)]
    totals = [json.loads(process.communicate(timeout=200)[0])["totals"] for process in both]
    assert sorted(totals, key=str) == [{"added": 4}, {"unchanged": 4}]
    knowledge = KnowledgeBase.open(Settings(home=home, embed_threads=1))
    assert len(visible(knowledge)) == 4
    knowledge.close()


class NeverAsked(Here):
    """A parser that must not be needed: only containers are looked into."""

    def prepare(self, file: Incoming, given: Mapping[str, object]) -> Prepared:
        raise AssertionError(f"{file.name} was parsed again")


class Asked(Here):
    """A parser that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def prepare(self, file: Incoming, given: Mapping[str, object]) -> Prepared:
        self.names.append(file.name)
        return super().prepare(file, given)

    def unpack(self, file: Incoming) -> Unpacked:
        return super().unpack(file)


def test_the_same_bytes_are_not_even_parsed(folder: Path, empty_home: Path, tmp_path: Path) -> None:
    knowledge = opened(shutil.copytree(empty_home, tmp_path / "home"))
    assert take_in(knowledge, folder).totals == {"added": FILES}
    assert take_in(knowledge, folder, NeverAsked()).totals == {"unchanged": FILES}
    knowledge.close()


def test_what_was_withdrawn_or_corrected_is_not_taken_for_unchanged(
    folder: Path, empty_home: Path, tmp_path: Path
) -> None:
    """The short cut holds only while taking the file in again would change nothing: another text under the id, or
    another state asked for, brings the file back to the parser."""
    few = tmp_path / "few"
    few.mkdir()
    text = law("样例办法", 6)
    (few / "a.txt").write_text(text, encoding="utf-8")
    knowledge = opened(shutil.copytree(empty_home, tmp_path / "home"))
    take_in(knowledge, few)
    (few / "a.txt").write_text(text.replace("五年", "十年"), encoding="utf-8")
    asked = Asked()
    assert take_in(knowledge, few, asked).totals == {"changed": 1}
    (few / "a.txt").write_text(text, encoding="utf-8")
    assert take_in(knowledge, few, asked).totals == {"changed": 1}, "the first bytes again are not what is held"
    assert asked.names == ["a.txt", "a.txt"]
    knowledge.close()


class Counting(HashEncoder):
    """Keeps the texts it is asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        self.asked += texts
        return super().passages(texts, progress)


def test_of_a_changed_law_only_the_changed_article_is_encoded(empty_home: Path, tmp_path: Path) -> None:
    encoder = Counting()
    home = shutil.copytree(empty_home, tmp_path / "home")
    knowledge = opened(home, CachedEncoder(encoder, VectorCache(home / "vectors.sqlite3", encoder.name, encoder.size)))
    few = tmp_path / "few"
    few.mkdir()
    (few / "law.txt").write_text(law("样例法", 30), encoding="utf-8")
    take_in(knowledge, few)
    at_first = len(encoder.asked)
    assert at_first >= 29
    encoder.asked.clear()
    new = "样例证书遗失的，持有人应当在发现之日起二十日内向原发证机关报告，登载遗失声明，再申请补发样例证书。"
    (few / "law.txt").write_text(law("样例法", 30, changed=(17, new)), encoding="utf-8")
    assert take_in(knowledge, few).totals == {"changed": 1}
    assert len(encoder.asked) == 1
    assert new in encoder.asked[0]
    found = search(knowledge, "样例证书遗失怎么办", as_of=DAY)
    assert (found[0].article, found[0].text) == ("第十七条", new)
    knowledge.close()


def _chinese(number: int) -> str:
    from kb.address import to_chinese

    return to_chinese(number)
