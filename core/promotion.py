"""Promotion through the gate, the way back, and the forecasts that follow."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from core import registry, stages, trail
from core.access import Role, require
from core.errors import Unavailable, UserError
from core.forecasts import read_day
from core.gate.judging import judge
from core.gate.verdict import LEAST_REASON, Verdict
from core.jobs.store import Job, JobStore
from core.language import _, ngettext, retold, using
from core.registry import Version


class GateRefused(UserError):
    """The gate stays shut; ``verdicts`` hold every rule."""

    def __init__(self, verdicts: list[Verdict]):
        self.verdicts = verdicts
        shut = [verdict for verdict in verdicts if not verdict.opens]
        told = "; ".join(
            _("{version} fails {rules}").format(
                version=verdict.version.name,
                rules=", ".join(retold(rule.title) for rule in verdict.failed),
            )
            for verdict in shut
        )
        super().__init__(
            _(
                "The gate to Production is shut: {told}. To promote all the same, write down why."
            ).format(told=told)
        )


def promote(
    chosen: Sequence[tuple[str, int]],
    to: str,
    *,
    by: str,
    data_dir: Path,
    expected: Mapping[str, int] | None = None,
    reason: str = "",
    override: bool = False,
) -> str:
    """Promote versions and ask for forecasts once, if production changed.

    Parameters
    ----------
    chosen : sequence of (str, int)
        Model and version.
    to : str
        "staging" or "production"; only the latter has a gate.
    by : str
        Who asks.
    data_dir : Path
    expected : mapping, optional
        What was in production when the person decided; what is there now by default.
    reason : str
        Why; kept in the trail.
    override : bool
        Promote though the gate is shut; then a reason is needed.

    Returns
    -------
    str
        What a reader should know now, one or two sentences.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    GateRefused
        If a rule fails and it is not overridden.
    UserError
        If a version or its file is not there, the reason is too short, or production
        changed meanwhile.
    """
    require(Role.OWNER)
    # All or none: look at every file before the first moves.
    versions = [registry.get(model, number) for model, number in chosen]
    for version in versions:
        registry.model_file(version)
    reason = reason.strip()
    if override and len(reason) < LEAST_REASON:
        raise UserError(
            _(
                "To promote against the gate a reason of at least {least} characters is needed: "
                "say why."
            ).format(least=LEAST_REASON)
        )
    if to == "production":
        now = stages.settle(data_dir)
        expected = now if expected is None else expected
        verdicts = [
            judge(data_dir, version)
            for version in versions
            if now.get(version.model) != version.version
        ]
        if not override and not all(verdict.opens for verdict in verdicts):
            raise GateRefused(verdicts)
        told = {verdict.version.model: verdict.record() for verdict in verdicts}
        stages.change(
            data_dir,
            chosen,
            trail.PROMOTED,
            by=by,
            expected=expected,
            reason=reason,
            rules={model: verdict["rules"] for model, verdict in told.items()},
            tried={model: verdict["tried"] for model, verdict in told.items()},
        )
    else:
        for model, number in chosen:
            stages.put_in_staging(data_dir, model, number, by=by)
    said = ngettext(
        "{versions} is now in {stage}.", "{versions} are now in {stage}.", len(versions)
    ).format(
        versions=_(" and ").join(version.name for version in versions),
        stage=_(registry.TITLES[to]),
    )
    if to != "production":
        return said
    return f"{said} {after_promotion(data_dir, by=by)}"


def way_back(data_dir: Path) -> dict[str, int]:
    """What was in production before what is there now, and can serve; empty where nothing.

    A step whose files are gone or changed is passed over. What holds at both steps is left out.
    """
    now = stages.settle(data_dir)
    for state in reversed(trail.states(trail.entries(data_dir))[:-1]):
        if state != now and not set(now) - set(state) and not _unfit(state):
            return {model: version for model, version in state.items() if now.get(model) != version}
    return {}


def rollback(
    data_dir: Path, *, by: str, expected: Mapping[str, int] | None = None, reason: str = ""
) -> str:
    """Put back what was in production before; of a pair promoted together, both.

    No gate: what served before may serve again while one looks for what went wrong.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If nothing was there before, or production changed meanwhile.
    """
    require(Role.OWNER)
    now = stages.settle(data_dir)
    back = way_back(data_dir)
    if not back:
        raise UserError(_("There is nothing to go back to: no other version that can still serve."))
    stages.change(
        data_dir,
        list(back.items()),
        trail.BACK,
        by=by,
        expected=now if expected is None else expected,
        reason=reason.strip(),
    )
    said = ngettext(
        "{versions} is back in Production.", "{versions} are back in Production.", len(back)
    ).format(versions=_(" and ").join(f"{model} v{version}" for model, version in back.items()))
    return f"{said} {after_promotion(data_dir, by=by)}"


def serving(data_dir: Path) -> tuple[dict[str, Version], str]:
    """The versions that forecast: production, or the last good one where a file is not right.

    Returns
    -------
    versions : dict
    instead : str
        Why others than those in production serve, in English as it is kept; empty where they
        do.

    Raises
    ------
    UserError
        If the versions in production do not go together, or no good ones are known.
    """
    now = stages.settle(data_dir)
    wrong = _unfit(now)
    if not wrong:
        current = registry.production()
        if reason := registry.disagreement(current):
            raise UserError(reason)
        return current, ""
    for state in reversed(trail.states(trail.entries(data_dir))):
        if set(state) == set(registry.MODELS) and state != now and not _unfit(state):
            good = {model: registry.get(model, version) for model, version in state.items()}
            if registry.disagreement(good):
                continue
            names = [
                version.name for model, version in good.items() if now.get(model) != version.version
            ]
            with using("en"):
                said = (
                    _("{wrong} Forecasts are by the last good one: {version}.")
                    if len(names) == 1
                    else _("{wrong} Forecasts are by the last good one: {version} and {other}.")
                )
                return good, said.format(wrong=wrong, version=names[0], other=names[-1])
    said = _("No earlier version that can serve is known: promote another one.")
    raise UserError(f"{retold(wrong)} {said}")


def _unfit(state: Mapping[str, int]) -> str:
    """Why versions cannot serve, in English: the first file that is not what was registered.

    Where that cannot be seen now (the store is away, the disk full) another pair must not serve.
    """
    for model, number in state.items():
        try:
            with using("en"):
                registry.model_file(registry.get(model, number))
        except Unavailable:
            raise
        except UserError as error:
            return str(error)
    return ""


def after_promotion(data_dir: Path, *, by: str) -> str:
    """Queue the forecasts of the versions in production, or say why there are none."""
    try:
        request_forecasts(data_dir, by=by)
    except UserError as error:
        return str(error)
    return _("Forecasts are being computed.")


def request_forecasts(data_dir: Path, *, by: str, as_of: str | None = None) -> Job:
    """Ask for the forecasts of all stocks by the versions that serve.

    The versions are part of the request, so that one asked for before a
    promotion is never taken for one asked for after it.

    Raises
    ------
    UserError
        If no versions can serve, or ``as_of`` is no date; it says what to do.
    """
    versions, instead = serving(data_dir)
    params: dict = {model: version.version for model, version in versions.items()}
    if instead:
        params["instead"] = instead
    if as_of is not None:
        params["as_of"] = str(read_day(as_of).date())
    return JobStore(data_dir).submit("forecast", params, requested_by=by)[0]
