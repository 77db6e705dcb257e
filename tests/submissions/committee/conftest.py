"""A thesis with its committee, the links its members hold, and a registry where members have iDs."""

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orcid_workflow import ids
from submissions.committee.invitations import make_token
from submissions.models import Invitation, Submission
from tests.factories import make_submission
from tests.registry_process import Registry, authorize, start_registry

HOST = "127.0.0.1:8000"
PASSWORD = "demo"
TITLE = "Tidal mixing in narrow fjords"
#: Whose names have nothing in common with those of the members.
STRANGERS = {9005: ("Luís", "Ferreira"), 9006: ("陈", "美玲")}
NUMBERS = range(9001, 9005)  # the last one never allows: who allowed once is not asked again


@pytest.fixture
def case(db) -> Submission:
    """A thesis that waits for a committee of three."""
    return make_submission("with_committee")


@pytest.fixture
def seat(case) -> Invitation:
    """The first member's invitation."""
    return case.invitations.first()


@pytest.fixture
def reader() -> Client:
    """A browser of somebody without an account."""
    return Client(HTTP_HOST=HOST)


@pytest.fixture
def address() -> Callable[..., str]:
    """Return a function: the address of a view of the member's page for an invitation.

    A token holds the second in which it was made, so one is kept for each link: tests compare addresses.
    """
    tokens: dict[tuple, str] = {}

    def of(invitation: Invitation, view: str = "read") -> str:
        key = (invitation.pk, invitation.nonce)
        return reverse(f"committee:{view}", args=[tokens.setdefault(key, make_token(invitation))])

    return of


def typed(case: Submission, verdict: str = "approve", comment: str = "", **changes: object) -> dict:
    """What the form sends when it was loaded just now."""
    revision = Submission.objects.get(pk=case.pk).page.latest_revision_id
    return {"verdict": verdict, "comment": comment, "revision": revision, **changes}


def everything() -> dict[type[Model], list[dict]]:
    """Every row of every table, to see whether anything was written."""
    return {model: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


def words(response) -> str:
    """What stands in the main part, without tags."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL).group()
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def change(invitation: Invitation, **fields: object) -> None:
    """Change a seat behind everybody's back."""
    Invitation.objects.filter(pk=invitation.pk).update(**fields)


@contextmanager
def settings_of_a_dead_mail_server(settings) -> Iterator[None]:
    """Mail goes to a port where nobody listens."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    yield
    settings.EMAIL_BACKEND = before


def expire(invitation: Invitation) -> None:
    """Make a link one that ended yesterday, and that a new one may be mailed for at once."""
    change(invitation, expires_at=timezone.now() - dt.timedelta(days=1), mailed_at=None)


def orcid_of(number: int) -> str:
    """The iD of one of the people at the registry."""
    digits = f"0009{number:011d}"
    return ids.normalise(digits + ids.check_digit(digits))


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    people = [
        {
            "orcid": orcid_of(n),
            "password": PASSWORD,
            "given_names": f"Reader Given{n}",
            "family_name": "Atorcid",
        }
        for n in NUMBERS
    ]
    people += [
        {"orcid": orcid_of(n), "password": PASSWORD, "given_names": given, "family_name": family}
        for n, (given, family) in STRANGERS.items()
    ]
    running = start_registry(tmp_path_factory.mktemp("registry"), people, faults=True)
    yield running
    running.stop()


@pytest.fixture
def registry(_running: Registry, settings) -> Registry:
    """The running registry, with our settings pointing to it."""
    settings.ORCID_REDIRECT_URI = f"http://{HOST}/orcid/callback/"
    settings.ORCID_BASE_URL, settings.ORCID_API_URL = _running.base_url, _running.api_url
    settings.ORCID_CLIENT_ID, settings.ORCID_CLIENT_SECRET = _running.client_id, _running.client_secret
    return _running


def visit(registry: Registry, target: str, number: int, *, allow: bool = True) -> str:
    """Do what a person does at ORCID; return the address on this site they are sent back to."""
    query = dict(parse_qsl(urlsplit(target).query))
    answer = authorize(
        registry,
        orcid_of(number),
        PASSWORD,
        query["scope"],
        query["redirect_uri"],
        allow,
        query.get("nonce"),
        state=query["state"],
    )
    return f"/orcid/callback/?{urlencode(answer)}"
