"""Addresses of the registry. The controls are only there when it was started with ``--faults``."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

from .views import api, control, pages, sign_in, token

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
    path("v3.0/", include(api)),
    re_path(rf"^{api.ORCID}$", pages.record, name="record-page"),
    re_path(rf"^{api.ORCID}/remove/(?P<put_code>\d{{1,18}})$", pages.remove, name="remove"),
]
if settings.REGISTRY_FAULTS:
    urlpatterns += [
        path("_faults", control.fault_list),
        path("_log", control.log),
        path("_status", control.status),
    ]
