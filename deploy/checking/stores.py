"""What lies in PostgreSQL and in the S3 store after the main job."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import psycopg

from deploy.checking.findings import Findings
from deploy.native.composed import LOOPBACK
from deploy.native.process import Service, program


def check_stores(
    findings: Findings, database: Service, files: Service, app: Service, keys: dict[str, str]
) -> None:
    """The versions' rows and files, and that the app itself holds neither.

    Parameters
    ----------
    findings : Findings
    database, files, app : Service
    keys : dict of str to str
        The S3 store's, as in ``.env``.
    """
    findings.check("PostgreSQL holds runs, versions, production", lambda: _rows(database))
    findings.check(
        "the S3 store holds each version's files", lambda: _objects(database, files, keys)
    )
    findings.check("its dump, restored, holds the same", lambda: _restored(database))
    findings.check("the app's own folder holds no MLflow store", lambda: _none_here(app))
    findings.check("the app was given no key to either", lambda: _no_keys(app, keys))


def _ask(database: Service, question: str) -> list[tuple]:
    with psycopg.connect(database.uri.replace("+psycopg", "")) as connection:
        return connection.execute(question).fetchall()


def _rows(database: Service) -> str:
    versions = _ask(database, "SELECT name, version FROM model_versions ORDER BY name")
    assert versions == [("pattern_lstm_classifier", 1), ("price_target_model", 1)], versions
    aliases = _ask(database, "SELECT name FROM registered_model_aliases WHERE alias='production'")
    assert len(aliases) == 2, aliases
    figures = [
        _ask(database, f"SELECT count(*) FROM {table}")[0][0]
        for table in ("runs", "metrics", "params", "tags")
    ]
    assert all(figures), figures
    runs, metrics, params = figures[:3]
    return f"2 versions in production, {runs} runs, {metrics} metrics, {params} params"


def _restored(database: Service) -> str:
    """With the programs and options of docs/server.md, beside the running server."""
    server = ["--host", LOOPBACK, "--port", str(database.port), "--username", "weeklens"]
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    given = {"PGPASSWORD": database.password, "PATH": "/usr/bin:/bin"}

    def run(name: str, *more: str, fed: bytes = b"") -> bytes:
        command = [program(name, "postgresql", *places), *server, *more]
        done = subprocess.run(command, input=fed, env=given, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    dump = run("pg_dump", "--format", "custom", "mlflow")
    run("createdb", "again")
    run("pg_restore", "--clean", "--if-exists", "--dbname", "again", fed=dump)
    plain = ("--data-only", "--inserts")
    first, second = (_lines(run("pg_dump", *plain, name)) for name in ("mlflow", "again"))
    assert first == second, "some rows differ"
    return f"{len(first)} rows, {len(dump) / 1e3:.0f} kB"


def _lines(dump: bytes) -> list[bytes]:
    return sorted(line for line in dump.splitlines() if line.startswith(b"INSERT"))


def _objects(database: Service, files: Service, keys: dict[str, str]) -> str:
    client = boto3.client(
        "s3",
        endpoint_url=files.url,
        region_name="us-east-1",
        aws_access_key_id=keys["S3_ACCESS_KEY"],
        aws_secret_access_key=keys["S3_SECRET_KEY"],
    )
    held = client.get_paginator("list_objects_v2").paginate(Bucket="weeklens")
    sizes = {item["Key"]: item["Size"] for page in held for item in page.get("Contents", [])}
    for name, place in _ask(database, "SELECT name, storage_location FROM model_versions"):
        folder = urlsplit(place).path.strip("/")
        found = [key for key in sizes if key.startswith(folder) and key.endswith(".onnx")]
        assert found, f"{name} at {place} has no model file among {len(sizes)} objects"
    return f"{len(sizes)} objects, {sum(sizes.values()) / 1e6:.2f} MB"


def _none_here(app: Service) -> None:
    found = [str(path) for path in (app.data_dir / "mlflow").rglob("*") if path.is_file()]
    assert not found, found[:5]


def _no_keys(app: Service, keys: dict[str, str]) -> None:
    secrets = {keys["S3_SECRET_KEY"], keys["POSTGRES_PASSWORD"]}
    for process in app.family():
        given = process.environ().values()
        assert not secrets & set(given), "a key stands in its environment"
