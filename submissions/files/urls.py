"""The address of a thesis file; included at ``/files/``."""

from django.urls import path

from . import views

app_name = "files"

urlpatterns = [
    path("<uuid:submission>/<uuid:key>/<str:name>", views.download, name="download"),
]
