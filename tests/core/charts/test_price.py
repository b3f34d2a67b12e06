"""The price chart: what it draws, and that the forecast never stands alone."""

import numpy as np
import pandas as pd
import pytest

from core.charts.price import price_chart
from core.charts.style import palette


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


def traces(fig):
    return {trace.name: trace for trace in fig.data if trace.name}


def labels(fig):
    return next(trace for trace in fig.data if trace.hoverinfo == "text")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_draws_candles_averages_band_and_volume(weekly, theme):
    drawn = traces(price_chart(weekly, market="VN", theme=theme))
    assert list(drawn) == [
        "Bollinger, 2 σ",
        "Week",
        "10-week average",
        "20-week average",
        "40-week average",
        "Volume",
    ]
    assert drawn["Week"].increasing.line.color == palette(theme).up


def test_it_shows_the_last_weeks(weekly):
    drawn = traces(price_chart(weekly, market="VN", theme="light", weeks=52))
    assert list(pd.DatetimeIndex(drawn["Week"].x)) == list(weekly.index[-52:])


def test_the_band_is_two_population_deviations_around_the_mean(weekly):
    band = traces(price_chart(weekly, market="VN", theme="light", weeks=20))["Bollinger, 2 σ"]
    closes = weekly["close"].dropna().iloc[-20:].to_numpy()
    expected = [closes.mean() + 2 * closes.std(), closes.mean() - 2 * closes.std()]
    last = len(band.x) // 2 - 1  # out along the upper edge, back along the lower
    assert pd.Timestamp(band.x[last]) == pd.Timestamp(band.x[last + 1]) == weekly.index[-1]
    assert [band.y[last], band.y[last + 1]] == pytest.approx(expected)


def test_the_band_is_broken_where_the_stock_was_halted(weekly):
    band = traces(price_chart(weekly, market="VN", theme="light"))["Bollinger, 2 σ"]
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
    assert drawn["Interval"].y[1:3] == pytest.approx((close * np.exp(0.1), close * np.exp(-0.07)))
    assert pd.Timestamp(fig.layout.xaxis.range[1]) > forecast["target_date"]
    assert any("+2.0 %" in note.text for note in fig.layout.annotations)


def test_an_old_forecast_starts_on_its_own_candle(weekly, forecast):
    as_of = weekly.index[-20]
    forecast |= {"as_of": as_of, "target_date": as_of + pd.Timedelta(days=28)}
    fig = price_chart(weekly, market="VN", theme="light", forecast=forecast)
    assert traces(fig)["Forecast"].y[0] == weekly.loc[as_of, "close"]
    assert len(labels(fig).x) == len(set(labels(fig).x))


@pytest.mark.parametrize("missing", ["ret", "ret_low", "ret_high"])
def test_a_forecast_without_return_or_interval_is_not_drawn(weekly, forecast, missing):
    fig = price_chart(weekly, market="VN", theme="light", forecast=forecast | {missing: None})
    assert not {"Forecast", "Interval", "No change"} & set(traces(fig))


def test_a_week_still_trading_is_drawn_apart(weekly):
    fig = price_chart(weekly, market="VN", theme="light", partial_week=weekly.index[-1])
    drawn = traces(fig)
    assert len(drawn["Week so far"].x) == 1
    assert weekly.index[-1] not in pd.DatetimeIndex(drawn["Week"].x)
    assert "still trading" in labels(fig).hovertext[-1]


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
