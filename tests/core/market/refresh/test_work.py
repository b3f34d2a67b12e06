"""What a refresh stores, and what it says, for every kind of reply."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress, read
from core.market.barfiles import fingerprint
from core.market.calendar import today
from core.market.follows import asked, followed
from core.market.quality.record import findings
from core.market.refresh.work import work
from core.market.sources.base import Listing, SourceError
from core.settings import settings
from tests.core.market.bars import make_bars
from tests.core.market.refresh.shelf import Shelf

PRICES = ["open", "high", "low", "close"]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def refresh(data_dir, tmp_path, shelf):
    """``refresh(symbols=…)``: one refresh of the market VN from the shelf; its account."""
    folder = tmp_path / "job"
    folder.mkdir()

    def run(**params):
        tell = Progress(folder, KINDS["refresh"].stages)
        asked_for = {"market": "VN", "source": "yahoo", **params}
        return work(asked_for, folder, tell, opener=lambda name, where: shelf)

    return run


def stored(store, symbol="VNM"):
    return store.bars("VN", symbol)


def note(account, symbol="VNM"):
    return next(row["note"] for row in account["symbols"] if row["symbol"] == symbol)


def states(account):
    return {state: count for state, count in account["counts"].items() if count}


def begin(refresh, shelf, rows=60):
    shelf.replies["VNM"] = make_bars(rows)
    refresh(symbols=["VNM"])


def test_a_new_symbol_is_fetched_whole_and_remembers_its_source(refresh, shelf, store):
    shelf.replies["VNM"] = make_bars(60)
    account = refresh(symbols=["VNM"])
    assert states(account) == {"added": 1}
    assert account["days"] == 60
    assert fingerprint(stored(store)) == fingerprint(make_bars(60))
    assert store.source_of("VN", "VNM") == "yahoo"
    assert shelf.asked == [("VNM", date(2015, 1, 1), today("VN").date())]


def test_only_missing_days_and_a_few_to_compare_are_asked_for(refresh, shelf, store):
    begin(refresh, shelf)
    shelf.replies["VNM"] = make_bars(64)
    account = refresh(force=True)
    assert (states(account), account["days"]) == ({"added": 1}, 4)
    assert shelf.asked[-1][1] == make_bars(60)["date"].iloc[-8].date()
    assert fingerprint(stored(store)) == fingerprint(make_bars(64))


def test_nothing_new_changes_nothing(refresh, shelf, store):
    begin(refresh, shelf)
    revision = store.revision()
    assert states(refresh(force=True)) == {"unchanged": 1}
    assert store.revision() == revision


def test_what_was_asked_since_the_last_close_is_not_asked_again(refresh, shelf):
    begin(refresh, shelf)
    account = refresh()
    assert states(account) == {"up to date": 1}
    assert "no session has closed" in account["message"]
    assert len(shelf.asked) == 1


def test_a_rewritten_history_is_fetched_whole(refresh, shelf, store):
    begin(refresh, shelf)
    adjusted = make_bars(64)
    adjusted.loc[:58, PRICES] *= 0.9
    shelf.replies["VNM"] = adjusted
    account = refresh(force=True)
    assert states(account) == {"rewritten": 1}
    assert "0.9000 times the stored ones" in note(account)
    assert fingerprint(stored(store)) == fingerprint(adjusted)


def test_a_source_that_begins_later_keeps_the_older_days_on_its_basis(refresh, shelf, store):
    store.write("VN", {"VNM": make_bars(60)}, source="file")
    reply = make_bars(64).iloc[20:].reset_index(drop=True)
    reply[PRICES] *= 0.5
    shelf.replies["VNM"] = reply
    account = refresh(symbols=["VNM"])
    assert "20 days it does not have were brought to its basis" in note(account)
    assert "Its prices come from yahoo from now on." in note(account)
    assert np.allclose(stored(store)["close"], make_bars(64)["close"] * 0.5)


BAD = {
    "empty": make_bars(64).iloc[:0],
    "half": make_bars(64).iloc[56:],
    "thousand": make_bars(64).assign(**{n: make_bars(64)[n] * 1000 for n in PRICES}),
    "thousandth": make_bars(64).assign(**{n: make_bars(64)[n] / 1000 for n in PRICES}),
    "negative": make_bars(64).assign(close=-1.0),
    "no answer": SourceError("It does not answer.", "unreachable"),
    "garbage": SourceError("HTML.", "garbage"),
    "nothing": SourceError("none.", "empty"),
    "words": make_bars(64).astype(object).assign(close="abc"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_reply_loses_nothing_says_why_and_the_next_refresh_recovers(
    refresh, shelf, store, data_dir, name
):
    begin(refresh, shelf)
    shelf.replies["ACB"] = make_bars(60)
    refresh(symbols=["ACB"])
    before = fingerprint(stored(store))
    shelf.replies |= {"VNM": BAD[name], "ACB": make_bars(64)}
    account = refresh(force=True)
    assert fingerprint(stored(store)) == before
    assert len(note(account)) > 10
    assert asked(data_dir, "VN")["VNM"].state in ("refused", "failed")
    assert len(stored(store, "ACB")) == 64  # one symbol's failure never stops the rest
    shelf.replies["VNM"] = make_bars(64)
    assert states(refresh()) == {"added": 1, "up to date": 1}
    assert fingerprint(stored(store)) == fingerprint(make_bars(64))


def test_a_few_bad_rows_are_dropped_counted_and_on_record(refresh, shelf, store):
    begin(refresh, shelf)
    reply = make_bars(72)
    reply.loc[66, "low"] = 1e6
    shelf.replies["VNM"] = reply
    account = refresh(force=True)
    assert "1 row was dropped" in note(account)
    assert len(stored(store)) == 71
    assert "dropped" in set(findings(store, "VN", "VNM")["action"])


def test_no_symbol_refreshed_at_all_fails_with_the_reason(refresh, shelf):
    shelf.replies["VNM"] = SourceError("The source is away.", "unreachable")
    with pytest.raises(UserError, match=r"No symbol could be refreshed\. The source is away"):
        refresh(symbols=["VNM"])


def test_a_source_given_up_leaves_the_rest_unasked(refresh, shelf):
    names = ["AAA", "BBB", "CCC", "DDD", "EEE"]
    shelf.replies = dict.fromkeys(names, SourceError("away.", "unreachable"))
    shelf.replies["AAA"] = make_bars()
    account = refresh(symbols=names)
    assert states(account) == {"added": 1, "failed": 3, "not asked": 1}
    assert len(shelf.asked) == 4


def test_the_bar_of_a_session_still_trading_is_left_for_later(refresh, shelf, store, monkeypatch):
    monkeypatch.setenv("WEEKLENS_VN_CLOSE", "23:59:59")
    settings.cache_clear()
    today = pd.Timestamp.now("Asia/Ho_Chi_Minh").normalize().tz_localize(None)
    shelf.replies["VNM"] = make_bars(30).assign(
        date=pd.date_range(end=today, periods=30).as_unit("ns")
    )
    refresh(symbols=["VNM"])
    assert stored(store)["date"].iloc[-1] == today - pd.Timedelta(days=1)


def test_a_damaged_file_is_fetched_anew(refresh, shelf, store, data_dir):
    begin(refresh, shelf)
    next((data_dir / "bars" / "VN").glob("VNM.*")).write_bytes(b"broken")
    account = refresh(force=True)
    assert "were damaged and were fetched anew" in note(account)
    assert fingerprint(stored(store)) == fingerprint(make_bars(60))


def test_names_and_groups_are_stored(refresh, shelf, store):
    shelf.replies["VNM"] = make_bars()
    shelf.names = Listing(pd.DataFrame([{"symbol": "VNM", "name": "Vinamilk"}]), {"VN30": ["VNM"]})
    account = refresh(symbols=["VNM"], names=True)
    assert "Names of 1 symbols stored; groups: VN30 (1)." in account["message"]
    assert store.symbols("VN")["name"].tolist() == ["Vinamilk"]
    assert store.members("VN") == {"VN30": ["VNM"]}


def test_names_come_even_where_no_price_is_due(refresh, shelf, store):
    begin(refresh, shelf)
    shelf.names = Listing(pd.DataFrame([{"symbol": "VNM", "name": "Vinamilk"}]), {"VN30": ["VNM"]})
    account = refresh(names=True)
    assert states(account) == {"up to date": 1}
    assert store.members("VN") == {"VN30": ["VNM"]}


def test_a_source_without_names_says_so(refresh, shelf):
    shelf.replies["VNM"] = make_bars()
    account = refresh(symbols=["VNM"], names=True)
    assert "None of these sources has a list of names." in account["message"]


def test_only_what_has_answered_is_followed(refresh, shelf, store, data_dir):
    store.write("VN", {"ACB": make_bars()}, source="file")
    shelf.replies = {"VNM": make_bars(), "ACB": SourceError("away.", "garbage")}
    refresh(symbols=["VNM", "ACB", "MISSPELT"])
    assert followed(data_dir, "VN") == {"VNM": "yahoo"}


def test_a_source_that_is_behind_is_named_with_its_newest_session(refresh, shelf):
    shelf.replies["VNM"] = make_bars(60)
    account = refresh(symbols=["VNM"])
    newest = make_bars(60)["date"].iloc[-1].date()
    assert f"The newest session the source has is {newest};" in account["message"]


def test_names_that_fail_do_not_stop_the_prices(refresh, shelf, store):
    shelf.replies["VNM"] = make_bars()
    shelf.names = SourceError("an empty list.", "garbage")
    account = refresh(symbols=["VNM"], names=True)
    assert "Names were not fetched: an empty list." in account["message"]
    assert len(stored(store)) == 30


def test_progress_names_the_symbol_and_its_place(refresh, shelf, tmp_path):
    begin(refresh, shelf)
    lines = (tmp_path / "job" / "progress.jsonl").read_text().splitlines()
    assert any('"VNM, 1 of 1"' in line for line in lines)
    assert read(tmp_path / "job").stage == "Checking quality"


CELLS = st.one_of(
    *(st.floats(width=64), st.integers(-(10**20), 10**20), st.text(max_size=8), st.none()),
    st.sampled_from(["2024-02-30", "<b>", "1e309", "nan", "2024-01-05", 10.0, "11,5", b"\xff"]),
)
COLUMNS = ["date", *PRICES, "volume", "value", "adj_close"]
REPLIES = st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=6)


def hostile(refresh, shelf, store, rows, keep, seed):
    """A stored history, then a reply with hostile cells among true ones: no crash, no lost bar."""
    begin(refresh, shelf, 30)
    before = stored(store)
    reply = make_bars(34).reindex(columns=COLUMNS).astype(object)
    reply = reply.iloc[: len(reply) if keep else 0]
    bad = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    mixed = pd.concat([reply, bad], ignore_index=True)
    mixed = mixed.sample(frac=1, random_state=seed) if len(mixed) else mixed
    shelf.replies["VNM"] = [Whole(mixed)]
    account = refresh(force=True)
    after = stored(store)
    assert set(before["date"]) <= set(after["date"])
    state = next((row for row in account["symbols"] if row["symbol"] == "VNM"), None)
    if state is not None and (state["state"] == "refused" or state["dropped"]):
        assert state["note"]
    assert np.isfinite(after[PRICES].to_numpy()).all()
    assert (after[PRICES].to_numpy() > 0).all()


class Whole(Exception):
    """Hands a frame past the shelf's own filter by day."""

    def __init__(self, frame):
        self.frame = frame


@pytest.fixture
def careless(shelf, monkeypatch):
    plain = Shelf.bars

    def bars(self, market, symbol, kind, start, end):
        try:
            return plain(self, market, symbol, kind, start, end)
        except Whole as whole:
            return whole.frame

    monkeypatch.setattr(Shelf, "bars", bars)
    return shelf


FRESH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(rows=REPLIES, keep=st.booleans(), seed=st.integers(0, 9))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=FRESH)
def test_hostile_replies_never_crash_and_never_lose_a_bar(
    refresh, careless, store, rows, keep, seed
):
    hostile(refresh, careless, store, rows, keep, seed)


@pytest.mark.long
@given(rows=REPLIES, keep=st.booleans(), seed=st.integers(0, 9))
@hypothesis_settings(max_examples=500, deadline=None, suppress_health_check=FRESH)
def test_five_hundred_hostile_replies(refresh, careless, store, rows, keep, seed):
    hostile(refresh, careless, store, rows, keep, seed)
