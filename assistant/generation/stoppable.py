"""The language model for one reply, which can be silenced from any thread.

A generator that waits for the model's next piece cannot be closed by another thread. The connection below it can.
"""

from __future__ import annotations

from threading import Lock

from assistant.generation.llm import Model
from assistant.generation.llm_wire import Wire


class StoppableModel(Model):
    """The same model, endpoint and circuit. After `stop` every call it is in ends at once, and a new one says nothing.
    `called` says whether it was asked for anything."""

    def __init__(self, model: Model) -> None:
        vars(self).update(vars(model))
        self._model = model
        self._wires: list[Wire] = []
        self._stopped = False
        self._calling = Lock()

    @property
    def called(self) -> bool:
        return bool(self._wires)

    def stop(self) -> None:
        with self._calling:
            self._stopped = True
            wires = tuple(self._wires)
        for wire in wires:
            wire.cut("closed")

    def _wire(self, limit_tokens: int) -> Wire:
        wire = self._model._wire(limit_tokens)
        with self._calling:
            self._wires.append(wire)
            stopped = self._stopped
        if stopped:
            wire.cut("closed")
        return wire
