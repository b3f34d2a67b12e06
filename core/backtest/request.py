"""Asking for a backtest: what a form or a command holds, checked, as a queued job."""

from dataclasses import asdict, replace
from pathlib import Path

from core import registry
from core.backtest import signals
from core.backtest.market import PRESETS, Rules
from core.backtest.portfolio import Choice
from core.errors import UserError
from core.evaluation import records as evaluations
from core.jobs.store import Job, JobStore
from core.language import _
from core.market.schema import find_market
from core.market.store import BarStore

EVALUATION, VERSION, RECORDS = "evaluation", "version", "records"
SOURCES = (EVALUATION, VERSION, RECORDS)
"""Whose out-of-sample forecasts lead: a walk-forward's, a training run's, the stored records."""
CAPITAL = {"VN": 1e7, "US": 1e6}
"""To begin with, in the unit of prices: ten thousand million VND, a million USD."""
LIQUIDITY = 0.1
MOST_CAPITAL = 1e15


def default_rules(market: str) -> str:
    """The preset of rules of a market."""
    return "vn" if market == "VN" else "us"


def make_rules(preset: str, **changes: float | None) -> Rules:
    """A preset's rules with a broker's own figures in them; None keeps the preset's.

    Raises
    ------
    UserError
        If a figure is out of its bounds.
    """
    return replace(
        PRESETS[preset], **{name: value for name, value in changes.items() if value is not None}
    )


def request_backtest(
    data_dir: Path,
    market: str,
    choice: Choice,
    rules: Rules,
    *,
    source: str = EVALUATION,
    of: str | None = None,
    symbols: list[str] | None = None,
    cash_rate: float = 0.0,
    liquidity: float | None = LIQUIDITY,
    capital: float | None = None,
    by: str,
) -> tuple[Job, bool]:
    """Submit a backtest.

    Parameters
    ----------
    data_dir : Path
    market : str
    choice : Choice
    rules : Rules
    source : {"evaluation", "version", "records"}
    of : str, optional
        The evaluation's name (the newest by default), or the version's number.
    symbols : list of str, optional
        Every stock of the market by default.
    cash_rate : float
        Earned on cash a year.
    liquidity : float or None
        Most that one order may be of the 20-day median value; None for any.
    capital : float, optional
        In the unit of prices.
    by : str

    Returns
    -------
    tuple of (Job, bool)
        As `JobStore.submit`.

    Raises
    ------
    UserError
        If there are no such forecasts, or a figure is out of its bounds.
    """
    market = find_market(market).code
    capital = CAPITAL[market] if capital is None else capital
    if not 0 < capital <= MOST_CAPITAL:
        raise UserError(_("The capital must be above 0."))
    if not -0.2 <= cash_rate <= 0.5:
        raise UserError(_("The rate on cash must lie between -20 % and 50 % a year."))
    if liquidity is not None and not 0 < liquidity <= 1:
        raise UserError(_("The liquidity cap must lie above 0 and at most at 100 %."))
    if symbols is not None:
        symbols = sorted({BarStore(data_dir).find(symbol, market)[1] for symbol in symbols})
    params = {
        "market": market,
        "symbols": symbols,
        "source": source,
        "of": _checked(data_dir, market, source, of),
        "choice": asdict(choice),
        "rules": asdict(rules),
        "cash_rate": cash_rate,
        "liquidity": liquidity,
        "capital": capital,
    }
    return JobStore(data_dir).submit("backtest", params, requested_by=by)


def forecasts_of(data_dir: Path, params: dict) -> signals.Signals:
    """The out-of-sample forecasts that a request names.

    Raises
    ------
    UserError
        If they are gone, or there are none.
    """
    if params["source"] == RECORDS:
        return signals.of_records(data_dir, params["market"])
    if params["source"] == VERSION:
        return signals.of_version(registry.get(registry.PRICE, int(params["of"])))
    return signals.of_evaluation(data_dir, params["of"])


def _checked(data_dir: Path, market: str, source: str, of: str | None) -> str:
    if source == RECORDS:
        return ""
    if source == VERSION:
        if not (of or "").isdecimal():
            raise UserError(_("Say which version of the price model: a whole number."))
        version = registry.get(registry.PRICE, int(of))
        if version.market != market:
            raise UserError(
                _("{name} forecasts another market than {market}.").format(
                    name=version.name, market=market
                )
            )
        return of
    if of is None:
        newest = evaluations.newest(data_dir, market)
        if newest is None:
            raise UserError(
                _(
                    "No evaluation of this market has run, so there are no out-of-sample forecasts "
                    "to follow: start one on the Evidence page or with `python -m core evaluate`."
                )
            )
        return newest["id"]
    if evaluations.get(data_dir, of)["market"] != market:
        raise UserError(
            _("The evaluation {name} is of another market than {market}.").format(
                name=of, market=market
            )
        )
    return of
