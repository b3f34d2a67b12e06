"""``deploy/check``: starts the server natively, checks it, prints what was found."""

import argparse
import contextlib
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from deploy.checking.asking import Door
from deploy.checking.edge import check_edge
from deploy.checking.findings import Findings
from deploy.checking.journey import check_journey
from deploy.checking.programs import check_programs
from deploy.checking.stores import check_stores
from deploy.native import (
    VARIABLES,
    NotStarted,
    api,
    app,
    free_port,
    mlflow_server,
    postgres,
    proxy,
    s3,
)
from deploy.native.process import program, unprivileged

LIMIT_MB = 5
HOST = "weeklens.test"


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="deploy/check", description=__doc__)
    parser.add_argument("--keep", type=Path, help="folder for logs and data, which then stays")
    parser.add_argument("--stay", action="store_true", help="keep the server up until Ctrl-C")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is ended
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="weeklens-check-"))
    findings = Findings()
    try:
        program("nginx", "nginx-light")  # the last to be started is asked for first
        _run(findings, folder, asked.stay)
    except NotStarted as missing:
        print(f"\n{missing}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)
    well = findings.count - len(findings.wrong)
    print(f"\n{well} of {findings.count} as they should be.")
    for what in findings.wrong:
        print(f"  NOT: {what}")
    return 1 if findings.wrong else 0


def _run(findings: Findings, folder: Path, stay: bool) -> None:
    port = free_port()
    said = VARIABLES | {
        "WEEKLENS_HOST": HOST,
        "WEEKLENS_URL": f"https://{HOST}:{port}",
        "WEEKLENS_MAX_UPLOAD_MB": str(LIMIT_MB),
    }
    with contextlib.ExitStack() as running:
        services = _start(running, findings, folder, port, said)
        database, files, pages, front = (services[name] for name in ("pg", "s3", "app", "proxy"))
        door = Door(HOST, front.port, front.certificate)
        findings.part(f"The proxy at {front.url}")
        check_edge(findings, door, front, LIMIT_MB)
        findings.part("The main job in Chromium, through the proxy")
        check_journey(
            findings,
            front.url,
            pages.url,
            lambda: check_programs(findings, door, pages),
            LIMIT_MB,
        )
        findings.part("What the stores hold")
        check_stores(findings, database, files, pages, said)
        findings.part("Memory of each service and its children, MB")
        for name, service in services.items():
            held = sum(process.memory_info().rss for process in service.family())
            print(f"      {name:<8} {held / 2**20:6.0f}   {len(service.family())} processes")
        if stay:
            print(f"\n{front.url} (certificate {front.certificate}); Ctrl-C ends it.", flush=True)
            signal.pause()
        findings.part("The end")
        for name in ("app", "api"):
            findings.check(f"{name} ends when asked", lambda name=name: _ends(services[name]))


def _start(
    running: contextlib.ExitStack, findings: Findings, folder: Path, port: int, said: dict
) -> dict:
    findings.part("The services of compose.yaml, on the loopback")

    def started(name: str, service):
        begun = time.monotonic()
        entered = running.enter_context(service)
        print(
            f"      {name:<8} {time.monotonic() - begun:6.1f} s   {entered.command[0]}", flush=True
        )
        return entered

    found = {"pg": started("postgres", postgres(folder, variables=said))}
    found["s3"] = started("s3", s3(folder))
    found["mlflow"] = started(
        "mlflow",
        mlflow_server(folder, database=found["pg"], files=found["s3"], variables=said),
    )
    given = {
        "tracking_uri": found["mlflow"].url,
        "variables": said,
        "WEEKLENS_TRAIN_SAMPLE": "false",
    }
    found["app"] = started("app", app(folder, **given))
    found["api"] = started("api", api(folder, **given))
    found["proxy"] = started(
        "proxy", proxy(folder, port, app=found["app"], api=found["api"], variables=said)
    )
    if user := unprivileged("www-data"):
        print(f"      (root here: PostgreSQL and nginx run as others, such as {user})")
    return found


def _ends(service) -> str:
    begun = time.monotonic()
    service.stop()
    took = time.monotonic() - begun
    assert took < 20, f"it took {took:.0f} s"
    return f"{took:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
