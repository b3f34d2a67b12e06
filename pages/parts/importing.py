"""Bringing in files of prices, and what came of it."""

import tempfile
from pathlib import Path

import streamlit as st

from core.access import Role
from core.errors import UserError
from core.formats import number
from core.language import N_, _, retold
from core.market.import_report import ImportReport, NothingImported
from core.market.importer import import_files
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.reading import store
from pages.parts.rights import needs

REFUSALS_SHOWN = 200
KINDS = {"stock": N_("Stocks"), "index": N_("Indices")}


def import_section(market: str) -> None:
    """The upload form, and its report once files were read."""
    try:
        if (report := _bring_in(market)) is not None:
            _show(report)
            if report.kind == "stock" and (report.rows_added or report.rows_replaced):
                st.page_link(
                    "pages/training.py", label=_("Train on them"), icon=":material/model_training:"
                )
    except UserError as error:
        st.error(str(error), icon=":material/info:")
    st.caption(
        _(
            "The same from a terminal: `python -m core import FILE… --market {market} --listing "
            "FILE.csv`. Rows are merged by symbol and date; nothing stored is lost when a file is "
            "refused."
        ).format(market=market)
    )


def _bring_in(market: str) -> ImportReport | None:
    with st.form("import", clear_on_submit=True):
        files = st.file_uploader(
            _("Price files of {market}").format(market=_(MARKETS[market].name)),
            type=["csv", "txt", "parquet"],
            accept_multiple_files=True,
            max_upload_size=settings().max_upload_mb,
            help=_(
                "CSV or Parquet with symbol, date, open, high, low, close, volume; one file a "
                "symbol or all in one. Dates as 2024-06-28 or 28/06/2024."
            ),
        )
        listing = st.file_uploader(
            _("Names (optional)"),
            type=["csv"],
            help=_("CSV with symbol, name, name_vi, sector, exchange: company names and groups."),
        )
        kind = st.selectbox(
            _("These are"),
            list(KINDS),
            format_func=lambda kind: _(KINDS[kind]),
            help=_("Indices tell which days were sessions; they are never trained on."),
        )
        if not st.form_submit_button(
            _("Import"), type="primary", icon=":material/upload:", **needs(Role.ANALYST)
        ):
            return None
    if not files and listing is None:
        raise UserError(_("Choose at least one file first."))
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings().data_dir, prefix="upload-") as folder:
        paths = [_put(folder, f"{place}", file) for place, file in enumerate(files)]
        names = _put(folder, "listing", listing) if listing is not None else None
        with st.spinner(_("Reading and checking the rows")):
            try:
                return import_files(paths, market=market, store=store(), kind=kind, listing=names)
            except NothingImported as error:
                st.error(str(error), icon=":material/info:")
                # One sentence about a file says it all; refused rows are listed one by one.
                several = error.report.refused or len(error.report.unread) > 1
                return error.report if several else None


def _put(folder: str, sub: str, file) -> Path:
    """Write an upload under its own name's last part, in a folder of its own."""
    place = Path(folder) / sub
    place.mkdir()
    path = place / (Path(file.name).name or "upload")
    path.write_bytes(file.getbuffer())
    return path


def _show(report: ImportReport) -> None:
    """What the import did, refusals with their lines and reasons."""
    for tile, (words, count) in zip(
        st.columns(4),
        (
            (_("Rows added"), report.rows_added),
            (_("Rows replaced"), report.rows_replaced),
            (_("Rows unchanged"), report.rows_unchanged),
            (_("Rows refused"), report.refused_total),
        ),
        strict=True,
    ):
        tile.metric(words, number(count), border=True)
    for file in report.unread:
        st.warning(str(file), icon=":material/info:")
    for note in report.notes:
        st.info(note, icon=":material/info:")
    if report.refused:
        st.markdown(_("**Refused rows**, with the reason of each."))
        st.dataframe(
            [
                {"file": r.file, "line": r.line, "reason": retold(r.reason)}
                for r in report.refused[:REFUSALS_SHOWN]
            ],
            hide_index=True,
            column_config={"file": _("File"), "line": _("Line"), "reason": _("Reason")},
        )
