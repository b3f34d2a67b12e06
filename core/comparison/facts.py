"""Parameters and data of versions side by side, and what differs."""

import re
from collections.abc import Sequence

import pandas as pd

from core.registry import Version

TITLES = {
    "stage": "Stage",
    "created": "Trained",
    "market": "Market",
    "horizon_weeks": "Horizon, weeks",
    "band": "SIDEWAYS within ±",
    "preset": "Preset",
    "family": "Family: one model each, or a blend",
    "symbols": "Stocks",
    "symbol_count": "Number of stocks",
    "start": "First week asked for",
    "end": "Last day asked for",
    "first_week": "First week learned from",
    "last_week": "Last week learned from",
    "train_period": "Training weeks of the recipe",
    "val_period": "Validation weeks of the recipe",
    "test_period": "Test weeks of the recipe",
    "rows": "Rows learned from",
    "sequences": "Sequences learned from",
    "data_sha256": "Fingerprint of the prices",
    "alpha": "Ridge penalty asked for",
    "chosen_alpha": "Ridge penalty used",
    "epochs": "Most epochs",
    "chosen_epochs": "Epochs used",
    "activation": "Activation of the network",
    "batch_size": "Batch size",
    "patience": "Epochs without gain before it stops",
    "learning_rate": "Learning rate",
    "dropout": "Dropout",
    "seed": "Seed",
    "test_weeks": "Test weeks asked for",
    "validation_weeks": "Validation weeks asked for",
    "promote": "Production if there is none",
    "seconds": "Seconds it took",
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
        title = TITLES.get(name, name.replace("_", " "))
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
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            parts.append(f"{sign}{len(names)}: {', '.join(names[:NAMED])}{more}")
    note = " (of long lists, the first on record)" if max(len(before), len(after)) >= CUT else ""
    return ("; ".join(parts) or f"the same {len(new)}") + note


def _short(value: str) -> str:
    """A hash by its beginning, a number by six digits; anything else as it is."""
    if HASH.fullmatch(value):
        return value[:12]
    if LONG_NUMBER.fullmatch(value):
        return f"{float(value):.6g}"
    return value


def _count(cell: str) -> str:
    return NONE if cell == NONE else f"{len(cell.split())} stocks"


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
        "stage": version.stage or "not promoted",
        "created": f"{version.created:%Y-%m-%d %H:%M} UTC",
    }
