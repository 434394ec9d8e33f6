"""The errors we raise: each message is a sentence a person can act on; the edges turn it into HTTP and exit codes."""

from __future__ import annotations


class RegkbError(Exception):
    """Root of our errors. The message is a sentence a person can act on; `status` is the HTTP status at the edge."""

    status = 500
    exit_code = 3


class NotFound(RegkbError):
    """The document or provision asked for is not in the knowledge base."""

    status = 404
    exit_code = 4


class BadInput(RegkbError):
    """What was sent cannot be used as it is."""

    status = 422
    exit_code = 2


class UnreadableFile(BadInput):
    """A file that cannot be turned into text, with the reason."""

    status = 415
    exit_code = 4


class Conflict(RegkbError):
    """The request would undo something that stands."""

    status = 409
    exit_code = 4


class NotAllowed(RegkbError):
    """A staff action without the staff token."""

    status = 401
    exit_code = 2


class Unavailable(RegkbError):
    """A part the request needs is down: no index, no encoder, no model. Never reported as "no content"."""

    status = 503
    exit_code = 3
