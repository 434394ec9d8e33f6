"""YAML that people write: read into plain values, never into objects."""

from __future__ import annotations

from typing import Any

import yaml

# The C loader takes a tenth to a fifth of the time; a build of PyYAML without it has only the other one.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parsed(text: str) -> Any:
    """What a YAML text holds. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - either is a safe loader
