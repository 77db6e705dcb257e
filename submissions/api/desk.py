"""The keys of clients in the Wagtail admin: make one, see when each was used last, revoke it."""

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import log

from .. import permissions
from ..models import ApiKey
from . import keys

MADE, REVOKED = "submissions.api_key_made", "submissions.api_key_revoked"
_SENT = "api_key_forms"  # in the session: the forms that made a key
_REMEMBERED = 20
_SENT_TWICE = (
    "This form was sent before and made its key then, so no second one was made. A key is shown only once: if you did "
    "not copy it, revoke it and make a new one."
)


class KeyForm(forms.ModelForm):
    """Who gets the key. ``once`` is the form's own: sent a second time (reloaded), it makes no second key."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    class Meta:
        model = ApiKey
        fields = ["name", "contact"]
        labels = {"contact": "Contact e-mail"}
        error_messages = {
            "name": {"required": "Write which program or person will use the key."},
            "contact": {
                "invalid": "This e-mail address is not complete. It should look like name@example.org."
            },
        }


class KeyMenuItem(MenuItem):
    """Shown to those who may open it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask the rule."""
        return bool(permissions.can_manage_keys(request.user))


class KeyViewSet(ViewSet):
    """The keys as a menu entry."""

    name = "api_keys"
    url_prefix = "api-keys"
    menu_label = "API keys"
    icon = "key"
    menu_order = 70
    add_to_admin_menu = True
    menu_item_class = KeyMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list with its form, and the question before a key ends."""
        return [path("", keys_view, name="index"), path("<int:pk>/revoke/", revoke_view, name="revoke")]


def _guard(request: HttpRequest) -> None:
    if not permissions.can_manage_keys(request.user):
        raise PermissionDenied


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret", "context")
def keys_view(request: HttpRequest) -> HttpResponse:
    """All keys, those that work first. POST makes one: its answer is the only page that ever shows it.

    There is no redirect to a page that shows it, because the key would have to be kept until then.
    """
    _guard(request)
    form, made, secret = KeyForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        if not _first_time(request, form.cleaned_data["once"]):
            messages.warning(request, _SENT_TWICE)
            return redirect("api_keys:index")
        made, secret = keys.make(form.cleaned_data["name"], form.cleaned_data["contact"], request.user)
        log(made, MADE, user=request.user)
        form = KeyForm()
    rows = list(ApiKey.objects.select_related("created_by"))
    context = {
        "form": form,
        "made": made,
        "secret": secret,
        "keys": sorted(rows, key=lambda key: key.revoked_at is not None),
        "header_title": "API keys",
        "header_icon": KeyViewSet.icon,
        "breadcrumbs_items": [{"url": "", "label": "API keys"}],
    }
    return render(request, "submissions/api/keys.html", context, status=422 if form.errors else 200)


def _first_time(request: HttpRequest, once: uuid.UUID | None) -> bool:
    """Whether this form made no key yet; remembers that it does now."""
    sent = request.session.get(_SENT, [])
    if once is None or str(once) in sent:
        return once is None
    request.session[_SENT] = [*sent, str(once)][-_REMEMBERED:]
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then end a key."""
    _guard(request)
    key = get_object_or_404(ApiKey, pk=pk)
    if request.method == "POST":
        if keys.revoke(key):
            log(key, REVOKED, user=request.user)
        messages.success(
            request, f"The key of {key.name} ({key.prefix}…) is revoked. It opens nothing any more."
        )
        return redirect("api_keys:index")
    context = {
        "key": key,
        "header_title": "Revoke a key?",
        "header_icon": KeyViewSet.icon,
        "breadcrumbs_items": [
            {"url": reverse("api_keys:index"), "label": "API keys"},
            {"url": "", "label": f"{key.prefix}…"},
        ],
    }
    return render(request, "submissions/api/revoke.html", context)


@hooks.register("register_admin_viewset")
def key_viewset() -> KeyViewSet:
    """The entry of the menu."""
    return KeyViewSet()


@hooks.register("register_log_actions")
def key_actions(actions: object) -> None:
    """What was done, for the site's history."""
    actions.register_action(MADE, "API key: make", "Made an API key")
    actions.register_action(REVOKED, "API key: revoke", "Revoked an API key")
