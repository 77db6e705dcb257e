"""The key of an abstract in another language tells the abstracts of a page apart."""

import uuid
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from submissions.models import Status, ThesisAbstract
from tests.factories import make_submission

pytestmark = pytest.mark.django_db
migration = import_module("submissions.migrations.0010_abstract_key_each")


def test_abstracts_that_share_a_key_get_one_each_and_others_keep_theirs() -> None:
    """As they stand where there were abstracts before they had keys: a new column has one default for all rows."""
    page = make_submission(Status.DRAFT).page
    shared = uuid.uuid4()
    for language in ("de", "fr", "it"):
        ThesisAbstract.objects.create(page=page, language=language, text="Gezeiten", key=shared)
    own = ThesisAbstract.objects.create(page=page, language="es", text="Mareas")
    migration.one_each(apps, SimpleNamespace(connection=connection))
    keys = list(ThesisAbstract.objects.values_list("key", flat=True))
    assert len(set(keys)) == 4
    assert own.key in keys
