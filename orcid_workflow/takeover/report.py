"""What became of the rows of a file of tokens, for staff to read. No token is in it."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

# What a spreadsheet would take a cell for a formula by.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Outcome(StrEnum):
    """What became of a row."""

    READY = "ready"
    IMPORTED = "imported"
    KNOWN = "known"
    REFUSED = "refused"
    LEFT = "left"

    @property
    def words(self) -> str:
        """In words for the report."""
        return _WORDS[self]


_WORDS = {
    Outcome.READY: "Can be imported",
    Outcome.IMPORTED: "Imported",
    Outcome.KNOWN: "Known already, nothing to do",
    Outcome.REFUSED: "Refused",
    Outcome.LEFT: "Left for the next time",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one row. ``account`` is the user name it was matched with, empty for none."""

    number: int
    orcid: str
    account: str
    outcome: Outcome
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One line a row, in the order of the file. ``applied`` is False for a dry run."""

    lines: tuple[Line, ...]
    applied: bool

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows came to each outcome, those with none left out."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}

    def as_csv(self) -> str:
        """The report as CSV, safe to open in a spreadsheet."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["row", "orcid", "account", "result", "explanation"])
        for line in self.lines:
            cells = [line.number, line.orcid, line.account, line.outcome.words, " ".join(line.words)]
            writer.writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in cells])
        return out.getvalue()
