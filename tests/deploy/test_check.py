"""``deploy/check`` itself, from end to end."""

import os
import subprocess
import sys

import pytest

from core.settings import PROJECT


@pytest.mark.long
def test_the_server_is_as_it_should_be():
    done = subprocess.run(
        [PROJECT / "deploy" / "check"],
        env=os.environ | {"PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 2:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert " NO " not in done.stdout
