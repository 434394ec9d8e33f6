"""What the knowledge base has for a question that is handed to a person, so that staff need not search again."""

from __future__ import annotations

from datetime import date

from assistant.desk.feedback_model import Nearest, Search
from assistant.reading.searched import searched
from assistant.service import Service
from kb.errors import Unavailable
from kb.model import State
from kb.search import NO_FILTERS, How

NEAREST, TERMS = 5, 20


def looked_for(service: Service, question: str, as_of: date | None) -> Search:
    """What was searched, and what came closest; `trouble` where nothing could be searched."""
    today = service.today()
    try:
        knowledge = service.knowledge
        result = searched(knowledge, question, as_of=as_of, today=today, limit=NEAREST, filters=NO_FILTERS, how=How())
        weights = knowledge.term_weights(str(result.understood["question"]))
        documents = sum(held.document.state is State.PUBLISHED for held in knowledge.registry.held().values())
    except Unavailable as error:
        nothing = Search(day=as_of or today, documents=None, terms=(), nearest=(), index_version=None)
        return nothing.model_copy(update={"trouble": str(error)})
    return Search(
        day=result.as_of, documents=documents, terms=tuple(sorted(weights, key=lambda t: -weights[t])[:TERMS]),
        nearest=tuple(Nearest(address=p.address, label=p.label, score=p.score) for p in result.passages),
        index_version=result.index_version,
    )  # fmt: skip
