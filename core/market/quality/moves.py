"""Moves no trade can have made: beyond the band, in another unit, by a split not adjusted for."""

from dataclasses import dataclass
from math import gcd

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import N_, _
from core.market.bands import HALT_SESSIONS, HNX, HOSE, UPCOM, WIDEST, bands, exchange_of, ticks
from core.market.quality.catalogue import (
    EXTRAORDINARY,
    HIGH_MEDIAN,
    KEPT_SESSIONS,
    KEPT_SHARE,
    LARGE_FACTOR,
    LATER_SESSIONS,
    UNIT_JUMP,
    UNIT_ROOM,
    Finding,
)
from core.market.schema import MARKETS
from core.settings import settings

USUAL_RATIOS = ((2, 1), (3, 1), (3, 2), (4, 1), (5, 1), (7, 1), (10, 1), (20, 1))
LARGEST_OLD, LARGEST_NEW = 10, 20
RATIO_ROOM = 0.03
"""How far another named factor may lie from the overnight jump, as a share of it."""
OPEN_ROOM = 0.07
"""How far the open itself may have moved: a usual factor this near is the likely one."""


OWN_BAND = {HOSE: N_("HOSE's ±{share}"), HNX: N_("HNX's ±{share}"), UPCOM: N_("UPCOM's ±{share}")}


@dataclass(frozen=True)
class Limits:
    """What each bar's prices may lie between; NaN at the first bar.

    Attributes
    ----------
    low, high : ndarray, shape (n,)
        With one tick of room.
    band : ndarray, shape (n,)
        The share of the reference price they come from.
    words : ndarray of str, shape (n,)
        Which rule that is.
    moved : ndarray of bool, shape (n,)
        The first day on today's exchange: its reference was set anew.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    band: NDArray[np.float64]
    words: NDArray[np.object_]
    moved: NDArray[np.bool_]


def limits(
    bars: pd.DataFrame,
    waited: NDArray[np.int64],
    lost: NDArray[np.int64],
    market: str,
    exchange: object,
    listing_date: pd.Timestamp | None,
) -> Limits:
    """The limits of every bar of one stock, by the rules in force on its day.

    Parameters
    ----------
    bars : DataFrame, shape (n, ...)
        `BAR_COLUMNS`.
    waited : ndarray of int, shape (n,)
        Market sessions since the last bar with a trade, without this bar's own.
    lost : ndarray of int, shape (n,)
        Market sessions since the bar before.
    market : str
    exchange : str or missing
        Today's.
    listing_date : Timestamp, optional
        First day on today's exchange.
    """
    close, low, high = (bars[name].to_numpy() for name in ("close", "low", "high"))
    before = _before(close)
    if market != "VN":
        band = np.full(len(bars), EXTRAORDINARY)
        words = np.full(len(bars), f"the ordinary ±{EXTRAORDINARY:.0%}", dtype=object)
        return Limits(before * (1 - band), before * (1 + band), band, words, band < 0)
    days = bars["date"].to_numpy()
    place = exchange_of(exchange)
    wider = settings().vn_wide_bands
    listed = None if listing_date is None or pd.isna(listing_date) else listing_date.to_datetime64()
    known = np.full(len(bars), place is not None and listed is not None)
    band = np.full(len(bars), WIDEST)
    words = np.full(len(bars), _("the ±15 % of an exchange not known"), dtype=object)
    if known.any():
        known &= days >= listed
        ordinary = bands(place, days)
        band = np.where(known, ordinary, band)
        wide = known & ((days == listed) | (waited > HALT_SESSIONS))
        own = {
            share: _(OWN_BAND[place]).format(share=f"{share:.0%}")
            for share in np.unique(ordinary[known])
        }
        words[known] = [own[share] for share in ordinary[known]]
        words[wide] = _("{exchange}'s ±{share} of a first day or after a long halt").format(
            exchange=place, share=f"{wider[place]:.0%}"
        )
        band = np.where(wide, wider[place], band)
    halted = ~known & (waited > HALT_SESSIONS)
    widest = max(wider.values())
    band[halted] = widest
    words[halted] = _("the ±{share} after a long halt on an exchange not known").format(
        share=f"{widest:.0%}"
    )
    # UPCoM's reference is the average of the session before, and elsewhere too an unknown
    # exchange may have been UPCoM: only its low and high are certain.
    average = ~known | (place == "UPCOM")
    traded = bars["volume"].to_numpy() != 0
    lowest = np.where(average, _before(_last(low, traded)), before)
    highest = np.where(average, _before(_last(high, traded)), before)
    # A tick is one of as-traded prices; relative to the close it is the same for adjusted ones.
    raw = bars["raw_close"].to_numpy()
    raw = np.where(np.isnan(raw), close, raw)
    tick = ticks(place or "HNX", days, raw) / raw * close
    moved = np.zeros(len(bars), dtype=bool) if listed is None else days == listed
    # On a session without a bar the stock may have traded, and moved by the band as well.
    times = np.where(band > WIDEST, 1, 1 + lost)
    lowest, highest = lowest * (1 - band) ** times, highest * (1 + band) ** times
    return Limits(lowest - tick, highest + tick, band, words, moved)


def unit_jumps(bars: pd.DataFrame) -> NDArray[np.bool_]:
    """Closes about 1,000 times the one before, or a thousandth of it."""
    jump = np.abs(np.log10(bars["close"].to_numpy() / _before(bars["close"].to_numpy())))
    return np.abs(jump - UNIT_JUMP) < UNIT_ROOM


def splits(bars: pd.DataFrame, allowed: Limits, market: str) -> NDArray[np.float64]:
    """The price jumps that look like a split or dividend not adjusted for.

    Parameters
    ----------
    bars : DataFrame, shape (n, ...)
    allowed : Limits
    market : str

    Returns
    -------
    ndarray of float64, shape (n,)
        Old shares' price over the new ones' at each such bar (2.0 for a 2:1
        split), NaN elsewhere.
    """
    opened, close, volume = (bars[name].to_numpy() for name in ("open", "close", "volume"))
    before = _before(close)
    with np.errstate(invalid="ignore"):
        beyond = (opened < allowed.low) | (opened > allowed.high)
        steps = np.where((close < allowed.low) | (close > allowed.high), np.log(close / before), 0)
    found = np.full(len(bars), np.nan)
    for place in np.flatnonzero(beyond & (volume != 0) & ~allowed.moved):
        jump = np.log(opened[place] / before[place])
        after = slice(place, place + KEPT_SESSIONS)
        if len(close[after]) < LATER_SESSIONS:
            continue
        earlier = slice(max(place - KEPT_SESSIONS, 0), place)
        # Half of it must still be there; against the last days before, as over more the ordinary
        # drift of prices is as large as a dividend.
        level = np.log(np.median(close[after]) / np.median(close[earlier][-LATER_SESSIONS:]))
        if level / jump < KEPT_SHARE or (steps[earlier] / jump < -KEPT_SHARE).any():
            continue
        if abs(jump) > LARGE_FACTOR:
            volumes = np.median(volume[after]), np.median(volume[earlier])
            if min(volumes) <= 0 or -np.log(volumes[0] / volumes[1]) / jump < KEPT_SHARE:
                continue
        if market != "VN" and likely_ratio(np.exp(abs(jump)), exactly=True) is None:
            continue
        found[place] = np.exp(-jump)
    return found


def likely_ratio(factor: float, *, exactly: bool = False) -> tuple[int, int] | None:
    """The ratio of whole numbers that a factor above 1 most likely is, such as (3, 2).

    One of the usual ones where the open can have moved away from it, else the
    simplest that is very near.

    Parameters
    ----------
    factor : float
    exactly : bool
        Take only the usual ones, and only very near.
    """
    usual = min(USUAL_RATIOS, key=lambda ratio: abs(ratio[0] / ratio[1] / factor - 1))
    room = RATIO_ROOM if exactly else OPEN_ROOM
    if abs(usual[0] / usual[1] / factor - 1) <= room:
        return usual
    if exactly:
        return None
    ratios = [
        (new, old)
        for old in range(1, LARGEST_OLD + 1)
        for new in range(old + 1, LARGEST_NEW + 1)
        if gcd(new, old) == 1 and abs(new / old / factor - 1) <= RATIO_ROOM
    ]
    return min(ratios, key=sum, default=None)


def factor_words(factor: float) -> str:
    """A split's likely factor as it is announced: new shares for old ones."""
    ratio = likely_ratio(max(factor, 1 / factor))
    if ratio is None:
        return _("about {factor}:1").format(factor=f"{factor:.2f}")
    new, old = ratio if factor > 1 else ratio[::-1]
    return f"{new}:{old}"


def move_findings(
    bars: pd.DataFrame,
    waited: NDArray[np.int64],
    lost: NDArray[np.int64],
    market: str,
    exchange: object,
    listing_date: pd.Timestamp | None,
) -> list[Finding]:
    """All findings about the moves of one stock; the parameters of `limits`."""
    allowed = limits(bars, waited, lost, market, exchange, listing_date)
    close, volume = bars["close"].to_numpy(), bars["volume"].to_numpy()
    before = _before(close)
    days = bars["date"].dt.strftime("%Y-%m-%d").to_numpy()
    units = unit_jumps(bars)
    factors = splits(bars, allowed, market)
    with np.errstate(invalid="ignore"):
        beyond = (close < allowed.low) | (close > allowed.high)
    digits = MARKETS[market].price_digits
    found = [
        _flag(
            "unit",
            days[place],
            (
                _(
                    "The close went from {before} to {close}, about 1,000 times up: one side is in "
                    "another unit."
                )
                if close[place] > before[place]
                else _(
                    "The close went from {before} to {close}, about 1,000 times down: one side is "
                    "in another unit."
                )
            ).format(before=f"{before[place]:g}", close=f"{close[place]:g}"),
        )
        for place in np.flatnonzero(units)
    ]
    median = float(np.median(close))
    if market == "VN" and median > HIGH_MEDIAN and not units.any():
        detail = _(
            "The middle close is {close} thousand VND, higher than any Vietnamese stock's: "
            "these look like prices in VND."
        ).format(close=f"{median:,.0f}")
        found.append(Finding("unit", "flagged", days[0], days[-1], len(bars), detail))
    found += [
        _flag(
            "split",
            days[place],
            _(
                "The open {open} stands {move} from the close before, {before}, and prices stayed "
                "there: likely factor {factor}, {kind}."
            ).format(
                open=f"{bars['open'].iat[place]:,.{digits}f}",
                move=_percent(1 / factors[place] - 1),
                before=f"{before[place]:,.{digits}f}",
                factor=factor_words(factors[place]),
                kind=_kind(volume, place),
            ),
        )
        for place in np.flatnonzero(~np.isnan(factors) & ~units)
    ]
    found += [
        _flag(
            "band",
            days[place],
            _("The close moved {move} from {before} to {close}, beyond {band}.").format(
                move=_percent(close[place] / before[place] - 1),
                before=f"{before[place]:,.{digits}f}",
                close=f"{close[place]:,.{digits}f}",
                band=allowed.words[place],
            ),
        )
        for place in np.flatnonzero(beyond & np.isnan(factors) & ~units)
    ]
    return found


def _kind(volume: NDArray[np.float64], place: int) -> str:
    """What the volume says: shares traded rise with a split, not with a cash dividend."""
    after = np.median(volume[place : place + KEPT_SESSIONS])
    earlier = np.median(volume[max(place - KEPT_SESSIONS, 0) : place])
    if min(after, earlier) <= 0 or np.isnan(after * earlier):
        return _("a split or a dividend")
    times = after / earlier
    return _("a split or a dividend (volume {times} times that of the {bars} bars before)").format(
        times=f"{times:.1f}", bars=KEPT_SESSIONS
    )


def _flag(rule: str, day: str, detail: str) -> Finding:
    return Finding(rule, "flagged", day, day, 1, detail)


def _percent(change: float) -> str:
    return f"{change:+.1%}".replace("-", "−").replace("%", " %")


def _before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[np.nan], values[:-1]])


def _last(values: NDArray[np.float64], valid: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Each value, or the last valid one before it; the first stands where none is."""
    return values[np.maximum.accumulate(np.where(valid, np.arange(len(values)), 0))]
