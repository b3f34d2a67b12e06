"""Alerts against real receivers on the loopback."""
