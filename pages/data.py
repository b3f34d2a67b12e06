"""Data: what prices are there, how fresh, and bringing in your own."""

import tempfile
from pathlib import Path

import streamlit as st

from core.errors import UserError
from core.market.calendar import weeks_behind
from core.market.importer import ImportReport, NothingImported, import_files
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.jobs import running_note
from pages.parts.reading import store
from pages.parts.words import source_label

REFUSALS_SHOWN = 200

st.title("Data", anchor=False)
st.caption("Daily prices, kept in one folder on this machine. Nothing is sent anywhere.")
running_note()


def bring_in() -> ImportReport | None:
    """The upload form; the report once files were read."""
    with st.form("import", clear_on_submit=True):
        files = st.file_uploader(
            "Price files",
            type=["csv", "txt", "parquet"],
            accept_multiple_files=True,
            max_upload_size=settings().max_upload_mb,
            help="CSV or Parquet with symbol, date, open, high, low, close, volume; one file a "
            "symbol or all in one. Dates as 2024-06-28 or 28/06/2024.",
        )
        listing = st.file_uploader(
            "Names (optional)",
            type=["csv"],
            help="CSV with symbol, name, name_vi, sector, exchange: company names and groups.",
        )
        left, right = st.columns(2)
        market = left.selectbox("Market", list(MARKETS), format_func=lambda m: MARKETS[m].name)
        kind = right.selectbox(
            "These are",
            ["stock", "index"],
            format_func={"stock": "Stocks", "index": "Indices"}.get,
            help="Indices tell which days were sessions; they are never trained on.",
        )
        if not st.form_submit_button("Import", type="primary", icon=":material/upload:"):
            return None
    if not files and listing is None:
        raise UserError("Choose at least one file first.")
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings().data_dir, prefix="upload-") as folder:
        paths = [_put(folder, f"{number}", file) for number, file in enumerate(files)]
        names = _put(folder, "listing", listing) if listing is not None else None
        with st.spinner("Reading and checking the rows"):
            try:
                return import_files(paths, market=market, store=store(), kind=kind, listing=names)
            except NothingImported as error:
                st.error(str(error), icon=":material/info:")
                return error.report


def _put(folder: str, sub: str, file) -> Path:
    """Write an upload under its own name's last part, in a folder of its own."""
    place = Path(folder) / sub
    place.mkdir()
    path = place / (Path(file.name).name or "upload")
    path.write_bytes(file.getbuffer())
    return path


def show(report: ImportReport) -> None:
    """What the import did, refusals with their lines and reasons."""
    for tile, (words, count) in zip(
        st.columns(4),
        (
            ("Rows added", report.rows_added),
            ("Replaced", report.rows_replaced),
            ("Unchanged", report.rows_unchanged),
            ("Refused", report.refused_total),
        ),
        strict=True,
    ):
        tile.metric(words, f"{count:,}", border=True)
    for note in report.notes:
        st.info(note, icon=":material/info:")
    if report.refused:
        st.markdown("**Refused rows**: mend them in the file and import it again.")
        st.dataframe(
            [
                {"file": r.file, "line": r.line or None, "reason": r.reason}
                for r in report.refused[:REFUSALS_SHOWN]
            ],
            hide_index=True,
        )


known = store().symbols(kind=None)
if known.empty:
    st.info("There are no prices yet: bring in a file below.", icon=":material/info:")
else:
    words = ["name", "exchange", "sector"]
    table = known.drop(columns="updated").assign(
        **known[words].fillna(""),
        source=known["source"].map(source_label),
        first=known["first"].dt.date,
        last=known["last"].dt.date,
        behind=[
            weeks_behind(m, last) for m, last in zip(known["market"], known["last"], strict=True)
        ],
    )
    st.dataframe(
        table,
        hide_index=True,
        height=min(36 * (len(table) + 1) + 3, 480),
        column_order=[
            "symbol",
            "name",
            "market",
            "kind",
            "exchange",
            "sector",
            "source",
            "rows",
            "first",
            "last",
            "behind",
        ],
        column_config={
            "rows": st.column_config.NumberColumn("Days", format="localized"),
            "behind": st.column_config.NumberColumn(
                "Weeks behind", help="Weeks that have ended since"
            ),
            **{
                name: st.column_config.TextColumn(name.capitalize())
                for name in ("symbol", "name", "market", "kind", "exchange", "sector", "source")
            },
            "first": st.column_config.DateColumn("First"),
            "last": st.column_config.DateColumn("Last"),
        },
    )

st.header("Import your own prices", anchor=False)
try:
    if (report := bring_in()) is not None:
        show(report)
        if report.symbols:
            st.page_link(
                "pages/training.py", label="Train on them", icon=":material/model_training:"
            )
except UserError as error:
    st.error(str(error), icon=":material/info:")
st.caption(
    "The same from a terminal: `python -m core import FILE… --market VN --listing FILE.csv`. "
    "Rows are merged by symbol and date; nothing stored is lost when a file is refused."
)
