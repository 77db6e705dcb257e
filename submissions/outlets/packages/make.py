"""Make a package of one thesis, a selection or a term."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from submissions.models import Submission

from . import bag, proquest_etd, saf, sip
from .archive import Entry, zip_stream
from .embargo import Kind
from .errors import PackageRefused
from .source import lost_files, public, theses, thesis_of
from .thesis import Thesis

#: What each kind is called where people choose.
LABELS = {
    Kind.SAF: "DSpace Simple Archive Format",
    Kind.BAG: "BagIt",
    Kind.SIP: "DSpace METS SIP",
    Kind.PROQUEST: "ProQuest ETD",
}


def offered() -> dict[Kind, str]:
    """The kinds that can be made here, with what each is called: ProQuest's only where the school has a code there."""
    return {
        kind: label for kind, label in LABELS.items() if kind is not Kind.PROQUEST or settings.ETD_PROQUEST
    }


@dataclass(frozen=True, slots=True)
class Package:
    """A package on its way: the name of its file, and its bytes, to be read once. Reading raises ``PackageBroken``
    when a stored file is not the one that was handed in; what was read until then is no ZIP. ``taken`` holds the uuids
    of the theses in it, all of them when the bytes were read to the end.
    """

    name: str
    chunks: Iterator[bytes]
    taken: list[str] = field(default_factory=list)


def problems(kind: Kind, submissions: QuerySet[Submission]) -> list[str]:
    """Why a package of ``submissions`` cannot be made, in sentences; files are looked at, not read."""
    chosen = public(submissions)
    if not chosen.exists():
        return ["There is no public thesis among them: only published theses leave in packages."]
    found = lost_files(chosen.iterator(chunk_size=50))
    if kind is Kind.PROQUEST:
        for thesis in theses(submissions):
            found += [f"{thesis.name}: {sentence}" for sentence in proquest_etd.problems(thesis)]
    return found


def make(
    kind: Kind, submissions: QuerySet[Submission], *, name: str = "theses", options: saf.Options | None = None
) -> Package:
    """The public theses of ``submissions`` in one package. ``name`` stands in the name of the file of several theses;
    one thesis has its own. Of ``options``, METS reads ``stock_only``; the others read none.

    Raises ``PackageRefused`` with ``problems`` before anything is made.
    """
    if found := problems(kind, submissions):
        raise PackageRefused(found)
    options = options or saf.Options()
    numbers = list(public(submissions).values_list("pk", flat=True)[:2])
    alone = thesis_of(public(submissions).get(pk=numbers[0])) if len(numbers) == 1 else None
    taken = [alone.record.uuid] if alone else []
    some = iter([alone]) if alone else _noted(theses(submissions), taken)
    folder = alone.name if alone else name
    file_name = f"{folder}-{kind}.zip"
    entries: Iterator[Entry]
    match kind:
        case Kind.SAF:
            entries = saf.entries(some, options)
        case Kind.BAG:
            entries = bag.entries(some, folder, timezone.localdate())
        case Kind.SIP if alone:
            entries = sip.entries(alone, stock_only=options.stock_only)
        case Kind.SIP:
            entries = sip.many(some, stock_only=options.stock_only)
        case Kind.PROQUEST if alone:
            entries, file_name = proquest_etd.entries(alone), f"upload_{proquest_etd.base_name(alone)}.zip"
        case Kind.PROQUEST:
            entries = proquest_etd.many(some)
    return Package(file_name, zip_stream(entries), taken)


def _noted(some: Iterator[Thesis], taken: list[str]) -> Iterator[Thesis]:
    for thesis in some:
        taken.append(thesis.record.uuid)
        yield thesis
