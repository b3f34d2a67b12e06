"""Something breaks while readers read: what is said meanwhile, and how soon all is well again.

Each fault lasts as long as it would take somebody to notice; nobody helps. What must go on while
it lasts is reading stored records. A sentence is allowed where something cannot be done; an
exception, a status 500 or a broken connection never is.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import truth
from benchmarks.load.breaking import fill, kill_worker, movable_clock, move_clock, small_disk
from benchmarks.load.clients import Caller, Client, Promoter, Trainer, sentence
from benchmarks.load.seen import OK, Answer, Book, Person, all_end, quantiles, told, wait_for
from benchmarks.load.team import Team
from benchmarks.load.visitors import Page, Visitor
from core.jobs.store import ACTIVE, JobStore
from tests.browser.helpers import Server

READS = {"home", "market", "stock", "one forecast", "forecasts", "health"}
"""Pages and paths that show stored records: they go on whatever is broken."""
RECOVERED_WITHIN = 180.0
BACK = -7200
"""Seconds by which the clock is moved."""
CHECKED_PAGES = ("", "market", "stock", "models", "training", "monitoring", "evidence")
CHECKED_PATHS = ("/ready", "/production", "/versions", "/jobs", "/health")


def unspoken(said: str) -> bool:
    """Whether an answer is none that a reader could act on."""
    return said.startswith(("exception", "connection", "500", "the script")) or "without" in said


class Probe:
    """Asks everything once, as soon as a fault is over, until all is well again.

    Parameters
    ----------
    url : str
    team : Team
    """

    def __init__(self, url: str, team: Team):
        self._url, self._team = url, team

    def trouble(self) -> str:
        """What is not well yet; empty where everything is."""
        try:
            tab = Page(self._url)
            try:
                for page in CHECKED_PAGES:
                    tab.look(page, f"market={self._team.market}&symbol={self._team.symbols[0]}")
                    tab.rerun()
                    if tab.wrong != OK:
                        return f"{page or 'home'}: {tab.wrong}"
            finally:
                tab.close()
            with closing(Caller(self._url, self._team.analyst)) as call:
                return self._of_api(call)
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    def _of_api(self, call: Caller) -> str:
        for path in CHECKED_PATHS:
            status, __, body = call("GET", path)
            if status != 200:
                return f"{path}: {sentence(status, body)}"
        status, __, body = call("POST", "/jobs", {"kind": "forecast"})
        if status not in (200, 202):
            return f"forecasts: {sentence(status, body)}"
        job = json.loads(body)["job"]["id"]
        wait_for(lambda: self._job(call, job)["state"] not in ACTIVE, 60)
        ended = self._job(call, job)
        return "" if ended["state"] == "done" else f"forecasts {ended['state']}"

    def _job(self, call: Caller, job: str) -> dict:
        return json.loads(call("GET", f"/jobs/{job}")[2])


@contextmanager
def traffic(server: Server, team: Team, book: Book, options, every: float) -> Iterator[Trainer]:
    """Readers and programs in a hurry, trainings, and production changed every few seconds."""
    stop, enough = threading.Event(), threading.Event()
    quick = {"pause": (1.0, 3.0)}
    promoter = Promoter(server.url, team.owner, team.second, book, enough, every)
    people: list[Person] = [
        Trainer(server.url, team.analyst, team.market, book, stop, preset="quick"),
        promoter,
    ]
    told = (team.market, team.symbols, book, stop)
    people += [
        Visitor(server.url, *told, number=number, **quick)
        for number in range(options.fault_sessions)
    ]
    people += [
        Client(server.url, token, *told, number=number)
        for number, token in enumerate(team.readers[: options.fault_clients])
    ]
    for person in people:
        person.start()
    try:
        wait_for(lambda: len(book.answers) > 2 * len(people), 30)
        yield promoter
    finally:
        stop.set()
        enough.set()
        all_end(people)


def struck(
    name: str,
    server: Server,
    team: Team,
    options,
    begin: Callable[[], None],
    end: Callable[[], None],
    seconds: float,
) -> dict[str, float]:
    """One fault with traffic on, and the way back.

    Parameters
    ----------
    name : str
        Of the figures.
    server : Server
    team : Team
    options : Namespace
    begin, end : callable
        Break it; mend it.
    seconds : float
        In between.
    """
    book = Book()
    logged = server.log_file.stat().st_size
    with traffic(server, team, book, options, max(5.0, seconds / 5)) as promoter:
        began = time.time()
        begin()
        time.sleep(seconds)
        end()
        ended = time.time()
        probe = Probe(server.url, team)
        promoter.stopped.set()  # else forecasts of ever new pairs stand before the one awaited
        troubles: dict[str, float] = {}

        def well() -> bool:
            trouble = probe.trouble()
            if trouble:
                troubles[trouble] = time.time() - ended
            return not trouble

        took = wait_for(well, RECOVERED_WITHIN, every=0.5)
    during = book.since(began, ended)
    afterwards = [one for one in book.since(ended + took) if one.said != OK]
    print(f"{name}: {len(during)} answers while it lasted, {took:.1f} s until all was well")
    print("\n".join(told(during)) or "       nothing wrong was said")
    print("\n".join(jobs_since(server.data_dir, began)))
    for trouble, until in troubles.items():
        print(f"  until {until:.1f} s after it: {trouble}")
    if afterwards:
        print("and once all was well:", *told(afterwards), sep="\n")
    news = server.log_file.read_bytes()[logged:].decode(errors="replace")
    if news.strip():
        print("its log:", *news.splitlines()[-options.log_lines :], sep="\n  | ", flush=True)
    found = figures(f"fault_{name}", during, afterwards, took)
    if name != "clock_moved_back":  # the records' own times went back with it
        production = truth.in_production(server.data_dir, promoter.changes)
        untrue = truth.wrong(book.since(began), production, truth.on_show(server.data_dir))
        print(*(f"WRONG: {said}" for said in untrue[:10]), sep="\n", end="\n" if untrue else "")
        found[f"fault_{name}_wrong_records"] = len(untrue)
    return found | ({f"fault_{name}_not_recovered": 1.0} if took >= RECOVERED_WITHIN else {})


def jobs_since(data_dir: Path, began: float) -> list[str]:
    """How the jobs of a time ended, and what they say where it was not well."""
    since = datetime.fromtimestamp(began, UTC).isoformat()
    count = Counter(
        f"{job.kind} {job.state}{f': {job.message}' if job.state == 'failed' else ''}"
        for job in JobStore(data_dir).all(limit=200)
        if (job.ended or "9") >= since
    )
    return [f"  jobs: {times} x {what}" for what, times in count.most_common()]


def figures(
    name: str, during: list[Answer], afterwards: list[Answer], took: float
) -> dict[str, float]:
    """Counts of a fault's answers, and its end."""
    pages = [one.seconds for one in during if one.who == "page"]
    return {
        f"{name}_answers": len(during),
        f"{name}_records_unreadable": sum(o.what in READS and o.said != OK for o in during),
        f"{name}_without_a_sentence": sum(unspoken(one.said) for one in during),
        f"{name}_told_what_is_wrong": sum(
            one.said != OK and not unspoken(one.said) for one in during
        ),
        **quantiles(f"{name}_rerun", pages),
        f"{name}_recovered_seconds": took,
        f"{name}_wrong_once_recovered": len(afterwards),
    }


def all_faults(folder: Path, env: dict[str, str], options) -> dict[str, float]:
    """Every fault, one after the other, on a server that stands on MLflow, PostgreSQL and S3."""
    from benchmarks.load.team import settled
    from core.market.sample import SAMPLE_MARKET
    from deploy.native import mlflow_server, postgres, s3

    market = SAMPLE_MARKET if options.data is None else options.market
    files = [file for file in (options.data, options.listing) if file]
    found: dict[str, float] = {}
    with (
        small_disk(folder / "small", options.small_mb) as is_small,
        postgres(folder / "logs") as database,
        s3(folder / "logs") as objects,
        mlflow_server(folder / "logs", database=database, files=objects) as store,
    ):
        # The app reads models' files from the object store through MLflow alone.
        where = {"MLFLOW_TRACKING_URI": store.url}
        data_dir = folder / "small" / "data"
        began = time.monotonic()
        team = settled(data_dir, market, options.fault_clients, *files, **where)
        print(f"Prepared behind MLflow in {time.monotonic() - began:.0f} s.", flush=True)
        server = Server(folder / "faults", data_dir, env | where)
        try:
            server.wait_healthy()
            args = (server, team, options)
            if "worker" in options.only:
                found |= struck(
                    "worker_killed", *args, lambda: kill_worker(server), lambda: None, 5
                )
            if "mlflow" in options.only:
                found |= struck("mlflow_stopped", *args, store.stop, store.start, options.fault)
            if "postgres" in options.only:
                found |= struck(
                    "postgres_stopped", *args, database.stop, database.start, options.fault
                )
            if "disk" in options.only and is_small:
                found |= struck(
                    "disk_full",
                    *args,
                    lambda: fill(folder / "small"),
                    (folder / "small" / "ballast").unlink,
                    options.fault / 2,
                )
        finally:
            server.stop()
        if not is_small:
            print("Disk full: left out, this user may not mount a small file system.")
        moved = movable_clock(folder)
        if "clock" not in options.only:
            return found
        if not moved:
            print("Clock moved back: left out, there is no C compiler (apt-get install gcc).")
            return found
        server = Server(folder / "clocked", data_dir, env | where | moved)
        try:
            server.wait_healthy()
            found |= struck(
                "clock_moved_back",
                server,
                team,
                options,
                lambda: move_clock(folder / "clock", BACK),
                lambda: move_clock(folder / "clock", 0),
                options.fault / 2,
            )
        finally:
            server.stop()
    return found
