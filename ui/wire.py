"""What goes over the wire between the pages and the service: parameters and profiles out, errors and events in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from assistant.model import EnterpriseProfile
from kb.errors import BadInput, Conflict, NotAllowed, NotFound, RegkbError, Unavailable, UnreadableFile

ERRORS: Mapping[str, type[RegkbError]] = {
    kind.__name__: kind for kind in (NotFound, BadInput, UnreadableFile, Conflict, NotAllowed, Unavailable)
}
BY_STATUS: Mapping[int, type[RegkbError]] = {
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    415: UnreadableFile,
    422: BadInput,
    503: Unavailable,
}


def given(**values: object) -> dict[str, Any]:
    """Only the values that are known: dates as ISO text, None and empty text left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None and value != ""
    }


def profile_json(profile: EnterpriseProfile | None) -> dict[str, Any] | None:
    """A profile as the contract sends it: absent means unknown."""
    return profile.model_dump(mode="json", by_alias=True, exclude_defaults=True) if profile else None


def named_error(body: Any, otherwise: type[RegkbError]) -> RegkbError:
    """The error the service named, with its own sentence. ValueError when the body is not an error object."""
    if not isinstance(body, dict) or "detail" not in body:
        raise ValueError("not an error object")
    return ERRORS.get(str(body.get("error")), otherwise)(str(body["detail"]))


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Server-sent events as (name, JSON data). Comments and events without data are passed over."""
    name, data = "message", list[str]()
    for line in lines:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line:
            if data:
                yield name, json.loads("\n".join(data))
            name, data = "message", []
