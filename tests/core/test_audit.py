"""The audit passes what looks back and catches, one at a time, what looks ahead."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.audit import audit, checks, market_builder
from core.dataset import Panel
from core.errors import UserError
from core.indicators.catalogue import NAMES
from tests.core.indicators.generate import walk

build = market_builder("US", horizon_weeks=4, band=0.01)


@pytest.fixture(scope="module")
def bars():
    """Five years of four stocks; BBB is halted for six weeks, CCC begins late."""
    return {
        "AAA": walk(900, 1),
        "BBB": walk(900, 2, halt=(700, 730)),
        "CCC": walk(900, 3).iloc[150:].reset_index(drop=True),
        "DDD": walk(900, 4),
    }


def sessions_of(bars):
    return pd.DatetimeIndex(
        np.unique(np.concatenate([b["date"].to_numpy() for b in bars.values()]))
    )


def run(bars, *, change=None, checked=None, **options):
    """Audit the product's panel, or one in which ``change`` has been made to the frame."""

    def changed(part, sessions):
        panel = build(part, sessions)
        if change is not None:
            panel = Panel(change(panel.frame.copy()), panel.weeks, 4, 0.01)
        return panel

    options.setdefault("cuts", 6)
    return audit(bars, sessions_of(bars), changed, checked=checked, **options)


def differing(found):
    return {difference.check for difference in found.differences}


def first(found, check):
    return next(d for d in found.differences if d.check == check)


def by_stock(frame, column):
    return frame.groupby("symbol", sort=False)[column]


def test_what_looks_back_passes(bars):
    found = run(bars)
    assert found.differences == []
    assert len(found.cuts) == 6
    assert sorted(found.compared) == sorted(checks())
    assert min(found.compared.values()) > 100


def test_a_leaking_indicator_is_caught_and_named(bars):
    def leak(frame):
        frame["ret_1w"] = by_stock(frame, "ret_1w").shift(-1)
        return frame

    found = run(bars, change=leak)
    difference = first(found, "indicators")
    assert difference.column == "ret_1w"
    # Only the week of the cut itself lacks its next one.
    assert difference.week == difference.cut == found.cuts[0]
    assert difference.part is not None
    assert np.isnan(difference.part)
    assert not np.isnan(difference.whole)
    assert f"ret_1w of {difference.symbol} in the week of {difference.week}" in str(difference)


def test_a_centred_rolling_window_is_caught(bars):
    def leak(frame):
        frame["RSI_14w"] = by_stock(frame, "RSI_14w").transform(
            lambda column: column.rolling(5, center=True, min_periods=1).mean()
        )
        return frame

    difference = first(run(bars, change=leak), "indicators")
    assert difference.column == "RSI_14w"
    # Two weeks of five lie ahead.
    assert pd.Timestamp(difference.week) >= pd.Timestamp(difference.cut) - pd.Timedelta(weeks=1)


def test_a_full_sample_rank_is_caught(bars):
    def leak(frame):
        frame["illiq_rank"] = by_stock(frame, "illiq_rank").rank(pct=True)
        return frame

    assert first(run(bars, change=leak), "indicators").column == "illiq_rank"


def test_a_back_filled_gap_is_caught(bars):
    def leak(frame):
        frame["close"] = by_stock(frame, "close").bfill()
        return frame

    found = run(bars, change=leak)
    difference = first(found, "indicators")
    halted = bars["BBB"]["date"].diff().idxmax()
    begins, ends = bars["BBB"]["date"][halted - 1], bars["BBB"]["date"][halted]
    assert difference.symbol == "BBB"
    assert difference.column == "the row"
    assert begins <= pd.Timestamp(difference.week) <= ends


def test_a_scaler_fitted_on_all_weeks_is_caught(bars):
    def all_weeks(inputs, fold):
        scaler = make_pipeline(StandardScaler()).fit(inputs.X[inputs.usable])
        return scaler.transform(inputs.X[fold.judge])

    found = run(bars, checked=checks(scale=all_weeks))
    assert differing(found) == {"scaling"}
    assert first(found, "scaling").column.removeprefix("scaled ") in NAMES


def test_a_label_that_reaches_too_far_is_caught(bars):
    def leak(frame):
        frame["ret"] = by_stock(frame, "ret").shift(-1)
        return frame

    assert "labels" in differing(run(bars, change=leak))


def test_a_rank_over_all_weeks_in_the_context_is_caught(bars):
    def whole_sample(panel):
        frame = panel.frame[panel.frame["ready"]]
        rank = frame["ret_4w"].rank(pct=True)
        return frame[["symbol", "week"]].assign(rank=rank, known=frame["week"])

    found = run(bars, checked={"context": whole_sample})
    assert first(found, "context").column == "rank"


@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 10_000), missing=st.sampled_from([0.0, 0.1]))
def test_any_stocks_cut_at_any_weeks_pass(seed, missing):
    bars = {
        "AAA": walk(500, seed, missing=missing),
        "BBB": walk(500, seed + 1, halt=(400, 415)),
        "CCC": walk(500, seed + 2).iloc[60:].reset_index(drop=True),
    }
    checked = {name: check for name, check in checks().items() if name not in ("folds", "scaling")}
    assert run(bars, seed=seed, cuts=3, checked=checked).differences == []


def test_the_same_seed_draws_the_same_weeks(bars):
    checked = {"labels": checks()["labels"]}
    one, two, other = (run(bars, seed=seed, checked=checked).cuts for seed in (1, 1, 2))
    assert one == two != other


def test_nothing_to_cut_is_one_sentence():
    few = {"AAA": walk(5, 1)}
    with pytest.raises(UserError, match="fewer than two complete weeks"):
        run(few)


def test_vietnamese_stocks_pass(vn_data):
    table = pd.read_parquet(
        vn_data / "daily.parquet", filters=[("symbol", "in", ["VNM", "VCB", "AAV", "TDP", "FPT"])]
    )
    table = table.astype({"date": "datetime64[ns]", "volume": float})
    table["value"] = table["raw_close"] = np.nan
    stocks = {s: f.sort_values("date").reset_index(drop=True) for s, f in table.groupby("symbol")}
    vietnam = market_builder("VN", horizon_weeks=4, band=0.01)
    found = audit(stocks, sessions_of(stocks), vietnam, cuts=3)
    assert found.differences == []
