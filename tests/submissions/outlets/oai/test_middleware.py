"""Harvesters are answered before sessions begin, and only under a name that is ours."""

from django.conf import settings as now
from django.test import Client
from django.urls import reverse


def test_a_harvester_is_answered_before_what_only_people_need(harvester, settings):
    """Whatever stands behind it in the list is not even asked."""
    ours = "submissions.outlets.oai.middleware.HarvestMiddleware"
    behind = now.MIDDLEWARE[now.MIDDLEWARE.index(ours) + 1 :]
    assert "django.contrib.sessions.middleware.SessionMiddleware" in behind
    settings.MIDDLEWARE = [ours, f"{__name__}.Bomb"]
    answer = Client().get(reverse("oai"), {"verb": "Identify"})
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert Client(raise_request_exception=False).get("/oai/").status_code == 500
    assert Client(raise_request_exception=False).get("/healthz").status_code == 500


def test_a_host_that_is_not_ours_is_refused(harvester, settings):
    settings.ALLOWED_HOSTS = ["theses.example.edu"]
    assert Client(SERVER_NAME="theses.example.edu").get("/oai?verb=Identify").status_code == 200
    assert Client(SERVER_NAME="evil.example").get("/oai?verb=Identify").status_code == 400


class Bomb:
    """A middleware that nobody may reach."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        raise AssertionError("reached")
