"""Tools that ask for work: a training, a refresh. Only where a setting allows it, and the actor.

There is no tool that promotes: that is for a person on the Models page.
"""

from dataclasses import dataclass
from pathlib import Path

from core.answers.arguments import Arguments, Market
from core.answers.result import Link, Result
from core.answers.stocks import market_of
from core.errors import UserError
from core.jobs.store import JobStore
from core.language import _
from core.market.refresh.request import request_refresh
from core.market.schema import MARKETS
from core.settings import settings

PAGES = {"train": "training", "refresh": "data"}


@dataclass(frozen=True)
class Asker:
    """Who asks.

    Attributes
    ----------
    name : str
        As it stands in a job's record.
    allowed : bool
        Whether this actor's role may start work.
    """

    name: str
    allowed: bool = False

    @property
    def may_work(self) -> bool:
        """Whether tools that ask for work exist for this actor."""
        return self.allowed and settings().chat_jobs


READER = Asker("reader")
"""One who may only read."""


class WorkArguments(Arguments):
    """Which market."""

    market: Market = ""


def propose_training(data_dir: Path, asked: WorkArguments) -> Result:
    """A training of all stocks of a market, not begun."""
    market = market_of(data_dir, asked.market)
    return _proposed(
        "start_training",
        "train",
        market,
        _("Train both models on all stocks of {market}?").format(market=_(MARKETS[market].name)),
    )


def propose_refresh(data_dir: Path, asked: WorkArguments) -> Result:
    """A refresh of a market's prices, not begun."""
    market = market_of(data_dir, asked.market)
    return _proposed(
        "start_refresh",
        "refresh",
        market,
        _("Fetch newer prices of {market}?").format(market=_(MARKETS[market].name)),
    )


def begin(data_dir: Path, proposal: dict, asker: Asker) -> Result:
    """Queue what was proposed.

    Raises
    ------
    UserError
        If this actor may not, nothing of the kind can be asked for here, or the request does
        not fit.
    """
    if not asker.may_work:
        raise UserError(
            _(
                "Work is not started from here: use the Training or Data page, or have "
                "WEEKLENS_CHAT_JOBS switched on."
            )
        )
    kind, market = proposal.get("kind"), market_of(data_dir, proposal.get("market", ""))
    if kind == "train":
        from core.training.recipe import check_recipe, make_recipe

        recipe = make_recipe(market=market)
        check_recipe(recipe, data_dir)
        job, new = JobStore(data_dir).submit(
            "train", recipe.model_dump(mode="json"), requested_by=asker.name
        )
    elif kind == "refresh":
        job, new = request_refresh(data_dir, market, by=asker.name)
    else:
        raise UserError(_("There is no such work to start."))
    told = _("Job {id} waits for its turn.") if new else _("Job {id} was asked for already.")
    return Result(
        "start_training" if kind == "train" else "start_refresh",
        _("Asked for"),
        (
            told.format(id=job.id),
            _("A new version waits for its promotion by a person.")
            if kind == "train"
            else _("Its progress is on the Data page."),
        ),
        links=(Link(PAGES[kind], _("See its progress"), {"market": market}),),
        about={"job": job.id},
    )


def _proposed(tool: str, kind: str, market: str, question: str) -> Result:
    return Result(
        tool,
        question,
        (_("Nothing has begun: it starts with a click."),),
        links=(Link(PAGES[kind], _("Choose more on its page"), {"market": market}),),
        about={"market": market},
        proposal={"kind": kind, "market": market},
    )
