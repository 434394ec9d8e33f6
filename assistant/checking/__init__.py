"""The citations in somebody's text, found and checked against the stored law."""
