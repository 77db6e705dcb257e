"""Addresses of the committee member's page; the site includes them at ``/committee/``."""

from django.urls import path

from . import views

app_name = "committee"

urlpatterns = [
    path("", views.no_link, name="no_link"),
    path("<str:token>/", views.read, name="read"),
    path("<str:token>/decide/", views.decide, name="decide"),
    path("<str:token>/connect/", views.connect, name="connect"),
    path("<str:token>/not-me/", views.not_me, name="not_me"),
    path("<str:token>/new-link/", views.new_link, name="new_link"),
]
