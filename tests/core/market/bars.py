"""Made-up bars for tests of the store."""

import numpy as np
import pandas as pd


def make_bars(rows: int = 30, start: str = "2024-01-02", level: float = 20.0) -> pd.DataFrame:
    """Business days of slowly rising prices; the same arguments give the same bars."""
    close = level * (1 + 0.01 * np.arange(rows))
    return pd.DataFrame(
        {
            "date": pd.date_range(start, periods=rows, freq="B").as_unit("ns"),
            "open": close,
            "high": close * 1.02,
            "low": close * 0.98,
            "close": close,
            "volume": 1000.0 + np.arange(rows),
            "value": np.nan,
            "raw_close": np.nan,
        }
    )


CSV_HEADER = "symbol,date,open,high,low,close,volume\n"


def csv_lines(symbol: str, rows: int = 5, start: str = "2024-01-02") -> str:
    """The same as lines of CSV, without the header."""
    bars = make_bars(rows, start)
    return "".join(
        f"{symbol},{r.date:%Y-%m-%d},{r.open:.4f},{r.high:.4f},{r.low:.4f},{r.close:.4f},"
        f"{r.volume:.0f}\n"
        for r in bars.itertuples()
    )
