"""Idea: start a training or a refresh."""

from core.answers.grammar.words import Call, Question

TRAIN = ("train", "retrain", "start training", "start a training", "huan luyen")
REFRESH = ("refresh", "update prices", "fetch prices", "cap nhat gia", "tai gia", "lay gia moi")
PROMOTE = (
    *("promote", "roll back", "rollback", "dua vao van hanh", "quay lai phien ban"),
    *("put in production", "put into production"),
)


def read(asked: Question) -> Call | None:
    """Work that was asked for; whether it may be is decided where it is called."""
    if asked.has(*TRAIN):
        return Call("start_training")
    return Call("start_refresh") if asked.has(*REFRESH) else None


def promotes(asked: Question) -> bool:
    """Whether a promotion is asked for, which no words can do."""
    return asked.has(*PROMOTE)
