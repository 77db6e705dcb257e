"""Who may do what on the desk: plain Django permissions of ``orcid_workflow``, given to groups in the admin."""

from collections.abc import Callable

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SEE = "orcid_workflow.view_connection"
ACT = "orcid_workflow.change_orciditem"
#: Tokens come in: for administrators, so it is given to no group by ``set_up_office``.
IMPORT = "orcid_workflow.add_token"


def permissions() -> QuerySet[Permission]:
    """The three as rows, for the page on which groups are edited."""
    wanted = Q()
    for name in (SEE, ACT, IMPORT):
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return Permission.objects.filter(wanted)


def forbidden(request: HttpRequest) -> HttpResponse:
    """Say that this is not for the reader, with 403 (Wagtail itself would lead back to its home with 302)."""
    return render(
        request,
        "orcid_desk/forbidden.html",
        {"header_title": "Not for you", "page_title": "ORCID"},
        status=403,
    )


class Guarded:
    """Mixin for class-based views: 403 without the permission in ``needs``."""

    needs = SEE

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer 403 with a page of the admin to who lacks the permission, before anything of the view runs."""
        if not request.user.has_perm(self.needs):
            return forbidden(request)
        return super().dispatch(request, *args, **kwargs)


def needing(permission: str) -> Callable:
    """The same for a view that is a function."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.has_perm(permission):
                return forbidden(request)
            return view(request, *args, **kwargs)

        guarded.__doc__, guarded.__name__ = view.__doc__, view.__name__
        return guarded

    return decorate
