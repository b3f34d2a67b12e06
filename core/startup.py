"""What happens when the app starts: sample prices, the job runner, a first training."""

import logging
from dataclasses import dataclass

from core.access import as_system
from core.alerts.sending import keep_sending
from core.errors import UserError
from core.indicators.store import IndicatorStore
from core.jobs.runner import JobRunner
from core.jobs.server import AnotherServer, OneServer
from core.jobs.store import JobStore
from core.language import N_
from core.market.sample import SAMPLE_MARKET, ensure_sample
from core.market.store import BarStore
from core.schedule import keep_looking
from core.settings import settings
from core.training.recipe import make_recipe

FIRST_START = N_("first start")
"""Who asked for the training that begins by itself."""
log = logging.getLogger("weeklens")


@dataclass(frozen=True)
class Started:
    """What works for as long as the server lives.

    Attributes
    ----------
    runner : JobRunner
    server : OneServer
        This process's right to the data folder.
    """

    runner: JobRunner
    server: OneServer

    def stop(self) -> None:
        """End the running jobs and give the folder free."""
        self.runner.stop()
        self.server.release()


@as_system
def start() -> Started | None:
    """Bring the data folder to life; None where a problem keeps it from that.

    Problems a user can mend are not raised: the pages meet the same problem
    and say it where it can be read. Where a command of the command line works
    off the queue just now, the server takes over once that has ended.

    Raises
    ------
    AnotherServer
        If the folder has a server already; nobody should look at this one's pages.
    """
    server = None
    try:
        data_dir = settings().data_dir
        server = OneServer(data_dir)
        server.claim()
        runner = JobRunner(data_dir)
        if not runner.start():
            log.warning("A command works on %s: this server takes over once it ends.", data_dir)
            runner.start_when_free()
    except AnotherServer:
        raise
    except (UserError, OSError) as error:
        log.error("%s", error)
        if server is not None:
            server.release()
        return None
    try:
        if ensure_sample(BarStore(data_dir)):
            IndicatorStore(BarStore(data_dir)).update(SAMPLE_MARKET)
        train_on_sample_once(JobStore(data_dir))
        keep_looking(runner)
        keep_sending(runner)
    except (UserError, OSError) as error:
        log.error("%s", error)
    return Started(runner, server)


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
