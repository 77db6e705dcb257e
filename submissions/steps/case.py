"""A submission as the student's pages show it, and the way to change it safely."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from orcid_workflow.models import Connection
from orcid_workflow.profile import Profile, parse

from .. import permissions, readiness
from ..models import AuthorProfile, Submission, ThesisPage
from ..readiness import Problem
from ..wording import status_words
from .comments import FieldComment, Remark, field_comments, remarks


class NotYourTurn(Exception):
    """The thesis cannot be changed now. ``str()`` says why."""


class Case:
    """One submission and what is asked of it more than once in a request; each thing is read when first asked for."""

    def __init__(self, submission: Submission, user: AbstractUser) -> None:
        self.submission = submission
        self.page: ThesisPage = submission.page
        self.user = user

    @classmethod
    def find(cls, submission_uuid: uuid.UUID, user: AbstractUser) -> "Case":
        """Read a case. Raises ``Submission.DoesNotExist``; whether ``user`` may see it is asked elsewhere."""
        rows = Submission.objects.select_related(
            "page", "student", "degree", "programme", "term", "profile", "acceptance"
        )
        return cls(rows.get(uuid=submission_uuid), user)

    @property
    def profile(self) -> AuthorProfile:
        """The ``AuthorProfile`` of this case."""
        return self.submission.profile

    @cached_property
    def editable(self) -> permissions.Answer:
        """Whether the student may change the thesis now, and why not."""
        return permissions.can_edit_thesis(self.user, self.submission)

    @property
    def why_closed(self) -> str:
        """Why the thesis cannot be changed now: who has it, and what follows."""
        words = status_words(self.submission)
        return f"{words.who} {words.next}"

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that is still missing."""
        return readiness.problems(self.submission)

    @cached_property
    def comments(self) -> list[FieldComment]:
        """Unresolved comments on single fields; none while others have the thesis, who may still be writing them."""
        return field_comments(self.page) if self.editable else []

    @cached_property
    def remarks(self) -> list[Remark]:
        """What was said about the whole when changes were last asked for."""
        return remarks(self.submission)

    @cached_property
    def connection(self) -> Connection | None:
        """The student's ORCID connection, or None."""
        return readiness.author_connection(self.submission)

    @cached_property
    def orcid_profile(self) -> Profile | None:
        """What the student's ORCID record said when it was last read, or None."""
        if self.connection is None or not self.connection.record:
            return None
        return parse(self.connection.record)

    def problems_of(self, step: str) -> list[Problem]:
        """What is missing in one step."""
        return [problem for problem in self.problems if problem.step == step]

    def comments_of(self, step: str, field: str | None = None) -> list[FieldComment]:
        """Comments about one step, or about one field of it."""
        return [
            comment
            for comment in self.comments
            if comment.step == step and (field is None or comment.field == field)
        ]


@contextmanager
def editing(case: Case) -> Iterator[Case]:
    """Hold the case in a transaction and give out a fresh reading of it to change.

    Two tabs that save at the same moment save one after the other, and nothing is saved after the thesis was sent.
    Raises ``NotYourTurn``.
    """
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=case.submission.pk)
        submission.page = ThesisPage.objects.get(pk=submission.page_id)
        submission.page.submission = submission
        fresh = Case(submission, case.user)
        if not fresh.editable:
            raise NotYourTurn(fresh.why_closed)
        yield fresh
