"""The named parameter sets, and each parameter in plain words: what a form is built from."""

from dataclasses import dataclass, field

from core.errors import UserError
from core.evaluation.candidates import REGISTRABLE
from core.language import N_, _


@dataclass(frozen=True)
class Preset:
    """A named set of parameters.

    Attributes
    ----------
    title : str
    summary : str
        What it is for, in a sentence.
    models : str
        Which models it fits.
    judged : str
        Which weeks judge the run.
    values : dict
        Fields of a ``Recipe`` that differ from its defaults.
    fixed : dict of str to str
        Fields a form does not offer under this preset, each with what it is and why.
    """

    title: str
    summary: str
    models: str
    judged: str
    values: dict = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)


SINGLE = N_(
    "Price: ridge regression on the 20 indicators, their squares and products. Call: a small "
    "neural network (LSTM) that reads the last 8 weeks."
)
LAST_YEARS = N_(
    "The last 52 weeks judge the run; the 52 before them stop the network in time and calibrate "
    "it. Between the parts lies a gap, so that no outcome is known too early."
)
STANDARD = "standard"
PRESETS: dict[str, Preset] = {
    "quick": Preset(
        title=N_("Quick"),
        summary=N_("A first look: fixed penalty, few epochs."),
        models=SINGLE,
        judged=LAST_YEARS,
        values={"alpha": 1e5, "epochs": 10, "patience": 3},
        fixed={
            "alpha": N_(
                "Penalty 100,000: the search is left out to save time; on Vietnamese prices "
                "it mostly ends between 10,000 and 1,000,000."
            ),
        },
    ),
    STANDARD: Preset(
        title=N_("Standard"),
        summary=N_("One model each, the penalty searched in time order."),
        models=SINGLE,
        judged=LAST_YEARS,
    ),
    "thorough": Preset(
        title=N_("Thorough"),
        summary=N_("Blends of several models, judged over three years."),
        models=N_(
            "Blends of several models for price and call, as chosen in the evaluation; calls "
            "are withheld where nothing is known."
        ),
        judged=N_(
            "The last 156 weeks judge the run: it is fitted again every year on the past only, "
            "and what calibrates it are its forecasts of weeks it had not seen."
        ),
        values={"family": "blend", "test_weeks": 156},
        fixed={
            "alpha": N_("Penalty: each model of the blend searches its own."),
            "epochs": N_("Epochs: fixed with the blend, whose scores were measured with them."),
            "seed": N_("Seed: several networks with seeds of their own are averaged."),
        },
    ),
    "specification": Preset(
        title=N_("Specification"),
        summary=N_("The models exactly as first written down."),
        models=SINGLE,
        judged=LAST_YEARS,
        values={"alpha": 1.0, "activation": "relu", "batch_size": 32},
        fixed={
            "alpha": N_(
                "Penalty 1, relu and batches of 32: the specification says so. Expect prices "
                "worse than “no change”; it is here to compare with."
            ),
        },
    ),
}
OLD_NAMES = {"default": STANDARD}
"""What presets were called in versions recorded earlier, and on old command lines."""


@dataclass(frozen=True)
class Parameter:
    """One parameter that a form may offer.

    Attributes
    ----------
    name : str
        Field of the ``Recipe``.
    label, help : str
    kind : {"whole", "penalty", "seeds", "candidate"}
        How it is asked for: a whole number, a search or a fixed positive
        number, several whole numbers, one of ``choices``.
    least, most : int
    choices : tuple of str
        Candidates of the evaluation.
    family : str
        The only family of recipes it belongs to; empty for any.
    """

    name: str
    label: str
    help: str
    kind: str
    least: int = 0
    most: int = 2**31 - 1
    choices: tuple[str, ...] = ()
    family: str = ""


PARAMETERS = (
    Parameter(
        "price_model",
        N_("Price model"),
        N_(
            "What becomes the version: the blend of three, or one candidate of the Evidence page "
            "alone. Each is walked forward, shrunken and scored in the same way."
        ),
        "candidate",
        choices=REGISTRABLE["price"],
        family="blend",
    ),
    Parameter(
        "pattern_model",
        N_("Model of the call"),
        N_(
            "The blend of four, or one candidate alone, calibrated and scored in the same way. "
            "Without a network (LSTM) a run takes minutes less."
        ),
        "candidate",
        choices=REGISTRABLE["pattern"],
        family="blend",
    ),
    Parameter(
        "alpha",
        N_("Penalty of the price model"),
        N_(
            "How strongly the price model is held back towards “no change”. Searched: 17 penalties "
            "from 1 to 100 million are tried inside the training weeks, always on weeks later than "
            "those learned from. Fixed: the one you give."
        ),
        "penalty",
    ),
    Parameter(
        "epochs",
        N_("Most epochs"),
        N_(
            "How often the network may go through the training weeks. It stops earlier by itself "
            "once the validation weeks no longer gain."
        ),
        "whole",
        least=1,
        most=500,
    ),
    Parameter(
        "seed",
        N_("Seeds"),
        N_(
            "Where the network's chance begins: the same data, parameters and seed give the same "
            "scores. Several, such as 7, 8, 9, start a run each and show how much is luck."
        ),
        "seeds",
    ),
)


def find_preset(name: str) -> tuple[str, Preset]:
    """A preset by its name, or by the name it once had; the name in force comes first.

    Raises
    ------
    UserError
        If there is none.
    """
    now = OLD_NAMES.get(name, name)
    if now not in PRESETS:
        raise UserError(
            _("There is no preset {name}: choose {presets}.").format(
                name=repr(name[:40]), presets=", ".join(PRESETS)
            )
        )
    return now, PRESETS[now]


def preset_title(name: str) -> str:
    """What a reader sees of a preset; an unknown one as it was recorded."""
    now = OLD_NAMES.get(name, name)
    return _(PRESETS[now].title) if now in PRESETS else name
