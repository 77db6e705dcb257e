"""rotate_orcid_keys: afterwards the first key alone is enough."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from orcid_workflow.models import ClientToken, Token
from tests.orcid_workflow.conftest import lose_key

pytestmark = pytest.mark.django_db


def test_the_old_key_can_be_taken_away(connection, settings) -> None:
    old, new = settings.ORCID_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    before = Token.objects.get().access_token
    ClientToken.objects.create(
        environment="local", client_id="APP", scope="/webhook", access_token="of the site"
    )
    settings.ORCID_ENCRYPTION_KEYS = [new]
    with pytest.raises(ImproperlyConfigured):
        Token.objects.get().access_token  # noqa: B018 - reading it is the test
    settings.ORCID_ENCRYPTION_KEYS = [new, old]
    call_command("rotate_orcid_keys")
    settings.ORCID_ENCRYPTION_KEYS = [new]
    token = Token.objects.get()
    assert (token.access_token, bool(token.refresh_token), token.answer[0]) == (before, True, "{")
    assert ClientToken.objects.get().access_token == "of the site"


def test_a_row_of_a_lost_key_is_told_and_the_others_are_done(connection, person, registry, settings) -> None:
    from tests.orcid_workflow.conftest import attach, grant_for

    attach(grant_for(registry, person), connection.user)
    lost, good = Token.objects.order_by("pk")
    lose_key(lost)
    old, new = settings.ORCID_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ORCID_ENCRYPTION_KEYS = [new, old]
    with pytest.raises(CommandError, match="1 row"):
        call_command("rotate_orcid_keys")
    settings.ORCID_ENCRYPTION_KEYS = [new]
    assert Token.objects.get(pk=good.pk).access_token
