"""crypto.py: what the database holds, and changing keys."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection as database
from django.utils import timezone

from orcid_workflow.models import Connection, Token

SECRET = "c2f5a0de-0000-4000-8000-a1b2c3d4e5f6"


@pytest.fixture
def token(db) -> Token:
    row = Connection.objects.create(
        environment="local", orcid="0000-0002-1825-0097", client_id="APP", authenticated_at=timezone.now()
    )
    return Token.objects.create(connection=row, access_token=SECRET, refresh_token="", answer='{"a": 1}')


def _stored() -> tuple:
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token, answer FROM orcid_workflow_token")
        return cursor.fetchone()


def test_the_database_holds_no_clear_text(token: Token) -> None:
    access, refresh, answer = _stored()
    assert SECRET not in access
    assert access.startswith("gAAAA")
    assert refresh == ""
    assert '"a"' not in answer
    token.refresh_from_db()
    assert (token.access_token, token.refresh_token, token.answer) == (SECRET, "", '{"a": 1}')


def test_a_new_first_key_encrypts_and_the_old_one_still_reads(token: Token, settings) -> None:
    old = settings.ORCID_ENCRYPTION_KEYS[0]
    new = Fernet.generate_key().decode()
    settings.ORCID_ENCRYPTION_KEYS = [new, old]
    token.refresh_from_db()
    assert token.access_token == SECRET
    token.save()
    settings.ORCID_ENCRYPTION_KEYS = [new]
    token.refresh_from_db()
    assert token.access_token == SECRET


def test_a_lost_key_is_said_without_the_ciphertext(token: Token, settings) -> None:
    settings.ORCID_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ImproperlyConfigured, match="Put the key") as caught:
        token.refresh_from_db()
    assert "gAAAA" not in str(caught.value)


@pytest.mark.parametrize(("keys", "words"), [([], "is empty"), (["short"], "not a Fernet key")])
def test_keys_that_are_none(db, settings, keys: list[str], words: str) -> None:
    settings.ORCID_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match=words):
        Token(access_token="x").save()


def test_nobody_searches_by_it(token: Token) -> None:
    with pytest.raises(FieldError):
        Token.objects.filter(access_token=SECRET).exists()
