"""Who is signed in at the registry: the iD and the time of the sign-in, kept in the session."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from . import orcid_id
from .models import Person


def person_for(name: str, password: str) -> Person | None:
    """Return the person whose iD (bare or URI), e-mail or username is ``name``, if the password is theirs."""
    name = name.strip()
    if not name:
        return None
    orcid = orcid_id.find(name)
    who = Q(orcid=orcid) if orcid else Q(username__iexact=name) | Q(emails__address__iexact=name)
    person = Person.objects.filter(who).first()
    return person if person and check_password(password, person.password) else None


def sign_in(request: HttpRequest, person: Person) -> None:
    """Start a new session for ``person``."""
    request.session.flush()
    request.session["orcid"] = person.orcid
    request.session["auth_time"] = int(timezone.now().timestamp())


def current(request: HttpRequest) -> Person | None:
    """The signed-in person, or None. Somebody locked or deactivated since is not signed in any more."""
    orcid = request.session.get("orcid")
    return Person.objects.filter(orcid=orcid, status=Person.Status.ACTIVE).first() if orcid else None


def auth_time(request: HttpRequest) -> datetime:
    """When the current session signed in (UTC)."""
    return datetime.fromtimestamp(request.session["auth_time"], UTC)


def signed_in_person(request: HttpRequest) -> dict:
    """Template context: ``me``, the signed-in person, and whether there are ``controls``."""
    me = current(request) if hasattr(request, "session") else None
    return {"me": me, "controls": settings.REGISTRY_FAULTS}
