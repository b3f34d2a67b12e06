"""Plotly figures; pages show them with ``theme=None`` and ``core.charts.style.CONFIG``."""
