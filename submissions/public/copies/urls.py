"""Addresses of requests for copies; included at ``/copies/``."""

from django.urls import path

from . import views

app_name = "copies"

urlpatterns = [
    path("<uuid:submission>/", views.ask, name="ask"),
    path("<uuid:submission>/sent/", views.sent, name="sent"),
    path("answer/<str:token>/", views.answer, name="answer"),
    path("fetch/<str:token>/", views.copy, name="copy"),
    path("fetch/<str:token>/<uuid:key>/", views.file, name="file"),
]
