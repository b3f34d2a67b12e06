"""Asking for an evaluation: which stocks, which years, about how long it will take."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.dataset import SEQUENCE_WEEKS
from core.errors import UserError
from core.evaluation import records
from core.evaluation.folds import EARLIER_FOLDS, LEAST_LEARNING_WEEKS, REFIT_WEEKS
from core.formats import day
from core.indicators.catalogue import WARMUP_WEEKS
from core.jobs.store import Job, JobStore
from core.language import _
from core.market.schema import find_market
from core.market.store import BarStore
from core.settings import settings

EARLIER_YEARS = 4
"""Left before the first year judged: what is fitted online needs an out-of-fold past."""
SECONDS_A_FOLD, SECONDS_A_FOLD_AND_STOCK = 10.0, 0.12
"""On two cores, for a machine that has not run an evaluation yet."""


@dataclass(frozen=True)
class Span:
    """The years that the stored prices allow.

    Attributes
    ----------
    begins, ends : Timestamp
        First and last week that can have indicators and a label.
    first, last : int
        Years judged unless others are asked for.
    """

    begins: pd.Timestamp
    ends: pd.Timestamp
    first: int
    last: int


def span(stocks: pd.DataFrame, horizon_weeks: int) -> Span:
    """The years to judge: from the first that leaves four years, or half the history, before it.

    Parameters
    ----------
    stocks : DataFrame
        Rows of `BarStore.symbols`.
    horizon_weeks : int

    Raises
    ------
    UserError
        If the history is too short for any year.
    """
    begins = stocks["first"].min() + pd.Timedelta(weeks=WARMUP_WEEKS)
    ends = stocks["last"].max() - pd.Timedelta(weeks=horizon_weeks)
    least = LEAST_LEARNING_WEEKS + SEQUENCE_WEEKS + horizon_weeks
    if (ends - begins).days < 7 * least:
        have = (stocks["last"].max() - stocks["first"].min()).days // 7
        raise UserError(
            _(
                "The longest history here has {have} weeks; an evaluation needs more than "
                "{needed}: {warmup} until there are indicators, {learning} to learn from, and some "
                "to judge."
            ).format(
                have=have,
                needed=least + WARMUP_WEEKS + horizon_weeks,
                warmup=WARMUP_WEEKS,
                learning=LEAST_LEARNING_WEEKS,
            )
        )
    before = min(pd.Timedelta(days=365.25 * EARLIER_YEARS), (ends - begins) / 2)
    from_here = begins + before
    year = from_here.year + (from_here.day_of_year > 1)
    return Span(begins, ends, min(year, ends.year), ends.year)


def request_evaluation(
    data_dir: Path,
    market: str,
    symbols: list[str] | None,
    first: int | None,
    last: int | None,
    *,
    by: str,
) -> tuple[Job, bool]:
    """Submit an evaluation.

    Parameters
    ----------
    data_dir : Path
    market : str
    symbols : list of str or None
        None means every stock of the market.
    first, last : int or None
        Years judged, both included; see `span` for what is taken where none is given.
    by : str

    Returns
    -------
    tuple of (Job, bool)
        As `JobStore.submit`.

    Raises
    ------
    UserError
        If the stored prices cannot be judged over these years.
    """
    stocks = stocks_of(BarStore(data_dir), market, symbols)
    known = span(stocks, settings().horizon_weeks)
    first, last = first or known.first, last or known.last
    if first > last:
        raise UserError(
            _("The first year ({first}) lies after the last ({last}).").format(
                first=first, last=last
            )
        )
    if first > known.ends.year or last < known.begins.year:
        raise UserError(
            _(
                "There are no weeks to judge from {first} to {last}: these prices have indicators "
                "and outcomes from {begins} to {ends}."
            ).format(first=first, last=last, begins=day(known.begins), ends=day(known.ends))
        )
    params = {
        "market": find_market(market).code,
        "symbols": None if symbols is None else sorted(set(symbols)),
        "first": int(first),
        "last": int(last),
    }
    return JobStore(data_dir).submit("evaluate", params, requested_by=by)


def stocks_of(store: BarStore, market: str, symbols: list[str] | None) -> pd.DataFrame:
    """Catalogue rows of what is to be evaluated.

    Raises
    ------
    UserError
        If there are no prices, or a symbol is not a stock of the market.
    """
    stocks = store.symbols(market)
    if symbols is not None:
        if lacking := sorted(set(symbols) - set(stocks["symbol"])):
            raise UserError(
                _("Not in the store of {market}: {names}.").format(
                    market=market, names=", ".join(lacking)
                )
            )
        stocks = stocks[stocks["symbol"].isin(symbols)]
    if stocks.empty:
        raise UserError(
            _("There are no prices of the market {market}: import some first.").format(
                market=market
            )
        )
    return stocks


def expected_seconds(
    data_dir: Path, stocks: pd.DataFrame, known: Span, first: int, last: int
) -> tuple[float, bool]:
    """About how long an evaluation will take.

    Returns
    -------
    tuple of (float, bool)
        Seconds, and whether they come from an evaluation that has run here.
    """
    judged_from = max(pd.Timestamp(first, 1, 1), known.begins)
    judged = max((min(pd.Timestamp(last, 12, 31), known.ends) - judged_from).days / 7, 1)
    earlier = max((judged_from - known.begins).days / 7 - LEAST_LEARNING_WEEKS, 0)
    folds = judged / REFIT_WEEKS + min(earlier / REFIT_WEEKS, EARLIER_FOLDS)
    usual = _usual_seconds(folds, len(stocks))
    whole = [r for r in records.all_records(data_dir) if r["folds_reused"] == 0]
    if not whole:
        return usual, False
    past = whole[0]
    return usual * past["seconds"] / _usual_seconds(past["folds"], past["count"]), True


def _usual_seconds(folds: float, stocks: int) -> float:
    return folds * (SECONDS_A_FOLD + SECONDS_A_FOLD_AND_STOCK * stocks)
