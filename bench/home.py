"""A home folder of its own for one measurement, with the encoder of the given one; removed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.settings import Settings


@contextmanager
def own_home(settings: Settings) -> Iterator[Settings]:
    with TemporaryDirectory(prefix="regkb-bench-") as folder:
        (Path(folder) / "models").symlink_to(settings.models.resolve())
        yield settings.model_copy(update={"home": Path(folder)})
