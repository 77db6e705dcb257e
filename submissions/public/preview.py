"""A thesis that is not public yet, in the shape that the public page is drawn from."""

from django.utils import timezone

from ..addresses import file_url
from ..metadata.build import funding, other_abstracts, related, subjects, translated_title
from ..metadata.markup import plain
from ..metadata.record import (
    CommitteePerson,
    DegreeLevel,
    Licence,
    Organisation,
    Person,
    RecordFile,
    ThesisRecord,
)
from ..models import CommitteeRole, Submission, ThesisPage


def preview_record(page: ThesisPage, submission: Submission | None) -> ThesisRecord:
    """Return what ``page`` (as it is in memory, perhaps half empty) would show. Only to look at, never to export.

    No iDs: they are added when the thesis is published. ``published`` is today and not shown.
    """
    degree, programme = (submission.degree, submission.programme) if submission else (None, None)
    licence = page.licence
    return ThesisRecord(
        uuid=str(submission.uuid) if submission else "",
        url="",
        title=page.title or "Untitled thesis",
        subtitle=page.subtitle,
        translated_title=translated_title(page),
        doi=submission.doi if submission else "",
        handle=submission.handle if submission else "",
        author=Person(page.author_given, page.author_family),
        institution=Organisation(""),
        degree_name=degree.name if degree else "",
        degree_level=DegreeLevel(degree.level) if degree else DegreeLevel.DOCTORAL,
        programme=programme.name if programme else "",
        department=programme.department if programme else "",
        language=page.language,
        abstract=plain(page.abstract),
        other_abstracts=other_abstracts(page),
        subjects=subjects(submission.programme) if submission else (),
        urn=submission.urn if submission else "",
        isbn=submission.isbn if submission else "",
        keywords=tuple(page.keyword_list),
        licence=Licence(licence.name, licence.uri, licence.spdx) if licence else Licence("", ""),
        committee=tuple(
            CommitteePerson(
                Person(member.given_name, member.family_name),
                role=member.role,
                role_label=member.get_role_display(),
                supervises=bool(member.role) and CommitteeRole(member.role).supervises,
            )
            for member in page.committee_members.all()
        ),
        files=tuple(
            RecordFile(item.name, item.mime, item.size, item.sha256, item.pages, file_url(submission, item))
            for item in page.files.all()
            if submission
        ),
        funding=funding(page),
        related=related(page),
        defended=page.defence_date,
        conferred=submission.conferred_on if submission else None,
        published=timezone.localdate(),
    )
