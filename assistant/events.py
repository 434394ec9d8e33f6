"""What a reply is made of while it comes."""

from __future__ import annotations

from typing import NamedTuple

from assistant.answer_model import Answer
from kb.model import Citation


class Token(NamedTuple):
    """A piece of the text, to be shown at once; the pieces together are the text of the answer."""

    text: str


class Cited(NamedTuple):
    """A citation whose key has come, or is about to come, in the text."""

    citation: Citation


Event = Token | Cited | Answer
"""The answer comes last, whole and checked: where it differs from the pieces, it is right."""
