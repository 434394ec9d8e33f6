"""What a text says about other texts: repeals, amends, implements, cites. Each with the words it was read from."""

from ingest.relations.reading import relations

__all__ = ["relations"]
