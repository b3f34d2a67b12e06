"""Which stocks satisfy a screen."""

import numpy as np
import pandas as pd

from core.indicators.catalogue import NAMES
from core.screener.fields import FIELDS
from core.screener.screen import CALLS, Screen


def screen_table(latest: pd.DataFrame, watch: pd.DataFrame) -> pd.DataFrame:
    """What screens look at: indicators of the last complete week beside the watchlist's table.

    Parameters
    ----------
    latest : DataFrame
        From ``IndicatorStore.latest``; may be empty.
    watch : DataFrame
        From ``core.watch.watch_table``, all stocks of the market.

    Returns
    -------
    DataFrame indexed by ``symbol``
        The columns named in ``FIELDS``, ``call`` and ``sector``; a stock that did not trade in
        the last complete week has no indicators.
    """
    own = [name for name in FIELDS if name not in NAMES]
    table = watch.set_index("symbol")[[*own, "call", "sector"]]
    indicators = latest.reindex(columns=list(NAMES)).reindex(table.index)
    return pd.concat([indicators.astype(float), table], axis=1)


def percentiles(values: pd.Series) -> pd.Series:
    """Place of each value among those present, 0 to 100; equal values share one place.

    100 x (number below + half of the other equal ones) / (number present − 1); a value
    without others is at 50. Missing stays missing.
    """
    values = values.astype(float)
    count = int(values.notna().sum())
    if count < 2:
        return values.where(values.isna(), 50.0)
    return 100 * (values.rank() - 1) / (count - 1)


def fits(table: pd.DataFrame, screen: Screen) -> pd.Series:
    """Which rows of `screen_table` satisfy a screen; a missing value satisfies no range."""
    kept = pd.Series(True, index=table.index)
    for condition in screen.conditions:
        field = FIELDS[condition.field]
        values = table[condition.field].astype(float)
        # Rounded as bounds are, so that what is shown as 0.3 is not above a bound of 0.3.
        values = percentiles(values) if condition.percentile else (values * field.scale).round(6)
        if condition.low is None and condition.high is None:
            continue
        kept &= values.notna()
        kept &= values >= (-np.inf if condition.low is None else condition.low)
        kept &= values <= (np.inf if condition.high is None else condition.high)
    if screen.calls:
        kept &= table["call"].isin([CALLS[call] for call in screen.calls])
    if screen.sectors:
        kept &= table["sector"].isin(screen.sectors)
    return kept
