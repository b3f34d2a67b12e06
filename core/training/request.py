"""Asking for a training: from what a form holds to checked recipes and queued jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import watchlists
from core.errors import UserError
from core.evaluation.tables import ROWS
from core.formats import day, percent
from core.jobs.store import Job, JobStore
from core.language import _, separated
from core.market.store import BarStore
from core.training.durations import Expected, expected_time
from core.training.presets import PARAMETERS, find_preset
from core.training.recipe import Recipe, check_recipe, make_recipe

MOST_SEEDS = 10
ALL, CHOSEN, LIST = "all", "chosen", "list"
"""Which stocks: every one of the market, those named, or a watchlist as it is then."""


@dataclass(frozen=True)
class Outlook:
    """What is known of a training before it starts.

    Attributes
    ----------
    recipes : list of Recipe
        One for each seed; empty where the values do not fit.
    problem : str
        Why it would fail, in a sentence; empty where it would not.
    running : list of Job
        The same trainings that wait or run already.
    expected : Expected or None
        Time of one run.
    stocks : int
    """

    recipes: list[Recipe]
    problem: str
    running: list[Job]
    expected: Expected | None
    stocks: int

    @property
    def ready(self) -> bool:
        """Whether there is something to start."""
        return not self.problem and len(self.running) < len(self.recipes)


def stocks_of(
    data_dir: Path, market: str, which: str, *, named: Sequence[str] = (), watchlist: str = ""
) -> list[str] | None:
    """The symbols of a choice of stocks; None for all.

    Raises
    ------
    UserError
        If there is no such watchlist, or nothing of it is in the store.
    """
    if which == ALL:
        return None
    if which == CHOSEN:
        return list(named)
    name, symbols = watchlists.get(data_dir, market, watchlist)
    known = set(BarStore(data_dir).symbols(market)["symbol"])
    there = [symbol for symbol in symbols if symbol in known]
    if not there:
        raise UserError(
            _("There are no prices of any stock of the watchlist {name}.").format(name=repr(name))
        )
    return there


def read_seeds(text: str) -> list[int]:
    """Seeds as written, separated by commas.

    Raises
    ------
    UserError
        If one is no whole number that fits, or there are none or too many.
    """
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and int(part) < 2**31 for part in parts):
        raise UserError(_("Seeds are whole numbers from 0 to 2147483647, such as 7 or 7, 8, 9."))
    seeds = list(dict.fromkeys(int(part) for part in parts))
    if len(seeds) > MOST_SEEDS:
        raise UserError(
            _("At most {most} seeds at once; each is a run of its own.").format(most=MOST_SEEDS)
        )
    return seeds


def outlook(data_dir: Path, preset: str, seeds: str | None, **asked) -> Outlook:
    """Everything that can be said of a training before its start.

    Parameters
    ----------
    data_dir : Path
    preset : str
    seeds : str or None
        As written; None keeps the preset's.
    **asked
        Fields of a ``Recipe``; None keeps the preset's value.
    """
    stocks = BarStore(data_dir).symbols(asked["market"])
    recipes: list[Recipe] = []
    running: list[Job] = []
    expected, problem = None, ""
    try:
        chosen = [None] if seeds is None else read_seeds(seeds)
        recipes = [make_recipe(preset, seed=seed, **asked) for seed in chosen]
        check_recipe(recipes[0], data_dir)
        running = _running(data_dir, recipes)
    except UserError as error:
        problem = str(error)
    if recipes:
        expected = expected_time(data_dir, recipes[0], stocks)
    return Outlook(recipes, problem, running, expected, _count(stocks, recipes))


def request_training(data_dir: Path, recipes: Sequence[Recipe], *, by: str) -> list[Job]:
    """Queue trainings; the new ones are returned, the same that are under way are left.

    Raises
    ------
    UserError
        If one would fail.
    """
    for recipe in recipes:
        check_recipe(recipe, data_dir)
    jobs = JobStore(data_dir)
    asked = [jobs.submit("train", r.model_dump(mode="json"), requested_by=by) for r in recipes]
    return [job for job, new in asked if new]


def explained(params: dict) -> list[tuple[str, str]]:
    """The parameters of a recorded training as a reader sees them: label and value."""
    symbols = params["symbols"]
    start, end, weeks = params.get("start"), params.get("end"), params["horizon_weeks"]
    everything = _("all of {market}").format(market=params["market"])
    rows = [
        (_("Stocks"), everything if symbols is None else ", ".join(symbols)),
        (_("First week"), day(start) if start else _("the first there is")),
        (_("Last day"), day(end) if end else _("the last there is")),
        (_("Horizon"), _("{weeks} weeks").format(weeks=weeks)),
        ("SIDEWAYS", _("within ±{band}").format(band=percent(params["band"], 2))),
    ]
    if params.get("family") == "blend":
        __, preset = find_preset(params["preset"])
        candidates = [
            (_(parameter.label), _(ROWS[params[parameter.name]].title))
            for parameter in PARAMETERS
            if parameter.kind == "candidate" and parameter.name in params
        ]
        return [*rows, (_("Models"), _(preset.models)), *candidates]
    for parameter in PARAMETERS:
        if parameter.kind == "candidate":
            continue  # of the blends alone
        value = params.get(parameter.name)
        told = _("searched") if value is None else separated(f"{value:,.10g}")
        rows.append((_(parameter.label), told))
    return [
        *rows,
        (
            _("Network"),
            _("{activation}, batches of {size}").format(
                activation=params["activation"], size=params["batch_size"]
            ),
        ),
    ]


def _running(data_dir: Path, recipes: Sequence[Recipe]) -> list[Job]:
    wanted = [recipe.model_dump(mode="json") for recipe in recipes]
    active = JobStore(data_dir).active()
    return [
        job
        for job in active
        if job.kind == "train" and job.state != "cancelling" and job.params in wanted
    ]


def _count(stocks: pd.DataFrame, recipes: Sequence[Recipe]) -> int:
    if not recipes or recipes[0].symbols is None:
        return len(stocks)
    return len(recipes[0].symbols)
