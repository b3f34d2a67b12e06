"""Runs the tests, two files at once: first those of one process, then the browser's.

Apart, because a browser and its server wait for a file that trains networks longer than for one
another. Arguments are handed on to pytest.
"""

import argparse
import os
import subprocess
import sys
import tempfile

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
    at_once = ("-n", options.workers, "--dist", "loadfile")
    # What is made once, such as two trainings, serves both runs.
    with tempfile.TemporaryDirectory(prefix="weeklens-tests-") as shared:
        os.environ["WEEKLENS_TEST_ONCE"] = shared
        codes = [
            run("not long and not browser", *at_once, *rest),
            run("not long and browser", *at_once, *rest),
        ]
    failed = [code for code in codes if code not in (0, NO_TESTS)]
    return failed[0] if failed else min(codes)


if __name__ == "__main__":
    sys.exit(main())
