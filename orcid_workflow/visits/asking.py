"""The way to ORCID: what is asked for, in which language, and with which fields filled in (orcid.md §2)."""

import time
from dataclasses import asdict
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_from_request

from .. import consents
from ..models import Connection, IdHint
from ..purposes import Purpose, get_purpose
from .outcomes import AGAIN_KEY, outcome
from .provider import oauth_client

HINTS = ("given_names", "family_names", "email", "orcid")
# ORCID's languages by the beginning of ours, the longest first (orcid.md §2).
_LANGUAGES = {
    **{code: code for code in ["ar", "cs", "de", "en", "es", "fr", "it", "ja", "ko", "pl", "pt", "ru", "tr"]},
    "zh": "zh_CN",
    "zh-hant": "zh_TW",
    "zh-tw": "zh_TW",
    "zh-hk": "zh_TW",
    "zh-mo": "zh_TW",
}


def begin(
    request: HttpRequest,
    purpose_name: str,
    context: dict | None = None,
    next_url: str = "",
    hints: dict[str, str] | None = None,
) -> HttpResponse:
    """Send the person to ORCID, or show a page that says that ORCID does not answer (503).

    Call it for a POST only, since it writes to the session.

    ``context`` (JSON) comes back to the purpose's functions; ``next_url`` (an address of this site, checked
    by the caller) is put into it as ``next``. Both are kept in the session beside the state, with the user
    who began and the text they were shown. ``hints`` go before those of the purpose (``Purpose.prefill``):
    any of ``HINTS``, and ``prompt`` (``login`` asks for a password even of somebody who is signed in at ORCID).
    Raises ``KeyError`` for a purpose nobody registered.

    ORCID sends people back to ``settings.ORCID_REDIRECT_URI``, the full address registered there (without it: to
    the host of the request). The session that began lives under the host the browser is at. Who is at another one
    is first led to the page they are on at the registered host, signs in there if need be, and begins there;
    unless ``SESSION_COOKIE_DOMAIN`` is set, so that the hosts share a session.
    """
    purpose = get_purpose(purpose_name)
    if purpose.requires_user and not request.user.is_authenticated:
        return redirect_to_login(f"{reverse('orcid:connect')}?purpose={purpose.name}")
    context = dict(context or {})
    if next_url:
        context["next"] = next_url
    redirect_uri = getattr(settings, "ORCID_REDIRECT_URI", "") or request.build_absolute_uri(
        reverse("orcid:callback")
    )
    if not _session_reaches(request, redirect_uri):
        return HttpResponseRedirect(_same_page_at(redirect_uri, purpose, context))
    if not _answers():
        # Better our sentence, with a way back, than the browser's page about a broken connection.
        request.session[AGAIN_KEY] = {"purpose": purpose.name, "context": context}
        request.session.save()  # Django itself saves no session with an answer of 500 or more
        down = outcome("not_answering", back=purpose.failure_url(context), again=True)
        return render(request, "orcid_workflow/outcome.html", {"outcome": down}, status=down.status)
    client = oauth_client()
    target = client.create_authorization_url(
        redirect_uri, scope=" ".join(purpose.scopes), **_parameters(request, purpose, context, hints or {})
    )
    client.save_authorize_data(
        request,
        redirect_uri=redirect_uri,
        purpose=purpose.name,
        context=context,
        user=user_key(request),
        begun=time.time(),
        question=asdict(consents.asked(request, purpose, context)),
        **target,
    )
    return HttpResponseRedirect(target["url"])


def user_key(request: HttpRequest) -> str:
    """Return what tells the account of ``request`` from others, "" for nobody."""
    return str(request.user.pk) if request.user.is_authenticated else ""


def _parameters(
    request: HttpRequest, purpose: Purpose, context: dict, hints: dict[str, str]
) -> dict[str, str]:
    """Return what goes along in the address beside client, scope and state. Authlib encodes it."""
    known = _known(request) if purpose.requires_user else {}
    filled = {**known, **purpose.prefill(request, context), **hints}
    found = {name: value for name in HINTS if (value := (filled.get(name) or "").strip())}
    if "orcid" in found:
        found.pop("email", None)  # ORCID looks at the iD only
    if language := language_at_orcid(get_language_from_request(request)):
        found["lang"] = language
    force = getattr(settings, "ORCID_FORCE_LOGIN", False) or filled.get("prompt") == "login"
    if force and "openid" in purpose.scopes:  # without it ORCID does not listen
        found["prompt"] = "login"
    return found


def language_at_orcid(code: str) -> str:
    """Return ORCID's name of a language (``pt-br`` gives ``pt``), or "" when ORCID does not speak it."""
    code = code.lower()
    while code and code not in _LANGUAGES:
        code = code.rpartition("-")[0]
    return _LANGUAGES.get(code, "")


def _known(request: HttpRequest) -> dict[str, str]:
    """Return the iD that this account is connected to, or that the university says is theirs. A hint, no more: whoever
    signs in with another iD is believed. Whoever disconnected an iD may have done so because it was not theirs: then
    none is named, and ORCID asks who it is even if it knows.
    """
    mine = Connection.objects.filter(user=request.user, environment=settings.ORCID_ENVIRONMENT).first()
    if mine:
        return {"prompt": "login"} if mine.state == Connection.State.DISCONNECTED else {"orcid": mine.orcid}
    hint = IdHint.objects.filter(user=request.user).order_by("-at").first()
    return {"orcid": hint.orcid} if hint else {}


def _answers() -> bool:
    """Whether the sign-in site answers at all, asked for ``settings.ORCID_PROBE_SECONDS`` (0: do not ask)."""
    seconds = getattr(settings, "ORCID_PROBE_SECONDS", 3.0)
    if not seconds:
        return True
    try:
        return (
            requests.head(settings.ORCID_BASE_URL, timeout=seconds, allow_redirects=False).status_code < 500
        )
    except requests.RequestException:
        return False


def _session_reaches(request: HttpRequest, address: str) -> bool:
    """Whether the browser's session goes along to ``address``: cookies belong to a host name, whatever the port.

    Where the browser is, it says itself in ``Origin``; a proxy may hide it from the ``Host`` header.
    """
    if settings.SESSION_COOKIE_DOMAIN:
        return True
    here = (
        urlsplit(request.headers.get("Origin", "")).hostname or urlsplit(f"//{request.get_host()}").hostname
    )
    return here == urlsplit(address).hostname


def _same_page_at(address: str, purpose: Purpose, context: dict) -> str:
    """Return the page from which this visit begins, at the host of ``address``."""
    if purpose.open_to_all and context.keys() <= {"next"}:
        query = {"purpose": purpose.name} | ({"next": context["next"]} if context.get("next") else {})
        page = urlsplit(f"{reverse('orcid:connect')}?{urlencode(query)}")
    else:
        page = urlsplit(purpose.failure_url(context))
    return urlsplit(address)._replace(path=page.path, query=page.query).geturl()
