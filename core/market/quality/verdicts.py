"""What checking rows comes to: what is usable, refused and repaired, by line and by symbol."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import DEFAULT, N_, _, retold, using
from core.market.quality.catalogue import REPLACED, Finding

VERDICT = ("symbol", "date", "rule", "action", "reason")
NAMES = (N_("open"), N_("high"), N_("low"), N_("close"), N_("volume"))
"""The columns that reasons name, told again with them."""
CAP = 1000
"""Reasons written out per check; all refused rows are counted."""


@dataclass
class Checked:
    """The usable rows of one file or reply, and what was wrong with the others.

    Attributes
    ----------
    rows : DataFrame
        symbol, date, the prices as in the file, volume, adj_close, value,
        raw_close and line; sorted by symbol and date, unique.
    refused : list of (int, str)
        Lines and reasons, in order of line; capped. A reply's lines count from
        1; line 0 means the reply as a whole.
    refused_total : int
    repeated : int
        Rows that say again what an earlier row of the file said.
    notes : list of str
    repaired : list of (int, str)
        Lines kept after a repair, and what was done; capped.
    repaired_total : int
    findings : dict of str to list of Finding
        The same by symbol, for the record.
    spans : dict of str to (str, str)
        First and last day read of each symbol: what ``findings`` speaks about.
    verdicts : DataFrame
        symbol, date, rule, action and reason of each row concerned.
    """

    rows: pd.DataFrame
    refused: list[tuple[int, str]] = field(default_factory=list)
    refused_total: int = 0
    repeated: int = 0
    notes: list[str] = field(default_factory=list)
    repaired: list[tuple[int, str]] = field(default_factory=list)
    repaired_total: int = 0
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    spans: dict[str, tuple[str, str]] = field(default_factory=dict)
    verdicts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(VERDICT)))

    def left_standing(self, symbol: str, days: NDArray[np.datetime64]) -> int:
        """How many dropped rows of a symbol are of days that are stored all the same."""
        return int((self._beside(days) & (self.verdicts["symbol"] == symbol)).sum())

    def of_series(self, symbol: str, days: NDArray[np.datetime64]) -> list[Finding]:
        """What speaks about a symbol's stored series: no dropped rows of its stored days.

        A day that a file has twice with different values stays in doubt.
        """
        own = self.verdicts["symbol"] == symbol
        beside = self._beside(days)
        if not (own & beside).any():
            return self.findings.get(symbol, [])
        judged = set(zip(self.verdicts["rule"][own], self.verdicts["action"][own], strict=True))
        others = [f for f in self.findings.get(symbol, []) if (f.rule, f.action) not in judged]
        return _sum_up(self.verdicts[own & ~beside]) + others

    def _beside(self, days: NDArray[np.datetime64]) -> pd.Series:
        told = self.verdicts
        dropped = (told["action"] == "dropped") & (told["rule"] != "duplicates")
        return dropped & told["date"].isin(days)


class Judge:
    """Collects which rows are out and which were repaired; the first reason of a row counts."""

    def __init__(self, lines: np.ndarray):
        self.lines = lines
        self.usable = np.ones(len(lines), dtype=bool)
        self.refused: list[tuple[int, str]] = []
        self.repaired: list[tuple[int, str]] = []
        self.repaired_total = 0
        self.verdicts: list[tuple[str, str, np.ndarray, list[str]]] = []

    def refuse(self, wrong: np.ndarray, rule: str, reason: Callable[[int], str]) -> None:
        """Take rows out; each gives its reason in half a sentence."""
        places = np.flatnonzero(wrong & self.usable)
        self.usable[places] = False
        self._note(self.refused, "dropped", places, rule, reason)

    def repair(self, wrong: np.ndarray, rule: str, reason: Callable[[int], str]) -> None:
        """Note rows that are kept after a repair."""
        places = np.flatnonzero(wrong & self.usable)
        self.repaired_total += len(places)
        self._note(self.repaired, "repaired", places, rule, reason)

    def _note(
        self,
        into: list[tuple[int, str]],
        action: str,
        places: np.ndarray,
        rule: str,
        reason: Callable[[int], str],
    ) -> None:
        if not len(places):
            return
        reasons = [reason(place) for place in places[:CAP]]
        into.extend(zip(self.lines[places[:CAP]].tolist(), reasons, strict=True))
        self.verdicts.append((rule, action, places, reasons))


def by_symbol(
    rows: pd.DataFrame, kept: pd.DataFrame, judge: Judge
) -> tuple[dict[str, list[Finding]], dict[str, tuple[str, str]], pd.DataFrame]:
    """What was dropped and repaired, by symbol and rule; the days that were read; row by row."""
    symbols, days = kept["symbol"].to_numpy(), kept["date"].to_numpy()
    new = np.ones(len(kept), dtype=bool)
    new[1:] = symbols[1:] != symbols[:-1]
    starts = np.flatnonzero(new)
    stops = [*starts[1:], len(kept)]
    spans = {
        symbols[start]: (days[start], days[stop - 1])
        for start, stop in zip(starts, stops if len(kept) else [], strict=True)
    }
    parts = [
        pd.DataFrame(
            {
                "symbol": rows["symbol"].to_numpy()[places],
                "date": rows["date"].to_numpy()[places],
                "rule": rule,
                "action": action,
                "reason": reasons + [""] * (len(places) - len(reasons)),
            }
        )
        for rule, action, places, reasons in judge.verdicts
    ]
    findings: dict[str, list[Finding]] = {}
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(VERDICT))
    table = table[table["symbol"].astype(bool)]
    for symbol, part in table.groupby("symbol"):
        first, last = part["date"].min(), part["date"].max()
        old = spans.get(symbol, (pd.NaT, pd.NaT))
        known = [day for day in (*old, first, last) if pd.notna(day)]
        spans[symbol] = (min(known), max(known)) if known else old
        findings[symbol] = _sum_up(part)
    return findings, {symbol: (_day(a), _day(b)) for symbol, (a, b) in spans.items()}, table


def _sum_up(verdicts: pd.DataFrame) -> list[Finding]:
    """One finding for each rule and action of one symbol's rows."""
    found = []
    for (rule, action), part in verdicts.groupby(["rule", "action"]):
        # Reasons beyond the cap are not written out.
        reason = next((text for text in part["reason"] if text), _("the same as other rows"))
        if len(part) > 1 and rule != "unit":
            reason = _("{reason}; and {count} more").format(
                reason=reason, count=f"{len(part) - 1:,}"
            )
        first, last = _day(part["date"].min()), _day(part["date"].max())
        found.append(Finding(rule, action, first, last, len(part), f"{_upper(reason)}."))
    return found


def told(rule: str, action: str, detail: str) -> str:
    """The sentence of a stored finding in the reader's language.

    That of a row is a reason, half a sentence, with a capital and a full stop put to it.
    """
    if action == "flagged" and rule != REPLACED:
        return retold(detail)
    return f"{_upper(retold(within(detail)))}."


@using(DEFAULT)
def became(changes: list[tuple[str, str, str]]) -> str:
    """The sentence of a finding on a day that changed: each column's name, old and new value."""
    said = ""
    for name, before, after in reversed(changes):
        one = (
            _("{name} {before} became {after}")
            if not said
            else _("{name} {before} became {after}, {rest}")
        )
        said = one.format(name=name, before=before, after=after, rest=said)
    return f"{_upper(said)}."


def within(sentence: str) -> str:
    """A finding's sentence such as stands inside another one."""
    return sentence[:1].lower() + sentence[1:].removesuffix(".")


def _day(value: object) -> str:
    return "" if pd.isna(value) else str(value)[:10]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
