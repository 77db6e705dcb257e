"""Write generated theses into the database, five hundred at a time, without the lifecycle: they are public at once.

Nothing is wished for at ORCID, and there are no revisions, no history and no mails.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Collection, Iterator
from io import BytesIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page
from wagtail.search.backends import get_search_backend

from orcid_workflow.models import Connection
from submissions import publication
from submissions.metadata.crosswalks.registry import STORED
from submissions.models import (
    CommitteeMember,
    Degree,
    EmbargoOption,
    Invitation,
    Licence,
    Programme,
    Status,
    Submission,
    Term,
    ThesisFile,
    ThesisFunding,
    ThesisIndexPage,
    ThesisPage,
    ThesisRelatedWork,
)
from submissions.outlets import store_many
from submissions.outlets.fulltext import words_of_record
from submissions.setup import set_up_office

from ..pdf import thesis_pdf
from ..people import CLIENT_SCOPES, demo_orcid
from ..university import home_page, lists
from .words import NAMES, Blueprint, blueprint

BATCH = 500
PEOPLE = 400  # committee members to choose from
_FIRST_MEMBER, _FIRST_AUTHOR = 1_000_000, 2_000_000  # numbers of the demo's iDs
_STUDENT = "graduate-"


class Office:
    """What all generated theses share: lists, people and a few files, made where missing."""

    def __init__(self) -> None:
        self.index = set_up_office(home_page())
        lists()
        Degree.objects.get_or_create(
            name="Bachelor of Arts", defaults={"abbreviation": "BA", "level": "bachelor", "active": False}
        )
        self.degrees, self.programmes = list(Degree.objects.all()), list(Programme.objects.all())
        self.embargoes, self.licences = list(EmbargoOption.objects.all()), list(Licence.objects.all())
        self.term = Term.objects.first()
        self.locale = Locale.get_default()
        self.content_type = ContentType.objects.get_for_model(ThesisPage)
        self.password = make_password(None)
        self.people = _connect({demo_orcid(_FIRST_MEMBER + n): ("", None) for n in range(PEOPLE)})
        self.files = [_keep(number) for number in range(3)]


def generate(
    count: int,
    seed: int = 1,
    told: Callable[[int], None] = lambda done: None,
    formats: Collection[str] = tuple(STORED),
) -> None:
    """Add ``count`` public theses to those generated before; ``told`` is called with the number done so far.

    ``formats`` are those to store: most of the time goes there, and a measurement needs one or two.
    """
    office = Office()
    begin = get_user_model().objects.filter(username__startswith=_STUDENT).count()
    for done in range(0, count, BATCH):
        numbers = range(begin + done, begin + min(done + BATCH, count))
        _write(office, [blueprint(n, seed, timezone.localdate(), PEOPLE) for n in numbers], formats)
        told(done + len(numbers))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner knows nothing of so many rows at once


@transaction.atomic
def _write(office: Office, prints: list[Blueprint], formats: Collection[str]) -> None:
    students = get_user_model().objects.bulk_create(_student(office, each) for each in prints)
    ids = {
        demo_orcid(_FIRST_AUTHOR + each.number): (
            "" if each.hidden else " ".join(each.author).strip(),
            student,
        )
        for each, student in zip(prints, students, strict=True)
        if each.has_orcid
    }
    author = {row.user_id: row for row in _connect(ids)}
    pages = _pages(office, prints)
    cases = Submission.objects.bulk_create(
        _case(office, each, student, page, author.get(student.pk))
        for each, student, page in zip(prints, students, pages, strict=True)
    )
    whole = list(zip(prints, pages, cases, strict=True))
    CommitteeMember.objects.bulk_create(row for each, page, _ in whole for row in _members(each, page))
    Invitation.objects.bulk_create(row for each, _, case in whole for row in _invitations(office, each, case))
    ThesisFile.objects.bulk_create(row for each, page, _ in whole for row in _files(office, each, page))
    ThesisFunding.objects.bulk_create(row for each, page, _ in whole for row in _funding(each, page))
    ThesisRelatedWork.objects.bulk_create(row for each, page, _ in whole for row in _related(each, page))
    pages = store_many(cases, formats)
    for page, case in zip(pages, cases, strict=True):
        # Set where the index looks for a method, which would ask the database for the case of each page. Nobody has
        # read the files yet: ``index_files`` does.
        page.other_words, page.file_words = words_of_record(page, case), ""
    get_search_backend().add_bulk(ThesisPage, pages)


def _student(office: Office, each: Blueprint):
    given, family = each.author
    return get_user_model()(
        username=f"{_STUDENT}{each.number}",
        first_name=given,
        last_name=family,
        email=f"{_STUDENT}{each.number}@example.edu",
        password=office.password,
    )


def _connect(wanted: dict[str, tuple[str, object]]) -> list[Connection]:
    """The connections with these iDs, in their order; ``wanted`` maps an iD to the name at ORCID and the account."""
    environment, now = settings.ORCID_ENVIRONMENT, timezone.now()
    rows = [
        Connection(
            environment=environment,
            orcid=orcid,
            name=name,
            user=user,
            scope=CLIENT_SCOPES,
            client_id=settings.ORCID_CLIENT_ID,
            authenticated_at=now,
        )
        for orcid, (name, user) in wanted.items()
    ]
    Connection.objects.bulk_create(rows, ignore_conflicts=True)
    there = {row.orcid: row for row in Connection.objects.filter(environment=environment, orcid__in=wanted)}
    return [there[orcid] for orcid in wanted]


def _pages(office: Office, prints: list[Blueprint]) -> list[ThesisPage]:
    """Write the pages as Wagtail's tree has them: a row of Page and a row of ThesisPage each, behind the last child."""
    index = ThesisIndexPage.objects.select_for_update().get(pk=office.index.pk)
    last = index.get_last_child()
    step = ThesisPage._str2int(last.path[-ThesisPage.steplen :]) if last else 0
    theses = [_page(office, index, each, step + place) for place, each in enumerate(prints, start=1)]
    shared = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    bases = Page.objects.bulk_create(
        Page(**{name: getattr(thesis, name) for name in shared}) for thesis in theses
    )
    for thesis, base in zip(theses, bases, strict=True):
        thesis.pk = thesis.id = thesis.page_ptr_id = base.pk
    # bulk_create refuses a model in two tables; the first one has been written.
    ThesisPage.objects.all()._batched_insert(theses, ThesisPage._meta.local_concrete_fields, BATCH)
    ThesisIndexPage.objects.filter(pk=index.pk).update(numchild=F("numchild") + len(theses))
    return theses


def _page(office: Office, index: ThesisIndexPage, each: Blueprint, step: int) -> ThesisPage:
    given, family = each.author
    slug = slugify(f"{each.published.year} generated {each.uuid.hex}")
    published = _moment(each.published)
    return ThesisPage(
        path=ThesisPage._get_path(index.path, index.depth + 1, step),
        depth=index.depth + 1,
        url_path=f"{index.url_path}{slug}/",
        slug=slug,
        locale=office.locale,
        translation_key=uuid.uuid4(),
        content_type=office.content_type,
        live=True,
        has_unpublished_changes=False,
        first_published_at=published,
        last_published_at=published,
        title=each.title,
        draft_title=each.title,
        subtitle=each.subtitle,
        translated_title=each.translated_title[0],
        translated_title_language=each.translated_title[1],
        author_given=given,
        author_family=family,
        abstract=each.abstract,
        language=each.language,
        keywords="\n".join(each.keywords),
        defence_date=each.defended,
        licence=_pick(office.licences, each.licence),
        embargo=_pick(office.embargoes, each.embargo),
    )


def _case(
    office: Office, each: Blueprint, student: object, page: ThesisPage, author: Connection | None
) -> Submission:
    published = _moment(each.published)
    return Submission(
        uuid=each.uuid,
        student=student,
        page=page,
        degree=_pick(office.degrees, each.degree),
        programme=_pick(office.programmes, each.programme),
        term=office.term,
        status=Status.PUBLISHED,
        status_since=published,
        submitted_at=published - dt.timedelta(days=90),
        committee_round=1,
        conferred_on=each.conferred,
        doi=each.doi,
        handle=each.handle,
        published_at=published,
        embargo_until=publication.embargo_end(page, each.published),
        author_connection=author,
    )


def _members(each: Blueprint, page: ThesisPage) -> Iterator[CommitteeMember]:
    for place, (person, role, _) in enumerate(each.committee):
        given, family = NAMES[person % len(NAMES)]
        yield CommitteeMember(
            page=page,
            key=_key(each, person),
            given_name=given,
            family_name=family,
            email=f"member-{person}@example.edu",
            role=role,
            affiliation="Northfield University" if person % 3 else "",
            sort_order=place,
        )


def _invitations(office: Office, each: Blueprint, case: Submission) -> Iterator[Invitation]:
    for person, role, has_orcid in each.committee:
        yield Invitation(
            submission=case,
            member_key=_key(each, person),
            name=" ".join(NAMES[person % len(NAMES)]).strip(),
            email=f"member-{person}@example.edu",
            role=role,
            expires_at=case.published_at,
            connection=office.people[person] if has_orcid else None,
        )


def _files(office: Office, each: Blueprint, page: ThesisPage) -> Iterator[ThesisFile]:
    for number in range(each.files):
        name, size, sha256 = office.files[number]
        yield ThesisFile(
            page=page,
            file=name,
            name=f"thesis-{each.number}-{number}.pdf",
            size=size,
            sha256=sha256,
            pages=4,
            uploaded_at=_moment(each.published),
            sort_order=number,
        )


def _funding(each: Blueprint, page: ThesisPage) -> Iterator[ThesisFunding]:
    for place, (name, identifier, award) in enumerate(each.funding):
        yield ThesisFunding(
            page=page, funder_name=name, funder_id=identifier, award_number=award, sort_order=place
        )


def _related(each: Blueprint, page: ThesisPage) -> Iterator[ThesisRelatedWork]:
    for place, (relation, title, kind, identifier) in enumerate(each.related):
        value = identifier.format(each.number)
        named = {"url": value} if kind == "url" else {"identifier_type": kind, "identifier": value}
        yield ThesisRelatedWork(page=page, relation=relation, title=title, sort_order=place, **named)


def _keep(number: int) -> tuple[str, int, str]:
    """Store one of the PDFs that all generated theses share; return its name in the storage, size and SHA-256."""
    content = thesis_pdf(
        title=f"Generated {number}", author="A", degree="PhD", university="U", abstract="A.", year=2026
    )
    name = f"generated/{number}.pdf"
    storage = storages["theses"]
    if not storage.exists(name):
        storage.save(name, File(BytesIO(content)))
    return name, len(content), hashlib.sha256(content).hexdigest()


def _key(each: Blueprint, person: int) -> uuid.UUID:
    return uuid.uuid5(each.uuid, str(person))


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def _pick(rows: list, number: int):
    return rows[number % len(rows)]
