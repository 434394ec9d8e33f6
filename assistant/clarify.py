"""Whether to ask back: when what the question leaves open decides the answer."""

from __future__ import annotations

from assistant.answer_model import Question
from assistant.asked_day import Asked
from assistant.followup import open_matter
from assistant.model import Clarification
from assistant.navigate import open_sector
from kb.knowledge import KnowledgeBase


def question_back(knowledge: KnowledgeBase, question: Question, asked: Asked) -> Clarification | None:
    """One short question with its options, or None where the question can be answered as it stands."""
    if question.documents:
        return None
    back = open_sector(asked.question, question.profile)
    return back or open_matter(asked.question, knowledge.term_weights(asked.sought))
