"""words that a text brings along may be of any length; only keys keep a limit"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WORDS = {
    "documents": {
        "version": False, "title": False, "number": True, "issuer": True, "region": True, "original_name": True,
    },
    "provisions": {"number": True, "heading": True},
    "relations": {"title": False, "article": True, "target": False, "number": True},
}  # fmt: skip
"""Columns by table, and whether they may be unknown."""


def upgrade() -> None:
    # SQLite never enforced a length. Altering a column there means to make the table anew, and to drop the old one
    # would delete every provision along with it.
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in WORDS.items():
        for column, unknown in columns.items():
            op.alter_column(table, column, type_=sa.Text(), existing_nullable=unknown)
