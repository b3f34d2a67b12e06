"""Screens to start from."""

from dataclasses import dataclass

from core.language import N_


@dataclass(frozen=True)
class Preset:
    """A screen to start from, and in one sentence what it looks for; translated where shown."""

    screen: str
    meaning: str


PRESETS: dict[str, Preset] = {
    N_("Breakouts with volume"): Preset(
        "breakout_20w:99.9..,vol_zscore_12w:1..",
        N_("Closed on the highest price of 20 weeks, on clearly more volume than in the last 12."),
    ),
    N_("Oversold, call UP"): Preset(
        "RSI_14w:..35,call:UP",
        N_("Losses have outweighed gains for weeks (RSI at most 35), yet the forecast calls UP."),
    ),
    N_("Strong and quiet"): Preset(
        "ret_26w:p70..,vol_4w:p..40",
        N_(
            "Among the best 30 % over half a year, and among the calmer 40 % in the last four "
            "weeks."
        ),
    ),
    N_("Unusual volume"): Preset(
        "vol_zscore_12w:2..",
        N_("This week's volume lies at least two standard deviations above the mean of 12 weeks."),
    ),
    N_("Trend turning up"): Preset(
        "MA_cross_10_40_w:..0,price_vs_MA20_w:0..,MACD_hist_w:0..",
        N_(
            "The 10-week average is still below the 40-week one, but the price already stands "
            "above its 20-week average and the short trend gains on the long one."
        ),
    ),
}
