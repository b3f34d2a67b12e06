"""Sources of prices: what each promises, which symbols follow it, and a refresh."""

import streamlit as st

from core.errors import UserError
from core.jobs.store import Job
from core.market.follows import followed
from core.market.refresh.request import request_refresh
from core.market.schema import MARKETS
from core.market.sources.state import source_states
from core.settings import settings
from pages.parts.jobs import jobs, person
from pages.parts.reading import known_symbols
from pages.parts.words import duration, moment

OWN = "own"
INSTALL = "install_vnstock"


def refresh_section(market: str) -> None:
    """The sources, the refresh form, and the account of the last refreshes."""
    states = [s for s in source_states(settings().data_dir) if market in s["markets"]]
    _refresh_form(market, states)
    st.subheader("Sources", anchor=False)
    for place, source in zip(st.columns(len(states), border=True), states, strict=True):
        with place:
            _source(source)
    _accounts(market)


def _refresh_form(market: str, states: list[dict]) -> None:
    follows = followed(settings().data_dir, market)
    known = list(known_symbols(market)["symbol"])
    choices = {}
    if follows:
        choices["followed"] = f"The {len(follows)} that follow a source"
    if known:
        choices["all"] = f"All {len(known)} stocks here"
    choices["named"] = "Symbols I name"
    st.subheader("Refresh", anchor=False)
    which = st.radio("Which symbols", list(choices), format_func=choices.get, horizontal=True)
    symbols = None
    if which == "named":
        text = st.text_input(
            "Symbols",
            placeholder="VNM, FPT, HPG" if market == "VN" else "AAPL, MSFT, ^GSPC",
            help="Separated by commas. New ones are fetched whole, from "
            f"{settings().history_start} on.",
        )
        symbols = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    elif which == "all":
        symbols = known
    names = {source["name"]: source["title"] for source in states}
    default = getattr(settings(), f"{market.lower()}_source")
    own = {OWN: "The one each follows"} if which == "followed" else {}
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    chosen = left.selectbox(
        "Source",
        [*own, *names],
        index=0 if own else list(names).index(default),
        format_func=lambda name: own.get(name) or names[name],
        key=f"source-{market}-{which}",
        help="The symbols follow it from then on. Where a source other than their own is asked, "
        "their whole history is fetched and compared first.",
    )
    with right.container(horizontal=True, vertical_alignment="center"):
        with_names = st.checkbox("Names and groups too", help="Such as the members of VN30.")
        force = st.checkbox(
            "Ask again", help="Also the symbols that were asked since the last session closed."
        )
    if not st.button("Refresh", type="primary", icon=":material/sync:", key="refresh"):
        st.caption("Asks only for days that are missing, and a few stored ones to compare.")
        return
    if which == "named" and not symbols:
        st.error("Name at least one symbol first.", icon=":material/info:")
        return
    if which == "followed" and chosen != OWN:
        symbols = list(follows)
    try:
        _, new = request_refresh(
            settings().data_dir,
            market,
            symbols=symbols,
            source=None if chosen == OWN else chosen,
            names=with_names,
            force=force,
            by=person(),
        )
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast("Refresh started." if new else "The same refresh is already under way.")
    st.rerun()


def _source(source: dict) -> None:
    ready = ":green-badge[ready]" if source["ready"] else ":orange-badge[not set up]"
    st.markdown(f"**{source['title']}** {ready}")
    st.caption(
        f"{source['state'][0].upper()}{source['state'][1:]}."
        f"  \nUnit: {source['unit']}.  \nPrices: {source['adjusted']}."
        + (f"  \nAt most {source['per_minute']} requests a minute." if source["per_minute"] else "")
        + (f"  \n{source['followers']} symbols follow it." if source["followers"] else "")
    )
    if source["name"] == "vnstock":
        if not source["ready"]:
            _install(source["terms"])
    elif source["terms"]:
        st.caption(source["terms"])


def _install(terms: str) -> None:
    if any(job.kind == INSTALL for job in jobs().active()):
        st.caption("Being installed; see above.")
        return
    failed = next(iter(jobs().all(kind=INSTALL, limit=1)), None)
    if failed is not None and failed.state == "failed":
        st.error(failed.message, icon=":material/info:")
    with st.popover("Install vnstock", icon=":material/download:"):
        st.markdown(terms)
        accepted = st.checkbox("I accept vnstock's licence", key="vnstock_licence")
        if st.button("Install", type="primary", disabled=not accepted, key="install_vnstock"):
            jobs().submit(INSTALL, {}, requested_by=person())
            st.rerun()


def _accounts(market: str) -> None:
    ended = [job for job in jobs().all(kind="refresh", limit=30) if not job.active]
    ended = [job for job in ended if job.params["market"] == market][:5]
    st.subheader("Last refreshes", anchor=False)
    if not ended:
        st.caption(f"None of {MARKETS[market].name} yet.")
    for number, job in enumerate(ended):
        with st.expander(_heading(job), expanded=number == 0):
            _account(job)


def _heading(job: Job) -> str:
    took = f", {duration(job.seconds)}" if job.seconds is not None else ""
    return f"{moment(job.created)} · {job.state}{took}"


def _account(job: Job) -> None:
    if job.state in ("failed", "interrupted"):
        st.warning(job.message, icon=":material/info:")
    else:
        st.write(job.message)
    rows = job.result.get("symbols", [])
    if rows:
        st.dataframe(
            rows,
            key=f"account-{job.id}",
            hide_index=True,
            height=min(36 * (len(rows) + 1) + 3, 330),
            column_order=["symbol", "state", "added", "note", "changed", "dropped", "source"],
            column_config={
                "symbol": st.column_config.TextColumn("Symbol", width="small"),
                "source": st.column_config.TextColumn("Source", width="small"),
                "state": st.column_config.TextColumn("Result", width="small"),
                "added": st.column_config.NumberColumn("New days", format="localized"),
                "changed": st.column_config.NumberColumn("Corrected", format="localized"),
                "dropped": st.column_config.NumberColumn("Dropped rows", format="localized"),
                "note": st.column_config.TextColumn("Why", width="large"),
            },
        )
