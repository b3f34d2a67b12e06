"""What happens when the app starts: sample prices, the job runner, a first training."""

import logging

from core.errors import UserError
from core.jobs.runner import JobRunner
from core.jobs.store import JobStore
from core.market.sample import ensure_sample
from core.market.store import BarStore
from core.schedule import keep_looking
from core.settings import settings
from core.training.recipe import make_recipe

FIRST_START = "first start"
"""Who asked for the training that begins by itself."""
log = logging.getLogger("weeklens")


def start() -> JobRunner | None:
    """Bring the data folder to life; None where another process runs its jobs already.

    Problems a user can mend are not raised: the pages meet the same problem
    and say it where it can be read.
    """
    runner = None
    try:
        data_dir = settings().data_dir
        runner = JobRunner(data_dir)
        if not runner.start():
            log.warning(
                "Another Weeklens works on %s: this one shows its pages and queues its jobs.",
                data_dir,
            )
            return None
        ensure_sample(BarStore(data_dir))
        train_on_sample_once(JobStore(data_dir))
        keep_looking(runner)
        return runner
    except (UserError, OSError) as error:
        log.error("%s", error)
        return runner if runner is not None and runner.alive else None


def train_on_sample_once(jobs: JobStore) -> None:
    """Ask for a first training on the sample, if nothing was ever asked for here.

    One that was cut off (a start stopped within its first minute) is asked for again.
    """
    known = BarStore(jobs.data_dir).symbols()
    untouched = len(known) > 0 and bool((known["source"] == "sample").all())
    asked = any((job.requested_by, job.state) != (FIRST_START, "interrupted") for job in jobs.all())
    if not settings().train_sample or not untouched or asked:
        return
    recipe = make_recipe(market="US", promote=True)
    jobs.submit("train", recipe.model_dump(mode="json"), requested_by=FIRST_START)
