"""Fifty readers and twenty programs, while production changes every minute; then the faults.

    python -m benchmarks.load [--minutes 10] [--sessions 50] [--clients 20] [--browsers 2]
        [--no-faults] [--only FAULT ...] [--data FILE [--listing FILE]] [--folder DIR] [--json OUT]

Three measures in one run, each with the same number of readers, who read a page for 10 to 20
seconds and go on to the next: a plain Streamlit page (benchmarks/plain_app.py), Weeklens left
alone, and Weeklens while programs ask its API, one training follows the other and production is
promoted and rolled back every minute. A few readers are real Chromium windows, the others are
sessions of Streamlit's server over the websocket a browser uses, with the live parts a browser
asks for. Every answer that names versions is held against the trail and the jobs' records.
Times are seconds unless the name says otherwise; the server runs two jobs at once, so that
forecasts follow a promotion beside a training.
"""

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.load import faults, truth
from benchmarks.load.browsers import Browsers
from benchmarks.load.clients import Client, Promoter, Trainer
from benchmarks.load.machine import Watch, memory
from benchmarks.load.seen import OK, Answer, Book, Person, all_end, quantiles, told, wait_for
from benchmarks.load.team import Team, settled
from benchmarks.load.visitors import Visitor
from benchmarks.pages import running
from benchmarks.report import report
from tests.browser.helpers import Server, free_port

LEFT_AFTER = 10
"""Seconds after which the server forgets a session whose browser has gone; its own is 120."""
ENV = {
    "WEEKLENS_TRAIN_SAMPLE": "false",
    "WEEKLENS_JOBS_AT_ONCE": "2",
    "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(LEFT_AFTER),
}
FAULTS = ("worker", "mlflow", "postgres", "disk", "clock")
LOCKED = "database is locked"


def crowd(url: str, team: Team, book: Book, stop: threading.Event, options) -> list[Person]:
    """The readers, started: windows of a browser, and sessions without one."""
    people: list[Person] = []
    if options.browsers:
        people.append(Browsers(url, book, stop, options.browsers))
    for number in range(options.sessions - options.browsers):
        visitor = Visitor(url, team.market, team.symbols, book, stop, number=number)
        people.append(visitor)
    for person in people:
        person.start()
    return people


def all_in(people: list[Person], book: Book, options: argparse.Namespace) -> None:
    """Wait until every reader is in."""
    wait_for(lambda: sum(one.who == "page" for one in book.answers) >= options.sessions, 30)
    for person in people:
        if isinstance(person, Browsers):
            person.open.wait(60)


def of_pages(name: str, answers: list[Answer]) -> dict[str, float]:
    """Times of the readers' pages."""
    figures = {}
    for who, called in (("page", "rerun"), ("part", "live_part"), ("browser", "chromium_switch")):
        mine = [one for one in answers if one.who == who]
        figures |= quantiles(f"{name}_{called}", [one.seconds for one in mine])
        if mine:
            figures[f"{name}_{called}_count"] = len(mine)
    figures[f"{name}_errors"] = sum(one.said != OK for one in answers)
    return figures


def plain(file: Path, options: argparse.Namespace) -> dict[str, float]:
    """The same readers of one plain Streamlit page on the same prices."""
    port = str(free_port())
    book, stop = Book(), threading.Event()
    run = ("streamlit", "run", "benchmarks/plain_app.py", "--server.port", port)
    with running(*run, PLAIN_DATA=str(file)):
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers_health(url), 60)
        people: list[Person] = []
        for number in range(options.sessions):
            people.append(Visitor(url, "", [""], book, stop, number=number, pages=("",)))
            people[-1].start()
        all_in([], book, options)
        began = time.time()
        stop.wait(60 * options.quiet)
        stop.set()
        all_end(people)
    return of_pages("plain", book.since(began))


def answers_health(url: str) -> bool:
    """Whether a Streamlit server answers."""
    import urllib.request

    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
            return True
    except OSError:
        return False


def quiet(server: Server, team: Team, options: argparse.Namespace) -> dict[str, float]:
    """The readers alone."""
    book, stop = Book(), threading.Event()
    people = crowd(server.url, team, book, stop, options)
    all_in(people, book, options)
    began = time.time()
    with Watch(server.process.pid) as watch:
        stop.wait(60 * options.quiet)
    answers = book.since(began)
    stop.set()
    all_end(people)
    tell("Readers alone", answers)
    return of_pages("quiet", answers) | watch.figures("quiet")


def loaded(server: Server, team: Team, options: argparse.Namespace) -> dict[str, float]:
    """Everything at once."""
    book, stop = Book(), threading.Event()
    url, market = server.url, team.market
    trainer = Trainer(url, team.analyst, market, book, stop)
    promoter = Promoter(url, team.owner, team.second, book, stop, options.change_every)
    people = crowd(url, team, book, stop, options)
    all_in(people, book, options)
    began = time.time()
    others: list[Person] = [trainer, promoter]
    for number, token in enumerate(team.readers):
        others.append(Client(url, token, market, team.symbols, book, stop, number=number))
    for person in others:
        person.start()
    with Watch(server.process.pid) as watch:
        stop.wait(60 * options.minutes)
    answers = book.since(began)
    stop.set()
    all_end([*people, *others])
    figures = of_pages("load", answers) | watch.figures("load")
    api = [one for one in answers if one.who == "api"]
    reads = [one for one in api if one.what not in ("training", "promotions", "rollbacks")]
    figures |= quantiles("load_api_ms", [1e3 * one.seconds for one in reads])
    figures["load_api_count"] = len(reads)
    changes = [one for one in api if one.what in ("promotions", "rollbacks")]
    figures |= quantiles("load_change_of_production", [one.seconds for one in changes])
    figures["load_changes_of_production"] = len(promoter.changes)
    figures["load_trainings_done"] = trainer.ended.get("done", 0)
    figures["load_trainings_ended_otherwise"] = sum(trainer.ended.values()) - trainer.ended.get(
        "done", 0
    )
    production = truth.in_production(server.data_dir, promoter.changes)
    untrue = truth.wrong(answers, production, truth.on_show(server.data_dir))
    for said in untrue[:20]:
        print("WRONG:", said)
    figures["load_answers_checked"] = truth.checked(answers)
    figures["load_wrong_records"] = len(untrue)
    figures |= quantiles("load_forecasts_behind", truth.behind(answers, production))
    tell("Under load", answers)
    return figures


def tell(title: str, answers: list[Answer]) -> None:
    """Print what was wrong, if anything was."""
    lines = told(answers)
    print(f"{title}: {len(answers)} answers, {sum(one.said != OK for one in answers)} wrong")
    print("\n".join(lines), flush=True)


def of_log(server: Server) -> dict[str, float]:
    """What the server's own log complains about."""
    text = server.log_file.read_text(errors="replace")
    if text.strip():
        print(f"The server's log:\n{server.log()}")
    return {
        "log_database_locked": text.count(LOCKED),
        "log_tracebacks": text.count("Traceback (most recent call last)"),
    }


def under_load(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """The three measures."""
    from core.market.sample import SAMPLE_FILE, SAMPLE_MARKET

    market = SAMPLE_MARKET if options.data is None else options.market
    data_dir = options.folder or folder / "data"
    began = time.monotonic()
    files = [file for file in (options.data, options.listing) if file]
    team = settled(data_dir, market, options.clients, *files)
    print(f"Prepared in {time.monotonic() - began:.0f} s.", flush=True)
    figures = plain(options.data or SAMPLE_FILE, options) if options.quiet else {}
    server = Server(folder / "app", data_dir, ENV)
    try:
        server.wait_healthy()
        if options.quiet:
            figures["memory_mb_server_before"] = memory(server.process.pid)
            figures |= quiet(server, team, options)
        figures |= loaded(server, team, options)
        time.sleep(LEFT_AFTER + 10)
        figures["memory_mb_server_after_all_left"] = memory(server.process.pid)
        figures |= of_log(server)
    finally:
        server.stop()
    if options.quiet and options.minutes:
        for other in ("quiet", "plain"):
            mine = figures["load_rerun_p95"]
            figures[f"load_rerun_p95_per_{other}"] = mine / figures[f"{other}_rerun_p95"]
    return figures


def main() -> None:
    """Measure, print the table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="under load (default 10)")
    parser.add_argument("--quiet", type=float, default=1, help="minutes before it (default 1)")
    parser.add_argument("--sessions", type=int, default=50, help="readers (default 50)")
    parser.add_argument("--browsers", type=int, default=2, help="of them in Chromium (default 2)")
    parser.add_argument("--clients", type=int, default=20, help="programs (default 20)")
    parser.add_argument("--change-every", type=float, default=60, help="seconds (default 60)")
    parser.add_argument("--data", type=Path, help="Parquet or CSV of daily bars")
    parser.add_argument("--listing", type=Path, help="names, industries and exchanges")
    parser.add_argument("--market", default="VN", help="of --data (default VN)")
    parser.add_argument("--folder", type=Path, help="where the prepared data folder is kept")
    parser.add_argument("--faults", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--fault", type=float, default=60, help="seconds of each (default 60)")
    parser.add_argument("--fault-sessions", type=int, default=12, help="readers (default 12)")
    parser.add_argument("--fault-clients", type=int, default=6, help="programs (default 6)")
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=FAULTS, help="these faults")
    parser.add_argument("--small-mb", type=int, default=1000, help="of the disk that fills")
    parser.add_argument("--log-lines", type=int, default=6, help="of the server's log, a fault")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = under_load(options, Path(folder)) if options.minutes else {}
        if options.faults:
            figures |= faults.all_faults(Path(folder), ENV, options)
        report(figures, options.json)
    never = ("load_errors", "wrong_records", "unreadable", "without_a_sentence")
    never += ("not_recovered", "wrong_once_recovered")
    broken = [name for name, value in figures.items() if value and name.endswith(never)]
    sys.exit(f"Not as it should be: {', '.join(broken)}." if broken else 0)


if __name__ == "__main__":
    main()
