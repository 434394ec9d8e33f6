"""The wall around parsing: whatever a file does to the child, the parent gets a sentence in time and goes on."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from every_format import BUILDERS
from hostile_child import DEEDS

from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.prepare import Here
from ingest.sandbox.parser import Sandbox
from kb.errors import Unavailable, UnreadableFile

RULE = (
    "样例管理办法\n（2020年1月22日样例管理总局令第1号公布）\n"
    "第一条　为了规范样例，制定本办法。\n第二条　本办法自2020年7月1日起施行。"
)
LIMITS = Limits(quiet_seconds=60)
HASTY = Limits(quiet_seconds=2, total_seconds=5, memory_mb=1536, file_mb=8, unpacked_mb=16)
"""Limits low enough to be reached in a test, and high enough for an ordinary file."""

linux = pytest.mark.skipif(sys.platform != "linux", reason="these limits are set by Linux")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as made:
        yield made


@pytest.fixture(scope="module")
def hostile() -> Iterator[Sandbox]:
    with Sandbox(HASTY, "hostile_child") as made:
        yield made


def rule(name: str = "办法.txt") -> Incoming:
    return Incoming(name, RULE.encode())


def reason(sandbox: Sandbox, deed: str) -> str:
    """The sentence that a deed of the child comes to; the same sandbox then reads the next file as ever."""
    assert deed in DEEDS
    with pytest.raises(UnreadableFile) as caught:
        sandbox.prepare(Incoming("坏.txt", f"{deed}\n{RULE}".encode(), HASTY), {})
    assert sandbox.prepare(rule(), {}).counts["条"] == 2
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def gone(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


def folders(place: Path) -> list[Path]:
    return sorted(place.glob("regkb-parsing-*"))


@pytest.mark.parametrize("name", [name for name in BUILDERS if not name.endswith(".png")])
def test_the_wall_changes_nothing(sandbox: Sandbox, name: str) -> None:
    """Text, provisions, repairs and every other field are those of parsing in this process, for every format; a
    picture costs seconds and has a test among the faults."""
    file, given = Incoming(name, BUILDERS[name]()), {"issuer": "样例局"}
    inside = Here().unpack(file)
    assert sandbox.unpack(file) == inside
    for member in inside.files:
        assert sandbox.prepare(member, given) == Here().prepare(member, given)
        assert sandbox.explain(member, {}) == Here().explain(member, {})


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_converter_works_behind_the_wall(sandbox: Sandbox) -> None:
    """Without a network, a home of the user's, or more memory than the limit."""
    words = "".join(f"\\u{ord(character)}?" for character in "样例管理办法")
    assert sandbox.prepare(Incoming("办法.rtf", f"{{\\rtf1 {words}}}".encode()), {}).text == "样例管理办法"


def test_what_is_recorded_of_a_file_crosses_the_wall(sandbox: Sandbox) -> None:
    """A caller may give dates as dates; the child reads them as a manifest writes them."""
    file = Incoming("指南.txt", "样例操作指南\n一、范围\n本指南说明样例的操作。".encode())
    prepared = sandbox.prepare(file, {"published_on": date(2020, 1, 23), "number": None})
    assert prepared.description.published_on == date(2020, 1, 23)
    assert prepared == Here().prepare(file, {"published_on": "2020-01-23"})


def test_a_refusal_is_the_readers_own_sentence(sandbox: Sandbox) -> None:
    for name, data in (("空.txt", b" \n"), ("未知.bin", bytes(range(256)) * 8)):
        with pytest.raises(UnreadableFile) as here:
            Here().prepare(Incoming(name, data), {})
        with pytest.raises(UnreadableFile) as there:
            sandbox.prepare(Incoming(name, data), {})
        assert str(there.value) == str(here.value)


def test_a_name_that_is_no_unicode_is_no_reason_to_fail(sandbox: Sandbox) -> None:
    """Names on an old disk may be GBK: Python reads them with half characters, which JSON cannot carry."""
    name = "办法.txt".encode("gb18030").decode("utf-8", "surrogateescape")
    assert sandbox.prepare(Incoming(name, RULE.encode()), {}).counts["条"] == 2
    assert sandbox.unpack(Incoming(name, RULE.encode())).files[0].name == name


@pytest.mark.parametrize("deed", ["spin", "hold_the_interpreter", "sleep", "end_the_pipe"])
def test_silence_ends_in_time(hostile: Sandbox, deed: str) -> None:
    started = time.monotonic()
    assert re.search("没有进展.*REGKB_PARSE_SECONDS|不合约定", reason(hostile, deed))
    assert time.monotonic() - started < 30


@pytest.mark.slow
@pytest.mark.parametrize("deed", ["busy_with_progress", "flood"])
def test_progress_without_end_ends_too(hostile: Sandbox, deed: str) -> None:
    assert "超过 5 秒" in reason(hostile, deed)


@pytest.mark.slow
def test_slow_work_that_is_heard_of_is_waited_for(hostile: Sandbox) -> None:
    """Three seconds in all with a limit of two of silence: a scan is given the time it takes."""
    heard: list[tuple[str, int, int]] = []
    file = Incoming("扫描.txt", f"slow_but_heard_of\n{RULE}".encode(), HASTY, lambda *step: heard.append(step))
    assert hostile.prepare(file, {}).counts["条"] == 2
    assert heard == [("识别", page, 8) for page in range(1, 9)]


@linux
@pytest.mark.parametrize("deed", ["eat", "die_as_native_code_without_memory"])
def test_memory_is_bounded_and_said(hostile: Sandbox, deed: str) -> None:
    assert "内存超过 1536 MB" in reason(hostile, deed)


@pytest.mark.parametrize(("deed", "how"), [("crash", "SIGSEGV"), ("leave", "退出码 3")])
def test_a_crash_is_a_sentence(hostile: Sandbox, deed: str, how: str) -> None:
    assert f"“坏.txt”使读取程序崩溃（{how}）" in reason(hostile, deed)


@linux
def test_every_limit_is_set_here(sandbox: Sandbox) -> None:
    """Only the network may be out of the kernel's hands: a container may forbid a process to leave it."""
    assert set(sandbox.missing()) <= {"network namespace"}


@linux
def test_a_file_without_end_is_not_written(hostile: Sandbox, tmp_path: Path) -> None:
    assert "内部错误（OSError）" in reason(hostile, "write_a_lot")


@pytest.mark.parametrize("deed", ["connect", "resolve"])
def test_there_is_no_network(hostile: Sandbox, deed: str) -> None:
    """The hook of Python refuses by itself, whether or not the kernel took the network away as well."""
    assert "内部错误（PermissionError）" in reason(hostile, deed)


@pytest.mark.parametrize("deed", ["chatter", "read_standard_input"])
def test_noise_does_not_reach_the_answer(hostile: Sandbox, deed: str) -> None:
    file = Incoming("吵.txt", f"{deed}\n{RULE}".encode(), HASTY)
    assert hostile.prepare(file, {}).counts["条"] == 2


def test_an_unexpected_error_names_its_kind_and_keeps_its_trace_for_maintainers(hostile: Sandbox) -> None:
    with pytest.raises(UnreadableFile, match=r"内部错误（LookupError）。文件未收入") as caught:
        hostile.prepare(Incoming("坏.txt", f"raise_something\n{RULE}".encode(), HASTY), {})
    assert "a detail" not in str(caught.value)
    assert "raise_something" in caught.value.__notes__[0]


@pytest.mark.parametrize("deed", ["write_nonsense", "promise_too_much"])
def test_an_answer_that_is_none_is_not_trusted(hostile: Sandbox, deed: str) -> None:
    assert "不合约定" in reason(hostile, deed)


def test_an_answer_may_not_be_longer_than_the_limit(hostile: Sandbox) -> None:
    with pytest.raises(UnreadableFile, match="超过 16 MB"):
        hostile.unpack(Incoming("包.zip", b"unpack more than allowed", HASTY))


def test_only_what_is_needed_of_the_environment_goes_in(hostile: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and tokens of the service are not where a captured parser could read them."""
    hostile.close()
    monkeypatch.setenv("REGKB_LLM_KEY", "secret-of-the-service")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid")
    told = reason(hostile, "tell_environment")
    assert "secret-of-the-service" not in told
    assert "proxy" not in told
    assert "OMP_NUM_THREADS=1" in told.splitlines()


@linux
def test_nothing_it_started_outlives_it(hostile: Sandbox) -> None:
    """A converter that hangs is ended with the child, in whatever session it put itself."""
    with pytest.raises(UnreadableFile, match="没有进展") as caught:
        hostile.prepare(Incoming("坏.doc", b"start_a_converter_and_hang\n.", HASTY), {})
    started = re.search(r"started (\d+) (\d+)", caught.value.__notes__[0])
    assert started
    assert all(gone(int(pid), 5) for pid in started.groups())


def test_one_child_serves_many_files_and_a_fresh_one_follows_a_killed_one(hostile: Sandbox) -> None:
    first, second = reason(hostile, "tell_pid"), reason(hostile, "tell_pid")
    assert first == second
    reason(hostile, "crash")
    assert reason(hostile, "tell_pid") != first


@linux
def test_a_child_that_died_between_two_files_is_replaced_without_a_word(hostile: Sandbox) -> None:
    """The system may end an idle process; the next file is not to blame."""
    pid = int(reason(hostile, "tell_pid"))
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.3)
    assert hostile.prepare(rule(), {}).counts["条"] == 2
    assert int(reason(hostile, "tell_pid")) != pid


@pytest.mark.slow
@linux
def test_a_daemon_that_got_away_does_not_hold_us(hostile: Sandbox) -> None:
    started = time.monotonic()
    assert "SIGABRT" in reason(hostile, "leave_a_daemon_behind")
    assert time.monotonic() - started < 18


def test_threads_take_turns(sandbox: Sandbox) -> None:
    files = [Incoming(f"{n}.txt", RULE.replace("样例", f"样例{n}").encode()) for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda file: sandbox.prepare(file, {}), files))
    assert [prepared.description.title for prepared in found] == [f"样例{n}管理办法" for n in range(12)]


@linux
def test_closing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sandbox = Sandbox(HASTY, "hostile_child")
    pid = int(reason(sandbox, "tell_pid"))
    assert alive(pid)
    assert len(folders(tmp_path)) == 1
    sandbox.close()
    sandbox.close()
    assert not alive(pid)
    assert folders(tmp_path) == []
    assert int(reason(sandbox, "tell_pid")) != pid, "it may be used again"
    sandbox.close()


def test_closing_does_not_wait_for_a_file(tmp_path: Path) -> None:
    """A service that stops must not stand for an hour because somebody uploaded a thick scan."""
    patient = Sandbox(Limits(quiet_seconds=300, memory_mb=1536), "hostile_child")
    patient.prepare(rule(), {})
    errors: list[UnreadableFile] = []

    def read() -> None:
        try:
            patient.prepare(Incoming("慢.txt", b"sleep\n."), {})
        except UnreadableFile as error:
            errors.append(error)

    reading = Thread(target=read)
    reading.start()
    time.sleep(0.5)
    started = time.monotonic()
    patient.close()
    reading.join(10)
    assert time.monotonic() - started < 10
    assert "中断" in str(errors[0])


PARENT = """
import sys
from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.sandbox.parser import Sandbox
from kb.errors import UnreadableFile

sandbox = Sandbox(Limits(quiet_seconds=int(sys.argv[1]), memory_mb=1536), "hostile_child")
try:
    sandbox.prepare(Incoming("x.txt", b"tell_pid"), {})
except UnreadableFile as error:
    print(error, flush=True)
sandbox.prepare(Incoming("x.txt", sys.argv[2].encode()), {})
"""


@pytest.mark.slow
@linux
@pytest.mark.parametrize(
    ("deed", "quiet"),
    [("sleep", 60), ("spin", 60), ("hold_the_interpreter", 2)],
    ids=["waiting", "working", "deaf: only its limit on processor time ends it"],
)
def test_a_child_does_not_outlive_a_killed_parent(deed: str, quiet: int, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", PARENT, str(quiet), deed]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        time.sleep(0.5)
        parent.send_signal(signal.SIGKILL)
    assert gone(child, 30)
    assert folders(tmp_path) == [] or deed == "hold_the_interpreter"


def test_a_child_that_cannot_start_is_no_fault_of_the_file() -> None:
    with Sandbox(LIMITS, "no_such_module") as sandbox, pytest.raises(Unavailable, match="没有启动起来") as caught:
        sandbox.prepare(rule(), {})
    assert "no_such_module" in caught.value.__notes__[0]


@linux
def test_a_grown_child_is_replaced() -> None:
    """What a library keeps for itself is given back before it can stand in the way of the next file."""
    low = HASTY.model_copy(update={"memory_mb": 700})
    with Sandbox(low, "hostile_child") as sandbox:
        first = reason(sandbox, "tell_pid")
        assert reason(sandbox, "tell_pid") == first
        sandbox.prepare(Incoming("大.txt", f"grow\n{RULE}".encode(), HASTY), {})
        assert reason(sandbox, "tell_pid") != first
