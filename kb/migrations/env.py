"""Alembic's entry point: it runs on the connection that `kb.migrations.upgrade` hands over."""

from alembic import context

from kb.tables import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
