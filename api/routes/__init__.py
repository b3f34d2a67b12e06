"""The routes, a file a subject; each asks core and types what it answers."""
