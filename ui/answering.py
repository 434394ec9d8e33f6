"""An answer while it comes: read by a thread of its own, so that what a reader presses meanwhile never breaks it off.

Streamlit runs the page anew at every press. The page therefore only looks at what has come so far, and a reload finds
the same answer again in `Answerings`; the way to end one is `stop`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from threading import Condition, Lock, Thread

from assistant.answer_model import Answer
from assistant.events import Cited, Token
from assistant.model import EnterpriseProfile
from kb.errors import RegkbError, Unavailable
from kb.model import Citation
from ui.contract_desk import Begun, TurnEvent
from ui.words import say


@dataclass(frozen=True)
class Asking:
    """A question to be asked after the turn `parent`, None for a new beginning; `follows` means after whatever is the
    last turn by then. `day` None means today."""

    question: str
    day: date | None = None
    profile: EnterpriseProfile | None = None
    follows: bool = True
    parent: str | None = None


@dataclass(frozen=True)
class Progress:
    """What has come so far. `turn` is None until the service has taken the question; at the end `ended` is set, and
    `failure` says why there is no answer."""

    turn: str | None = None
    text: str = ""
    citations: tuple[Citation, ...] = ()
    ended: bool = False
    failure: str | None = None


class Answering:
    """One question being answered. `events` are read in a thread until they end or the answer is stopped."""

    def __init__(self, asking: Asking, parent: str | None, events: Generator[TurnEvent], stop: Callable[[str], None]):
        self.asking, self.parent = asking, parent
        self._events, self._stop = events, stop
        self._changed = Condition()
        self._progress = Progress()
        self._stopping = False
        self._thread = Thread(target=self._read, name="answering", daemon=True)
        self._thread.start()

    @property
    def progress(self) -> Progress:
        with self._changed:
            return self._progress

    def wait(self, seen: Progress, seconds: float) -> Progress:
        """What has come, as soon as it differs from `seen`, at the latest after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._progress is not seen, seconds)
            return self._progress

    def stop(self) -> None:
        """End the answer: the service is told to stop and sends what it had let out; should it not, we hang up."""
        with self._changed:
            self._stopping, turn = True, self._progress.turn
        if turn:
            self._tell(turn)

    def _read(self) -> None:
        """Hanging up happens when the iterator is closed, which the service takes as a stop."""
        failure = None
        try:
            with closing(self._events) as events:
                for event in events:
                    self._take(event)
        except RegkbError as error:
            failure = str(error)
        except Exception:  # a line of the service that we cannot read must end the wait, not the thread alone
            failure = say("api.cut")
        self._put(ended=True, failure=failure)

    def _take(self, event: TurnEvent) -> None:
        now = self._progress
        if isinstance(event, Begun):
            self._put(turn=event.id)
            with self._changed:
                stopping = self._stopping
            if stopping:  # pressed before the service had given the turn its name
                self._tell(event.id)
        elif isinstance(event, Token):
            self._put(text=now.text + event.text)
        elif isinstance(event, Cited):
            self._put(citations=(*now.citations, event.citation))
        elif isinstance(event, Answer):
            self._put(text=event.text, citations=event.citations)

    def _put(self, **changes: object) -> None:
        with self._changed:
            self._progress = Progress(**(vars(self._progress) | changes))
            self._changed.notify_all()

    def _tell(self, turn: str) -> None:
        try:
            self._stop(turn)
        except RegkbError as error:
            self._put(ended=True, failure=str(error if isinstance(error, Unavailable) else say("ask.stopped")))


class Answerings:
    """The answers that are coming in this process, one at most for a conversation of a person."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._coming: dict[tuple[str, str], Answering] = {}

    def of(self, visitor: str, conversation: str | None) -> Answering | None:
        with self._lock:
            return self._coming.get((visitor, conversation)) if conversation else None

    def put(self, visitor: str, conversation: str, one: Answering) -> None:
        with self._lock:
            self._coming[visitor, conversation] = one

    def done(self, visitor: str, conversation: str, one: Answering) -> None:
        """Forget an answer that has been shown; whoever still waits for it holds it already."""
        with self._lock:
            if self._coming.get((visitor, conversation)) is one:
                del self._coming[visitor, conversation]
