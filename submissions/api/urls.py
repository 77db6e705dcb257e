"""Addresses of the ingest API."""

from django.urls import path, re_path

from . import problems, views
from .document import openapi_json, openapi_yaml

app_name = "api"
urlpatterns = [
    path("openapi.json", openapi_json, name="openapi_json"),
    path("openapi.yaml", openapi_yaml, name="openapi_yaml"),
    path("theses/", views.Theses.as_view(), name="theses"),
    path("theses/<str:id>/", views.OneThesis.as_view(), name="thesis"),
    path("theses/<str:id>/<str:format>", views.OneFormat.as_view(), name="format"),
    # With a slash at the end only, so that /api/theses is still led to /api/theses/.
    re_path(r"^(?:.*/)?$", problems.not_here, name="nothing"),
]
