"""Tool: the stored forecast of a stock, beside its baseline, with how far to trust it."""

import math
from pathlib import Path

from core import forecasts
from core.answers.arguments import Arguments, Market, Symbol
from core.answers.result import Figure, Link, Result, which_one
from core.answers.stocks import Stock, one_stock
from core.formats import day, number, percent, price
from core.language import N_, _, retold
from core.market.schema import MARKETS
from core.resolved import Record, record_of, resolved
from core.watch import call_name
from models.baselines import CLASSES

ODDS = {
    "UP": N_("Probability of rising more than {band}"),
    "SIDEWAYS": N_("Probability of staying within ±{band}"),
    "DOWN": N_("Probability of falling more than {band}"),
}


class ForecastArguments(Arguments):
    """Which stock."""

    symbol: Symbol
    market: Market = ""


def forecast(data_dir: Path, asked: ForecastArguments) -> Result:
    """The forecast on show for a stock: price beside no change, interval, probabilities, call."""
    stock = one_stock(data_dir, asked.symbol, asked.market)
    if not isinstance(stock, Stock):
        return which_one("forecast", stock)
    about = {"market": stock.market, "symbol": stock.symbol}
    base = Result(
        "forecast",
        _("{symbol}: forecast").format(symbol=stock.symbol),
        quotes={stock.symbol: stock.name} if stock.name else {},
        links=(Link("stock", _("Open {symbol}").format(symbol=stock.symbol), about),),
        about=about,
    )
    latest = forecasts.latest(data_dir, stock.market)
    mine = latest[latest["symbol"] == stock.symbol]
    if mine.empty:
        return base.with_facts(
            _(
                "There is no forecast of {symbol}: no version in production has forecast its "
                "market yet."
            ).format(symbol=stock.symbol)
        )
    record = mine.iloc[0].to_dict()
    as_of, target = (f"{record[name]:%Y-%m-%d}" for name in ("as_of", "target_date"))
    if not record["call"]:
        told = _("No forecast for this stock.") + " " + retold(record["reason"])
        return Result(**(_parts(base) | {"facts": (told,), "days": (as_of,)}))
    shown = forecasts.current(data_dir)
    past = record_of(resolved(data_dir, stock.market, stock.symbol))
    return Result(
        **(
            _parts(base)
            | {
                "facts": (*_sentences(record, stock.market), *_trust(shown, past)),
                "figures": (*_figures(record, stock.market), *_trust_figures(shown, past)),
                "links": (
                    *base.links,
                    Link("stock", _("Its past forecasts"), {**about, "part": "record"}),
                    Link("models", _("The versions behind it"), {}),
                ),
                "about": {**about, "record": record["id"]},
                "days": (as_of, target),
                "calls": (record["call"],),
            }
        )
    )


def _parts(result: Result) -> dict:
    return {name: getattr(result, name) for name in result.__dataclass_fields__}


def _sentences(record: dict, market: str) -> list[str]:
    place, change = MARKETS[market], record["price"] / record["close"] - 1
    said = [
        _(
            "Statistical {weeks}-week forecast for {day}: {price} {unit}, {change} against no "
            "change ({close}, the close of {as_of})."
        ).format(
            weeks=int(record["horizon_weeks"]),
            day=day(record["target_date"]),
            price=price(record["price"], place),
            unit=_(place.unit),
            change=percent(change, sign=True),
            close=price(record["close"], place),
            as_of=day(record["as_of"]),
        ),
        _("80 % interval: {low} to {high}.").format(
            low=price(record["price_low"], place), high=price(record["price_high"], place)
        ),
        " ".join(
            _("{what}: {share} (usually {usual}).").format(
                what=_(ODDS[name]).format(band=percent(record["band"], 0)),
                share=percent(record[f"p_{name.lower()}"], 0),
                usual=percent(record[f"prior_{name.lower()}"], 0),
            )
            for name in reversed(CLASSES)
        ),
        _("Call: {call}.").format(call=call_name(record["call"])),
    ]
    if record["in_sample"]:
        said.append(_("In-sample: the versions were trained on this week. It proves no skill."))
    return said


def _figures(record: dict, market: str) -> list[Figure]:
    place, symbol = MARKETS[market], record["symbol"]
    price_by = f"price_target_model v{record['price_version']}"
    pattern_by = f"pattern_lstm_classifier v{record['pattern_version']}"
    as_of = f"{record['as_of']:%Y-%m-%d}"

    def money(name: str, value: float, by: str = price_by) -> Figure:
        known = value if math.isfinite(value) else None
        return Figure(name, known, _(place.unit), place.price_digits, symbol, by, as_of)

    def share(name: str, value: float, by: str = pattern_by) -> Figure:
        known = 100 * value if math.isfinite(value) else None
        return Figure(name, known, "%", 0, symbol, by, as_of)

    band = percent(record["band"], 0)
    change = 100 * (record["price"] / record["close"] - 1)
    found = [
        money(_("Forecast price"), record["price"]),
        money(_("No change (the close)"), record["close"], ""),
        Figure(_("Forecast against no change"), change, "%", 1, symbol, price_by, as_of, sign=True),
        money(_("80 % interval, low"), record["price_low"]),
        money(_("80 % interval, high"), record["price_high"]),
        money(_("95 % interval, low"), record["price_low_95"]),
        money(_("95 % interval, high"), record["price_high_95"]),
        share(_("SIDEWAYS band"), record["band"], ""),
        Figure(_("Horizon, weeks"), record["horizon_weeks"], "", 0, symbol, price_by, as_of),
        Figure(_("Version of the price model"), record["price_version"], "", 0, symbol),
        Figure(_("Version of the pattern model"), record["pattern_version"], "", 0, symbol),
    ]
    for name in reversed(CLASSES):
        title = _(ODDS[name]).format(band=band)
        found.append(share(title, record[f"p_{name.lower()}"]))
        found.append(
            share(_("{what}, usually").format(what=title), record[f"prior_{name.lower()}"])
        )
    return [figure for figure in found if figure.value is not None]


def _trust(shown: dict, past: Record) -> list[str]:
    said = []
    scores = list(shown.get("scores", {}).values())
    if len(scores) == 2 and "test_MAPE" in scores[0]:
        said.append(
            _(
                "How far to trust it, out-of-sample: the price was missed by {miss} on average, "
                "no change by {miss_no_change}."
            ).format(
                miss=percent(scores[0]["test_MAPE"]),
                miss_no_change=percent(scores[0]["test_MAPE_no_change"]),
            )
        )
    if len(scores) == 2 and "test_calls_hit_rate" in scores[1]:
        said.append(
            _("Calls given were right in {right} (usually {usual}).").format(
                right=percent(scores[1]["test_calls_hit_rate"], 0),
                usual=percent(scores[1]["test_calls_usual_rate"], 0),
            )
        )
    if past.enough and past.calls:
        said.append(
            _(
                "Past forecasts of this stock, {count}: {hits} of {calls} calls right (usually "
                "{usual})."
            ).format(
                count=number(past.forecasts),
                hits=number(past.hits),
                calls=number(past.calls),
                usual=percent(past.usual, 0),
            )
        )
    return said


def _trust_figures(shown: dict, past: Record) -> list[Figure]:
    found = []
    for model, scores in shown.get("scores", {}).items():
        for key, name, digits in (
            ("test_MAPE", _("Price missed by, out-of-sample"), 1),
            ("test_MAPE_no_change", _("No change missed by, out-of-sample"), 1),
            ("test_coverage_80", _("Inside the 80 % interval, out-of-sample"), 0),
            ("test_calls_share", _("Forecasts with a call, out-of-sample"), 1),
            ("test_calls_hit_rate", _("Calls right, out-of-sample"), 0),
            ("test_calls_usual_rate", _("Classes called come usually"), 0),
        ):
            if key in scores and scores[key] is not None:
                found.append(Figure(name, 100 * scores[key], "%", digits, version=model))
    if past.enough:
        found.append(Figure(_("Past forecasts of this stock"), past.forecasts))
        found.append(Figure(_("Its calls"), past.calls))
        found.append(Figure(_("Its calls right"), past.hits))
        if past.calls:
            found.append(Figure(_("Its classes called come usually"), 100 * past.usual, "%"))
    return found
