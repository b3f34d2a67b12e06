"""How a time axis writes its dates, where the language's way is not plotly's own."""

from core.language import language

STEPS = {"vi": ((None, "M1", "%d/%m/%Y"), ("M1", "M12", "%m/%Y"), ("M12", None, "%Y"))}
"""Distance between two ticks, from and to, and how they are then written."""


def date_ticks() -> dict:
    """Options of an axis of dates; none in English, which is plotly's own language."""
    steps = STEPS.get(language(), ())
    if not steps:
        return {}
    return {
        "tickformatstops": [
            {"dtickrange": [least, most], "value": form} for least, most, form in steps
        ]
    }
