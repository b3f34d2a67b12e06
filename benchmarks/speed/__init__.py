"""How fast Weeklens is beside its rivals: `python -m benchmarks.speed`."""
