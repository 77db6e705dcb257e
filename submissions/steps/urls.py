"""Addresses of the student's side; included at ``/submit/``."""

from django.urls import path

from . import desk, start, views

app_name = "submissions"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("new/", start.start, name="start"),
    path("<uuid:submission>/", desk.tasks, name="tasks"),
    path("<uuid:submission>/sent/", views.sent, name="sent"),
    path("<uuid:submission>/discard/", views.discard, name="discard"),
    path("<uuid:submission>/<slug:step>/", views.step, name="step"),
]
