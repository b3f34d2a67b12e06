"""``python -m core forecast``: next month's price and call."""

import argparse

import pandas as pd

from core import forecasts
from core.access import actor
from core.cli.following import follow
from core.errors import UserError
from core.market.schema import MARKETS, check_symbol
from core.market.store import BarStore
from core.settings import settings
from models.calls import NO_CLEAR_DIRECTION

NAME = "forecast"
HELP = "forecast with the versions in production, or print what is stored"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--symbol", metavar="S", help="one stock")
    which.add_argument("--all", action="store_true", help="every stock (the default)")
    parser.add_argument("--as-of", metavar="DATE", help="an earlier week, by any of its days")


def run(args: argparse.Namespace) -> dict:
    """Compute the forecasts unless they are stored already; then read them."""
    from core import registry  # MLflow takes a second to load; --help should not
    from core.promotion import request_forecasts, serving

    data_dir = settings().data_dir
    store = BarStore(data_dir)
    current, reason, instead = registry.production(), "", ""
    try:
        current, instead = serving(data_dir)
    except UserError as error:
        reason = str(error)
    if args.symbol is not None:
        market, symbol = store.find(check_symbol(args.symbol))
        trained = current[registry.PRICE].market if registry.PRICE in current else ""
        if not reason and market != trained:
            raise UserError(
                f"No model for the market {market} yet: {symbol} is there, and production was "
                f"trained on {trained}. Run `python -m core train --all --market {market}`, "
                "then promote both versions."
            )
    versions = tuple(v.version for v in (current.get(m) for m in registry.MODELS) if v)
    shown = forecasts.current(data_dir)
    fresh = (
        args.as_of is None
        and not reason
        and (shown.get("price_version"), shown.get("pattern_version")) == versions
        and shown["revision"] == store.revision()
        and shown["as_of"] == str(forecasts.last_complete_week(data_dir, shown["market"]).date())
    )
    if not fresh:
        job = request_forecasts(data_dir, by=actor().name, as_of=args.as_of)
        job = follow(data_dir, job, quiet=args.json)
        if job.state != "done":
            return {"failed": True, "state": job.state, "message": job.message, "forecasts": []}
        shown = job.result
        versions = tuple(job.params[model] for model in registry.MODELS)
    found = forecasts.of_week(data_dir, shown["market"], shown["as_of"], versions)
    if args.symbol is not None:
        found = found[found["symbol"] == symbol]
    return {
        "unit": MARKETS[shown["market"]].unit,
        "instead": instead,
        "forecasts": _records(found),
    }


def render(payload: dict) -> str:
    """One line a stock; its baseline, interval and versions beside it."""
    if payload.get("failed"):
        return f"No forecasts: the job {payload['state']}. {payload['message']}"
    if not payload["forecasts"]:
        return "There is no forecast."
    first = payload["forecasts"][0]
    lines = [
        f"Statistical {first['horizon_weeks']}-week forecast as of {first['as_of']} for "
        f"{first['target_date']}, {payload['unit']}; price_target_model "
        f"v{first['price_version']}, pattern_lstm_classifier v{first['pattern_version']}.",
        "The baseline is no change: the close. Interval: 80 %, from out-of-sample weeks. In "
        "brackets: how often each class came in all weeks learned from.",
    ]
    if payload["instead"]:
        lines.append(payload["instead"])
    if any(f["call"] == NO_CLEAR_DIRECTION for f in payload["forecasts"]):
        lines.append(
            "No clear direction: the call is withheld, because its probability lies too near the "
            "usual one or such calls were not right more often than usual out-of-sample."
        )
    if first["in_sample"]:
        lines.append("In-sample: these versions were trained on this week; no proof of skill.")
    for f in payload["forecasts"]:
        if not f["call"]:
            lines.append(f"{f['symbol']:<8} no forecast. {f['reason']}")
            continue
        lines.append(
            f"{f['symbol']:<8} close {f['close']:.2f}  forecast {f['price']:.2f} "
            f"({f['ret_simple']:+.1%}), {f['price_low']:.2f} to {f['price_high']:.2f}  "
            f"{f['call']:<8} " + " ".join(_beside(f, name) for name in ("DOWN", "SIDEWAYS", "UP"))
        )
    return "\n".join(lines)


def _beside(forecast: dict, name: str) -> str:
    """A probability beside its prior, where the record has one."""
    usual = forecast[f"prior_{name.lower()}"]
    said = f"{name} {forecast[f'p_{name.lower()}']:.0%}"
    return said if usual is None else f"{said} ({usual:.0%})"


def _records(found: pd.DataFrame) -> list[dict]:
    frame = found.assign(ret_simple=found["price"] / found["close"] - 1)
    for name in ("as_of", "target_date"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%d")
    return [
        {name: None if pd.isna(value) else value for name, value in record.items()}
        for record in frame.astype(object).to_dict("records")
    ]
