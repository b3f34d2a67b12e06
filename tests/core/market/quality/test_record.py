"""The record of findings: computed once for a state of the bars, kept, and read."""

import pandas as pd
import pytest

from core.db import connect
from core.market.importer import import_files
from core.market.quality import record
from core.market.quality.record import by_stock, findings, flagged, inspect, summary
from core.market.quality.rows import check_frame
from core.market.sample import ensure_sample
from tests.core.market.bars import CSV_HEADER, csv_lines, make_bars

SPLIT_DAY = "2024-02-27"
COUNTS = ["findings", "days", "stocks", "recent"]


def split(rows=80):
    bars = make_bars(rows)
    bars.loc[40:, ["open", "high", "low", "close"]] /= 2
    return bars


@pytest.fixture
def filled(store):
    listing = {"symbol": ["AAA", "BBB"], "exchange": ["HOSE", "HOSE"], "name": ["Aa", None]}
    listing["listing_date"] = ["2010-01-04", "2010-01-04"]
    store.set_listing("VN", pd.DataFrame(listing))
    store.write("VN", {"AAA": split(), "BBB": make_bars(80)}, source="file")
    return store


def test_inspecting_writes_what_was_found(filled):
    found = inspect(filled, "VN")
    assert {symbol: [f.rule for f in told] for symbol, told in found.items()} == {
        "AAA": ["split"],
        "BBB": [],
    }
    table = findings(filled, "VN")
    assert table["symbol"].tolist() == ["AAA"]
    assert table["first"].iat[0] == pd.Timestamp(SPLIT_DAY)
    assert table["recent"].tolist() == [True]


def test_only_what_has_changed_is_inspected_again(filled):
    inspect(filled, "VN")
    assert inspect(filled, "VN") == {}
    filled.write("VN", {"AAA": make_bars(80)}, source="file")
    assert list(inspect(filled, "VN")) == ["AAA"]
    assert findings(filled, "VN").empty


@pytest.mark.parametrize("what", ["sessions", "listing", "rules"])
def test_what_findings_depend_on_makes_them_due(filled, monkeypatch, what):
    inspect(filled, "VN")
    if what == "sessions":
        filled.write("VN", {"CCC": make_bars(81)}, source="file")
    elif what == "listing":
        moved = pd.DataFrame({"symbol": ["AAA"], "exchange": ["HNX"]})
        filled.set_listing("VN", moved)
    else:
        monkeypatch.setattr(record, "VERSION", -1)
    assert "AAA" in inspect(filled, "VN")


def test_only_the_symbols_asked_for_are_inspected(filled):
    assert list(inspect(filled, "VN", ["BBB", "NOSUCH"])) == ["BBB"]


def test_progress_is_told_to_its_end(filled):
    told = []
    inspect(filled, "VN", progress=lambda share, text: told.append((share, text)))
    assert told == [(0.0, "checking AAA"), (0.5, "checking BBB"), (1.0, "checked")]


def reply(first, rows, bad=()):
    frame = make_bars(rows, first)[["date", "open", "high", "low", "close", "volume"]]
    frame.loc[list(bad), "close"] = -1.0
    return check_frame(frame, "VN", "stock", "BBB")


def dropped(store):
    table = findings(store, "VN", "BBB")
    return [(str(r.first.date()), r.count) for r in table.itertuples() if r.action == "dropped"]


def test_dropped_rows_stay_on_record_until_their_days_are_checked_again(filled):
    inspect(filled, "VN", checked=[reply("2023-12-01", 9, bad=[3, 4])])
    assert dropped(filled) == [("2023-12-06", 2)]
    inspect(filled, "VN", checked=[reply("2024-06-03", 5, bad=[1])])
    assert dropped(filled) == [("2023-12-06", 2), ("2024-06-04", 1)]
    inspect(filled, "VN", checked=[reply("2024-06-03", 5)])
    assert dropped(filled) == [("2023-12-06", 2)]
    inspect(filled, "VN", checked=[reply("2023-12-01", 9)])
    assert dropped(filled) == []


def test_a_dropped_row_of_a_stored_day_is_no_finding_of_the_series(filled):
    inspect(filled, "VN", checked=[reply("2024-04-01", 60, bad=[1, 59])])
    assert dropped(filled) == [("2024-06-21", 1)]


def test_a_day_given_twice_with_other_values_stays_in_doubt(filled):
    frame = make_bars(2, "2024-04-01")[["date", "open", "high", "low", "close", "volume"]]
    frame["date"] = frame["date"].iat[0]
    inspect(filled, "VN", checked=[check_frame(frame, "VN", "stock", "BBB")])
    assert dropped(filled) == [("2024-04-01", 1)]


def test_a_reply_that_was_none_is_on_record_until_the_next_one(filled):
    html = check_frame(pd.DataFrame({"html": [1]}), "VN", "stock", "BBB")
    inspect(filled, "VN", checked=[html])
    (row,) = findings(filled, "VN", "BBB").itertuples()
    assert (row.rule, row.action, row.recent) == ("schema", "dropped", False)
    assert pd.isna(row.first)
    inspect(filled, "VN", checked=[reply("2024-01-02", 5)])
    assert findings(filled, "VN", "BBB").empty


def test_rows_of_a_symbol_that_is_not_stored_are_not_kept(filled):
    strange = check_frame(pd.DataFrame({"html": [1]}), "VN", "stock", "ZZZ")
    inspect(filled, "VN", checked=[strange])
    assert findings(filled, "VN", "ZZZ").empty


def test_badges_name_each_kind_once(filled):
    assert flagged(filled.data_dir, "VN") == {}
    inspect(filled, "VN", checked=[reply("2024-06-03", 5, bad=[1])])
    assert flagged(filled.data_dir, "VN") == {"AAA": ["Unadjusted split"], "BBB": ["Rows dropped"]}


def test_old_findings_and_repairs_are_listed_without_a_badge(filled):
    later = pd.Timestamp(SPLIT_DAY) + pd.Timedelta(weeks=60)
    frame = make_bars(5)[["date", "open", "high", "low", "close", "volume"]]
    frame["close"] = frame["high"] * 1.004
    repaired = check_frame(frame, "VN", "stock", "BBB")
    inspect(filled, "VN", checked=[repaired])
    assert flagged(filled.data_dir, "VN") == {"AAA": ["Unadjusted split"]}
    for days, badges in ((0, {"AAA": ["Unadjusted split"]}), (1, {})):
        late = make_bars(1).assign(date=later + pd.Timedelta(days=days))
        filled.write("VN", {"CCC": late}, source="file")
        inspect(filled, "VN")
        assert flagged(filled.data_dir, "VN") == badges
    table = findings(filled, "VN")
    assert not table.loc[table["rule"] == "split", "recent"].any()
    assert not table.loc[table["action"] == "repaired", "recent"].any()


def test_the_summary_has_every_rule_once(filled):
    inspect(filled, "VN", checked=[reply("2024-06-03", 5, bad=[1, 2])])
    table = summary(findings(filled, "VN")).set_index("rule")
    assert list(table.index) == list(record.RULES)
    assert table.loc["split", COUNTS].tolist() == [1, 1, 1, 1]
    assert table.loc["positive", COUNTS].tolist() == [1, 2, 1, 1]
    assert table.loc["stale", COUNTS].tolist() == [0] * 4


def test_stocks_concerned_come_with_their_names(filled):
    inspect(filled, "VN")
    table = by_stock(findings(filled, "VN"), filled.symbols("VN"))
    assert table.loc[0, ["symbol", "name", "findings", "recent"]].tolist() == ["AAA", "Aa", 1, 1]
    assert by_stock(findings(filled, "US"), filled.symbols("VN")).empty


def test_a_damaged_file_is_left_out_and_inspected_once_mended(filled):
    filled.sessions("VN")
    with connect(filled.data_dir) as db:
        row = db.execute("SELECT file FROM symbols WHERE symbol = 'AAA'").fetchone()
    damaged = filled.data_dir / "bars" / "VN" / row["file"]
    good = damaged.read_bytes()
    damaged.write_bytes(good[:40])
    assert list(inspect(filled, "VN")) == ["BBB"]
    damaged.write_bytes(good)
    assert list(inspect(filled, "VN")) == ["AAA"]


def test_the_sample_is_inspected_when_it_is_loaded(store):
    ensure_sample(store)
    assert inspect(store, "US") == {}
    table = findings(store, "US")
    assert not (table["rule"] == "split").any()


def test_an_import_leaves_its_findings(store, tmp_path):
    path = tmp_path / "prices.csv"
    bad = "AAA,2024-05-02,20,21,19,-20,1000\nAAA,2024-05-03,20,20.4,20.05,20.2,1000\n"
    path.write_text(CSV_HEADER + csv_lines("AAA", 40) + csv_lines("BBB", 90) + bad)
    report = import_files([path], market="VN", store=store)
    assert report.doubtful == ["AAA"]
    assert report.repaired_total == 1
    assert report.repaired[0].line == 133
    told = findings(store, "VN", "AAA")
    assert set(zip(told["rule"], told["action"], strict=True)) >= {
        ("positive", "dropped"),
        ("contradiction", "repaired"),
        ("missing_sessions", "flagged"),
    }


def test_an_import_beside_a_damaged_file_stands_and_says_that_checks_wait(filled, tmp_path):
    with connect(filled.data_dir) as db:
        row = db.execute("SELECT file FROM symbols WHERE symbol = 'AAA'").fetchone()
    (filled.data_dir / "bars" / "VN" / row["file"]).write_bytes(b"PAR1 no more")
    path = tmp_path / "prices.csv"
    path.write_text(CSV_HEADER + csv_lines("CCC", 40))
    report = import_files([path], market="VN", store=filled)
    assert report.rows_added == 40
    assert any("quality checks could not be finished" in note for note in report.notes)
    assert len(filled.bars("VN", "CCC")) == 40
