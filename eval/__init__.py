"""Scores what users get."""
