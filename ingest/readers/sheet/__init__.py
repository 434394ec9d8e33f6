"""Workbooks and tables in plain text."""
