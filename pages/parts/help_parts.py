"""The parts of the Help page."""

import streamlit as st

from core.formats import day, percent
from core.indicators.catalogue import FAMILIES, INDICATORS
from core.language import _
from pages.parts.help_words import DATA, KEYS, METHOD, VOCABULARY


def measured(shown: dict) -> None:
    """What the versions in production proved out-of-sample, and what they did not.

    Parameters
    ----------
    shown : dict
        ``core.forecasts.current``; empty without production.
    """
    st.header(_("What the skill is, and is not"), anchor=False)
    if not shown:
        st.info(
            _("No versions are in production, so no skill has been measured here yet."),
            icon=":material/info:",
        )
    else:
        price, pattern = shown["scores"].values()
        st.markdown("\n".join(f"- {line}" for line in [*_price(price), *_pattern(pattern)]))
        st.caption(
            _(
                "Of price_target_model v{first} and pattern_lstm_classifier v{second} in their "
                "test weeks; forecasts as of {as_of}."
            ).format(
                first=shown["price_version"],
                second=shown["pattern_version"],
                as_of=day(shown["as_of"]),
            )
        )
    st.page_link("pages/evidence.py", label=_("See the evidence"), icon=":material/science:")


def _price(scores: dict) -> list[str]:
    miss, none = scores["test_MAPE"], scores["test_MAPE_no_change"]
    told = _("The price was missed by {miss} on average, no change by {miss_no_change}.")
    if miss < none:
        verdict = _("That is better than no change, in these weeks.")
    else:
        verdict = _("That is no better than no change: the forecast price proved no skill.")
    lines = [
        told.format(miss=percent(miss, 2), miss_no_change=percent(none, 2)) + " " + verdict,
    ]
    if "test_coverage_80" in scores:
        lines.append(
            _("Of outcomes {share} fell inside the 80 % interval.").format(
                share=percent(scores["test_coverage_80"], 0)
            )
        )
    return lines


def _pattern(scores: dict) -> list[str]:
    """Calls given beside their usual share; else the most probable class beside the prior's."""
    if "test_calls_hit_rate" in scores:
        return [
            _(
                "{share} of forecasts had a call; it was right in {right}, usually such classes "
                "come in {usual}."
            ).format(
                share=percent(scores.get("test_calls_share"), 0),
                right=percent(scores["test_calls_hit_rate"], 0),
                usual=percent(scores["test_calls_usual_rate"], 0),
            )
        ]
    return [
        _(
            "The most probable class was right in {right}, always naming the most frequent class "
            "in {usual}."
        ).format(
            right=percent(scores["test_accuracy"], 0),
            usual=percent(scores["test_accuracy_prior"], 0),
        )
    ]


def method() -> None:
    """How forecasts come about and what they cannot do."""
    for title, text in METHOD:
        st.subheader(_(title), anchor=False)
        st.markdown(_(text))


def indicators() -> None:
    """The catalogue by family."""
    st.caption(
        _("All are computed from complete weeks only. The Stock page draws them for each stock.")
    )
    for family in FAMILIES:
        st.subheader(_(family), anchor=False)
        for indicator in INDICATORS:
            if indicator.family != family:
                continue
            unit = indicator.unit or _("a bare number")
            formula = _("Formula") + ": " + indicator.formula.replace("*", r"\*")
            st.markdown(
                f"**{indicator.title}** `{indicator.name}`  \n{indicator.reading}  \n"
                f":gray[{formula}. " + _("Unit") + f": {unit}]"
            )


def vocabulary() -> None:
    """Words of the trade."""
    st.markdown("\n".join(f"- **{_(word)}**: {_(meaning)}" for word, meaning in VOCABULARY))


def about_data() -> None:
    """Where data lie and what leaves this machine."""
    st.header(_("Data and privacy"), anchor=False)
    st.markdown("\n".join(f"- {_(text)}" for text in DATA))


def keys() -> None:
    """The keyboard."""
    st.header(_("Keys"), anchor=False)
    st.markdown("\n".join(f"- `{key}` {_(meaning)}" for key, meaning in KEYS))
