"""The audit for leaks: does anything look into the future?"""

import streamlit as st

from core.access import Role
from core.formats import number
from core.jobs.store import Job
from core.language import N_, _, retold
from pages.parts.jobs import jobs, person
from pages.parts.rights import needs
from pages.parts.words import day, moment, plain

LISTED = 40
ENDED = {
    "failed": N_("The audit was failed."),
    "cancelled": N_("The audit was cancelled."),
    "interrupted": N_("The audit was interrupted."),
}
CHECKS = {
    "indicators": N_("The 20 indicators"),
    "labels": N_("Outcomes (labels)"),
    "context": N_("Ranks within the week, volatility, momentum"),
    "splits": N_("Training, validation and test weeks"),
    "folds": N_("Rows each refit learns from and judges"),
    "scaling": N_("Filling, clipping and scaling inside a refit"),
}


def audit_section(market: str, chosen: list[str]) -> None:
    """The button, and what the newest audit of the market found."""
    st.header(_("Audit for leaks"), anchor=False)
    st.caption(
        _(
            "Prices are cut off at twelve weeks, everything is computed again from what was left, "
            "and compared bit by bit: what was known at a week must not change when later weeks "
            "arrive. Then every stored forecast is computed again from prices up to its week."
        )
        + " "
        + (_("Of the chosen stocks.") if chosen else _("Of all stocks; it takes a minute or two."))
    )
    if st.button(
        _("Audit for leaks"), icon=":material/policy:", key="audit", **needs(Role.ANALYST)
    ):
        jobs().submit("audit", {"market": market, "symbols": chosen or None}, requested_by=person())
        st.rerun()
    mine = [job for job in jobs().all(kind="audit") if job.params["market"] == market]
    ended = next((job for job in mine if not job.active), None)
    if ended is None:
        st.caption(_("None has run yet."))
    elif ended.state == "done":
        _found(ended)
    else:
        said = f"{_(ENDED[ended.state])} {plain(retold(ended.message))}"
        st.warning(said, icon=":material/info:")


def _found(job: Job) -> None:
    found, records = job.result, job.result["forecasts"]
    if found["failed"]:
        first = plain(retold(found["said"][0]))
        st.error(
            _("First difference: {difference}").format(difference=first), icon=":material/error:"
        )
        for said in found["said"][1:LISTED]:
            st.markdown(plain(retold(said)))
    else:
        st.success(
            _("Every bit the same: nothing looks into the future."), icon=":material/verified:"
        )
    differs = {difference["check"] for difference in found["first_differences"]}
    lines = [
        _line(
            _(CHECKS.get(name, name)),
            _("{count} values").format(count=number(count)),
            _("**differs**") if name in differs else _("every bit the same"),
        )
        for name, count in found["compared"].items()
    ]
    same = _("**differs**") if records["differences"] else _("the same to 1e-6")
    state = same if records["compared"] else _("none to check")
    count = _("{count} records").format(count=number(records["compared"]))
    lines.append(_line(_("Stored forecasts"), count, state))
    st.markdown("\n".join([_line(_("Compared"), "", ""), "|---|--:|---|", *lines]))
    if records["revised"]:
        listed = plain(", ".join(map(retold, records["revised"][:LISTED])))
        if (more := len(records["revised"]) - LISTED) > 0:
            words = _("**Data revised since**, so not compared: {listed} and {more} more.")
        else:
            words = _("**Data revised since**, so not compared: {listed}.")
        st.markdown(words.format(listed=listed, more=more))
    for said in records["unread"]:
        st.markdown(_("Not opened: {reason}").format(reason=plain(retold(said))))
    st.caption(
        _("{count} stocks, audited {moment}; cut off at {days}.").format(
            count=found["stocks"], moment=moment(job.ended), days=", ".join(map(day, found["cuts"]))
        )
    )


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
