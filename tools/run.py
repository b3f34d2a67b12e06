"""Starts the app on a free port and prints its address (``make run``)."""

import argparse
import os
import socket
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCAL = ("localhost", "127.0.0.1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
PORTS_TRIED = 50
MEMORY = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": "100000",
}
"""Given to the server's memory allocators before it starts: freed memory goes back to the machine,
about 45 MB of 420."""


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def port_number(text: str) -> int:
    """Read a port number; SystemExit with a sentence if it is none."""
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        sys.exit(f"PORT={text} is no port: choose a number from 1 to 65535.")
    return int(text)


def free_port(host: str, wanted: int) -> int:
    """The wanted port, else the next free one.

    Raises
    ------
    SystemExit
        If the host is not this machine's, or no port nearby is free.
    """
    if not is_free(host, 0):
        sys.exit(
            f"HOST={host} is no address of this machine: leave it out, or use 0.0.0.0 for all."
        )
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        if is_free(host, port):
            return port
    sys.exit(f"No port from {wanted} to {port} is free: name another with make run PORT=9000.")


def options(host: str, port: int) -> list[str]:
    """Streamlit's options; .streamlit/config.toml already fits the default host."""
    chosen = ["--server.address", host, "--server.port", str(port)]
    if host in LOCAL:
        return chosen
    chosen += ["--browser.serverAddress", shown_host(host)]
    if "STREAMLIT_SERVER_ALLOWED_HOSTS" not in os.environ:
        for name in (*LOCAL, shown_host(host)):
            chosen += ["--server.allowedHosts", name]
    return chosen


def shown_host(host: str) -> str:
    """The name that belongs in the address bar."""
    return socket.gethostname() if host in EVERYWHERE else host


def address(host: str, port: int) -> str:
    """The address a person opens."""
    shown = shown_host(host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def refuse_second() -> None:
    """Leave with a sentence where the data folder has a server already."""
    sys.path.insert(0, str(PROJECT))
    from core.errors import UserError
    from core.jobs.server import AnotherServer, OneServer
    from core.settings import settings

    try:
        server = OneServer(settings().data_dir)
        server.claim()
        server.release()
    except AnotherServer as refusal:
        sys.exit(str(refusal))
    except (UserError, OSError):
        return  # the pages say it where it can be read


def signing_in_at() -> str:
    """Where people sign in, empty where nobody does; leave with a sentence if half set up."""
    sys.path.insert(0, str(PROJECT))
    from core.access import oidc
    from core.errors import UserError
    from core.settings import settings

    try:
        on = oidc.switched_on()
    except UserError:
        return ""  # the pages say it where it can be read, and open none
    try:
        oidc.provider()
    except UserError as refusal:
        sys.exit(str(refusal))
    return settings().url if on else ""


def main() -> None:
    """Become the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default="8501", help="port, or the next free one")
    arguments = parser.parse_args()
    host, wanted = arguments.host, port_number(arguments.port)
    port = free_port(host, wanted)
    refuse_second()
    if port != wanted:
        print(f"Port {wanted} is taken, using {port}.")
    if place := signing_in_at():
        print(f"People sign in at {place} (WEEKLENS_URL); opened elsewhere, it leads there.")
    elif host in EVERYWHERE:
        print("Anybody who reaches this machine can open Weeklens: it has no password of its own.")
    print(f"Weeklens: {address(host, port)}  (Ctrl+C stops it)", flush=True)
    os.chdir(PROJECT)
    for name, value in MEMORY.items():
        os.environ.setdefault(name, value)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options(host, port)]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
