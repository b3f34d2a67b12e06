"""Bringing stored prices up to date: what to ask, whether to believe it, what was done."""
