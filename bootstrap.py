"""Make the virtual environment of this project, with nothing but Python's standard library.

`python3 bootstrap.py` creates `.venv`, installs the locked versions (torch first, in its CPU build, so that
no GPU packages follow it) and regkb itself. A stamp of the lock makes the next run return at once.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
NEEDED = (3, 11), (3, 13)
FREE_MB = 4500
TORCH = "torch==2.13.0"


def main() -> None:
    check_python()
    stamp, wanted = VENV / ".regkb-stamp", fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    check_disk()
    begun = time.monotonic()
    python = make_venv()
    say("安装依赖（首次约需几分钟，共约 3 GB）…")
    pip(python, "install", "--upgrade", "pip>=24")
    pip(python, "install", TORCH)
    pip(python, "install", "--requirement", str(LOCK))
    pip(python, "install", "--no-deps", "--editable", str(ROOT))
    stamp.write_text(wanted)
    say(f"依赖已安装，用时 {time.monotonic() - begun:.0f} 秒。")


def check_python() -> None:
    if not NEEDED[0] <= sys.version_info[:2] < NEEDED[1]:
        stop(
            f"需要 Python 3.11 或 3.12，当前是 {sys.version.split()[0]}（{sys.executable}）。\n"
            "请安装合适的版本，再用 make run PYTHON=python3.11 指定它。"
        )


def check_disk() -> None:
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < FREE_MB:
        stop(f"磁盘空间不足：{ROOT} 所在磁盘剩余 {free} MB，安装约需 {FREE_MB} MB。")


def make_venv() -> Path:
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        say("创建虚拟环境 .venv …")
        result = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
        if result.returncode:
            stop("无法创建虚拟环境。Debian 或 Ubuntu 请先安装 python3-venv。\n" + result.stdout + result.stderr)
    return python


def pip(python: Path, *words: str) -> None:
    """Run pip quietly; where it fails, show its last words and what they usually mean."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode == 0:
        return
    words_said = result.stderr.strip().splitlines()
    last = "\n".join(line for line in words_said if not line.startswith("WARNING: Location"))[-1500:]
    if "No space left" in last:
        hint = "磁盘已满，请清理后重试。"
    elif any(
        sign in last
        for sign in ("NewConnectionError", "Could not fetch", "Temporary failure", "No matching", "timed out")
    ):
        hint = "连不上软件源，或软件源缺少所需版本。请检查网络、代理，或用 PIP_INDEX_URL 指定可用的镜像后重试。"
    else:
        hint = "安装没有完成，重新运行同一条命令会从断处继续。"
    stop(f"{last}\n\n{hint}")


def fingerprint() -> str:
    """Everything that decides what is installed, and where: a moved checkout is installed anew."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode(), sys.version.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def stop(words: str) -> None:
    say(words)
    sys.exit(3)


if __name__ == "__main__":
    main()
