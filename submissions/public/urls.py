"""Addresses of the stored records; the site includes them at ``/records/``."""

from django.urls import path

from . import views

app_name = "records"

urlpatterns = [path("<uuid:uuid>/<slug:name>.xml", views.record, name="record")]
