"""What a thesis says of itself, for those who decide on it: what will be public, and what the student changed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from ..languages import LANGUAGES
from ..models import Status, StatusChange, Submission, ThesisPage
from ..steps.comments import value_at

#: While somebody still decides: before it was sent nothing was changed, and a public thesis is corrected by the office.
UNDECIDED = (Status.WITH_COMMITTEE, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED)


@dataclass(frozen=True, slots=True)
class ThesisRow:
    """One line of ``components/summary_list.html``. ``mark`` says that it was changed, or is ""."""

    label: str
    value: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class _Fact:
    """Where a line comes from: ``fields`` of a revision, and ``words`` for them. One that is not ``asked`` of everybody
    is left out where it is empty.
    """

    label: str
    fields: tuple[str, ...]
    words: Callable[[ThesisPage], str]
    asked: bool = True


def _lines(rows: object) -> str:
    return "\n".join(str(row) for row in rows.all())


def _language(tag: str) -> str:
    return dict(LANGUAGES).get(tag, tag)


_FACTS = (
    _Fact("Title", ("title", "subtitle"), lambda page: ": ".join(filter(None, (page.title, page.subtitle)))),
    _Fact(
        "Title in another language",
        ("translated_title", "translated_title_language"),
        lambda page: (
            f"{page.translated_title} ({_language(page.translated_title_language)})"
            if page.translated_title
            else ""
        ),
        asked=False,
    ),
    _Fact("Abstract", ("abstract",), lambda page: page.abstract),
    _Fact(
        "Other abstracts",
        ("other_abstracts",),
        lambda page: "\n\n".join(
            f"{_language(one.language)}: {one.text}" for one in page.other_abstracts.all()
        ),
        asked=False,
    ),
    _Fact("Keywords", ("keywords",), lambda page: "; ".join(page.keyword_list)),
    _Fact("Language", ("language",), lambda page: _language(page.language)),
    _Fact(
        "Defence",
        ("defence_date",),
        lambda page: date_format(page.defence_date, "j F Y") if page.defence_date else "",
    ),
    _Fact("Licence", ("licence",), lambda page: str(page.licence or "")),
    _Fact("Access", ("embargo",), lambda page: str(page.embargo or "")),
    _Fact("Funding", ("funding",), lambda page: _lines(page.funding)),
    _Fact("Related works", ("related_works",), lambda page: _lines(page.related_works), asked=False),
    _Fact("File", ("files",), lambda page: page.thesis_file.name if page.thesis_file else "", asked=False),
)


def thesis_rows(submission: Submission) -> list[ThesisRow]:
    """What stands in the latest version, a correction that is not public yet included, marked where it differs from
    the version about which changes were last asked for.
    """
    latest = submission.page.get_latest_revision()
    page = latest.as_object() if latest else submission.page
    then, mark = _asked(submission)
    changed = {
        fact.label
        for fact in _FACTS
        if then and any(value_at(then, name) != value_at(latest.content, name) for name in fact.fields)
    }
    said = [(fact, fact.words(page)) for fact in _FACTS]
    return [
        ThesisRow(
            fact.label,
            words if fact.label != "Access" else _with_day(submission, words),
            mark if fact.label in changed else "",
        )
        for fact, words in said
        if words or fact.asked or fact.label in changed
    ]


def last_note(submission: Submission) -> StatusChange | None:
    """What the student wrote when they last sent it, while somebody decides on it; None where they wrote nothing."""
    if submission.status not in UNDECIDED:
        return None
    sent = submission.changes.filter(
        from_status__in=(Status.DRAFT, Status.CHANGES_REQUESTED),
        to_status__in=(Status.WITH_COMMITTEE, Status.IN_REVIEW),
    ).first()
    return sent if sent and sent.comment else None


def _asked(submission: Submission) -> tuple[dict, str]:
    """The version about which changes were last asked for, and the words for what differs from it."""
    if submission.status not in UNDECIDED:
        return {}, ""
    asked = (
        submission.changes.filter(to_status=Status.CHANGES_REQUESTED)
        .exclude(from_status=Status.CHANGES_REQUESTED)
        .first()
    )
    if asked is None:
        return {}, ""
    revision = submission.page.revisions.filter(created_at__lte=asked.at).order_by("created_at", "pk").last()
    day = date_format(timezone.localtime(asked.at), "j F Y")
    return (revision.content, f"Changed since changes were asked for on {day}") if revision else ({}, "")


def _with_day(submission: Submission, choice: str) -> str:
    """What was chosen, and once it is public the day on which the files open."""
    if not submission.embargo_until:
        return choice
    day = date_format(submission.embargo_until, "j F Y")
    opens = "The files open" if submission.embargo_until > timezone.localdate() else "The files opened"
    return f"{choice}\n{opens} on {day}.".strip()
