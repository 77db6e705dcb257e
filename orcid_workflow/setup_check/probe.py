"""The calls of one run of the set-up check."""

from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from django.conf import settings
from django.utils.functional import cached_property

from .. import revoking, scopes
from ..api import client, errors
from ..api.history import recorded


class Probe:
    """What one run of the checks asks ORCID, each thing once. ``close`` gives back the tokens it was given."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        """Revoke the tokens of this run: they would be good for twenty years."""
        for token in self._tokens.values():
            revoking.revoke_at_orcid(token)
        self._tokens.clear()

    @cached_property
    def site(self) -> requests.Response | None:
        """The answer of the sign-in site, None when it gives none."""
        return self._ask("HEAD", settings.ORCID_BASE_URL, "/")

    @cached_property
    def _discovery(self) -> requests.Response | None:
        path = "/.well-known/openid-configuration"
        return self._ask("GET", settings.ORCID_BASE_URL + path, path)

    @property
    def is_down(self) -> bool:
        """Whether the sign-in site gave no answer to what it always answers, or an error of its own."""
        return self._discovery is None or self._discovery.status_code >= 500

    @cached_property
    def discovery(self) -> dict | None:
        """ORCID's OpenID Connect configuration, None when there is none to read."""
        answer = self._discovery
        try:
            data = answer.json() if answer is not None and answer.ok else None
        except ValueError:
            return None
        return data if isinstance(data, dict) else None

    @cached_property
    def public_token(self) -> tuple[str, str]:
        """A token of the site for public data, and the error when there is none."""
        return self.client_token("/read-public")

    def client_token(self, scope: str) -> tuple[str, str]:
        """Ask for a token by client credentials: (token, "") or ("", ORCID's error; "no_answer" for none)."""
        data = {"grant_type": "client_credentials", "scope": scope}
        data |= {"client_id": settings.ORCID_CLIENT_ID, "client_secret": settings.ORCID_CLIENT_SECRET}
        answer = self._ask("POST", f"{settings.ORCID_BASE_URL}/oauth/token", "/oauth/token", data=data)
        if answer is None or answer.status_code >= 500:
            return "", "no_answer"
        if not answer.ok:
            return "", errors.parse(answer.content, answer.headers.get("Content-Type", "")).code or "refused"
        try:
            token = str(answer.json()["access_token"])
        except (ValueError, KeyError, TypeError):
            return "", "no_answer"
        self._tokens[scope] = token
        return token, ""

    def api(self, path: str) -> client.Answer:
        """GET ``path`` of the API with the site's own token."""
        return client.call("GET", path, self.public_token[0])

    def api_status(self) -> requests.Response | None:
        """The API's own word on how it is (``apiStatus``, ``pubStatus``); no token is needed."""
        path = "/pubStatus" if scopes.is_public() else "/apiStatus"
        return self._ask("GET", settings.ORCID_API_URL + path, path)

    def reaction(self, redirect_uri: str, scope: str) -> str:
        """Ask to sign in, as a browser would: ``on`` (goes on to sign-in), ``refused``, an OAuth error, or ``""``."""
        query = {
            "client_id": settings.ORCID_CLIENT_ID,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": scope,
            "state": "set-up-check",
        }
        address = f"{settings.ORCID_BASE_URL}/oauth/authorize?{urlencode(query)}"
        answer = self._ask("GET", address, "/oauth/authorize", headers={"Accept": "text/html"})
        if answer is None or answer.status_code >= 500:
            return ""
        if answer.is_redirect:
            target = urlsplit(answer.headers["Location"])
            fault = parse_qs(target.query).get("error") or parse_qs(target.fragment).get("error")
            return fault[0] if fault else "on"
        return "on" if answer.ok else "refused"

    def _ask(self, method: str, address: str, path: str, **options: object) -> requests.Response | None:
        with recorded(method, path) as row:
            try:
                # No session: a cookie of one question must not answer the next.
                answer = requests.request(
                    method,
                    address,
                    timeout=settings.ORCID_TIMEOUT_SECONDS,
                    allow_redirects=False,
                    **{"headers": {"Accept": "application/json"}, **options},
                )
            except requests.RequestException as error:
                row.outcome = f"No answer arrived ({type(error).__name__})."
                return None
            row.status = answer.status_code
            row.outcome = "Asked by the set-up check."
            return answer
