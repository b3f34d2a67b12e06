"""Sources of prices: what each promises, which symbols follow it, and a refresh."""

import streamlit as st

from core.errors import UserError
from core.jobs.progress import tail
from core.jobs.store import Job
from core.market.follows import asked_since, followed, unfollow
from core.market.refresh.request import outlook, request_refresh
from core.market.schema import MARKETS
from core.market.sources.state import source_states
from core.settings import settings
from pages.parts.jobs import jobs, person
from pages.parts.reading import known_symbols
from pages.parts.words import duration, moment, plain

OWN = "own"
INSTALL = "install_vnstock"
WRONG = ("refused", "failed", "not asked")


def refresh_section(market: str) -> None:
    """The sources, the refresh form, and the account of the last refreshes."""
    states = [s for s in source_states(settings().data_dir) if market in s["markets"]]
    _refresh_form(market, states)
    st.subheader("Sources", anchor=False)
    for place, source in zip(st.columns(len(states), border=True), states, strict=True):
        with place:
            _source(source)
    _stop_following(market)
    _accounts(market)


def _refresh_form(market: str, states: list[dict]) -> None:
    follows = followed(settings().data_dir, market)
    known = list(known_symbols(market)["symbol"])
    words = {
        "followed": f"The {len(follows)} that follow a source",
        "all": f"All {len(known)} stocks here",
        "named": "Symbols I name",
    }
    st.subheader("Refresh", anchor=False)
    first = "followed" if follows else "all" if known else "named"
    which = st.radio(
        "Which symbols",
        list(words),
        index=list(words).index(first),
        format_func=words.get,
        horizontal=True,
        key=f"which-{market}",
    )
    symbols = None
    if which == "named":
        text = st.text_input(
            "Symbols",
            key=f"named-{market}",
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
        help="A symbol follows it once it has answered. Where it is another than the one its "
        "prices came from, its whole history is fetched and compared first.",
    )
    with right.container(horizontal=True, vertical_alignment="center"):
        with_names = st.checkbox("Names and groups too", help="Such as the members of VN30.")
        force = st.checkbox(
            "Ask again", help="Also the symbols that have answered since the last session closed."
        )
    if which == "followed" and chosen != OWN:
        symbols = list(follows)
    asked = {"symbols": symbols, "source": None if chosen == OWN else chosen, "force": force}
    running = [job for job in jobs().active() if job.kind == "refresh"]
    running = [job for job in running if job.params["market"] == market]
    pressed = st.button(
        "Refresh", type="primary", icon=":material/sync:", key="refresh", disabled=bool(running)
    )
    if running:
        st.caption("A refresh of this market is under way; see above.")
        return
    if symbols == []:
        if pressed:
            st.error("Name at least one symbol first.", icon=":material/info:")
        return
    try:
        if pressed:
            request_refresh(settings().data_dir, market, **asked, names=with_names, by=person())
            st.rerun()
        st.caption(outlook(settings().data_dir, market, **asked))
    except UserError as error:
        if pressed or which == "named":
            st.error(str(error), icon=":material/info:")
        else:
            st.caption(str(error))


def _stop_following(market: str) -> None:
    follows = followed(settings().data_dir, market)
    if not follows:
        return
    with st.popover("Stop following", icon=":material/link_off:"):
        st.caption("A refresh then leaves these symbols alone; their prices stay.")
        chosen = st.multiselect(
            "Symbols",
            list(follows),
            key=f"stop-{market}",
            format_func=lambda symbol: f"{symbol} ({follows[symbol]})",
        )
        if st.button("Stop", disabled=not chosen, key="stop_following"):
            unfollow(settings().data_dir, market, chosen)
            st.rerun()


def _source(source: dict) -> None:
    badge = ":green-badge[ready]" if source["ready"] else ":gray-badge[not set up]"
    st.markdown(f"**{source['title']}** {badge}")
    st.caption(
        f"{source['state'][0].upper()}{source['state'][1:]}."
        f"  \nUnit: {source['unit']}.  \nPrices: {source['adjusted']}."
        + (f"  \nAt most {source['per_minute']} requests a minute." if source["per_minute"] else "")
        + (f"  \n{source['followers']} symbols follow it." if source["followers"] else "")
    )
    if source["trouble"]:
        st.caption(f":orange-badge[last asking] {plain(source['trouble'])}")
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
    counts = job.result.get("counts", {})
    wrong = [f"{counts[state]} {state}" for state in WRONG if counts.get(state)]
    return f"{moment(job.created)} · {', '.join([job.state, *wrong])}{took}"


def _account(job: Job) -> None:
    if job.state in ("failed", "interrupted"):
        st.warning(job.message, icon=":material/info:")
    else:
        st.write(job.message)
    rows = job.result.get("symbols", [])
    if job.state != "done" and job.started:
        rows = asked_since(settings().data_dir, job.params["market"], job.started)
        rows = [row for row in rows if not job.ended or row["at"] <= job.ended]
    if rows:
        told = [name for name in ("changed", "dropped") if any(row.get(name) for row in rows)]
        st.dataframe(
            rows,
            key=f"account-{job.id}",
            hide_index=True,
            height=min(36 * (len(rows) + 1) + 3, 330),
            column_order=["symbol", "state", "added", "note", *told, "source"],
            column_config={
                "symbol": st.column_config.TextColumn("Symbol", width="small"),
                "source": st.column_config.TextColumn("Source", width="small"),
                "state": st.column_config.TextColumn("Result", width="small"),
                "added": st.column_config.NumberColumn("New days", format="localized"),
                "changed": st.column_config.NumberColumn("Corrected days", format="localized"),
                "dropped": st.column_config.NumberColumn("Dropped rows", format="localized"),
                "note": st.column_config.TextColumn("Why", width="large"),
            },
        )
    log = tail(jobs().folder(job.id))
    if job.state == "failed" and log:
        st.code(log, language=None)
