import os
import subprocess
import sys

from core import registry, registry_cache
from core.settings import PROJECT
from core.tracking import client

ELSEWHERE = """
import sys
from mlflow import MlflowClient
store = MlflowClient(sys.argv[1], sys.argv[1])
store.set_registered_model_alias(sys.argv[2], "staging", sys.argv[3])
store.set_model_version_tag(sys.argv[2], sys.argv[3], "told", "elsewhere")
"""


def asked(key):
    """Whether the store has to be asked."""
    asking = []
    registry_cache.remembered(key, lambda: asking.append(1))
    return bool(asking)


def test_the_store_is_asked_once_until_something_is_written(trained):
    registry.versions()
    assert asked("a key")
    assert not asked("a key")
    client().set_model_version_tag(registry.PRICE, "1", "note", "written here")
    assert asked("a key")


def test_what_another_process_writes_is_seen_at_once(trained):
    held = registry.aliases(registry.PRICE)
    newest = max(v.version for v in registry.versions(registry.PRICE))
    assert held.get("staging") != newest
    assert "told" not in registry.get(registry.PRICE, newest).tags
    uri = f"sqlite:///{trained / 'mlflow' / 'mlflow.db'}"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ELSEWHERE, uri, registry.PRICE, str(newest)],
        cwd=PROJECT,
        env=os.environ | {"MLFLOW_TRACKING_URI": uri},
        check=True,
        capture_output=True,
    )
    assert registry.aliases(registry.PRICE)["staging"] == newest
    assert registry.get(registry.PRICE, newest).tags["told"] == "elsewhere"
    assert registry.versions(registry.PRICE)[0].stage == "Staging"


def test_a_store_put_in_the_place_of_another_is_not_taken_for_it(trained):
    registry.versions()
    assert asked("a key")
    file = trained / "mlflow" / "mlflow.db"
    copy = file.with_suffix(".copy")
    copy.write_bytes(file.read_bytes())
    copy.replace(file)
    assert asked("a key")


def test_a_server_elsewhere_is_asked_each_time(data_dir, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert asked("a key")
    assert asked("a key")


def test_an_answer_that_was_changed_by_its_reader_is_not_kept(trained):
    registry.aliases(registry.PRICE)["production"] = 99
    assert registry.aliases(registry.PRICE).get("production") != 99
