"""What a question calls an indicator or a part of the forecast."""

from core.answers.grammar.words import Question, number_in, position

INDICATORS = {
    "RSI_14w": ("rsi", "relative strength index"),
    "MACD_hist_w": ("macd",),
    "vol_4w": ("volatility", "volatile", "bien dong", "do bien dong"),
    "ATR_4w_pct": ("atr", "weekly range", "bien do"),
    "bb_width_w": ("bollinger", "bb"),
    "vol_zscore_12w": ("volume", "khoi luong"),
    "obv_mom_4w": ("obv",),
    "illiq_rank": ("illiquidity", "illiquid", "kem thanh khoan", "amihud"),
    "breakout_20w": ("breakout", "20 week high", "dinh 20 tuan", "but pha"),
    "price_vs_MA20_w": ("ma20", "ma 20", "duong trung binh", "moving average", "trung binh 20"),
    "MA_cross_10_40_w": ("ma10", "ma40", "ma 10", "ma 40", "golden cross", "cat vang"),
    "ret_52w": ("52 weeks", "52 week return", "1 year return", "loi suat 1 nam", "52 tuan"),
    "ret_26w": ("26 weeks", "half a year", "nua nam", "26 tuan"),
    "ret_12w": ("12 weeks", "quarter", "momentum", "quy", "12 tuan", "da tang"),
    "MAX_4w": ("best day", "phien tang manh nhat"),
}
OTHERS = {
    "p_down": ("probability of down", "xac suat giam", "p down"),
    "p_sideways": ("probability of sideways", "xac suat di ngang"),
    "p_up": ("probability", "xac suat", "p up", "chance", "likely", "kha nang tang"),
    "value_20": ("liquidity", "liquid", "traded value", "thanh khoan", "gia tri giao dich"),
    "strength": ("strength", "suc manh", "manh hon thi truong"),
    "year_place": ("52 week range", "vung 52 tuan"),
    "change": (
        *("expected return", "forecast return", "forecast", "loi suat ky vong", "du bao"),
        *("ky vong", "expected", "upside", "trien vong"),
    ),
}
BELOW = ("below", "under", "less than", "at most", "duoi", "nho hon", "thap hon", "toi da", "<")
ABOVE = ("above", "over", "more than", "at least", "tren", "lon hon", "cao hon", "toi thieu", ">")


def indicators_in(asked: Question) -> list[str]:
    """The indicators a question names, by their own names too."""
    own = {name.lower(): name for name in INDICATORS}
    found = [own[word] for word in asked.words if word in own]
    found += [name for name, said in INDICATORS.items() if asked.has(*said)]
    return list(dict.fromkeys(found))


def field_in(asked: Question) -> str:
    """The field a question orders by; empty for none."""
    for name, said in {**OTHERS, **INDICATORS}.items():
        if asked.has(*said):
            return name
    return ""


def conditions_in(asked: Question) -> list[str]:
    """Bounds such as "RSI below 30" in the screener's language."""
    found = []
    for name, said in {**INDICATORS, **OTHERS}.items():
        for phrase in said:
            place = position(asked.words, phrase)
            if place is None:
                continue
            end = place + len(phrase.split())
            # "RSI below 30", and "below 30 RSI" where nothing follows.
            told = _bound(asked.words[end:][:4]) or _bound(asked.words[max(place - 4, 0) : place])
            if told:
                found.append(f"{name}:{told}")
            break
    return found


def _bound(words: tuple[str, ...]) -> str:
    """A bound in the screener's language, such as ``..30``; empty where there is none."""
    bound = next((n for n in map(number_in, words) if n is not None), None)
    low = any(position(words, word) is not None for word in ABOVE)
    high = any(position(words, word) is not None for word in BELOW)
    if bound is None or low == high:
        return ""
    return f"{bound:g}.." if low else f"..{bound:g}"
