"""What `make run` and `make mlflow` start, started in the same way."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from core.settings import PROJECT
from tests.browser.helpers import free_port

PATIENCE = 120


def answered(url: str, process: subprocess.Popen) -> bytes:
    """What an address answers once its server is up."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail("It did not start.", pytrace=False)


@pytest.mark.long
@pytest.mark.parametrize(
    ("tool", "path", "holds"),
    [
        ("run.py", "/_stcore/health", b"ok"),
        ("run.py", "/api/v1/health", b'"status"'),
        ("mlflow_ui.py", "/health", b"OK"),
    ],
)
def test_a_server_answers_on_the_port_it_was_given(data_dir, tool, path, holds):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, f"tools/{tool}", "--port", str(port)],
        cwd=PROJECT,
        env=os.environ | {"WEEKLENS_TRAIN_SAMPLE": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert holds in answered(f"http://127.0.0.1:{port}{path}", process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)
