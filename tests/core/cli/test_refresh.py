"""``refresh``, ``sources`` and ``live`` as a terminal sees them."""

import json

import pytest

from core.__main__ import main
from core.jobs.store import JobStore
from core.market.follows import followed
from tests.core.market.bars import CSV_HEADER, csv_lines, make_bars


@pytest.fixture
def inbox(data_dir):
    """A folder of price files that symbols may follow."""
    folder = data_dir / "inbox" / "VN"
    folder.mkdir(parents=True)
    (folder / "prices.csv").write_text(CSV_HEADER + csv_lines("VNM", 30) + csv_lines("ACB", 30))
    return folder


def test_named_symbols_are_fetched_whole_and_follow_the_source(inbox, data_dir, capsys):
    assert main(["refresh", "--symbols", "vnm,ACB", "--source", "file"]) == 0
    told = capsys.readouterr().out
    assert "Of 2 stocks: 2 got 60 new days." in told
    assert "VNM      added 30 days" in told
    assert followed(data_dir, "VN") == {"ACB": "file", "VNM": "file"}


def test_without_names_all_that_follow_a_source_are_refreshed(inbox, data_dir, capsys):
    main(["refresh", "--symbols", "VNM", "--source", "file"])
    (inbox / "prices.csv").write_text(CSV_HEADER + csv_lines("VNM", 34))
    capsys.readouterr()
    assert main(["refresh", "--force", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["counts"]["added"] == 1
    assert answer["days"] == 4


def test_one_found_cut_off_is_followed_to_its_end(inbox, data_dir, capsys):
    jobs = JobStore(data_dir)
    params = {"market": "VN", "symbols": ["VNM"], "source": "file"}
    job, _ = jobs.submit("refresh", params, requested_by="a runner that died")
    jobs.move(job.id, "running")
    assert main(["refresh", "--symbols", "VNM", "--source", "file"]) == 0
    assert "Of 1 stock: 1 got 30 new days." in capsys.readouterr().out
    assert jobs.active() == []


def test_a_refresh_that_brings_nothing_exits_with_1_and_the_reason(data_dir, capsys):
    assert main(["refresh", "--symbols", "VNM", "--source", "vnstock"]) == 1
    told = capsys.readouterr().out
    assert "The refresh failed: No symbol could be refreshed. vnstock is not installed" in told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "No symbol of this market follows a source yet"),
        (["--symbols", " , "], "No symbol was given"),
        (["--symbols", "../x"], "is not a symbol"),
        (["--symbols", "AAPL", "--source", "vnstock", "--market", "US"], "has no prices of the"),
    ],
)
def test_a_request_that_cannot_be_met_exits_with_2(store, capsys, asked, said):
    store.write("VN", {"VNM": make_bars()}, source="file")
    assert main(["refresh", *asked]) == 2
    assert said in capsys.readouterr().err


def test_the_sources_are_listed_with_their_state(data_dir, capsys):
    assert main(["sources"]) == 0
    told = capsys.readouterr().out
    assert "vnstock  vnstock (Vietnamese brokers) (VN): not installed: run `make live`" in told
    assert "yahoo    Yahoo (VN, US): ready" in told
    assert "18 requests a minute" in told


def test_vnstock_is_not_installed_without_a_word_of_acceptance(data_dir, capsys):
    assert main(["live"]) == 2
    told = capsys.readouterr().err
    assert "By installing it you accept its licence" in told
    assert "Nothing was installed: say that you accept with --accept-licence" in told
    assert not (data_dir / "sources").exists()


def test_an_installation_that_is_there_is_left_alone(with_vnstock, capsys):
    assert main(["live"]) == 0
    assert "installed already" in capsys.readouterr().out
