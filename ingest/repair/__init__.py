"""Repairs of damaged text: an ordered list of steps, one module a family of damage."""
