"""The weekly indicators as slow, obvious loops, written from their definitions.

Nothing here is shared with the product. A week is a dict; missing is None.
"""

import math
from datetime import timedelta
from itertools import pairwise

import pandas as pd


def bars_by_week(daily: pd.DataFrame) -> dict:
    """Friday -> bar, with the positions of its sessions in ``daily``."""
    weeks: dict = {}
    for position, day in enumerate(daily.to_dict("records")):
        date = day["date"]
        friday = date - timedelta(days=date.weekday()) + timedelta(days=4)
        value = day["close"] * day["volume"] if math.isnan(day["value"]) else day["value"]
        if friday not in weeks:
            weeks[friday] = {"open": day["open"], "high": -math.inf, "low": math.inf}
            weeks[friday] |= {"volume": 0.0, "value": 0.0, "sessions": 0}
        bar = weeks[friday]
        bar["high"] = max(bar["high"], day["high"])
        bar["low"] = min(bar["low"], day["low"])
        bar["close"] = day["close"]
        bar["raw_close"] = day["raw_close"]
        bar["volume"] += day["volume"]
        bar["value"] += value
        bar["sessions"] += 1
        bar["last"] = position
    return weeks


def deviation(values: list, ddof: int) -> float:
    if all(value == values[0] for value in values):
        return 0.0
    centre = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((v - centre) ** 2 for v in values) / (len(values) - ddof))


def average(values: list) -> float:
    return math.fsum(values) / len(values)


def median(values: list) -> float:
    ordered, middle = sorted(values), len(values) // 2
    if len(values) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def wilder_rsi(closes: list, period: int = 14) -> list:
    """Wilder (1978): first the plain mean of the changes, then its smoothing."""
    result = [None] * len(closes)
    gain = loss = 0.0
    for i in range(1, len(closes)):
        change = closes[i] - closes[i - 1]
        up, down = max(change, 0.0), max(-change, 0.0)
        if i <= period:
            gain, loss = gain + up / period, loss + down / period
        else:
            gain = (gain * (period - 1) + up) / period
            loss = (loss * (period - 1) + down) / period
        if i >= period and gain + loss > 0:
            result[i] = 100 * gain / (gain + loss)
    return result


def ema(values: list, period: int, start: int) -> list:
    """Exponential average whose seed at ``start`` is the mean of the ``period`` values up to it."""
    result = [None] * len(values)
    if start >= len(values):
        return result
    result[start] = average(values[start - period + 1 : start + 1])
    for i in range(start + 1, len(values)):
        result[i] = result[i - 1] + (values[i] - result[i - 1]) * 2 / (period + 1)
    return result


def macd_histogram(closes: list) -> list:
    """MACD 12, 26, 9; both averages begin at the 26th value, as TA-Lib does."""
    fast, slow = ema(closes, 12, 25), ema(closes, 26, 25)
    line = [f - s for f, s in zip(fast[25:], slow[25:], strict=True)]
    signal = ema(line, 9, 8)
    result = [None] * len(closes)
    for i, (m, s) in enumerate(zip(line, signal, strict=True)):
        result[i + 25] = None if s is None else m - s
    return result


def reference(daily: pd.DataFrame, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """The same rows and columns as the calculator."""
    bars = bars_by_week(daily)
    fridays = sorted(bars)
    closes = [bars[f]["close"] for f in fridays]
    rsi, histogram = wilder_rsi(closes), macd_histogram(closes)
    days = daily.to_dict("records")
    moves, costs = [None], [None]
    for before, day in pairwise(days):
        move = day["close"] / before["close"] - 1
        value = day["close"] * day["volume"] if math.isnan(day["value"]) else day["value"]
        moves.append(move)
        costs.append(abs(move) / value * 1e8 if value > 0 else None)

    amihud = []
    for friday in fridays:
        last = bars[friday]["last"]
        known = [cost for cost in costs[max(last - 19, 0) : last + 1] if cost is not None]
        amihud.append(average(known) if len(known) >= 10 else None)

    grid = [week for week in weeks if fridays and fridays[0] <= week <= fridays[-1]]
    rows = []
    for position, week in enumerate(grid):
        row: dict = {"week": week, "sessions": 0}
        rows.append(row)
        row["n_weeks"] = sum(f <= week for f in fridays)
        if week not in bars:
            continue
        bar, i = bars[week], fridays.index(week)
        row |= {name: bar[name] for name in bar if name != "last"}
        for k in (1, 4, 12, 26, 52):
            earlier = bars.get(grid[position - k]) if position >= k else None
            row[f"ret_{k}w"] = bar["close"] / earlier["close"] - 1 if earlier else None
        row |= traded_week(i, bars, fridays, closes, amihud)
        moved = i >= 14 and len(set(closes[i - 14 : i + 1])) > 1
        moved_before = i >= 15 and len(set(closes[i - 15 : i])) > 1
        row["RSI_14w"] = rsi[i] if i >= 59 and moved else None
        if i >= 60 and moved and moved_before:
            row["RSI_speed"] = rsi[i] - rsi[i - 1]
        row["MACD_hist_w"] = histogram[i] / bar["close"] if i >= 59 else None
        month = moves[max(bar["last"] - 19, 0) : bar["last"] + 1]
        if len(month) == 20 and None not in month:
            row["vol_4w"] = deviation(month, 1) * math.sqrt(252) or None
            row["MAX_4w"] = max(month)
            row["MAX_1w"] = max(month[-5:])
        elif len(month) >= 5 and None not in month[-5:]:
            row["MAX_1w"] = max(month[-5:])
    return pd.DataFrame(rows).set_index("week") if rows else pd.DataFrame()


def traded_week(i: int, bars: dict, fridays: list, closes: list, amihud: list) -> dict:
    """What is computed over the traded weeks up to the i-th."""
    bar = bars[fridays[i]]
    row: dict = {"vol_w": bar["volume"], "amihud_w": amihud[i]}

    def past(name: str, count: int) -> list | None:
        if i + 1 < count:
            return None
        return [bars[friday][name] for friday in fridays[i + 1 - count : i + 1]]

    for k in (10, 20, 40):
        row[f"MA{k}_w"] = average(past("close", k)) if past("close", k) else None
    if past("close", 20):
        row["price_vs_MA20_w"] = bar["close"] / row["MA20_w"] - 1
        row["breakout_20w"] = bar["close"] / max(past("high", 20))
        row["bb_width_w"] = 2 * deviation(past("close", 20), 0) / bar["close"] or None
    if past("close", 40):
        row["MA_cross_10_40_w"] = row["MA10_w"] / row["MA40_w"] - 1
    if i >= 4:
        ranges, signed = [], []
        for j in range(i - 3, i + 1):
            week, before = bars[fridays[j]], closes[j - 1]
            ranges.append(
                max(
                    week["high"] - week["low"],
                    abs(week["high"] - before),
                    abs(week["low"] - before),
                )
            )
            sign = (closes[j] > before) - (closes[j] < before)
            signed.append(sign * week["volume"])
        row["ATR_4w_pct"] = average(ranges) / bar["close"]
        if sum(past("volume", 4)) > 0:
            row["obv_mom_4w"] = math.fsum(signed) / math.fsum(past("volume", 4))
    row["vol_ma_4w"] = average(past("volume", 4)) if past("volume", 4) else None
    if quarter := past("volume", 12):
        row["vol_ma_12w"] = average(quarter)
        if deviation(quarter, 1) > 0:
            row["vol_zscore_12w"] = (bar["volume"] - average(quarter)) / deviation(quarter, 1)
    year = [bars[friday]["value"] for friday in fridays[max(i - 51, 0) : i + 1]]
    year = [value for value in year if value > 0]
    if len(year) >= 40 and bar["value"] > 0:
        row["turnover_w"] = math.log(bar["value"] / median(year))
    ranked = [a for a in amihud[max(i - 51, 0) : i + 1] if a is not None]
    if amihud[i] is not None and len(ranked) >= 40:
        below = sum(a < amihud[i] for a in ranked)
        equal = sum(a == amihud[i] for a in ranked)
        row["illiq_rank"] = (below + (equal + 1) / 2) / len(ranked)
    return row
