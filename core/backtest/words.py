"""What a backtest says in words, for pages and the command line."""

from core.backtest.portfolio import CHOICES, WEIGHTS
from core.formats import day, moment, number, percent
from core.language import N_, _, ngettext

CURVE_NAMES = {
    "strategy": N_("Following the forecasts"),
    "without_costs": N_("The same without costs"),
    "buy_and_hold": N_("The same stocks, bought and held"),
    "index": N_("Index, prices alone"),
}
NOT_APPLIED = {
    "lots": N_("board lots"),
    "ticks": N_("ticks"),
    "dividend_tax": N_("the tax on dividends"),
}
RULE_NAMES = {
    "vn": N_("Vietnam's rules"),
    "us": N_("United States"),
    "none": N_("No rules"),
}


def title(one: dict) -> str:
    """A backtest in a line: what was held, how long, under which rules."""
    choice = one["choice"]
    if choice["by"] == "up":
        held = _("UP calls from {least}").format(least=percent(choice["least"], 0))
    elif choice["by"] == "p_up":
        held = _("top {count} by P(UP)").format(count=choice["top"])
    else:
        held = _("top {count} by expected return").format(count=choice["top"])
    every = _("weekly") if choice["every"] == 1 else _("four-weekly")
    return _("{held}, {every}, {rules}, {stocks} stocks, {first} to {last}").format(
        held=held,
        every=every,
        rules=_(RULE_NAMES[one["rules"]["name"]]),
        stocks=one["stocks"],
        first=day(one["first"]),
        last=day(one["last"]),
    )


def choice_name(by: str) -> str:
    """How stocks are chosen, for a form."""
    return _(CHOICES[by])


def weights_name(weights: str) -> str:
    """How much of each, for a form."""
    return _(WEIGHTS[weights])


def said_of(one: dict) -> list[str]:
    """The sentences under the table of a backtest."""
    return [
        sentence
        for sentence in (
            aim_sentence(one),
            ahead_sentence(one),
            trust_sentence(one),
            starts_sentence(one),
            money_sentence(one),
            index_sentence(one),
            not_applied_sentence(one),
            stopped_sentence(one),
            survivors_sentence(one),
            source_sentence(one),
        )
        if sentence
    ]


def aim_sentence(one: dict) -> str:
    """The specification's aim beside what was measured."""
    m = one["measures"]["strategy"]
    if m["sharpe"] is None:
        return _("Nothing was ever bought: there is no Sharpe ratio.")
    known = m["sharpe_low"] is not None
    told = _("Aim: a Sharpe ratio above {aim}. Measured: {sharpe}").format(
        aim=number(one["aim_sharpe"], 1), sharpe=number(m["sharpe"], 2)
    )
    if not known:
        return f"{told}."
    return _("{measured} (95 % interval {low} to {high}).").format(
        measured=told, low=number(m["sharpe_low"], 2), high=number(m["sharpe_high"], 2)
    )


def ahead_sentence(one: dict) -> str:
    """Whether following beat holding the same stocks, and how sure that is."""
    gap = one.get("ahead_of_hold")  # older backtests have none
    if gap is None or gap["low"] is None:
        return ""
    told = {name: percent(value, sign=True) for name, value in gap.items()}
    if gap["low"] > 0:
        return _(
            "It grew faster than the same stocks bought and held: {mean} a year (95 % interval "
            "{low} to {high})."
        ).format(**told)
    if gap["high"] < 0:
        return _(
            "It grew slower than the same stocks bought and held: {mean} a year (95 % interval "
            "{low} to {high})."
        ).format(**told)
    return _(
        "Against the same stocks bought and held: {mean} a year, 95 % interval {low} to {high}. "
        "The interval holds zero, so this history does not tell which is better."
    ).format(**told)


def trust_sentence(one: dict) -> str:
    """The deflated ratio, and for how many tries."""
    if one["deflated_sharpe"] is None:
        return ""
    return ngettext(
        "Deflated Sharpe ratio {share}: the probability that the true ratio is above what luck "
        "alone gives the best of {count} setting tried on these forecasts.",
        "Deflated Sharpe ratio {share}: the probability that the true ratio is above what luck "
        "alone gives the best of {count} settings tried on these forecasts.",
        one["tried"],
    ).format(share=percent(one["deflated_sharpe"]), count=one["tried"])


def starts_sentence(one: dict) -> str:
    """How much the week of the first purchase decides."""
    ratios = [start["sharpe"] for start in one["starts"] if start["sharpe"] is not None]
    if len(ratios) < 2:
        return ""
    return _(
        "By the week of the first purchase alone the Sharpe ratio lies between {low} and {high}."
    ).format(low=number(min(ratios), 2), high=number(max(ratios), 2))


def money_sentence(one: dict) -> str:
    """Turnover, costs, exposure, orders."""
    skipped = sum(one["skipped"].values())
    return _(
        "Turnover {turnover} times a year, costs {costs} of the worth a year, {exposure} in stocks "
        "on average; {trades} trades, {skipped} orders not or not wholly filled."
    ).format(
        turnover=number(one["turnover"], 1),
        costs=percent(one["costs_share"], 2),
        exposure=percent(one["exposure"], 0),
        trades=number(one["trades"]),
        skipped=number(skipped),
    )


def index_sentence(one: dict) -> str:
    """That the index has no dividends, where it stands beside."""
    if "index" not in one["measures"]:
        return ""
    return _(
        "The index is of prices alone, without dividends, which the adjusted prices of the stocks "
        "contain: compare with the stocks bought and held. Alpha and beta are against those."
    )


def not_applied_sentence(one: dict) -> str:
    """Rules that these prices cannot tell."""
    if not one["not_applied"]:
        return ""
    return _("Not applied, for want of prices as they were traded: {rules}.").format(
        rules=", ".join(_(NOT_APPLIED[name]) for name in one["not_applied"])
    )


def stopped_sentence(one: dict) -> str:
    """Stocks held that no longer trade."""
    if not one["stopped"]:
        return ""
    named = ", ".join(f"{symbol} ({day(last)})" for symbol, last in one["stopped"].items())
    return _("Held to the end at their last price, as they no longer trade: {stocks}.").format(
        stocks=named
    )


def source_sentence(one: dict) -> str:
    """Whose forecasts were followed, and when it was run."""
    return _(
        "Followed: {source}, {count} forecasts of {weeks} weeks by {fits} fits, none of which had "
        "learned from the weeks it forecast. Run {created}."
    ).format(
        source=one["source"],
        count=number(one["forecasts"]),
        weeks=number(one["weeks"]),
        fits=number(one["origins"]),
        created=moment(one["created"]),
    )


def survivors_sentence(one: dict) -> str:
    """The warning where nobody failed."""
    if not one["survivors_only"]:
        return ""
    return _(
        "Only survivors: every stock here still trades at the end. Those that were delisted are "
        "missing, so every curve of stocks looks better than it could have been, this one too."
    )
