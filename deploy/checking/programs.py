"""The API through the proxy: tokens, whose address counts, and events that are not held back."""

import json
import subprocess
import sys
import time
from itertools import pairwise

from deploy.checking.asking import Door
from deploy.checking.findings import Findings
from deploy.native.composed import PROJECT
from deploy.native.process import Service

WAITING = 40
"""Seconds of a job's events that are listened to."""

MANY = 100
"""Wrong tokens after which an address must have been refused; 30 a minute are allowed."""


def check_programs(findings: Findings, door: Door, app: Service) -> None:
    """Who gets in, and as whom; the job that runs now as its events tell it."""
    made = findings.check("a token is made in the data folder", lambda: _Token(app))
    if made is None:
        return
    findings.check("without a token nothing is read", lambda: _closed(door))
    findings.check("with one, the stocks are read", lambda: _reads(door, made))
    findings.check("a job's events come while it runs", lambda: _events(door, made))
    findings.check("wrong tokens of one address shut none out", lambda: _apart(door, made))


class _Token:
    """A new token; it is not shown."""

    def __init__(self, app: Service):
        command = [sys.executable, "-m", "core", "tokens", "create", "check", "--json"]
        given = {"PATH": "/usr/bin:/bin", "WEEKLENS_DATA_DIR": str(app.data_dir)}
        done = subprocess.run(
            command, cwd=PROJECT, env=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr or done.stdout
        self.header = f"Bearer {json.loads(done.stdout)['token']}"

    def __str__(self) -> str:
        return "python -m core tokens create"


def _closed(door: Door) -> str:
    answer = door("/api/v1/symbols")
    assert answer.status == 401, answer.status
    assert answer.headers["content-type"] == "application/problem+json", answer.headers
    assert door("/api/v1/symbols", X_Forwarded_For="127.0.0.1").status == 401, "by a header"
    assert door("/api/v1/health").status == 200, "not even health"
    return "401; health 200"


def _reads(door: Door, token: _Token) -> str:
    answer = door("/api/v1/symbols?market=US", Authorization=token.header, Accept_Encoding="gzip")
    assert answer.status == 200, answer.text
    ready = door("/api/v1/ready")
    assert ready.status == 200, ready.text
    return f"200, {answer.headers.get('content-encoding', 'plain')}; ready 200"


def _apart(door: Door, token: _Token) -> str:
    """The API sees the proxy's address alone, so it must believe the proxy, and nobody else."""
    one, other = "127.0.0.2", "127.0.0.3"
    tried = []
    while 429 not in tried and len(tried) < MANY:
        tried.append(door("/api/v1/symbols", source=one, Authorization="Bearer wrong").status)
    assert 429 in tried, f"{MANY} wrong tokens were looked at"
    wrong = {"Authorization": "Bearer wrong", "X_Forwarded_For": other}
    spoofed = door("/api/v1/symbols", source=one, **wrong).status
    assert spoofed == 429, f"a made-up X-Forwarded-For gave {spoofed}"
    let_in = door("/api/v1/symbols", source=other, Authorization=token.header).status
    assert let_in == 200, f"another address with a token got {let_in}"
    return f"429 after {len(tried) - 1}; another address reads on"


def _events(door: Door, token: _Token) -> str:
    headers = {"Authorization": token.header, "Accept": "text/event-stream"}
    found = _waited(door, headers)
    connection = door.connection(WAITING + 10)
    try:
        connection.request("GET", f"/api/v1/jobs/{found}/events?wait={WAITING}", headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert answer.getheader("Content-Encoding") is None, "events are compressed, so held back"
        begun, times = time.monotonic(), []
        while line := answer.readline():
            if line.startswith(b"data:"):
                times.append(time.monotonic() - begun)
    finally:
        connection.close()
    apart = [after - before for before, after in pairwise(times)]
    assert len(times) >= 3, f"only {len(times)} events came in {WAITING} s"
    assert times[0] < 2, f"the first came after {times[0]:.1f} s"
    assert max(apart) > 0.3, "all came at once"
    return f"{len(times)} in {times[-1]:.0f} s, the first after {times[0] * 1000:.0f} ms"


def _waited(door: Door, headers: dict[str, str]) -> str:
    answer = door("/api/v1/jobs?state=running", **headers)
    assert answer.status == 200, answer.text
    running = json.loads(answer.body)["items"]
    assert running, "no job runs, so there is nothing to listen to"
    return running[0]["id"]
