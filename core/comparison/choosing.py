"""Which versions are to be compared, and why some cannot be."""

from collections.abc import Sequence

from core.formats import number
from core.language import N_, _, separated
from core.market.schema import printable
from core.registry import Version

LEAST, MOST = 2, 6
ALIKE = (
    ("market", N_("These versions differ in market ({parts}), so their scores do not compare.")),
    (
        "horizon_weeks",
        N_("These versions differ in horizon ({parts}), so their scores do not compare."),
    ),
    (
        "band",
        N_("These versions differ in SIDEWAYS band ({parts}), so their scores do not compare."),
    ),
)
"""What compared versions share: tag, and how a reader is told where they do not."""


def trait(version: Version, name: str) -> str:
    """What a version, or the run it came from, says of itself; empty where nothing."""
    return version.tags.get(name) or version.params.get(name, "")


def read_versions(text: str, known: Sequence[int]) -> tuple[list[int], list[str]]:
    """Version numbers of an address, such as ``1,3``.

    Parameters
    ----------
    text : str
        May be anything.
    known : sequence of int
        The versions that exist.

    Returns
    -------
    numbers : list of int
        At most six, in the order asked for, none twice.
    said : list of str
        A sentence for everything that was left out.
    """
    parts = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    # isdecimal alone also takes the digits of other scripts; int() of a long one is slow.
    numbers = [int(p) for p in parts if p.isascii() and p.isdecimal() and len(p) < 10]
    numbers = list(dict.fromkeys(numbers))
    wrong = [p for p in parts if not (p.isascii() and p.isdecimal() and len(p) < 10)]
    said = []
    if wrong:
        shown = ", ".join(repr(printable(part, 12)) for part in wrong[:3])
        said.append(
            _("No version number, so left out: {names}.").format(
                names=counted(shown, len(wrong) - 3)
            )
        )
    if unknown := [number for number in numbers if number not in known]:
        shown = ", ".join(f"v{number}" for number in unknown[:MOST])
        said.append(
            _("There is no version {names} of this model; left out.").format(
                names=counted(shown, len(unknown) - MOST)
            )
        )
    there = [number for number in numbers if number in known]
    if len(there) > MOST:
        left = ", ".join(f"v{number}" for number in there[MOST:][:MOST])
        if len(there) > 2 * MOST:
            left += _(" and more")
        said.append(
            _("At most {most} versions fit side by side; left out: {names}.").format(
                most=MOST, names=left
            )
        )
    return there[:MOST], said


def counted(names: str, more: int) -> str:
    """Names, and how many follow that are not named."""
    return names + (_(" and {count} more").format(count=number(more)) if more > 0 else "")


def first_choice(versions: Sequence[Version]) -> list[int]:
    """What is compared where nothing was asked for: production and the newest other.

    Parameters
    ----------
    versions : sequence of Version
        Of one model, the newest first.
    """
    order = sorted(versions, key=lambda version: version.stage != "Production")
    return [version.version for version in order[:LEAST]]


def reference(versions: Sequence[Version]) -> Version:
    """The version the others are measured by: production if among them, else the first."""
    return next((v for v in versions if v.stage == "Production"), versions[0])


def unlike(versions: Sequence[Version], known: Sequence[Version]) -> str:
    """Why versions cannot be compared: they forecast different things; empty if they can.

    Parameters
    ----------
    versions : sequence of Version
        Those chosen that have forecasts to compare.
    known : sequence of Version
        All of the model, for what to choose instead.
    """
    for tag, said in ALIKE:
        found: dict[str, list[str]] = {}
        for version in versions:
            value = _worded(tag, trait(version, tag))
            found.setdefault(value, []).append(f"v{version.version}")
        if len(found) > 1:
            parts = "; ".join(f"{', '.join(who)}: {value}" for value, who in found.items())
            return f"{_(said).format(parts=parts)} {instead(versions[0], known)}"
    return ""


def _worded(tag: str, value: str) -> str:
    if tag == "horizon_weeks":
        return _("{weeks} weeks").format(weeks=value or _("unknown"))
    value = value or _("unknown")
    return f"±{separated(value)}" if tag == "band" else value


def instead(version: Version, known: Sequence[Version]) -> str:
    """What may be compared with a version, in a sentence."""
    name = f"v{version.version}"
    fitting = [
        f"v{other.version}"
        for other in known
        if other.version != version.version
        and all(trait(other, tag) == trait(version, tag) != "" for tag, __ in ALIKE)
    ]
    if not fitting:
        return _("No other version is like {name} in these: train one.").format(name=name)
    said = _("With {name} choose one of {others}.")
    if len(fitting) == 1:
        said = _("With {name} choose {others}.")
    return said.format(name=name, others=", ".join(fitting[:MOST]))
