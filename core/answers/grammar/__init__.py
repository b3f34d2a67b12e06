"""A small written grammar for questions in Vietnamese and English: one file an idea."""

from core.answers.grammar.reading import EXAMPLES, Understood, understand
from core.answers.grammar.words import LONGEST, Call

__all__ = ["EXAMPLES", "LONGEST", "Call", "Understood", "understand"]
