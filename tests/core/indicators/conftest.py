"""Real daily bars for the indicators: a few Vietnamese stocks, and the sample."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.market.sample import sample_bars

# Large banks and blue chips, the shortest histories, and those with most silent sessions.
VN_STOCKS = ("VNM", "VCB", "VIC", "AAV", "TDP", "HHV", "SCI", "IPA")


@lru_cache
def read_vn(file: Path) -> dict[str, pd.DataFrame]:
    frame = pd.read_parquet(file, filters=[("symbol", "in", VN_STOCKS)])
    frame = frame.astype({"date": "datetime64[ns]", "volume": float})
    frame["value"] = frame["raw_close"] = np.nan
    return {
        symbol: bars.sort_values("date").reset_index(drop=True)
        for symbol, bars in frame.groupby("symbol")
    }


@pytest.fixture
def vn_stocks(vn_data):
    return read_vn(vn_data / "daily.parquet")


@pytest.fixture(scope="session")
def sample_stocks():
    return sample_bars()
