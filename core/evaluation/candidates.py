"""The candidates and baselines by name: what stands in the tables, and what a training may choose.

How each is fitted is in ``core.evaluation.fitting``, apart because pages need the names alone and
a fit needs scikit-learn.
"""

from dataclasses import dataclass, field

BLEND_WEIGHT = 0.5
"""Of each of the price blend's three parts: each is shrunk for itself, and they err apart, so
that their mean would be too timid (slope 1.5 to 1.8 on 2016 to 2018)."""


@dataclass(frozen=True)
class Candidate:
    """One row of the table.

    Attributes
    ----------
    name : str
    kind : "price" or "pattern"
    parts : dict
        Weight of each candidate a blend is the sum of; empty for one that is fitted.
    baseline : bool
        Baselines are neither calibrated nor shrunk.
    """

    name: str
    kind: str
    parts: dict[str, float] = field(default_factory=dict)
    baseline: bool = False


CANDIDATES = {
    candidate.name: candidate
    for candidate in (
        Candidate("no_change", "price", baseline=True),
        Candidate("drift", "price", baseline=True),
        Candidate("ridge_specification", "price"),
        Candidate("ridge", "price"),
        Candidate("ridge_scaled", "price"),
        Candidate("boosting", "price"),
        Candidate("momentum", "price"),
        Candidate("boosting_apart", "price"),
        Candidate("ridge_apart", "price"),
        Candidate("market_median", "price", baseline=True),
        Candidate(
            "blend",
            "price",
            parts=dict.fromkeys(("momentum", "boosting_apart", "ridge_apart"), BLEND_WEIGHT),
        ),
        Candidate("prior", "pattern", baseline=True),
        Candidate("persistence", "pattern", baseline=True),
        Candidate("logistic", "pattern"),
        Candidate("boosting_pattern", "pattern"),
        Candidate("logistic_context", "pattern"),
        Candidate("logistic_degree_2", "pattern"),
        Candidate("lstm", "pattern"),
        Candidate(
            "blend_pattern",
            "pattern",
            parts=dict.fromkeys(
                ("boosting_pattern", "logistic_context", "logistic_degree_2", "lstm"), 0.25
            ),
        ),
        Candidate("lstm_specification", "pattern"),
    )
}
"""Every candidate by name, in the order of the table."""
OPTIONAL = ("lstm_specification",)
"""Left out unless asked for: batches of 32 take three to five times as long."""
SHIPPED = {"price": "blend", "pattern": "blend_pattern"}
"""The candidates the product would ship."""
SHRUNKEN = "blend_shrunken"
"""The shipped price forecast as it would be shown: each part times its shrinkage."""
REGISTRABLE = {
    "price": (
        *("blend", "momentum", "boosting_apart", "ridge_apart"),
        *("boosting", "ridge", "ridge_scaled"),
    ),
    "pattern": (
        *("blend_pattern", "boosting_pattern", "logistic_context", "logistic_degree_2"),
        *("lstm", "logistic"),
    ),
}
"""The candidates that a training can make a version of; baselines need none, and the two of the
specification are a preset of their own."""


def parts_of(name: str) -> dict[str, float]:
    """Weight of each part of a candidate: a single model is its own only part."""
    return CANDIDATES[name].parts or {name: 1.0}


def chosen(extra: tuple[str, ...] = ()) -> list[Candidate]:
    """The candidates of a run, in the order of the table."""
    return [c for c in CANDIDATES.values() if c.name not in OPTIONAL or c.name in extra]
