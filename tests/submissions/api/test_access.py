"""Keys: what is kept of them, when they were used, how often they may ask."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from submissions.api import keys
from submissions.models import ApiKey

from .asking import Asker

pytestmark = pytest.mark.django_db


def test_only_the_hash_of_a_key_is_kept():
    key, secret = keys.make("Repository", "it@example.edu")
    assert secret.startswith(key.prefix)
    assert len(secret) > 40
    row = ApiKey.objects.filter(pk=key.pk).values().get()
    assert not any(secret[12:] in str(value) for value in row.values())
    assert keys.find(secret) == key
    assert keys.find(secret[:-1]) is None
    assert keys.make("Another")[1] != secret


def test_the_last_use_is_exact_to_the_minute_and_written_once_in_it():
    key, secret = keys.make("Repository")
    before = timezone.now()
    Asker(secret).page()
    with CaptureQueriesContext(connection) as queries:
        Asker(secret).page()
    used = ApiKey.objects.get(pk=key.pk).last_used_at
    assert (used.second, used.microsecond) == (0, 0)
    assert before - dt.timedelta(minutes=1) < used <= timezone.now()
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=used - dt.timedelta(minutes=3))
    with CaptureQueriesContext(connection) as later:
        Asker(secret).page()
    assert ApiKey.objects.get(pk=key.pk).last_used_at >= used
    assert sum("apikey" in query["sql"] and "UPDATE" in query["sql"] for query in later) == 1
    assert sum("apikey" in query["sql"] and "UPDATE" in query["sql"] for query in queries) <= 1


def test_a_key_that_opens_nothing_is_not_used():
    key, secret = keys.make("Repository")
    assert keys.revoke(key)
    ended = ApiKey.objects.get(pk=key.pk).revoked_at
    assert not keys.revoke(key)
    assert ApiKey.objects.get(pk=key.pk).revoked_at == ended
    assert Asker(secret).get("/api/theses/").status_code == 401
    assert ApiKey.objects.get(pk=key.pk).last_used_at is None


def test_each_key_has_a_budget_of_its_own(settings):
    settings.ETD_API_RATE = "3/hour"
    one, other = Asker(keys.make("One")[1]), Asker(keys.make("Other")[1])
    assert [one.get("/api/theses/").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = one.get("/api/theses/")
    assert 0 < int(answer["Retry-After"]) <= 3601
    assert "Retry-After" in answer.json()["detail"]
    assert other.get("/api/theses/").status_code == 200


def test_no_key_is_in_the_log(caplog, client):
    caplog.set_level("DEBUG")
    _, secret = keys.make("Repository")
    asker = Asker(secret)
    asker.page()
    asker.get("/api/theses/?access=closed")
    asker.get("/api/theses/", Authorization=f"Basic {secret}")
    assert "/api/theses/" in caplog.text
    assert secret not in caplog.text


def test_a_key_in_an_address_is_cut_out_of_the_log(caplog):
    from submissions.committee.logs import hide_links

    _, secret = keys.make("Repository")
    line = f'"GET /api/theses/?key={secret}&x=1 HTTP/1.1" 401'
    assert secret not in hide_links(line)
    assert hide_links(line).endswith('&x=1 HTTP/1.1" 401')
