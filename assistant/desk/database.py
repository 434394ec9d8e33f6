"""The desk's one database file: opened, brought to the newest schema, read and written in whole transactions.

It lies beside the registry and goes with a backup. A process that is killed loses nothing that was written; a power cut
may lose the last moments, never the file. What is deleted is overwritten, because people wrote it. The file is readable
by its owner alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Dialect, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from assistant.desk.schema import upgrade
from assistant.service import Service
from kb.errors import Unavailable

FILE = "desk.sqlite3"
PRAGMAS = (
    "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000", "secure_delete=ON",
)  # fmt: skip
MOST_CONNECTIONS = 64


class Table(DeclarativeBase):
    """Base of the desk's rows; the tables themselves are made by `assistant.desk.schema`."""


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC; what comes back knows its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class Desk:
    """The file under a data folder. Safe to share between threads. Raises Unavailable when it cannot be used."""

    def __init__(self, home: Path) -> None:
        place = home / FILE
        with _said():
            _to_owner_alone(place)
            upgrade(place)
        self._engine = create_engine(URL.create("sqlite", database=str(place)), max_overflow=MOST_CONNECTIONS)
        event.listen(self._engine, "connect", _prepared)
        event.listen(self._engine, "begin", _begun)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One state of the file, whatever is written meanwhile."""
        with _said(), Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """All of it or nothing; writers wait for each other before they read."""
        with _said(), Session(self._engine.execution_options(writing=True)) as session, session.begin():
            yield session

    def close(self) -> None:
        self._engine.dispose()


def desk_of(service: Service) -> Desk:
    """The desk of a service, opened at its first use and closed with the service."""
    return service.parts.get(Desk, lambda: Desk(service.settings.home))


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        reason = getattr(error, "orig", None) or error  # not the statement: it holds what people wrote
        raise Unavailable(f"用户记录（{FILE}）无法读写：{reason}。请检查磁盘空间与权限。") from error


def _to_owner_alone(place: Path) -> None:
    place.touch(mode=0o600)
    with suppress(PermissionError):  # the file of another user, whose it stays
        place.chmod(0o600)


def _prepared(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # else the driver begins a transaction when it likes, and none for a SELECT
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begun(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
