"""Alerts: rules look at what is stored, and what they find goes to channels, each thing once."""
