"""``manage.py import_orcid_tokens``: take over token sets from an older system."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orcid_workflow.takeover import imports, token_files
from orcid_workflow.takeover.imports import Outcome


class Command(BaseCommand):
    """Without ``--apply`` the file is only checked. Exits with 1 when a row was refused or left."""

    help = (
        "Check a CSV or JSON file of ORCID tokens from an older system; with --apply import what ORCID confirms. "
        "Columns: orcid, access_token, scope, and if you have them refresh_token, expires_at or expires_in, name, "
        "username, email, granted_at, environment, client_id."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``file``, ``--apply`` and ``--report``."""
        parser.add_argument(
            "file", help="the file, or - for standard input, so that it need not lie on a disk"
        )
        parser.add_argument(
            "--apply",
            action="store_true",
            help="import, after ORCID confirmed each token (without: check only)",
        )
        parser.add_argument(
            "--report", type=Path, help="also write the report to this CSV file; it holds no token"
        )

    def handle(self, *args: object, file: str, apply: bool, report: Path | None, **options: object) -> None:
        """Run, print one line a row and the sums."""
        try:
            data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None
        try:
            rows = token_files.read(data)
        except token_files.Unreadable as error:
            raise CommandError(str(error)) from None
        done = imports.run(rows, apply=apply)
        for line in done.lines:
            account = f" ({line.account})" if line.account else ""
            self.stdout.write(f"{line.number}. {line.orcid or 'no iD'}{account}: {line.outcome.words}")
            for words in line.words:
                self.stdout.write(f"   {words}")
        sums = ", ".join(f"{outcome.words.lower()}: {count}" for outcome, count in done.counts.items())
        self.stdout.write(f"\n{len(rows)} row(s). {sums[:1].upper()}{sums[1:]}.")
        if not apply:
            self.stdout.write("Nothing was written and ORCID was not asked. Add --apply to import.")
        if report:
            report.write_text(done.as_csv(), encoding="utf-8", newline="")
        if {Outcome.REFUSED, Outcome.LEFT} & done.counts.keys():
            sys.exit(1)
