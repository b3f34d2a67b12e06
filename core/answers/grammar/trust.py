"""Idea: how good the forecasts are."""

from core.answers.grammar.words import Call, Question, number_in

SAID = (
    *("model", "models", "accurate", "accuracy", "reliable", "skill", "evidence", "evaluation"),
    *("trust", "how good", "how right", "track record", "mo hinh", "chinh xac", "tin duoc"),
    *("dang tin", "tin cay", "danh gia", "bang chung", "ty le dung", "do dung", "hieu qua"),
)
VERSION = ("version", "versions", "phien ban")
KINDS = {"price": ("price", "gia"), "pattern": ("pattern", "lstm", "mau hinh")}


def read(asked: Question) -> list[Call] | None:
    """Scores of the versions on show, or of a version by its number."""
    if asked.stocks:
        return None
    for place, word in enumerate(asked.words):
        after = asked.words[place + 1 : place + 2]
        number = number_in(after[0]) if after and word in ("version", "ban", "v") else None
        if number is None and word[:1] == "v":
            number = number_in(word[1:])
        if number and number == int(number):
            kinds = [kind for kind, said in KINDS.items() if asked.has(*said)] or list(KINDS)
            return [
                Call("version_report", {"model": kind, "version": int(number)}) for kind in kinds
            ]
    return [Call("version_report")] if asked.has(*SAID, *VERSION) else None
