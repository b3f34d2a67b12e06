"""An answer as cards: sentences, figures, a table, and the way to the page that proves it."""

import pandas as pd
import streamlit as st

from core import forecasts
from core.answers.result import PERCENT, Choice, Link, Result, Table, cell_text
from core.answers.work import begin
from core.errors import UserError
from core.language import _
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.ask import ask, examples
from pages.parts.ask_answer import Shown, asker
from pages.parts.card import forecast_card
from pages.parts.market_header import market_header
from pages.parts.reading import indices, latest_forecasts, overview
from pages.parts.words import plain

PAGES = {
    "": ("pages/home.py", ":material/home:"),
    "market": ("pages/market.py", ":material/table_rows:"),
    "stock": ("pages/stock.py", ":material/candlestick_chart:"),
    "help": ("pages/help.py", ":material/help:"),
    "training": ("pages/training.py", ":material/model_training:"),
    "models": ("pages/models.py", ":material/workspaces:"),
    "evidence": ("pages/evidence.py", ":material/science:"),
    "backtest": ("pages/backtest.py", ":material/finance_mode:"),
    "monitoring": ("pages/monitoring.py", ":material/monitor_heart:"),
    "alerts": ("pages/alerts.py", ":material/notifications:"),
    "data": ("pages/data.py", ":material/database:"),
    "quality": ("pages/quality.py", ":material/fact_check:"),
}


def show(answer: Shown) -> None:
    """Draw an answer, or what to ask instead."""
    st.markdown(f"**{plain(answer.question[:300])}**")
    if answer.worded:
        with st.container(border=True, key="ask-worded"):
            st.markdown(plain(answer.worded).replace("\n", "  \n"))
            st.caption(
                _(
                    "Worded by {model}. Every figure was found in the records below; the words "
                    "are the model's."
                ).format(model=plain(settings().chat_model))
            )
    for sentence in answer.said:
        if answer.lost and sentence == answer.said[-1]:
            examples(sentence)
        else:
            st.info(plain(sentence), icon=":material/info:")
    _choices(answer.question, answer.choices)
    _links(answer.links, "said")
    drawn_card = False
    for place, result in enumerate(answer.results):
        with st.container(border=True, key=f"ask-card-{place}"):
            # A page holds one forecast card: its controls have one name.
            whole = "record" in result.about and not drawn_card
            drawn_card |= whole
            _card(answer.question, result, place, whole=whole)


def _card(question: str, result: Result, place: int, *, whole: bool) -> None:
    about = result.about
    st.subheader(_title(result), anchor=False)
    if whole and _forecast(about):
        pass
    elif result.tool == "market_summary" and result.figures:
        _market(about["market"])
    else:
        first = result.tool == "backtest"  # its figures are what was asked for
        if first and result.table is not None:
            _table(result.table, result.quotes)
        _sentences(result)
        if not first and result.table is not None and not _told(result):
            _table(result.table, result.quotes)
    _choices(question, result.choices if result.tool != "find_symbol" else ())
    if result.proposal:
        _proposal(result, place)
    _links(result.links, str(place), result.quotes)


def _sentences(result: Result) -> None:
    lines = [plain(fact) for fact in result.facts]
    if len(lines) > 3:
        lines = [f"- {line}" for line in lines]
    if result.tool == "attention":
        lines += [f"- {plain(text)}" for text in result.quotes.values()]
    if lines:
        listed = lines[-1].startswith("- ")
        st.markdown(("\n" if listed else "\n\n").join(lines))


def _told(result: Result) -> bool:
    """Whether the sentences have said what stands in the table: the few indicators asked for."""
    return result.tool == "indicators" and 1 < len(result.facts) == 1 + len(result.table.rows)


def _title(result: Result) -> str:
    symbol = result.about.get("symbol", "")
    name = result.quotes.get(symbol, "")
    return plain(f"{result.title} ({name})" if name else result.title)


def _forecast(about: dict[str, str]) -> bool:
    records = latest_forecasts(about["market"])
    mine = records[records["id"] == about["record"]]
    if mine.empty:
        return False
    shown = forecasts.current(settings().data_dir)
    forecast_card(mine.iloc[0].to_dict(), shown, about["market"])
    return True


def _market(market: str) -> None:
    records = latest_forecasts(market)
    market_header(
        market,
        overview(market),
        indices(market),
        safe=False,
        calls=records.set_index("symbol")["call"] if len(records) else None,
        shown=forecasts.current(settings().data_dir),
    )


def _table(table: Table, names: dict[str, str]) -> None:
    shown = pd.DataFrame(
        [
            {column.name: cell_text(column, row.get(column.name)) for column in table.columns}
            for row in table.rows
        ]
    )
    if shown.empty:
        return
    columns = {}
    for column in table.columns:
        unit = f", {column.unit}" if column.unit and column.unit != PERCENT else ""
        columns[column.name] = st.column_config.TextColumn(
            column.title + unit,
            alignment="left" if column.digits is None else "right",
            pinned=column is table.columns[0],
        )
    if names and "symbol" in shown and set(names) & set(shown["symbol"]):
        shown["name"] = [names.get(symbol, "") for symbol in shown["symbol"]]
        columns["name"] = st.column_config.TextColumn(_("Name"), width="medium")
    st.dataframe(shown, hide_index=True, column_config=columns)


def _choices(question: str, choices: tuple[Choice, ...]) -> None:
    if not choices:
        return
    with st.container(horizontal=True):
        for choice in choices:
            market = f" ({_(MARKETS[choice.market].name)})" if choice.market in MARKETS else ""
            st.button(
                plain(f"{choice.value} {choice.name}".strip() + market),
                key=f"ask-choice-{choice.market}-{choice.value}",
                on_click=ask,
                args=(_with(question, choice.value),),
            )


def _with(question: str, symbol: str) -> str:
    """The question with the stock that was meant."""
    return f"{question[:400].rstrip()} ({symbol})"


def _links(links: tuple[Link, ...], key: str, names: dict[str, str] | None = None) -> None:
    there = [link for link in links if link.page in PAGES]
    if not there:
        return
    with st.container(horizontal=True, key=f"ask-links-{key}"):
        for link in there:
            path, icon = PAGES[link.page]
            name = (names or {}).get(link.label, "")
            st.page_link(
                path,
                label=f"{link.label} {plain(name)}".strip(),
                icon=icon,
                query_params=link.query,
                width="content",
            )


def _proposal(result: Result, place: int) -> None:
    """Work begins with this click and no other way."""
    words = _("Start the training") if result.proposal["kind"] == "train" else _("Fetch prices")
    if st.button(words, key=f"ask-begin-{place}", type="primary", icon=":material/play_arrow:"):
        try:
            begun = begin(settings().data_dir, result.proposal, asker())
        except UserError as error:
            st.error(str(error), icon=":material/info:")
            return
        st.success(" ".join(begun.facts), icon=":material/check:")
        _links(begun.links, f"begun-{place}")
