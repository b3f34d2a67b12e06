"""Daily bars: what they look like, where they come from, where they lie."""
