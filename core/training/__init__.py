"""A training run: what is asked, what is done in the child process, how it is judged."""
