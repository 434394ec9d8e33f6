"""From a file to provisions in the knowledge base."""
