"""Every command of the documentation is run, or named here with what runs it instead."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from core.__main__ import command_line, main
from core.jobs.runner import wait
from core.jobs.store import JobStore
from core.market.sample import ensure_sample, sample_bars
from core.market.store import BarStore
from core.settings import PROJECT
from core.training.recipe import make_recipe
from tests.conftest import forget, once
from tests.docs.blocks import blocks, commands, documents

PYTHON = re.compile(r"^(?:\.venv/bin/)?python -m (\S+)(.*)$")
CORE = re.compile(r"\bcore ([a-z]+)((?: [^`\n&|]*)?)")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
VIETNAMESE = {"VNM": "AAPL", "VCB": "MSFT", "ACB": "IBM"}
"""Symbols of the examples, and the sample's stock whose prices stand in for theirs."""
FILLED_IN = {"/tmp/trial": "trial", "/tmp/drill": "drill"}
"""What a reader's own folder is here."""
ARCHIVE = re.compile(r"weeklens-\d{8}-\d{6}\.tar\.gz")
"""A backup named by its time: here the newest in its folder."""
ATTENTION = {"check": (0, 1)}
"""Exit codes that are no failure, where 0 is not the only one."""
LONG = (
    *("core train", "core audit", "core backtest --version"),
    *("core forecast", "core share", "core compare", "core promote", "core rollback"),
)
"""Beginnings of what takes long or needs versions: run by `make test-long`."""
VIETNAM = "README.md"
"""The page for somebody who has Vietnamese prices and one pair trained on them: run whole by
`make test-long`."""
SECOND_VERSION = "docs/howto/versions.md"
"""The page that takes a second pair for granted."""
SERVERS = "tests/tools/test_servers.py::test_a_server_answers_on_the_port_it_was_given"
YAHOO = "tests/core/market/sources/test_yahoo.py::test_bars_come_with_their_adjusted_close"
CLUSTER = "tests/core/test_parallel.py::test_a_worker_killed_in_the_middle_loses_nothing"
MLFLOW = (
    "tests/core/test_mlflow_server.py::"
    "test_a_promotion_its_trail_and_a_deletion_go_through_a_server"
)
ELSEWHERE = {
    "make run": SERVERS,
    "make live": (
        "tests/core/market/sources/test_installation.py::"
        "test_nothing_is_left_in_home_or_project_and_only_the_loopback_is_asked"
    ),
    "make docs": (
        "tests/docs/test_site.py::test_every_page_is_built_and_fetches_nothing_from_outside"
    ),
    "make mlflow": SERVERS,
    "core serve": (
        "tests/api/test_serve.py::"
        "test_alone_it_serves_without_the_pages_and_ends_although_a_stream_is_open"
    ),
    "core mcp": (
        "tests/core/test_mcp_server.py::"
        "test_over_http_the_same_is_answered_and_foreign_pages_are_not"
    ),
    "core refresh --symbols AAPL,MSFT --source yahoo": YAHOO,
    "core refresh --market US --symbols AAPL,MSFT --source yahoo": YAHOO,
    "core refresh --market US": (
        "tests/core/cli/test_refresh.py::test_without_names_all_that_follow_a_source_are_refreshed"
    ),
    "core train --all --market US --preset thorough": (
        "tests/core/training/test_blend.py::test_the_version_has_its_report"
    ),
    "core evaluate --market US": (
        "tests/core/cli/test_evaluate.py::test_the_sample_is_evaluated_whole"
    ),
    "python -m tools.docs": "tests/docs/test_pages.py::test_what_the_code_writes_is_up_to_date",
    "python -m tools.messages": (
        "tests/core/test_language.py::test_every_message_of_the_code_is_translated"
    ),
    "python -m benchmarks.skill": (
        "tests/benchmarks/test_skill.py::test_one_table_with_candidates_baselines_and_intervals"
    ),
    "python -m distributed": CLUSTER,
    "PYTHONPATH=. OMP_NUM_THREADS=1": CLUSTER,
    "WEEKLENS_DASK=": CLUSTER,
    "mlflow server": MLFLOW,
    "MLFLOW_TRACKING_URI=": MLFLOW,
    "curl http://127.0.0.1:8501/api/v1/health": SERVERS,
    'curl -H "Authorization: Bearer $TOKEN"': (
        "tests/api/test_reading.py::test_a_forecast_is_the_stored_record"
    ),
    'curl -N -H "Authorization: Bearer $TOKEN"': (
        "tests/api/test_jobs.py::test_a_real_job_is_watched_to_its_end"
    ),
}
"""Beginnings of what needs a network, never ends or changes the project, and the test that does the
same on loopback or in a copy."""
NOT_HERE = {
    "make test": "it is what runs this",
    "make lint": "the check on a bare machine runs it first: .ci/run",
    "pip install -r requirements-dask.txt": "the tests' environment has it already",
    'pip install "mlflow==RELEASE"': "for a machine of its own",
    "createdb": "needs a PostgreSQL; the page says that it was not tried",
    "export AWS_ACCESS_KEY_ID": "needs a storage; the page says that it was not tried",
    "export MLFLOW_S3_ENDPOINT_URL": "needs a storage; the page says that it was not tried",
    "30 1 * * *": "a line for cron; the command in it is run above",
    "rm -r /tmp/drill": "nothing of ours",
    "pg_dump": "needs a server of one's own; tests/deploy/test_check.py dumps and restores one",
    "aws s3 sync": "needs a storage; the page says that it was not tried",
    "docker ": "needs a Docker engine; the page says what was not tried",
    ". ./.env && docker ": "needs a Docker engine; the page says what was not tried",
    "sudo ": "changes a machine; tests/deploy/test_check.py does the same natively",
    "git ": "fetches this project",
    "cd ": "a folder of the reader's",
    "cp deploy/.env.example .env": "tests/deploy/test_compose.py reads that file",
    "mkdir -p deploy/tls": "tests/deploy/test_check.py makes its own",
    "openssl req": "tests/deploy/test_check.py makes its own",
    "install -o 101": "changes a machine",
}
"""Beginnings of what nothing runs, and why."""


def begins(command: str, beginnings) -> str:
    """The longest of some beginnings that a command has, seen without the path of Python."""
    bare = re.sub(r"^(?:WEEKLENS_DATA_DIR=\S+ )?(?:\.venv/bin/)?python -m core ", "core ", command)
    bare = bare.replace(".venv/bin/python", "python")
    fitting = [one for one in beginnings if bare.startswith(one)]
    return max(fitting, key=len, default="")


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


EVERY = [(name_of(page), command) for page in documents() for command in commands(page)]
PAGES = sorted({page for page, _ in EVERY})
RUN = sorted(
    {page for page, command in EVERY if " -m core " in command and not begins(command, NOT_HERE)}
)


def trained(data_dir: Path, market: str = "US", *, promote: bool = True) -> None:
    """One quick training, and the forecasts that a promotion brings."""
    jobs = JobStore(data_dir)
    recipe = make_recipe("quick", market=market, epochs=1, promote=promote)
    asked, _ = jobs.submit("train", recipe.model_dump(mode="json"), requested_by="tests")
    for job in (asked, *jobs.active()):
        assert wait(data_dir, job.id).state == "done"
    for job in jobs.active():
        assert wait(data_dir, job.id).state == "done"


@pytest.fixture(scope="module")
def first_evening(tmp_path_factory):
    """A data folder after a first start: the sample, one pair in production, its forecasts."""

    def make(folder: Path) -> Path:
        data_dir = folder / "data"
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("WEEKLENS_DATA_DIR", str(data_dir))
            environment.delenv("MLFLOW_TRACKING_URI", raising=False)
            forget()
            ensure_sample(BarStore(data_dir))
            trained(data_dir)
        forget()
        return data_dir

    return once(tmp_path_factory, "first-evening", make)


@pytest.fixture
def files(data_dir, tmp_path, monkeypatch):
    """Files of prices where the commands are typed, and a channel of alerts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "backups").mkdir()
    monkeypatch.setenv("WEEKLENS_CHANNELS", '{"desk": "json://127.0.0.1:9"}')
    forget()
    sample = sample_bars()
    prices = pd.concat(
        sample[stock].assign(symbol=name) for name, stock in VIETNAMESE.items()
    ).drop(columns=["raw_close"])
    prices.to_parquet("prices.parquet")
    prices[prices["symbol"] == "VNM"].assign(symbol="VNINDEX").to_csv("indices.csv", index=False)
    Path("names.csv").write_text("symbol,name\nVNM,Vinamilk\nVCB,Vietcombank\nACB,ACB\n")
    (data_dir / "inbox" / "VN").mkdir(parents=True)
    shutil.copy("prices.parquet", data_dir / "inbox" / "VN")


def run(command: str, data_dir: Path, monkeypatch) -> tuple[int, ...]:
    """Run one command of core in this process, as the shell would hand it over; its exit code."""
    words = shlex.split(command)
    while "=" in words[0]:
        name, value = words.pop(0).split("=", 1)
        monkeypatch.setenv(name, FILLED_IN.get(value, value))
        forget()
    words = [filled_in(word) for word in words[3:]]
    if "JOB" in words:
        words[words.index("JOB")] = newest_job(data_dir)
    try:
        return main(words)
    except SystemExit as ended:  # --help
        return ended.code


def filled_in(word: str) -> str:
    """A word of a command with what a reader has there: a folder, the newest backup."""
    place = Path(FILLED_IN.get(word, word)).expanduser()
    if ARCHIVE.fullmatch(place.name):
        place = max(place.parent.glob("weeklens-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    return str(place) if str(place) != str(Path(word)) else word


def newest_job(data_dir: Path) -> str:
    """The job asked for last; where there is none, one that waits, as no app runs here."""
    jobs = JobStore(data_dir)
    if not jobs.active() and (known := jobs.all(limit=1)) and known[0].state == "cancelled":
        return known[0].id
    recipe = make_recipe("quick", market="US").model_dump(mode="json")
    return (jobs.active() or jobs.submit("train", recipe, requested_by="tests"))[0].id


def known(words: list[str]) -> bool:
    """Whether the command line knows a command's words."""
    try:
        command_line().parse_args(words)
    except SystemExit as ended:  # --help, or a mistake
        return ended.code == 0
    return True


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_that_some_test_runs(page):
    unknown = []
    for command in (command for name, command in EVERY if name == page):
        if begins(command, ELSEWHERE) or begins(command, NOT_HERE):
            continue
        found = PYTHON.match(re.sub(r"^(?:[A-Z_]+=\S* )+", "", command))
        if found and found[1] == "core":
            unknown += [] if known(shlex.split(found[2])) else [command]
        elif found and found[1] == "pytest":
            written = {block.title for block in blocks(PROJECT / page)}
            files = [word for word in shlex.split(found[2]) if not word.startswith("-")]
            unknown += [f for f in files if f not in written and not (PROJECT / f).exists()]
        else:
            unknown.append(command)
    assert unknown == []


def test_what_runs_a_command_instead_is_there():
    for test in ELSEWHERE.values():
        file, name = test.split("::")
        assert f"def {name}(" in (PROJECT / file).read_text("utf-8"), test
    for name in (*ELSEWHERE, *NOT_HERE, *LONG):
        assert any(begins(command, [name]) for _, command in EVERY), f"{name} is told nowhere"


def test_every_make_target_and_module_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    parsers = command_line()._subparsers._group_actions[0].choices
    for page in documents():
        text = page.read_text("utf-8")
        spans = [*SPAN.findall(text), *(block.text for block in blocks(page))]
        for span in spans:
            named = re.findall(r"(?:^|\n)make ([a-z-]+)", span)
            assert set(named) <= targets, (page.name, span)
            for module in re.findall(r"-m ((?:benchmarks|tools)\.[a-z_]+)", span):
                assert importlib.util.find_spec(module), (page.name, module)
            for command, rest in CORE.findall(span):
                assert command in parsers, (page.name, span)
                options = {o for a in parsers[command]._actions for o in a.option_strings}
                assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= options, (page.name, span)


@pytest.mark.parametrize("page", [page for page in RUN if page != VIETNAM])
def test_the_commands_of_a_page_do_what_it_says(page, files, data_dir, monkeypatch):
    ensure_sample(BarStore(data_dir))
    follow(page, data_dir, monkeypatch, leave_out=LONG)


@pytest.mark.long
@pytest.mark.parametrize("page", [page for page in RUN if page != VIETNAM])
def test_all_commands_of_a_page_do_what_it_says(page, first_evening, files, data_dir, monkeypatch):
    shutil.copytree(
        first_evening, data_dir, ignore=shutil.ignore_patterns("*.lock"), dirs_exist_ok=True
    )
    if page == SECOND_VERSION:
        trained(data_dir, promote=False)
    follow(page, data_dir, monkeypatch, leave_out=())


@pytest.mark.long
def test_all_commands_of_the_readme_do_what_it_says(files, data_dir, monkeypatch):
    assert main(["import", "prices.parquet", "--market", "VN"]) == 0
    trained(data_dir, "VN")
    follow(VIETNAM, data_dir, monkeypatch, leave_out=())


def follow(page: str, data_dir: Path, monkeypatch, *, leave_out) -> None:
    """Type what a page says, one after the other."""
    for command in (command for name, command in EVERY if name == page):
        if begins(command, ELSEWHERE) or begins(command, NOT_HERE) or begins(command, leave_out):
            continue
        if " -m core" in command:
            found = re.search(r"-m core ([a-z]*)", command)
            allowed = ATTENTION.get(found[1], (0,)) if found else (0,)
            assert run(command, data_dir, monkeypatch) in allowed, command


@pytest.mark.long
def test_every_benchmark_and_tool_tells_its_options():
    named = {
        module
        for page in documents()
        for module in re.findall(r"-m ((?:benchmarks|tools)\.[a-z_]+)", page.read_text("utf-8"))
    }
    for module in sorted(named - {"tools.docs", "tools.messages"}):
        done = subprocess.run(
            [sys.executable, "-m", module, "--help"],
            cwd=PROJECT,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.startswith("usage:"), module
