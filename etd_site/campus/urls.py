"""Addresses of the single sign-on; there only when it is switched on."""

from django.urls import path

from . import oidc

app_name = "campus"

urlpatterns = [
    path("begin/", oidc.begin, name="begin"),
    path("callback/", oidc.callback, name="callback"),
]
