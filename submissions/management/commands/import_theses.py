"""``manage.py import_theses``: an office's past from OAI-PMH, DSpace Simple Archive Format or a table."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError

from submissions.imports.imported import ImportedThesis
from submissions.imports.lists import Defaults, Lists, valid_level
from submissions.imports.plan import Action
from submissions.imports.run import Options, run, write
from submissions.imports.sources import csv_file, oai, saf
from submissions.imports.sources.errors import SourceBroken
from submissions.models import ThesisIndexPage

_SIGPIPE = 128 + 13  # what a shell says of a program whose reader went away
KINDS = ("oai", "saf", "csv")


class Command(BaseCommand):
    """Import theses, each in its own transaction; run again, it changes what changed there and nobody changed here."""

    help = (
        "Take theses in from an OAI-PMH server (its address), a DSpace SAF folder or ZIP, or a CSV file. Nobody gets a "
        "mail, and nothing goes to ORCID. With --dry-run nothing is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to import, and what holds where a record says nothing."""
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("place", help="The address, folder or file.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be done and write nothing."
        )
        parser.add_argument(
            "--report", default="-", help="Where to write the report (CSV); - for standard output."
        )
        parser.add_argument(
            "--source", default="", help="Name of the source; the same at every import from it."
        )
        parser.add_argument(
            "--create-lists", action="store_true", help="Make degrees, programmes … that are missing."
        )
        parser.add_argument("--mapping", help='JSON: {"degree": {"their name": "our name"}, "programme": …}.')
        for name in ("degree", "programme", "term", "licence"):
            parser.add_argument(
                f"--{name}", default="", help=f"The {name} of records that name none we know."
            )
        parser.add_argument(
            "--level", default="", help="Level of degrees that tell none: bachelor, master, doctoral."
        )
        parser.add_argument("--language", default="", help="Language of theses that give none, such as en.")
        parser.add_argument(
            "--withdraw-deleted", action="store_true", help="Withdraw here what is deleted there."
        )
        parser.add_argument("--deliver", action="store_true", help="Send them to the deposit targets too.")
        parser.add_argument(
            "--invite", action="store_true", help="Invite owners of iDs whose address is in the CSV."
        )
        parser.add_argument(
            "--prefix", default="", help="OAI-PMH: the format; otherwise the richest there is."
        )
        parser.add_argument(
            "--from", dest="since", default="", help="OAI-PMH: changed since, such as 2019-05-31."
        )
        parser.add_argument("--until", default="", help="OAI-PMH: changed until.")
        parser.add_argument("--set", dest="subset", default="", help="OAI-PMH: of one set only.")

    def handle(self, *args: object, **options: object) -> None:
        """Import. Raises ``CommandError`` when the source or the options are no good."""
        if ThesisIndexPage.objects.first() is None:
            raise CommandError("There is no list of theses yet. Run manage.py set_up_office first.")
        if options["level"] and not valid_level(options["level"]):
            raise CommandError("--level is bachelor, master or doctoral.")
        defaults = Defaults(
            create=options["create_lists"],
            names=_mapping(options["mapping"]),
            **{
                name: options[name]
                for name in ("degree", "level", "programme", "term", "licence", "language")
            },
        )
        if unknown := Lists(defaults).unknown():
            raise CommandError(" ".join(unknown))
        chosen = Options(
            source=options["source"] or (options["place"] if options["kind"] == "oai" else options["kind"]),
            dry_run=options["dry_run"],
            withdraw_deleted=options["withdraw_deleted"],
            deliver=options["deliver"],
            invite=options["invite"],
            defaults=defaults,
        )
        report = options["report"]
        counts: dict[Action, int] = {}
        try:
            with _theses(options) as theses, _writable(report) as file:
                write(run(theses, chosen), file, counts)
        except SourceBroken as broken:
            raise CommandError(f"{broken} {_before(counts, chosen)}") from broken
        except BrokenPipeError:
            # Python would say the same again when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.stderr.write(
                "Nobody reads the report any more, so this ended. What was imported stays; start it again to go on."
            )
            sys.exit(_SIGPIPE)
        self.stderr.write(f"{'Dry run, nothing was written' if chosen.dry_run else 'Done'}: {_said(counts)}.")
        if counts and report == "-":
            self.stderr.write("--report FILE writes what was found, a line a record, into a file.")


def _said(counts: dict[Action, int]) -> str:
    return ", ".join(f"{count} {action.value}" for action, count in counts.items()) or "no records"


def _before(counts: dict[Action, int], chosen: Options) -> str:
    """What became of the records that came before the source broke off."""
    if not counts:
        return "Nothing was imported."
    if chosen.dry_run:
        return f"Dry run, nothing was written; before that: {_said(counts)}."
    return f"Before that: {_said(counts)}. This stays; run the same import again to go on."


@contextmanager
def _theses(options: dict) -> Iterator[Iterator[ImportedThesis]]:
    """The records of the source, read as they are asked for."""
    kind, place = options["kind"], options["place"]
    if kind == "oai":
        yield oai.harvest(
            oai.Wanted(place, options["prefix"], options["since"], options["until"], options["subset"])
        )
        return
    path = Path(place)
    if not path.exists():
        raise SourceBroken(f"There is nothing at {place}.")
    if kind == "saf":
        with saf.opened(path) as archive:
            yield saf.read(archive)
    else:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SourceBroken(f"{place} cannot be read ({error.strerror}).") from error
        yield csv_file.read(csv_file.opened(content))


def _writable(report: str) -> AbstractContextManager[TextIO]:
    if report == "-":
        return nullcontext(sys.stdout)
    try:
        return Path(report).open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise CommandError(f"The report cannot be written to {report} ({error.strerror}).") from error


def _mapping(path: str | None) -> dict[str, dict[str, str]]:
    if not path:
        return {}
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CommandError(f"The mapping file cannot be read: {error}") from error
    lists = ("degree", "programme", "term", "licence")
    good = isinstance(found, dict) and all(
        name in lists and isinstance(names, dict) and all(isinstance(ours, str) for ours in names.values())
        for name, names in found.items()
    )
    if not good:
        example = '{"degree": {"their name": "our name"}, …}'
        raise CommandError(f"The mapping file is to be {example}, of {', '.join(lists)}.")
    return found
