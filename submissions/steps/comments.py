"""What staff and the committee said, brought to the step and field it is about."""

import datetime as dt
from dataclasses import dataclass

from django.db import models

from ..models import Submission, ThesisPage, Verdict

#: First part of a comment's path in the page editor -> the step where it is answered. The field has the same name,
#: but for the lists, which are answered as a whole.
PLACES: dict[str, tuple[str, str]] = {
    "author_given": ("profile", "author_given"),
    "author_family": ("profile", "author_family"),
    "title": ("thesis", "title"),
    "subtitle": ("thesis", "subtitle"),
    "abstract": ("thesis", "abstract"),
    "other_abstracts": ("abstracts", ""),
    "language": ("thesis", "language"),
    "translated_title": ("thesis", "translated_title"),
    "translated_title_language": ("thesis", "translated_title_language"),
    "keywords": ("thesis", "keywords"),
    "defence_date": ("thesis", "defence_date"),
    "funding": ("funding", ""),
    "related_works": ("works", ""),
    "committee_members": ("committee", ""),
    "licence": ("rights", "licence"),
    "embargo": ("rights", "embargo"),
    "files": ("files", "file"),
}
#: Lists whose rows can be commented on one by one.
LISTS = ("other_abstracts", "funding", "related_works", "committee_members")


@dataclass(frozen=True, slots=True)
class FieldComment:
    """One unresolved comment. ``step`` is empty when the place is not known; ``row`` is the key of a row in a list.

    ``answered``: the student has changed the place since. ``when`` is in UTC.
    """

    step: str
    field: str
    text: str
    author: str
    when: dt.datetime
    answered: bool = False
    row: str = ""


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
        listed = None
        if head in LISTS and rest:
            listed = _row(page, head, rest.split(".")[0])
            field = rest.partition(".")[2]
        key = str(listed.key) if listed else ""
        then = row.revision_created.content if row.revision_created else None
        found.append(
            FieldComment(
                step=step,
                field=field,
                text=row.text,
                author=row.user.get_full_name() or "Thesis office",
                when=row.created_at,
                answered=bool(step)
                and then is not None
                and value_at(then, head, key) != value_at(now, head, key),
                row=key,
            )
        )
    return found


def remarks(submission: Submission) -> list[Remark]:
    """What was asked for when changes were last asked for, newest first: the office's words, and those of committee
    members who did not approve. What the others wrote stands in the history.
    """
    last = submission.changes.filter(to_status="changes_requested").first()
    found = []
    if last and last.comment and last.actor_id:
        found.append(Remark(last.comment, f"{last.actor_name}, graduate school", last.at))
    asked = submission.decisions.filter(round=submission.committee_round, verdict=Verdict.CHANGES)
    found += [Remark(one.comment, one.name, one.made_at) for one in asked.order_by("-made_at")]
    return found


def _row(page: ThesisPage, relation: str, reference: str) -> models.Model | None:
    """The row of a list that a path names by number or key."""
    rows = getattr(page, relation).all()
    return next((row for row in rows if reference in (str(row.pk), str(row.key))), None)


def value_at(content: dict, head: str, key: str = "") -> object:
    """What stands at a place in the data of a revision, without the numbers that change when rows are rewritten
    (their order is that of the list).

    Of a list, the row with this key; the whole list when it is empty.
    """
    value = content.get(head)
    if isinstance(value, list):
        return [
            {name: part for name, part in row.items() if name not in ("pk", "page", "sort_order")}
            for row in value
            if not key or str(row.get("key")) == key
        ]
    return value
