"""Parameters and data of versions side by side, and what differs."""

import re
from collections.abc import Sequence

import pandas as pd

from core.comparison.choosing import counted
from core.formats import moment, number
from core.language import N_, _, ngettext
from core.registry import Version

TITLES = {
    "stage": N_("Stage"),
    "created": N_("Trained"),
    "market": N_("Market"),
    "horizon_weeks": N_("Horizon, weeks"),
    "band": N_("SIDEWAYS within ±"),
    "preset": N_("Preset"),
    "family": N_("Family: one model each, or a blend"),
    "symbols": N_("Stocks"),
    "symbol_count": N_("Number of stocks"),
    "start": N_("First week asked for"),
    "end": N_("Last day asked for"),
    "first_week": N_("First week learned from"),
    "last_week": N_("Last week learned from"),
    "train_period": N_("Training weeks of the recipe"),
    "val_period": N_("Validation weeks of the recipe"),
    "test_period": N_("Test weeks of the recipe"),
    "rows": N_("Rows learned from"),
    "sequences": N_("Sequences learned from"),
    "data_sha256": N_("Fingerprint of the prices"),
    "alpha": N_("Ridge penalty asked for"),
    "chosen_alpha": N_("Ridge penalty used"),
    "epochs": N_("Most epochs"),
    "chosen_epochs": N_("Epochs used"),
    "activation": N_("Activation of the network"),
    "batch_size": N_("Batch size"),
    "patience": N_("Epochs without gain before it stops"),
    "learning_rate": N_("Learning rate"),
    "dropout": N_("Dropout"),
    "seed": N_("Seed"),
    "test_weeks": N_("Test weeks asked for"),
    "validation_weeks": N_("Validation weeks asked for"),
    "promote": N_("Production if there is none"),
    "seconds": N_("Seconds it took"),
}
"""Headings in the order of the table; other parameters follow under their own names."""
LIST = "symbols"
NAMED = 8
"""Stocks named on each side of a difference before the rest are counted."""
NONE = "–"
HASH, LONG_NUMBER = re.compile("[0-9a-f]{64}"), re.compile(r"-?\d+\.\d{4,}(e[+-]?\d+)?")
CUT = 4990
"""From this length on, a run's list of stocks may be cut off."""


def facts(versions: Sequence[Version], reference: Version) -> pd.DataFrame:
    """A row a parameter, a column a version.

    Parameters
    ----------
    versions : sequence of Version
    reference : Version
        One of them; long lists are written out for none, as a count for it and as
        what was added and removed for the others.

    Returns
    -------
    DataFrame
        ``parameter``, ``v1``, ``v3``, ... (text) and ``differs``.
    """
    values = {version.version: _of(version) for version in versions}
    names = list(TITLES)
    names += sorted({name for own in values.values() for name in own} - set(TITLES))
    found = []
    for name in names:
        cells = {number: own.get(name, NONE) for number, own in values.items()}
        if all(cell == NONE for cell in cells.values()):
            continue
        differs = len(set(cells.values())) > 1
        if name == LIST:
            base = values[reference.version].get(name, NONE)
            cells = {
                number: _count(cell) if number == reference.version else changed(base, cell)
                for number, cell in cells.items()
            }
        shown = {f"v{number}": cell for number, cell in cells.items()}
        title = _(TITLES[name]) if name in TITLES else name.replace("_", " ")
        found.append({"parameter": title, **shown, "differs": differs})
    return pd.DataFrame(found)


def changed(before: str, after: str) -> str:
    """Stocks added and removed: ``+2: AAA, BBB; −1: CCC``; ``the same 5`` where none.

    Parameters
    ----------
    before, after : str
        Symbols with blanks between, or a dash where nothing is known.
    """
    if NONE in (before, after):
        return NONE if after == NONE else _count(after)
    old, new = set(before.split()), set(after.split())
    parts = []
    for sign, names in (("+", sorted(new - old)), ("−", sorted(old - new))):
        if names:
            shown = counted(", ".join(names[:NAMED]), len(names) - NAMED)
            parts.append(f"{sign}{len(names)}: {shown}")
    said = "; ".join(parts) or _("the same {count}").format(count=number(len(new)))
    if max(len(before), len(after)) >= CUT:
        said += _(" (of long lists, the first on record)")
    return said


def _short(value: str) -> str:
    """A hash by its beginning, a number by six digits; anything else as it is."""
    if HASH.fullmatch(value):
        return value[:12]
    if LONG_NUMBER.fullmatch(value):
        return f"{float(value):.6g}"
    return value


def _count(cell: str) -> str:
    if cell == NONE:
        return NONE
    count = len(cell.split())
    return ngettext("{count} stocks", "{count} stocks", count).format(count=number(count))


def _of(version: Version) -> dict[str, str]:
    tags = {name: version.tags[name] for name in TITLES if name in version.tags}
    tags.pop("symbols", None)  # there a count
    given = {
        name: _short(value)
        for name, value in version.params.items()
        if value not in ("", "None") and name not in ("scores_are", "model_is")
    }
    return {
        **tags,
        **given,
        "stage": {
            "Production": _("Production"),
            "Staging": _("Staging"),
            "Archived": _("Archived"),
        }.get(version.stage, _("not promoted")),
        "created": moment(version.created.isoformat()),
    }
