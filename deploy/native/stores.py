"""PostgreSQL, the S3 store, and MLflow's server on both."""

import contextlib
import os
import pwd
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.native.composed import LOOPBACK, PROJECT, Places, service
from deploy.native.process import (
    NotStarted,
    Service,
    free_port,
    private_folder,
    program,
    responds,
    unprivileged,
)

VARIABLES = {
    "WEEKLENS_HOST": "localhost",
    "WEEKLENS_COOKIE_SECRET": "only-for-checks-on-the-loopback",
    "POSTGRES_PASSWORD": "only-for-checks",
    "S3_ACCESS_KEY": "checks",
    "S3_SECRET_KEY": "only-for-checks",
}
"""What ``.env`` would hold; each service takes other values as ``variables``."""


@contextlib.contextmanager
def postgres(
    folder: Path, port: int = 0, variables: dict[str, str] = VARIABLES
) -> Iterator[Service]:
    """PostgreSQL with a new, empty database; ``.uri`` is what SQLAlchemy takes.

    Its data lie in a folder of its own that is gone afterwards; ``stop`` and ``start`` keep them.

    Parameters
    ----------
    folder : Path
        Where its log goes.
    port : int
        0 takes a free one.
    variables : dict of str to str
        As in ``.env``.
    """
    port = port or free_port()
    command, said = service("postgres", variables, Places({"postgres": (5432, port)}))
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    initdb = program("initdb", "postgresql", *newest)
    server = program("postgres", "postgresql", *newest)
    ready = program("pg_isready", "postgresql", *newest)
    owner = unprivileged("postgres")
    with private_folder(owner) as home:
        data, secret = home / "data", home / "password"
        secret.write_text(said["POSTGRES_PASSWORD"])
        if owner:
            os.chown(secret, pwd.getpwnam(owner).pw_uid, -1)
        options = ["--pgdata", str(data), "--username", said["POSTGRES_USER"], "--pwfile"]
        _run([initdb, *options, str(secret), *said["POSTGRES_INITDB_ARGS"].split()], owner, home)
        secret.unlink()
        command = [server, "-D", str(data), "-h", LOOPBACK, "-p", str(port), "-k", str(home)]
        asked = [ready, "--quiet", "--host", LOOPBACK, "--port", str(port)]
        running = Service(
            "postgres",
            folder,
            [*command, *service("postgres", variables, Places())[0][1:]],
            {},
            lambda: subprocess.run(asked, check=False, stdout=subprocess.DEVNULL).returncode == 0,
            cwd=home,
            user=owner,
            ending=signal.SIGINT,  # at once, connections or not
        )
        running.port, running.password = port, said["POSTGRES_PASSWORD"]
        running.uri = (
            f"postgresql+psycopg://{said['POSTGRES_USER']}:{running.password}@{LOOPBACK}:{port}"
            f"/{said['POSTGRES_DB']}"
        )
        with running:
            _make_database(running.uri)
            yield running


@contextlib.contextmanager
def s3(folder: Path, port: int = 0) -> Iterator[Service]:
    """moto's S3 server; ``.url`` is its address. It forgets all when it ends."""
    port = port or free_port()
    url = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-c", "from moto.server import main; main()"]
    command += ["-H", LOOPBACK, "-p", str(port)]
    running = Service("s3", folder, command, {}, responds(f"{url}/moto-api/"))
    running.url, running.port = url, port
    with running:
        yield running


@contextlib.contextmanager
def mlflow_server(
    folder: Path,
    port: int = 0,
    *,
    database: Service,
    files: Service,
    variables: dict[str, str] = VARIABLES,
    **environment: str,
) -> Iterator[Service]:
    """`mlflow server` as compose.yaml starts it; ``.url`` is what ``MLFLOW_TRACKING_URI`` takes.

    Parameters
    ----------
    folder : Path
        Where its log goes.
    port : int
        0 takes a free one.
    database, files : Service
        From ``postgres`` and ``s3``.
    variables : dict of str to str
        As in ``.env``.
    environment : str
        Beside and over compose.yaml's.
    """
    port = port or free_port()
    url = f"http://{LOOPBACK}:{port}"
    places = {"mlflow": (5000, port), "postgres": (5432, database.port), "s3": (7070, files.port)}
    command, said = service("mlflow", variables, Places(places))
    running = Service(
        "mlflow", folder, command, said | environment, responds(f"{url}/health"), cwd=PROJECT
    )
    running.url, running.port = url, port
    with running:
        yield running


def _version(folder: Path) -> float:
    found = re.search(r"(\d+(\.\d+)?)", folder.parent.name)
    return float(found[1]) if found else 0.0


def _run(command: list[str], user: str | None, cwd: Path) -> None:
    rights = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **rights,
    )
    if done.returncode:
        raise NotStarted(f"{Path(command[0]).name} failed:\n{done.stderr or done.stdout}")


def _make_database(uri: str) -> None:
    import psycopg

    server, name = uri.replace("+psycopg", "").rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
