"""What follows from a page or an ORCID connection having changed, whichever way it was changed."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import PageViewRestriction
from wagtail.signals import page_published, page_unpublished

from orcid_workflow.models import Connection
from orcid_workflow.signals import connection_changed

from . import lifecycle, outlets, visibility
from .models import Submission, ThesisPage


@receiver(page_published, sender=ThesisPage)
def thesis_published(instance: ThesisPage, **kwargs: object) -> None:
    """A thesis or a correction went public: write its records and what its author's ORCID record should say."""
    with transaction.atomic():
        lifecycle.follow_page(instance, live=True)
        outlets.refresh(Submission.objects.get(page_id=instance.pk))


@receiver(page_unpublished, sender=ThesisPage)
def thesis_unpublished(instance: ThesisPage, **kwargs: object) -> None:
    """A thesis went offline: its records are marked deleted and the work comes off the ORCID record."""
    with transaction.atomic():
        lifecycle.follow_page(instance, live=False)
        outlets.refresh(Submission.objects.get(page_id=instance.pk))


@receiver(connection_changed)
def connection_moved(connection: Connection, **kwargs: object) -> None:
    """Somebody connected or disconnected: public theses they wrote or sat on carry the iD from now on."""
    for submission in outlets.touched_by(connection).order_by("pk"):
        outlets.refresh(
            submission
        )  # a transaction each: one thesis that cannot be written must not undo the others


@receiver([post_save, post_delete], sender=PageViewRestriction)
def privacy_changed(instance: PageViewRestriction, **kwargs: object) -> None:
    """Somebody set or lifted the privacy of a page: what is not public has no records, what is public has them."""
    for submission in visibility.below(instance.page):
        outlets.refresh(submission)
