"""amended places and conflicts of a document, doubtful relations and their review, and what changed"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("documents", sa.Column("amendments", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("documents", sa.Column("conflicts", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("relations", sa.Column("target", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("relations", sa.Column("doubt", sa.Text(), nullable=True))
    op.create_table(
        "relation_reviews",
        sa.Column("document_id", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "kind", "path", "title", name=op.f("pk_relation_reviews")),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("document_id", sa.String(length=400), nullable=False),
        sa.Column("instrument", sa.String(length=300), nullable=False),
        sa.Column("against", sa.String(length=400), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_document", "changes", ["document_id"])
    op.create_index("ix_changes_day", "changes", ["recorded_on"])
