"""The provisions of a document as the tree that a reader unfolds."""

from __future__ import annotations

from kb.address import join
from kb.model import Document, Frozen
from kb.registry import Reading


class OutlineEntry(Frozen):
    address: str
    label: str
    heading: str | None
    text: str
    page: int | None
    children: tuple[OutlineEntry, ...] = ()


def outline(document: Document, reading: Reading) -> tuple[OutlineEntry, ...]:
    """The provisions as a tree by their spans."""
    ordered = list(reading.provisions.values())

    def entries(at: int, end: int) -> tuple[tuple[OutlineEntry, ...], int]:
        found = []
        while at < len(ordered) and ordered[at].start < end:
            provision = ordered[at]
            children, after = entries(at + 1, provision.end)
            stop = ordered[at + 1].start if children else provision.end
            found.append(
                OutlineEntry(
                    address=join(document.id, provision.path), label=provision.number or "／".join(provision.path),
                    heading=provision.heading, text=reading.text[provision.body : max(provision.body, stop)].strip(),
                    page=provision.page, children=children,
                )
            )  # fmt: skip
            at = after
        return tuple(found), at

    return entries(0, len(reading.text) + 1)[0]
