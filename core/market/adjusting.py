"""From checked rows to bars: adjusted prices, and traded value in the market's unit."""

import numpy as np
import pandas as pd

from core.language import _
from core.market.schema import BAR_COLUMNS, PRICES, find_market

RECENT_ROWS = 250


def to_bars(rows: pd.DataFrame, market: str, notes: list[str] | None = None) -> pd.DataFrame:
    """Bars as the store keeps them, one for each checked row.

    Open to close are multiplied by adj_close / close where a row has an
    adjusted close, and kept as they are elsewhere: there ``raw_close``, which an
    export of the store writes, is the close as traded.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
        ``rows`` of `core.market.quality.rows.Checked`: of one symbol, or of
        several one after the other.
    market : str
    notes : list of str, optional
        What a careful reader should know about the traded values is added to it.

    Returns
    -------
    DataFrame, shape (n, 8)
        ``BAR_COLUMNS``, in the order of ``rows``.
    """
    close, adjusted = rows["close"].to_numpy(), rows["adj_close"].to_numpy()
    known = ~np.isnan(adjusted)
    factor = np.where(known, adjusted / close, 1.0)
    columns = {"date": rows["date"].to_numpy()}
    for name in PRICES:
        columns[name] = rows[name].to_numpy() * factor
    columns["close"] = np.where(known, adjusted, close)
    # The other prices carry rounding of the factor; the close is exact, so they give way.
    columns["high"] = np.maximum(columns["high"], np.maximum(columns["open"], columns["close"]))
    columns["low"] = np.minimum(columns["low"], np.minimum(columns["open"], columns["close"]))
    columns["volume"] = rows["volume"].to_numpy()
    columns["value"] = value_in_unit(rows, market, notes)
    columns["raw_close"] = np.where(known, close, rows["raw_close"].to_numpy())
    return pd.DataFrame({name: columns[name] for name in BAR_COLUMNS})


def value_in_unit(rows: pd.DataFrame, market: str, notes: list[str] | None = None) -> np.ndarray:
    """Traded value in price unit x shares: sources give it in VND, thousands or millions.

    The power of 1,000 is read off value / (close x volume) in the newest rows,
    where even back-adjusted closes are near the traded ones. Values that fit no
    power are left out.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    notes = [] if notes is None else notes
    value = rows["value"].to_numpy(dtype="float64")
    raw = rows["raw_close"].to_numpy()
    plain = np.where(np.isnan(raw), rows["close"].to_numpy(), raw) * rows["volume"].to_numpy()
    usable = (value > 0) & (plain > 0)
    if not usable.any():
        return value
    recent = rows["date"].where(usable).rank(method="first", ascending=False) <= RECENT_ROWS
    places = usable & recent.to_numpy(dtype=bool)
    power = float(np.median(np.log10(value[places] / plain[places])))
    thousands = round(power / 3) * 3
    if abs(power - thousands) > 0.5:
        notes.append(_("its traded values do not fit close x volume in any unit and were left out"))
        return np.full(len(value), np.nan)
    if thousands:
        notes.append(
            _("its traded values were divided by {factor}, into {unit}").format(
                factor=f"{10.0**thousands:g}", unit=_(find_market(market).unit)
            )
        )
    return value / 10.0**thousands
