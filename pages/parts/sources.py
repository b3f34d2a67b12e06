"""Sources of prices: what each promises, which symbols follow it, and a refresh."""

import streamlit as st

from core.access import Role
from core.errors import UserError
from core.jobs.progress import tail
from core.jobs.store import Job
from core.language import N_, _, retold
from core.market.follows import asked_since, followed, unfollow
from core.market.refresh.account import summed_up
from core.market.refresh.request import outlook, request_refresh
from core.market.schema import MARKETS
from core.market.sources.state import source_states
from core.settings import settings
from pages.parts.jobs import jobs, person
from pages.parts.reading import known_symbols
from pages.parts.rights import lacks, needs
from pages.parts.words import day, duration, moment, plain

OWN = "own"
INSTALL = "install_vnstock"
WRONG = {
    "refused": N_("{count} refused"),
    "failed": N_("{count} failed"),
    "not asked": N_("{count} not asked"),
}
STATES = {
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
    "interrupted": N_("interrupted"),
    "answered": N_("answered"),
}
"""How a refresh ended, or a symbol of one that was cut off."""


def refresh_section(market: str) -> None:
    """The sources, the refresh form, and the account of the last refreshes."""
    states = [s for s in source_states(settings().data_dir) if market in s["markets"]]
    _refresh_form(market, states)
    st.subheader(_("Sources"), anchor=False)
    for place, source in zip(st.columns(len(states), border=True), states, strict=True):
        with place:
            _source(source)
    _stop_following(market)
    _accounts(market)


def _refresh_form(market: str, states: list[dict]) -> None:
    follows = followed(settings().data_dir, market)
    known = list(known_symbols(market)["symbol"])
    words = {
        "followed": _("The {count} that follow a source").format(count=len(follows)),
        "all": _("All {count} stocks here").format(count=len(known)),
        "named": _("Symbols I name"),
    }
    st.subheader(_("Refresh"), anchor=False)
    first = "followed" if follows else "all" if known else "named"
    which = st.radio(
        _("Which symbols"),
        list(words),
        index=list(words).index(first),
        format_func=words.get,
        horizontal=True,
        key=f"which-{market}",
    )
    symbols = None
    if which == "named":
        text = st.text_input(
            _("Symbols"),
            key=f"named-{market}",
            placeholder="VNM, FPT, HPG" if market == "VN" else "AAPL, MSFT, ^GSPC",
            help=_("Separated by commas. New ones are fetched whole, from {day} on.").format(
                day=day(settings().history_start)
            ),
        )
        symbols = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    elif which == "all":
        symbols = known
    names = {source["name"]: source["title"] for source in states}
    default = getattr(settings(), f"{market.lower()}_source")
    own = {OWN: _("The one each follows")} if which == "followed" else {}
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    chosen = left.selectbox(
        _("Source"),
        [*own, *names],
        index=0 if own else list(names).index(default),
        format_func=lambda name: own.get(name) or names[name],
        key=f"source-{market}-{which}",
        help=_(
            "A symbol follows it once it has answered. Where it is another than the one its prices "
            "came from, its whole history is fetched and compared first."
        ),
    )
    with right.container(horizontal=True, vertical_alignment="center"):
        with_names = st.checkbox(_("Names and groups too"), help=_("Such as the members of VN30."))
        force = st.checkbox(
            _("Ask again"),
            help=_("Also the symbols that have answered since the last session closed."),
        )
    if which == "followed" and chosen != OWN:
        symbols = list(follows)
    asked = {"symbols": symbols, "source": None if chosen == OWN else chosen, "force": force}
    running = [job for job in jobs().active() if job.kind == "refresh"]
    running = [job for job in running if job.params["market"] == market]
    pressed = st.button(
        _("Refresh"),
        type="primary",
        icon=":material/sync:",
        key="refresh",
        **needs(Role.ANALYST, disabled=bool(running)),
    )
    if lacking := lacks(Role.ANALYST):
        st.caption(f":material/lock: {lacking}")
    if running:
        st.caption(_("A refresh of this market is under way; see above."))
        return
    if symbols == []:
        if pressed:
            st.error(_("Name at least one symbol first."), icon=":material/info:")
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
    with st.popover(_("Stop following"), icon=":material/link_off:"):
        st.caption(_("A refresh then leaves these symbols alone; their prices stay."))
        chosen = st.multiselect(
            _("Symbols"),
            list(follows),
            key=f"stop-{market}",
            format_func=lambda symbol: f"{symbol} ({follows[symbol]})",
        )
        if st.button(_("Stop"), key="stop_following", **needs(Role.ANALYST, disabled=not chosen)):
            unfollow(settings().data_dir, market, chosen)
            st.rerun()


def _source(source: dict) -> None:
    words = _("ready") if source["ready"] else _("not set up")
    badge = f":{'green' if source['ready'] else 'gray'}-badge[{words}]"
    st.markdown(f"**{source['title']}** {badge}")
    st.caption(
        "  \n".join(
            [
                f"{source['state'][0].upper()}{source['state'][1:]}.",
                _("Unit: {unit}.").format(unit=source["unit"]),
                _("Prices: {prices}.").format(prices=source["adjusted"]),
            ]
            + [_("At most {count} requests a minute.").format(count=source["per_minute"])]
            * bool(source["per_minute"])
            + [_("{count} symbols follow it.").format(count=source["followers"])]
            * bool(source["followers"])
        )
    )
    if source["trouble"]:
        words = _("last asking")
        st.caption(f":orange-badge[{words}] {plain(source['trouble'])}")
    if source["name"] == "vnstock":
        if not source["ready"]:
            _install(source["terms"])
    elif source["terms"]:
        st.caption(source["terms"])


def _install(terms: str) -> None:
    if any(job.kind == INSTALL for job in jobs().active()):
        st.caption(_("Being installed; see above."))
        return
    failed = next(iter(jobs().all(kind=INSTALL, limit=1)), None)
    if failed is not None and failed.state == "failed":
        st.error(retold(failed.message), icon=":material/info:")
    with st.popover(_("Install vnstock"), icon=":material/download:"):
        st.markdown(terms)
        accepted = st.checkbox(_("I accept vnstock's licence"), key="vnstock_licence")
        if st.button(
            _("Install"),
            type="primary",
            key="install_vnstock",
            **needs(Role.OWNER, disabled=not accepted),
        ):
            jobs().submit(INSTALL, {}, requested_by=person())
            st.rerun()


def _accounts(market: str) -> None:
    ended = [job for job in jobs().all(kind="refresh", limit=30) if not job.active]
    ended = [job for job in ended if job.params["market"] == market][:5]
    st.subheader(_("Last refreshes"), anchor=False)
    if not ended:
        st.caption(_("None of {market} yet.").format(market=_(MARKETS[market].name)))
    for number, job in enumerate(ended):
        with st.expander(_heading(job), expanded=number == 0):
            _account(job)


def _shown(row: dict) -> dict:
    state, note = row["state"], row["note"]
    return {**row, "state": _(state), "note": retold(note)}


def _heading(job: Job) -> str:
    took = f", {duration(job.seconds)}" if job.seconds is not None else ""
    counts = job.result.get("counts", {})
    wrong = [
        _(words).format(count=counts[state]) for state, words in WRONG.items() if counts.get(state)
    ]
    return f"{moment(job.created)} · {', '.join([_(STATES[job.state]), *wrong])}{took}"


def _account(job: Job) -> None:
    if job.state in ("failed", "interrupted"):
        st.warning(retold(job.message), icon=":material/info:")
    else:
        # The account of an earlier release holds no more than its message.
        st.write(summed_up(job.result) if "notes" in job.result else retold(job.message))
    rows = job.result.get("symbols", [])
    if job.state != "done" and job.started:
        rows = asked_since(settings().data_dir, job.params["market"], job.started)
        rows = [row for row in rows if not job.ended or row["at"] <= job.ended]
    if rows:
        told = [name for name in ("changed", "dropped") if any(row.get(name) for row in rows)]
        st.dataframe(
            [_shown(row) for row in rows],
            key=f"account-{job.id}",
            hide_index=True,
            height=min(36 * (len(rows) + 1) + 3, 330),
            column_order=["symbol", "state", "added", "note", *told, "source"],
            column_config={
                "symbol": st.column_config.TextColumn(_("Symbol"), width="small"),
                "source": st.column_config.TextColumn(_("Source"), width="small"),
                "state": st.column_config.TextColumn(_("Result"), width="small"),
                "added": st.column_config.NumberColumn(_("New days"), format="localized"),
                "changed": st.column_config.NumberColumn(_("Corrected days"), format="localized"),
                "dropped": st.column_config.NumberColumn(_("Dropped rows"), format="localized"),
                "note": st.column_config.TextColumn(_("Why"), width="large"),
            },
        )
    log = tail(jobs().folder(job.id))
    if job.state == "failed" and log:
        st.code(log, language=None)
