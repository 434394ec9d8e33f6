"""A backup that cannot be restored is none: round trips, refusals that touch nothing, and damage that is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from factories import chunk, document, provision

from kb import restore as restoring
from kb.backup import MANIFEST, Backup, back_up
from kb.errors import BadInput, Conflict, RegkbError, Unavailable
from kb.integrity import Damaged, Finding, examine
from kb.knowledge import KnowledgeBase
from kb.model import State
from kb.restore import restore
from kb.search import search
from kb.settings import Settings
from kb.store import open_store

DAY, NOW = date(2026, 11, 21), datetime(2026, 11, 21, 8, tzinfo=UTC)
FIRST = "第一条 持有人可以委托他人生产样例药品。\n第二条 疫苗不得委托生产。\n"
SECOND = "第一条 样例器械的备案人应当提交资料。\n"
Home = Callable[[str], Settings]
Tamper = Callable[[dict[str, bytes]], object]


@pytest.fixture
def home(bundled_settings: Settings, tmp_path: Path) -> Home:
    """Makes homes that share the ready encoder."""

    def made(name: str) -> Settings:
        settings = bundled_settings.model_copy(update={"home": tmp_path / name})
        settings.home.mkdir()
        settings.models.symlink_to(bundled_settings.models.resolve())
        return settings

    return made


@pytest.fixture(scope="module")
def made_once(bundled_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two published documents, a draft, and a token."""
    settings = bundled_settings.model_copy(update={"home": tmp_path_factory.mktemp("made")})
    settings.models.symlink_to(bundled_settings.models.resolve())
    (settings.home / "staff_token").write_text("secret-of-this-place", encoding="utf-8")
    knowledge = KnowledgeBase.open(settings)
    put(knowledge, "样例药品办法", FIRST)
    put(knowledge, "样例器械办法", SECOND)
    put(knowledge, "样例草稿办法", FIRST, state=State.DRAFT)
    knowledge.close()
    return settings.home


@pytest.fixture
def live(bundled_settings: Settings, made_once: Path, tmp_path: Path) -> Settings:
    """A copy of that home, to be damaged at will."""
    shutil.copytree(made_once, tmp_path / "live", symlinks=True)
    return bundled_settings.model_copy(update={"home": tmp_path / "live"})


@pytest.fixture
def archive(live: Settings, tmp_path: Path) -> Path:
    target = tmp_path / "kept.zip"
    back_up(live, target, NOW)
    return target


def put(knowledge: KnowledgeBase, title: str, text: str, state: State = State.PUBLISHED) -> None:
    provisions = [provision(line.split()[0], text=line, within=text) for line in text.splitlines()]
    chunks = [chunk(p.path[0], text=text[p.body : p.end], start=p.body, title=title) for p in provisions]
    original = (f"{title}.txt", f"{title}\n{text}".encode())
    knowledge.replace(document(title, state=state), text, provisions, chunks, [], [], [], original)


def bring_back(settings: Settings, archive: Path, *, force: bool = False) -> restoring.Restored:
    return restore(settings, archive, force=force, progress=lambda *_: None)


def answers(settings: Settings) -> list[tuple[str, str]]:
    knowledge = KnowledgeBase.open(settings)
    try:
        return [(p.address, p.text) for p in search(knowledge, "疫苗可以委托生产吗", as_of=DAY)]
    finally:
        knowledge.close()


def verdicts(settings: Settings) -> dict[str, bool | None]:
    return {finding.name: finding.ok for finding in examine(settings, index_in_use=False)}


def kept_files(settings: Settings) -> dict[str, bytes]:
    """Name and content of everything that a restore would replace, and of what it must not leave behind."""
    places = [p for p in settings.home.rglob("*") if p.is_file() and "index" not in p.relative_to(settings.home).parts]
    return {str(p.relative_to(settings.home)): p.read_bytes() for p in places if not p.name.endswith(("-wal", "-shm"))}


def test_a_restored_home_answers_as_the_first_did(live: Settings, home: Home, archive: Path) -> None:
    fresh = home("fresh")
    done = bring_back(fresh, archive)
    assert (done.documents, done.published) == (3, 2)
    assert answers(fresh) == answers(live) != []
    assert all(verdicts(fresh).values())
    held = sorted(p.name for p in fresh.originals.rglob("*") if p.is_file())
    assert held == sorted(p.name for p in live.originals.rglob("*") if p.is_file())
    assert len(held) == 3


def test_secrets_and_what_can_be_made_again_stay_out(archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        assert all(b"secret-of-this-place" not in packed.read(name) for name in names)
    assert {name.split("/")[0] for name in names} == {MANIFEST, "originals", "registry.sqlite3", "vectors.sqlite3"}
    assert archive.stat().st_mode & 0o077 == 0, "drafts and records are for the owner's eyes"


def test_the_vector_cache_comes_along_so_that_nothing_is_encoded_again(
    live: Settings, home: Home, archive: Path
) -> None:  # fmt: skip
    fresh = home("fresh")
    bring_back(fresh, archive)
    counts = []
    for settings in (live, fresh):
        with closing(sqlite3.connect(settings.home / "vectors.sqlite3")) as sql:
            counts.append(sql.execute("SELECT count(*) FROM vectors").fetchone()[0])
    assert counts[0] == counts[1] == 3
    with zipfile.ZipFile(archive) as packed:
        assert packed.getinfo("vectors.sqlite3").file_size > 0


def test_a_backup_works_while_the_knowledge_base_is_open_and_written(
    live: Settings, home: Home, tmp_path: Path
) -> None:
    knowledge = KnowledgeBase.open(live)
    try:
        put(knowledge, "样例化妆品办法", SECOND)  # still in the write-ahead log of the database
        made: Backup = back_up(live, tmp_path / "open.zip", NOW)
    finally:
        knowledge.close()
    assert made.manifest.documents == 4
    assert bring_back(home("fresh"), tmp_path / "open.zip").published == 3


def test_a_broken_registry_is_not_backed_up_and_the_older_backup_stays(live: Settings, archive: Path) -> None:
    before = archive.read_bytes()
    break_database(live.home / "registry.sqlite3")
    with pytest.raises(Damaged, match="较早的备份"):
        back_up(live, archive, NOW)
    assert archive.read_bytes() == before
    assert [p.name for p in archive.parent.iterdir() if p.name.startswith(".")] == []


def test_a_damaged_original_is_backed_up_and_named(live: Settings, tmp_path: Path) -> None:
    """One bad file must not keep the rest from being saved."""
    original = next(p for p in live.originals.rglob("*") if p.is_file())
    original.write_bytes(b"x")
    made = back_up(live, tmp_path / "some.zip", NOW)
    assert [name.split("/")[-1] for name in made.damaged] == [original.name]


def test_nothing_to_back_up_and_nowhere_to_write(live: Settings, home: Home, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="没有知识库"):
        back_up(home("empty"), tmp_path / "x.zip", NOW)
    with pytest.raises(BadInput, match="不能写到"):
        back_up(live, tmp_path / "missing" / "x.zip", NOW)
    elsewhere = live.model_copy(update={"database_url": "postgresql://db/regkb"})
    with pytest.raises(BadInput, match="pg_dump"):
        back_up(elsewhere, tmp_path / "x.zip", NOW)


def rewritten(archive: Path, tamper: Tamper) -> None:
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    tamper(members)
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)


def manifest_with(**fields: object) -> Tamper:
    return lambda m: m.update({MANIFEST: json.dumps(json.loads(m[MANIFEST]) | fields).encode()})


def named(name: str) -> Tamper:
    """A member that the manifest names too, so that only its name can give it away."""

    def tamper(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        manifest["members"][name] = "0" * 64
        members |= {name: b"x", MANIFEST: json.dumps(manifest).encode()}

    return tamper


def first_original(members: dict[str, bytes]) -> str:
    return next(name for name in members if name.startswith("originals/"))


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (lambda m: m.pop(MANIFEST), "不是 regkb 的备份"),
        (manifest_with(regkb_backup=2), "不兼容的版本"),
        (manifest_with(schema_revision="9999"), "请先升级 regkb"),
        (named("../outside.sqlite3"), "不属于备份的成员"),
        (named("/etc/cron.d/job"), "不属于备份的成员"),
        (named("originals/../../staff_token"), "不属于备份的成员"),
        (named("staff_token"), "不属于备份的成员"),
        (lambda m: m.update({"extra.sqlite3": b""}), "与清单不符"),
        (lambda m: m.pop(first_original(m)), "与清单不符"),
        (lambda m: m.update({first_original(m): b"other words"}), "校验值不符"),
        (lambda m: m.update({"vectors.sqlite3": m["vectors.sqlite3"][:-1] + b"!"}), "校验值不符"),
    ],
)  # fmt: skip
def test_a_foreign_or_altered_archive_changes_nothing(
    live: Settings, archive: Path, tamper: Tamper, sentence: str
) -> None:
    before = kept_files(live)
    rewritten(archive, tamper)
    with pytest.raises(Damaged, match=sentence):
        bring_back(live, archive, force=True)
    assert kept_files(live) == before
    assert all(verdicts(live).values())


@pytest.mark.parametrize("cut", [0, 1000, -30])
def test_a_partial_archive_is_refused(home: Home, archive: Path, cut: int) -> None:
    archive.write_bytes(archive.read_bytes()[:cut])
    with pytest.raises(Damaged, match="不是完整的备份文件"):
        bring_back(home("fresh"), archive)


def test_a_home_in_use_is_replaced_only_when_told_to(live: Settings, archive: Path) -> None:
    knowledge = KnowledgeBase.open(live)
    put(knowledge, "备份之后的办法", FIRST)
    with pytest.raises(Unavailable, match="另一个进程"):
        bring_back(live, archive, force=True)
    knowledge.close()
    with pytest.raises(Conflict, match="--force"):
        bring_back(live, archive)
    bring_back(live, archive, force=True)
    assert not any("备份之后" in address for address, _ in answers(live))
    assert (live.home / "staff_token").read_text(encoding="utf-8") == "secret-of-this-place"
    assert sorted(p.name for p in live.home.iterdir() if p.name.startswith(".")) == []
    assert all(verdicts(live).values())


@pytest.mark.parametrize("failing", range(7))
def test_a_swap_that_fails_puts_everything_back(live: Settings, tmp_path: Path, failing: int) -> None:
    """A full disk or a lost mount may come between any two moves."""
    before = kept_files(live)
    fresh = tmp_path / "fresh"
    for name in ("index", "originals"):
        (fresh / name).mkdir(parents=True)
    for name in ("registry.sqlite3", "vectors.sqlite3"):
        (fresh / name).write_bytes(b"new")
    moves: list[str] = []

    def step(name: str) -> None:
        moves.append(name)
        if len(moves) > failing:
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        restoring._swap(live.home, fresh, step)
    assert len(moves) == failing + 1
    assert kept_files(live) == before
    assert all(verdicts(live).values())


def break_database(path: Path) -> None:
    """Overwrite the middle of the file, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 8192)


def lose_original(settings: Settings) -> None:
    next(p for p in settings.originals.rglob("*") if p.is_file()).unlink()


def change_original(settings: Settings) -> None:
    next(p for p in settings.originals.rglob("*") if p.is_file()).write_bytes(b"x")


def stretch_span(settings: Settings) -> None:
    execute(settings, "UPDATE provisions SET \"end\" = 100000 WHERE path = '第二条'")


def lose_points(settings: Settings) -> None:
    store = open_store(settings)
    store.remove("样例药品办法@2020-07-01")
    store.close()


def lose_a_chunk(settings: Settings) -> None:
    execute(settings, "DELETE FROM chunks WHERE id = (SELECT min(id) FROM chunks)")


def withdraw_behind_the_index(settings: Settings) -> None:
    execute(settings, "UPDATE documents SET state = '已撤回' WHERE title = '样例器械办法'")


def another_generation(settings: Settings) -> None:
    execute(settings, "UPDATE documents SET generation = 7 WHERE title = '样例器械办法'")


def lose_index(settings: Settings) -> None:
    settings.index.rename(settings.home / "elsewhere")


def half_a_restore(settings: Settings) -> None:
    (settings.home / ".replaced-x").mkdir()


def execute(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(settings.home / "registry.sqlite3")) as sql, sql:
        assert sql.execute(statement).rowcount > 0


@pytest.mark.parametrize(
    ("damage", "name", "words"),
    [
        (lose_original, "原件", "不见了"),
        (change_original, "原件", "内容变了"),
        (stretch_span, "条款", "超出正文"),
        (lose_points, "索引", "索引中没有"),
        (lose_a_chunk, "索引", "应有 1 段"),
        (withdraw_behind_the_index, "索引", "没有发布"),
        (another_generation, "索引", "代次"),
        (lose_index, "索引", "索引不存在"),
        (half_a_restore, "恢复", "没有完成"),
    ],
)
def test_each_damage_is_found_where_it_is_and_only_there(
    live: Settings, damage: Callable[[Settings], None], name: str, words: str
) -> None:
    damage(live)
    found = examine(live, index_in_use=False)
    assert [f.name for f in found if f.ok is not True] == [name]
    assert words in next(f.detail for f in found if f.name == name)


def test_a_broken_registry_is_named_and_the_rest_is_left_open(live: Settings) -> None:
    break_database(live.home / "registry.sqlite3")
    found = {f.name: f for f in examine(live, index_in_use=False)}
    assert found["registry.sqlite3"].ok is False
    assert "regkb restore" in found["registry.sqlite3"].detail
    assert found["其余各项"].ok is None


def test_a_restore_that_was_killed_between_two_moves_is_named_and_can_be_run_again(
    live: Settings, archive: Path
) -> None:  # fmt: skip
    """The registry is then where nobody looks for it: "no knowledge base here" would be the wrong thing to say."""
    aside = live.home / ".replaced-x"
    aside.mkdir()
    for name in ("index", "originals", "registry.sqlite3", "vectors.sqlite3"):
        (live.home / name).rename(aside / name)
    assert [(f.name, f.ok) for f in examine(live, index_in_use=False)] == [("恢复", False)]
    bring_back(live, archive)
    assert all(verdicts(live).values())
    assert not aside.exists()


def test_looking_changes_nothing_and_a_used_index_is_said_to_be_unseen(live: Settings) -> None:
    for database in live.home.glob("*.sqlite3"):  # what a copied write-ahead log still holds is settled first
        with closing(sqlite3.connect(database)) as sql:
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = kept_files(live)
    findings: list[Finding] = examine(live, index_in_use=True)
    assert [f.name for f in findings if f.ok is None] == ["索引"]
    assert kept_files(live) == before


def test_an_interrupted_write_is_no_damage(live: Settings) -> None:
    """It is finished at the next opening; calling it damage would send people to their backups for nothing."""
    execute(live, "INSERT INTO pending VALUES ('样例药品办法@2020-07-01')")
    lose_points(live)
    assert verdicts(live)["索引"] is True


@pytest.fixture
def opened(live: Settings) -> Iterator[KnowledgeBase]:
    knowledge = KnowledgeBase.open(live)
    yield knowledge
    knowledge.close()


def test_reindex_makes_the_index_agree_again_and_leaves_the_registry_alone(opened: KnowledgeBase) -> None:
    revision, points = opened.index_version, opened.store.count()
    opened.store.remove("样例药品办法@2020-07-01")
    stray = opened._points(document("无人登记的办法"), [chunk("第一条", text="多出来的话")], 3, None)
    opened.store.add(stray)
    assert opened.reindex() == 2
    assert opened.store.count() == points
    assert opened.store.generations() == {"样例药品办法@2020-07-01": {1}, "样例器械办法@2020-07-01": {1}}
    assert opened.index_version == revision


def test_damage_and_its_kin_end_with_exit_code_four() -> None:
    assert {error.exit_code for error in (Damaged, Conflict)} == {4}
    assert issubclass(Damaged, RegkbError)
