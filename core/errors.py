"""The exceptions that are meant for a reader."""


class UserError(Exception):
    """Something the user can mend, said in one sentence that tells how.

    Pages show the sentence, the command line prints it and exits with 2.
    Any other exception is a defect of ours and keeps its traceback in the log.
    """


class Unavailable(UserError):
    """Something that everything else needs cannot be used now: the data folder, the model store."""


class StoreAway(Unavailable):
    """The model store does not answer now; whoever can waits, since it may be back in a minute."""


class NoRoom(Unavailable):
    """The disk is full, so that something could not be written; nothing was done."""
