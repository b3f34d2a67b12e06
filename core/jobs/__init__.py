"""Long work: queued in SQLite, done in a child process, watched by one thread."""
