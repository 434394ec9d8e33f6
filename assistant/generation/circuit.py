"""A circuit breaker: a service that keeps failing is left alone for a while instead of making everybody wait for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Clock = Callable[[], float]
"""Seconds that only go forward."""


class Circuit:
    """Closed until `failures` calls in a row have failed, then open for `pause` seconds; after that one call at a time
    may try, and the first that succeeds closes it. Safe to share between threads."""

    def __init__(self, clock: Clock, *, failures: int = 3, pause: float = 30.0) -> None:
        self._clock, self._limit, self._pause = clock, failures, pause
        self._failed_in_a_row, self._open_until = 0, 0.0
        self._guard = Lock()

    def wait(self) -> float:
        """Seconds until a call may be made, 0.0 when this one may. Who may call reports how it went."""
        with self._guard:
            if self._failed_in_a_row < self._limit:
                return 0.0
            now = self._clock()
            if now < self._open_until:
                return self._open_until - now
            # This caller tries for everybody. Should it never report, the next may try after another pause.
            self._open_until = now + self._pause
            return 0.0

    def succeeded(self) -> None:
        with self._guard:
            self._failed_in_a_row = 0

    def failed(self) -> None:
        with self._guard:
            self._failed_in_a_row += 1
            if self._failed_in_a_row >= self._limit:
                self._open_until = self._clock() + self._pause
