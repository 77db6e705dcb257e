"""The rows of a table in CSV, and what is wrong with them before anybody asks what they say."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from .errors import SourceBroken

CELL = 2_000_000  # letters
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty. ``number`` as a spreadsheet counts, the header being 1; ``line`` is that of the file on
    which it begins, from 1, since a cell may have several.
    """

    number: int
    line: int
    cells: list[str]

    @property
    def words(self) -> str:
        """Where it stands, to begin a sentence with."""
        return f"Row {self.number}" + (f" (line {self.line} of the file)" if self.line != self.number else "")


class Table:
    """A table whose quotation marks are in order, by the strict rules of the module ``csv``.

    Raises ``SourceBroken`` where they are not: whatever stands after such a mark may have been swallowed by one cell,
    so that no row of the table can be trusted.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        file.seek(0)
        first = file.readline()
        self._delimiter = max(_DELIMITERS, key=first.count)
        for _ in self._rows():  # a second reading costs less than all rows in memory
            pass

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order, the header first, if there is one."""
        return (row for row in self._rows() if row.number == 1 or any(cell.strip() for cell in row.cells))

    def wrong_count(self, row: Row, columns: int) -> str:
        """Return "" for a row of so many cells; else the sentence that says what may be wrong."""
        count, mark = len(row.cells), _DELIMITERS[self._delimiter]
        if count == columns:
            return ""
        cells = "1 cell" if count == 1 else f"{count} cells"
        why = (
            f"Is there a {mark} that needs quotes?"
            if count > columns
            else f"Is a {mark} missing, or a line broken?"
        )
        return f"{row.words} has {cells}, the header {columns}. {why}"

    def _rows(self) -> Iterator[Row]:
        self._file.seek(0)
        reader = csv.reader(self._file, delimiter=self._delimiter, strict=True)
        number, before = 0, 0
        while True:
            # The limit is the whole process's, and others read tables between two of our rows.
            usual = csv.field_size_limit(CELL)
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise SourceBroken(_open_quote(before + 1, reader.line_num)) from error
            finally:
                csv.field_size_limit(usual)
            if cells is None:
                return
            number += 1
            yield Row(number, before + 1, cells)
            before = reader.line_num


def _open_quote(begins: int, noticed: int) -> str:
    noticed_on = f" (noticed on line {noticed})" if noticed != begins else ""
    return (
        f"The row that begins on line {begins} of the file has a quotation mark that is never closed, or one inside a "
        f'cell that is not doubled (""){noticed_on}. So nothing of the table can be imported. Mend that row first.'
    )
