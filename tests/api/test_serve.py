"""The two ways it is served: inside the app, and alone beside it."""

import signal
import subprocess
import sys
import time

import pytest
import requests

from core.__main__ import main
from core.access import Role, tokens
from core.jobs.store import JobStore
from tests.api.conftest import Caller
from tests.api.test_jobs import AUDIT, events
from tests.browser.helpers import PROJECT, Server, free_port

SECONDS = 60


@pytest.fixture
def alone(trained):
    """Starts the API alone; ``alone()`` returns its process and a caller without a token."""
    started = []

    def start(*options: str) -> tuple[subprocess.Popen, Caller]:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "core", "serve", "--port", str(port), *options],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        caller = Caller(f"http://127.0.0.1:{port}/api/v1")
        wait_until_it_answers(caller, process)
        return process, caller

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_until_it_answers(caller, process):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if caller.get("/health").status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    pytest.fail(f"It does not answer: {process.poll()}", pytrace=False)


def test_alone_it_serves_without_the_pages_and_ends_although_a_stream_is_open(trained, alone):
    process, local = alone()
    __, token = tokens.create(trained, "desk", Role.OWNER)
    caller = Caller(local.base, token)
    taken = caller.post("/jobs", AUDIT).json()
    assert "No server runs" in taken["note"]
    with caller.get(f"/jobs/{taken['job']['id']}/events", stream=True) as open_stream:
        lines = open_stream.iter_lines()
        assert next(lines) == b"event: job"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        list(lines)  # ends as a stream should, not cut off
        said, trouble = process.communicate(timeout=SECONDS)
    assert time.monotonic() - began < SECONDS / 2
    assert "No server does the jobs of this data folder" in said
    assert trouble == ""


def test_the_app_answers_under_api_and_does_what_is_asked_of_the_api_alone(
    trained, alone, tmp_path
):
    app = Server(tmp_path / "app", trained, {"WEEKLENS_TRAIN_SAMPLE": "false"})
    try:
        app.wait_healthy()
        assert Caller(f"{app.url}/api/v1").get("/symbols").status_code == 200
        __, token = tokens.create(trained, "desk", Role.ANALYST)
        inside = Caller(f"{app.url}/api/v1", token)
        assert Caller(f"{app.url}/api/v1").get("/symbols").status_code == 401
        assert inside.get("/symbols/VN/AAA/forecast").json()["symbol"] == "AAA"
        assert inside.get("/nothing").json()["status"] == 404
        assert inside.get("/openapi.json").json()["servers"] == [{"url": "/api"}]
        assert inside.get("/ready").json()["runner"] == "running"
        beside = Caller(alone()[1].base, token)
        taken = beside.post("/jobs", {"kind": "forecast"}).json()
        assert taken["note"] == ""
        assert events(beside, taken["job"]["id"])[-1][1]["state"] == "done"
        assert JobStore(trained).get(taken["job"]["id"]).requested_by == "desk"
    finally:
        app.stop()


@pytest.mark.parametrize("port", ["0", "70000"])
def test_a_port_that_is_none_is_one_sentence(data_dir, capsys, port):
    assert main(["serve", "--port", port]) == 2
    said = capsys.readouterr().err
    assert said == f"--port {port} is no port: choose a number from 1 to 65535.\n"
