"""What people type or paste is stored without the characters that nobody sees: PostgreSQL refuses NUL, XML most of the
others, and no reader wants them (metadata.md §11). One place for forms, the Wagtail editor and imports: where a row is
saved. The student's forms take NUL out before that; the others refuse it in words, as Django's do.
"""

from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver

from .metadata.crosswalks.text import clean, line
from .models import (
    AuthorProfile,
    CommitteeMember,
    CopyRequest,
    Decision,
    Degree,
    EmbargoOption,
    Licence,
    Programme,
    StatusChange,
    Term,
    ThesisAbstract,
    ThesisFunding,
    ThesisPage,
    ThesisRelatedWork,
)

#: The models with texts that somebody types.
TYPED = (
    AuthorProfile,
    CommitteeMember,
    CopyRequest,
    Decision,
    Degree,
    EmbargoOption,
    Licence,
    Programme,
    StatusChange,
    Term,
    ThesisAbstract,
    ThesisFunding,
    ThesisPage,
    ThesisRelatedWork,
)


def as_stored(field: models.Field, text: str) -> str:
    """Return ``text`` as ``field`` of a model of ``TYPED`` will hold it, to be compared with what is there."""
    return clean(text) if isinstance(field, models.TextField) else line(text)


def tidy(instance: models.Model) -> None:
    """Put the texts of ``instance`` in order: short ones on one line, long ones with one kind of line break, all
    without control characters. What was not read from the database is left alone.
    """
    for field in instance._meta.concrete_fields:
        value = instance.__dict__.get(field.attname)
        if type(value) is str:  # no value of an enumeration
            setattr(instance, field.attname, as_stored(field, value))


@receiver(pre_save)
def tidied(sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: object) -> None:
    """Before a row is saved. A fixture (``raw``) is taken as it is."""
    if sender in TYPED and not raw:
        tidy(instance)
