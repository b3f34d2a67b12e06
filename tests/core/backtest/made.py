"""Small made-up markets whose outcome can be worked out by hand."""

import numpy as np

from core.backtest.engine import Prices


def market(opens, *, start="2023-01-02", exchange="HOSE", factor=None, value=1e12, **more):
    """A market of columns of opens; every close is the open, every day a weekday."""
    opens = np.array(opens, dtype=float)
    opens = opens[:, None] if opens.ndim == 1 else opens
    t, n = opens.shape
    days = np.busday_offset(np.datetime64(start), np.arange(t), roll="forward")
    return Prices(
        days=days.astype("datetime64[ns]"),
        symbols=tuple("ABCDEFGH"[:n]),
        open=opens,
        close=np.array(more.pop("close", opens), dtype=float).reshape(t, n),
        value=np.full((t, n), float(value)),
        exchange=(exchange,) * n,
        listed=np.full(n, np.datetime64(more.pop("listed", "2000-01-01"), "ns")),
        factor=None if factor is None else np.full((t, n), float(factor)),
        **more,
    )
