"""The Python client: `from regkb import Client`.

    client = Client("http://127.0.0.1:8000")
    for piece in client.ask("药品上市许可持有人可以委托生产吗"):
        ...  # pieces of the text as they come and, last, the whole checked Answer

Importing it loads neither the index nor an encoder nor the pages.
"""

from __future__ import annotations

from assistant.answer_model import LABEL, Answer, Cell, CitedPlace, Question, Reckoning, Table, TableRow, Turn
from assistant.model import EnterpriseProfile, NavigationItem, NavigationResult, PolicyMatch
from kb.errors import BadInput, Conflict, NotAllowed, NotFound, RegkbError, Unavailable
from kb.model import Citation, Document, Force, Passage, Source
from ui.client import Client

__all__ = [
    "LABEL",
    "Answer",
    "BadInput",
    "Cell",
    "Citation",
    "CitedPlace",
    "Client",
    "Conflict",
    "Document",
    "EnterpriseProfile",
    "Force",
    "NavigationItem",
    "NavigationResult",
    "NotAllowed",
    "NotFound",
    "Passage",
    "PolicyMatch",
    "Question",
    "Reckoning",
    "RegkbError",
    "Source",
    "Table",
    "TableRow",
    "Turn",
    "Unavailable",
]
