"""Versions side by side: on the same weeks and stocks, each beside its baseline."""
