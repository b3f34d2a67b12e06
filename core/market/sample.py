"""The sample inside: five US stocks, 2000 to 2013, so that an empty folder has prices."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from core.language import N_
from core.market.quality.record import inspect
from core.market.store import BarStore

SAMPLE_FILE = (
    Path(__file__).resolve().parent.parent.parent / "data" / "sample" / "us_2000_2013.parquet"
)
SAMPLE_LABEL = N_("sample: US, 2000 to 2013")
SAMPLE_MARKET = "US"
SAMPLE_SOURCE = "sample"

SPLITS: dict[str, tuple[tuple[str, float], ...]] = {
    "AAPL": (("2000-06-21", 2.0), ("2005-02-28", 2.0)),
    "MSFT": (("2003-02-18", 2.0),),
}
"""First day traded after each split inside the sample, and new shares for an old one.

The source counts that day's own volume still in old shares (data/sample/SOURCE.md).
"""
RESTATED_VOLUME: dict[str, float] = {"GOOG": 1.998}
"""The source restates GOOG's volume, not its prices, for the distribution of 2014."""

NAMES = pd.DataFrame(
    [
        ("AAPL", "Apple", "Information Technology", "Nasdaq"),
        ("FB", "Facebook", "Communication Services", "Nasdaq"),
        ("GOOG", "Google", "Communication Services", "Nasdaq"),
        ("IBM", "IBM", "Information Technology", "NYSE"),
        ("MSFT", "Microsoft", "Information Technology", "Nasdaq"),
    ],
    columns=["symbol", "name", "sector", "exchange"],
)


def ensure_sample(store: BarStore) -> bool:
    """Load the sample into a store that holds no symbol at all.

    Parameters
    ----------
    store : BarStore

    Returns
    -------
    bool
        Whether it was loaded now.
    """
    if not store.symbols(kind=None).empty:
        return False
    with store.exclusive():
        if not store.symbols(kind=None).empty:
            return False
        store.set_listing(SAMPLE_MARKET, NAMES)
        store.write(SAMPLE_MARKET, sample_bars(), source=SAMPLE_SOURCE)
        inspect(store, SAMPLE_MARKET)
    logging.getLogger(__name__).info("loaded the %s", SAMPLE_LABEL)
    return True


def sample_bars() -> dict[str, pd.DataFrame]:
    """The sample's bars as the store keeps them, adjusted for splits and dividends.

    Open to close are multiplied by adj_close / close, divided by that factor on
    the last day: the last bar keeps the price it traded at, and what happened
    after the sample scales nothing inside it. Volume is in shares of the last
    day; value is as-traded close x as-traded volume.

    Returns
    -------
    dict of str to DataFrame
        Columns `core.market.schema.BAR_COLUMNS`.
    """
    table = pq.read_table(SAMPLE_FILE).to_pandas()
    table = table.astype(dict.fromkeys(("open", "high", "low", "close"), "float64"))
    table["date"] = pd.to_datetime(table["date"]).astype("datetime64[ns]")
    return {
        str(symbol): _adjust(str(symbol), rows)
        for symbol, rows in table.groupby("symbol", observed=True)
    }


def _adjust(symbol: str, rows: pd.DataFrame) -> pd.DataFrame:
    dates = rows["date"].to_numpy()
    close = rows["close"].to_numpy()
    factor = rows["adj_close"].to_numpy() / close
    factor = factor / factor[-1]
    traded = rows["volume"].to_numpy(dtype="float64") / RESTATED_VOLUME.get(symbol, 1.0)
    volume = traded.copy()
    for day, ratio in SPLITS.get(symbol, ()):
        effective = np.datetime64(day)
        traded[dates == effective] *= ratio
        volume[dates <= effective] *= ratio
    bars = {"date": dates}
    bars |= {name: rows[name].to_numpy() * factor for name in ("open", "high", "low", "close")}
    # Rounding in a product must not lift a close above its high.
    bars["high"] = np.maximum(bars["high"], np.maximum(bars["open"], bars["close"]))
    bars["low"] = np.minimum(bars["low"], np.minimum(bars["open"], bars["close"]))
    bars |= {"volume": volume, "value": close * traded, "raw_close": close}
    return pd.DataFrame(bars)
