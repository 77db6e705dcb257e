"""What only ORCID can say: each check makes a call or two, all in the history, none with a person's token."""

import datetime as dt
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from .. import scopes
from ..account import STUDENT_SCOPES
from ..api import errors
from ..models import Connection
from .findings import Finding, ok, problem, unknown
from .here import organisation, ror_problem
from .probe import Probe

CLOCK_TOLERANCE = dt.timedelta(seconds=60)
_FOREIGN_ADDRESS = "https://not-registered.invalid/callback/"
_FOREIGN_SCOPE = "/no-such-scope"
_CREDENTIALS = "Credentials"
_FIRST = "Mend the credentials first; this check needs them."


_NOT_NOW = "ORCID does not answer now, so this could not be asked."
_LATER = "Look at https://status.orcid.org and try again later."


def _without_token(probe: Probe, title: str, words: str) -> Finding:
    """What a check says that needs a token, when there is none: nobody answered, or the client is not known."""
    if probe.public_token[1] == "no_answer":
        return unknown(title, _NOT_NOW, _LATER)
    return unknown(title, words, _FIRST)


def check_site(probe: Probe) -> Finding:
    """Whether the sign-in site answers."""
    title = "Sign-in site"
    if probe.site is None:
        return problem(
            title,
            f"{settings.ORCID_BASE_URL} does not answer now.",
            f"{_LATER} If it never answered: check ORCID_BASE_URL, and whether this server may call other sites "
            "(firewall, proxy, certificates).",
        )
    if probe.site.status_code >= 500:
        return problem(
            title,
            f"ORCID does not answer properly now: {settings.ORCID_BASE_URL} gives an error ({probe.site.status_code}).",
            _LATER,
        )
    return ok(title, f"{settings.ORCID_BASE_URL} answers.")


def check_clock(probe: Probe) -> Finding:
    """Whether our clock and ORCID's agree: id_tokens are good for a time."""
    title = "Clock"
    if probe.site is None:
        return unknown(title, _NOT_NOW, _LATER)
    header = probe.site.headers.get("Date")
    try:
        theirs = parsedate_to_datetime(header) if header else None
    except ValueError:
        theirs = None
    if theirs is None:
        return unknown(title, "ORCID's answer does not say what time it is.")
    difference = timezone.now() - theirs
    seconds = round(abs(difference.total_seconds()))
    if abs(difference) > CLOCK_TOLERANCE:
        side = "ahead of" if difference > dt.timedelta() else "behind"
        return problem(
            title,
            f"This server's clock is {seconds} seconds {side} ORCID's. Sign-ins will be refused as expired, or as not "
            "yet begun.",
            "Let the server keep its time by NTP.",
        )
    return ok(title, f"This server's clock and ORCID's differ by {seconds} second(s).")


def check_discovery(probe: Probe) -> Finding:
    """Whether the site says of itself what our settings say (orcid.md §7)."""
    title = "OpenID Connect"
    if probe.is_down:
        return unknown(title, _NOT_NOW, _LATER)
    if probe.discovery is None:
        return problem(
            title,
            "The site has no OpenID Connect configuration at /.well-known/openid-configuration.",
            "ORCID_BASE_URL is the sign-in site (https://orcid.org), not an API host.",
        )
    issuer = probe.discovery.get("issuer")
    if issuer != settings.ORCID_BASE_URL:
        return problem(
            title,
            f"The site calls itself {issuer}, the setting says {settings.ORCID_BASE_URL}. "
            "Every sign-in would be refused.",
            f"Set ORCID_BASE_URL to {issuer}.",
        )
    return ok(title, f"The site calls itself {issuer}, as the setting does.")


def check_credentials(probe: Probe) -> Finding:
    """Whether ORCID knows client id and secret."""
    token, error = probe.public_token
    if token:
        return ok(_CREDENTIALS, "ORCID knows the client id and the secret.")
    if error == "no_answer":
        return unknown(_CREDENTIALS, _NOT_NOW, _LATER)
    if error in ("invalid_client", "invalid_request"):
        return problem(
            _CREDENTIALS,
            "ORCID does not know this client id with this secret.",
            "Compare ORCID_CLIENT_ID and ORCID_CLIENT_SECRET with what ORCID gave you. Sandbox and "
            "production each have their own.",
        )
    return problem(_CREDENTIALS, errors.decide(400, error).staff, "Write to ORCID, naming the client id.")


def check_membership(probe: Probe) -> Finding:
    """Whether the client may use the API in the settings (9017: a public client on the Member API)."""
    title = "Kind of client"
    if not probe.public_token[0]:
        return _without_token(probe, title, "It shows only when ORCID knows the client.")
    someone = Connection.objects.filter(environment=settings.ORCID_ENVIRONMENT).first()
    answer = probe.api(f"/{someone.orcid}/personal-details" if someone else _search_path("https://ror.org/"))
    if answer.error_code == "9017" and not scopes.is_public():
        return problem(
            title,
            "This is a public client, which the Member API refuses: nothing could be written to any record.",
            "With membership, use the member credentials. Without it, set ORCID_API_KIND to public and "
            "ORCID_API_URL to the Public API.",
        )
    if answer.error_code == "9057":
        return problem(
            title, "ORCID has locked this client.", "Write to ORCID at once, naming the client id."
        )
    if answer.status is None or answer.status >= 500 or answer.status == 429:
        return unknown(title, _NOT_NOW, _LATER)
    if answer.status == 404 and not answer.error_code:
        return problem(title, "There is no API at ORCID_API_URL.", "It has to end in /v3.0.")
    if scopes.is_public():
        return ok(
            title, "The Public API answers. iDs and public data are collected; nothing is written to records."
        )
    return ok(title, "The Member API takes calls of this client.")


def check_redirect(probe: Probe) -> Finding:
    """Whether ORCID lets people come back to our address. It is asked twice: with ours, and with one that is wrong."""
    title = "Redirect address"
    ours = getattr(settings, "ORCID_REDIRECT_URI", "")
    if not ours:
        return unknown(
            title,
            "ORCID_REDIRECT_URI is not set: people come back to whatever host they began at.",
            "Set it to the full address that is registered at ORCID.",
        )
    if not probe.public_token[0]:
        return _without_token(probe, title, "ORCID refuses every address of a client it does not know.")
    reaction = probe.reaction(ours, "openid")
    if reaction == "refused" or "redirect" in reaction:
        return problem(
            title,
            f"ORCID does not let people come back to {ours}.",
            "Register exactly this address with the client at ORCID. Scheme, host and port have to be the same.",
        )
    if reaction == "on" and probe.reaction(_FOREIGN_ADDRESS, "openid") not in ("on", ""):
        return ok(title, f"ORCID takes {ours}, and refuses an address that is not registered.")
    return unknown(
        title,
        f"ORCID shows whether {ours} is registered only after a person has signed in.",
        "Connect an iD of your own once. If ORCID shows a page about the redirect URI, register exactly this address.",
    )


def check_scopes(probe: Probe) -> Finding:
    """Whether the client may ask for what this site asks for."""
    title = "Scopes"
    wanted = " ".join(scopes.to_ask(STUDENT_SCOPES))
    ours = getattr(settings, "ORCID_REDIRECT_URI", "")
    if not probe.public_token[0] or not ours:
        return _without_token(probe, title, "It shows only with a known client and a registered address.")
    reaction = probe.reaction(ours, wanted)
    if reaction in ("invalid_scope", "unauthorized_client"):
        return problem(
            title,
            f"The client may not ask for “{wanted}”.",
            "A public client may ask for openid alone: set ORCID_API_KIND to public. A member client may "
            "ask for all of it: use the member credentials.",
        )
    if reaction == "on" and probe.reaction(ours, _FOREIGN_SCOPE) == "invalid_scope":
        return ok(title, f"ORCID lets the client ask for “{wanted}”.")
    if reaction == "refused":
        return unknown(
            title, "ORCID refused the request before it looked at the scopes.", "Mend the redirect address."
        )
    return unknown(
        title,
        "ORCID looks at the scopes only after a person has signed in.",
        "Connect an iD of your own once, and see whether ORCID's page names everything.",
    )


def check_organisation(probe: Probe) -> Finding:
    """Whether ORCID knows the organisation's ROR id: some record names it (orcid.md §18, §22)."""
    title = "Organisation id"
    found = organisation()
    if found is None:
        return unknown(title, "The site does not say which organisation it is.", "Set ORCID_ORGANISATION.")
    if fault := ror_problem(found.ror):
        return fault
    if not probe.public_token[0]:
        return _without_token(
            probe, title, f"{found.ror} has the right form. Whether ORCID knows it was not asked."
        )
    answer = probe.api(_search_path(found.ror))
    number = answer.data.get("num-found") if answer.ok and isinstance(answer.data, dict) else None
    if not isinstance(number, int):
        return unknown(
            title, f"{found.ror} has the right form, but the search did not answer.", "Try again later."
        )
    if number == 0:
        return unknown(
            title,
            f"No public record names {found.ror} yet. It may be known all the same.",
            "Compare it with https://ror.org. The sandbox often lacks organisations that production has.",
        )
    return ok(title, f"ORCID knows {found.ror}: {number} record(s) name it.")


def _search_path(ror: str) -> str:
    query = urlencode({"q": f'ror-org-id:"{ror}"', "rows": 0})
    return f"/search/?{query}"


def check_webhooks(probe: Probe) -> Finding:
    """Whether the client may register webhooks, when the setting wants them."""
    title = "Webhooks"
    if not getattr(settings, "ORCID_WEBHOOKS", False):
        return ok(title, "Not used (ORCID_WEBHOOKS). Records are read again when their owners ask.")
    token, error = probe.client_token("/webhook")
    if token:
        return ok(title, "The client may register webhooks.")
    if error == "no_answer":
        return unknown(title, _NOT_NOW, _LATER)
    if error == "invalid_client":
        return unknown(title, "It shows only when ORCID knows the client.", _FIRST)
    return problem(
        title,
        "ORCID does not let this client register webhooks.",
        "They come with premium membership: ask ORCID to turn them on for the client, or set ORCID_WEBHOOKS to false.",
    )


def check_api_status(probe: Probe) -> Finding:
    """What the API says of itself."""
    title = "State of the API"
    answer = probe.api_status()
    if answer is None or answer.status_code >= 500:
        return problem(
            title,
            f"ORCID does not answer now: {settings.ORCID_API_URL} "
            + ("is silent." if answer is None else f"gives an error ({answer.status_code})."),
            f"{_LATER} What waits is sent when it is up again.",
        )
    try:
        fine = answer.ok and answer.json().get("overallOk") is True
    except (ValueError, AttributeError):
        return unknown(
            title, "The API does not say how it is.", "Check ORCID_API_URL: it has to end in /v3.0."
        )
    if fine:
        return ok(title, "The API says that it is up.")
    if answer.status_code in (404, 406):
        return unknown(
            title, "The API does not say how it is.", "Check ORCID_API_URL: it has to end in /v3.0."
        )
    return problem(
        title,
        "The API says that it is down.",
        f"{_LATER} What waits is sent when it is up again.",
    )
