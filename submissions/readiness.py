"""What a thesis still needs before it may be submitted. One list, asked by the review step and by the lifecycle."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from orcid_workflow.models import Connection

from .languages import LANGUAGES
from .models import CommitteeMember, CommitteeRole, Submission, ThesisPage


@dataclass(frozen=True, slots=True)
class Problem:
    """Something missing or wrong: the step and field where it is mended, and the sentence that says it."""

    step: str
    field: str
    sentence: str


REQUIRED_ON_PAGE = [
    ("profile", "author_given", "Give your name as it should stand on the thesis."),
    ("thesis", "title", "Give the title of your thesis."),
    ("thesis", "abstract", "Write the abstract."),
    ("thesis", "language", "Choose the language the thesis is written in."),
    ("thesis", "keywords", "Give at least one keyword, so that readers find your thesis."),
    ("thesis", "defence_date", "Give the date of your defence."),
    ("rights", "licence", "Choose a licence."),
    ("rights", "embargo", "Choose when readers may open the file."),
]


#: What even a thesis from the past must say; the rest may be known to nobody any more.
NEEDED_OF_IMPORTED = frozenset({"title", "author_given", "language"})

#: A draft may hold half a person, a submission may not. The field of the problem is ``<member key>-<field>``.
NEEDED_OF_MEMBER = {
    "given_name": "Give the name of each committee member.",
    "email": "Give the e-mail address of {who}.",
    "role": "Say what {who} does on your committee.",
}

#: The same for a grant and for a related work.
NEEDED_OF_GRANT = "Say who gave {what}, or take it off the list."
NEEDED_OF_WORK = "Give the title of {what}, or take it off the list."
#: The same for an abstract in another language.
NO_ABSTRACT_LANGUAGE = "Say in which language this abstract is, or take it off the list."
NO_ABSTRACT_TEXT = "Write the abstract in {language}, or take it off the list."
SAME_ABSTRACT_LANGUAGE = "Two abstracts are in {language}. Keep one, or choose another language."
NO_LANGUAGE = "Choose the language of your title in another language, or empty that title."
NO_TITLE = "You chose a language for a title in another language: give that title, or choose no language."
SAME_LANGUAGE = "This is the language of the thesis itself. Choose the language of the other title."


def author_connection(submission: Submission) -> Connection | None:
    """The student's ORCID connection in this environment whose owner has not disconnected it, or None."""
    if submission.student_id is None:
        return None  # of an imported thesis: None would find anybody without an account
    return (
        Connection.objects.filter(user=submission.student, environment=settings.ORCID_ENVIRONMENT)
        .exclude(state=Connection.State.DISCONNECTED)
        .first()
    )


def problems(submission: Submission, *, today: dt.date | None = None) -> list[Problem]:
    """Everything that stands between this submission and being submitted, in the order of the steps."""
    return [*_case_problems(submission), *page_problems(submission.page, submission, today=today)]


def page_problems(page: ThesisPage, submission: Submission, *, today: dt.date | None = None) -> list[Problem]:
    """What is missing of the work itself. ``page`` may be a row or a revision that is to be published."""
    imported = submission.student_id is None
    found = [
        Problem(step, field, sentence)
        for step, field, sentence in REQUIRED_ON_PAGE
        if not getattr(page, field) and (not imported or field in NEEDED_OF_IMPORTED)
    ]
    if page.defence_date and page.defence_date > (today or timezone.localdate()):
        found.append(
            Problem("thesis", "defence_date", "The defence has not taken place yet. Submit when it has.")
        )
    found += [*_title_problems(page), *_abstract_problems(page), *_list_problems(page)]
    if imported:
        return found
    found += _committee_problems(list(page.committee_members.all()), submission.degree.committee_minimum)
    if page.thesis_file is None:
        found.append(Problem("files", "file", "Upload the PDF of your thesis."))
    return found


def _case_problems(submission: Submission) -> Iterator[Problem]:
    if submission.student_id is None:
        return
    if not hasattr(submission, "acceptance"):
        yield Problem("start", "accept", "Accept the agreement.")
    connection = author_connection(submission)
    if settings.ETD_ORCID_REQUIRED and connection is None:
        yield Problem("orcid", "", "Connect your ORCID iD.")
    if connection and submission.invitations.filter(active=True, connection=connection).exists():
        yield Problem(
            "orcid", "", "Your ORCID iD is attached to a member of your committee too. Write to us."
        )
    if not submission.profile.contact_email:
        yield Problem(
            "profile", "contact_email", "Give an e-mail address that will reach you after graduation."
        )


def _title_problems(page: ThesisPage) -> Iterator[Problem]:
    """A title in another language has a language, and it is another one."""
    title, language = page.translated_title, page.translated_title_language
    if title and not language:
        yield Problem("thesis", "translated_title_language", NO_LANGUAGE)
    elif language and not title:
        yield Problem("thesis", "translated_title", NO_TITLE)
    elif language and language == page.language:
        yield Problem("thesis", "translated_title_language", SAME_LANGUAGE)


def _abstract_problems(page: ThesisPage) -> Iterator[Problem]:
    """Each abstract has its text and a language that no other has, the thesis' own among them."""
    names, seen = dict(LANGUAGES), {page.language}
    for row in page.other_abstracts.all():
        name = names.get(row.language, row.language)
        if not row.language:
            yield Problem("abstracts", f"{row.key}-language", NO_ABSTRACT_LANGUAGE)
        elif row.language in seen:
            yield Problem("abstracts", f"{row.key}-language", SAME_ABSTRACT_LANGUAGE.format(language=name))
        if not row.text.strip():
            words = NO_ABSTRACT_TEXT.format(language=name or "this language")
            yield Problem("abstracts", f"{row.key}-text", words)
        seen.add(row.language)


def _list_problems(page: ThesisPage) -> Iterator[Problem]:
    """Nothing is needed in these lists; what is named there needs its name."""
    for grant in page.funding.all():
        if not grant.funder_name:
            what = f"grant {grant.award_number}" if grant.award_number else "the grant without a funder"
            yield Problem("funding", f"{grant.key}-funder_name", NEEDED_OF_GRANT.format(what=what))
    for work in page.related_works.all():
        if not work.title:
            what = f"the work {work.identifier}" if work.identifier else "the work without a title"
            yield Problem("works", f"{work.key}-title", NEEDED_OF_WORK.format(what=what))


def _committee_problems(members: list[CommitteeMember], needed: int) -> Iterator[Problem]:
    if len(members) < needed:
        yield Problem(
            "committee",
            "",
            f"Name your committee: {needed} people are needed, you have named {len(members)}.",
        )
    if members and not any(member.role == CommitteeRole.ADVISOR for member in members):
        yield Problem("committee", "", "Say which committee member is your advisor.")
    for member in members:
        for name, sentence in NEEDED_OF_MEMBER.items():
            if not getattr(member, name):
                who = member.name or "the person without a name"
                yield Problem("committee", f"{member.key}-{name}", sentence.format(who=who))
