"""The demo's theses: a dozen, in every status, moved there by the same functions that real people's clicks call."""

import datetime as dt
from dataclasses import dataclass, field
from io import BytesIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone
from wagtail.models import Comment

from orcid_workflow.models import Connection
from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.files import preflight, store
from submissions.models import (
    Agreement,
    CommitteeMember,
    Degree,
    EmbargoOption,
    Licence,
    Programme,
    Submission,
    Term,
    Verdict,
)

from .pdf import thesis_pdf
from .people import by_username

DUMMY = "django.core.mail.backends.dummy.EmailBackend"
UNIVERSITY = "Northfield University"


@dataclass(frozen=True)
class DemoThesis:
    """One thesis. ``goal`` is how far it goes: a key of ``STAGES``. ``committee`` holds (username, role)."""

    student: str
    goal: str
    title: str = ""
    subtitle: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    programme: str = "Earth Sciences"
    degree: str = "PhD"
    language: str = "en"
    licence: str = "CC-BY-4.0"
    months: int = 0
    committee: tuple[tuple[str, str], ...] = (
        ("member", "advisor"),
        ("member2", "chair"),
        ("member3", "external"),
    )
    comments: dict[str, str] = field(default_factory=dict)


THESES = [
    DemoThesis(
        "student2",
        "draft",
        "Scheduling charging stations under uncertain demand",
        keywords=("electric vehicles", "scheduling"),
        programme="Computer Science",
        degree="MSc",
        committee=(("member2", "advisor"),),
    ),
    DemoThesis(
        "student3",
        "changes_requested",
        "Paper roads",
        "Letters of credit between Quanzhou and Melaka, 1560–1640",
        "Merchants on the South China Sea moved goods on trust long before banks reached them. This thesis follows "
        "the letters of credit that survive in three archives and asks who honoured them, and who did not.\n\n"
        "It argues that reputation travelled faster than ships, because letters were copied at every port.",
        ("trade", "credit", "South China Sea", "archives"),
        "History",
        comments={
            "abstract": "Please say in the abstract which three archives you used.",
            "keywords": "Add the years, so that readers find the period.",
        },
    ),
    DemoThesis(
        "bruno",
        "with_committee",
        "Mangrove roots as wave breakers",
        "A flume study at half scale",
        "Mangroves protect coasts, but how much protection a given width of forest gives is hard to say. In a flume at "
        "half scale we measured wave heights behind eleven arrangements of model roots.",
        ("mangroves", "waves", "coastal protection"),
        committee=(("member2", "advisor"), ("member3", "chair"), ("member", "member")),
    ),
    DemoThesis(
        "priya",
        "with_committee",
        "Who answers the second call?",
        "Follow-up in community midwifery",
        "Most programmes count first visits. This thesis counts the second call, made to 2,310 women in four "
        "districts, and finds that distance matters less than who makes it.",
        ("midwifery", "community health", "follow-up"),
        "Public Health",
    ),
    DemoThesis(
        "lukas",
        "in_review",
        "Bounds for online packing with advice",
        "",
        "An online algorithm that may ask for a few bits of advice can pack better. We give bounds on how many bits "
        "are needed to come within a factor of 1 + 1/k of the best packing.",
        ("online algorithms", "bin packing", "advice complexity"),
        "Computer Science",
        "MSc",
        committee=(("member3", "advisor"), ("member2", "member")),
    ),
    DemoThesis(
        "aoife",
        "in_review",
        "Peat that remembers",
        "Charcoal layers and the fires of the Atlantic west",
        "Charcoal in blanket bogs keeps a record of fires for six thousand years. Forty-two cores from the Atlantic "
        "west are dated and compared with what is known of settlement.",
        ("peat", "charcoal", "fire history", "Holocene"),
    ),
    DemoThesis(
        "ivan",
        "approved",
        "Small nets, large rivers",
        "Estimating sediment load from sparse gauges",
        "Large rivers are measured at few places. We estimate the sediment they carry from satellite images and a "
        "handful of gauges, and say how wrong the estimate may be.",
        ("sediment", "rivers", "remote sensing"),
    ),
    DemoThesis(
        "kenji",
        "published",
        "Tidal mixing in narrow fjords",
        "A field study over three winters",
        "Where a fjord narrows, the tide does the work of the wind. Over three winters we measured currents and "
        "salinity at nine stations and found that mixing peaks two hours after the turn of the tide.\n\n"
        "A simple model with two layers reproduces the timing, but not the strength.",
        ("fjords", "tides", "mixing", "oceanography"),
    ),
    DemoThesis(
        "nadia",
        "published",
        "The price of clean water",
        "Household choices in three delta towns",
        "Households in three delta towns choose between four sources of water every day. A diary study with 412 "
        "households shows that they pay for certainty rather than for purity.",
        ("water", "households", "public health"),
        "Public Health",
        licence="CC-BY-NC-ND-4.0",
        months=12,
    ),
    DemoThesis(
        "suharti",
        "published",
        "Weaving patterns as memory",
        "",
        "Weavers of two islands remember patterns without drawing them. From interviews and the cloths themselves this "
        "thesis describes how a pattern of four hundred rows is kept in mind and taught.",
        ("weaving", "memory", "craft"),
        "History",
        licence="",
    ),
    DemoThesis(
        "zofia",
        "published",
        "Krótka historia mokradeł",
        "Osuszanie i powrót wody nad Narwią",
        "Praca opisuje dwieście lat osuszania mokradeł nad Narwią i pierwsze próby przywracania wody. Źródłem są mapy, "
        "księgi melioracyjne i rozmowy z mieszkańcami.",
        ("mokradła", "historia środowiska", "Narew"),
        "History",
        "MSc",
        "pl",
        committee=(("member3", "advisor"), ("member", "member")),
    ),
    DemoThesis(
        "leila",
        "withdrawn",
        "Night buses and the shape of a city",
        "",
        "Maps of night buses show which districts a city thinks of as awake. We compare five cities.",
        ("transport", "cities"),
        "Public Health",
        "MSc",
        committee=(("member2", "advisor"), ("member", "member")),
    ),
]


def load_theses() -> int:
    """Make every thesis whose student has none yet; return how many were made."""
    made = 0
    for thesis in THESES:
        student = get_user_model().objects.get(username=thesis.student)
        if not Submission.objects.filter(student=student).exists():
            # Only the mails with links that still wait for somebody; the others would hide those a visitor causes.
            backend = settings.EMAIL_BACKEND if thesis.goal == "with_committee" else DUMMY
            with override_settings(EMAIL_BACKEND=backend), transaction.atomic():
                _make(thesis, student)
            made += 1
    return made


def _make(thesis: DemoThesis, student: object) -> None:
    submission = lifecycle.start(
        student=student,
        degree=Degree.objects.get(abbreviation=thesis.degree),
        programme=Programme.objects.get(name=thesis.programme),
        term=Term.objects.first(),
        agreement=Agreement.objects.first(),
    )
    _write(thesis, submission)
    for stage in STAGES[thesis.goal]:
        submission.refresh_from_db()
        stage(thesis, submission)


def _write(thesis: DemoThesis, submission: Submission) -> None:
    page = submission.page
    people = by_username()
    page.title, page.subtitle, page.abstract = thesis.title, thesis.subtitle, thesis.abstract
    page.keywords = "\n".join(thesis.keywords)
    page.language = thesis.language
    if thesis.goal != "draft":
        page.defence_date = timezone.localdate() - dt.timedelta(days=20)
        page.licence = Licence.objects.get(spdx=thesis.licence)
        page.embargo = EmbargoOption.objects.get(months=thesis.months)
        submission.profile.contact_email = f"{thesis.student}@example.org"
        submission.profile.save()
    page.committee_members = [
        CommitteeMember(
            given_name=people[name].given,
            family_name=people[name].family,
            email=people[name].email,
            role=role,
            affiliation="University of Westhaven" if name == "member3" else UNIVERSITY,
            sort_order=order,
        )
        for order, (name, role) in enumerate(thesis.committee)
    ]
    save_draft(page, user=submission.student)
    if thesis.goal != "draft":
        content = thesis_pdf(
            title=f"{thesis.title}: {thesis.subtitle}" if thesis.subtitle else thesis.title,
            author=people[thesis.student].name,
            degree=submission.degree.name,
            university=UNIVERSITY,
            abstract=thesis.abstract,
            year=timezone.localdate().year,
        )
        upload(submission, content, f"{thesis.student}-thesis.pdf")


def upload(submission: Submission, content: bytes, name: str) -> None:
    """Put a PDF on a draft by the way every uploaded file goes: checked, stored by checksum, written to the page."""
    incoming = File(BytesIO(content), name=name)
    facts = preflight.check(incoming, max_bytes=settings.ETD_MAX_UPLOAD_BYTES)
    stored = store.keep(incoming, submission.uuid, facts)
    store.put_on_page(submission.page, facts, stored, user=submission.student)


def _submit(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.submit(submission, actor=submission.student)


def _committee_approves(thesis: DemoThesis, submission: Submission) -> None:
    for invitation in submission.invitations.all():
        _approve(submission, invitation)


def _one_member_approves(thesis: DemoThesis, submission: Submission) -> None:
    _approve(submission, submission.invitations.get(email=by_username()["member2"].email))


def _approve(submission: Submission, invitation: object) -> None:
    person = by_username()[invitation.email.partition("@")[0]]
    invitation.connection = Connection.objects.filter(orcid=person.orcid).first()
    invitation.save()
    revision_id = type(submission.page).objects.get(pk=submission.page_id).latest_revision_id
    lifecycle.decide(invitation, verdict=Verdict.APPROVE, comment="", revision_id=revision_id)


def _staff_ask(thesis: DemoThesis, submission: Submission) -> None:
    staff = get_user_model().objects.get(username="staff")
    page = submission.page
    for path, text in thesis.comments.items():
        page.wagtail_admin_comments.add(Comment(user=staff, text=text, contentpath=path))
    save_draft(page, user=staff)
    lifecycle.request_changes(
        submission,
        actor=staff,
        comment="Two small things before we can approve it; see the comments at the fields.",
    )


def _staff_approve(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.approve(submission, actor=get_user_model().objects.get(username="staff"))


def _confer(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.record_conferral(
        submission,
        actor=get_user_model().objects.get(username="registrar"),
        conferred_on=timezone.localdate(),
    )


def _withdraw(thesis: DemoThesis, submission: Submission) -> None:
    lifecycle.withdraw(
        submission,
        actor=get_user_model().objects.get(username="staff"),
        comment="Withdrawn at the student's wish: a new version is being written.",
    )


_REVIEWED = (_submit, _committee_approves)
STAGES = {
    "draft": (),
    "with_committee": (_submit, _one_member_approves),
    "in_review": _REVIEWED,
    "changes_requested": (*_REVIEWED, _staff_ask),
    "approved": (*_REVIEWED, _staff_approve),
    "published": (*_REVIEWED, _staff_approve, _confer),
    "withdrawn": (_submit, _withdraw),
}
