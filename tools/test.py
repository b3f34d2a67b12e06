"""Runs the tests, two files at once: first those of one process, then the browser's.

Apart, because a browser and its server wait for a file that trains networks longer than for one
another. Arguments are handed on to pytest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSER = "tests/browser"
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
"""A core for each process: sums on two threads burn two to four times the processor's time, since
those that find no core free wait for one another."""
NO_TESTS = 5
"""What pytest exits with where nothing was chosen."""


def run(chosen: str, *options: str) -> int:
    """One pytest; its exit code."""
    command = [sys.executable, "-m", "pytest", "-m", chosen, "--durations=5", *options]
    return subprocess.run(command, check=False).returncode


def names_tests(options: list[str]) -> bool:
    """Whether a part of the tests was asked for by its path."""
    return any(Path(option.partition("::")[0]).exists() for option in options)


def main() -> int:
    """0 where every test passed and there was at least one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", default="2", help="test files at once")
    options, rest = parser.parse_known_args()
    at_once = ("-n", options.workers, "--dist", "loadfile")
    os.environ |= dict.fromkeys(ONE_THREAD, "1")
    with tempfile.TemporaryDirectory(prefix="weeklens-tests-") as shared:
        # What is made once, such as two trainings, serves both runs.
        os.environ["WEEKLENS_TEST_ONCE"] = shared
        # To find the browser's tests among all costs each process 15 seconds of imports.
        apart = [] if names_tests(rest) else [BROWSER]
        codes = [
            run("not long and not browser", *at_once, *rest),
            run("not long and browser", *at_once, "--no-loadscope-reorder", *rest, *apart),
        ]
    failed = [code for code in codes if code not in (0, NO_TESTS)]
    return failed[0] if failed else min(codes)


if __name__ == "__main__":
    sys.exit(main())
