"""Records people create, kept apart from public law in a database file of their own."""
