"""files taken in, the stages a text applies to, and the day it expires by its own words"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "intakes",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_intakes")),
    )
    op.add_column("documents", sa.Column("stages", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("documents", sa.Column("expires_on", sa.Date(), nullable=True))
