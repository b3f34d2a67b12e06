"""A forecast to send to somebody: a picture drawn without a browser, and what came of it."""
