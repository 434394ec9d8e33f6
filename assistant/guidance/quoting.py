"""The seam to stored law: what turns "this article, the sentence with these words" into a verbatim citation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from assistant.model import ProvisionReference
from kb.model import Citation


class Quoter(Protocol):
    """Quotes stored provisions and nothing else; an implementation never composes or shortens words."""

    def locate(self, title: str, path: tuple[str, ...], words: str | None, as_of: date) -> Citation | None:
        """Quote one sentence of one provision as it stands on a date.

        `title` is the exact title or the instrument's name, `path` the address below the document (empty for the
        whole document). The sentence is the first that contains `words`, or the provision's first sentence when
        `words` is None. None when the document, the provision or the words are not in the knowledge base.
        """
        ...


def cite(quoter: Quoter, reference: ProvisionReference, as_of: date) -> Citation | None:
    """Quote a reference from the narrowest provision that holds its words.

    A copy of a guide may be kept with a shallower outline (① not split from its paragraph), so enclosing provisions
    are tried from the inside out; the anchor words keep the quote on the same sentence. Without anchor words only the
    place itself will do.
    """
    widest = len(reference.path) if reference.locate is None else min(1, len(reference.path))
    places = [reference.path[:depth] for depth in range(len(reference.path), widest - 1, -1)]
    attempts = (
        quoter.locate(title, place, reference.locate, as_of)
        for title in (reference.title, *reference.also)
        for place in places
    )
    return next((citation for citation in attempts if citation), None)


def cite_all(quoter: Quoter, references: Iterable[ProvisionReference], as_of: date) -> tuple[Citation, ...]:
    """Quote what can be quoted, in order, each sentence once, keyed 1, 2, 3 …; what is not loaded is left out."""
    quoted: dict[tuple[str, int], Citation] = {}
    for reference in references:
        citation = cite(quoter, reference, as_of)
        if citation:
            quoted.setdefault((citation.address, citation.start), citation)
    return tuple(c.model_copy(update={"key": str(number)}) for number, c in enumerate(quoted.values(), start=1))
