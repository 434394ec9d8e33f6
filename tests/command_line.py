"""Fixtures for tests of `regkb` as it is called: over a loaded home that no other file of tests holds open."""

from __future__ import annotations

import io
import json
import shutil
import sys
from typing import Any, NamedTuple, Protocol

import pytest
from live import _free_ports

from kb.settings import Settings
from ui import cli


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; fails when there is anything else beside it."""
        return json.loads(self.out)


class Run(Protocol):
    def __call__(self, *words: str, stdin: str = "") -> Ran: ...


@pytest.fixture(scope="module")
def own_settings(starter_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A loaded home of the file's own: other tests may hold the shared one open."""
    home = tmp_path_factory.mktemp("own") / "home"
    shutil.copytree(starter_settings.home, home)
    api, pages = _free_ports()
    return starter_settings.model_copy(update={"home": home, "api_port": api, "ui_port": pages})


@pytest.fixture
def run(own_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `regkb WORDS` as the console script does, over the loaded home unless REGKB_HOME was set otherwise."""
    monkeypatch.setenv("REGKB_HOME", str(own_settings.home))
    monkeypatch.setenv("REGKB_API_PORT", str(own_settings.api_port))
    monkeypatch.setenv("REGKB_UI_PORT", str(own_settings.ui_port))
    monkeypatch.setenv("REGKB_EMBED_THREADS", "1")
    monkeypatch.setenv("COLUMNS", "200")

    def runs(*words: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["regkb", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return runs
