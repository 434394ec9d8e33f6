"""Saved web pages: the main text and what was around it."""
