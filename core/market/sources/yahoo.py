"""Prices from Yahoo through yfinance: most of the world's symbols, with no extra step."""

from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd

from core.language import N_, _
from core.market.schema import MARKETS
from core.market.sources.base import Listing, Promise, SourceError

SUFFIX = {"VN": ".VN", "US": ""}
SCALE = {"VN": 1000.0, "US": 1.0}
"""Yahoo quotes Vietnamese stocks in VND; kept are thousand VND."""
LIMITED_SECONDS = 60.0
SECONDS = 20.0
"""For one request; an answer takes up to three of them (cookie, crumb, prices)."""
COLUMNS = {
    "Open": "open",
    "High": "high",
    "Low": "low",
    "Close": "close",
    "Adj Close": "adj_close",
    "Volume": "volume",
}


class YahooSource:
    """Daily bars with Yahoo's adjusted close.

    Parameters
    ----------
    data_dir : Path
        Its cache of time zones and cookies goes there instead of HOME.
    session : curl_cffi Session, optional
        What carries the requests; for tests.
    """

    name = "yahoo"
    title = "Yahoo"
    markets = ("VN", "US")
    indices: ClassVar[dict[str, tuple[str, ...]]] = {"US": ("^GSPC",)}
    promise = Promise(
        unit=N_("US dollars, or VND for Vietnam (kept in thousand VND)"),
        adjusted=N_("as traded but for splits, with an adjusted close for splits and dividends"),
        per_minute=60,
        terms=N_("For personal use, by Yahoo's own terms; Weeklens passes nothing on."),
    )

    def __init__(self, data_dir: Path, session=None):
        self._cache = data_dir / "sources" / "yahoo"
        self._session = session

    def listing(self, market: str) -> Listing | None:
        """None: Yahoo has no list of a market's symbols; any symbol can be asked for."""
        return None

    def bars(self, market: str, symbol: str, kind: str, start: date, end: date) -> pd.DataFrame:
        """Bars adjusted for splits, an adjusted close, and the close as it was traded."""
        ticker = self._ticker(symbol, market, kind)
        try:
            frame = ticker.history(
                start=start.isoformat(),
                end=(end + timedelta(days=1)).isoformat(),
                auto_adjust=False,
                actions=True,
                timeout=SECONDS,
            )
        except Exception as error:
            raise self._explain(error, symbol) from None
        if frame.empty:
            raise SourceError(
                _("Yahoo has no prices of {symbol} in this range.").format(symbol=symbol), "empty"
            )
        if missing := [name for name in COLUMNS if name not in frame]:
            raise SourceError(
                _("Yahoo's answer for {symbol} lacks {column}.").format(
                    symbol=symbol, column=missing[0]
                ),
                "garbage",
            )
        bars = frame[list(COLUMNS)].rename(columns=COLUMNS)
        scale = 1.0 if kind == "index" else SCALE[market]
        prices = ["open", "high", "low", "close", "adj_close"]
        bars[prices] = bars[prices] / scale
        bars["raw_close"] = bars["close"] * _later_splits(frame)
        bars.insert(0, "date", pd.DatetimeIndex(frame.index).tz_localize(None).normalize())
        return bars.reset_index(drop=True)

    def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            self._session.close()

    def _ticker(self, symbol: str, market: str, kind: str):
        import yfinance  # here: it loads an HTTP client that only a refresh needs
        from curl_cffi.requests import Session

        if self._session is None:

            class Watched(Session):
                """A browser-like session that remembers the last status."""

                last_status = 0

                def request(self, method, url, **options):
                    response = super().request(method, url, **options)
                    self.last_status = response.status_code
                    return response

            self._session = Watched(impersonate="chrome")
        self._cache.mkdir(parents=True, exist_ok=True)
        yfinance.set_tz_cache_location(str(self._cache))
        yfinance.config.debug.hide_exceptions = False
        plain = kind == "index" or symbol.endswith(SUFFIX[market])
        name = symbol if plain else symbol + SUFFIX[market]
        ticker = yfinance.Ticker(name, session=self._session)
        # Else it asks for the time zone first, and keeps whatever comes back as long as we live.
        ticker._tz = MARKETS[market].timezone
        return ticker

    def _explain(self, error: Exception, symbol: str) -> SourceError:
        from curl_cffi.requests.exceptions import RequestException
        from yfinance.exceptions import YFRateLimitError, YFTickerMissingError

        status = getattr(self._session, "last_status", 0)
        if isinstance(error, YFRateLimitError) or status == 429:
            return SourceError(_("Yahoo asks for fewer requests."), "limited", LIMITED_SECONDS)
        if status in (401, 403):
            return SourceError(
                _("Yahoo refuses requests from here ({status}).").format(status=status), "blocked"
            )
        if status >= 500:
            return SourceError(
                _("Yahoo does not answer properly ({status}).").format(status=status),
                "unreachable",
            )
        if isinstance(error, YFTickerMissingError):
            return SourceError(_("Yahoo has no prices of {symbol}.").format(symbol=symbol), "empty")
        if isinstance(error, RequestException | OSError) and not isinstance(error, ValueError):
            return SourceError(_("Yahoo does not answer."), "unreachable")
        return SourceError(
            _("Yahoo's answer for {symbol} could not be read ({reason}).").format(
                symbol=symbol, reason=type(error).__name__
            ),
            "garbage",
        )


def _later_splits(frame: pd.DataFrame) -> np.ndarray:
    """For each day the shares that one share has become since: closes times it are as traded.

    Exact where the range reaches to the present, as every refresh does.
    """
    ratio = frame.get("Stock Splits", pd.Series(0.0, index=frame.index)).to_numpy(float)
    ratio = np.where(ratio > 0, ratio, 1.0)
    after = np.append(ratio[1:], 1.0)
    return np.cumprod(after[::-1])[::-1]
