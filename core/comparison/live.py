"""Stored forecasts of several versions whose target date has come: the live weeks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.comparison.choosing import trait
from core.comparison.ground import Ground, common_ground
from core.dataset import labels
from core.indicators.weekly import weekly_bars
from core.market.store import BarStore
from core.registry import PATTERN, Version
from core.training.out_of_sample import COLUMNS, PRIOR, PROBA
from models.baselines import CLASSES


def live_ground(data_dir: Path, versions: Sequence[Version]) -> Ground | None:
    """Matured forecasts that all versions stored for weeks none of them learned from.

    Parameters
    ----------
    data_dir : Path
    versions : sequence of Version
        Of one model, market, horizon and band.

    Returns
    -------
    Ground or None
        None where there is no such week.
    """
    first = versions[0]
    horizon, band = (trait(first, name) for name in ("horizon_weeks", "band"))
    learned = [trait(version, "last_week") for version in versions]
    if not (horizon and band and all(learned)):
        return None
    made = {version.version: _made(data_dir, version, max(learned)) for version in versions}
    if any(frame.empty for frame in made.values()):
        return None
    shared = set.intersection(*(set(frame["symbol"]) for frame in made.values()))
    store = BarStore(data_dir)
    there = sorted(shared & set(store.symbols(first.market)["symbol"]))
    came = outcomes(store, first.market, there, int(horizon), float(band))
    frames = {}
    for number, frame in made.items():
        frames[number] = frame.drop(columns=["close", "ret", "label", "target_date"]).merge(
            came, on=["symbol", "week"]
        )[list(COLUMNS)]
    ground = common_ground(frames)
    return ground if ground.rows else None


def outcomes(
    store: BarStore, market: str, symbols: Sequence[str], horizon_weeks: int, band: float
) -> pd.DataFrame:
    """What came after each week of some stocks, on prices as they are known now.

    Returns
    -------
    DataFrame
        ``symbol, week, target_date, close, ret, label``, only weeks whose target has come.
    """
    found = []
    columns = ["symbol", "week", "target_date", "close", "ret", "label"]
    # The market's own clock: a week that is still trading has no close yet.
    last = forecasts.last_complete_week(store.data_dir, market)
    if last is None:
        return pd.DataFrame(columns=columns)
    for symbol, daily in store.panel(market, symbols).items():
        weekly = weekly_bars(daily)
        weekly = weekly[weekly.index <= last]
        if weekly.empty:
            continue
        fridays = pd.date_range(weekly.index[0], last, freq="7D", name="week")
        close = weekly["close"].reindex(fridays).to_numpy()
        came = labels(
            fridays.to_numpy("datetime64[ns]"), close, [0, len(close)], last, horizon_weeks, band
        )
        frame = pd.DataFrame({"symbol": symbol, "week": fridays, "close": close, **came})
        found.append(frame.loc[frame["label"] >= 0, columns])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _made(data_dir: Path, version: Version, learned: str) -> pd.DataFrame:
    """A version's records in the columns of the out-of-sample rows, as first made."""
    records = forecasts.out_of_sample_of(data_dir, version.model, version.version)
    records = records[(records["call"] != "") & (records["market"] == version.market)]
    records = records[records["as_of"].astype(str) > learned]
    if version.model == PATTERN:
        # Records made before the prior was kept with each.
        records = records.dropna(subset=list(PRIOR))
    records = records.drop_duplicates(["symbol", "as_of"]).reset_index(drop=True)
    codes = {name: place for place, name in enumerate(CLASSES)}
    return pd.DataFrame(
        {
            "symbol": records["symbol"].astype(str),
            "week": records["as_of"],
            "target_date": records["target_date"],
            "close": records["close"],
            "ret": np.nan,
            "label": -1,
            "forecast": records["ret"],
            "half_80": records["ret_high"] - records["ret"],
            "half_95": records["ret_high_95"] - records["ret"],
            "move": records["move"],
            **{name: records[name] for name in (*PROBA, *PRIOR)},
            "call": records["call"].map(codes).fillna(-1).astype(int),
        }
    )
