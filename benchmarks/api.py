"""The REST API under load, beside ``mlflow models serve`` with the same model, in one run.

``python -m benchmarks.api`` trains once on the sample prices (or takes ``--data-dir``), serves the
API alone on one process, and asks for one stock's forecast: one request after the other for the
latency, each after a write to the database (so that nothing kept helps) and without, then many
at once. MLflow's server is asked for one prediction of the price version in
production. It answers a number for indicators that the caller must have; the API answers the whole
record. Both are given two cores and the same client: ``wrk`` where it is installed, else a small
one written here, which takes time from the servers on the same cores.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.report import report

INDICATORS = 20
WRK = shutil.which("wrk")
AIM_MS, AIM_RATE = 20.0, 200.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="with versions in production; else a new one")
    parser.add_argument("--requests", type=int, default=1000, help="one after the other")
    parser.add_argument("--seconds", type=int, default=10, help="of many at once")
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        data_dir = options.data_dir or Path(made) / "data"
        os.environ["WEEKLENS_DATA_DIR"] = str(data_dir)
        os.environ["WEEKLENS_API_PER_MINUTE"] = "0"
        if options.data_dir is None:
            train(data_dir)
        figures = ours(data_dir, options) | mlflows(options)
    for name in ("p50_ms", "p95_ms", "requests_a_second"):
        figures[f"ratio_{name}"] = figures[f"mlflow_{name}"] / figures[f"api_{name}"]
    figures |= {"aim_p95_ms": AIM_MS, "aim_requests_a_second": AIM_RATE}
    print(f"Client: {'wrk' if WRK else 'the one of this file (wrk is not installed)'}")
    report(figures, options.out)


def train(data_dir: Path) -> None:
    """Sample prices, a quick training, its versions in production and their forecasts."""
    from core.jobs.runner import wait
    from core.jobs.store import JobStore
    from core.market.sample import SAMPLE_MARKET, ensure_sample
    from core.market.store import BarStore
    from core.training.recipe import make_recipe

    ensure_sample(BarStore(data_dir))
    recipe = make_recipe("quick", market=SAMPLE_MARKET, promote=True).model_dump(mode="json")
    jobs = JobStore(data_dir)
    wait(data_dir, jobs.submit("train", recipe, requested_by="benchmark")[0].id)
    for job in jobs.active():
        wait(data_dir, job.id)


def ours(data_dir: Path, options: argparse.Namespace) -> dict[str, float]:
    """The API alone, asked for forecasts of all stocks in turn, then of one."""
    from core import forecasts
    from core.access import Role, tokens
    from core.db import connect

    name = f"bench-{os.getpid()}"
    __, token = tokens.create(data_dir, name, Role.VIEWER)
    market = forecasts.current(data_dir)["market"]
    symbols = forecasts.latest(data_dir, market)["symbol"].tolist()
    headers = {"Authorization": f"Bearer {token}"}
    port = free_port()
    try:
        with running(port, "/api/v1/health", "core", "serve", "--port", str(port)) as process:
            paths = [f"/api/v1/symbols/{market}/{symbol}/forecast" for symbol in symbols]
            asked = [("GET", path, None, headers) for path in paths]
            latencies(port, asked)
            renewed = []
            for n in range(options.requests // 5):
                with connect(data_dir) as db:  # whatever is kept of the answers is dropped
                    db.execute("INSERT OR REPLACE INTO meta VALUES ('benchmark', ?)", (str(n),))
                renewed += latencies(port, [asked[n % len(asked)]])
            turns = [asked[n % len(asked)] for n in range(options.requests)]
            figures = summary("api_after_a_write", renewed) | summary("api", latencies(port, turns))
            before = cpu_seconds(process)
            rate = at_once(port, *asked[0], options)
            figures["api_requests_a_second"] = rate
            spent = cpu_seconds(process) - before
            figures["api_cpu_ms_a_request"] = 1e3 * spent / (rate * options.seconds)
    finally:
        tokens.revoke(data_dir, name)
    return figures


def mlflows(options: argparse.Namespace) -> dict[str, float]:
    """MLflow's own server with the price version in production, asked for one prediction."""
    from core import registry
    from core.settings import settings

    version = registry.production()[registry.PRICE]
    body = json.dumps({"inputs": [[0.01] * INDICATORS]})
    headers = {"Content-Type": "application/json"}
    port = free_port()
    os.environ["MLFLOW_TRACKING_URI"] = settings().mlflow_uri
    model = f"models:/{version.model}/{version.version}"
    serve = ("mlflow", "models", "serve", "-m", model, "--env-manager", "local", "-p", str(port))
    with running(port, "/ping", *serve) as process:
        one = ("POST", "/invocations", body, headers)
        latencies(port, [one] * 20)  # it opens the model with the first
        figures = summary("mlflow", latencies(port, [one] * options.requests))
        before = cpu_seconds(process)
        rate = figures["mlflow_requests_a_second"] = at_once(port, *one, options)
        spent = cpu_seconds(process) - before
        figures["mlflow_cpu_ms_a_request"] = 1e3 * spent / (rate * options.seconds)
    return figures


def latencies(port: int, asked: list[tuple]) -> list[float]:
    """Seconds of each request, one after the other on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    took = []
    for method, path, body, headers in asked:
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != 200:
            sys.exit(f"{path} answered {answer.status}: {text[:300]!r}")
    connection.close()
    return took


def at_once(
    port: int, method: str, path: str, body: str | None, headers: dict, options: argparse.Namespace
) -> float:
    """Requests a second of many connections."""
    if WRK:
        return with_wrk(port, method, path, body, headers, options)
    return asyncio.run(with_own_client(port, method, path, body, headers, options))


def with_wrk(
    port: int, method: str, path: str, body: str | None, headers: dict, options: argparse.Namespace
) -> float:
    """What wrk counts; it must have met no error."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        lines = [f"wrk.method = {json.dumps(method)}"]
        lines += [f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in headers.items()]
        if body is not None:
            lines.append(f"wrk.body = [==[{body}]==]")
        script.write("\n".join(lines))
        script.flush()
        many = (f"-c{options.connections}", f"-d{options.seconds}s", "-s", script.name)
        command = [WRK, "-t2", *many, f"http://127.0.0.1:{port}{path}"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"wrk met errors:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


async def with_own_client(
    port: int, method: str, path: str, body: str | None, headers: dict, options: argparse.Namespace
) -> float:
    """The same by a client of a few lines."""
    data = (body or "").encode()
    told = headers | {"Host": "127.0.0.1", "Content-Length": str(len(data))}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    request = f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + data
    until = time.perf_counter() + options.seconds

    async def one() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < until:
            writer.write(request)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b" 200 " not in answer[:20]:
                sys.exit(f"{path} answered {answer[:60]!r}")
            await reader.readexactly(int(re.search(rb"content-length: (\d+)", answer)[1]))
            count += 1
        writer.close()
        return count

    return (
        sum(await asyncio.gather(*(one() for __ in range(options.connections)))) / options.seconds
    )


def summary(name: str, took: list[float]) -> dict[str, float]:
    """Median and tails in milliseconds."""
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return {f"{name}_p{cut}_ms": 1e3 * cuts[cut - 1] for cut in (50, 95, 99)}


def cpu_seconds(process: subprocess.Popen) -> float:
    """What a server and its workers have used."""
    import psutil

    whole = psutil.Process(process.pid)
    times = [member.cpu_times() for member in [whole, *whole.children(recursive=True)]]
    return sum(one.user + one.system for one in times)


@contextmanager
def running(port: int, probe: str, *module: str) -> Iterator[subprocess.Popen]:
    """A server as a module of Python, from when it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # MLflow looks for its own web server on the path.
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    try:
        until = time.monotonic() + 90
        while True:
            try:
                latencies(port, [("GET", probe, None, {})])
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    sys.exit(f"{' '.join(module)} does not answer.")
                time.sleep(0.1)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
