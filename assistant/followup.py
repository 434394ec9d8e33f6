"""A follow-up made to stand alone: what it leaves out is taken from the person's last question."""

from __future__ import annotations

import re

from assistant.answer_model import Question

FOLLOW_UP = re.compile(
    r"^(?:那么?|它|这个?|该|其|如果|要是|换成|还有|不做|不办|罚多少|多久|要多久|什么时候|为什么|\d{4}年)"
)
SHORT = 16
"""Characters up to which a question may lean on the one before; a longer one speaks for itself."""


def standing_alone(question: Question) -> str:
    """The question itself, or, where it is a short follow-up, the person's last question and it together."""
    asked = [turn.content for turn in question.history if turn.role == "user"]
    words = question.question.strip()
    if not asked or len(words) > SHORT or not FOLLOW_UP.match(words):
        return words
    return f"{asked[-1].strip().rstrip('？?。')}，{words}"[:2000]
