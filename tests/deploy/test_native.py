"""The services as processes: what compose.yaml says fits the loopback, and nothing is left over."""

import sys

import boto3
import psutil
import pytest

from deploy import health, model_store
from deploy.native import NotStarted, Service, s3
from deploy.native.composed import Places, service, substituted
from deploy.native.process import free_port, program, responds
from deploy.native.stores import VARIABLES

HTTP = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]
PARENT = (
    "import subprocess, sys, time;"
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
    " start_new_session=True).pid, flush=True); time.sleep(600)"
)


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("${A:-x}", {}, "x"),
        ("${A:-x}", {"A": ""}, "x"),
        ("${A-x}", {"A": ""}, ""),
        ("a ${A:?say so} b", {"A": "1"}, "a 1 b"),
        ("${A}:${B:-2}", {"A": "1"}, "1:2"),
    ],
)
def test_variables_are_filled_in_as_compose_does(text, given, expected):
    assert substituted(text, given) == expected


def test_a_variable_that_is_missing_says_the_files_own_sentence():
    with pytest.raises(KeyError, match=r"WEEKLENS_URL: say in \.env"):
        service("app", {}, Places())


def test_addresses_of_containers_become_those_of_this_machine():
    places = Places({"mlflow": (5000, 7001), "postgres": (5432, 7002), "s3": (7070, 7003)})
    command, said = service("mlflow", VARIABLES, places)
    assert command[:3] == [sys.executable, "-m", "deploy.model_store"]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "7001"
    assert said["MLFLOW_BACKEND_STORE_URI"].endswith("@127.0.0.1:7002/mlflow")
    assert said["MLFLOW_S3_ENDPOINT_URL"] == "http://127.0.0.1:7003"
    assert said["MLFLOW_SERVER_ALLOWED_HOSTS"] == "127.0.0.1:7001,127.0.0.1:7001"


def test_a_service_is_stopped_and_started_again(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    with Service("files", tmp_path, [*HTTP, str(port)], {}, responds(url), cwd=tmp_path) as running:
        first = running.pid
        running.stop()
        assert not responds(url)()
        running.start()
        assert running.pid != first
        assert responds(url)()
    assert not responds(url)()


def test_a_service_that_ends_at_once_says_what_it_printed(tmp_path):
    command = [sys.executable, "-c", "import sys; sys.exit('no such table')"]
    with pytest.raises(NotStarted, match=r"stubborn ended with 1[\s\S]*no such table"):
        Service("stubborn", tmp_path, command, {}, lambda: False).start()


def test_what_a_service_started_ends_with_it(tmp_path):
    log = tmp_path / "family.log"
    running = Service(
        "family", tmp_path, [sys.executable, "-c", PARENT], {}, lambda: log.read_text() != ""
    ).start()
    child = int(log.read_text())
    assert psutil.pid_exists(child)
    running.stop()
    assert not psutil.pid_exists(child)


def test_a_missing_program_names_its_package():
    with pytest.raises(NotStarted, match="apt-get install nginx-light"):
        program("no-such-program", "nginx-light")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    with s3(tmp_path_factory.mktemp("s3")) as running:
        yield running


def test_a_bucket_is_made_once(files, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "checks")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-checks")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    model_store.make_bucket("s3://weeklens/folder", files.url)
    client = boto3.client("s3", endpoint_url=files.url)
    client.put_object(Bucket="weeklens", Key="kept", Body=b"1")
    model_store.make_bucket("s3://weeklens", files.url)
    assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == ["weeklens"]
    assert client.get_object(Bucket="weeklens", Key="kept")["Body"].read() == b"1"


def test_a_store_that_does_not_answer_is_a_sentence(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "checks")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-checks")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(SystemExit, match=r"cannot be had .* Check S3_ACCESS_KEY"):
        model_store.make_bucket("s3://weeklens", f"http://127.0.0.1:{free_port()}", patience=0)


def test_health_is_an_exit_code(files, capsys):
    assert health.main(f"{files.url}/moto-api/") == 0
    assert health.main(f"http://127.0.0.1:{free_port()}/") == 1
    assert "does not answer" in capsys.readouterr().err
