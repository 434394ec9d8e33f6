"""Prints what regkb needs at run time, one requirement a line: its dependencies and those of the extras named as
arguments (`python requirements.py postgres`), read from the `pyproject.toml` of the folder it is run in."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path


def requirements(pyproject: str, extras: list[str]) -> list[str]:
    """Raises SystemExit with a sentence for an extra that is not there."""
    project = tomllib.loads(pyproject)["project"]
    known = project.get("optional-dependencies", {})
    missing = [extra for extra in extras if extra not in known]
    if missing:
        sys.exit(f"pyproject.toml 没有附加依赖 {'、'.join(missing)}；有的是：{'、'.join(known)}。")
    return [*project["dependencies"], *(need for extra in extras for need in known[extra])]


if __name__ == "__main__":
    print("\n".join(requirements(Path("pyproject.toml").read_text(encoding="utf-8"), sys.argv[1:])))
