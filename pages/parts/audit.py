"""The audit for leaks: does anything look into the future?"""

import streamlit as st

from core.jobs.store import Job
from pages.parts.jobs import jobs, person
from pages.parts.words import moment, plain

LISTED = 40
CHECKS = {
    "indicators": "The 20 indicators",
    "labels": "Outcomes (labels)",
    "context": "Ranks within the week, volatility, momentum",
    "splits": "Training, validation and test weeks",
    "folds": "Rows each refit learns from and judges",
    "scaling": "Filling, clipping and scaling inside a refit",
}


def audit_section(market: str, chosen: list[str]) -> None:
    """The button, and what the newest audit of the market found."""
    st.header("Audit for leaks", anchor=False)
    st.caption(
        "Prices are cut off at twelve weeks, everything is computed again from what was left, and "
        "compared bit by bit: what was known at a week must not change when later weeks arrive. "
        "Then every stored forecast is computed again from prices up to its week. "
        + ("Of the chosen stocks." if chosen else "Of all stocks; it takes a minute or two.")
    )
    if st.button("Audit for leaks", icon=":material/policy:", key="audit"):
        jobs().submit("audit", {"market": market, "symbols": chosen or None}, requested_by=person())
        st.rerun()
    mine = [job for job in jobs().all(kind="audit") if job.params["market"] == market]
    ended = next((job for job in mine if not job.active), None)
    if ended is None:
        st.caption("None has run yet.")
    elif ended.state == "done":
        _found(ended)
    else:
        st.warning(f"The audit was {ended.state}. {plain(ended.message)}", icon=":material/info:")


def _found(job: Job) -> None:
    found, records = job.result, job.result["forecasts"]
    if found["failed"]:
        st.error(f"First difference: {plain(found['said'][0])}", icon=":material/error:")
        for said in found["said"][1:LISTED]:
            st.markdown(plain(said))
    else:
        st.success("Every bit the same: nothing looks into the future.", icon=":material/verified:")
    differs = {difference["check"] for difference in found["first_differences"]}
    lines = [
        f"| {CHECKS.get(name, name)} | {count:,} values | "
        f"{'**differs**' if name in differs else 'every bit the same'} |"
        for name, count in found["compared"].items()
    ]
    same = "**differs**" if records["differences"] else "the same to 1e-6"
    state = same if records["compared"] else "none to check"
    lines.append(f"| Stored forecasts | {records['compared']:,} records | {state} |")
    st.markdown("\n".join(["| Compared | | |", "|---|--:|---|", *lines]))
    if records["revised"]:
        more = f" and {len(records['revised']) - LISTED} more" * (len(records["revised"]) > LISTED)
        st.markdown(
            f"**Data revised since**, so not compared: "
            f"{plain(', '.join(records['revised'][:LISTED]))}{more}."
        )
    for said in records["unread"]:
        st.markdown(f"Not opened: {plain(said)}")
    st.caption(
        f"{found['stocks']} stocks, audited {moment(job.ended)}; cut off at "
        f"{', '.join(found['cuts'])}."
    )
