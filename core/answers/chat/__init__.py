"""Answers worded by a language model behind an OpenAI-compatible endpoint, where one is set.

The model calls the same tools as everybody; every figure of its answer must come from what
they answered, else it is refused and the tools' own answers are shown.
"""

from core.answers.chat.loop import Worded, converse, switched_on

__all__ = ["Worded", "converse", "switched_on"]
