"""Reads from core, kept until the prices change."""

import json
from math import isnan, nan
from pathlib import Path
from uuid import uuid4

import pandas as pd
import streamlit as st

from core import db, forecasts, home
from core.backtest import records as past_backtests
from core.breadth import IndexLine, index_lines
from core.changes import Resolved, Since, resolved, since_last_week
from core.comparison.result import Comparison, compare
from core.evaluation import records
from core.indicators.standing import Standing, standings
from core.indicators.store import IndicatorStore
from core.language import language
from core.market.quality.record import inspect
from core.market.store import BarStore
from core.monitoring.scoring import Pair, scored
from core.monitoring.trends import Trends, trends
from core.overview import market_overview
from core.registry import Version
from core.resolved import resolve
from core.settings import settings
from core.training import out_of_sample
from core.watch import watch_table


def store() -> BarStore:
    """The price store of this data folder."""
    return BarStore(settings().data_dir)


@st.cache_data(max_entries=8, show_spinner=False)
def _symbols(data_dir: Path, market: str | None, revision: str) -> pd.DataFrame:
    return BarStore(data_dir).symbols(market)


def known_symbols(market: str | None = None) -> pd.DataFrame:
    """The stocks in the store, of one market or of all."""
    return _symbols(settings().data_dir, market, store().revision())


# These depend on the clock, too: a minute is soon enough to see that a week has ended.
@st.cache_data(max_entries=8, ttl=60, show_spinner=False)
def _standing(data_dir: Path, state: tuple) -> list[home.MarketState]:
    return home.market_states(data_dir)


@st.cache_data(max_entries=8, ttl=60, show_spinner=False)
def _notices(data_dir: Path, state: tuple, spoken: str) -> list[home.Notice]:
    return home.notices(data_dir)


def market_states() -> list[home.MarketState]:
    """Each market that has stocks; see ``core.home``."""
    return _standing(settings().data_dir, written_state(settings().data_dir))


def notices() -> list[home.Notice]:
    """What needs attention; see ``core.home``."""
    return _notices(settings().data_dir, written_state(settings().data_dir), language())


@st.cache_data(max_entries=8, show_spinner=False)
def _overview(data_dir: Path, market: str, revision: str) -> pd.DataFrame:
    return market_overview(BarStore(data_dir), market)


def overview(market: str) -> pd.DataFrame:
    """Last close, changes and sparkline of every stock of a market."""
    return _overview(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _index_lines(data_dir: Path, market: str, revision: str) -> list[IndexLine]:
    return index_lines(BarStore(data_dir), market)


def indices(market: str) -> list[IndexLine]:
    """Level, changes and sparkline of the indices a market's header shows."""
    return _index_lines(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=64, show_spinner=False)
def _weekly(data_dir: Path, market: str, symbol: str, revision: str) -> pd.DataFrame:
    return IndicatorStore(BarStore(data_dir)).weekly(market, symbol)


def weekly(market: str, symbol: str) -> pd.DataFrame:
    """Weekly bars, helper levels and the 20 indicators of one stock, complete weeks only."""
    return _weekly(settings().data_dir, market, symbol, store().revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _recent(data_dir: Path, market: str, revision: str) -> pd.DataFrame:
    return IndicatorStore(BarStore(data_dir)).recent(market)


def recent_weeks(market: str) -> pd.DataFrame:
    """Weekly bars and indicators of all stocks in the last weeks; see ``IndicatorStore.recent``."""
    return _recent(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=64, show_spinner=False)
def _standings(
    data_dir: Path, market: str, symbol: str, revision: str, among: tuple[str, ...]
) -> dict[str, Standing]:
    frame = _weekly(data_dir, market, symbol, revision)
    late = _recent(data_dir, market, revision)
    if late.empty or frame.empty:
        return standings(frame, late)
    same_week = (late["week"] == frame.index[-1]) & (late["symbol"] != symbol)
    if among:
        same_week &= late["symbol"].isin(among)
    return standings(frame, late[same_week])


def indicator_standings(market: str, symbol: str, among: list[str]) -> dict[str, Standing]:
    """How a stock's indicators stand in its own history and among others (none: the market)."""
    where = (settings().data_dir, market, symbol, store().revision())
    return _standings(*where, tuple(among))


@st.cache_data(max_entries=32, show_spinner=False)
def _daily(data_dir: Path, market: str, symbol: str, revision: str) -> pd.DataFrame:
    return BarStore(data_dir).bars(market, symbol)


def daily_bars(market: str, symbol: str) -> pd.DataFrame:
    """Daily bars of one stock or index."""
    return _daily(settings().data_dir, market, symbol, store().revision())


@st.cache_data(max_entries=64, show_spinner=False)
def _past(
    data_dir: Path,
    market: str,
    symbol: str,
    revision: str,
    count: int,
    through: pd.Timestamp | None,
) -> pd.DataFrame:
    bars = {symbol: _daily(data_dir, market, symbol, revision)}
    return resolve(forecasts.history(data_dir, market, symbol), bars, through)


def past_forecasts(market: str, symbol: str) -> pd.DataFrame:
    """Every stored forecast of one stock, held against what came; see ``core.resolved``."""
    data_dir = settings().data_dir
    through = forecasts.last_complete_week(data_dir, market)
    return _past(data_dir, market, symbol, store().revision(), forecasts.count(data_dir), through)


@st.cache_data(max_entries=8, show_spinner=False)
def _index_names(data_dir: Path, market: str, revision: str) -> list[str]:
    return list(BarStore(data_dir).symbols(market, kind="index")["symbol"])


def known_indices(market: str) -> list[str]:
    """The indices in the store."""
    return _index_names(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _latest(data_dir: Path, market: str, revision: str) -> pd.DataFrame:
    return IndicatorStore(BarStore(data_dir)).latest(market)


def latest_week(market: str) -> pd.DataFrame:
    """The indicators of the last complete week, one row a stock that traded in it."""
    return _latest(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=8, ttl=300, show_spinner=False)
def _inspected(data_dir: Path, market: str, revision: str) -> bool:
    inspect(BarStore(data_dir), market)
    return True


def inspected(market: str) -> None:
    """Bring the findings of a market up to date with its prices, once after each change.

    And every five minutes: a damaged file that was put right by hand changes no revision.
    """
    _inspected(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _trends(data_dir: Path, state: tuple, market: str) -> Trends:
    return trends(data_dir, market)


def data_trends(market: str) -> Trends:
    """Prices, findings and the age of production week by week; see ``core.monitoring.trends``."""
    return _trends(settings().data_dir, shown_state(market), market)


@st.cache_data(max_entries=8, show_spinner=False)
def _forecasts(data_dir: Path, market: str, count: int, shown: str) -> pd.DataFrame:
    return forecasts.latest(data_dir, market)


def latest_forecasts(market: str) -> pd.DataFrame:
    """The records on show for a market, kept until others are shown or stored."""
    return _forecasts(settings().data_dir, market, *_records_on_show())


@st.cache_data(max_entries=8, show_spinner=False)
def _since(data_dir: Path, market: str, count: int, shown: str) -> Since | None:
    return since_last_week(data_dir, market)


def changes_of_week(market: str) -> Since | None:
    """What changed since the last forecast week; see ``core.changes.since_last_week``."""
    return _since(settings().data_dir, market, *_records_on_show())


@st.cache_data(max_entries=8, show_spinner=False)
def _month(data_dir: Path, market: str, count: int, shown: str, revision: str) -> Resolved | None:
    return resolved(data_dir, market, _recent(data_dir, market, revision))


def resolved_month(market: str) -> Resolved | None:
    """How the newest forecasts whose date has come ended; see ``core.changes.resolved``."""
    return _month(settings().data_dir, market, *_records_on_show(), store().revision())


# Only read, so all sessions share one.
@st.cache_resource(max_entries=8, show_spinner=False)
def _watch(state: tuple, market: str, index_quarter: float | None) -> pd.DataFrame:
    known = nan if index_quarter is None else index_quarter
    return watch_table(overview(market), latest_forecasts(market), known)


def watch(market: str, index_quarter: float) -> pd.DataFrame:
    """Every stock of a market with its forecast; see ``core.watch.watch_table``.

    Parameters
    ----------
    market : str
    index_quarter : float
        Return of the market's own index over 12 weeks; NaN where there is none.
    """
    # NaN is no key: it equals nothing, itself neither.
    kept = _watch(shown_state(market), market, None if isnan(index_quarter) else index_quarter)
    return kept.copy(deep=False)


def shown_state(market: str) -> tuple:
    """Changes with all that a market's table shows: prices, names, findings, forecasts."""
    data_dir = settings().data_dir
    return (str(data_dir), market, store().revision(), written_state(data_dir))


def written_state(data_dir: Path) -> tuple:
    """Changes with every commit to the database; never the same where that cannot be told."""
    return db.state(data_dir) or (uuid4().hex,)


def _records_on_show() -> tuple[int, str]:
    """Changes with every new record, and with which of them are shown."""
    data_dir = settings().data_dir
    return forecasts.count(data_dir), json.dumps(forecasts.current(data_dir), sort_keys=True)


@st.cache_data(max_entries=8, show_spinner=False)
def _evaluations(data_dir: Path, market: str, names: tuple[str, ...]) -> list[dict]:
    return records.all_records(data_dir, market)


def evaluations(market: str) -> list[dict]:
    """The evaluations of a market, the newest first."""
    data_dir = settings().data_dir
    return _evaluations(data_dir, market, records.names(data_dir))


@st.cache_data(max_entries=8, show_spinner=False)
def _backtests(data_dir: Path, market: str, names: tuple[str, ...]) -> list[dict]:
    return past_backtests.all_results(data_dir, market)


def backtests(market: str) -> list[dict]:
    """The backtests of a market, the newest first."""
    data_dir = settings().data_dir
    return _backtests(data_dir, market, past_backtests.names(data_dir))


@st.cache_data(max_entries=4, show_spinner=False)
def _scored(
    data_dir: Path, market: str, revision: str, count: int, through: str
) -> dict[Pair, pd.DataFrame]:
    return scored(data_dir, market)


def scored_forecasts(market: str) -> dict[Pair, pd.DataFrame]:
    """Stored forecasts that came due, by their versions; see ``core.monitoring.scoring``."""
    data_dir = settings().data_dir
    through = str(forecasts.last_complete_week(data_dir, market))
    return _scored(data_dir, market, store().revision(), forecasts.count(data_dir), through)


@st.cache_data(max_entries=24, show_spinner=False)
def _rows(uri: str, run_id: str, _version: Version) -> pd.DataFrame:
    return out_of_sample.read(_version)


# Only read once made; a comparison holds the rows of its versions, so few are kept. Its sentences
# are the reader's, hence the language in its key.
@st.cache_resource(max_entries=8, show_spinner="Comparing")
def _comparison(
    data_dir: Path,
    uri: str,
    who: tuple,
    others: tuple,
    prices: str,
    records: int,
    spoken: str,
    _versions: list[Version],
    _known: list[Version],
) -> Comparison:
    return compare(_versions, _known, data_dir, lambda version: _rows(uri, version.run_id, version))


def comparison(versions: list[Version], known: list[Version]) -> Comparison:
    """Versions of one model compared, kept until a version, its stage or what came changes."""
    uri, data_dir = settings().mlflow_uri, settings().data_dir
    ids = [
        tuple((v.name, v.stage, v.run_id, tuple(sorted(v.tags.items()))) for v in some)
        for some in (versions, known)
    ]
    where = (store().revision(), forecasts.count(data_dir), language())
    return _comparison(data_dir, uri, *ids, *where, versions, known)
