"""Checks of prices: what is repaired, dropped or flagged, and why."""
