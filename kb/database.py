"""Opening the registry's database: SQLite under home, or the one that REGKB_DATABASE_URL names, with the sentences
that say what to do when it cannot be used. No sentence holds the password."""

from __future__ import annotations

from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from kb import migrations
from kb.errors import Unavailable

WRITER = int.from_bytes(b"regkb")
"""The advisory lock of PostgreSQL that the one writing process holds."""


def open_database(address: str) -> Engine:
    """The database at an SQLAlchemy URL, brought to the newest schema. Raises Unavailable with what to do."""
    engine = _engine(_parsed(address))
    place = engine.url.set(query={}).render_as_string(hide_password=True)  # what is asked after ? may be a password too
    try:
        migrations.upgrade(engine)
    except CommandError as error:
        raise Unavailable(f"登记库（{place}）的结构比这个程序新：请升级 regkb，或恢复升级之前的备份。") from error
    except DBAPIError as error:
        advice = "磁盘空间与权限" if _is_file(engine) else "数据库服务、REGKB_DATABASE_URL 与密码"
        reason = " ".join(str(error.orig or error).split())
        raise Unavailable(f"登记库无法打开（{place}）：{reason}。请检查{advice}。") from error
    return engine


def hold_for_writing(engine: Engine) -> Connection | None:
    """A connection that keeps every other process from writing for as long as it is open, also after a crash of this
    one; None for a file, whose index folder is locked instead. Raises Unavailable while another process holds it."""
    if engine.dialect.name != "postgresql":
        return None
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": WRITER}):
        connection.close()
        raise Unavailable(
            "另一个 regkb 进程正在使用这个登记库，同时只能有一个进程写入："
            "请通过正在运行的 regkb serve 访问，或先停止它再试。"
        )
    return connection


def _parsed(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None  # the error is dropped here: its words may quote a part of the password
    if url is None or "@" in (url.host or ""):  # a password with an @ in it, its end read as the host
        raise Unavailable(
            "REGKB_DATABASE_URL 不能使用：写法不对，应如 postgresql+psycopg://用户@主机:5432/库名，"
            "密码中的特殊字符要写成 %XX，或改用环境变量 PGPASSWORD。"
        )
    return url


def _engine(url: URL) -> Engine:
    """Not connected yet. Raises Unavailable for a database that nothing here speaks to."""
    file = url.get_backend_name() == "sqlite"
    try:
        # a connection that a server or a firewall has closed meanwhile is replaced, not handed out
        engine = create_engine(url, pool_pre_ping=not file)
    except NoSuchModuleError as error:
        raise Unavailable(
            f"REGKB_DATABASE_URL 不能使用：不认得 {url.drivername}。PostgreSQL 请写 postgresql+psycopg://…，"
            "单机去掉这项设置即可。"
        ) from error
    except ImportError as error:
        raise Unavailable(
            f"REGKB_DATABASE_URL 不能使用：没有安装 {url.drivername} 的驱动（{error.name or error}）。"
            "PostgreSQL 请写 postgresql+psycopg://…，并以 pip install 'regkb[postgres]' 安装驱动。"
        ) from error
    except (ArgumentError, TypeError, ValueError):
        raise Unavailable(
            f"REGKB_DATABASE_URL 不能使用：{url.drivername} 不接受它的参数，请核对 ? 之后的部分。"
        ) from None
    if file:
        event.listen(engine, "connect", _sqlite_pragmas)
    return engine


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
