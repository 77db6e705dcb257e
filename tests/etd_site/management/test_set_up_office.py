"""``manage.py set_up_office`` on a database that was only migrated."""

import io
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, Site

from etd_site.models import HomePage
from submissions.models import ThesisIndexPage
from tests.factories import lists, make_user

pytestmark = pytest.mark.django_db


def run():
    out = io.StringIO()
    call_command("set_up_office", stdout=out)
    return out.getvalue()


def test_a_migrated_database_becomes_a_site(settings):
    settings.ETD_BASE_URL = "https://etd.example.edu"
    assert not HomePage.objects.exists()
    said = run()
    client = Client(HTTP_HOST=urlsplit(settings.ETD_BASE_URL).netloc)
    for path in ("/", "/theses/", "/accounts/login/", "/healthz"):
        assert client.get(path).status_code == 200, path
    assert ThesisIndexPage.objects.get().full_url == "https://etd.example.edu/theses/"
    for name in ("degrees", "programmes", "terms", "embargo options", "licences", "agreements"):
        assert name in said


def test_it_says_nothing_of_lists_that_are_filled():
    run()
    lists()
    assert "Fill these lists" not in run()


def test_running_it_again_changes_no_page_and_follows_the_address(settings):
    run()
    before = list(Page.objects.order_by("pk").values_list("pk", "path", "latest_revision"))
    settings.ETD_BASE_URL = "https://moved.example.edu"
    run()
    assert list(Page.objects.order_by("pk").values_list("pk", "path", "latest_revision")) == before
    assert Site.objects.get().hostname == "moved.example.edu"


def test_a_student_of_a_site_without_lists_is_told_and_meets_no_error():
    run()
    client = Client()
    client.force_login(make_user())
    for path in ("/submit/", "/submit/new/"):
        assert client.get(path).status_code == 200


def test_an_administrator_opens_the_admin_of_a_new_site():
    run()
    client = Client()
    client.force_login(make_user(is_superuser=True))
    for path in ("/admin/", "/admin/thesis-cases/", f"/admin/pages/{ThesisIndexPage.objects.get().pk}/edit/"):
        assert client.get(path).status_code == 200
