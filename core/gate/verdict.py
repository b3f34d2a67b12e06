"""What the gate found of a version: its rules, each with a sentence and figures.

Texts are made in English, kept so in the trail, and told again in a reader's language.
"""

from dataclasses import asdict, dataclass, field

from core.registry import Version

LEAST_REASON = 10
"""Characters of a reason for promoting against the gate: a word is none."""


@dataclass(frozen=True)
class Rule:
    """One rule, and what it found.

    Attributes
    ----------
    key, title : str
    passed : bool
    said : str
        One plain sentence with the figures.
    figures : dict
        The same as numbers.
    """

    key: str
    title: str
    passed: bool
    said: str
    figures: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one version.

    Attributes
    ----------
    version : Version
    rules : list of Rule
    tried : int
        Versions of its market made since the last promotion of one, this one included.
    first : bool
        No version of its market was ever in production: the rules are told, and none holds it
        back, because there is nothing that a refusal would protect. What is in production for
        another market may be put back in one step.
    """

    version: Version
    rules: list[Rule]
    tried: int
    first: bool

    @property
    def failed(self) -> list[Rule]:
        """The rules that did not hold."""
        return [rule for rule in self.rules if not rule.passed]

    @property
    def opens(self) -> bool:
        """Whether it may be promoted without a reason."""
        return self.first or not self.failed

    def record(self) -> dict:
        """JSON-ready: ``model, version, opens, first, tried, rules``."""
        return {
            "model": self.version.model,
            "version": self.version.version,
            "opens": self.opens,
            "first": self.first,
            "tried": self.tried,
            "rules": [asdict(rule) for rule in self.rules],
        }
