"""Training: start a run, watch it, see what came of earlier ones."""

import streamlit as st

from core.charts.style import STATIC_CONFIG
from core.charts.training import loss_chart
from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.progress import read, tail
from core.jobs.store import Job
from core.market.schema import MARKETS
from core.settings import settings
from core.training.recipe import PRESETS, check_recipe, make_recipe
from pages.parts.choosing import choose_market, choose_symbols, write_address
from pages.parts.jobs import cancel_button, jobs, person
from pages.parts.reading import known_symbols
from pages.parts.words import duration, moment

STATE_WORDS = {
    "queued": ":gray-badge[waiting]",
    "running": ":blue-badge[running]",
    "cancelling": ":orange-badge[cancelling]",
    "cancelled": ":gray-badge[cancelled]",
    "failed": ":red-badge[failed]",
    "interrupted": ":orange-badge[interrupted]",
    "done": ":green-badge[done]",
}
PRESET_WORDS = {
    "default": "Default: penalty searched in time order, tanh, batches of 128",
    "specification": "Specification: penalty 1, relu, batches of 32, as first written down",
    "thorough": "Thorough: blends of seven models, judged over three years, calls withheld where "
    "nothing is known; 5 to 15 minutes",
}

market = choose_market()
chosen = choose_symbols(market)
write_address(market, chosen)
theme = st.context.theme.type or "light"
known = known_symbols(market)

st.title("Training", anchor=False)
st.caption(
    "A run fits both models in the background: the price model (Ridge on degree-2 features) and "
    "the pattern model (LSTM over 8 weeks of 20 indicators), or with the preset Thorough a blend "
    "of several for each. You may close this page meanwhile."
)


def ask() -> None:
    """The form, and what happens on its button."""
    words = {"all": f"All {len(known)} of {MARKETS[market].name}"}
    if chosen:
        more = f" and {len(chosen) - 8} more" if len(chosen) > 8 else ""
        words["chosen"] = f"The chosen: {', '.join(chosen[:8])}{more}"
    stocks = st.radio(
        "Stocks to learn from",
        list(words),
        format_func=words.get,
        index=len(words) - 1,
        key=f"stocks-{bool(chosen)}",
        help="Choose some in the sidebar to learn from those alone. More stocks teach more.",
    )
    preset = st.selectbox("Preset", list(PRESETS), format_func=PRESET_WORDS.get, key="preset")
    fixed = PRESETS[preset].get("family") == "blend"
    with st.expander("More parameters"):
        first, second, third = st.columns(3)
        epochs = first.number_input(
            "Most epochs",
            1,
            500,
            40,
            disabled=fixed,
            help="Passes over the data; fewer where validation stops it. Fixed in Thorough.",
        )
        seed = second.number_input(
            "Seed",
            0,
            2**31 - 1,
            7,
            disabled=fixed,
            help="The same data, parameters and seed give the same scores. Fixed in Thorough.",
        )
        start = third.date_input(
            "First week", None, help="Learn from this week on; empty means from the first."
        )
    judged = (
        "The last 156 weeks judge the run; it is refitted every year on the past only, and what "
        "calibrates it are its forecasts of weeks it had not seen."
        if fixed
        else "The last 52 weeks judge the run, the 52 before stop and calibrate it, with gaps "
        "between."
    )
    st.caption(
        f"Horizon {settings().horizon_weeks} weeks, SIDEWAYS within ±{settings().band:.0%}. "
        + judged
    )
    if not st.button("Train", type="primary", icon=":material/play_arrow:", key="train"):
        return
    try:
        recipe = make_recipe(
            preset,
            market=market,
            symbols=chosen if stocks == "chosen" else None,
            epochs=None if fixed else int(epochs),
            seed=None if fixed else int(seed),
            start=start,
        )
        check_recipe(recipe, settings().data_dir)
        _, new = jobs().submit("train", recipe.model_dump(mode="json"), requested_by=person())
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast("Training started." if new else "The same training is already under way.")


def title(job: Job) -> str:
    """A job in a few words."""
    if job.kind != "train":
        return KINDS[job.kind].title
    symbols = job.params["symbols"]
    which = "all stocks" if symbols is None else ", ".join(symbols[:5])
    more = "" if symbols is None or len(symbols) <= 5 else f" and {len(symbols) - 5} more"
    return f"Training {job.params['market']}: {which}{more} ({job.params['preset']})"


def live(job: Job) -> None:
    """One running or waiting job."""
    seen = read(jobs().folder(job.id))
    with st.container(border=True):
        words, button = st.columns([5, 1], vertical_alignment="center")
        words.markdown(f"**{title(job)}** {STATE_WORDS[job.state]} by {job.requested_by}")
        with button:
            cancel_button(job)
        if job.state == "queued":
            st.caption("Waits for the work before it.")
            return
        left = f", about {duration(seen.seconds_left)} left" if seen.seconds_left else ""
        detail = f" ({seen.detail})" if seen.detail else ""
        st.progress(
            min(seen.fraction, 1.0),
            text=f"{seen.stage or 'Starting'}{detail}{left}, {duration(job.seconds or 0)} so far",
        )
        fitting = [e for e in seen.epochs if e["stage"] == "Fitting the pattern model"]
        if not fitting:
            return
        last = fitting[-1]
        judged = f", validation loss {last['val_loss']:.4f}" if last["val_loss"] else ""
        st.caption(
            f"Pattern model, epoch {last['epoch']} of at most {last['epochs']}: "
            f"loss {last['loss']:.4f}{judged}. Validation that no longer falls ends the fitting."
        )
        figure = loss_chart(
            [e["epoch"] for e in fitting],
            [e["loss"] for e in fitting],
            [e["val_loss"] for e in fitting],
            theme,
        )
        st.plotly_chart(figure, key=f"loss-{job.id}", theme=None, config=STATIC_CONFIG)


ask()
active_at_start = [job.id for job in jobs().active()]


@st.fragment(run_every=1.0 if active_at_start else None)
def watch() -> None:
    """Running work; the page is drawn anew once it changes."""
    active = jobs().active()
    if [job.id for job in active] != active_at_start:
        st.rerun()
    for job in active:
        live(job)


watch()
st.header("Earlier runs", anchor=False)
ended = [job for job in jobs().all(limit=30) if not job.active]
if not ended:
    st.caption("None yet. Start one above; it takes from half a minute to a quarter of an hour.")
for job in ended:
    took = duration(job.seconds) if job.seconds is not None else "not started"
    with st.expander(f"{STATE_WORDS[job.state]} {title(job)} · {moment(job.created)} · {took}"):
        if job.message:
            st.write(job.message)
        if made := job.result.get("versions"):
            st.write("Registered " + ", ".join(f"{name} v{n}" for name, n in made.items()) + ".")
            st.page_link("pages/models.py", label="See the versions", icon=":material/workspaces:")
        st.caption(f"Job {job.id}, asked for by {job.requested_by}.")
        log = tail(jobs().folder(job.id))
        if job.state in ("failed", "interrupted") and log:
            st.code(log, language=None)
