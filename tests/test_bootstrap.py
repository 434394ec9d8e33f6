"""The first thing a new user meets: every way an install goes wrong ends in one sentence and exit code 3.

A stub stands where Python stands (it logs what it is asked and answers as told), so nothing is downloaded.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "bootstrap.py"
STUB = """#!/bin/sh
case "$1 $2" in
  "-c "*) echo "{version}" ;;
  "-m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && echo "command = x -m venv --clear $4" > "$4/pyvenv.cfg"
             echo "venv" >> "{log}" ;;
  "-m pip") echo "pip $*" >> "{log}"; if [ -f "{pip}" ]; then . "{pip}"; fi ;;
esac
"""


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SOURCE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FREE_MB", 0)
    return module


class Checkout:
    """A folder with what an install reads, and a Python that only writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self.root.mkdir()
        (self.root / "requirements.lock").write_text("numpy==2.4.6\ntorch==2.13.0\n", encoding="utf-8")
        (self.root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
        self.log, self.pip = folder / "asked.txt", folder / "pip.sh"
        self.python = folder / "python"
        self.python.write_text(
            STUB.format(version=sys.version_info[:2], log=self.log, pip=self.pip), encoding="utf-8"
        )  # fmt: skip
        self.python.chmod(0o755)

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / ".regkb-stamp"

    def pip_will(self, script: str) -> None:
        self.pip.write_text(script, encoding="utf-8")

    def asked(self) -> list[str]:
        """What was asked since the last call."""
        said = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.split("install --progress-bar off ")[-1] for line in said]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path)
    monkeypatch.setattr(sys, "executable", str(made.python))
    return made


def stopped(action: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> str:
    """What a person reads when it stops; exit code 3 is the contract."""
    with pytest.raises(SystemExit) as exit_:
        action()
    assert exit_.value.code == 3
    return capsys.readouterr().err


@pytest.mark.parametrize("version", [(3, 8, 20), (3, 10, 14), (3, 13, 0)])
def test_another_python_is_named_with_what_to_do(
    bootstrap: ModuleType, version: tuple[int, int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    said = stopped(lambda: bootstrap.check_python(version), capsys)
    assert "需要 Python 3.11 或 3.12" in said
    assert ".".join(map(str, version)) in said
    assert "PYTHON=python3.11" in said


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9)])
def test_a_fitting_python_passes(bootstrap: ModuleType, version: tuple[int, int, int]) -> None:
    bootstrap.check_python(version)


def test_an_old_python_can_read_the_file_far_enough_to_say_so() -> None:
    """Syntax or annotations of a newer Python would end in a traceback before the sentence."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 7))
    first = next(node for node in tree.body if isinstance(node, ast.ImportFrom))
    assert (first.module, first.names[0].name) == ("__future__", "annotations")


def test_a_full_disk_is_found_before_anything_is_written(
    bootstrap: ModuleType, checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "FREE_MB", 10**9)
    assert "磁盘空间不足" in stopped(lambda: bootstrap.main(checkout.root), capsys)
    assert not (checkout.root / ".venv").exists()


def test_a_missing_venv_module_names_the_package(
    bootstrap: ModuleType, checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.python.write_text("#!/bin/sh\necho 'ensurepip is not available' >&2\nexit 1\n", encoding="utf-8")
    said = stopped(lambda: bootstrap.main(checkout.root), capsys)
    assert "ensurepip is not available" in said
    assert "python3-venv" in said


@pytest.mark.parametrize(
    ("said_by_pip", "sentence"),
    [
        ("WARNING: Retrying after NewConnectionError('Temporary failure in name resolution')", "检查网络、代理"),
        ("ERROR: No matching distribution found for torch==2.13.0", "PIP_INDEX_URL"),
        ("ReadTimeoutError: HTTPSConnectionPool: Read timed out.", "检查网络、代理"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("error: subprocess-exited-with-error", "重新运行同一条命令"),
    ],
)
def test_what_pip_says_becomes_what_to_do(
    bootstrap: ModuleType, checkout: Checkout, capsys: pytest.CaptureFixture[str], said_by_pip: str, sentence: str
) -> None:
    checkout.pip_will(f'echo "{said_by_pip}" >&2; exit 1')
    said = stopped(lambda: bootstrap.main(checkout.root), capsys)
    assert said_by_pip in said
    assert sentence in said
    assert not checkout.stamp.exists()


def test_torch_comes_first_then_the_lock_then_regkb_and_the_second_run_asks_nothing(
    bootstrap: ModuleType, checkout: Checkout
) -> None:
    bootstrap.main(checkout.root)
    lock = checkout.root / "requirements.lock"
    assert checkout.asked() == [
        "venv", "--upgrade pip>=24", f"--constraint {lock} torch==2.13.0", f"--requirement {lock}",
        f"--no-deps --editable {checkout.root}",
    ]  # fmt: skip
    begun = time.monotonic()
    bootstrap.main(checkout.root)
    assert checkout.asked() == []
    assert time.monotonic() - begun < 1


def test_an_install_that_failed_half_way_is_taken_up_again(bootstrap: ModuleType, checkout: Checkout) -> None:
    checkout.pip_will('case "$*" in *--requirement*) exit 1 ;; esac')
    with pytest.raises(SystemExit):
        bootstrap.main(checkout.root)
    assert len(checkout.asked()) == 4
    checkout.pip.unlink()
    bootstrap.main(checkout.root)
    assert len(checkout.asked()) == 4, "the environment is kept, the four steps are run again"
    assert checkout.stamp.exists()


def test_a_changed_lock_is_installed(bootstrap: ModuleType, checkout: Checkout) -> None:
    bootstrap.main(checkout.root)
    checkout.asked()
    with (checkout.root / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("rich==15.0.0\n")
    bootstrap.main(checkout.root)
    assert "venv" not in (again := checkout.asked())
    assert len(again) == 4


def test_a_moved_checkout_gets_a_new_environment(bootstrap: ModuleType, checkout: Checkout) -> None:
    """Scripts in a venv start with its old path: after a move `.venv/bin/pytest` would not run."""
    bootstrap.main(checkout.root)
    checkout.asked()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    bootstrap.main(checkout.root)
    assert checkout.asked()[0] == "venv"


def test_an_environment_of_another_python_is_made_anew(
    bootstrap: ModuleType, checkout: Checkout
) -> None:  # fmt: skip
    bootstrap.main(checkout.root)
    checkout.asked()
    checkout.stamp.unlink()
    (checkout.root / ".venv/bin/python").write_text("#!/bin/sh\necho '(3, 9)'\n", encoding="utf-8")
    bootstrap.main(checkout.root)
    assert checkout.asked()[0] == "venv"


def test_a_person_sees_that_something_goes_on(
    bootstrap: ModuleType, checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "TICK_SECONDS", 0.05)
    checkout.pip_will('echo "  Downloading torch-2.13.0-cp311-cp311-linux_x86_64.whl (180 MB)"; sleep 0.3')
    bootstrap.main(checkout.root)
    said = capsys.readouterr().err
    assert "2/4 安装 torch" in said
    assert "下载 torch 2.13.0（180 MB）" in said
    assert "仍在进行" in said
    assert "依赖已安装" in said


def test_ctrl_c_ends_pip_too_and_leaves_no_stamp(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    (checkout.root / ".venv/bin").mkdir(parents=True)
    shutil.copy(checkout.python, checkout.root / ".venv/bin/python")
    (checkout.root / ".venv/pyvenv.cfg").write_text(f"command = x {checkout.root / '.venv'}\n", encoding="utf-8")
    checkout.pip_will(f'echo $$ > "{tmp_path}/pid"; exec sleep 60')
    # A shell that starts the tests in the background has interrupts ignored; a person at a terminal has not.
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); import bootstrap; "
    code += f"bootstrap.FREE_MB = 0; bootstrap.run(bootstrap.Path({str(checkout.root)!r}))"
    running = subprocess.Popen(
        [sys.executable, "-c", code], cwd=SOURCE.parent, stderr=subprocess.PIPE, encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)  # to bootstrap alone: it must end pip itself
    _, said = running.communicate(timeout=20)
    assert running.returncode == 3
    assert "安装已中断" in said
    assert not checkout.stamp.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
