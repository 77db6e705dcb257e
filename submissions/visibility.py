"""Which theses the public sees, said once: published, its page live, and nothing on the way to it kept for some.

A page whose privacy was set in Wagtail, or that lies below such a page, is not public: it has no record by any
address, is in no harvest, feed, search or map of the site, and its files open for those whom the page lets in.
"""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

from .models import Status, Submission


def public(submissions: QuerySet[Submission] | None = None) -> QuerySet[Submission]:
    """Those of ``submissions`` (else of all) that the public sees. Asks once for the kept pages, which are few.

    They are not joined: SQLite then compared the path of every thesis with that of every page, 25 seconds for 10,000.
    """
    chosen = Submission.objects.all() if submissions is None else submissions
    chosen = chosen.filter(status=Status.PUBLISHED, page__live=True)
    # A page's path begins with the paths of all pages above it (treebeard, materialised path).
    kept = Q()
    for path in PageViewRestriction.objects.values_list("page__path", flat=True).distinct():
        kept |= Q(page__path__startswith=path)
    return chosen.exclude(kept) if kept else chosen


def is_public(submission: Submission) -> bool:
    """Whether the public sees this thesis now."""
    return (
        submission.status == Status.PUBLISHED
        and submission.page.live
        and not restrictions(submission.page).exists()
    )


def restrictions(page: Page) -> QuerySet[PageViewRestriction]:
    """What keeps ``page`` for some: its own privacy and that of the pages above it."""
    paths = [page.path[:end] for end in range(Page.steplen, len(page.path) + 1, Page.steplen)]
    return PageViewRestriction.objects.filter(page__path__in=paths)


def lets_in(request: HttpRequest, page: Page) -> bool:
    """Whether this reader passes what keeps ``page`` for some; True where nothing does."""
    return all(restriction.accept_request(request) for restriction in restrictions(page))


def below(page: Page) -> QuerySet[Submission]:
    """The published theses that a restriction on ``page`` is about, by number: its own, or those under it."""
    return Submission.objects.filter(status=Status.PUBLISHED, page__path__startswith=page.path).order_by("pk")
