"""A university without theses, and a way to import a table into it."""

from collections.abc import Callable

import pytest

from submissions.imports.lists import Defaults
from submissions.imports.run import Line, Options, run
from submissions.imports.sources import csv_file

from ...factories import make_office

DEFAULTS = Defaults(degree="PhD", programme="Marine Biology", create=True)


@pytest.fixture
def office(db):
    """The university's lists, without theses."""
    return make_office()


@pytest.fixture
def bring(office) -> Callable[..., list[Line]]:
    """Import a table (text or bytes) and return the lines of the report."""

    def bring_it(table: str | bytes, **options) -> list[Line]:
        content = table.encode() if isinstance(table, str) else table
        chosen = {"source": "old", "dry_run": False, "defaults": DEFAULTS, **options}
        return list(run(csv_file.read(csv_file.opened(content)), Options(**chosen)))

    return bring_it
