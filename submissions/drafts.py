"""Write the row of a thesis and its revision together. Nothing else may save an unpublished ``ThesisPage``.

Publishing a revision that is older than the row would silently bring back old words (facts met with Wagtail 8.0),
so row and revision always hold the same until the thesis is public.
"""

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from wagtail.models import Revision

from .models import ThesisPage


@transaction.atomic
def save_draft(page: ThesisPage, *, user: AbstractUser | None, keep_history: bool = False) -> Revision:
    """Save ``page`` (not live) and its revision; return the revision.

    While a student types, their own latest revision is written over; ``keep_history`` makes a new one, which is what
    sending to somebody does, because decisions name the revision they were made on.
    """
    if page.live:
        raise ValueError(
            "A published thesis is changed by a revision and published again, not saved in place."
        )
    page.save()
    latest = page.get_latest_revision()
    own = latest is not None and latest.user_id == (user.pk if user else None)
    frozen = latest is not None and latest.task_states.exists()
    return page.save_revision(
        user=user,
        clean=False,  # a draft may be incomplete; readiness.py is asked before it goes anywhere
        overwrite_revision=latest if own and not frozen and not keep_history else None,
    )
