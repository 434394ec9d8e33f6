"""The tables of the desk's file, by numbered steps: `PRAGMA user_version` says how many of them a file has seen.

A step that has gone out is never changed: what the tables need next is a step more, appended. Each runs in one
transaction with its number, so that a killed process leaves a file between two steps, never within one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kb.errors import Unavailable

CITED_ANSWERS = (
    # The first files were made without a number: these tables may be there already.
    """CREATE TABLE IF NOT EXISTS cited_answers (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, answer_id VARCHAR(64) NOT NULL UNIQUE, day DATE NOT NULL,
        as_of DATE NOT NULL, outcome VARCHAR(20) NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS cited_places (
        id INTEGER NOT NULL PRIMARY KEY,
        answer INTEGER NOT NULL REFERENCES cited_answers (id) ON DELETE CASCADE,
        document_id VARCHAR(400) NOT NULL, address VARCHAR(800) NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS ix_cited_places_answer ON cited_places (answer)",
    "CREATE INDEX IF NOT EXISTS ix_cited_places_document_id ON cited_places (document_id)",
)
CONVERSATIONS = (
    """CREATE TABLE conversations (
        id TEXT NOT NULL PRIMARY KEY, visitor TEXT NOT NULL, title TEXT NOT NULL,
        created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL)""",
    "CREATE INDEX conversations_of_visitor ON conversations (visitor, updated_at)",
    "CREATE INDEX conversations_by_age ON conversations (updated_at)",
    # The long columns come last, so that the short ones are read without them.
    """CREATE TABLE turns (
        number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        parent INTEGER REFERENCES turns (number), state TEXT NOT NULL, as_of DATE, asked_at DATETIME NOT NULL,
        answer_id TEXT, failure TEXT, question TEXT NOT NULL, words TEXT, answer TEXT)""",
    "CREATE INDEX turns_of_conversation ON turns (conversation, parent, id)",
    "CREATE INDEX turns_after ON turns (parent)",
)
FEEDBACK = (
    """CREATE TABLE ratings (
        visitor TEXT NOT NULL, answer_id TEXT NOT NULL, useful BOOLEAN NOT NULL, reason TEXT, words TEXT,
        rated_at DATETIME NOT NULL, PRIMARY KEY (visitor, answer_id))""",
    "CREATE INDEX ratings_by_time ON ratings (rated_at)",
    """CREATE TABLE unanswered (
        number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, visitor TEXT NOT NULL,
        day DATE NOT NULL, asked_at DATETIME NOT NULL, as_of DATE, answer_id TEXT, reason TEXT NOT NULL,
        state TEXT NOT NULL, note TEXT, contact TEXT, question TEXT NOT NULL, searched TEXT NOT NULL)""",
    "CREATE INDEX unanswered_by_state ON unanswered (state, number)",
    "CREATE INDEX unanswered_of_visitor ON unanswered (visitor, day)",
)
STEPS: tuple[tuple[str, ...], ...] = (CITED_ANSWERS, CONVERSATIONS, FEEDBACK)


def upgrade(place: Path) -> None:
    """Bring a file, which may be empty, to the newest step. Raises Unavailable for one that a newer program wrote, and
    OSError for one that cannot be used."""
    try:
        with closing(sqlite3.connect(place, timeout=30, isolation_level=None)) as sql:
            while (seen := _seen(sql)) < len(STEPS):
                _step(sql, seen)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    if seen > len(STEPS):
        raise Unavailable(f"用户记录（{place.name}）的结构比这个程序新：请升级 regkb，或恢复升级之前的备份。")


def _step(sql: sqlite3.Connection, seen: int) -> None:
    sql.execute("BEGIN IMMEDIATE")
    try:
        if _seen(sql) == seen:  # else another process was faster
            for statement in STEPS[seen]:
                sql.execute(statement)
            sql.execute(f"PRAGMA user_version = {seen + 1}")
        sql.execute("COMMIT")
    except BaseException:
        sql.execute("ROLLBACK")
        raise


def _seen(sql: sqlite3.Connection) -> int:
    return int(sql.execute("PRAGMA user_version").fetchone()[0])
