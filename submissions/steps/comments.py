"""What staff and the committee said, brought to the step and field it is about."""

import datetime as dt
from dataclasses import dataclass

from ..models import CommitteeMember, Submission, ThesisPage, Verdict

#: First part of a comment's path in the page editor -> the step where it is answered. The field has the same name,
#: but for the lists, which are answered as a whole.
PLACES: dict[str, tuple[str, str]] = {
    "author_given": ("profile", "author_given"),
    "author_family": ("profile", "author_family"),
    "title": ("thesis", "title"),
    "subtitle": ("thesis", "subtitle"),
    "abstract": ("thesis", "abstract"),
    "language": ("thesis", "language"),
    "keywords": ("thesis", "keywords"),
    "defence_date": ("thesis", "defence_date"),
    "committee_members": ("committee", ""),
    "licence": ("rights", "licence"),
    "embargo": ("rights", "embargo"),
    "files": ("files", "file"),
}


@dataclass(frozen=True, slots=True)
class FieldComment:
    """One unresolved comment. ``step`` is empty when the place is not known; ``member`` is a committee member's key.

    ``answered``: the student has changed the place since. ``when`` is in UTC.
    """

    step: str
    field: str
    text: str
    author: str
    when: dt.datetime
    answered: bool = False
    member: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What was said about the thesis as a whole: by the office, or by a committee member with their decision."""

    text: str
    author: str
    when: dt.datetime


def field_comments(page: ThesisPage) -> list[FieldComment]:
    """The unresolved comments on this page, oldest first, each with its place. One query, and one more for a list."""
    comments = (
        page.wagtail_admin_comments.get_live_queryset()
        .filter(resolved_at=None)
        .select_related("user", "revision_created")
        .order_by("created_at", "pk")
    )
    rows = list(comments)
    if not rows:
        return []
    now = page.serializable_data()
    found = []
    for row in rows:
        head, _, rest = row.contentpath.partition(".")
        step, field = PLACES.get(head, ("", ""))
        member = None
        if head == "committee_members" and rest:
            member = _member(page, rest.split(".")[0])
            field = rest.partition(".")[2]
        then = row.revision_created.content if row.revision_created else None
        found.append(
            FieldComment(
                step=step,
                field=field,
                text=row.text,
                author=row.user.get_full_name() or "Thesis office",
                when=row.created_at,
                answered=bool(step) and then is not None and _value(then, head) != _value(now, head),
                member=str(member.key) if member else "",
            )
        )
    return found


def remarks(submission: Submission) -> list[Remark]:
    """What was said when changes were last asked for, newest first: the office's words, and the committee's."""
    last = submission.changes.filter(to_status="changes_requested").first()
    found = []
    if last and last.comment and last.actor_id:
        found.append(Remark(last.comment, f"{last.actor_name}, graduate school", last.at))
    decisions = submission.decisions.filter(round=submission.committee_round).exclude(comment="")
    for decision in decisions.select_related("invitation").order_by("-made_at"):
        done = "approved" if decision.verdict == Verdict.APPROVE else "asked for changes"
        found.append(Remark(decision.comment, f"{decision.name} ({done})", decision.made_at))
    return found


def _member(page: ThesisPage, reference: str) -> CommitteeMember | None:
    """The member that a path names by number or key."""
    return next(
        (member for member in page.committee_members.all() if reference in (str(member.pk), str(member.key))),
        None,
    )


def _value(content: dict, head: str) -> object:
    """What stands at a place in the data of a revision, without the numbers that change when rows are rewritten."""
    value = content.get(head)
    if isinstance(value, list):
        return [{name: part for name, part in row.items() if name not in ("pk", "page")} for row in value]
    return value
