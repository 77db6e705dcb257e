"""Asking ORCID whose a token is, before an iD that came with it is believed."""

from collections.abc import Iterable
from itertools import islice

import requests
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from .. import profile
from ..api import client
from ..api.errors import Action
from ..api.history import recorded

_ATTEMPTS = 3


class Refused(Exception):
    """The token is not taken; the words say why."""


class Later(Exception):
    """It can be tried again; the words say why it was not done now."""


@sensitive_variables()
def prove(orcid: str, access_token: str, others: Iterable[str]) -> profile.Reading:
    """Have ORCID say that the token is this person's, and return their record.

    A token of the site itself (client credentials) reads anybody's public record, so a reading alone proves
    nothing. ``/oauth/userinfo`` names the person (orcid.md §7); where it does not answer for this scope, a token that
    is refused at another person's record (9017) is a person's. ``others`` are iDs to try that on.

    Raises ``Refused`` and ``Later``.
    """
    answer = client.call("GET", f"/{orcid}/record", access_token)
    if not answer.ok:
        raise _refusal(answer)
    if not isinstance(answer.data, dict):
        raise Later("ORCID's answer could not be read. Import the same file again later.")
    named = _named_by(access_token)
    if named == orcid:
        return profile.Reading(answer.data, answer.call)
    if named:
        raise Refused("ORCID says that this token belongs to another iD.")
    for other in islice((one for one in others if one != orcid), _ATTEMPTS):
        attempt = client.call("GET", f"/{other}/record", access_token)
        if attempt.error_code == "9017":
            return profile.Reading(answer.data, answer.call)
        if attempt.ok:
            raise Refused("This token reads other people's records too, so it does not prove whose it is.")
    raise Refused("ORCID does not say whose token this is, so it proves no iD. The person has to connect.")


def _refusal(answer: client.Answer) -> Exception:
    if answer.ruling.action is Action.RETRY:
        return Later("ORCID did not answer. Import the same file again later.")
    if answer.status == 301:
        return Refused("This iD was merged into another one. The person has to connect the one they use now.")
    if answer.error_code == "9017":
        return Refused("ORCID says that this token belongs to another iD, or that our client may not use it.")
    if answer.status == 401:
        return Refused(
            "ORCID refuses the token: it is unknown, expired or was withdrawn. Nothing was stored."
        )
    return Refused(f"ORCID refuses it: {answer.ruling.staff}")


@sensitive_variables()
def _named_by(access_token: str) -> str:
    """Return the iD that ``/oauth/userinfo`` names for a token, empty when it names none."""
    with recorded("GET", "/oauth/userinfo") as row:
        try:
            response = client.session().get(
                f"{settings.ORCID_BASE_URL}/oauth/userinfo",
                headers={"Accept": "application/json", "Authorization": f"Bearer {access_token}"},
                timeout=settings.ORCID_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            row.status = response.status_code
            data = response.json() if response.status_code == 200 else {}
        except (requests.RequestException, ValueError) as error:
            row.outcome = f"No answer that can be read ({type(error).__name__})."
            return ""
        row.outcome = "Done." if data else "ORCID does not name the person for this token."
        return str(data.get("sub") or "") if isinstance(data, dict) else ""
