"""Out-of-sample rows of a version staged as a life of their own: stored forecasts and bars.

A simulated week takes five weeks of the calendar: its forecasts are made on the first
Friday and come due on the fifth. So each four-week outcome is exactly the one of its
row, whichever real weeks are put after one another; in a calendar of single weeks the outcomes
of weeks at a seam would be of no real stock.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.training.out_of_sample import PRIOR, PROBA
from models.baselines import CLASSES
from models.calls import NO_CLEAR_DIRECTION

STEP, AHEAD = pd.Timedelta(weeks=5), pd.Timedelta(weeks=4)
CLOSE = 20.0


def dates(weeks: int, start: str = "2010-01-01") -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """As-of Fridays and target dates of simulated weeks."""
    as_of = pd.DatetimeIndex([pd.Timestamp(start) + STEP * place for place in range(weeks)])
    return as_of, as_of + AHEAD


def records(
    rows: Sequence[pd.DataFrame], *, market: str, pair: tuple[int, int], band: float
) -> pd.DataFrame:
    """Stored forecasts of simulated weeks, made on the evening of their as-of Friday.

    Parameters
    ----------
    rows : sequence of DataFrame
        Of each simulated week, ``core.training.out_of_sample.COLUMNS``.
    market : str
    pair : (int, int)
        Versions of the price and the pattern model.
    band : float
        Of SIDEWAYS.

    Returns
    -------
    DataFrame
        Columns of the table ``forecasts``; dates as timestamps.
    """
    as_of, target = dates(len(rows))
    counts = [len(week) for week in rows]
    told = pd.concat(rows, ignore_index=True)
    names = np.array([*CLASSES, NO_CLEAR_DIRECTION], dtype=object)
    made = told[["symbol", "forecast", "move", *PROBA, *PRIOR]].rename(columns={"forecast": "ret"})
    ends = {
        f"ret_{side}{level}": told["forecast"] + sign * told[half]
        for level, half in (("", "half_80"), ("_95", "half_95"))
        for side, sign in (("low", -1), ("high", 1))
    }
    made = made.assign(
        **ends,
        as_of=np.repeat(as_of, counts),
        target_date=np.repeat(target, counts),
        call=names[told["call"].to_numpy(int)],
        close=CLOSE,
        market=market,
        band=band,
        horizon_weeks=4,
        missing=0,
        in_sample=0,
        reason="",
        price_version=pair[0],
        pattern_version=pair[1],
        source="simulated",
    )
    made["created"] = made["as_of"].dt.strftime("%Y-%m-%dT20:00:00+00:00")
    made["fingerprint"] = made["symbol"] + made["as_of"].dt.strftime("%Y-%m-%d")
    made["id"] = made["fingerprint"]
    return made


def bars(rows: Sequence[pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Daily bars to which those forecasts come true as their rows say: two a simulated week."""
    as_of, target = dates(len(rows))
    counts = [len(week) for week in rows]
    told = pd.concat(rows, ignore_index=True)
    both = pd.concat(
        [
            pd.DataFrame(
                {"symbol": told["symbol"], "date": np.repeat(days, counts), "close": close}
            )
            for days, close in ((as_of, CLOSE), (target, CLOSE * np.exp(told["ret"])))
        ]
    ).sort_values(["symbol", "date"])
    both = both.assign(open=both["close"], high=both["close"], low=both["close"], volume=1e6)
    return {
        symbol: mine.drop(columns="symbol").reset_index(drop=True)
        for symbol, mine in both.groupby("symbol")
    }


def stored(made: pd.DataFrame) -> list[dict]:
    """Records as ``core.forecasts.save`` takes them."""
    plain = made.drop(columns="id").astype(object)
    for name in ("as_of", "target_date"):
        plain[name] = made[name].dt.strftime("%Y-%m-%d")
    return plain.where(plain.notna(), None).to_dict("records")


def flipped(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose every forecast is turned round: the return's sign, UP for DOWN."""
    turned = np.array([2, 1, 0, -1])
    return rows.assign(
        forecast=-rows["forecast"],
        p_down=rows["p_up"],
        p_up=rows["p_down"],
        call=turned[rows["call"].to_numpy(int)],
    )


def doubled(rows: pd.DataFrame, band: float) -> pd.DataFrame:
    """Rows to which twice the log return came that did."""
    ret = 2 * rows["ret"]
    move = np.round(np.expm1(ret), 9)
    return rows.assign(ret=ret, label=np.where(move > band, 2, np.where(move < -band, 0, 1)))
