"""Addresses of the registry. The controls are only there when it was started with ``--faults``."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

from . import api_urls
from .views import control, pages, panel, services, sign_in, token
from .views.endpoint import ORCID

urlpatterns = [
    path("", pages.home, name="home"),
    path("static/<path:path>", serve, {"document_root": settings.PACKAGE / "static"}),
    path("signin", sign_in.sign_in, name="sign-in"),
    path("register", sign_in.register, name="register"),
    path("signout", sign_in.sign_out, name="sign-out"),
    path("trusted-parties", pages.trusted_parties, name="trusted-parties"),
    path("oauth/authorize", sign_in.authorize, name="authorize"),
    path("oauth/token", token.token),
    path("oauth/revoke", token.revoke),
    path("oauth/userinfo", token.userinfo),
    path("oauth/jwks", token.jwks),
    path(".well-known/openid-configuration", token.discovery),
    path("v3.0/", include(api_urls)),
    # ORCID has another host for its Public API; here it is another path.
    path("pub/v3.0/", include(api_urls), {"public": True}),
    re_path(rf"^{ORCID}/webhook/", services.webhook),
    re_path(rf"^{ORCID}$", pages.record, name="record-page"),
    re_path(rf"^{ORCID}/remove/(?P<put_code>\d{{1,18}})$", pages.remove, name="remove"),
]
if settings.REGISTRY_FAULTS:
    urlpatterns += [
        path("_faults", control.fault_list),
        path("_log", control.log),
        path("_status", control.status),
        path("_switches", control.switch_board),
        path("_clients", control.clients),
        path("_webhooks", control.hooks),
        path("_items", control.items),
        path("_trust", control.trust),
        path("_organizations", control.organization_list),
        path("_control", panel.panel, name="panel"),
        re_path(rf"^_control/{ORCID}$", panel.person, name="panel-person"),
    ]
