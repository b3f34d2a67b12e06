"""The leak audit: cut the data off at random weeks, compute everything again, compare bit by bit.

What was known at a week must not change when later weeks arrive. A value that
does was computed from the future, whatever its formula says.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.context import CONTEXT
from core.dataset import Panel, build_panel, sequence_ends, split_weeks
from core.errors import UserError
from core.evaluation.folds import Fold, walk_forward
from core.evaluation.inputs import Inputs, build_inputs
from core.indicators.catalogue import NAMES
from core.language import _
from core.market.calendar import week_of

KEYS = ["symbol", "week"]
Build = Callable[[dict[str, pd.DataFrame], pd.DatetimeIndex], Panel]
Scale = Callable[[Inputs, Fold], np.ndarray]
Check = Callable[[Panel], pd.DataFrame]
"""From a panel to values by ``symbol`` and ``week``; ``known`` says when each must stand still."""


@dataclass(frozen=True)
class Difference:
    """The first value that the future changed.

    Attributes
    ----------
    check, column : str
        "indicators" and the indicator's name, for example.
    symbol, week, cut : str
        Where it stands, and the week the data were cut off at.
    whole, part : float or None
        With all data, and with the data up to the cut; None where the row is missing.
    """

    check: str
    column: str
    symbol: str
    week: str
    cut: str
    whole: float | None
    part: float | None

    def __str__(self) -> str:
        def said(value: float | None) -> str:
            return _("no row") if value is None else repr(value)

        return _(
            "{check}, {column} of {symbol} in the week of {week}: "
            "{part} with prices up to {cut}, {whole} with later ones."
        ).format(
            check=self.check,
            column=self.column,
            symbol=self.symbol,
            week=self.week,
            part=said(self.part),
            cut=self.cut,
            whole=said(self.whole),
        )


@dataclass(frozen=True)
class Audit:
    """What was compared, and the first difference of each check.

    Attributes
    ----------
    cuts : list of str
        Weeks the data were cut off at.
    compared : dict of int
        Values by check.
    differences : list of Difference
        Empty if nothing looks ahead.
    """

    cuts: list[str]
    compared: dict[str, int]
    differences: list[Difference]


def market_builder(market: str, *, horizon_weeks: int, band: float) -> Build:
    """How the product builds a panel of a market."""

    def build(bars: dict[str, pd.DataFrame], sessions: pd.DatetimeIndex) -> Panel:
        return build_panel(bars, sessions, market, horizon_weeks=horizon_weeks, band=band)

    return build


def fold_scale(inputs: Inputs, fold: Fold) -> np.ndarray:
    """Indicators of a fold's judged rows as its models see them, shape (m, 20).

    Medians, limits, means and spreads are those of the learning rows.
    """
    # Here, not above: pages read audits, and scikit-learn takes 80 MB that they do not need.
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from models.winsor import Winsorizer

    scale = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), Winsorizer(), StandardScaler()
    )
    return scale.fit(inputs.X[fold.learn]).transform(inputs.X[fold.judge])


def checks(scale: Scale = fold_scale) -> dict[str, Check]:
    """Everything audited, by name: from bars to what a model sees."""
    return {
        "indicators": _indicators,
        "labels": _labels,
        "context": _context,
        "splits": _splits,
        "folds": _folds,
        "scaling": lambda panel: _scaling(panel, scale),
    }


def audit(
    bars: dict[str, pd.DataFrame],
    sessions: pd.DatetimeIndex,
    build: Build,
    *,
    cuts: int = 12,
    seed: int = 7,
    checked: dict[str, Check] | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Audit:
    """Cut, compute again, compare.

    Parameters
    ----------
    bars : dict of DataFrame
        Daily bars by symbol.
    sessions : DatetimeIndex
    build : callable
        From bars and sessions to a panel; see `market_builder`.
    cuts, seed : int
        How many weeks are drawn, and from which random numbers. A third of them are
        weeks in which a stock was halted, where there are such: a gap filled from
        its far end can only be seen from inside.
    checked : dict of callable, optional
        What is compared; default `checks()`.
    tell : callable, optional
        Called with how many cuts are done, and how many there are.

    Raises
    ------
    UserError
        If there are fewer than two complete weeks.
    """
    checked = checks() if checked is None else checked
    whole = build(bars, sessions)
    weeks = whole.weeks[:-1]
    if len(weeks) == 0:
        raise UserError(_("There are fewer than two complete weeks of prices: nothing to cut off."))
    # Weeks before any indicator exists would prove nothing; the draw starts where rows are ready.
    ready = whole.frame.loc[whole.frame["ready"], "week"]
    if len(ready):
        weeks = weeks[weeks >= ready.min()]
    chosen = _draw(weeks, _halted(bars, weeks), cuts, seed)
    full = {name: check(whole) for name, check in checked.items()}
    compared = dict.fromkeys(checked, 0)
    first: dict[str, Difference] = {}
    for number, cut in enumerate(chosen):
        if tell is not None:
            tell(number, len(chosen))
        part = build(
            {
                symbol: before
                for symbol, daily in bars.items()
                if len(before := daily[daily["date"] <= cut])
            },
            sessions[sessions <= cut],
        )
        until = min(cut, part.weeks[-1])
        for name, check in checked.items():
            count, found = _compare(name, full[name], check(part), until)
            compared[name] += count
            if found is not None and name not in first:
                first[name] = found
    return Audit([str(cut.date()) for cut in chosen], compared, list(first.values()))


def _halted(bars: dict[str, pd.DataFrame], weeks: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Weeks in which a stock that had traded and was to trade again did not."""
    found: set[pd.Timestamp] = set()
    for daily in bars.values():
        traded = week_of(daily["date"]).unique()
        if len(traded):
            found |= set(weeks[(weeks > traded[0]) & (weeks < traded[-1])].difference(traded))
    return pd.DatetimeIndex(sorted(found))


def _draw(
    weeks: pd.DatetimeIndex, halted: pd.DatetimeIndex, cuts: int, seed: int
) -> pd.DatetimeIndex:
    random = np.random.default_rng(seed)
    special = min(cuts // 3, len(halted))
    inside = (
        halted[random.choice(len(halted), size=special, replace=False)] if special else halted[:0]
    )
    others = weeks.difference(inside)
    size = min(cuts - special, len(others))
    return inside.union(others[random.choice(len(others), size=size, replace=False)])


def _compare(
    name: str, whole: pd.DataFrame, part: pd.DataFrame, cut: pd.Timestamp
) -> tuple[int, Difference | None]:
    """Number of values compared, and the first that differs: by week, symbol, then column."""
    columns = [c for c in whole.columns if c not in (*KEYS, "known")]
    was, now = (
        frame[frame["known"] <= cut].set_index(KEYS)[columns].sort_index(level=["week", "symbol"])
        for frame in (whole, part)
    )
    both = was.index.intersection(now.index)
    lost = was.index.symmetric_difference(now.index)
    a, b = (
        frame.loc[both].to_numpy(np.float64).reshape(len(both), len(columns))
        for frame in (was, now)
    )
    # Missing is missing, whatever the bits of its NaN.
    same = (a.view(np.uint64) == b.view(np.uint64)) | (np.isnan(a) & np.isnan(b))
    places = []
    if not same.all():
        row, column = np.argwhere(~same)[0]
        symbol, week = both[row]
        places.append((week, symbol, columns[column], float(a[row, column]), float(b[row, column])))
    if len(lost):
        symbol, week = min(lost, key=lambda key: (key[1], key[0]))
        at = (symbol, week)
        places.append(
            (
                week,
                symbol,
                "the row",
                None if at not in was.index else float(was.loc[at].iloc[0]),
                None if at not in now.index else float(now.loc[at].iloc[0]),
            )
        )
    if not places:
        return a.size, None
    week, symbol, column, before, after = min(places, key=lambda place: place[:2])
    return a.size, Difference(
        name, column, symbol, str(week.date()), str(cut.date()), before, after
    )


def _indicators(panel: Panel) -> pd.DataFrame:
    # A stock that did not trade up to the cut was not known to come back: no such row is compared.
    frame = panel.frame[panel.frame["close"].notna()]
    found = frame[[*KEYS, "close", "n_weeks", *NAMES, "missing", "ready"]].copy()
    ends = np.zeros(len(panel.frame), dtype=bool)
    ends[sequence_ends(panel)] = True
    found["ends_sequence"] = ends[panel.frame["close"].notna().to_numpy()]
    return found.assign(known=found["week"])


def _labels(panel: Panel) -> pd.DataFrame:
    frame = panel.frame[panel.frame["close"].notna()]
    found = frame[[*KEYS, "target_close", "ret", "label"]].copy()
    return found.assign(known=frame["target_date"])


def _context(panel: Panel) -> pd.DataFrame:
    inputs = build_inputs(panel)
    columns = {f"rank of {name}": inputs.ranks[:, i] for i, name in enumerate(NAMES)}
    columns |= {name: inputs.context[:, i] for i, name in enumerate(CONTEXT)}
    columns |= {"momentum": inputs.factor, "move": inputs.move, "vol_52w": inputs.vol_52w}
    found = panel.frame[KEYS].assign(**columns)
    return found[panel.frame["close"].notna()].assign(known=lambda frame: frame["week"])


def _splits(panel: Panel) -> pd.DataFrame:
    """Train, validation and test of a run that ended at each half year, by week.

    The symbol is the end of the run's data: what a run back then saw must be
    what it would see now.
    """
    frame = panel.frame
    usable = frame["ready"] & (frame["label"] >= 0)
    weeks = np.unique(frame.loc[usable, "week"].to_numpy())
    reach = np.timedelta64(7 * panel.horizon_weeks, "D")
    rows = []
    for end in weeks[::26]:
        try:
            split = split_weeks(weeks[weeks <= end], horizon_weeks=panel.horizon_weeks)
        except UserError:
            continue  # too short a history at that end, with or without what came later
        for number, part in enumerate(split.parts().values()):
            rows.append(
                pd.DataFrame(
                    {"symbol": str(end)[:10], "week": part, "part": number, "known": end + reach}
                )
            )
    return _joined(rows, ["part"])


def _folds(panel: Panel) -> pd.DataFrame:
    """The walk-forward's rows; the symbol carries the fold and whether it learns or judges."""
    inputs, folds = _walk(panel)
    rows = []
    reach = np.timedelta64(7 * panel.horizon_weeks, "D")
    for fold in folds:
        # A fold is there once its first week can be judged; its later weeks follow one by one.
        known = {"learn": fold.begins + reach, "judge": inputs.target_date[fold.judge]}
        for part in known:
            at = getattr(fold, part)
            label = np.char.add(f"fold {fold.number} {part} ", inputs.symbol[at])
            rows.append(
                pd.DataFrame(
                    {
                        "symbol": label,
                        "week": inputs.week[at],
                        "ret": inputs.ret[at],
                        "known": known[part],
                    }
                )
            )
    return _joined(rows, ["ret"])


def _scaling(panel: Panel, scale: Scale) -> pd.DataFrame:
    inputs, folds = _walk(panel)
    rows = []
    for fold in folds:
        at = fold.judge
        found = pd.DataFrame({"symbol": inputs.symbol[at], "week": inputs.week[at]})
        scaled = pd.DataFrame(scale(inputs, fold), columns=[f"scaled {name}" for name in NAMES])
        rows.append(pd.concat([found, scaled], axis=1).assign(known=inputs.target_date[at]))
    return _joined(rows, [f"scaled {name}" for name in NAMES])


def _walk(panel: Panel) -> tuple[Inputs, list[Fold]]:
    """Folds from the first half year that can be judged."""
    inputs = build_inputs(panel)
    judged = inputs.week[inputs.judged]
    if len(judged) == 0:
        return inputs, []
    first, last = pd.Timestamp(judged.min()), pd.Timestamp(judged.max())
    try:
        # Counted from the very first judged week, so that a cut moves no fold.
        return inputs, walk_forward(inputs, first.year, last.year)
    except UserError:
        return inputs, []


def _joined(rows: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not rows:
        empty = {name: pd.Series(dtype=float) for name in columns}
        dates = pd.Series(dtype="datetime64[ns]")
        return pd.DataFrame(
            {"symbol": pd.Series(dtype=str), "week": dates, **empty, "known": dates}
        )
    return pd.concat(rows, ignore_index=True)
