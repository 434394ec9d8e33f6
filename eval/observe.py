"""One case put to the system: search and answer over the public API, every citation read back at its address.

The API is a seam with the JSON of `/api/search`, `/api/ask`, `/api/provisions/{address}` and `/api/documents`, so that
what is scored is what users get.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from assistant.answer_model import Mode, Turn
from assistant.model import EnterpriseProfile
from eval.cases import Case, Place
from eval.score import Cited, Seen
from kb.errors import RegkbError

DEPTH = 10
LONGEST_TURN = 20_000
"""Characters of an earlier answer that `/api/ask` takes."""
Clock = Callable[[], float]


class Api(Protocol):
    """The public API. Each call returns the JSON body; errors are raised as RegkbError. `ranking` and `without` name
    another way to rank, as the API does; `history` are the turns before as `/api/ask` takes them; `documents` is the
    whole list."""

    def search(
        self, q: str, k: int, as_of: date | None, *, ranking: str = "full", without: Sequence[str] = ()
    ) -> dict[str, Any]: ...
    def ask(
        self, question: str, as_of: date | None, *, history: Sequence[Turn] = (),
        profile: EnterpriseProfile | None = None, mode: Mode = "extractive",
    ) -> dict[str, Any]: ...  # fmt: skip
    def provision(self, address: str, as_of: date | None) -> dict[str, Any]: ...
    def documents(self) -> dict[str, Any]: ...


def observe(case: Case, api: Api, clock: Clock, *, answers: bool = True, mode: Mode = "extractive") -> Seen:
    """What the system gives for a case; a failure is seen as one. Without `answers` only the search is asked; a case
    with a history is not searched for, because its question is not whole."""
    begun = clock()
    try:
        found = None if case.history else api.search(case.question, DEPTH, case.as_of)
        searched = clock()
        if found and not answers:
            return Seen(places(found), "", "", (), searched - begun, None, index_versions=(found["index_version"],))
        history = _conversation(case, api, mode)
        ready = clock() if history else searched
        answer = api.ask(case.question, case.as_of, history=history, profile=case.profile, mode=mode)
        asked = clock()
        cited = tuple(_read_back(citation, api, case.as_of) for citation in answer["citations"])
    except RegkbError as error:
        failed = clock() - begun
        nothing = None if case.history else ()
        return Seen(nothing, "unavailable", "", (), failed, failed, error=f"{type(error).__name__}：{error}")
    return Seen(
        found=places(found) if found else None,
        outcome=answer["outcome"],
        text=answer["text"] or "",
        cited=cited,
        search_seconds=searched - begun if found else None,
        ask_seconds=asked - ready,
        index_versions=tuple(filter(None, (found["index_version"] if found else "", answer["index_version"]))),
        error=answer["reason"] or "没有说明原因" if answer["outcome"] == "unavailable" else None,
        premises=tuple(answer.get("premises") or ()),
        options=tuple((answer.get("clarify") or {}).get("options") or ()),
        mode=answer.get("mode"),
    )


def _conversation(case: Case, api: Api, mode: Mode) -> tuple[Turn, ...]:
    """The turns before the question, each asked in its turn with the answers given so far."""
    turns: tuple[Turn, ...] = ()
    for question in case.history:
        answer = api.ask(question, case.as_of, history=turns, profile=case.profile, mode=mode)
        said = (answer["text"] or "")[:LONGEST_TURN]
        turns = (*turns, Turn(role="user", content=question), Turn(role="assistant", content=said))
    return turns


def places(found: Mapping[str, Any]) -> tuple[Place, ...]:
    return tuple(Place.at(passage["address"], passage["title"]) for passage in found["passages"])


def _read_back(citation: Mapping[str, Any], api: Api, as_of: date | None) -> Cited:
    try:
        stored = api.provision(citation["address"], as_of)["text"]
    except RegkbError:
        # A citation that leads nowhere is a finding about the answer, not a failure of the run.
        stored = None
    return Cited(
        place=Place.at(citation["address"], citation["title"]),
        quote=citation["quote"],
        start=citation["start"],
        end=citation["end"],
        force=citation["force"],
        stored=stored,
    )
