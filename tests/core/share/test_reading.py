import numpy as np
import pandas as pd
import pytest

from core import forecasts, stages, trail
from core.db import connect
from core.errors import UserError
from core.formats import moment
from core.market.store import BarStore
from core.share.origin import facts, histories, put_there
from core.share.reading import card_of, company, file_name, of_stock, outcome, unchanged
from tests.core.share.made import LONG
from tests.core.trained import LAST_WEEK

MONTH = pd.Timedelta(weeks=4)


@pytest.fixture
def record(trained):
    """The forecast of AAA on show."""
    return of_stock(trained, "AAA")


@pytest.fixture
def old(trained, record):
    """The same forecast as if made four weeks earlier, from the close of that week."""
    daily = BarStore(trained).bars("VN", "AAA")
    as_of = LAST_WEEK - MONTH
    close = float(daily[daily["date"] <= as_of]["close"].iloc[-1])
    with connect(trained) as db:
        db.execute(
            "UPDATE forecasts SET as_of=?, target_date=?, close=?, call='UP' WHERE id=?",
            (f"{as_of:%Y-%m-%d}", f"{LAST_WEEK:%Y-%m-%d}", close, record["id"]),
        )
    return forecasts.find(trained, record["id"])


def change_bars(data_dir, change):
    """Write AAA's bars anew after a change."""
    store = BarStore(data_dir)
    daily = store.bars("VN", "AAA").copy()
    change(daily)
    store.write("VN", {"AAA": daily}, source="made up")


def halve(daily):
    """What a split paid later does to an adjusted series."""
    daily[["open", "high", "low", "close"]] /= 2


def test_a_card_holds_the_year_up_to_the_forecast(trained, record):
    card = card_of(trained, record)
    weekly = BarStore(trained).bars("VN", "AAA").set_index("date")["close"].resample("W-FRI").last()
    assert len(card.closes) == 52
    assert card.closes[-1] == (LAST_WEEK.date(), pytest.approx(record["close"]))
    scale = record["close"] / weekly.iloc[-1]
    assert [close for _, close in card.closes] == pytest.approx(list(weekly.iloc[-52:] * scale))


def test_a_later_split_changes_no_picture(trained, record):
    before = card_of(trained, record)
    change_bars(trained, halve)
    after = card_of(trained, record)
    assert [c for _, c in after.closes] == pytest.approx([c for _, c in before.closes])
    assert (after.close, after.price, after.low) == (before.close, before.price, before.low)


def test_nothing_after_the_as_of_week_is_in_an_old_card(trained, old):
    card = card_of(trained, old)
    assert card.closes[-1] == ((LAST_WEEK - MONTH).date(), pytest.approx(old["close"]))


def test_a_stock_no_longer_stored_still_has_a_card(trained, record):
    with connect(trained) as db:
        db.execute("DELETE FROM symbols WHERE symbol='AAA'")
    card = card_of(trained, record)
    assert card.closes == ()
    assert card.price == record["price"]
    assert outcome(trained, record) is None
    assert not unchanged(trained, record)


def test_the_listing_gives_name_and_exchange(trained, record):
    listing = pd.DataFrame(
        {"symbol": ["AAA"], "name": [LONG], "name_vi": ["Sữa"], "exchange": ["HOSE"]}
    )
    BarStore(trained).set_listing("VN", listing)
    card = card_of(trained, record)
    assert (card.name_vi, card.exchange) == ("Sữa", "HOSE")
    assert company(trained, "VN", "AAA") == card.name


def test_a_stock_without_forecast_has_a_reason_and_no_card(trained):
    record = of_stock(trained, "HALT")
    with pytest.raises(UserError, match="no forecast of HALT to draw"):
        card_of(trained, record)


def test_the_files_name_is_safe(record):
    assert file_name(record) == "weeklens-AAA-2022-06-03.png"
    assert file_name({**record, "symbol": "^GS/../PC=F"}) == "weeklens-GS..PCF-2022-06-03.png"


@pytest.mark.parametrize("asked", ["2022-06-03", "2030-01-01"])
def test_a_date_finds_the_last_forecast_before_it(trained, record, asked):
    assert of_stock(trained, "aaa", as_of=asked)["id"] == record["id"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"symbol": "NOSUCH"}, "no prices of NOSUCH"),
        ({"symbol": "AAA", "as_of": "2019-01-04"}, "is stored on or before 2019-01-04"),
        ({"symbol": "AAA", "as_of": "soon"}, "'soon' is not a date"),
    ],
)
def test_what_is_not_stored_is_refused(trained, asked, said):
    with pytest.raises(UserError, match=said):
        of_stock(trained, **asked)


def test_an_unknown_record_is_refused(trained):
    with pytest.raises(UserError, match="There is no forecast 'x' in this data folder"):
        forecasts.find(trained, "x\u0000")


def test_nothing_has_come_of_a_forecast_whose_target_lies_ahead(trained, record):
    assert outcome(trained, record) is None


def test_the_outcome_is_the_last_close_on_the_target_date(trained, old):
    daily = BarStore(trained).bars("VN", "AAA").set_index("date")["close"]
    came = outcome(trained, old)
    assert came.day == LAST_WEEK.date()
    assert came.close == pytest.approx(daily[LAST_WEEK])
    assert came.move == pytest.approx(daily[LAST_WEEK] / daily[LAST_WEEK - MONTH] - 1)
    assert came.miss_no_change == pytest.approx(abs(old["close"] / daily[LAST_WEEK] - 1))
    assert came.inside == (old["price_low"] <= came.close <= old["price_high"])


@pytest.mark.parametrize(
    ("factor", "came", "inside"),
    [(1.0101, "UP", True), (1.01, "SIDEWAYS", True), (0.98, "DOWN", True), (5.0, "UP", False)],
)
def test_the_class_that_came_and_the_interval(trained, old, factor, came, inside):
    def move(daily):
        last = daily["date"] == LAST_WEEK
        start = daily.loc[daily["date"] == LAST_WEEK - MONTH, "close"].iloc[0]
        daily.loc[last, ["open", "high", "low", "close"]] = factor * start

    change_bars(trained, move)
    told = outcome(
        trained, {**old, "price_low": 0.9 * old["close"], "price_high": 1.1 * old["close"]}
    )
    assert (told.came, told.inside) == (came, inside)


def test_a_later_split_changes_no_verdict(trained, old):
    before = outcome(trained, old)
    change_bars(trained, halve)
    after = outcome(trained, old)
    assert (after.came, after.inside) == (before.came, before.inside)
    assert (after.close, after.miss) == pytest.approx((before.close, before.miss))


def test_a_stock_that_did_not_trade_since_has_no_outcome(trained, old):
    store = BarStore(trained)
    daily = store.bars("VN", "AAA")
    with connect(trained) as db:
        db.execute("DELETE FROM symbols WHERE symbol='AAA'")
    store.write("VN", {"AAA": daily[daily["date"] <= LAST_WEEK - MONTH]}, source="made up")
    assert outcome(trained, old) is None


def test_unchanged_prices_are_known_by_their_fingerprint(trained, record):
    assert unchanged(trained, record)
    change_bars(trained, halve)
    assert not unchanged(trained, record)


def test_scores_are_those_of_the_records_own_versions(trained, record):
    today = facts(trained, record)
    other = facts(trained, {**record, "price_version": 2, "pattern_version": 2})
    assert today == forecasts.current(trained)
    assert list(other["scores"]) == list(today["scores"])
    errors = [told["scores"]["price_target_model"]["test_MAPE"] for told in (today, other)]
    assert np.isfinite(errors).all()
    assert errors[0] != errors[1]


def test_versions_that_are_gone_are_said(trained, record):
    with pytest.raises(UserError, match="no version 99 of price_target_model"):
        facts(trained, {**record, "price_version": 99})


def test_the_story_of_a_version(trained, record):
    price, pattern = histories(trained, record)
    assert price.startswith("price_target_model v1: trained ")
    put = trail.entries(trained)[0]
    assert f"put into production {moment(put.at)} by tests (first); " in price
    assert pattern.endswith("today: Production.")
    other = histories(trained, {**record, "price_version": 2})[0]
    assert other.endswith("not in production when the forecast was made; today: not promoted.")


def test_a_later_promotion_is_not_behind_an_older_forecast(trained, record):
    first = put_there(trained, record)
    assert [entry.became for entry in first] == [1, 1]
    stages.change(trained, [("price_target_model", 2)], trail.PROMOTED, by="An", reason="Why not.")
    stages.change(trained, [("price_target_model", 1)], trail.BACK, by="Binh")
    assert put_there(trained, record) == first
    later = {**record, "created": "2999-01-01T00:00:00.000+00:00"}
    assert put_there(trained, later)[0].who == "Binh"
