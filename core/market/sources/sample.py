"""The sample inside as a source: five US stocks that never change."""

from datetime import date
from pathlib import Path
from typing import ClassVar

import pandas as pd

from core.language import N_, _
from core.market.sample import NAMES, SAMPLE_MARKET, sample_bars
from core.market.sources.base import Listing, Promise, SourceError


class SampleSource:
    """Bars that are shipped with the app."""

    name = "sample"
    title = N_("Sample (US, 2000 to 2013)")
    markets = (SAMPLE_MARKET,)
    indices: ClassVar[dict[str, tuple[str, ...]]] = {}
    promise = Promise(
        unit=N_("US dollars"),
        adjusted=N_("adjusted for splits and dividends to the last day of the sample"),
        fixed=True,
    )

    def __init__(self, data_dir: Path):
        self._bars: dict[str, pd.DataFrame] = {}

    def listing(self, market: str) -> Listing:
        """The five names."""
        return Listing(NAMES)

    def bars(self, market: str, symbol: str, kind: str, start: date, end: date) -> pd.DataFrame:
        """The sample's bars in the range."""
        self._bars = self._bars or sample_bars()
        if symbol not in self._bars:
            raise SourceError(
                _("{symbol} is not in the sample ({names}).").format(
                    symbol=symbol, names=", ".join(self._bars)
                ),
                "empty",
            )
        bars = self._bars[symbol]
        return bars[bars["date"].between(pd.Timestamp(start), pd.Timestamp(end))]

    def close(self) -> None:
        """Nothing to let go of."""
