"""What an import did, row by row where something was not taken as it stood."""

from dataclasses import dataclass, field

from core.errors import UserError
from core.formats import number
from core.language import _, retold
from core.market.quality.verdicts import CAP


@dataclass(frozen=True)
class Refusal:
    """One thing not taken as it stood: a row, or with line 0 a whole file or listing.

    The reason may be in English or told already; where it is shown it is told again.
    """

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place = _("{file}, line {line}").format(file=self.file, line=self.line)
        return f"{place}: {retold(self.reason)}."


@dataclass
class ImportReport:
    """What an import did.

    Attributes
    ----------
    market, kind : str
    files : list of str
    rows_added, rows_replaced, rows_unchanged : int
    refused : list of Refusal
        Rows; the first 1,000, while ``refused_total`` counts them all.
    refused_total : int
    left_standing : int
        Refused rows of days whose stored bars stay as they were.
    unread : list of Refusal
        Whole files that could not be read.
    repaired : list of Refusal
        Rows taken after a repair, and what was done; the first 1,000.
    repaired_total : int
    symbols : list of str
        Those with usable rows.
    listed : int
        Symbols that got a name.
    doubtful : list of str
        Those of ``symbols`` with findings in the weeks today's indicators rest on.
    notes : list of str
        What a careful reader should know; whole sentences.
    """

    market: str
    kind: str
    files: list[str] = field(default_factory=list)
    rows_added: int = 0
    rows_replaced: int = 0
    rows_unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    refused_total: int = 0
    left_standing: int = 0
    unread: list[Refusal] = field(default_factory=list)
    repaired: list[Refusal] = field(default_factory=list)
    repaired_total: int = 0
    symbols: list[str] = field(default_factory=list)
    listed: int = 0
    doubtful: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def rows_taken(self) -> int:
        """Rows of the files that the store now holds."""
        return self.rows_added + self.rows_replaced + self.rows_unchanged

    def refuse(self, file: str, refused: list[tuple[int, str]], total: int) -> None:
        """Note lines of a file as refused."""
        room = CAP - len(self.refused)
        self.refused.extend(Refusal(file, line, reason) for line, reason in refused[:room])
        self.refused_total += total


class NothingImported(UserError):
    """No row of any file could be used.

    Attributes
    ----------
    report : ImportReport
    """

    def __init__(self, report: ImportReport):
        total = report.refused_total + len(report.unread)
        first = next(iter([*report.refused, *report.unread]), None)
        if first is None:
            files = _(" and ").join(report.files)
            text = _("{files}: there is no row of prices in it.").format(files=files)
        elif total == 1:
            text = str(first)
        else:
            text = _("Nothing was imported: {count} refusals; the first: {first}").format(
                count=number(total), first=first
            )
        super().__init__(text)
        self.report = report
