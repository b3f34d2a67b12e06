"""Small made-up markets whose outcome can be worked out by hand."""

import numpy as np

from core.backtest.engine import Prices


def prices(opening, *, start="2023-01-02", exchange="HOSE", factor=None, value=1e12, **more):
    """A market of columns of opens; every close is the open, every day a weekday."""
    opening = np.array(opening, dtype=float)
    opening = opening[:, None] if opening.ndim == 1 else opening
    t, n = opening.shape
    first = np.datetime64(start)
    days = np.busday_offset(first, np.arange(t), roll="forward").astype("datetime64[ns]")
    return Prices(
        days=days,
        symbols=tuple("ABCDEFGH"[:n]),
        open=opening,
        close=more.pop("close", opening),
        value=np.full((t, n), float(value)),
        exchange=(exchange,) * n,
        listed=np.full(n, np.datetime64("2000-01-01", "ns")),
        factor=None if factor is None else np.full((t, n), float(factor)),
        **more,
    )
