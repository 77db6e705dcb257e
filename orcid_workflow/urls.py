"""Addresses of the app; the host includes them at ``/orcid/``."""

from django.urls import path

from . import views

app_name = "orcid"

urlpatterns = [
    path("", views.home, name="home"),
    path("connect/", views.connect, name="connect"),
    path("connect/again/", views.connect_again, name="again"),
    path("callback/", views.callback, name="callback"),
    path("connected/", views.connected, name="connected"),
    path("disconnect/", views.disconnect, name="disconnect"),
    path("refresh/", views.refresh, name="refresh"),
    path("items/<int:pk>/send-again/", views.send_again, name="send_again"),
    path("items/<int:pk>/leave-off/", views.leave_off, name="leave_off"),
]
