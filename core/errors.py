"""The one exception that is meant for a reader."""


class UserError(Exception):
    """Something the user can mend, said in one sentence that tells how.

    Pages show the sentence, the command line prints it and exits with 2.
    Any other exception is a defect of ours and keeps its traceback in the log.
    """
