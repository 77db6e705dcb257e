"""Addresses of the page on which the owner of a found iD confirms it; the site includes them at ``/confirm/``."""

from django.urls import path

from . import views

app_name = "confirm"

urlpatterns = [
    path("<str:token>/", views.read, name="read"),
    path("<str:token>/connect/", views.connect, name="connect"),
]
