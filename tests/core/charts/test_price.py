"""The price chart: what it draws, and that the forecast never stands alone."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.charts.price import BAND, OVERLAYS, PAST, VOLUME, price_chart
from core.charts.style import palette
from tests.core.indicators.generate import walk


@pytest.fixture
def forecast(weekly):
    as_of = weekly.index[-1]
    return {
        "as_of": as_of,
        "target_date": as_of + pd.Timedelta(days=28),
        "close": 1.0,
        "ret": 0.02,
        "ret_low": -0.07,
        "ret_high": 0.1,
    }


@pytest.fixture
def past(weekly):
    """Two resolved forecasts, one of them in-sample."""
    as_of = pd.DatetimeIndex([weekly.index[-30], weekly.index[-20]])
    start = weekly.loc[as_of, "close"].to_numpy()
    return pd.DataFrame(
        {
            "as_of": as_of,
            "target_date": as_of + pd.Timedelta(days=28),
            "ret": [0.02, -0.01],
            "ret_low": -0.1,
            "ret_high": 0.1,
            "in_sample": [1, 0],
            "start": start,
            "reached": start * np.exp([0.05, -0.2]),
            "came": [0.05, -0.2],
        }
    )


def traces(fig):
    return {trace.name: trace for trace in fig.data if trace.name}


def labels(fig):
    return next(trace for trace in fig.data if trace.hoverinfo == "text")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_draws_candles_averages_band_and_volume(weekly, theme):
    drawn = traces(price_chart(weekly, market="VN", theme=theme))
    assert list(drawn) == [
        "Bollinger",
        "Week",
        "MA10",
        "MA20",
        "MA40",
        "Volume",
    ]
    assert drawn["Week"].increasing.line.color == palette(theme).up


@pytest.mark.parametrize("daily", [False, True])
@pytest.mark.parametrize("log", [False, True])
def test_every_part_is_one_that_plotly_knows(weekly, forecast, past, daily, log):
    fig = price_chart(
        weekly,
        market="VN",
        theme="light",
        forecast=forecast | {"ret_low_95": -0.2, "ret_high_95": 0.2},
        daily=walk(700, halt=(500, 510)) if daily else None,
        overlays=OVERLAYS,
        log=log,
        past=past,
    )
    parts = fig.to_plotly_json()
    assert len(go.Figure(parts["data"], parts["layout"]).data) == len(fig.data)


def test_colour_is_not_all_that_tells_rising_from_falling(weekly):
    candles = traces(price_chart(weekly, market="VN", theme="light"))["Week"]
    assert candles.increasing.fillcolor == "rgba(0,0,0,0)"
    assert candles.decreasing.fillcolor == palette("light").down


def test_only_the_chosen_overlays_are_drawn(weekly, forecast):
    fig = price_chart(
        weekly, market="VN", theme="light", forecast=forecast, overlays=[VOLUME, "MA20"]
    )
    assert list(traces(fig)) == ["Week", "MA20", "Volume"]
    bare = price_chart(weekly, market="VN", theme="light", forecast=forecast, overlays=[])
    assert list(traces(bare)) == ["Week"]
    assert bare.layout.yaxis.domain == (0, 1)


def test_days_are_drawn_over_the_same_weeks(weekly):
    days = walk(700, halt=(500, 510))
    fig = price_chart(weekly, market="VN", theme="light", weeks=52, daily=days)
    drawn = pd.DatetimeIndex(traces(fig)["Day"].x)
    assert drawn[0] == weekly.index[-52] - pd.Timedelta(days=4)
    assert drawn[-1] == days["date"].iloc[-1]
    assert len(traces(fig)["MA20"].x) == 52


def test_a_log_axis_holds_all_that_is_drawn(weekly, forecast):
    fig = price_chart(weekly, market="VN", theme="light", forecast=forecast, log=True)
    low, high = fig.layout.yaxis.range
    assert fig.layout.yaxis.type == "log"
    shown = weekly.iloc[-156:]
    assert 10**low < shown["low"].min() < shown["high"].max() < 10**high


def test_a_band_below_zero_leaves_a_log_axis_drawable(weekly):
    wide = weekly.assign(bb_width_w=1.5)
    fig = price_chart(wide, market="VN", theme="light", overlays=[BAND], log=True)
    assert np.isfinite(fig.layout.yaxis.range).all()


def test_it_shows_the_last_weeks(weekly):
    drawn = traces(price_chart(weekly, market="VN", theme="light", weeks=52))
    assert list(pd.DatetimeIndex(drawn["Week"].x)) == list(weekly.index[-52:])


def test_the_band_is_two_population_deviations_around_the_mean(weekly):
    band = traces(price_chart(weekly, market="VN", theme="light", weeks=20))["Bollinger"]
    closes = weekly["close"].dropna().iloc[-20:].to_numpy()
    expected = [closes.mean() + 2 * closes.std(), closes.mean() - 2 * closes.std()]
    last = len(band.x) // 2 - 1  # out along the upper edge, back along the lower
    assert pd.Timestamp(band.x[last]) == pd.Timestamp(band.x[last + 1]) == weekly.index[-1]
    assert [band.y[last], band.y[last + 1]] == pytest.approx(expected)


def test_the_band_is_broken_where_the_stock_was_halted(weekly):
    band = traces(price_chart(weekly, market="VN", theme="light"))["Bollinger"]
    halted = weekly.index[weekly["close"].isna()]
    assert len(halted) == 2
    assert not set(pd.DatetimeIndex([x for x in band.x if x is not None])) & set(halted)
    assert sum(x is None for x in band.x) == 2


def test_a_forecast_stands_beside_no_change_with_its_interval(weekly, forecast):
    fig = price_chart(weekly, market="VN", theme="light", forecast=forecast)
    drawn, close = traces(fig), weekly["close"].iloc[-1]
    assert drawn["Forecast"].y == pytest.approx((close, close * np.exp(0.02)))
    assert drawn["No change"].y == (close, close)
    assert drawn["No change"].line.dash == "dash"
    assert drawn["80 % interval"].y[1:3] == pytest.approx(
        (close * np.exp(0.1), close * np.exp(-0.07))
    )
    assert pd.Timestamp(fig.layout.xaxis.range[1]) > forecast["target_date"]
    assert any("+2.0\N{NO-BREAK SPACE}%" in note.text for note in fig.layout.annotations)


def test_an_old_forecast_starts_on_its_own_candle(weekly, forecast):
    as_of = weekly.index[-20]
    forecast |= {"as_of": as_of, "target_date": as_of + pd.Timedelta(days=28)}
    fig = price_chart(weekly, market="VN", theme="light", forecast=forecast)
    assert traces(fig)["Forecast"].y[0] == weekly.loc[as_of, "close"]
    assert len(labels(fig).x) == len(set(labels(fig).x))


@pytest.mark.parametrize("missing", ["ret", "ret_low", "ret_high"])
def test_a_forecast_without_return_or_interval_is_not_drawn(weekly, forecast, missing):
    fig = price_chart(weekly, market="VN", theme="light", forecast=forecast | {missing: None})
    assert not {"Forecast", "80 % interval", "No change"} & set(traces(fig))


def test_the_95_interval_is_drawn_around_the_80_one(weekly, forecast):
    forecast |= {"ret_low_95": -0.15, "ret_high_95": 0.2}
    drawn = traces(price_chart(weekly, market="VN", theme="light", forecast=forecast))
    wide, narrow = drawn["95 % interval"].y, drawn["80 % interval"].y
    assert wide[2] < narrow[2] < narrow[1] < wide[1]


def test_an_in_sample_forecast_is_no_proof(weekly, forecast):
    fig = price_chart(weekly, market="VN", theme="light", forecast=forecast | {"in_sample": 1})
    assert any("no proof" in note.text for note in fig.layout.annotations)


def test_past_forecasts_stand_beside_what_came(weekly, past):
    fig = price_chart(weekly, market="VN", theme="light", past=past, overlays=[PAST])
    drawn = traces(fig)
    assert drawn["What came"].y == pytest.approx(past["reached"])
    assert drawn["Forecast then"].y == pytest.approx(past["start"][1:] * np.exp(-0.01))
    assert drawn["In-sample"].marker.symbol == "diamond-open"
    at = list(labels(fig).x).index(f"{past['target_date'][1]:%Y-%m-%d}")
    assert "What came: −18.1\N{NO-BREAK SPACE}%" in labels(fig).hovertext[at]
    assert "no change: 0 %" in labels(fig).hovertext[at]


def test_past_forecasts_are_drawn_only_if_asked_for(weekly, past):
    drawn = traces(price_chart(weekly, market="VN", theme="light", past=past))
    assert "What came" not in drawn


def test_a_past_forecast_before_the_time_shown_is_left_out(weekly, past):
    fig = price_chart(weekly, market="VN", theme="light", past=past, overlays=[PAST], weeks=18)
    assert len(traces(fig)["What came"].x) == 1


@pytest.mark.parametrize(("market", "unit"), [("VN", "thousand VND"), ("US", "US dollars")])
def test_labels_say_the_unit(weekly, market, unit):
    fig = price_chart(weekly, market=market, theme="light")
    assert all(unit in text for text in labels(fig).hovertext)
    assert fig.layout.annotations[0].text == f"Adjusted price, {unit}"


def test_labels_name_the_price_as_traded_where_it_differs(weekly):
    doubled = weekly.assign(raw_close=weekly["close"] * 2)
    fig = price_chart(doubled, market="VN", theme="light")
    assert all("As traded" in text for text in labels(fig).hovertext)
    same = weekly.assign(raw_close=weekly["close"])
    fig = price_chart(same, market="VN", theme="light")
    assert not any("As traded" in text for text in labels(fig).hovertext)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_history_too_short_for_anything_still_draws(weekly, rows):
    fig = price_chart(weekly.iloc[:rows], market="VN", theme="light")
    assert bool(fig.data) == (rows > 0)


def test_the_title_of_the_volume_stands_above_its_bars(weekly):
    fig = price_chart(weekly, market="VN", theme="light", overlays=("Volume",))
    low, high = fig.layout.yaxis2.range
    assert low == 0
    bars = next(trace for trace in fig.data if trace.type == "bar")
    assert high >= 1.25 * np.nanmax(bars.y)


def test_a_volume_that_is_not_known_leaves_an_axis(weekly):
    fig = price_chart(
        weekly.assign(volume=float("nan")), market="VN", theme="light", overlays=("Volume",)
    )
    assert fig.layout.yaxis2.range[1] > 0
