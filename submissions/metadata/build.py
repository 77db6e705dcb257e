"""Make a ``ThesisRecord`` from a live thesis: the one place where pages and cases become metadata."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.utils import timezone

from orcid_workflow.models import Connection

from ..addresses import file_url, page_url
from ..models import CommitteeRole, FoundId, Invitation, Programme, Submission, ThesisPage
from ..permissions import is_embargoed
from .markup import plain
from .record import (
    Abstract,
    Access,
    CommitteePerson,
    DegreeLevel,
    DegreeRecord,
    Funding,
    Licence,
    OrcidId,
    Organisation,
    Person,
    RecordFile,
    RelatedWork,
    Subject,
    ThesisRecord,
    TranslatedTitle,
)


def build_record(
    submission: Submission,
    institution: Organisation,
    page: ThesisPage | None = None,
    invitations: Iterable[Invitation] | None = None,
) -> ThesisRecord:
    """Return the record of a published thesis as its live page says it (not its latest draft).

    ``institution`` comes from the site's branding. Dates are calendar dates in the site's time zone. ``page`` and the
    active ``invitations`` are read from the database, unless somebody who makes many records has just read them.
    """
    if page is None:
        page = ThesisPage.objects.select_related("licence", "embargo").get(pk=submission.page_id)
    if invitations is None:
        invitations = submission.invitations.filter(active=True).select_related("connection")
    seats = {_seat(seat.member_key, seat.email, seat.name): seat.connection for seat in invitations}
    withdrawn = withdrawn_ids(submission)
    claims = found_ids(submission, withdrawn)
    files = tuple(
        RecordFile(
            name=item.name,
            mime=item.mime,
            size=item.size,
            sha256=item.sha256,
            pages=item.pages,
            url=file_url(submission, item),
            md5=item.md5,
        )
        for item in page.files.all()
    )
    opened = Access.EMBARGOED if is_embargoed(submission) else Access.OPEN
    return ThesisRecord(
        uuid=str(submission.uuid),
        url=page_url(page),
        title=page.title,
        subtitle=page.subtitle,
        translated_title=translated_title(page),
        doi=submission.doi,
        handle=submission.handle,
        urn=submission.urn,
        isbn=submission.isbn,
        number=submission.reference,
        author=person(
            page.author_given,
            page.author_family,
            orcid_id(submission.author_connection, withdrawn),
            claims.get(None),
        ),
        institution=institution,
        degree_name=submission.degree.name,
        degree_abbreviation=submission.degree.abbreviation,
        degree_level=DegreeLevel(submission.degree.level),
        department=submission.programme.department,
        programme=submission.programme.name,
        language=page.language,
        abstract=plain(page.abstract),
        keywords=tuple(page.keyword_list),
        subjects=subjects(submission.programme),
        other_abstracts=other_abstracts(page),
        # A licence that was deleted from the list past our guard is not known any more; the thesis still is.
        licence=Licence(page.licence.name, page.licence.uri, page.licence.spdx)
        if page.licence
        else Licence("", ""),
        committee=tuple(
            CommitteePerson(
                person(
                    member.given_name,
                    member.family_name,
                    orcid_id(seats.get(_seat(member.key, member.email, member.name)), withdrawn),
                    claims.get(member.key),
                ),
                role=member.role,
                role_label=member.get_role_display(),
                supervises=CommitteeRole(member.role).supervises,
                affiliation=member.affiliation,
            )
            for member in page.committee_members.all()
        ),
        files=files,
        funding=funding(page),
        related=related(page),
        submitted=timezone.localdate(submission.submitted_at) if submission.submitted_at else None,
        defended=page.defence_date,
        conferred=submission.conferred_on,
        published=timezone.localdate(submission.published_at),
        embargo_until=submission.embargo_until,
        access=opened if files else Access.CLOSED,
        modified=page.last_published_at or submission.published_at,
    )


def _seat(key: uuid.UUID, email: str, name: str) -> tuple[uuid.UUID, str]:
    """Whose place on the committee it is: an iD must never stand beside the name of somebody who was put in its owner's
    place. Known by their address, and by their name where an import brought none.
    """
    return key, email.lower() or name


def build_degree(submission: Submission, institution: Organisation) -> DegreeRecord:
    """Return the degree of a case as the office confirmed it, whether or not there is a public thesis."""
    return DegreeRecord(
        uuid=str(submission.uuid),
        institution=institution,
        degree_name=submission.degree.name,
        department=submission.programme.department,
        enrolled=submission.enrolled_on if submission.enrolment_confirmed_at else None,
        conferred=submission.conferred_on,
    )


def person(given: str, family: str, orcid: OrcidId | None, claim: FoundId | None) -> Person:
    """A person with the iD that they confirmed; else with one that was found beside this very name, as unconfirmed."""
    name = Person(given, family, orcid)
    if orcid or claim is None or claim.name.strip() != name.display:
        return name
    return replace(name, unconfirmed_orcid=claim.orcid)


def withdrawn_ids(submission: Submission) -> frozenset[str]:
    """The iDs (paths) that the office took out of the records of this thesis: they stand beside nobody in them."""
    return frozenset(row.orcid for row in submission.withdrawn_ids.all())


def found_ids(submission: Submission, withdrawn: frozenset[str]) -> dict[uuid.UUID | None, FoundId]:
    """iDs that came with an import and that nobody confirmed or had ``withdrawn``, by committee member (None: the
    author).

    None at all unless ``settings.ETD_UNCONFIRMED_IDS`` is ``mark``: what is not in the record is in no format.
    """
    if settings.ETD_UNCONFIRMED_IDS != "mark":
        return {}
    return {
        found.member_key: found
        for found in submission.found_ids.filter(confirmed_at=None).exclude(orcid__in=withdrawn)
    }


def subjects(programme: Programme) -> tuple[Subject, ...]:
    """What theses of a programme are about, in the classification that the university chose; empty without a term."""
    if not programme.subject_term:
        return ()
    return (
        Subject(
            programme.subject_term,
            programme.subject_scheme,
            programme.subject_scheme_uri,
            programme.subject_uri,
            programme.subject_code,
        ),
    )


def other_abstracts(page: ThesisPage) -> tuple[Abstract, ...]:
    """The abstracts in other languages, in their order, without half-written ones."""
    return tuple(
        Abstract(plain(row.text), row.language)
        for row in page.other_abstracts.all()
        if row.text.strip() and row.language
    )


def translated_title(page: ThesisPage) -> TranslatedTitle | None:
    """The title in another language, or None unless both the words and the language are given."""
    if not page.translated_title or not page.translated_title_language:
        return None
    return TranslatedTitle(page.translated_title, page.translated_title_language)


def funding(page: ThesisPage) -> tuple[Funding, ...]:
    """The grants, in their order."""
    return tuple(
        Funding(grant.funder_name, grant.funder_id, grant.award_number, grant.award_title, grant.award_url)
        for grant in page.funding.all()
    )


def related(page: ThesisPage) -> tuple[RelatedWork, ...]:
    """The works that the thesis is related to, in their order."""
    return tuple(
        RelatedWork(
            relation=work.relation,
            title=work.title,
            identifier_type=work.identifier_type,
            identifier=work.identifier,
            url=work.url,
            container=work.container,
            year=work.year,
        )
        for work in page.related_works.all()
    )


def orcid_id(connection: Connection | None, withdrawn: frozenset[str] = frozenset()) -> OrcidId | None:
    """The authenticated iD of a connection; None for one of another environment than this site's, where it is somebody
    else's or nobody's, and for one that was ``withdrawn`` from the thesis. A row exists only after a sign-in at ORCID,
    so there is no iD of another kind.
    """
    if connection is None or connection.environment != settings.ORCID_ENVIRONMENT:
        return None
    if connection.orcid in withdrawn:
        return None
    return OrcidId(
        path=connection.orcid,
        authenticated_at=connection.authenticated_at,
        environment=connection.environment,
        client_id=connection.client_id,
    )
