"""Runs the tests: those of one process at two files at once, then the browser's by themselves.

A browser, a server and a training beside two other test files would wait for each other; alone
they are as quick as for a person. Arguments are handed on to pytest.
"""

import argparse
import subprocess
import sys

NO_TESTS = 5
"""What pytest exits with where nothing was chosen."""


def run(chosen: str, *options: str) -> int:
    """One pytest; its exit code."""
    command = [sys.executable, "-m", "pytest", "-m", chosen, "--durations=5", *options]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """0 where every test passed and there was at least one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", default="2", help="test files at once")
    options, rest = parser.parse_known_args()
    codes = [
        run("not long and not browser", "-n", options.workers, "--dist", "loadfile", *rest),
        run("not long and browser", *rest),
    ]
    failed = [code for code in codes if code not in (0, NO_TESTS)]
    return failed[0] if failed else min(codes)


if __name__ == "__main__":
    sys.exit(main())
