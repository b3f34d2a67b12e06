"""The kinds of long work: what is asked first, done in the child, kept afterwards."""

from dataclasses import dataclass

from core.access.levels import Role
from core.language import N_


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    Attributes
    ----------
    title : str
        What a page calls it.
    work : str
        "module:function" called in the child with (params, folder, progress);
        returns a JSON-ready result. Named, not imported: the app must not load
        what only a training needs.
    stages : tuple of (str, float)
        Stages with their usual share of the time.
    prepare : str
        "module:function" called in the runner before the child starts with
        (data_dir, params, folder); may add to what the child is given.
    finish : str
        "module:function" called in the runner with (data_dir, job, result, folder)
        once the child is done; returns what the job's record keeps. Cut off, it is
        called once more with the same, and must then give the same.
    undo : str
        "module:function" called in the runner with (data_dir, job) where ``finish`` failed
        or its runner died in it: takes back what it had done by halves.
    lane : str
        Jobs of one lane never run together, however many may run at once.
    cancelled : str
        What a reader is told after a cancel.
    resumes : bool
        Whether one cut off goes on by itself at the next start, with ``since``
        (when it was first asked for) among its parameters.
    secrets : tuple of str
        Environment variables that only this kind's child is given.
    asked_by : Role
        The least role that may ask for it.
    """

    title: str
    work: str
    stages: tuple[tuple[str, float], ...]
    finish: str
    prepare: str = ""
    undo: str = ""
    lane: str = ""
    cancelled: str = N_("Cancelled; nothing was kept.")
    resumes: bool = False
    secrets: tuple[str, ...] = ()
    asked_by: Role = Role.ANALYST


KINDS: dict[str, Kind] = {
    "train": Kind(
        title=N_("Training"),
        work="core.training.run:work",
        finish="core.training.log_run:finish",
        undo="core.training.log_run:undo",
        stages=(
            (N_("Reading prices"), 2),
            (N_("Computing indicators"), 6),
            (N_("Fitting the price model"), 12),
            (N_("Starting TensorFlow"), 10),
            (N_("Fitting the pattern model"), 40),
            (N_("Fitting both models on all weeks"), 22),
            (N_("Exporting the models"), 8),
        ),
    ),
    "forecast": Kind(
        title=N_("Forecasts"),
        prepare="core.forecasts:prepare",
        work="core.forecasts:work",
        finish="core.forecasts:finish",
        stages=((N_("Reading prices"), 2), (N_("Computing indicators"), 6), (N_("Forecasting"), 2)),
    ),
    "refresh": Kind(
        title=N_("Refresh of prices"),
        work="core.market.refresh.work:work",
        finish="core.market.refresh.work:finish",
        lane="sources",
        stages=((N_("Fetching prices"), 95), (N_("Checking quality"), 5)),
        cancelled=N_(
            "Cancelled; what had arrived is kept, and the next refresh goes on from there."
        ),
        resumes=True,
        secrets=("VNSTOCK_API_KEY", "WEEKLENS_VNSTOCK_API_KEY"),
    ),
    "evaluate": Kind(
        title=N_("Evaluation"),
        work="core.evaluation.work:work",
        finish="core.evaluation.work:finish",
        undo="core.evaluation.work:undo",
        lane="evaluation",
        stages=(
            (N_("Reading prices"), 1),
            (N_("Computing indicators"), 3),
            (N_("Fitting the folds"), 86),
            (N_("Scoring"), 10),
        ),
        cancelled=N_(
            "Cancelled; finished folds are kept, and the next evaluation of the same "
            "prices goes on from there."
        ),
        resumes=True,
    ),
    "backtest": Kind(
        title=N_("Backtest"),
        work="core.backtest.work:work",
        finish="core.backtest.work:finish",
        # One after the other, so that each counts the settings tried before it.
        lane="backtest",
        stages=((N_("Reading forecasts"), 40), (N_("Trading"), 60)),
    ),
    "audit": Kind(
        title=N_("Leak audit"),
        work="core.audit_work:work",
        finish="core.audit_work:finish",
        stages=(
            (N_("Reading prices"), 2),
            (N_("Cutting and comparing"), 78),
            (N_("Checking stored forecasts"), 20),
        ),
    ),
    "install_vnstock": Kind(
        title=N_("Installation of vnstock"),
        work="core.market.sources.sandbox:work",
        finish="core.market.sources.sandbox:finish",
        lane="sources",
        stages=(
            (N_("Making an environment of its own"), 20),
            (N_("Installing vnstock into it"), 80),
        ),
        cancelled=N_("Cancelled; vnstock is not installed."),
        asked_by=Role.OWNER,  # a program of somebody else's comes onto the machine
    ),
}
SECRETS = frozenset(name for kind in KINDS.values() for name in kind.secrets) | {
    "WEEKLENS_CHANNELS",
    "WEEKLENS_OIDC_CLIENT_SECRET",
    "WEEKLENS_OIDC_COOKIE_SECRET",
}
"""Variables that no other child sees."""
