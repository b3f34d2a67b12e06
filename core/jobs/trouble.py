"""What a reader is told when a machine comes to its limits."""

import errno

from core.language import N_, _

DISK_FULL = 28
"""Exit code of a child that found no room to write down why it ended."""
SAYS_DISK_FULL = N_(
    "The disk is full: make room for the data folder (the Data page shows what takes it), "
    "then start it again."
)
SAYS_NO_MEMORY = N_(
    "Memory ran out: choose fewer stocks or close other programs, then start it again."
)
SAYS_KILLED = N_(
    "The working process was killed, perhaps because memory ran out: "
    "choose fewer stocks or close other programs, then start it again."
)


def says_over_memory(limit_mb: int) -> str:
    """The sentence for a job that held more than it may."""
    return _(
        "The job held more than the {limit} MB it may and was ended: choose fewer stocks, "
        "or raise WEEKLENS_JOB_MEMORY_MB, then start it again."
    ).format(limit=f"{limit_mb:,}")


def says_silent(minutes: float, stage: str) -> str:
    """The sentence for a job that hangs."""
    if not stage:
        return _(
            "The job hung: no step for {minutes} minutes, so it was ended. Start it again; "
            "if it only is slow here, raise WEEKLENS_JOB_SILENCE_MINUTES."
        ).format(minutes=f"{minutes:g}")
    return _(
        "The job hung at “{stage}”: no step for {minutes} minutes, so it was ended. Start it "
        "again; if it only is slow here, raise WEEKLENS_JOB_SILENCE_MINUTES."
    ).format(stage=stage, minutes=f"{minutes:g}")


def says_unexpected(error: BaseException) -> str:
    """The sentence for a defect."""
    return _("An unexpected error stopped the job ({kind}: {error}).").format(
        kind=type(error).__name__, error=error
    )


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what led to it, is a disk (or a quota) without room."""
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            return True
        said = str(error).lower()
        if "database or disk is full" in said or "no space left on device" in said:
            return True
        error = error.__cause__ or error.__context__
    return False
