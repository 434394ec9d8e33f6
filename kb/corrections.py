"""Where staff corrected what a text says of itself: the correction stands, and the text's own words stay in view."""

from __future__ import annotations

from collections.abc import Mapping

from kb.model import CORRECTED, NOT_STATED, Conflict, Document
from kb.validity import A_RECORD, worked_out

FIELDS = ("issued_on", "published_on", "effective_on", "expires_on", "repealed_on", "number")
"""Those that decide since when and until when a text holds, and which text it is."""


def contradicted(before: Document, values: Mapping[str, object]) -> tuple[Conflict, ...]:
    """The conflicts of a document when staff set `values`: those between them and the words of the text, and those it
    had in other fields. What only a record said, or was worked out, may be corrected without a trace."""
    kept = [c for c in before.conflicts if not (c.kept_from == CORRECTED and c.field in values)]
    for field in (name for name in FIELDS if name in values):
        said, words = _said_by_text(before, field)
        if words and _plain(said) != _plain(values[field]):
            kept.append(
                Conflict(
                    field=field, kept=_plain(values[field]), kept_from=CORRECTED, other=_plain(said), other_from=words
                )
            )  # fmt: skip
    return tuple(kept)


def _said_by_text(before: Document, field: str) -> tuple[object, str | None]:
    """`(value, words)` of the text; a field that was corrected before remembers them in its conflict."""
    words = before.evidence.get(field)
    if words == CORRECTED:
        told = next((c for c in before.conflicts if c.field == field and c.kept_from == CORRECTED), None)
        return (told.other, told.other_from) if told else (None, None)
    value = getattr(before, field)
    if value is None or not words or A_RECORD.search(words) or worked_out(words):
        return value, None
    return value, words


def _plain(value: object) -> str:
    return NOT_STATED if value is None else value if isinstance(value, str) else str(value)
