"""The registry behind a real `mlflow server` does what it does on SQLite."""

import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from core import gate, registry, retiring, stages, trail
from core.registry import PATTERN, PRICE
from tests.browser.helpers import free_port
from tests.conftest import forget
from tests.core.gated import make_good


@pytest.fixture
def served(trained, monkeypatch):
    """The two trainings behind a server on the loopback, which holds the same store."""
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "mlflow", "server", "--workers", "1", "--host", "127.0.0.1"]
    place = ["--port", url.rsplit(":", 1)[1]]
    store = ["--backend-store-uri", f"sqlite:///{trained / 'mlflow' / 'mlflow.db'}"]
    process = subprocess.Popen(
        [*command, *place, *store, "--default-artifact-root", str(trained / "mlflow")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while True:
            assert process.poll() is None
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
        forget()
        yield trained
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


@pytest.mark.long
def test_a_promotion_its_trail_and_a_deletion_go_through_a_server(served):
    make_good()
    verdict = gate.judge(served, registry.get(PRICE, 2))
    assert [rule.said for rule in verdict.failed] == []
    stages.change(served, [(PRICE, 2), (PATTERN, 2)], trail.PROMOTED, by="An")
    assert stages.settle(served) == {PRICE: 2, PATTERN: 2}
    assert registry.get(PRICE, 1).stage == "Archived"
    assert [e.action for e in trail.entries(served)][2:] == ["promoted", "promoted"]
    registry.client().set_registered_model_alias(PRICE, "production", "1")
    assert stages.settle(served)[PRICE] == 1
    assert trail.entries(served)[-1].action == trail.OUTSIDE
    retiring.delete(served, PRICE, 2, typed=f"{PRICE} v2", by="An")
    assert [version.version for version in registry.versions(PRICE)] == [1]
    assert registry.aliases("nothing") == {}
