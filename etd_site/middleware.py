"""Security headers of every answer. Django and the web server add the rest (settings/production.py)."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

ADMIN_PATHS = ("/admin/",)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def orcid_origin() -> str:
    """Scheme, host and port of ORCID's sign-in site, from ``settings.ORCID_BASE_URL``."""
    parts = urlsplit(settings.ORCID_BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


def content_security_policy(path: str, content_type: str = "text/html") -> str:
    """The policy for an answer: ``path`` of the request, ``content_type`` of what is sent.

    - Public pages, student's pages and committee's pages: nothing inline, nothing from elsewhere.
    - The Wagtail admin: its editor has a few inline scripts (date pickers) and sets inline styles; no more is
      let in.
    - A PDF: the browser's own viewer shows it, which older browsers let the strict policy block.
    - A form may lead to ORCID: Chromium checks ``form-action`` on the redirect after a POST as well.
    """
    if content_type.partition(";")[0].strip().lower() == "application/pdf":
        return "frame-ancestors 'self'; base-uri 'none'"
    directives = {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": f"'self' {orcid_origin()}",
        "frame-ancestors": "'self'",
    }
    if path.startswith(ADMIN_PATHS):
        directives |= {
            "script-src": "'self' 'unsafe-inline'",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
        }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


class ContentSecurityPolicyMiddleware:
    """Adds Content-Security-Policy and Permissions-Policy; a view that sets one itself keeps its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and set what is missing on the answer."""
        response = self.get_response(request)
        policy = content_security_policy(request.path, response.get("Content-Type", "text/html"))
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
