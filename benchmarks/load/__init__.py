"""A team's server under load, and with faults on top."""
