"""Content files are read by the loader that PyYAML was built with: each gives the same values, none makes objects."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kb.plain_yaml import parsed
from kb.settings import Settings

FILES = sorted(Settings().data.rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_our_content_reads_alike_without_the_c_loader(path: Path) -> None:
    """A machine whose PyYAML lacks it must not see other days, numbers or words in the same file."""
    text = path.read_text(encoding="utf-8")
    assert parsed(text) == yaml.load(text, Loader=yaml.SafeLoader)


def test_a_file_cannot_run_anything(tmp_path: Path) -> None:
    """Staff take lexicons and content from each other: a tag that calls a function must be refused, not obeyed."""
    made = tmp_path / "made"
    with pytest.raises(yaml.YAMLError):
        parsed(f"said: !!python/object/apply:os.mkdir ['{made}']")
    assert not made.exists()
