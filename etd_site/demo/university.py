"""The demo university: its name and colour, its lists, its pages, its accounts. Running it again changes nothing."""

import datetime as dt
import json

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Site

from orcid_workflow.models import Connection, Token
from submissions.models import Agreement, Degree, EmbargoOption, Licence, Programme, Term, ThesisIndexPage
from submissions.setup import set_up_office

from ..models import BrandingSettings, HomePage
from ..setup import set_up_site
from .guidance import AGREEMENT, GUIDANCE, HOME
from .people import NORTHFIELD_ROR, PASSWORD, PEOPLE, fresh_token, registry_people

BRANDING = {
    "university_name": "Northfield University",
    "short_name": "Northfield",
    "contact_email": "thesis-office@example.edu",
    "contact_phone": "+44 20 7946 0123",
    "promise": "We answer within 5 working days.",
    "institution_ror": NORTHFIELD_ROR,
    "city": "Northfield",
    "country": "GB",
}
DEGREES = [("Doctor of Philosophy", "PhD", "doctoral", 3), ("Master of Science", "MSc", "master", 2)]
PROGRAMMES = [
    ("Earth Sciences", "Department of Earth Sciences"),
    ("Computer Science", "Department of Computer Science"),
    ("History", "Department of History"),
    ("Public Health", "School of Health Sciences"),
]
EMBARGOES = [
    ("Open at once", 0, "Readers can open the file as soon as the thesis is public."),
    (
        "Closed for 6 months",
        6,
        "The title and abstract are public at once; readers can open the file after 6 months.",
    ),
    (
        "Closed for 1 year",
        12,
        "The title and abstract are public at once; readers can open the file after 1 year.",
    ),
    (
        "Closed for 2 years",
        24,
        "For patents and books under contract. Title and abstract are public at once.",
    ),
]
LICENCES = [
    (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "CC-BY-4.0",
        "Anyone may share the thesis and build on it if they name the author.",
    ),
    (
        "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
        "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        "CC-BY-NC-ND-4.0",
        "Anyone may share the thesis unchanged and without payment if they name the author.",
    ),
    (
        "All rights reserved",
        "https://rightsstatements.org/vocab/InC/1.0/",
        "",
        "Readers may read and quote the thesis; for anything else they must ask the author.",
    ),
]


def load_university() -> ThesisIndexPage:
    """Make the university where it is missing and return the page that holds the theses."""
    home = home_page()
    index = set_up_office(home)
    lists()
    _accounts()
    return index


def home_page() -> HomePage:
    """The home page with its guidance, branding and site address; made where missing."""
    home = set_up_site(HOME, GUIDANCE)
    branding = BrandingSettings.for_site(Site.objects.get(is_default_site=True))
    if branding.university_name == "University":
        for name, value in BRANDING.items():
            setattr(branding, name, value)
        branding.full_clean()
        branding.save()
    return home


def lists() -> None:
    """Degrees, programmes, embargoes, licences, the agreement and the next three terms."""
    for order, (name, abbreviation, level, minimum) in enumerate(DEGREES):
        Degree.objects.get_or_create(
            name=name,
            defaults={
                "abbreviation": abbreviation,
                "level": level,
                "committee_minimum": minimum,
                "sort_order": order,
            },
        )
    for order, (name, department) in enumerate(PROGRAMMES):
        Programme.objects.get_or_create(name=name, defaults={"department": department, "sort_order": order})
    for order, (label, months, explanation) in enumerate(EMBARGOES):
        EmbargoOption.objects.get_or_create(
            label=label, defaults={"months": months, "explanation": explanation, "sort_order": order}
        )
    for order, (name, uri, spdx, summary) in enumerate(LICENCES):
        Licence.objects.get_or_create(
            name=name, defaults={"uri": uri, "spdx": spdx, "summary": summary, "sort_order": order}
        )
    Agreement.objects.get_or_create(
        version="2026-1", defaults={"text": AGREEMENT, "in_force_from": timezone.localdate()}
    )
    if not Term.objects.exists():
        year = timezone.localdate().year
        for order, (name, deadline, conferral) in enumerate(
            [
                (f"Autumn {year}", dt.date(year, 11, 30), dt.date(year, 12, 18)),
                (f"Spring {year + 1}", dt.date(year + 1, 4, 30), dt.date(year + 1, 5, 28)),
                (f"Summer {year + 1}", dt.date(year + 1, 7, 31), dt.date(year + 1, 9, 10)),
            ]
        ):
            Term.objects.create(
                name=name, submission_deadline=deadline, conferral_date=conferral, sort_order=order
            )


def _accounts() -> None:
    """Make the accounts and, for people who connected before, the same token here and in the registry's people file.

    The token of the demo is the only one that does not come from a sign-in; the registry holds it as well, so that
    what the worker writes is accepted or refused as it would be for any other.
    """
    users = get_user_model().objects
    password = make_password(PASSWORD)
    path = settings.VAR_DIR / "registry-people.json"
    known = json.loads(path.read_text()) if path.exists() else []
    tokens = {person["username"]: person["tokens"][0] for person in known if "tokens" in person}
    for person in PEOPLE:
        user, new = users.get_or_create(
            username=person.username,
            defaults={
                "first_name": person.given,
                "last_name": person.family,
                "email": person.email,
                "is_superuser": person.superuser,
                "is_staff": person.superuser,
                "password": password,
            },
        )
        if new:
            user.groups.set(Group.objects.filter(name__in=person.groups))
        if person.connected:
            token = tokens.setdefault(person.username, fresh_token(person.scopes))
            _connect(user, person, token)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(registry_people(tokens), indent=1, ensure_ascii=False))


def _connect(user: object, person: object, token: dict) -> None:
    now = timezone.now()
    connection, new = Connection.objects.get_or_create(
        environment=settings.ORCID_ENVIRONMENT,
        orcid=person.orcid,
        defaults={
            "name": person.name,
            "user": user,
            "scope": token["scope"],
            "client_id": settings.ORCID_CLIENT_ID,
            "authenticated_at": now,
            "amr": "pwd",
            "auth_time": now,
        },
    )
    if new:
        Token.objects.create(
            connection=connection,
            access_token=token["access_token"],
            refresh_token=token["refresh_token"],
            answer=json.dumps({**token, "token_type": "bearer", "orcid": person.orcid, "name": person.name}),
            scope=token["scope"],
            expires_at=now + dt.timedelta(seconds=token["expires_in"]),
        )
