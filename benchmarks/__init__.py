"""Speed and skill, each measured by one command: ``python -m benchmarks.NAME [--json OUT]``."""
