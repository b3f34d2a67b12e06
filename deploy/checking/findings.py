"""What was checked, with its figures: printed line by line, and counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Findings:
    """The lines of the table.

    Attributes
    ----------
    wrong : list of str
        What was not as it should be.
    count : int
        What was checked.
    """

    wrong: list[str] = field(default_factory=list)
    count: int = 0

    def part(self, title: str) -> None:
        """A heading."""
        print(f"\n{title}", flush=True)

    def check(self, what: str, how: Callable[[], object]) -> object:
        """Do a check and print a line; what fails is noted, and the next is done all the same.

        Parameters
        ----------
        what : str
            What must be so.
        how : callable
            Raises AssertionError where it is not; what it returns is printed as the figure.
        """
        self.count += 1
        begun = time.monotonic()
        try:
            figure = how()
        except Exception as error:  # whatever it is, the other lines are wanted too
            said = " ".join(str(error).split()) or type(error).__name__
            self.wrong.append(what)
            print(f"  NO  {what}: {said[:600]}", flush=True)
            return None
        told = "" if figure is None else f"  {figure}"
        print(f"  ok  {what:<58}{told}  ({time.monotonic() - begun:.1f} s)", flush=True)
        return figure
