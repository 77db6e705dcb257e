"""``manage.py export_packages``: theses as packages, for one thesis, a selection or a term."""

import sys
import uuid
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils.text import slugify

from submissions.models import Submission, Term
from submissions.outlets.packages import Kind, Package, PackageBroken, PackageRefused, make, noting
from submissions.outlets.packages.saf import Options
from submissions.outlets.packages.source import not_public


class Command(BaseCommand):
    """Write one package, to a file or to standard output. What is not whole at the end is not left behind."""

    help = "Write public theses as a package: DSpace SAF, BagIt, DSpace METS SIP or ProQuest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which package, which theses, where to, and what the repository knows."""
        parser.add_argument("kind", choices=[kind.value for kind in Kind])
        parser.add_argument(
            "theses", nargs="*", help="References (T-00012) or UUIDs; none: all that are public."
        )
        parser.add_argument("--term", help="Only theses of the term with this name.")
        parser.add_argument("--output", default=".", help="A folder, a file, or - for standard output.")
        parser.add_argument(
            "--stock", action="store_true", help="DSpace: only fields of an unchanged registry."
        )
        parser.add_argument("--no-entities", action="store_true", help="SAF: plain names and no iDs.")
        parser.add_argument(
            "--advisors", default="", help="SAF: the repository's own relationship to advisors."
        )
        parser.add_argument(
            "--known", nargs="*", default=[], help="SAF: iDs that the repository has a Person for."
        )
        parser.add_argument("--collection", default="", help="SAF: handle of the collection for theses.")
        parser.add_argument("--people", default="", help="SAF: handle of the collection for persons.")
        parser.add_argument("--keep-handles", action="store_true", help="SAF: keep the handles theses have.")

    def handle(self, *args: object, **options: object) -> None:
        """Write the package. Raises ``CommandError`` with what is missing or broken."""
        chosen, name = self._chosen(options["theses"], options["term"])
        saf = Options(
            entities=not options["no_entities"],
            stock_only=options["stock"],
            advisors=options["advisors"],
            known=frozenset(known.rpartition("/")[2].upper() for known in options["known"]),
            collection=options["collection"],
            people=options["people"],
            keep_handles=options["keep_handles"],
        )
        try:
            package = make(Kind(options["kind"]), chosen, name=name, options=saf)
            if options["output"] == "-":
                sys.stdout.buffer.writelines(noting(package, Kind(options["kind"])))
                return
            path = write(package, Path(options["output"]), Kind(options["kind"]))
        except PackageRefused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        except PackageBroken as broken:
            raise CommandError(str(broken)) from broken
        self.stdout.write(f"Wrote {path} ({path.stat().st_size} bytes).")

    def _say_left_out(self, numbers: list[int], chosen: QuerySet[Submission], term: str | None) -> None:
        """Name on standard error what was asked for (``numbers``) and is not in the package, and why."""
        asked = Submission.objects.filter(pk__in=numbers)
        for case in asked.exclude(pk__in=chosen.values("pk")).order_by("pk"):
            self.stderr.write(f"{case.reference} is left out: it is not of the term {term}.")
        for case in not_public(chosen):
            state = case.get_status_display()
            self.stderr.write(f"{case.reference} is left out: it is not public (its state is “{state}”).")

    def _chosen(self, references: list[str], term: str | None) -> tuple[QuerySet[Submission], str]:
        """The cases meant, and words for the file's name. A reference that means nothing is an error."""
        chosen, name = Submission.objects.all(), "theses"
        if term:
            found = Term.objects.filter(name=term).first()
            if found is None:
                known = ", ".join(Term.objects.values_list("name", flat=True))
                raise CommandError(f"There is no term called {term}. There are: {known}.")
            chosen, name = chosen.filter(term=found), slugify(term) or "term"
        if references:
            numbers = [_number(reference) for reference in references]
            chosen = chosen.filter(pk__in=numbers)
            self._say_left_out(numbers, chosen, term)
        return chosen, name


def write(package: Package, target: Path, kind: Kind) -> Path:
    """Write ``package`` to a file, or into a folder under its own name; return where it is.

    It gets its name when it is whole: until then it is ``….part``, which is removed when it fails.
    """
    path = target / package.name if target.is_dir() else target
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(noting(package, kind))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _number(reference: str) -> int:
    digits = reference.strip().upper().removeprefix("T-")
    found = (
        Submission.objects.filter(pk=int(digits)).first()
        if digits.isdecimal() and digits.isascii() and len(digits) < 10
        else Submission.objects.filter(uuid=_uuid(reference)).first()
    )
    if found is None:
        raise CommandError(f"There is no thesis {reference}.")
    return found.pk


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
