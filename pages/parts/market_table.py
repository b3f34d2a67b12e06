"""The Market page's table: its columns, their headings, and moves in colour."""

from functools import partial

import pandas as pd
import streamlit as st

from core.breadth import MONEY
from core.charts.moves import MoveColours, move_text
from core.charts.style import Theme, palette
from core.charts.tiny import place_bar, shares_bar
from core.formats import number
from core.language import DEFAULT, _, language, retold
from core.market.moves import CEILING, FLOOR
from core.market.quality.catalogue import ALARM_WEEKS
from core.market.schema import MARKETS
from core.watch import PROBABILITIES
from pages.parts.kept_style import written_once
from pages.parts.reading import shown_state
from pages.parts.words import call_text, day, percent

MOVES = ("day_change", "week_change", "month_change", "year_change", "strength", "change")
MOST_COLOURED = 400
"""Rows up to which moves are coloured: pandas takes half a second to style 1,600."""
PICTURE = 136
"""Pixels: a picture of `core.charts.tiny` and the cell's edges."""
GLANCE = (
    *("close", "day_change", "week_change", "value_20", "strength", "place", "spark"),
    *("name", "exchange", "sector"),
)
GLANCE_FORECAST = (
    *("close", "day_change", "week_change", "change", "low_change", "high_change", "call"),
    *("odds", "odds_text", "spark", "rank", "strength", "place", "value_20", "name"),
)
ALL = (
    *("close", "day_change", "week_change", "month_change", "year_change", "strength"),
    *("place", "low_52", "high_52", "spark", "value_20"),
)
ALL_FORECAST = (
    *("price", "change", "low_change", "high_change", "rank", "call", "odds"),
    *("p_up", "p_sideways", "p_down", "reason"),
)
ABOUT = ("name", "exchange", "sector", "source", "updated")
NUMBERS = {
    "odds": ("p_up", "p_sideways", "p_down"),
    "odds_text": (),
    "place": ("year_place",),
    "spark": (),
}
"""What a file holds in place of a column that is a picture."""
PLAIN = {
    **dict.fromkeys(("close", "price", "low_52", "high_52"), partial(number, digits=2)),
    "value_20": partial(number, digits=1),
    **dict.fromkeys(("p_up", "p_sideways", "p_down"), lambda share: percent(share / 100, 0)),
    "rank": number,
}
"""How a styled table writes other numbers where a column's own format knows no such separators."""


def shown_columns(*, forecast: bool, everything: bool, index: bool = True) -> list[str]:
    """The columns beside the symbol, in order.

    Parameters
    ----------
    forecast, index : bool
        Whether there are forecasts, and an index to measure strength against.
    everything : bool
        All columns, not those at a glance alone.
    """
    columns = list(GLANCE_FORECAST if forecast else GLANCE)
    if everything:
        columns = [*ALL, *(ALL_FORECAST if forecast else ()), *ABOUT]
    return [name for name in columns if index or name != "strength"]


def saved_columns(columns: list[str]) -> list[str]:
    """The columns of a file of the table: numbers in place of pictures."""
    wanted = (NUMBERS.get(name, (name,)) for name in ("symbol", *columns))
    return list(dict.fromkeys(name for names in wanted for name in names))


def drawn(table: pd.DataFrame, colours: MoveColours, theme: Theme) -> pd.DataFrame:
    """The table with its small pictures, and the call with its sign."""
    tones = palette(theme)
    bars = (colours.up, tones.sideways, colours.down)
    shares = table[PROBABILITIES].astype(float).itertuples(index=False)
    return table.assign(
        odds=[shares_bar(tuple(row), bars) for row in shares],
        odds_text=[
            f"{up:.0f} · {side:.0f} · {down:.0f}" if pd.notna(up) else None
            for up, side, down in table[PROBABILITIES].itertuples(index=False)
        ],
        place=[place_bar(place / 100, tones.accent, tones.muted) for place in table["year_place"]],
        call=[call_text(call) for call in table["call"]],
        reason=[retold(reason) for reason in table["reason"]],
        updated=[day(moment) for moment in table["updated"]],
    )


def coloured(table: pd.DataFrame, colours: MoveColours, theme: Theme):
    """The table with signs and colours on its moves, where it is not too long for that."""
    if len(table) > MOST_COLOURED:
        return table.drop(columns="day_state")
    states, grey = table["day_state"], palette(theme).sideways
    table = table.drop(columns="day_state")

    def ink(column: pd.Series) -> list[str]:
        if column.name == "day_change":
            paints = [colours.of_day(state) for state in states]
        elif column.name == "call":
            starts = {"▲": colours.up, "▼": colours.down}
            paints = [starts.get(call[:1], grey) for call in column]
        else:
            paints = [
                colours.up if v >= 0.05 else colours.down if v <= -0.05 else grey for v in column
            ]
        return [f"color: {paint}" if paint else "" for paint in paints]

    moves = [name for name in MOVES if name in table]
    styled = table.style.apply(ink, subset=[*moves, *(["call"] if "call" in table else [])])
    styled = styled.format(move_text, subset=[name for name in moves if name != "strength"])
    if "strength" in moves:
        styled = styled.format(lambda v: move_text(v).replace(" %", ""), subset=["strength"])
    ends = [name for name in ("low_change", "high_change") if name in table]
    styled = styled.format(lambda v: percent(v / 100, sign=True), subset=ends)
    if language() != DEFAULT:
        plain = {name: told for name, told in PLAIN.items() if name in table}
        # Without the subset every other column would fall back to all its digits.
        styled = styled.format(plain, subset=list(plain))
    for state in (CEILING, FLOOR):
        at = pd.IndexSlice[table.index[states == state], ["day_change"]]
        styled = styled.format(partial(move_text, state=state), subset=at)
    return written_once(styled)


# Only shown, never changed, so all sessions that see the same share one.
@st.cache_resource(max_entries=16, show_spinner=False)
def _styled(
    state: tuple,
    symbols: tuple[str, ...],
    order: tuple[str, ...],
    colours: MoveColours,
    theme: Theme,
    spoken: str,
    _table: pd.DataFrame,
):
    pictured = drawn(_table, colours, theme)[[*order, "day_state"]].reset_index(drop=True)
    return coloured(pictured, colours, theme)


def styled(market: str, table: pd.DataFrame, order: list[str], colours: MoveColours, theme: Theme):
    """The table as it is shown, kept until prices, findings or forecasts change.

    Parameters
    ----------
    market : str
    table : DataFrame
        From ``core.watch.watch_table``, with ``data``.
    order : list of str
        Columns on show.
    colours : MoveColours
    theme : "light" or "dark"
    """
    where = (shown_state(market), tuple(table["symbol"]), tuple(order))
    return _styled(*where, colours, theme, language(), table)


def column_config(market: str, band: str, rows: int) -> dict:
    """Headings, units and explanations of a table of so many rows."""
    place = MARKETS[market]
    unit, column = _(place.unit), st.column_config
    # Where the table is styled, the style writes the numbers; a format here would go before it.
    move = None if rows <= MOST_COLOURED else "%+.1f %%"
    written = rows <= MOST_COLOURED and language() != DEFAULT
    money = None if written else f"%.{place.price_digits}f"
    share = None if written else "%.0f %%"
    traded = None if written else "%.1f"
    return {
        "symbol": column.TextColumn(_("Symbol"), pinned=True, width="small"),
        "name": column.TextColumn(_("Name"), width="medium"),
        "exchange": column.TextColumn(_("Exchange"), width="small"),
        "sector": column.TextColumn(_("Sector"), width="medium"),
        "source": column.TextColumn(_("From"), width="small", help=_("Where the prices came from")),
        "updated": column.TextColumn(
            _("Stored"), width="small", help=_("Day on which prices were last stored here, UTC")
        ),
        "close": column.NumberColumn(
            _("Close"), format=money, help=_("Last close, {unit}").format(unit=unit)
        ),
        "day_change": column.NumberColumn(
            _("Day"),
            format=move,
            help=_(
                "Last session against its reference price, per cent. In Vietnam: green up, red "
                "down, yellow unchanged, purple ceiling, cyan floor; the last two only where "
                "closes are known as traded"
            ),
        ),
        "week_change": column.NumberColumn(
            _("Week"), format=move, help=_("Change over the last complete week, per cent")
        ),
        "month_change": column.NumberColumn(
            _("Month"), format=move, help=_("Change over the last 4 complete weeks, per cent")
        ),
        "year_change": column.NumberColumn(
            _("Year"), format=move, help=_("Change over the last 52 complete weeks, per cent")
        ),
        "strength": column.NumberColumn(
            _("Strength"),
            format=move and "%+.1f",
            help=_(
                "Strength against the index: 12-week return less that of {index}, in percentage "
                "points; a dash where the index is not here"
            ).format(index=place.index),
        ),
        "value_20": column.NumberColumn(
            _("Traded"),
            format=traded,
            help=_("Traded value, mean of the last 20 sessions, {unit}").format(
                unit=_(MONEY[market])
            ),
        ),
        "place": column.ImageColumn(
            _("52 weeks"),
            width=PICTURE,
            help=_("Where the close lies between the lowest and highest price of 52 weeks"),
        ),
        "low_52": column.NumberColumn(
            _("Low 52"), format=money, help=_("Lowest of 52 weeks, adjusted")
        ),
        "high_52": column.NumberColumn(
            _("High 52"), format=money, help=_("Highest of 52 weeks, adjusted")
        ),
        "spark": column.LineChartColumn(_("26 weeks"), help=_("Weekly closes")),
        "price": column.NumberColumn(
            _("Forecast"), format=money, help=_("Forecast price; its baseline is the close")
        ),
        "change": column.NumberColumn(
            _("vs no change"),
            format=move,
            help=_(
                "Statistical 4-week forecast against no change, per cent: the median, with a wide "
                "margin on both sides"
            ),
        ),
        "low_change": column.NumberColumn(
            _("80 % from"), format=move, help=_("Lower end of the 80 % interval, per cent")
        ),
        "high_change": column.NumberColumn(
            _("to"), format=move, help=_("Upper end of the 80 % interval, per cent")
        ),
        "rank": column.NumberColumn(
            _("Rank"), format="%d", help=_("Among the forecasts of this week, 1 for the highest")
        ),
        "call": column.TextColumn(_("Call"), width=125),
        "odds": column.ImageColumn(
            _("Probabilities"),
            width=PICTURE,
            help=_("UP, SIDEWAYS, DOWN from left to right") + f"; {band}",
        ),
        "odds_text": column.TextColumn(
            "▲ · ■ · ▼, %",
            width=110,
            help=_("UP, SIDEWAYS, DOWN from left to right") + f"; {band}",
        ),
        "p_up": column.NumberColumn(
            _("P(UP)"), format=share, help=_("Probability of rising more than the band, per cent")
        ),
        "p_sideways": column.NumberColumn(
            _("P(SIDE)"), format=share, help=_("Probability of staying within the band")
        ),
        "p_down": column.NumberColumn(
            _("P(DOWN)"), format=share, help=_("Probability of falling more than the band")
        ),
        "data": column.TextColumn(
            _("Data"),
            width=64,
            help=_(
                "⚠: how many kinds of oddities the prices of the last {weeks} weeks show; the "
                "Quality page lists them"
            ).format(weeks=ALARM_WEEKS),
        ),
        "reason": column.TextColumn(_("Note"), width="medium"),
    }
