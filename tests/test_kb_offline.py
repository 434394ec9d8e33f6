"""Nothing is told to anybody: the libraries we run leave no queue of events behind and try no address outside."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.sandbox.process import _environment
from kb.offline import SWITCHES, silence
from kb.settings import BUNDLED_MODEL, Settings

WORK = """
import socket, sys
from pathlib import Path

asked = []
def refused(*arguments, **_named):
    asked.append(arguments[:2])
    raise OSError("no way out")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refused

from ingest.incoming import Incoming
from ingest.readers.scan import read_image
from kb.embed_onnx import OnnxEncoder

encoder = OnnxEncoder(Path(sys.argv[1]), threads=1)
print(encoder.queries(["药品上市许可持有人"]).shape)
image = Path(sys.argv[2])
print(read_image(Incoming(image.name, image.read_bytes())).text)
print("asked", asked)
"""


def page(path: Path) -> Path:
    """A page with one line of large print."""
    image = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(image).text((60, 100), "ARTICLE 2026", "black", ImageFont.load_default(80))
    written = io.BytesIO()
    image.save(written, "PNG")
    path.write_bytes(written.getvalue())
    return path


def test_encoding_and_recognition_leave_nothing_behind_and_ask_nobody(
    bundled_settings: Settings, tmp_path: Path
) -> None:
    """onnxruntime for Linux queues events under ~/.cache and sends them, which only a look at the disk shows: its
    sockets are not Python's. Run without any switch in the environment, as on a user's machine."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES and not name.startswith("XDG_")}
    model = bundled_settings.models / BUNDLED_MODEL
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(model), str(page(tmp_path / "page.png"))],
        env=kept | {"HOME": str(home)}, capture_output=True, encoding="utf-8", timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0] == "(1, 384)"
    assert "ARTICLE" in done.stdout.upper().replace(" ", "")  # the page was truly read
    assert said[-1] == "asked []"
    assert [str(path.relative_to(home)) for path in home.rglob("*")] == []


@pytest.mark.parametrize("library", ["kb", "ingest.readers.scan", "assistant.api", "eval.run", "ui.cli"])
def test_every_way_in_sets_the_switches_before_a_library_is_loaded(library: str) -> None:
    """A switch that comes after the import of its library is not read."""
    program = (
        "import builtins, os\n"
        "true, early = builtins.__import__, []\n"
        "def watched(name, *rest, **named):\n"
        "    known = name.partition('.')[0] in ('onnxruntime', 'transformers', 'unstructured', 'rapidocr')\n"
        "    if known and 'ORT_DISABLE_TELEMETRY' not in os.environ: early.append(name)\n"
        "    return true(name, *rest, **named)\n"
        "builtins.__import__ = watched\n"
        "import importlib.util\n"
        f"importlib.import_module({library!r})\n"
        "import onnxruntime\n"
        "print(early, os.environ['ORT_DISABLE_TELEMETRY'])\n"
    )
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    done = subprocess.run([sys.executable, "-c", program], env=kept, capture_output=True, encoding="utf-8", timeout=120)
    assert done.stdout.strip() == "[] 1", done.stderr


def test_the_child_that_parses_files_is_given_them(tmp_path: Path) -> None:
    """Its environment is made from nothing."""
    assert SWITCHES.items() <= _environment(tmp_path).items()


def test_what_a_person_sets_stands() -> None:
    environment = {"DO_NOT_TRACK": "0"}
    silence(environment)
    assert environment == SWITCHES | {"DO_NOT_TRACK": "0"}
