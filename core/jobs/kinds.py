"""The kinds of long work: what is asked first, done in the child, kept afterwards."""

from dataclasses import dataclass


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
        once the child is done; returns what the job's record keeps.
    """

    title: str
    work: str
    stages: tuple[tuple[str, float], ...]
    finish: str
    prepare: str = ""


KINDS: dict[str, Kind] = {
    "train": Kind(
        title="Training",
        work="core.training.run:work",
        finish="core.training.log_run:finish",
        stages=(
            ("Reading prices", 2),
            ("Computing indicators", 6),
            ("Fitting the price model", 12),
            ("Starting TensorFlow", 10),
            ("Fitting the pattern model", 40),
            ("Fitting both models on all weeks", 22),
            ("Exporting the models", 8),
        ),
    ),
    "forecast": Kind(
        title="Forecasts",
        prepare="core.forecasts:prepare",
        work="core.forecasts:work",
        finish="core.forecasts:finish",
        stages=(("Reading prices", 2), ("Computing indicators", 6), ("Forecasting", 2)),
    ),
}
