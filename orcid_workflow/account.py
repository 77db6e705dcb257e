"""The purpose every site has: somebody connects their own account with their iD."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from .models import Connection
from .purposes import Purpose, register_purpose

# The permissions a student is asked for (orcid.md §8).
STUDENT_SCOPES = ("openid", "/read-limited", "/activities/update")


def connected_page(request: HttpRequest, connection: Connection, context: dict) -> str:
    """Return the address of the page that shows what was connected, with the way on (``Purpose.on_connected``)."""
    query = f"?{urlencode({'next': context['next']})}" if context.get("next") else ""
    return reverse("orcid:connected") + query


def _back(context: dict) -> str:
    return context.get("next") or reverse("orcid:home")


def own_details(request: HttpRequest, context: dict) -> dict[str, str]:
    """Return what ORCID's pages are filled in with for the account that is signed in here (``Purpose.prefill``)."""
    names = {"given_names": "first_name", "family_names": "last_name", "email": "email"}
    return {hint: getattr(request.user, field, "") for hint, field in names.items()}


def own_address(request: HttpRequest, context: dict) -> str:
    """Return where the receipt of the account that is signed in here goes (``Purpose.receipt_to``)."""
    return getattr(request.user, "email", "")


ACCOUNT = register_purpose(
    Purpose(
        name="account",
        scopes=STUDENT_SCOPES,
        requires_user=True,
        open_to_all=True,
        on_connected=connected_page,
        failure_url=_back,
        prefill=own_details,
        receipt_to=own_address,
        why=(
            "Your ORCID iD tells you apart from everybody who shares your name. "
            "We take it from ORCID itself, so that nobody can mistype it or use yours."
        ),
        reads=(
            "Your iD and your name, as your record shows them",
            "What your record shows to everyone and to trusted organisations, to fill in forms for you",
        ),
        writes=(
            "What you finish here, such as a thesis or a degree, and its corrections. We touch nothing that others "
            "wrote.",
        ),
    )
)
