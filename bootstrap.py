"""Make the virtual environment of this project, with nothing but Python's standard library.

`python3 bootstrap.py` creates `.venv`, installs the locked versions (torch first: it is the largest by far, and the
source it comes from decides whether GPU packages follow it) and regkb itself, saying what it is at. A stamp of the
lock, written last, makes the next run return at once; an interrupted run is simply run again.
"""

from __future__ import annotations  # so that a Python too old still reaches the sentence that says so

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
NEEDED = (3, 11), (3, 13)
FREE_MB = 4500
TICK_SECONDS = 10.0
"""A silent step says at least this often that it is still at work."""
SIGNS_OF_NO_NETWORK = (
    "NewConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError", "Could not fetch",
    "Temporary failure", "No matching distribution", "timed out", "Connection aborted", "Connection refused",
)  # fmt: skip


def main(root: Path = ROOT) -> None:
    check_python()
    stamp, wanted = root / ".venv" / ".regkb-stamp", fingerprint(root)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    check_disk(root)
    begun = time.monotonic()
    stamp.unlink(missing_ok=True)
    python, lock = make_venv(root), str(root / "requirements.lock")
    say("安装依赖：首次约需几分钟，共约 3 GB；中断后重新运行同一条命令即可。")
    pip(python, "1/4 更新安装工具", "--upgrade", "pip>=24")
    pip(python, "2/4 安装 torch", "--constraint", lock, torch_of(root))
    pip(python, "3/4 安装其余依赖", "--requirement", lock)
    pip(python, "4/4 安装 regkb", "--no-deps", "--editable", str(root))
    unfinished = stamp.with_suffix(".new")
    unfinished.write_text(wanted, encoding="utf-8")
    unfinished.replace(stamp)
    say(f"依赖已安装，用时 {spent(begun)}。")


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    if not NEEDED[0] <= version[:2] < NEEDED[1]:
        stop(
            f"需要 Python 3.11 或 3.12，当前是 {'.'.join(map(str, version))}（{sys.executable}）。\n"
            "请安装合适的版本，再用 make run PYTHON=python3.11 指定它。"
        )


def check_disk(root: Path) -> None:
    free = shutil.disk_usage(root).free // 2**20
    if free < FREE_MB:
        stop(f"磁盘空间不足：{root} 所在磁盘剩余 {free} MB，安装约需 {FREE_MB} MB。请清理后重试。")


def make_venv(root: Path) -> Path:
    """The interpreter of `.venv`, made anew unless it was made here, with the Python that is asked for, and has pip."""
    python = root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (works(python) and stands_here(python)):
        say("创建虚拟环境 .venv …")
        command = [sys.executable, "-m", "venv", "--clear", str(root / ".venv")]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            stop(
                f"{(result.stdout + result.stderr).strip()[-1500:]}\n\n"
                "无法创建虚拟环境。Debian 或 Ubuntu 请先安装 python3-venv，其他系统请检查权限与磁盘，再重试。"
            )
    return python


def works(python: Path) -> bool:
    """A venv that was cut short has no pip; one whose Python was upgraded or removed does not start as that version."""
    ask = "import sys, pip; print(sys.version_info[:2])"
    try:
        result = subprocess.run([str(python), "-c", ask], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0 and result.stdout.strip() == str(sys.version_info[:2])


def stands_here(python: Path) -> bool:
    """The scripts of a venv name its folder in their first line: after a move they start nothing."""
    venv = python.parent.parent
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(line.startswith("command = ") and line.endswith(f" {venv}") for line in lines)


def torch_of(root: Path) -> str:
    """The locked torch: installed before everything else, so that its choice of build is settled first."""
    found = re.search(r"^torch==\S+", (root / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        stop("requirements.lock 中没有 torch 的版本，文件可能不完整。请重新检出代码。")
    return found.group()


def pip(python: Path, step: str, *words: str) -> None:
    """Run one `pip install`, naming the packages as they come; its last words and what they mean where it fails."""
    say(f"{step} …")
    begun = time.monotonic()
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    command += ["--progress-bar", "off", *words]
    said: list[str] = []
    done = threading.Event()
    ticker = threading.Thread(target=tick, args=(step, begun, said, done), daemon=True)
    ticker.start()
    # Errors come with the rest: two pipes read in turn would fill up and stall.
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        try:
            for line in process.stdout or ():
                said.append(line.rstrip())
                news = worth_saying(line)
                if news:
                    say(f"    {news}")
            failed = process.wait() != 0
        except BaseException:  # Ctrl+C: pip must not go on behind our back
            process.terminate()
            raise
        finally:
            done.set()
            ticker.join()
    if failed:
        stop("\n".join(said)[-1500:] + f"\n\n{hint(said)}")
    say(f"    完成，用时 {spent(begun)}")


def worth_saying(line: str) -> str | None:
    """Large downloads and the final writing to disk: what takes long enough to make a person wonder."""
    large = re.match(r"\s*Downloading (\w+?)-(\d[^-]*)\S* \(([\d.]+ [MG]B)\)", line)
    if large:
        return f"下载 {large[1]} {large[2]}（{large[3]}）"
    if line.startswith("Installing collected packages:"):
        return f"写入 {line.count(',') + 1} 个包"
    return None


def tick(step: str, begun: float, said: list[str], done: threading.Event) -> None:
    lines = len(said)
    while not done.wait(TICK_SECONDS):
        if len(said) == lines:
            say(f"    仍在进行（{step}，已 {spent(begun)}）")
        lines = len(said)


def hint(said: list[str]) -> str:
    """What pip's words mean for a person."""
    words = "\n".join(said)
    if "No space left" in words:
        return "磁盘已满，请清理后重新运行同一条命令。"
    if any(sign in words for sign in SIGNS_OF_NO_NETWORK):
        return "连不上软件源，或软件源缺少所需版本。请检查网络、代理，或用 PIP_INDEX_URL 指定可用的镜像后重试。"
    return "安装没有完成。请按上面的提示处理，再重新运行同一条命令。"


def fingerprint(root: Path) -> str:
    """Everything that decides what is installed, and where: a moved checkout is installed anew."""
    files = [(root / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    parts = (*files, str(root).encode(), sys.version.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def spent(begun: float) -> str:
    seconds = round(time.monotonic() - begun)
    return f"{seconds // 60} 分 {seconds % 60} 秒" if seconds >= 60 else f"{seconds} 秒"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def stop(words: str) -> NoReturn:
    say(words)
    sys.exit(3)


def run(root: Path = ROOT) -> None:
    try:
        main(root)
    except KeyboardInterrupt:
        stop("\n安装已中断。重新运行同一条命令会继续。")
    except OSError as error:
        stop(f"安装没有完成：{error}。请检查权限与磁盘，再重新运行同一条命令。")


if __name__ == "__main__":
    run()
