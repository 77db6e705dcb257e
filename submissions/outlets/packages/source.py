"""Which theses go into a package, and each of them made ready, one at a time."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial

from django.conf import settings
from django.core.files.storage import storages
from django.db.models import QuerySet
from django.utils import timezone

from submissions import visibility
from submissions.files.store import open_bytes
from submissions.metadata.build import build_record
from submissions.metadata.crosswalks.proquest import Contact, Sender
from submissions.models import AuthorProfile, Submission

from ..refresh import institution
from .errors import PackageRefused
from .thesis import StoredFile, Thesis


def public(submissions: QuerySet[Submission] | None = None) -> QuerySet[Submission]:
    """Those of ``submissions`` (else of all) that the public sees, by number: no other thesis leaves in a package."""
    return (
        visibility.public(submissions)
        .select_related("page", "student", "degree", "programme", "profile", "author_connection")
        .order_by("pk")
    )


def not_public(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Those of ``submissions`` that the public does not see and no package holds, by number."""
    return submissions.exclude(pk__in=public(submissions).order_by().values("pk")).order_by("pk")


def theses(submissions: QuerySet[Submission]) -> Iterator[Thesis]:
    """Each public thesis of ``submissions``, made ready when it is asked for."""
    for submission in public(submissions).iterator(chunk_size=50):
        yield thesis_of(submission)


def thesis_of(submission: Submission) -> Thesis:
    """A public thesis made ready, with its live page's files. Raises ``PackageRefused`` for one that is not public."""
    if not visibility.is_public(submission):
        raise PackageRefused(
            [f"{submission.reference} is not public: only published theses leave in packages."]
        )
    record = build_record(submission, institution(submission))
    stored = {item.sha256: item for item in submission.page.files.all()}
    sender, lacking = sender_of(submission)
    return Thesis(
        record=record,
        name=submission.reference,
        files=tuple(StoredFile(facts, partial(open_bytes, stored[facts.sha256])) for facts in record.files),
        sender=sender,
        lacking=tuple(lacking),
    )


def lost_files(submissions: Iterable[Submission]) -> list[str]:
    """Sentences on files that the storage has lost or cut, found by their size alone, before anything is sent."""
    found, storage = [], storages["theses"]
    for submission in submissions:
        for item in submission.page.files.all():
            if not storage.exists(item.file.name):
                found.append(f"The file {item.name} of {submission.reference} is not in the storage.")
            elif storage.size(item.file.name) != item.size:
                found.append(f"The file {item.name} of {submission.reference} has another size than it had.")
    return found


def sender_of(submission: Submission) -> tuple[Sender | None, list[str]]:
    """Who sends a thesis to ProQuest, and what is missing for that, in sentences.

    The school's side is the setting ``ETD_PROQUEST``: ``code`` and ``prefix`` of the school, and ``categories``, a
    programme's name -> [[code, words], …] of ProQuest's list. The student's is the address given for after graduation.
    """
    school = settings.ETD_PROQUEST
    categories = tuple(
        tuple(pair) for pair in school.get("categories", {}).get(submission.programme.name, ())
    )
    profile = AuthorProfile.objects.filter(submission=submission).first()
    email = (profile.contact_email if profile else "") or submission.author_email
    needed = {
        "The school's code at ProQuest is not set (ETD_PROQUEST, code).": school.get("code"),
        "The school's prefix at ProQuest is not set (ETD_PROQUEST, prefix).": school.get("prefix"),
        f"The programme {submission.programme.name} has no subject category of ProQuest (ETD_PROQUEST, categories).":
            categories,
        "ProQuest wants an e-mail address of the author, and none is known.": email,
    }  # fmt: skip
    lacking = [sentence for sentence, value in needed.items() if not value]
    if lacking:
        return None, lacking
    contact = Contact(
        email=email,
        lines=(),
        city="",
        postcode="",
        country=profile.country if profile else "",
        since=_day(submission.submitted_at or submission.published_at),
    )
    return Sender(school["code"], school["prefix"], contact, categories), []


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment)
